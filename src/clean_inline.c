/* clean_inline.c: repairs inside a line. A rule is asked at the bytes that it is named for in the table; it looks
 * around, and if it fires it edits and moves on. */
#include "clean_parts.h"

static char byte_at(const dm_tape *t, size_t at) { return at < t->n ? t->s[at] : '\0'; }
static char byte_before(const dm_tape *t, size_t at) { return at ? t->s[at - 1] : '\0'; }
static bool ends_line(char c) { return c == '\0' || c == '\n'; }

static bool is_word_char(uint32_t cp) { return dm_is_letter(cp) || (cp < 0x80 && dm_is_digit((char)cp)); }

static size_t letters_back(const dm_tape *t, size_t at)
{
    size_t from = at;
    while (from && at - from < 40 && (dm_is_lower_ascii(t->s[from - 1]) || dm_is_upper_ascii(t->s[from - 1])))
        from--;
    return at - from;
}

static size_t lower_run(const dm_tape *t, size_t at)
{
    size_t n = 0;
    while (n < 40 && dm_is_lower_ascii(byte_at(t, at + n)))
        n++;
    return n;
}

/* ---- stops ----------------------------------------------------------------------------------------------- */
/* "to such. actions" → "to such actions": no sentence ends with "such" and goes on in lower case. */
static bool drop_stray_stop(dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t at = scan->at, n = letters_back(t, at), next = lower_run(t, at + 2);
    if (n < 2 || next < 2 || byte_at(t, at + 1) != ' ' || is_word_char(dm_char_at(t->s, t->n, at + 2 + next)))
        return false;
    char before = byte_before(t, at - n);
    if (before != ' ' && before != '\n' && before != '\0')
        return false;
    if (!dm_never_ends_sentence((dm_str){t->s + at - n, n}))
        return false;
    dm_tape_drop(scan->tape, at, at + 1, DM_REPAIR_STRAY_STOP);
    scan->at = at + 1;
    return true;
}

/* "amazon.Com", "index.Html" stay as they are. */
static bool begins_domain(const dm_tape *t, size_t at)
{
    char lower[8];
    size_t n = 0;
    while (n < sizeof lower && dm_is_letter((unsigned char)byte_at(t, at + n)) && (unsigned char)t->s[at + n] < 0x80) {
        lower[n] = (char)(t->s[at + n] | 0x20);
        n++;
    }
    return n && n < sizeof lower && dm_is_web_domain((dm_str){lower, n}) && byte_at(t, at + n) != ' ';
}

/* Does a sentence begin here? "While", "I ", "A ", "US " after a word; "U.S.A", "Ph.D" are none. */
static bool begins_sentence(const dm_tape *t, size_t at, bool after_word)
{
    size_t next = at;
    if (at >= t->n)
        return false;
    uint32_t cp = dm_utf8_next(t->s, t->n, &next), second = dm_char_at(t->s, t->n, next);
    if (!dm_is_upper(cp))
        return false;
    if (dm_is_lower(second) || ((cp == 'I' || cp == 'A') && after_word && (second == ' ' || second == 0x2019)))
        return true;
    return after_word && dm_is_upper(second);
}

/* "globe.While" → "globe. While", "U.S.Secretary" → "U.S. Secretary", "(sic).Then", "2014.The". */
static bool blank_after_stop(dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t at = scan->at;
    uint32_t before = dm_char_before(t->s, at);
    bool after_word = dm_is_lower(before) && letters_back(t, at) >= 3;
    bool fits = is_word_char(before) || before == ')' || before == ']' || before == '%' || before == 0x201D ||
                before == 0x2019 || before == '"';
    if (!fits || !begins_sentence(t, at + 1, after_word))
        return false;
    if (begins_domain(t, at + 1) || dm_in_address(t->s, t->n, at))
        return false;
    dm_tape_put(scan->tape, at + 1, " ", DM_REPAIR_MISSING_BLANK);
    scan->at = at + 1;
    return true;
}

/* "said,adding" → "said, adding"; not "5,000", not an entity that nobody knows ("&foo;bar"). */
static bool blank_after_comma(dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t at = scan->at;
    uint32_t before = dm_char_before(t->s, at);
    bool fits = dm_is_letter(before) || before == ')' || before == 0x201D || before == 0x2019 ||
                (before < 0x80 && dm_is_digit((char)before));
    if (!fits || !dm_is_letter(dm_char_at(t->s, t->n, at + 1)) || dm_in_address(t->s, t->n, at))
        return false;
    if (t->s[at] == ';' && byte_before(t, at - letters_back(t, at)) == '&')
        return false;
    dm_tape_put(scan->tape, at + 1, " ", DM_REPAIR_MISSING_BLANK);
    scan->at = at + 1;
    return true;
}

/* ---- blanks at punctuation ------------------------------------------------------------------------------- */
static bool is_pause(char c) { return c == ' ' || ends_line(c); }

/* May the blank before this mark go? " .5", " .com", " ...", " :)" keep theirs. */
static bool belongs_to_word_before(const dm_tape *t, size_t at)
{
    char c = byte_at(t, at), behind = byte_at(t, at + 1);
    switch (c) {
    case ',': case ';': return true;
    case ')': case ']': return true;
    case '.': case ':': case '?': case '!':
        return is_pause(behind) || behind == '"' || behind == ')' || (unsigned char)behind == 0xE2;
    default: return false;
    }
}

/* "those , who" → "those, who"; "( sic )" → "(sic)". */
static bool drop_blank_at_mark(dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t at = scan->at;
    char before = byte_before(t, at);
    if (ends_line(before) || at < t->done)
        return false;
    bool inside = (before == '(' || before == '[') && !ends_line(byte_at(t, at + 1));
    bool spaced_dots = byte_at(t, at + 1) == '.' && before == '.';
    bool smiley = byte_at(t, at + 1) == ')' && (before == ':' || before == ';');
    if (!inside && (spaced_dots || smiley || !belongs_to_word_before(t, at + 1)))
        return false;
    dm_tape_drop(scan->tape, at, at + 1, DM_REPAIR_BLANK);
    scan->at = at + 1;
    return true;
}

/* ---- acronyms -------------------------------------------------------------------------------------------- */
/* "NATOcalls" → "NATO calls". "NGOs", "PhDs", "McCain" have too little of one or the other, and "JPMorgan" is told
 * from it by the words: the rest must be a common word, or the acronym one that has no other reading. */
static bool split_acronym(dm_scan *scan)
{
    const dm_tape *t = scan->tape;
    size_t at = scan->at, upper = 0;
    uint32_t before = dm_char_before(t->s, at);
    if (is_word_char(before) || before == '@' || before == '#' || before == '/' || before == '_')
        return false;
    while (upper < 12 && dm_is_upper_ascii(byte_at(t, at + upper)))
        upper++;
    size_t lower = upper >= 3 ? lower_run(t, at + upper) : 0, end = at + upper + lower;
    if (lower < 3 || is_word_char(dm_char_at(t->s, t->n, end)) || dm_in_address(t->s, t->n, at))
        return false;
    dm_str acronym = {t->s + at, upper}, word = {t->s + at + upper, lower};
    bool ending = dm_str_is(word, "ing") || dm_str_is(word, "ers") || dm_str_is(word, "ist") ||
                  dm_str_is(word, "ists") || dm_str_is(word, "ites") || dm_str_is(word, "plus");
    if (ending || !(dm_is_common_word(word) || (dm_is_known_acronym(acronym) && upper >= 4)))
        return false;
    dm_tape_put(scan->tape, at + upper, " ", DM_REPAIR_MISSING_BLANK);
    scan->at = end;
    return true;
}

/* ---- the table ------------------------------------------------------------------------------------------- */
static bool new_paragraph(dm_scan *scan)
{
    scan->quote_open = false;
    scan->at++;
    return true;
}

static const struct {
    const char *on; /* bytes at which the rule is asked */
    dm_clean_rule *rule;
} rules[] = {
    {"\n", new_paragraph},
    {"[(", dm_clean_credit},
    {"\"'`\xE2", dm_clean_quote},
    {" ", drop_blank_at_mark},
    {".", drop_stray_stop},
    {".?!", blank_after_stop},
    {",;", blank_after_comma},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", split_acronym},
};
enum { N_RULES = sizeof rules / sizeof *rules };

/* Which rules are asked at a byte, as bits: most bytes, the lower-case letters, cost one look. */
static void fill_asked(uint16_t asked[256])
{
    memset(asked, 0, 256 * sizeof *asked);
    for (size_t i = 0; i < N_RULES; i++)
        for (const char *c = rules[i].on; *c; c++)
            asked[(unsigned char)*c] |= (uint16_t)(1u << i);
}

void dm_clean_inline(dm_tape *tape)
{
    uint16_t asked[256];
    fill_asked(asked);
    dm_scan scan = {.tape = tape};
    while (scan.at < tape->n) {
        unsigned bits = asked[(unsigned char)tape->s[scan.at]];
        bool fired = false;
        for (size_t i = 0; bits && !fired; i++, bits >>= 1)
            fired = (bits & 1) && rules[i].rule(&scan);
        scan.at += !fired;
    }
    dm_tape_turn(tape);
}
