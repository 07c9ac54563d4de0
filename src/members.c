/* members.c: the table of memberships, read line by line. */
#include "members.h"

#include "base/file.h"
#include "base/load.h"

dm_status dm_members_load(dm_arena *arena, const char *file, dm_members *members, dm_error *error)
{
    dm_str text, line, column[4];
    dm_status status = dm_read_file(arena, file, &text, error);
    if (status != DM_OK)
        return status;
    size_t lines = 1, at = 0, number = 0;
    for (size_t i = 0; i < text.n; i++)
        lines += text.s[i] == '\n';
    dm_membership *rows = dm_arena_array(arena, lines, sizeof *rows);
    *members = (dm_members){rows, 0};
    while (dm_next_line(text, &at, &line)) {
        number++;
        if (!line.n || line.s[0] == '#' || dm_str_starts(line, "organisation\t"))
            continue;
        if (dm_split_tabs(line, column, 4) != 4)
            return dm_fail(error, DM_INPUT, "%s:%zu: wants organisation, member, from, to, parted by tabs", file, number);
        if (!dm_date_is_valid(column[2]) || (column[3].n && !dm_date_is_valid(column[3])))
            return dm_fail(error, DM_INPUT, "%s:%zu: dates are written YYYY-MM-DD", file, number);
        rows[members->n++] = (dm_membership){column[0], column[1], column[2], column[3], number};
    }
    return DM_OK;
}

bool dm_membership_on(const dm_membership *m, dm_str date)
{
    return date.n ? dm_date_within(date, m->from, m->to) : !m->to.n;
}
