/* str.h: a view of bytes (not owned, not NUL-terminated), and a growing string in an arena.
 * Text is UTF-8; bytes are compared as unsigned char, never by locale. */
#ifndef DM_STR_H
#define DM_STR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const char *s; /* may be NULL if n is 0 */
    size_t n;      /* bytes */
} dm_str;

#define DM_LIT(literal) ((dm_str){(literal), sizeof(literal) - 1})
#define DM_ARG(str) (int)(str).n, (str).s ? (str).s : "" /* for "%.*s" */

dm_str dm_str_from(const char *text); /* view of a C string; NULL gives the empty view */
bool dm_str_is(dm_str a, const char *b);
bool dm_str_equal(dm_str a, dm_str b);
bool dm_str_starts(dm_str a, const char *prefix);
bool dm_str_ends(dm_str a, const char *suffix);
int dm_str_order(dm_str a, dm_str b); /* by bytes, as memcmp; the shorter first */
dm_str dm_str_sub(dm_str a, size_t from, size_t to);
dm_str dm_str_trim(dm_str a); /* ASCII blanks off both ends */
uint64_t dm_str_hash(dm_str a); /* the same on every machine and run */

typedef struct {
    dm_arena *arena;
    char *s; /* NUL-terminated once anything was added */
    size_t n, capacity;
} dm_buf;

void dm_buf_add(dm_buf *buf, const char *bytes, size_t n);
void dm_buf_str(dm_buf *buf, dm_str text);
void dm_buf_char(dm_buf *buf, char c);
void dm_buf_format(dm_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
dm_str dm_buf_view(const dm_buf *buf);

/* Code point at s[*at] of valid or broken UTF-8 of n bytes; moves *at behind it. A byte that starts no valid
 * sequence gives U+FFFD and moves by one. */
uint32_t dm_utf8_next(const char *s, size_t n, size_t *at);
size_t dm_utf8_length(dm_str text);
#define DM_UTF8_NONE ((size_t)-1)
size_t dm_utf8_byte(dm_str text, size_t code_point); /* where it begins; DM_UTF8_NONE: the text is shorter */ /* code points */

/* Folded for comparing and for features: case folded, accents dropped, typographic quotes and dashes made plain. */
dm_str dm_str_fold(dm_arena *arena, dm_str text);

#endif
