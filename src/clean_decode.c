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
    {"lt", '<'}, {"mdash", 0x2014}, {"nbsp", ' '}, {"ndash", 0x2013}, {"quot", '"'}, {"raquo", 0xBB}, {"rdquo", 0x201D}, {"rsquo", 0x2019}};

static uint32_t from_windows(uint32_t byte)
{
    uint32_t cp = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
    return cp ? cp : 0xFFFD;
}

/* "&#8217;", "&amp;": code point, and the length in bytes; 0: no entity. What stands at `at` is taken for the "&". */
static uint32_t entity(dm_str raw, size_t at, size_t *length)
{
    size_t left = raw.n - at - 1;
    const char *end = memchr(raw.s + at + 1, ';', left < 9 ? left : 9);
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
    if (is_invisible(cp)) {
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

static dm_glyphs normalise(const dm_glyphs *in)
{
    dm_glyphs out = {.arena = in->arena, .repairs = in->repairs};
    for (size_t i = 0, end; i < in->n; i = end) {
        end = i + 1;
        while (end < in->n && joins_before(in->at[end].cp))
            end++;
        if (end == i + 1 && in->at[i].cp < 0x300)
            dm_glyph_push(&out, in->at[i].cp, in->at[i].from, in->at[i].to);
        else
            compose(&out, in, i, end);
    }
    return out;
}

dm_glyphs dm_clean_decode(dm_arena *arena, dm_str raw, unsigned *repairs)
{
    dm_glyphs out = {.arena = arena, .repairs = repairs};
    for (size_t at = 0; at < raw.n;) {
        size_t from = at, length = 0;
        uint32_t cp = dm_utf8_next(raw.s, raw.n, &at);
        if (cp == 0xFFFD && at == from + 1) { /* a byte that is no UTF-8 */
            cp = from_windows((unsigned char)raw.s[from]);
            repairs[DM_REPAIR_ENCODING]++;
        } else if (cp == '&') {
            for (uint32_t meant; cp == '&' && (meant = entity(raw, at - 1, &length)); cp = meant) { /* also "&amp;quot;" */
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
