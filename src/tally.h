/* tally.h: records → counts per holder, target, label and month, with the strongest sentences; mergeable.
 *
 *     China → Russia: support 4 (2022-02: 1, 2022-03: 3), not decided 1, 3 documents, first on 2022-02-04, and
 *     the sentences "s01-010" (0.91), "a17-002" (0.88), "a03-001" (0.71)
 *
 * Adding is associative, commutative and exact: the same records give the same bytes in any order and in any split
 * into partial tallies. What would depend on order is therefore chosen by value: of two names for an actor, the one
 * first in byte order; of equally sure sentences, the one with the smaller id; documents are a set of 64-bit hashes.
 * The same record added twice counts twice.
 *
 * Memory grows with what is different (dyads, months, documents), not with the number of records. After DM_SYSTEM
 * (or a failed merge) a tally is good for dm_tally_free only. */
#ifndef DM_TALLY_H
#define DM_TALLY_H

#include "base/error.h"
#include "record.h"

typedef struct dm_tally dm_tally;

typedef struct {
    const char *from, *to; /* half open ISO dates, or NULL: all */
    const char *entity;    /* only records with this holder or target id, or NULL */
    const char *by;        /* "country", "source", "month"; NULL: what the first merged tally has, else "country" */
} dm_tally_options;

dm_tally *dm_tally_new(const dm_tally_options *options, dm_error *error);
void dm_tally_free(dm_tally *tally);
dm_status dm_tally_add(dm_tally *tally, const dm_record *record, dm_error *error);
dm_status dm_tally_save(const dm_tally *tally, FILE *out, dm_error *error); /* --partial */

/* --merge: adds a saved tally, read whole and checked. `entity` filters it too; from and to cannot (a tally knows
 * months only). DM_INPUT: cut, altered, of another version, or made with another `by`. */
dm_status dm_tally_merge(dm_tally *tally, const char *file, dm_error *error);

/* The first line of a file of records may turn out to be that of a tally: say so rather than count nothing. */
bool dm_tally_is_header(dm_str line);

/* ---- reading a tally: everything in canonical order, views into the tally and the arena ------------------- */
enum { DM_TALLY_EVIDENCE = 3 };

typedef struct {
    dm_str id, name, kind; /* of a holder or target */
} dm_tally_actor;

typedef struct {
    int64_t conf; /* millionths, -1: unknown */
    dm_str id, doc, date, source, title, url, text, cue;
    int64_t sent, start, end, raw_start, raw_end;
} dm_evidence;

typedef struct {
    uint32_t dyad; /* index into dm_tally_view.dyads */
    dm_str label;  /* "": not decided (abstained) */
    dm_str month;  /* YYYY-MM, "" if the record has no date */
    uint64_t n;
} dm_tally_cell;

typedef struct {
    uint32_t dyad;
    dm_str label;       /* "": not decided */
    uint64_t n;         /* sum of the cells */
    dm_str first, last; /* dates, "" if no record has one */
    dm_evidence evidence[DM_TALLY_EVIDENCE]; /* strongest first */
    size_t n_evidence;
} dm_tally_mark;

typedef struct {
    uint32_t dyad;
    dm_str topic, label; /* counted for records without a target only */
    uint64_t n;
} dm_tally_topic;

typedef struct {
    dm_str group;          /* source or month, "" by country */
    dm_str holder, target; /* ids; target "": none */
    const dm_tally_cell *cells; /* by label, month */
    size_t n_cells;
    const dm_tally_mark *marks; /* by label */
    size_t n_marks;
    const dm_tally_topic *topics; /* by topic, label */
    size_t n_topics;
    const uint64_t *docs; /* hashes, ascending */
    size_t n_docs;
} dm_tally_dyad;

typedef struct {
    dm_str by;
    uint64_t undated; /* records left out by from/to because they have no date */
    const dm_tally_actor *actors; /* by id */
    size_t n_actors;
    const dm_tally_dyad *dyads; /* by group, holder, target */
    size_t n_dyads;
} dm_tally_view;

/* May leave through the guard of `arena`, which the caller arms. */
void dm_tally_see(const dm_tally *tally, dm_arena *arena, dm_tally_view *view);

#endif
