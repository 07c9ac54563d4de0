#include "base/table.h"

static size_t find_slot(const dm_table *table, dm_str name)
{
    size_t mask = table->n_slots - 1, i = (size_t)dm_str_hash(name) & mask;
    while (table->slots[i] && !dm_str_equal(table->names[table->slots[i] - 1], name))
        i = (i + 1) & mask;
    return i;
}

static void widen(dm_table *table)
{
    table->n_slots = table->n_slots ? table->n_slots * 2 : 64;
    table->slots = dm_arena_array(table->arena, table->n_slots, sizeof *table->slots);
    for (size_t id = 0; id < table->count; id++)
        table->slots[find_slot(table, table->names[id])] = (uint32_t)id + 1;
}

uint32_t dm_table_add(dm_table *table, dm_str name)
{
    if ((table->count + 1) * 2 > table->n_slots)
        widen(table);
    size_t slot = find_slot(table, name);
    if (!table->slots[slot]) {
        dm_str *kept = DM_PUSH(table->arena, table->names, table->count, table->capacity);
        *kept = (dm_str){dm_arena_copy(table->arena, name.s, name.n), name.n};
        table->slots[slot] = (uint32_t)table->count;
    }
    return table->slots[slot] - 1;
}

uint32_t dm_table_find(const dm_table *table, dm_str name)
{
    if (!table->n_slots)
        return DM_TABLE_NONE;
    uint32_t id = table->slots[find_slot(table, name)];
    return id ? id - 1 : DM_TABLE_NONE;
}
