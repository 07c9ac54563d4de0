/* reader.h: files, folders and streams → articles, one at a time.
 *
 * Formats are told from content, one file each (reader_text.c, reader_jsonl.c); a new format adds a
 * dm_format to the table in reader.c and nothing else. Folders are walked in byte order of the names. */
#ifndef DM_READER_H
#define DM_READER_H

#include "base/error.h"
#include "doc.h"

typedef struct dm_reader dm_reader;

typedef struct {
    const char *format;        /* "text", "jsonl", or NULL: told from the content */
    const char *date;          /* date for articles that bring none, or NULL */
    const char *const *fields; /* "name=path" pairs of --field, NULL-terminated, or NULL; path may be dotted */
} dm_reader_options;

typedef enum { DM_READ_ARTICLE, DM_READ_SKIPPED, DM_READ_END, DM_READ_FAILED } dm_read;

typedef struct { /* an input that gave no article, and why */
    dm_str input;
    size_t line;     /* 0 unless line-based */
    uint64_t offset; /* byte in the input */
    char reason[200];
} dm_skip;

/* `inputs` are files, folders or "-"; they must outlive the reader. NULL: out of memory or wrong options (error). */
dm_reader *dm_reader_open(const char *const *inputs, size_t n_inputs, const dm_reader_options *options, dm_error *error);
void dm_reader_close(dm_reader *reader);

/* Next article into doc->article, its memory in doc->arena. SKIPPED fills *skip; FAILED (memory) fills *error. */
dm_read dm_reader_next(dm_reader *reader, dm_doc *doc, dm_skip *skip, dm_error *error);

#endif
