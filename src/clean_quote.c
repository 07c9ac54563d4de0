/* clean_quote.c: double quotation marks. Which way a mark looks is told by where it stands:
 *
 *     blank before, word behind   “We      opens          doubled, a mark is one mark: “”free → “free
 *     word before, blank behind   We”      closes         in the wrong direction it is turned: a ”word → a “word
 *     word on both sides          We”In    closes what is open, else opens; the missing blank is put in
 *     blank on both sides         We ” In  the same, and the blank inside is taken out
 *
 * Straight marks stay straight, but a quotation ends in the style in which it began. Single marks are mostly
 * apostrophes; they are left alone, unless two of them stand for one double mark. */
#include "clean_parts.h"

typedef enum { NO_MARK, PLAIN, LEFT, RIGHT, LOW } mark_kind;

/* Mark at a byte, with its end: " “ ” „ ‟, and '' ‘‘ ’’ `` for them. */
static mark_kind mark_at(const char *s, size_t n, size_t at, size_t *end)
{
    if (at >= n)
        return NO_MARK;
    *end = at + 1;
    if (s[at] == '"')
        return PLAIN;
    if ((s[at] == '\'' || s[at] == '`') && at + 1 < n && s[at + 1] == s[at]) {
        *end = at + 2;
        return s[at] == '`' ? LEFT : PLAIN;
    }
    if (n - at < 3 || memcmp(s + at, "\xE2\x80", 2) != 0)
        return NO_MARK;
    *end = at + 3;
    switch ((unsigned char)s[at + 2]) {
    case 0x9C: case 0x9F: return LEFT;
    case 0x9D: return RIGHT;
    case 0x9E: return LOW;
    case 0x98: case 0x99:
        if (n - at < 6 || memcmp(s + at, s + at + 3, 3) != 0)
            return NO_MARK;
        *end = at + 6;
        return (unsigned char)s[at + 2] == 0x98 ? LEFT : RIGHT;
    default: return NO_MARK;
    }
}

typedef struct {
    size_t from, end;
    mark_kind kind;
    size_t count;          /* marks that stand together */
    bool free_before;      /* nothing that a closing mark could belong to */
    bool word_behind;      /* something that an opening mark could belong to */
    bool line_start, line_end, letter_behind;
} mark;

static bool is_gap(uint32_t cp) { return cp == 0 || cp == ' ' || cp == '\n'; }

static bool is_free_before(uint32_t cp)
{
    return is_gap(cp) || cp == '(' || cp == '[' || cp == '/' || cp == '-' || (cp >= 0x2010 && cp <= 0x2015) ||
           cp == 0x2018;
}

static bool is_word_behind(const char *s, size_t n, size_t at)
{
    uint32_t cp = dm_char_at(s, n, at);
    if (cp == '.' || cp == 0x2026) /* “…we” and “.50 calibre”, but not ”. */
        return cp == 0x2026 || (at + 1 < n && (s[at + 1] == '.' || dm_is_digit(s[at + 1])));
    return !is_gap(cp) && !(cp < 0x80 && strchr(",;:!?)]/-", (int)cp)) && !(cp >= 0x2010 && cp <= 0x2015) &&
           cp != 0x2019;
}

static mark look(const dm_tape *t, size_t at, size_t end, mark_kind kind)
{
    mark m = {.from = at, .end = end, .kind = kind, .count = 1};
    uint32_t before = dm_char_before(t->s, at);
    m.free_before = is_free_before(before);
    m.line_start = before == 0 || before == '\n';
    m.word_behind = is_word_behind(t->s, t->n, end);
    uint32_t behind = dm_char_at(t->s, t->n, end);
    m.line_end = behind == 0 || behind == '\n';
    m.letter_behind = dm_is_letter(behind) || (behind < 0x80 && dm_is_digit((char)behind));
    return m;
}

/* Marks that stand together are one. ”“ and """" between two quotations in a row are not: said.”“We */
static mark gather(const dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t end = 0, next = 0;
    mark_kind kind = mark_at(t->s, t->n, scan->at, &end), more;
    if (kind == NO_MARK)
        return (mark){0};
    mark first = look(t, scan->at, end, kind);
    size_t count = 1, last = end;
    while ((more = mark_at(t->s, t->n, last, &next)) != NO_MARK) {
        if (more != PLAIN)
            kind = kind == PLAIN ? more : kind;
        last = next;
        count++;
    }
    if (count == 1)
        return first;
    mark all = look(t, scan->at, last, kind);
    all.count = count;
    bool two_quotations = scan->quote_open && !all.free_before && all.word_behind && count == 2 && first.kind != LEFT;
    if (two_quotations)
        return first;
    return all;
}

static bool opens(const dm_scan *scan, const mark *m)
{
    if (m->free_before != !m->word_behind) /* one side only: the place decides */
        return m->free_before;
    if (m->line_start)
        return true;
    if (scan->quote_open || m->kind == RIGHT)
        return false;
    return m->free_before ? !m->line_end : true;
}

static void set_mark(dm_scan *scan, const mark *m, const char *want)
{
    const char *s = scan->tape->s;
    if (m->end - m->from != strlen(want) || memcmp(s + m->from, want, strlen(want)) != 0)
        dm_tape_edit(scan->tape, m->from, m->end, want, strlen(want), DM_REPAIR_QUOTE);
}

static void open_quotation(dm_scan *scan, const mark *m)
{
    dm_tape *t = scan->tape;
    if (!m->free_before)
        dm_tape_put(t, m->from, " ", DM_REPAIR_MISSING_BLANK);
    scan->quote_plain = m->kind == PLAIN;
    scan->quote_open = true;
    set_mark(scan, m, m->kind == PLAIN ? "\"" : m->kind == LOW ? "\xE2\x80\x9E" : "\xE2\x80\x9C");
    scan->at = m->end;
    if (!m->word_behind && m->end + 1 < t->n && t->s[m->end] == ' ' && t->s[m->end + 1] != '\n') {
        dm_tape_drop(t, m->end, m->end + 1, DM_REPAIR_BLANK);
        scan->at = m->end + 1;
    }
}

/* The possessive of a title, ‘The “Post”s view’, is no missing blank. */
static bool is_ending(const dm_tape *t, size_t at)
{
    return t->s[at] == 's' && !dm_is_letter(dm_char_at(t->s, t->n, at + 1));
}

static void close_quotation(dm_scan *scan, const mark *m)
{
    dm_tape *t = scan->tape;
    bool blank_before = m->from > t->done && t->s[m->from - 1] == ' ' && m->from > 1 && t->s[m->from - 2] != '\n';
    if (m->free_before && blank_before && !m->word_behind)
        dm_tape_drop(t, m->from - 1, m->from, DM_REPAIR_BLANK);
    bool plain = scan->quote_open ? scan->quote_plain : m->kind == PLAIN;
    set_mark(scan, m, plain ? "\"" : "\xE2\x80\x9D");
    size_t next;
    bool another = mark_at(t->s, t->n, m->end, &next) != NO_MARK;
    if ((m->letter_behind && !is_ending(t, m->end)) || another)
        dm_tape_put(t, m->end, " ", DM_REPAIR_MISSING_BLANK);
    scan->quote_open = false;
    scan->at = m->end;
}

bool dm_clean_quote(dm_scan *scan)
{
    mark m = gather(scan);
    if (m.kind == NO_MARK)
        return false;
    if (m.count > 1 && m.free_before && !m.word_behind) { /* an empty quotation: nothing to go by */
        scan->at = m.end;
        return true;
    }
    if (opens(scan, &m))
        open_quotation(scan, &m);
    else
        close_quotation(scan, &m);
    return true;
}

/* ---- counting -------------------------------------------------------------------------------------------- */
static bool begins_with_mark(dm_str text, size_t at)
{
    size_t end;
    return mark_at(text.s, text.n, at, &end) != NO_MARK;
}

/* A quotation may run on into the next paragraph, if that opens with a mark again. */
unsigned dm_clean_unbalanced(dm_str text)
{
    unsigned count = 0;
    bool open = false, ran_in = false;
    for (size_t at = 0; at < text.n;) {
        size_t end = at + 1;
        mark_kind kind = (unsigned char)text.s[at] == 0xE2 || text.s[at] == '"' ? mark_at(text.s, text.n, at, &end)
                                                                                : NO_MARK;
        if (text.s[at] == '\n') {
            ran_in = open && begins_with_mark(text, at + 1);
            count += open && !ran_in;
            open = false;
        } else if (kind == LEFT || kind == LOW || (kind == PLAIN && !open)) {
            count += open;
            open = true;
        } else if (kind != NO_MARK) {
            count += !open && !ran_in;
            open = false;
        }
        at = kind == NO_MARK ? at + 1 : end;
    }
    return count + open;
}
