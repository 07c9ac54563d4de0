/* reader_format.h: what a format sees of an input, and what the reader wants of a format.
 *
 * Internal to the reader. To add a format (HTML, WARC, CSV …): write reader_x.c with one dm_format and name it in
 * the table of reader.c, above "text", which takes whatever nobody else wants. To add a compression, fill the chunk
 * through a decoder in dm_source_fill; formats see plain bytes. */
#ifndef DM_READER_FORMAT_H
#define DM_READER_FORMAT_H

#include "reader.h"

#include <stdio.h>

enum {
    DM_CHUNK = 64 * 1024,
    DM_TEXT_LIMIT = 64 << 20, /* bytes of one article or one line; anything longer is no news article */
};

enum { DM_FIELD_ID, DM_FIELD_TEXT, DM_FIELD_TITLE, DM_FIELD_DATE, DM_FIELD_SOURCE, DM_FIELD_URL, DM_FIELD_N };

typedef struct {
    FILE *file;
    const char *name;  /* as the user gave or the folder walk built it; "-" is standard input */
    dm_str base;       /* without folder and extension; "stdin" for "-" */
    const char *paths[DM_FIELD_N]; /* where each field is found: "text", or what --field says */

    unsigned char chunk[DM_CHUNK]; /* the bytes read ahead; at first the head of the input */
    size_t at, n;      /* next byte in the chunk, bytes in it */
    bool ended;        /* nothing behind the chunk */
    int broken;        /* errno of a failed read, 0 = none */
    uint64_t offset;   /* of chunk[at] in the input */

    char *text;        /* last line or whole text; the source's own, overwritten by the next */
    size_t n_text, capacity;
    size_t line;       /* number of the last line, from 1 */
    size_t given;      /* articles and skips so far */
} dm_source;

typedef struct {
    const char *name;
    bool (*matches)(const dm_source *source); /* looks at the head: source->chunk[0 … n) */
    dm_read (*next)(dm_source *source, dm_doc *doc, dm_skip *skip, dm_error *error);
} dm_format;

extern const dm_format dm_format_text, dm_format_jsonl;

/* ---- reading: into source->text -------------------------------------------------------------------------- */
typedef enum { DM_GOT, DM_GOT_NOTHING, DM_GOT_TOO_LONG, DM_GOT_NO_MEMORY } dm_got;

void dm_source_fill(dm_source *source);     /* more bytes into an empty chunk */
dm_got dm_source_line(dm_source *source);   /* without its LF; TOO_LONG has moved on to the next line */
dm_got dm_source_all(dm_source *source);    /* all that is left */

/* ---- handing out ----------------------------------------------------------------------------------------- */
dm_read dm_source_skip(dm_source *source, dm_skip *skip, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* "2022-03-18", "2022-03-18T09:00Z", "20220318", "Fri, 18 Mar 2022 09:00:00 GMT" → "2022-03-18"; else false. */
bool dm_read_date(dm_str text, char date[11]);

#endif
