/* clean_credit.c: picture credits that were glued into the text.
 *
 *     "the Games[File: A. Name/Kremlin via AFP[File: A. Name/Kremlin via AFP"  →  "the Games"
 *     "a camp in Idlib (Omar Name/Reuters) on Friday"                          →  "a camp in Idlib on Friday"
 *
 * "WASHINGTON (AP)" is a dateline and "[and]" an editor's hand: both stay. */
#include "clean_parts.h"

enum { LONGEST = 200, LONGEST_OPEN = 120 }; /* bytes of a credit, closed and not closed */

static const char *const labels[] = {
    "File photo", "File picture", "File", "Photographer", "Photograph", "Photos", "Photo", "Pictures", "Picture", "Images", "Image",
    "Credits", "Credit", "Illustration", "Screenshot", "Handout", "Courtesy", "Getty Images",
};

/* "File:", "Photo by", "Photo/AFP", "Photo via": length of the label, 0: none. */
static size_t credit_label(dm_str inside)
{
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t n = strlen(labels[i]);
        if (inside.n < n || strncasecmp(inside.s, labels[i], n) != 0)
            continue;
        dm_str rest = dm_str_sub(inside, n, inside.n);
        static const char *const joins[] = {":", " : ", "/", " by ", " by:", " courtesy", " credit", " via "};
        for (size_t j = 0; j < sizeof joins / sizeof *joins; j++)
            if (dm_str_starts(rest, joins[j]))
                return n + strlen(joins[j]);
    }
    return 0;
}

static bool is_blank_or_slash(char c) { return c == ' ' || c == '/' || c == ',' || c == '|'; }

/* Words of a credit: names, and what joins them. */
static bool is_credit_word(dm_str word)
{
    static const char *const joining[] = {"via", "by", "and", "for", "of", "the", "de", "al", "van", "von", "file", "photo", "handout", "pool", "og"};
    for (size_t i = 0; i < sizeof joining / sizeof *joining; i++)
        if (dm_str_is(word, joining[i]))
            return true;
    size_t at = 0;
    uint32_t cp = dm_utf8_next(word.s, word.n, &at);
    return dm_is_upper(cp) || dm_is_agency(word);
}

typedef struct {
    bool all_names; /* every word may stand in a credit */
    bool slash, agency;
    size_t words;
} credit_words;

static credit_words look_at_words(dm_str inside)
{
    credit_words seen = {.all_names = true};
    size_t at = 0;
    while (at < inside.n) {
        size_t from = at;
        while (at < inside.n && !is_blank_or_slash(inside.s[at]))
            at++;
        dm_str word = dm_str_sub(inside, from, at);
        if (word.n) {
            seen.words++;
            seen.all_names = seen.all_names && is_credit_word(word);
            seen.agency = seen.agency || dm_is_agency(word);
        }
        seen.slash = seen.slash || (at < inside.n && inside.s[at] == '/');
        at++;
    }
    return seen;
}

static bool is_closed_credit(char bracket, dm_str inside)
{
    if (credit_label(inside))
        return true;
    credit_words seen = look_at_words(inside);
    if (!seen.all_names || !seen.agency)
        return false;
    return seen.slash || (bracket == '[' && seen.words <= 3);
}

/* A credit that nobody closed ends at the next bracket, at the line's end, behind an agency, or before the first
 * word that is no name. */
static size_t end_of_open_credit(const char *s, size_t from, size_t limit)
{
    size_t at = from;
    while (at < limit) {
        size_t word = at;
        while (at < limit && !is_blank_or_slash(s[at]))
            at++;
        dm_str w = {s + word, at - word};
        if (w.n && !is_credit_word(w))
            return word > from && s[word - 1] == ' ' ? word - 1 : word;
        if (w.n && dm_is_agency(w) && (at >= limit || s[at] == ' ')) {
            dm_str rest = {s + at, limit - at};
            return dm_str_starts(rest, " Images") ? at + strlen(" Images") : dm_str_starts(rest, " Photo") ? at + strlen(" Photo") : at;
        }
        while (at < limit && is_blank_or_slash(s[at]))
            at++;
    }
    return at;
}

/* Byte behind the credit whose bracket stands at `at`; `at` itself: there is none. */
static size_t end_of_credit(const dm_tape *t, size_t at)
{
    char open = t->s[at], close = open == '[' ? ']' : ')';
    size_t from = at + 1, end = from;
    while (end < t->n && end - from < LONGEST && t->s[end] != '\n' && t->s[end] != close && t->s[end] != open)
        end++;
    dm_str inside = {t->s + from, end - from};
    if (end < t->n && t->s[end] == close && is_closed_credit(open, inside)) {
        while (end < t->n && t->s[end] == close)
            end++;
        return end;
    }
    size_t label = credit_label(inside);
    if (!label || (end < t->n && t->s[end] == close))
        return at;
    size_t limit = end - from < LONGEST_OPEN ? end : from + LONGEST_OPEN;
    while (label < inside.n && t->s[from + label] == ' ')
        label++;
    return end_of_open_credit(t->s, from + label, limit);
}

/* A blank stays only where two words would meet. */
bool dm_clean_credit(dm_scan *scan)
{
    dm_tape *t = scan->tape;
    size_t end = scan->at, from = scan->at, next;
    while (end < t->n && (t->s[end] == '[' || t->s[end] == '(') && (next = end_of_credit(t, end)) > end) {
        end = next;
        while (end < t->n && t->s[end] == ' ')
            end++;
    }
    if (end == from)
        return false;
    while (from > t->done && t->s[from - 1] == ' ')
        from--;
    bool words_meet = from && t->s[from - 1] != '\n' && end < t->n && t->s[end] != '\n' && !strchr(".,;:!?)]", t->s[end]);
    dm_tape_edit(t, from, end, " ", words_meet, DM_REPAIR_CREDIT);
    scan->at = end;
    return true;
}
