/* report_text.c: the report for a terminal.
 *
 *     China  CHN, state
 *     7 positions in 2 documents, 2022-03-01 to 2022-03-18; 1 not decided
 *       supports: 4 of 7, 57 % (25-84)
 *         Russia            4 of 5   80 % (38-96)  2022-03-01 to 2022-03-18
 *             “China will …”
 *             s01, characters 1230-1309, 2022-03-18, confidence 0.91
 */
#include "report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { USUAL_WIDTH = 80, LEAST_WIDTH = 40, LONGEST_EVIDENCE = 600 };

typedef struct {
    const dm_report *report;
    dm_report_style style;
    dm_buf *out;
} page;

/* ---- small pieces ---------------------------------------------------------------------------------------- */
typedef enum { PLAIN, BOLD, DIM, GREEN, YELLOW, RED } ink;

static void colour(const page *p, ink to)
{
    static const char *const codes[] = {"\033[0m", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[31m"};
    if (p->style.colour)
        dm_buf_str(p->out, dm_str_from(codes[to]));
}

static ink label_ink(dm_str label)
{
    return dm_str_is(label, "support") ? GREEN : dm_str_is(label, "warn") ? RED : dm_str_is(label, "neutral") ? YELLOW : BOLD;
}

static void blanks(const page *p, size_t n)
{
    while (n-- > 0)
        dm_buf_char(p->out, ' ');
}

static dm_str plain(const page *p, dm_str text)
{
    dm_buf safe = {.arena = p->out->arena};
    dm_plain_text(&safe, text);
    return dm_buf_view(&safe);
}

/* The longest beginning of at most `width` columns. */
static dm_str fitting(dm_str text, size_t width)
{
    size_t at = 0, fits = 0, used = 0;
    while (at < text.n) {
        size_t from = at;
        dm_utf8_next(text.s, text.n, &at);
        used += dm_text_width(dm_str_sub(text, from, at));
        if (used > width)
            break;
        fits = at;
    }
    return dm_str_sub(text, 0, fits);
}

static void put_padded(const page *p, dm_str text, size_t width)
{
    size_t w = dm_text_width(text);
    if (w > width) {
        dm_str cut = fitting(text, width - 1);
        dm_buf_str(p->out, cut);
        dm_buf_str(p->out, DM_LIT("…"));
        blanks(p, width - 1 - dm_text_width(cut));
        return;
    }
    dm_buf_str(p->out, text);
    blanks(p, width - w);
}

/* Words wrapped to the page, each line indented. A word wider than the page is broken. */
static void put_wrapped(const page *p, dm_str text, size_t indent)
{
    size_t room = p->style.width > indent + 20 ? p->style.width - indent : 20, used = 0;
    for (size_t at = 0; at < text.n;) {
        size_t end = at;
        while (end < text.n && text.s[end] != ' ')
            end++;
        dm_str word = dm_str_sub(text, at, end);
        if (dm_text_width(word) > room)
            word = fitting(word, room);
        size_t w = dm_text_width(word);
        if (used && used + 1 + w > room) {
            dm_buf_char(p->out, '\n');
            used = 0;
        }
        if (!used)
            blanks(p, indent);
        else if (w)
            dm_buf_char(p->out, ' ');
        dm_buf_str(p->out, word);
        used += w + (used && w ? 1 : 0);
        at += word.n ? word.n : 1;
        while (at < text.n && text.s[at] == ' ')
            at++;
    }
    dm_buf_char(p->out, '\n');
}

static const char *plural(uint64_t n) { return n == 1 ? "" : "s"; }

static long percent(double x) { return lround(100 * x); }

static void put_share(const page *p, uint64_t n, uint64_t total)
{
    dm_share s = dm_share_of(n, total);
    if (total)
        dm_buf_format(p->out, "%3ld %% (%ld–%ld)", percent(s.share), percent(s.low), percent(s.high));
}

static void put_span(const page *p, const char *before, dm_str first, dm_str last)
{
    if (!first.n)
        return;
    dm_buf_format(p->out, "%s%.*s", before, DM_ARG(first));
    if (!dm_str_equal(first, last))
        dm_buf_format(p->out, " to %.*s", DM_ARG(last));
}

/* ---- evidence -------------------------------------------------------------------------------------------- */
static void put_evidence(const page *p, const dm_evidence *e)
{
    dm_buf text = {.arena = p->out->arena}, where = {.arena = p->out->arena};
    dm_str sentence = plain(p, e->text), part = fitting(sentence, LONGEST_EVIDENCE);
    dm_buf_format(&text, "“%.*s%s”", DM_ARG(part), part.n < sentence.n ? " …" : "");
    if (part.n)
        put_wrapped(p, dm_buf_view(&text), 8);
    dm_plain_text(&where, e->doc);
    if (e->start >= 0)
        dm_buf_format(&where, ", characters %" PRId64 "–%" PRId64, e->start, e->end);
    if (e->date.n) {
        dm_buf_add(&where, ", ", 2);
        dm_plain_text(&where, e->date);
    }
    if (e->source.n) {
        dm_buf_add(&where, ", ", 2);
        dm_plain_text(&where, e->source);
    }
    if (e->conf >= 0) /* whole numbers: printf's decimal point follows the locale */
        dm_buf_format(&where, ", confidence %" PRId64 ".%02" PRId64, (e->conf + 5000) / 1000000, (e->conf + 5000) % 1000000 / 10000);
    colour(p, DIM);
    put_wrapped(p, dm_buf_view(&where), 8);
    colour(p, PLAIN);
}

static void put_mark(const page *p, const dm_tally_mark *mark)
{
    for (size_t i = 0; mark && i < mark->n_evidence && i < p->style.evidence; i++)
        put_evidence(p, &mark->evidence[i]);
}

/* ---- one block ------------------------------------------------------------------------------------------- */
/* "Russia" in the block of China, "China → Russia" in that of an outlet or a month. */
static dm_str row_name(const page *p, const dm_report_row *row)
{
    dm_buf name = {.arena = p->out->arena};
    if (!p->report->by_country) {
        dm_plain_text(&name, dm_report_name(row->holder));
        dm_buf_str(&name, DM_LIT(" → "));
    }
    dm_plain_text(&name, dm_report_name(row->target));
    return dm_buf_view(&name);
}

static size_t name_column(const page *p, const dm_report_block *block)
{
    size_t widest = 12, most = p->style.width > 86 ? p->style.width - 56 : 30;
    for (size_t i = 0; i < block->n_own; i++) {
        size_t w = dm_text_width(row_name(p, block->own[i]));
        widest = w > widest ? w : widest;
    }
    return widest < most ? widest : most;
}

typedef struct {
    const dm_report_row *row;
    uint64_t n;
} place;

static int place_order(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    int o = dm_str_order(x->row->dyad->holder, y->row->dyad->holder);
    return o ? o : dm_str_order(x->row->dyad->target, y->row->dyad->target);
}

static void put_row(const page *p, const dm_report_row *row, size_t label, size_t column)
{
    const dm_tally_mark *mark = row->mark[label];
    blanks(p, 4);
    put_padded(p, row_name(p, row), column);
    dm_buf_format(p->out, "  %4" PRIu64 " of %-4" PRIu64 " ", mark->n, row->n);
    size_t before = p->out->n;
    put_share(p, mark->n, row->n);
    if (mark->first.n)
        blanks(p, 17 - dm_text_width(dm_str_sub(dm_buf_view(p->out), before, p->out->n)));
    put_span(p, "", mark->first, mark->last);
    dm_buf_char(p->out, '\n');
    put_mark(p, mark);
}

static void put_label(const page *p, const dm_report_block *block, size_t label, size_t column)
{
    static const char *const verbs[] = {"supports", "is neutral on", "warns"};
    static const char *const usual[] = {"support", "neutral", "warn"};
    dm_str title = plain(p, p->report->labels[label]);
    if (!block->count[label])
        return;
    for (size_t i = 0; i < 3 && p->report->by_country; i++)
        if (dm_str_is(p->report->labels[label], usual[i]))
            title = dm_str_from(verbs[i]);
    place *places = dm_arena_array(p->out->arena, block->n_own, sizeof *places);
    size_t n = 0;
    for (size_t i = 0; i < block->n_own; i++)
        if (block->own[i]->count[label])
            places[n++] = (place){block->own[i], block->own[i]->count[label]};
    qsort(places, n, sizeof *places, place_order);
    blanks(p, 2);
    colour(p, label_ink(p->report->labels[label]));
    dm_buf_str(p->out, title);
    colour(p, PLAIN);
    dm_buf_format(p->out, ": %" PRIu64 " of %" PRIu64 ", ", block->count[label], block->n);
    dm_str share;
    dm_buf figures = {.arena = p->out->arena};
    page aside = {p->report, p->style, &figures};
    put_share(&aside, block->count[label], block->n);
    share = dm_str_trim(dm_buf_view(&figures));
    dm_buf_format(p->out, "%.*s\n", DM_ARG(share));
    for (size_t i = 0; i < n; i++)
        put_row(p, places[i].row, label, column);
}

/* Positions on an issue that is nobody's, by topic. */
static void put_topics(const page *p, const dm_report_block *block)
{
    for (size_t i = 0; i < block->n_own; i++) {
        const dm_tally_dyad *dyad = block->own[i]->dyad;
        dm_buf line = {.arena = p->out->arena};
        for (size_t k = 0; k < dyad->n_topics; k++) {
            const dm_tally_topic *t = &dyad->topics[k];
            if (!k && !p->report->by_country) {
                dm_plain_text(&line, dm_report_name(block->own[i]->holder));
                dm_buf_char(&line, ' ');
            }
            dm_buf_str(&line, k ? DM_LIT("; ") : DM_LIT("without a target, by topic: "));
            dm_plain_text(&line, t->topic.n ? t->topic : DM_LIT("other"));
            dm_buf_char(&line, ' ');
            dm_plain_text(&line, t->label.n ? t->label : DM_LIT("not decided"));
            dm_buf_format(&line, " %" PRIu64, t->n);
        }
        if (line.n)
            put_wrapped(p, dm_buf_view(&line), 2);
    }
}

static void put_undecided(const page *p, const dm_report_block *block)
{
    if (!block->undecided)
        return;
    dm_buf line = {.arena = p->out->arena};
    dm_buf_format(&line, "not decided: %" PRIu64, block->undecided);
    const char *between = " (";
    for (size_t i = 0; i < block->n_own; i++)
        if (block->own[i]->undecided) {
            dm_str name = row_name(p, block->own[i]);
            dm_buf_format(&line, "%s%.*s %" PRIu64, between, DM_ARG(name), block->own[i]->undecided);
            between = ", ";
        }
    dm_buf_char(&line, ')');
    put_wrapped(p, dm_buf_view(&line), 2);
    const dm_tally_mark *surest = NULL; /* one example is enough: the one nearest to being decided */
    for (size_t i = 0; i < block->n_own; i++) {
        const dm_tally_mark *open = block->own[i]->open;
        if (open && open->n_evidence && (!surest || open->evidence[0].conf > surest->evidence[0].conf))
            surest = open;
    }
    if (surest)
        put_evidence(p, &surest->evidence[0]);
}

static void put_about(const page *p, const dm_report_block *block)
{
    enum { NAMED = 8 };
    if (!block->n_about)
        return;
    dm_buf line = {.arena = p->out->arena};
    dm_buf_str(&line, DM_LIT("what others say about it: "));
    for (size_t i = 0; i < block->n_about && i < NAMED; i++) {
        const dm_report_row *row = block->about[i];
        dm_buf_str(&line, i ? DM_LIT("; ") : DM_LIT(""));
        dm_plain_text(&line, dm_report_name(row->holder));
        for (size_t l = 0; l < p->report->n_labels; l++)
            if (row->count[l]) {
                dm_buf_char(&line, ' ');
                dm_plain_text(&line, p->report->labels[l]);
                dm_buf_format(&line, " %" PRIu64, row->count[l]);
            }
        if (row->undecided)
            dm_buf_format(&line, " not decided %" PRIu64, row->undecided);
    }
    if (block->n_about > NAMED)
        dm_buf_format(&line, "; and %zu others", block->n_about - NAMED);
    put_wrapped(p, dm_buf_view(&line), 2);
}

static void put_heading(const page *p, const dm_report_block *block)
{
    dm_buf_char(p->out, '\n');
    colour(p, BOLD);
    dm_plain_text(p->out, block->name);
    colour(p, PLAIN);
    if (p->report->by_country && block->id.n) {
        dm_buf_add(p->out, "  ", 2);
        dm_plain_text(p->out, block->id);
        if (block->kind.n)
            dm_buf_add(p->out, ", ", 2);
        dm_plain_text(p->out, block->kind);
    }
    dm_buf_char(p->out, '\n');
    if (!block->n_own) {
        dm_buf_str(p->out, DM_LIT("takes no position here\n"));
        return;
    }
    dm_buf_format(p->out, "%" PRIu64 " position%s in %zu document%s", block->n, plural(block->n), block->n_docs,
                  plural(block->n_docs));
    put_span(p, ", ", block->first, block->last);
    if (block->undecided)
        dm_buf_format(p->out, "; %" PRIu64 " not decided", block->undecided);
    dm_buf_char(p->out, '\n');
}

static void put_block(const page *p, const dm_report_block *block)
{
    size_t column = name_column(p, block);
    put_heading(p, block);
    for (size_t label = 0; label < p->report->n_labels; label++)
        put_label(p, block, label, column);
    put_topics(p, block);
    put_undecided(p, block);
    put_about(p, block);
}

void dm_report_text(const dm_report *report, const dm_report_style *style, dm_buf *out)
{
    page p = {.report = report, .style = *style, .out = out};
    if (!p.style.width)
        p.style.width = USUAL_WIDTH;
    if (p.style.width < LEAST_WIDTH)
        p.style.width = LEAST_WIDTH;
    if (!p.style.evidence)
        p.style.evidence = 1;
    dm_buf_format(out, "%" PRIu64 " position%s in %zu document%s", report->n, plural(report->n), report->n_docs,
                  plural(report->n_docs));
    put_span(&p, ", ", report->first, report->last);
    dm_buf_format(out, "; %" PRIu64 " not decided\n", report->undecided);
    if (report->view.undated)
        dm_buf_format(out, "%" PRIu64 " record%s without a date left out\n", report->view.undated,
                      plural(report->view.undated));
    if (report->n)
        dm_buf_str(out, DM_LIT("Shares are of decided positions, with 95 % intervals (Wilson).\n"));
    for (size_t i = 0; i < report->n_blocks; i++)
        put_block(&p, &report->blocks[i]);
}
