/* tally.h: records → counts per holder, target, label, month and source; mergeable, and the same in any order. */
#ifndef DM_TALLY_H
#define DM_TALLY_H

#include "base/error.h"
#include "record.h"

typedef struct dm_tally dm_tally;

typedef struct {
    const char *from, *to; /* half open ISO dates, or NULL: all */
    const char *entity;    /* only records with this holder or target id, or NULL */
    const char *by;        /* "country" (default), "source", "month" */
} dm_tally_options;

dm_tally *dm_tally_new(const dm_tally_options *options, dm_error *error);
void dm_tally_free(dm_tally *tally);
dm_status dm_tally_add(dm_tally *tally, const dm_record *record, dm_error *error);
dm_status dm_tally_save(const dm_tally *tally, FILE *out, dm_error *error);                    /* --partial */
dm_status dm_tally_merge(dm_tally *tally, const char *file, dm_error *error); /* --merge: adds a saved tally */

#endif
