/* reader_text.c: one file, one article. Also the place where what is no text at all is told apart. */
#include "reader_format.h"

#include <inttypes.h>

static bool matches_anything(const dm_source *source)
{
    (void)source;
    return true;
}

static bool is_blank_only(const char *s, size_t n)
{
    while (n && (*s == ' ' || (*s >= '\t' && *s <= '\r')))
        s++, n--;
    return n == 0 || (n == 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0);
}

/* Files that turn up among articles and hold none that can be read. A reason that says what to do is worth
 * more than "binary". */
static const char *known_kind(const char *s, size_t n)
{
    static const struct {
        const char *magic;
        size_t n;
        const char *reason;
    } kinds[] = {
        {"\xFF\xFE", 2, "UTF-16 text: convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"},
        {"\xFE\xFF", 2, "UTF-16 text: convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"},
        {"\x1F\x8B", 2, "compressed (gzip): unpack it first"},
        {"\x28\xB5\x2F\xFD", 4, "compressed (zstd): unpack it first"},
        {"BZh", 3, "compressed (bzip2): unpack it first"},
        {"\xFD" "7zXZ", 5, "compressed (xz): unpack it first"},
        {"PK\x03\x04", 4, "zip archive or office document: unpack or export it as text first"},
        {"%PDF-", 5, "PDF: turn it into text first (pdftotext)"},
        {"\x89PNG", 4, "a picture"},
        {"\xFF\xD8\xFF", 3, "a picture"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (n >= kinds[i].n && memcmp(s, kinds[i].magic, kinds[i].n) == 0)
            return kinds[i].reason;
    return NULL;
}

/* More than one NUL in 500 bytes. A single one is a scratch on a text, and the clean room takes it out. */
static bool is_binary(const char *s, size_t n, size_t *first)
{
    size_t count = 0;
    const char *end = s + n;
    for (const char *p = s; (p = memchr(p, '\0', (size_t)(end - p))) != NULL; p++) {
        if (count++ == 0)
            *first = (size_t)(p - s);
        if (count > n / 500)
            return true;
    }
    return false;
}

static dm_read next_text(dm_source *source, dm_doc *doc, dm_skip *skip, dm_error *error)
{
    if (source->given)
        return DM_READ_END;
    dm_got got = dm_source_all(source);
    if (got == DM_GOT_NO_MEMORY) {
        dm_fail(error, DM_SYSTEM, "%s: out of memory", source->name);
        return DM_READ_FAILED;
    }
    if (got == DM_GOT_TOO_LONG)
        return dm_source_skip(source, skip, 0, "over %d MiB: no single article", DM_TEXT_LIMIT >> 20);
    const char *text = source->text;
    size_t n = source->n_text, nul = 0;
    const char *kind = known_kind(text, n);
    if (kind)
        return dm_source_skip(source, skip, 0, "%s", kind);
    if (is_binary(text, n, &nul))
        return dm_source_skip(source, skip, nul, "binary data (NUL bytes)");
    if (is_blank_only(text, n))
        return dm_source_skip(source, skip, 0, n ? "nothing but blanks" : "empty");
    dm_arena *arena = doc->arena;
    doc->article.raw = (dm_str){dm_arena_copy(arena, text, n), n};
    doc->article.id = (dm_str){dm_arena_copy(arena, source->base.s, source->base.n), source->base.n};
    source->given++;
    return DM_READ_ARTICLE;
}

const dm_format dm_format_text = {"text", matches_anything, next_text};
