/* load.h: whole files of moderate size into an arena: gazetteers, lexicons, schemes, models to be checked. */
#ifndef DM_LOAD_H
#define DM_LOAD_H

#include "base/error.h"
#include "base/str.h"

dm_status dm_read_file(dm_arena *arena, const char *file, dm_str *text, dm_error *error);

/* Names "folder/x.tsv" of the regular files that end in `suffix`, in byte order. */
dm_status dm_list_folder(dm_arena *arena, const char *folder, const char *suffix, char ***files, size_t *n, dm_error *error);

/* All such files, one after the other, each ended by a line feed. */
dm_status dm_read_folder(dm_arena *arena, const char *folder, const char *suffix, dm_str *text, dm_error *error);

/* Next line of text from *at, without its end ("\n" or "\r\n"); false at the end. */
bool dm_next_line(dm_str text, size_t *at, dm_str *line);

/* Splits a line at tabs into at most `max` columns; returns how many there are (also beyond max). */
size_t dm_split_tabs(dm_str line, dm_str *columns, size_t max);

#endif
