/* members.h: who belonged to which organisation on a day. Data: labels/members.tsv, one row a membership, dates half open:
 *
 *     organisation  member  from  to        IGO:EU  GBR  1973-01-01  2020-02-01 */
#ifndef DM_MEMBERS_H
#define DM_MEMBERS_H

#include "base/error.h"
#include "base/str.h"

typedef struct {
    dm_str organisation, member, from, to; /* ids of the gazetteer; `to` empty: still a member */
    size_t line;
} dm_membership;

typedef struct {
    const dm_membership *rows; /* as in the file */
    size_t n;
} dm_members;

/* Rows of the file in the arena's memory. DM_INPUT with the line: not four columns, or no dates. */
dm_status dm_members_load(dm_arena *arena, const char *file, dm_members *members, dm_error *error);

/* Is the membership in force on the date (YYYY-MM-DD; empty: yes if it is still open)? */
bool dm_membership_on(const dm_membership *membership, dm_str date);

#endif
