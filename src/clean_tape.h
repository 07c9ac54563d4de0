/* clean_tape.h: a text under repair, and the way back from each of its bytes to the raw ones.
 *
 * A pass reads tape->s from left to right and says what to put in the place of what. The tape copies all that
 * lies between and keeps the runs. dm_tape_turn makes the result the input of the next pass, so passes chain and the
 * map stays true without any of them knowing of it:
 *
 *     raw "such.  actions"  –blanks→  "such. actions"  –stops→  "such actions"     byte 5 ↔ raw byte 6
 *
 * A pass that changes nothing costs no copy. */
#ifndef DM_CLEAN_TAPE_H
#define DM_CLEAN_TAPE_H

#include "doc.h"

#define DM_UNCOUNTED DM_REPAIR_N /* a change that mends nothing, as the LF at the end of a file */

typedef struct {
    char *s;
    size_t n, capacity;
    dm_run *runs;
    size_t n_runs, run_capacity;
} dm_reel;

typedef struct {
    dm_arena *arena;
    const char *s; /* what the pass reads */
    size_t n;
    const dm_run *runs;
    size_t n_runs;

    size_t done;   /* input bytes that are dealt with: an edit may not begin before */
    size_t cursor; /* run that holds byte `done`, or one before it */
    bool edited;   /* in this pass */
    bool changed;  /* in any pass since the caller set it to false */
    dm_reel reels[2]; /* one is read, the other written */
    int out;
    unsigned *repairs;
} dm_tape;

void dm_tape_init(dm_tape *tape, dm_arena *arena, dm_str raw, unsigned *repairs);

/* Puts n bytes in the place of [from, to); from == to puts them between. Edits come in order. */
void dm_tape_edit(dm_tape *tape, size_t from, size_t to, const char *bytes, size_t n, dm_repair kind);
static inline void dm_tape_drop(dm_tape *tape, size_t from, size_t to, dm_repair kind)
{
    dm_tape_edit(tape, from, to, "", 0, kind);
}
static inline void dm_tape_put(dm_tape *tape, size_t at, const char *text, dm_repair kind)
{
    dm_tape_edit(tape, at, at, text, strlen(text), kind);
}

void dm_tape_turn(dm_tape *tape); /* end of a pass */

#endif
