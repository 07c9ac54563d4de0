/* tally_store.h: private to tally.c (counting, viewing) and tally_file.c (saving, merging).
 *
 * The put functions are the only way in, for a record as for a line of a saved tally: hence part + part = whole.
 * They leave through the guard of tally->arena. All strings are made valid UTF-8 on the way in, because the saved
 * form has to be. */
#ifndef DM_TALLY_STORE_H
#define DM_TALLY_STORE_H

#include "base/table.h"
#include "tally.h"

typedef struct {
    dm_evidence evidence;
    char *block; /* holds its strings; used again for the sentence that displaces it */
    size_t room;
} store_slot;

typedef struct {
    uint64_t n;
    uint32_t first, last; /* names, DM_TABLE_NONE: no date yet */
    store_slot best[DM_TALLY_EVIDENCE];
    size_t n_best;
} store_mark;

/* Tables are keyed by the bytes of a few uint32_t: numbers of names, or of dyads. */
struct dm_tally {
    dm_arena *arena;
    dm_table names;
    dm_table dyads;  /* group, holder, target */
    dm_table cells;  /* dyad, label, month → counts */
    dm_table marks;  /* dyad, label → mark */
    dm_table topics; /* dyad, topic, label → topic_counts */
    dm_table docs;   /* dyad, upper and lower half of the hash */
    dm_table actors; /* id → actor_names */
    uint64_t *counts, *topic_counts;
    store_mark *mark;
    struct { uint32_t name, kind; } *actor_names;
    size_t n_counts, counts_room, n_topic_counts, topic_counts_room, n_mark, mark_room, n_actor_names, actor_names_room;
    uint64_t undated;
    dm_str from, to, entity, by;
    bool by_fixed;
};

uint32_t dm_store_dyad(dm_tally *t, dm_str group, dm_str holder, dm_str target);
void dm_store_count(dm_tally *t, uint32_t dyad, dm_str label, dm_str month, uint64_t n);
void dm_store_topic(dm_tally *t, uint32_t dyad, dm_str topic, dm_str label, uint64_t n);
void dm_store_span(dm_tally *t, uint32_t dyad, dm_str label, dm_str first, dm_str last);
void dm_store_evidence(dm_tally *t, uint32_t dyad, dm_str label, const dm_evidence *evidence);
void dm_store_doc(dm_tally *t, uint32_t dyad, uint64_t hash);
void dm_store_actor(dm_tally *t, dm_str id, dm_str name, dm_str kind);
bool dm_store_wants(const dm_tally *t, dm_str holder, dm_str target); /* the entity filter */

/* The strings and numbers of evidence by name, in the order that settles ties. */
typedef struct {
    const char *name;
    size_t at; /* offset in dm_evidence */
} store_field;
enum { STORE_TEXTS = 8, STORE_NUMBERS = 5 };
extern const store_field dm_store_texts[STORE_TEXTS], dm_store_numbers[STORE_NUMBERS];

#endif
