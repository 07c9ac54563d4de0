/* Bytes → code points: broken UTF-8, Windows-1252, entities, invisible characters, blanks, NFC. */
#include "clean_glyph.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Windows-1252 0x80–0x9F (the Unicode Consortium's table); 0: not used there. */
static const uint16_t windows_1252[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};

static const struct {
    const char *name;
    uint32_t cp;
} entities[] = {{"amp", '&'}, {"apos", '\''}, {"gt", '>'}, {"hellip", 0x2026}, {"laquo", 0xAB}, {"ldquo", 0x201C}, {"lsquo", 0x2018},
    {"lt", '<'}, {"mdash", 0x2014}, {"nbsp", 0xA0}, {"ndash", 0x2013}, {"quot", '"'}, {"raquo", 0xBB}, {"rdquo", 0x201D}, {"rsquo", 0x2019}};

static uint32_t from_windows(uint32_t byte)
{
    uint32_t cp = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
    return cp ? cp : 0xFFFD;
}

static uint32_t to_windows(uint32_t cp) /* the byte, or 0 */
{
    for (uint32_t i = 0; i < 32; i++)
        if (windows_1252[i] == cp)
            return 0x80 + i;
    return cp < 0x100 ? cp : 0;
}

/* UTF-8 that was read as Windows-1252 and written as UTF-8 again ("Itâ€™s", "prÃ©cis"): the code point meant, or 0. */
static uint32_t read_twice(dm_str raw, uint32_t first, size_t *at)
{
    char bytes[4] = {(char)first};
    size_t n = first == 0xE2 ? 3 : first >= 0xC2 && first <= 0xC5 ? 2 : 0, end = *at, zero = 0;
    for (size_t i = 1; i < n; i++) {
        if (end >= raw.n || (unsigned char)raw.s[end] < 0x80)
            return 0;
        uint32_t cp = dm_utf8_next(raw.s, raw.n, &end), byte = to_windows(cp);
        if (byte < 0x80 || byte > 0xBF || (n == 2 && cp >= 0x2010 && (first >= 0xC4 || cp < 0x2020))) /* Ä” is a letter and a mark */
            return 0;
        bytes[i] = (char)byte;
    }
    uint32_t meant = n ? dm_utf8_next(bytes, n, &zero) : 0;
    if (zero != n || (n == 3 && (meant < 0x2010 || meant > 0x2122 || (meant > 0x203A && meant != 0x20AC && meant != 0x2122))))
        return 0; /* of three bytes: the marks of Western text */
    *at = end;
    return meant;
}

/* "&#8217;", "&amp;": code point, and the length in bytes; 0: no entity. What stands at `at` is taken for the "&". */
static uint32_t entity(dm_str raw, size_t at, size_t *length)
{
    size_t left = raw.n - at - 1;
    const char *end = memchr(raw.s + at + 1, ';', left < 9 ? left : 9);
    if (left > 4 && memcmp(raw.s + at + 1, "nbsp", 4) == 0 && raw.s[at + 5] != ';') { /* often without its semicolon */
        *length = 5;
        return 0xA0;
    }
    if (!end)
        return 0;
    dm_str name = dm_str_sub(raw, at + 1, (size_t)(end - raw.s));
    *length = name.n + 2;
    if (name.n > 1 && name.s[0] == '#') {
        bool hex = name.s[1] == 'x' || name.s[1] == 'X';
        char digits[10] = {0}, *stop;
        memcpy(digits, name.s + 1 + hex, name.n - 1 - hex < 9 ? name.n - 1 - hex : 9);
        unsigned long cp = strtoul(digits, &stop, hex ? 16 : 10);
        return *stop || !digits[0] || cp == 0 || cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000) ? 0 : (uint32_t)cp;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (dm_str_is(name, entities[i].name))
            return entities[i].cp;
    return 0;
}

static bool is_invisible(uint32_t cp)
{
    return (cp < 0x20 && cp != '\n' && cp != '\r' && cp != '\t') || cp == 0x7F || cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x2064) || cp == 0xFEFF || cp == 0xFFF9 || cp == 0xFFFA || cp == 0xFFFB;
}

static bool is_odd_blank(uint32_t cp)
{
    return cp == '\t' || cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F || cp == 0x3000 || cp == 0x1680;
}

static const char *ligature(uint32_t cp)
{
    static const char *const letters[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    return cp >= 0xFB00 && cp <= 0xFB06 ? letters[cp - 0xFB00] : NULL;
}

static void take(dm_glyphs *out, uint32_t cp, uint32_t from, uint32_t to)
{
    if (cp >= 0x80 && cp < 0xA0 && cp != 0x85) { /* a C1 control: a Windows byte that was called Latin-1 on its way */
        cp = from_windows(cp);
        out->repairs[DM_REPAIR_ENCODING]++;
    }
    uint32_t before = out->n ? out->at[out->n - 1].cp : 0;
    bool joiner = (cp == 0x200C || cp == 0x200D) && before >= 0x600 && before < 0x1000; /* has a meaning in Persian, Hindi … */
    if (is_invisible(cp) && !joiner) {
        out->repairs[DM_REPAIR_INVISIBLE]++;
        return;
    }
    const char *letters = ligature(cp);
    if (letters) {
        out->repairs[DM_REPAIR_FORM]++;
        for (size_t i = 0; letters[i]; i++)
            dm_glyph_push(out, (unsigned char)letters[i], from, to);
        return;
    }
    if (is_odd_blank(cp)) {
        out->repairs[DM_REPAIR_BLANK]++;
        cp = ' ';
    }
    if (cp == 0x85 || cp == 0x2028 || cp == 0x2029 || cp == 0x0B || cp == 0x0C)
        cp = '\n';
    dm_glyph_push(out, cp, from, to);
}

static bool joins_before(uint32_t cp) /* may combine with what stands before it */
{
    return cp >= 0x300 && (utf8proc_get_property((utf8proc_int32_t)cp)->combining_class != 0 || (cp >= 0x1161 && cp <= 0x11C2) ||
                           utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_MN || utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_MC);
}

/* Composes base and marks [i, end) to NFC; all results come from the bytes of the whole group. */
static void compose(dm_glyphs *out, const dm_glyphs *in, size_t i, size_t end)
{
    dm_buf text = {.arena = out->arena};
    for (size_t k = i; k < end; k++) {
        utf8proc_uint8_t bytes[4];
        dm_buf_add(&text, (const char *)bytes, (size_t)utf8proc_encode_char((utf8proc_int32_t)in->at[k].cp, bytes));
    }
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.s, (utf8proc_ssize_t)text.n, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0 || ((size_t)n == text.n && memcmp(composed, text.s, text.n) == 0)) {
        for (size_t k = i; k < end; k++)
            dm_glyph_push(out, in->at[k].cp, in->at[k].from, in->at[k].to);
    } else {
        out->repairs[DM_REPAIR_FORM]++;
        for (size_t at = 0; at < (size_t)n;)
            dm_glyph_push(out, dm_utf8_next((const char *)composed, (size_t)n, &at), in->at[i].from, in->at[end - 1].to);
    }
    free(composed);
}

enum { MOST_MARKS = 30 }; /* on one letter: Unicode Standard Annex 15, stream-safe text */

static dm_glyphs normalise(const dm_glyphs *in)
{
    dm_glyphs out = {.arena = in->arena, .repairs = in->repairs};
    for (size_t i = 0, end; i < in->n; i = end) {
        end = i + 1;
        while (end < in->n && joins_before(in->at[end].cp))
            end++;
        size_t marks_end = end;
        if (end - i > MOST_MARKS + 1) {
            out.repairs[DM_REPAIR_FORM]++;
            end = i + MOST_MARKS + 1;
        }
        if (end == i + 1 && in->at[i].cp < 0x300)
            dm_glyph_push(&out, in->at[i].cp, in->at[i].from, in->at[i].to);
        else
            compose(&out, in, i, end);
        end = marks_end;
    }
    return out;
}

dm_glyphs dm_clean_decode(dm_arena *arena, dm_str raw, unsigned *repairs)
{
    dm_glyphs out = {.arena = arena, .repairs = repairs};
    for (size_t at = 0; at < raw.n;) {
        size_t from = at, length = 0;
        uint32_t cp = dm_utf8_next(raw.s, raw.n, &at);
        uint32_t meant;
        if (cp == 0xFFFD && at == from + 1) { /* a byte that is no UTF-8; E2 80 is a dash or a mark that was cut */
            if ((unsigned char)raw.s[from] == 0xE2 && at < raw.n && (unsigned char)raw.s[at] == 0x80)
                at++;
            else
                cp = from_windows((unsigned char)raw.s[from]);
            repairs[DM_REPAIR_ENCODING]++;
        } else if (cp >= 0xC2 && cp <= 0xE2 && (meant = read_twice(raw, cp, &at))) {
            cp = meant;
            repairs[DM_REPAIR_ENCODING]++;
        } else if (cp == '&') {
            for (; cp == '&' && (meant = entity(raw, at - 1, &length)); cp = meant) { /* also "&amp;quot;" */
                at += length - 1;
                repairs[DM_REPAIR_FORM]++;
            }
        } else if (cp == '\r') {
            at += at < raw.n && raw.s[at] == '\n';
            cp = '\n';
        }
        take(&out, cp, (uint32_t)from, (uint32_t)at);
    }
    return normalise(&out);
}
