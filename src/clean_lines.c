/* Paragraphs: hard-wrapped lines joined, titles said once, marks of the site and forms at the foot taken out. */
#include "clean_glyph.h"

#include "base/table.h"

typedef struct {
    size_t from, to; /* glyphs, without blanks at the ends */
    bool dropped;
    bool joins; /* the next line belongs to the same paragraph */
} line;

typedef struct {
    dm_glyphs in;
    line *lines;
    size_t n, capacity;
} page;

static void split_lines(page *p)
{
    for (size_t from = 0; from < p->in.n;) {
        size_t to = from;
        while (to < p->in.n && p->in.at[to].cp != '\n')
            to++;
        size_t next = to + 1, begin = from;
        while (begin < to && p->in.at[begin].cp == ' ')
            begin++;
        while (to > begin && p->in.at[to - 1].cp == ' ')
            to--;
        *DM_PUSH(p->in.arena, p->lines, p->n, p->capacity) = (line){.from = begin, .to = to};
        from = next;
    }
}

static size_t length_of(const line *l) { return l->to - l->from; }

/* The line folded for comparing, up to the mark of the site ("Title | Politics news" gives "title"). */
static dm_str folded(const page *p, const line *l, size_t to)
{
    dm_buf text = {.arena = p->in.arena};
    bool blank = false;
    for (size_t i = l->from; i < to; i++) {
        uint32_t cp = p->in.at[i].cp;
        if (cp == ' ') {
            blank = text.n > 0;
            continue;
        }
        if (blank)
            dm_buf_char(&text, ' ');
        blank = false;
        dm_buf_format(&text, "%x.", cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
    }
    return dm_buf_view(&text);
}

/* Where the mark of the site begins, at most 40 characters at the end of a short line: " | …", or " - …" where the
 * line without it is a title that stands alone elsewhere. */
static size_t tail_of(const page *p, const line *l, const dm_table *titles)
{
    if (length_of(l) > 250)
        return l->to;
    for (size_t i = l->to; i > l->from + 15 && l->to - i <= 40; i--) {
        uint32_t cp = p->in.at[i - 1].cp;
        bool dash = cp == '-' || cp == 0x2013 || cp == 0x2014;
        if ((cp != '|' && !dash) || p->in.at[i - 2].cp != ' ')
            continue;
        size_t end = i - 1;
        while (end > l->from && p->in.at[end - 1].cp == ' ')
            end--;
        if (!dash || dm_table_find(titles, folded(p, l, end)) != DM_TABLE_NONE)
            return end;
    }
    return l->to;
}

static void add_titles(dm_table *titles, const page *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (length_of(&p->lines[i]) >= 20 && length_of(&p->lines[i]) <= 250)
            dm_table_add(titles, folded(p, &p->lines[i], p->lines[i].to));
}

static void drop_repeats(page *p, dm_str title)
{
    dm_table seen = {.arena = p->in.arena}, titles = {.arena = p->in.arena};
    unsigned ignored[DM_REPAIR_N] = {0};
    page head = {.in = dm_clean_decode(p->in.arena, title, ignored)};
    split_lines(&head);
    add_titles(&titles, &head);
    add_titles(&titles, p);
    for (size_t i = 0; i < p->n; i++) {
        line *l = &p->lines[i];
        size_t tail = tail_of(p, l, &titles);
        if (l->joins || (i && p->lines[i - 1].joins) || length_of(l) < 20)
            continue;
        dm_str key = folded(p, l, tail);
        if (dm_table_find(&seen, key) != DM_TABLE_NONE) {
            l->dropped = true;
            p->in.repairs[DM_REPAIR_REPEAT]++;
            continue;
        }
        dm_table_add(&seen, key);
        if (tail < l->to) {
            l->to = tail;
            p->in.repairs[DM_REPAIR_TAIL]++;
        }
    }
}

static const char *const credits[] = {"photo:", "photo by ", "photograph:", "image:", "picture:", "file photo", "image credit", "photo credit"};

static const char *const feet[] = {"leave a reply", "leave a comment", "your email address will not be published", "required fields are marked",
    "save my name, email", "notify me of new posts", "post comment", "share this:", "share this article", "read more:", "read also:", "related:",
    "related articles", "sign up for", "subscribe to our", "follow us on", "all rights reserved", "copyright ©", "© ", "click here to",
    "this article was originally published", "comments are closed", "advertisement", "skip to content", "name *", "email *", "cookie policy", "like us on facebook"};

static bool starts_with(const page *p, const line *l, const char *words)
{
    size_t i = l->from, at = 0, n = strlen(words);
    while (at < n) {
        uint32_t want = dm_utf8_next(words, n, &at);
        if (i >= l->to)
            return false;
        uint32_t cp = p->in.at[i++].cp;
        if ((cp >= 'A' && cp <= 'Z' ? cp + 32 : cp) != want)
            return false;
    }
    return true;
}

/* Short lines that begin so. "Read more than …" of an article is longer. */
static bool is_mark(const page *p, const line *l, const char *const *marks, size_t n, size_t shorter)
{
    bool found = false;
    for (size_t k = 0; length_of(l) && length_of(l) < shorter && k < n; k++)
        found |= starts_with(p, l, marks[k]);
    return found;
}

/* "…broke down. Leave a Reply Your email address …": the form in one line with the last sentence. */
static bool cut_glued_form(page *p, line *l)
{
    static const char *const forms[] = {"leave a reply", "your email address will not be published", "required fields are marked"};
    for (size_t i = l->from + 2; i < l->to; i++) {
        line rest = {.from = i, .to = l->to};
        uint32_t before = p->in.at[i - 2].cp;
        bool begins = p->in.at[i - 1].cp == ' ' && (before == '.' || before == '!' || before == '?' || before == '"' || before == 0x201D);
        for (size_t k = 0; begins && dm_cp_is_upper(p->in.at[i].cp) && k < sizeof forms / sizeof *forms; k++)
            if (starts_with(p, &rest, forms[k])) {
                l->to = i - 1;
                return true;
            }
    }
    return false;
}

static void drop_feet(page *p)
{
    for (size_t i = 0; i < p->n; i++) {
        line *l = &p->lines[i];
        bool foot = is_mark(p, l, feet, sizeof feet / sizeof *feet, 160);
        bool credit = !foot && is_mark(p, l, credits, sizeof credits / sizeof *credits, 120);
        l->dropped |= foot || credit;
        p->in.repairs[DM_REPAIR_CREDIT] += credit;
        p->in.repairs[DM_REPAIR_FOOT] += foot || (!credit && cut_glued_form(p, l));
    }
}

static bool ends_paragraph(const page *p, const line *l)
{
    uint32_t cp = length_of(l) ? p->in.at[l->to - 1].cp : '.';
    return cp == '.' || cp == '!' || cp == '?' || cp == ':' || cp == '"' || cp == 0x201D || cp == 0x2019 || cp == ')';
}

/* Text wrapped at a fixed width: most full lines are 55–80 characters and end in the middle of a sentence. */
static void join_wrapped(page *p)
{
    size_t wrapped = 0, full = 0, small = 0; /* a list of headlines is not wrapped: no line goes on with a small letter */
    for (size_t i = 0; i < p->n; i++) {
        size_t n = length_of(&p->lines[i]);
        full += n > 0;
        wrapped += n >= 50 && n <= 84 && !ends_paragraph(p, &p->lines[i]);
        small += n && dm_cp_is_lower(p->in.at[p->lines[i].from].cp);
    }
    if (full < 4 || wrapped * 2 < full || small * 4 < wrapped)
        return;
    for (size_t i = 0; i + 1 < p->n; i++) {
        line *l = &p->lines[i];
        if (length_of(l) >= 45 && length_of(&p->lines[i + 1]) && !(ends_paragraph(p, l) && length_of(l) < 60)) {
            l->joins = true;
            p->in.repairs[DM_REPAIR_BLANK]++;
        }
    }
}

static void write_line(dm_glyphs *out, const page *p, const line *l)
{
    for (size_t i = l->from; i < l->to; i++) {
        const dm_glyph *g = &p->in.at[i];
        if (g->cp == ' ' && out->n && out->at[out->n - 1].cp == ' ') {
            out->repairs[DM_REPAIR_BLANK]++;
            continue;
        }
        dm_glyph_push(out, g->cp, g->from, g->to);
    }
}

dm_glyphs dm_clean_lines(dm_glyphs in, dm_str title)
{
    page p = {.in = in};
    dm_glyphs out = {.arena = in.arena, .repairs = in.repairs};
    split_lines(&p);
    join_wrapped(&p);
    drop_feet(&p);
    drop_repeats(&p, title);
    for (size_t i = 0; i < p.n; i++) {
        const line *l = &p.lines[i];
        if (l->dropped || !length_of(l))
            continue;
        write_line(&out, &p, l);
        size_t next = i + 1;
        while (next < p.n && (p.lines[next].dropped || !length_of(&p.lines[next])))
            next++;
        if (next < p.n) {
            const dm_glyph *end = &in.at[l->to]; /* the line's own end, unless blanks or a tail went before it */
            uint32_t from = end->cp == '\n' ? end->from : end[-1].to;
            bool hyphen = l->joins && end[-1].cp == '-' && length_of(l) > 1 && dm_cp_is_letter(end[-2].cp); /* state-¶backed */
            if (!hyphen)
                dm_glyph_push(&out, l->joins ? ' ' : '\n', from, end->cp == '\n' ? end->to : from);
        }
    }
    return out;
}
