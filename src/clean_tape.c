#include "clean_tape.h"

void dm_tape_init(dm_tape *tape, dm_arena *arena, dm_str raw, unsigned *repairs)
{
    *tape = (dm_tape){.arena = arena, .s = raw.n ? raw.s : "", .n = raw.n, .repairs = repairs};
    if (raw.n) {
        dm_run *all = dm_arena_alloc(arena, sizeof *all);
        *all = (dm_run){0, (uint32_t)raw.n, 0, (uint32_t)raw.n, true};
        tape->runs = all;
        tape->n_runs = 1;
    }
}

static void reserve(dm_tape *tape, dm_reel *reel, size_t more)
{
    if (reel->n + more <= reel->capacity)
        return;
    size_t capacity = reel->capacity ? reel->capacity * 2 : tape->n + tape->n / 8 + 64;
    while (capacity < reel->n + more)
        capacity *= 2;
    char *wider = dm_arena_alloc(tape->arena, capacity);
    if (reel->n)
        memcpy(wider, reel->s, reel->n);
    reel->s = wider;
    reel->capacity = capacity;
}

/* Two runs are one if they go on from each other, or are two pieces of the same repair. */
static bool extend_last(dm_reel *reel, dm_run run)
{
    if (!reel->n_runs)
        return false;
    dm_run *last = &reel->runs[reel->n_runs - 1];
    bool goes_on = last->same && run.same && last->raw + last->n_raw == run.raw;
    bool is_piece = !last->same && !run.same && last->raw == run.raw && last->n_raw == run.n_raw;
    if (!goes_on && !is_piece)
        return false;
    last->n_clean += run.n_clean;
    last->n_raw += goes_on ? run.n_raw : 0;
    return true;
}

static void write_run(dm_tape *tape, const char *bytes, dm_run run)
{
    dm_reel *reel = &tape->reels[tape->out];
    reserve(tape, reel, run.n_clean);
    memcpy(reel->s + reel->n, bytes, run.n_clean);
    run.clean = (uint32_t)reel->n;
    reel->n += run.n_clean;
    if (!extend_last(reel, run))
        *DM_PUSH(tape->arena, reel->runs, reel->n_runs, reel->run_capacity) = run;
}

static uint32_t run_end(const dm_run *run) { return run->clean + run->n_clean; }

static void copy_up_to(dm_tape *tape, size_t to)
{
    while (tape->done < to) {
        const dm_run *run = &tape->runs[tape->cursor];
        if (run_end(run) <= tape->done) {
            tape->cursor++;
            continue;
        }
        size_t end = run_end(run) < to ? run_end(run) : to;
        uint32_t n = (uint32_t)(end - tape->done), skipped = (uint32_t)tape->done - run->clean;
        dm_run piece = {0, n, run->raw, run->n_raw, run->same};
        if (run->same) {
            piece.raw += skipped;
            piece.n_raw = n;
        }
        write_run(tape, tape->s + tape->done, piece);
        tape->done = end;
    }
}

/* Raw bytes behind which input byte `at` begins, looking from tape->cursor on. */
static uint32_t raw_start(const dm_tape *tape, size_t at)
{
    size_t i = tape->cursor;
    while (i < tape->n_runs && run_end(&tape->runs[i]) <= at)
        i++;
    if (i == tape->n_runs)
        return i ? tape->runs[i - 1].raw + tape->runs[i - 1].n_raw : 0;
    const dm_run *run = &tape->runs[i];
    return run->raw + (run->same ? (uint32_t)at - run->clean : 0);
}

static uint32_t raw_end(const dm_tape *tape, size_t at)
{
    size_t i = tape->cursor;
    while (i < tape->n_runs && run_end(&tape->runs[i]) < at)
        i++;
    if (i == tape->n_runs || at == 0)
        return at == 0 ? 0 : raw_start(tape, at);
    const dm_run *run = &tape->runs[i];
    return run->same ? run->raw + ((uint32_t)at - run->clean) : run->raw + run->n_raw;
}

void dm_tape_edit(dm_tape *tape, size_t from, size_t to, const char *bytes, size_t n, dm_repair kind)
{
    if (!tape->edited) {
        tape->edited = true;
        tape->reels[tape->out].n = tape->reels[tape->out].n_runs = 0;
    }
    copy_up_to(tape, from);
    if (n) {
        uint32_t start = from == to ? raw_end(tape, from) : raw_start(tape, from);
        uint32_t end = raw_end(tape, to);
        write_run(tape, bytes, (dm_run){0, (uint32_t)n, start, end > start ? end - start : 0, false});
    }
    tape->done = to;
    while (tape->cursor < tape->n_runs && run_end(&tape->runs[tape->cursor]) < to)
        tape->cursor++;
    if (kind != DM_UNCOUNTED)
        tape->repairs[kind]++;
}

void dm_tape_turn(dm_tape *tape)
{
    if (tape->edited) {
        copy_up_to(tape, tape->n);
        const dm_reel *reel = &tape->reels[tape->out];
        tape->s = reel->n ? reel->s : "";
        tape->n = reel->n;
        tape->runs = reel->runs;
        tape->n_runs = reel->n_runs;
        tape->out = 1 - tape->out;
        tape->changed = true;
    }
    tape->edited = false;
    tape->done = tape->cursor = 0;
}
