/* clean_characters.c: bytes → characters that are valid, visible and of one form. One rule a function, table below. */
#include "clean_parts.h"

#include <utf8proc.h>

/* ---- what the others ask --------------------------------------------------------------------------------- */
bool dm_is_upper(uint32_t cp)
{
    if (cp < 0x80)
        return dm_is_upper_ascii((char)cp);
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LT;
}

bool dm_is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return dm_is_lower_ascii((char)(cp | 0x20));
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_MC;
}

bool dm_is_lower(uint32_t cp) { return dm_is_letter(cp) && !dm_is_upper(cp); }

/* Vowel and final jamo are letters, but compose with what stands before them. */
bool dm_is_mark(uint32_t cp)
{
    if (cp < 0x300)
        return false;
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return (c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME) || (cp >= 0x1160 && cp <= 0x11FF);
}

uint32_t dm_char_before(const char *s, size_t at)
{
    if (!at)
        return 0;
    size_t from = at - 1;
    while (from && at - from < 4 && ((unsigned char)s[from] & 0xC0) == 0x80)
        from--;
    return dm_utf8_next(s, at, &from);
}

uint32_t dm_char_at(const char *s, size_t n, size_t at) { return at < n ? dm_utf8_next(s, n, &at) : 0; }

size_t dm_char_encode(uint32_t cp, char bytes[4])
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)bytes);
}

/* ---- Windows-1252 ---------------------------------------------------------------------------------------- */
static const uint16_t windows_1252[32] = {
    /* 80 */ 0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    /* 88 */ 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
    /* 90 */ 0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    /* 98 */ 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* The five bytes that Windows-1252 leaves empty say nothing. */
static uint32_t from_windows_1252(uint32_t byte)
{
    if (byte < 0x80 || byte >= 0xA0)
        return byte;
    return windows_1252[byte - 0x80] ? windows_1252[byte - 0x80] : 0xFFFD;
}

/* The byte that Windows-1252 shows as this character, −1: none. A C1 control stands for itself. */
static int to_windows_1252(uint32_t cp)
{
    if (cp < 0x100)
        return (int)cp;
    for (int i = 0; i < 32; i++)
        if (windows_1252[i] == cp)
            return 0x80 + i;
    return -1;
}

/* ---- one character at a time ----------------------------------------------------------------------------- */
typedef struct {
    dm_tape *tape;
    size_t at, next; /* bytes of the character, or of the one bad byte */
    uint32_t cp;     /* U+FFFD for a bad byte */
    bool bad;
    uint32_t before; /* last character that was kept */
} spot;

static bool replace(spot *sp, size_t next, const char *bytes, size_t n, dm_repair kind)
{
    dm_tape_edit(sp->tape, sp->at, next, bytes, n, kind);
    sp->next = next;
    return true;
}

static bool replace_by(spot *sp, size_t next, uint32_t cp, dm_repair kind)
{
    char bytes[4];
    sp->cp = cp;
    return replace(sp, next, bytes, dm_char_encode(cp, bytes), kind);
}

/* A head byte of three or four with some of its tail: a character that was cut, and nobody knows which. */
static size_t end_of_cut_character(const spot *sp)
{
    unsigned char head = (unsigned char)sp->tape->s[sp->at];
    size_t want = head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : 0, end = sp->at + 1;
    while (want && end < sp->tape->n && end - sp->at < want && ((unsigned char)sp->tape->s[end] & 0xC0) == 0x80)
        end++;
    return end;
}

/* 93 48 69 94 → “Hi”: bytes that are no UTF-8 are Windows-1252 in nearly all news. */
static bool mend_bad_byte(spot *sp)
{
    if (!sp->bad)
        return false;
    size_t end = end_of_cut_character(sp);
    if (end > sp->at + 1)
        return replace_by(sp, end, 0xFFFD, DM_REPAIR_ENCODING);
    return replace_by(sp, sp->next, from_windows_1252((unsigned char)sp->tape->s[sp->at]), DM_REPAIR_ENCODING);
}

/* U+0092 for ’: Windows-1252 that was taken for Latin-1. */
static bool mend_c1_control(spot *sp)
{
    if (sp->cp < 0x80 || sp->cp > 0x9F)
        return false;
    return replace_by(sp, sp->next, from_windows_1252(sp->cp), DM_REPAIR_ENCODING);
}

/* "â€™" for ’ and "Ã©" for é: UTF-8 that was read as Windows-1252 and written as UTF-8 again. Only behind the heads
 * C2, C3 (Latin letters) and E2 80, E2 82 (punctuation, €), which no language writes before such tails. */
static bool mend_read_twice(spot *sp)
{
    if (sp->cp != 0xC2 && sp->cp != 0xC3 && sp->cp != 0xE2)
        return false;
    unsigned char bytes[3] = {(unsigned char)sp->cp, 0, 0};
    int want = sp->cp == 0xE2 ? 3 : 2;
    size_t end = sp->next;
    for (int i = 1; i < want; i++) {
        size_t before = end;
        int byte = end < sp->tape->n ? to_windows_1252(dm_utf8_next(sp->tape->s, sp->tape->n, &end)) : -1;
        if (byte < 0x80 || byte > 0xBF || (want == 3 && i == 1 && byte != 0x80 && byte != 0x82)) {
            if (i == 2 && bytes[1] == 0x80) /* "â€" alone: ”, whose third byte Windows-1252 does not have */
                return replace_by(sp, before, 0x201D, DM_REPAIR_ENCODING);
            return false;
        }
        bytes[i] = (unsigned char)byte;
    }
    utf8proc_int32_t cp;
    if (utf8proc_iterate(bytes, want, &cp) != want)
        return false;
    return replace_by(sp, end, (uint32_t)cp, DM_REPAIR_ENCODING);
}

static uint32_t numbered(dm_str digits, int base)
{
    uint32_t cp = 0;
    for (size_t i = 0; i < digits.n; i++) {
        char c = digits.s[i];
        uint32_t digit = dm_is_digit(c) ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a') + 10;
        cp = cp * (uint32_t)base + digit;
        if (cp > 0x10FFFF)
            return 0xFFFD;
    }
    if (cp == 0 || (cp >= 0xD800 && cp < 0xE000))
        return 0xFFFD;
    return from_windows_1252(cp);
}

/* "#8217;", "#x2019;" behind the ampersand: the character and its end, 0: none. */
static uint32_t numeric_entity(const char *s, size_t n, size_t at, size_t *end)
{
    int base = at + 1 < n && (s[at + 1] | 0x20) == 'x' ? 16 : 10;
    size_t from = at + (base == 16 ? 2 : 1), to = from;
    while (to < n && to - from < 8 &&
           (dm_is_digit(s[to]) || (base == 16 && (s[to] | 0x20) >= 'a' && (s[to] | 0x20) <= 'f')))
        to++;
    if (to == from)
        return 0;
    *end = to + (to < n && s[to] == ';');
    return numbered((dm_str){s + from, to - from}, base);
}

static uint32_t named_entity(const char *s, size_t n, size_t at, size_t *end)
{
    size_t to = at;
    while (to < n && to - at < 8 && (dm_is_lower_ascii((char)(s[to] | 0x20)) || dm_is_digit(s[to])))
        to++;
    dm_str name = {s + at, to - at};
    bool closed = to < n && s[to] == ';';
    if (!closed && !dm_str_is(name, "nbsp")) /* AT&T, R&D */
        return 0;
    *end = to + closed;
    return dm_entity(name);
}

/* "&rsquo;" → ’, "&#8217;" → ’, "&amp;quot;" → ". */
static bool mend_entity(spot *sp)
{
    if (sp->cp != '&')
        return false;
    const char *s = sp->tape->s;
    size_t n = sp->tape->n, end = sp->next, behind = sp->next;
    uint32_t cp = '&', found;
    while (cp == '&' && behind < n) {
        found = s[behind] == '#' ? numeric_entity(s, n, behind, &end) : named_entity(s, n, behind, &end);
        if (!found)
            break;
        cp = found;
        behind = end;
    }
    return behind > sp->next ? replace_by(sp, behind, cp, DM_REPAIR_FORM) : false;
}

/* Joiners shape words in Persian and Indic and join emoji; there they stay. */
static bool may_be_joined(uint32_t before)
{
    return (before >= 0x0600 && before < 0x2000) || before >= 0x2600;
}

static bool is_invisible(uint32_t cp, uint32_t before)
{
    if (cp < 0x20 || cp == 0x7F)
        return cp != '\t' && cp != '\n' && cp != '\v' && cp != '\f' && cp != '\r';
    switch (cp) {
    case 0x00AD: case 0x061C: case 0x180E: case 0x200B: case 0x200E: case 0x200F: case 0xFEFF:
        return true;
    case 0x200C: case 0x200D:
        return !may_be_joined(before);
    default:
        return (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) || (cp >= 0xFFF9 && cp <= 0xFFFB) ||
               (cp >= 0xFDD0 && cp <= 0xFDEF) || (cp & 0xFFFE) == 0xFFFE;
    }
}

static bool drop_invisible(spot *sp)
{
    if (!is_invisible(sp->cp, sp->before))
        return false;
    sp->cp = sp->before;
    return replace(sp, sp->next, "", 0, DM_REPAIR_INVISIBLE);
}

static bool plain_blank(spot *sp)
{
    bool odd = sp->cp == '\t' || sp->cp == 0xA0 || sp->cp == 0x1680 || (sp->cp >= 0x2000 && sp->cp <= 0x200A) ||
               sp->cp == 0x202F || sp->cp == 0x205F || sp->cp == 0x3000;
    return odd ? replace_by(sp, sp->next, ' ', DM_REPAIR_BLANK) : false;
}

/* CR LF, CR, VT, FF, LS and PS → LF; PS ends a paragraph. */
static bool plain_line_end(spot *sp)
{
    const dm_tape *t = sp->tape;
    if (sp->cp == 0x2029)
        return replace(sp, sp->next, "\n\n", 2, DM_REPAIR_BLANK);
    if (sp->cp != '\r' && sp->cp != '\v' && sp->cp != '\f' && sp->cp != 0x2028)
        return false;
    bool with_lf = sp->cp == '\r' && sp->next < t->n && t->s[sp->next] == '\n';
    return replace_by(sp, sp->next + with_lf, '\n', DM_REPAIR_BLANK);
}

static bool split_ligature(spot *sp)
{
    static const char *const letters[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
    if (sp->cp < 0xFB00 || sp->cp > 0xFB06)
        return false;
    const char *text = letters[sp->cp - 0xFB00];
    return replace(sp, sp->next, text, strlen(text), DM_REPAIR_FORM);
}

static bool (*const rules[])(spot *) = {
    mend_bad_byte, mend_c1_control, mend_read_twice, mend_entity,
    plain_line_end, plain_blank, drop_invisible, split_ligature,
};

static bool needs_no_look(unsigned char c) { return c == '\n' || (c >= ' ' && c < 0x7F && c != '&'); }

void dm_clean_characters(dm_tape *tape)
{
    spot sp = {.tape = tape};
    while (sp.next < tape->n) {
        sp.at = sp.next;
        if (needs_no_look((unsigned char)tape->s[sp.at])) {
            sp.before = (unsigned char)tape->s[sp.next++];
            continue;
        }
        sp.cp = dm_utf8_next(tape->s, tape->n, &sp.next);
        sp.bad = sp.cp == 0xFFFD && sp.next == sp.at + 1;
        for (size_t i = 0; i < sizeof rules / sizeof *rules && !rules[i](&sp); i++)
            ;
        sp.before = sp.cp;
    }
    dm_tape_turn(tape);
}

/* ---- NFC ------------------------------------------------------------------------------------------------- */
enum { MOST_MARKS = 30, /* on one letter, as in Unicode's stream-safe format; more is a prank */ WIDEST = 4 };

static void compose_cluster(dm_tape *tape, size_t from, size_t to, size_t kept)
{
    utf8proc_int32_t parts[(MOST_MARKS + 2) * WIDEST];
    utf8proc_ssize_t room = sizeof parts / sizeof *parts;
    utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)tape->s + from, (utf8proc_ssize_t)(kept - from),
                                            parts, room, options);
    if (n < 0 || n > room)
        return;
    n = utf8proc_normalize_utf32(parts, n, options);
    char bytes[sizeof parts];
    size_t length = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++)
        length += dm_char_encode((uint32_t)parts[i], bytes + length);
    if (length != to - from || memcmp(bytes, tape->s + from, length) != 0)
        dm_tape_edit(tape, from, to, bytes, length, DM_REPAIR_FORM);
}

static bool stands_composed(uint32_t cp)
{
    return utf8proc_get_property((utf8proc_int32_t)cp)->decomp_seqindex == UINT16_MAX;
}

/* A cluster is a character and the marks behind it; NFC never reaches beyond. */
void dm_clean_compose(dm_tape *tape)
{
    size_t at = 0, from = 0;
    while (at < tape->n) {
        if ((unsigned char)tape->s[at] < 0x80) {
            from = at++;
            continue;
        }
        size_t next = at, kept, marks = 0;
        uint32_t cp = dm_utf8_next(tape->s, tape->n, &next);
        if (dm_is_mark(cp))
            marks = 1; /* on the letter at `from` */
        else
            from = at;
        at = kept = next;
        while (at < tape->n && dm_is_mark(dm_utf8_next(tape->s, tape->n, &next))) {
            at = next;
            if (++marks <= MOST_MARKS)
                kept = at;
        }
        if (marks || !stands_composed(cp))
            compose_cluster(tape, from, at, kept);
        from = at;
    }
    dm_tape_turn(tape);
}

/* ---- blanks ---------------------------------------------------------------------------------------------- */
/* What a row of blanks and line ends comes to: a blank, a line end, an empty line; nothing at the ends of the text. */
void dm_clean_blanks(dm_tape *tape)
{
    static const char *const gaps[] = {" ", "\n", "\n\n"};
    size_t at = 0;
    while (at < tape->n) {
        size_t from = at, line_ends = 0;
        while (at < tape->n && (tape->s[at] == ' ' || tape->s[at] == '\n'))
            line_ends += tape->s[at++] == '\n';
        if (at == from) {
            at++;
            continue;
        }
        const char *gap = from == 0 || at == tape->n ? "" : gaps[line_ends < 2 ? line_ends : 2];
        size_t n = strlen(gap);
        if (at - from != n || memcmp(gap, tape->s + from, n) != 0) /* empty lines more or less are no damage */
            dm_tape_edit(tape, from, at, gap, n, at - from > line_ends ? DM_REPAIR_BLANK : DM_UNCOUNTED);
    }
    dm_tape_turn(tape);
}
