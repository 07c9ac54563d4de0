/* table.h: names to numbers and back; numbers count from 0 in order of arrival.
 * Memory is the arena's. One thread writes; many may read once nobody writes. */
#ifndef DM_TABLE_H
#define DM_TABLE_H

#include "base/str.h"

typedef struct {
    dm_arena *arena;
    dm_str *names; /* names[id] */
    size_t count, capacity;
    uint32_t *slots; /* id + 1, 0 = free */
    size_t n_slots;
} dm_table;

#define DM_TABLE_NONE UINT32_MAX

uint32_t dm_table_add(dm_table *table, dm_str name); /* copies the name if it is new */
uint32_t dm_table_find(const dm_table *table, dm_str name); /* DM_TABLE_NONE: not there */

#endif
