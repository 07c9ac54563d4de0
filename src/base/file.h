/* file.h: reading lines and writing files as a careful command does.
 *
 * Input comes line by line with bounded memory, from a file or from standard input ("-"). Output goes to a temporary
 * file beside its goal and takes its name only when every byte is on disk, so that nobody ever meets half a file. */
#ifndef DM_FILE_H
#define DM_FILE_H

#include "base/error.h"
#include "base/str.h"

#include <stdio.h>

/* ---- lines in -------------------------------------------------------------------------------------------- */
enum { DM_LINE_LIMIT = 64 * 1024 * 1024 };

typedef enum {
    DM_LINE,          /* here it is */
    DM_LINE_TOO_LONG, /* longer than the limit: passed over, the next call goes on behind it */
    DM_LINE_END,
    DM_LINE_FAILED    /* read error or out of memory, see the error */
} dm_line;

typedef struct {
    FILE *file;
    const char *name; /* for messages: the file name as given, "standard input" for "-" */
    size_t number;    /* of the line given last, from 1 */
    size_t limit;     /* bytes, DM_LINE_LIMIT unless changed after opening */
    char *buffer;
    size_t begin, end, capacity; /* the unread bytes are buffer[begin..end) */
    bool at_end;
} dm_lines;

/* `file` must outlive the lines. DM_INPUT: cannot be opened, or is a folder. */
dm_status dm_lines_open(dm_lines *lines, const char *file, dm_error *error);

/* The line without its end ("\n", "\r\n") and without a byte order mark; valid until the next call. */
dm_line dm_lines_next(dm_lines *lines, dm_str *line, dm_error *error);
void dm_lines_close(dm_lines *lines);

/* ---- files out ------------------------------------------------------------------------------------------- */
typedef struct {
    FILE *file; /* write here */
    char *path;
    char *temporary; /* NULL: a device or pipe, written directly */
    bool overwrite;
} dm_out;

/* DM_USAGE if the file is there and `overwrite` is false. The folder must exist. Both ends below may be called on a
 * zeroed or failed dm_out. */
dm_status dm_out_open(dm_out *out, const char *path, bool overwrite, dm_error *error);

/* All bytes to disk and the file to its name; on failure nothing is left behind. Either call ends the dm_out. */
dm_status dm_out_commit(dm_out *out, dm_error *error);
void dm_out_abandon(dm_out *out);

/* Makes the folder and those above it; one that is there already is fine. */
dm_status dm_make_folder(const char *folder, dm_error *error);

/* Asks a stream once, at its end, whether all was written, and closes it. */
dm_status dm_finish_stream(FILE *stream, const char *name, dm_error *error);

/* ---- dates ----------------------------------------------------------------------------------------------- */
bool dm_date_is_valid(dm_str date); /* YYYY-MM-DD, a day that the calendar has */
bool dm_date_within(dm_str date, dm_str from, dm_str to); /* of the half open span; an empty end is open */

#endif
