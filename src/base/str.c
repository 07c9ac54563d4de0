#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

dm_str dm_str_from(const char *text) { return (dm_str){text, text ? strlen(text) : 0}; }

bool dm_str_equal(dm_str a, dm_str b) { return a.n == b.n && (a.n == 0 || memcmp(a.s, b.s, a.n) == 0); }

bool dm_str_is(dm_str a, const char *b) { return dm_str_equal(a, dm_str_from(b)); }

bool dm_str_starts(dm_str a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && memcmp(a.s, prefix, n) == 0;
}

bool dm_str_ends(dm_str a, const char *suffix)
{
    size_t n = strlen(suffix);
    return a.n >= n && memcmp(a.s + a.n - n, suffix, n) == 0;
}

int dm_str_order(dm_str a, dm_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.s, b.s, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

dm_str dm_str_sub(dm_str a, size_t from, size_t to)
{
    if (to > a.n)
        to = a.n;
    if (from >= to)
        return (dm_str){"", 0};
    return (dm_str){a.s + from, to - from};
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

dm_str dm_str_trim(dm_str a)
{
    while (a.n && is_blank(a.s[0]))
        a.s++, a.n--;
    while (a.n && is_blank(a.s[a.n - 1]))
        a.n--;
    return a;
}

/* FNV-1a with a final mix (MurmurHash3's), so that low bits may index a table. */
uint64_t dm_str_hash(dm_str a)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < a.n; i++)
        h = (h ^ (unsigned char)a.s[i]) * 0x100000001b3u;
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    return h;
}

static void make_room(dm_buf *buf, size_t more)
{
    if (buf->n + more + 1 <= buf->capacity)
        return;
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity < buf->n + more + 1)
        capacity *= 2;
    char *wider = dm_arena_alloc(buf->arena, capacity);
    if (buf->n)
        memcpy(wider, buf->s, buf->n);
    buf->s = wider;
    buf->capacity = capacity;
}

void dm_buf_add(dm_buf *buf, const char *bytes, size_t n)
{
    make_room(buf, n);
    if (n)
        memcpy(buf->s + buf->n, bytes, n);
    buf->n += n;
    buf->s[buf->n] = '\0';
}

void dm_buf_str(dm_buf *buf, dm_str text) { dm_buf_add(buf, text.s, text.n); }

void dm_buf_char(dm_buf *buf, char c) { dm_buf_add(buf, &c, 1); }

void dm_buf_format(dm_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        make_room(buf, (size_t)n);
        vsnprintf(buf->s + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

dm_str dm_buf_view(const dm_buf *buf) { return (dm_str){buf->s ? buf->s : "", buf->n}; }

uint32_t dm_utf8_next(const char *s, size_t n, size_t *at)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[*at] < 0x80)
        return u[(*at)++];
    utf8proc_int32_t cp = 0;
    size_t left = n - *at;
    utf8proc_ssize_t k = utf8proc_iterate(u + *at, (utf8proc_ssize_t)(left < 4 ? left : 4), &cp);
    if (k <= 0) {
        (*at)++;
        return 0xFFFD;
    }
    *at += (size_t)k;
    return (uint32_t)cp;
}

size_t dm_utf8_length(dm_str text)
{
    size_t at = 0, n = 0;
    while (at < text.n) {
        dm_utf8_next(text.s, text.n, &at);
        n++;
    }
    return n;
}

size_t dm_utf8_byte(dm_str text, size_t code_point)
{
    size_t at = 0;
    for (; code_point && at < text.n; code_point--)
        dm_utf8_next(text.s, text.n, &at);
    return code_point ? DM_UTF8_NONE : at;
}

static uint32_t plain_punctuation(uint32_t cp)
{
    switch (cp) {
    case 0x2018: case 0x2019: case 0x201B: case 0x02BC: case 0x02B9: case 0x00B4: return '\'';
    case 0x201C: case 0x201D: case 0x201E: case 0x201F: case 0x00AB: case 0x00BB: return '"';
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2212: return '-';
    default: return cp;
    }
}

static void fold_code_point(dm_buf *out, uint32_t cp)
{
    utf8proc_int32_t parts[16];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)plain_punctuation(cp), parts, 16,
        UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < 16; i++) {
        utf8proc_uint8_t bytes[4];
        utf8proc_int32_t c = parts[i];
        if (c == 0x0131) /* dotless i of Turkish names */
            c = 'i';
        utf8proc_ssize_t k = utf8proc_encode_char(c, bytes);
        dm_buf_add(out, (const char *)bytes, (size_t)k);
    }
    if (n < 0)
        dm_buf_add(out, "?", 1);
}

dm_str dm_str_fold(dm_arena *arena, dm_str text)
{
    char *plain = dm_arena_alloc(arena, text.n + 1);
    size_t i = 0;
    for (; i < text.n && (unsigned char)text.s[i] < 0x80; i++) {
        char c = text.s[i];
        plain[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    if (i == text.n)
        return (dm_str){plain, text.n};
    dm_buf out = {.arena = arena};
    dm_buf_add(&out, plain, i);
    while (i < text.n)
        fold_code_point(&out, dm_utf8_next(text.s, text.n, &i));
    return dm_buf_view(&out);
}
