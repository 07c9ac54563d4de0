/* Inside a paragraph: credits glued into the text, missing blanks, stray stops, quotation marks. One rule, one
 * function; each looks at the text from glyph i on and returns how many glyphs it has dealt with (0: not its case). */
#include "clean_glyph.h"

typedef struct {
    dm_glyphs in, out;
    uint32_t open; /* the double quotation mark that is open in this paragraph, or 0 */
} mending;

static uint32_t at(const mending *m, size_t i) { return i < m->in.n ? m->in.at[i].cp : '\n'; }
static uint32_t last(const mending *m, size_t back) { return m->out.n >= back ? m->out.at[m->out.n - back].cp : '\n'; }
static void keep(mending *m, size_t i) { dm_glyph_push(&m->out, m->in.at[i].cp, m->in.at[i].from, m->in.at[i].to); }
static void insert(mending *m, uint32_t cp, size_t i) { dm_glyph_push(&m->out, cp, m->in.at[i].from, m->in.at[i].from); }

static bool is_double_quote(uint32_t cp) { return cp == '"' || cp == 0x201C || cp == 0x201D || cp == 0x201E; }

static bool words_at(const mending *m, size_t i, const char *words)
{
    for (size_t k = 0; words[k]; k++) {
        uint32_t cp = at(m, i + k);
        if ((cp >= 'A' && cp <= 'Z' ? cp + 32 : cp) != (unsigned char)words[k])
            return false;
    }
    return true;
}

/* ---- credits --------------------------------------------------------------------------------------------- */

static const char *const credit_words[] = {"file:", "file photo", "photo:", "photo by", "photo/", "image:", "image credit", "ap photo", "afp photo", "getty images", "reuters/", "afp/", "epa/", "picture:"};

static const char *const agencies[] = {"afp", "ap", "reuters", "epa", "epa-efe", "efe", "getty images", "xinhua", "tass", "anadolu", "dpa", "ansa", "pti", "bloomberg"};

/* "[AFP]", "(Ana Sol/Reuters)", but not the "(Reuters)" of a dateline: its length, or 0. */
static size_t agency_credit(const mending *m, size_t i)
{
    uint32_t close = at(m, i) == '[' ? ']' : ')';
    size_t end = i + 1, word = close == ']' ? i + 1 : 0;
    while (at(m, end) != '\n' && at(m, end) != close && end < i + 60) {
        if (at(m, end) == '/')
            word = end + 1;
        end++;
    }
    for (size_t k = 0; word && at(m, end) == close && k < sizeof agencies / sizeof *agencies; k++)
        if (strlen(agencies[k]) == end - word && words_at(m, word, agencies[k]))
            return end + 1 - i;
    return 0;
}

static size_t take_credit(mending *m, size_t i, size_t n)
{
    m->out.repairs[DM_REPAIR_CREDIT]++;
    uint32_t next = at(m, i + n);
    if (m->out.n && last(m, 1) != ' ' && last(m, 1) != '\n' && dm_cp_is_letter(next))
        insert(m, ' ', i + n); /* "the dam[File: …]before": two words */
    if (last(m, 1) == ' ' && (next == '.' || next == ',' || next == ';'))
        m->out.n--;
    return n;
}

/* "[File: Someone/AFP]", doubled or never closed: out, up to its bracket, the next such bracket, or the paragraph's end. */
static size_t credit(mending *m, size_t i)
{
    uint32_t close = at(m, i) == '[' ? ']' : at(m, i) == '(' ? ')' : 0;
    bool found = false;
    for (size_t k = 0; close && k < sizeof credit_words / sizeof *credit_words; k++)
        found |= words_at(m, i + 1, credit_words[k]);
    if (!found) {
        size_t n = close ? agency_credit(m, i) : 0;
        return n ? take_credit(m, i, n) : 0;
    }
    size_t end = i + 1;
    while (at(m, end) != '\n' && at(m, end) != close && !(close == ']' && at(m, end) == '[') && end < i + 400)
        end++;
    if (close == ')' && at(m, end) != ')')
        return 0;
    return take_credit(m, i, end - i + (at(m, end) == close));
}

/* ---- blanks ---------------------------------------------------------------------------------------------- */

enum { LONG_WORD = 40 }; /* no rule wants to know more of a word; a text without blanks must not cost its square */

/* Letters of the word that ends the output, and how many of them are capitals. */
static size_t word_behind(const mending *m, size_t *upper)
{
    size_t n = 0;
    *upper = 0;
    while (n < LONG_WORD && n < m->out.n && dm_cp_is_letter(last(m, n + 1))) {
        *upper += dm_cp_is_upper(last(m, n + 1));
        n++;
    }
    return n;
}

static size_t lower_run(const mending *m, size_t i)
{
    size_t n = 0;
    while (n < LONG_WORD && dm_cp_is_lower(at(m, i + n)))
        n++;
    return n;
}

/* "www.delta.Org", "http://delta.org/A.Page", "a.b@Delta.Com": does an address end the output? */
static bool in_address(const mending *m)
{
    for (size_t n = 1; n <= 2 * LONG_WORD && n <= m->out.n && last(m, n) != ' ' && last(m, n) != '\n'; n++)
        if (last(m, n) == '/' || last(m, n) == '@' || (last(m, n) == '.' && last(m, n + 1) == 'w' && last(m, n + 2) == 'w'))
            return true;
    return false;
}

/* "globe.While", "end?Then", "1974.Few", "U.S.Senate", "well.I do": a stop between a word, number or abbreviation and a
 * capital that begins a word. */
static size_t glued_stop(mending *m, size_t i)
{
    uint32_t cp = at(m, i);
    bool number = (dm_cp_is_digit(last(m, 1)) && dm_cp_is_digit(last(m, 2))) || (dm_cp_is_upper(last(m, 1)) && last(m, 2) == '.');
    if ((cp != '.' && cp != '!' && cp != '?') || !(number || dm_cp_is_lower(last(m, 1))) || !dm_cp_is_upper(at(m, i + 1)))
        return 0;
    size_t upper;
    bool word = dm_cp_is_lower(at(m, i + 2)) || (at(m, i + 1) == 'I' && at(m, i + 2) == ' ');
    if (!word || (!number && word_behind(m, &upper) < 2) || (cp == '.' && words_at(m, i + 1, "com")) || in_address(m))
        return 0;
    keep(m, i);
    insert(m, ' ', i + 1);
    m->out.repairs[DM_REPAIR_MISSING_BLANK]++;
    return 1;
}

/* "left,saying": a comma between two small words. */
static size_t glued_comma(mending *m, size_t i)
{
    size_t upper;
    if (at(m, i) != ',' || !dm_cp_is_lower(last(m, 1)) || lower_run(m, i + 1) < 2 || word_behind(m, &upper) < 2 || in_address(m))
        return 0;
    keep(m, i);
    insert(m, ' ', i + 1);
    m->out.repairs[DM_REPAIR_MISSING_BLANK]++;
    return 1;
}

/* "NATOcalls": an acronym of three capitals or more and a small word of three letters or more; not "JPMorgan",
 * "OPECers". */
static size_t glued_acronym(mending *m, size_t i)
{
    size_t run = lower_run(m, i), upper, n;
    if (run < 3 || !dm_cp_is_upper(last(m, 1)))
        return 0;
    n = word_behind(m, &upper);
    if (n < 3 || upper != n || (run == 3 && words_at(m, i, "ers")) || (run == 5 && words_at(m, i, "organ")))
        return 0;
    insert(m, ' ', i);
    m->out.repairs[DM_REPAIR_MISSING_BLANK]++;
    keep(m, i);
    return 1;
}

/* "talks ." and "talks ,", "( all )": the blank goes. */
static size_t blank_before_stop(mending *m, size_t i)
{
    uint32_t next = at(m, i + 1);
    if (at(m, i) == ' ' && (last(m, 1) == '(' || (next == ')' && dm_cp_is_letter(last(m, 1))))) {
        m->out.repairs[DM_REPAIR_BLANK]++;
        return 1;
    }
    if (at(m, i) != ' ' || (next != '.' && next != ',' && next != ';' && next != '?' && next != '!') || !dm_cp_is_letter(last(m, 1)))
        return 0;
    uint32_t after = at(m, i + 2);
    if (after != ' ' && after != '\n')
        return 0;
    m->out.repairs[DM_REPAIR_BLANK]++;
    return 1;
}

/* ---- stray stops ----------------------------------------------------------------------------------------- */

static const char *const open_words[] = {"a", "an", "and", "as", "at", "but", "by", "for", "from", "its", "of", "on", "or", "such", "than", "that", "the", "their", "this", "those", "to", "with"};

/* "to such. actions": a stop behind a word that cannot end a sentence, before a small letter; also " , waging" → as is. */
static size_t stray_stop(mending *m, size_t i)
{
    if (at(m, i) != '.' || at(m, i + 1) != ' ' || !dm_cp_is_lower(at(m, i + 2)))
        return 0;
    size_t upper, n = word_behind(m, &upper);
    for (size_t k = 0; k < sizeof open_words / sizeof *open_words; k++) {
        bool same = strlen(open_words[k]) == n && !upper;
        for (size_t c = 0; same && c < n; c++)
            same = last(m, n - c) == (unsigned char)open_words[k][c];
        if (same) {
            m->out.repairs[DM_REPAIR_STRAY_STOP]++;
            return 1;
        }
    }
    return 0;
}

/* ---- quotation marks ------------------------------------------------------------------------------------- */

static bool begins_word(const mending *m) /* nothing that a quotation mark could close stands before */
{
    uint32_t cp = last(m, 1);
    return !m->out.n || cp == ' ' || cp == '\n' || cp == '(' || cp == '[' || cp == 0x2014 || cp == 0x2013;
}

/* The mark that is meant by cp between `left` and `right` (is there a word?): curly ones are turned to the right side,
 * and a quotation ends in the style in which it began. */
static uint32_t meant_quote(const mending *m, uint32_t cp, bool left, bool right)
{
    bool straight = cp == '"';
    if (cp == 0x201E)
        return cp;
    if (m->open && !(right && !left))
        return m->open == '"' ? '"' : 0x201D;
    if (straight)
        return cp;
    return !left && right ? 0x201C : left && !right ? 0x201D : cp;
}

/* Doubled marks (““, “”word, '' ) become one, wrong ones are turned, blanks inside go, missing ones outside come. */
static size_t quote(mending *m, size_t i)
{
    uint32_t cp = at(m, i);
    size_t n = 1;
    if (cp == '\'' && at(m, i + 1) == '\'') { /* two single marks for a double one */
        cp = '"';
        n = 2;
    }
    if (!is_double_quote(cp))
        return 0;
    while (is_double_quote(at(m, i + n)) && n < 8 && !(cp == 0x201D && m->open && at(m, i + n) != cp)) /* ”“: two quotations */
        n++;
    bool left = !begins_word(m), right = dm_cp_is_letter(at(m, i + n)) || dm_cp_is_digit(at(m, i + n));
    uint32_t meant = meant_quote(m, cp, left, right);
    bool opens = meant == 0x201C || meant == 0x201E || (meant == '"' && !(m->open && !(right && !left)));
    m->out.repairs[DM_REPAIR_QUOTE] += (unsigned)(n > 1) + (meant != cp);
    bool loose = opens && !m->open && at(m, i + n) == ' ' && (!left || cp != '"'); /* “ it will */
    if (opens && left && (right || loose) && (dm_cp_is_letter(last(m, 1)) || last(m, 1) == ':' || last(m, 1) == ',')) { /* said:“Let */
        insert(m, ' ', i);
        m->out.repairs[DM_REPAIR_MISSING_BLANK]++;
    }
    if (!opens && m->open && last(m, 1) == ' ') { /* “it will ” */
        m->out.n--;
        m->out.repairs[DM_REPAIR_BLANK]++;
    }
    if (is_double_quote(last(m, 1)) && !opens && m->open) { /* “ ”: nothing is quoted */
        m->out.repairs[DM_REPAIR_QUOTE]++;
        return n;
    }
    dm_glyph_push(&m->out, meant, m->in.at[i].from, m->in.at[i + n - 1].to);
    if ((left && right && !opens) || (meant == 0x201D && at(m, i + n) == 0x201C)) {
        insert(m, ' ', i + n);
        m->out.repairs[DM_REPAIR_MISSING_BLANK]++;
    }
    if (loose) {
        n++;
        m->out.repairs[DM_REPAIR_BLANK]++;
    }
    m->open = opens ? meant : 0;
    return n;
}

typedef size_t rule(mending *m, size_t i);
static rule *const rules[] = {credit, quote, blank_before_stop, stray_stop, glued_stop, glued_comma, glued_acronym};

/* A blank or line end that stands behind another one, since what was between them has gone. */
static bool is_left_over(mending *m, uint32_t cp)
{
    while (cp == '\n' && m->out.n && last(m, 1) == ' ')
        m->out.n--;
    return (cp == ' ' || cp == '\n') && (last(m, 1) == '\n' || (cp == ' ' && last(m, 1) == ' '));
}

dm_glyphs dm_clean_mend(dm_glyphs in)
{
    mending m = {.in = in, .out = {.arena = in.arena, .repairs = in.repairs}};
    for (size_t i = 0; i < in.n;) {
        size_t done = 0;
        if (in.at[i].cp == '\n') {
            m.out.repairs[DM_REPAIR_QUOTE] += m.open != 0 && !is_double_quote(at(&m, i + 1)); /* unbalanced: counted, the sentence room copes */
            m.open = 0;
        }
        for (size_t r = 0; !done && r < sizeof rules / sizeof *rules; r++)
            done = rules[r](&m, i);
        if (!done) {
            if (!is_left_over(&m, in.at[i].cp))
                keep(&m, i);
            done = 1;
        }
        i += done;
    }
    while (m.out.n && (last(&m, 1) == ' ' || last(&m, 1) == '\n'))
        m.out.n--;
    return m.out;
}
