/* report_md.c: report.md, for GitHub-flavoured readers. Names, titles and sentences come from anywhere, so that every
 * character with a meaning in Markdown or HTML is escaped, and a link is made of http(s) addresses only. */
#include "report.h"

#include <inttypes.h>
#include <math.h>

static void put_escaped(dm_buf *out, dm_str text)
{
    dm_buf safe = {.arena = out->arena};
    dm_plain_text(&safe, text);
    for (size_t i = 0; i < safe.n; i++) {
        char c = safe.s[i];
        if (c == '<')
            dm_buf_str(out, DM_LIT("&lt;"));
        else if (c == '>')
            dm_buf_str(out, DM_LIT("&gt;"));
        else if (c == '&')
            dm_buf_str(out, DM_LIT("&amp;"));
        else {
            bool www = c == '.' && i >= 3 && memcmp(safe.s + i - 3, "www", 3) == 0;
            bool bullet = i == 0 && strchr("+-=", c);
            if (www || bullet || strchr("\\`*_[]()|~#!$:@", c)) /* "www.", ":", "@": no address becomes a link by itself */
                dm_buf_char(out, '\\');
            dm_buf_char(out, c);
        }
    }
}

static void put_address(dm_buf *out, dm_str url)
{
    for (size_t i = 0; i < url.n; i++) {
        unsigned char c = (unsigned char)url.s[i];
        if (c <= ' ' || c >= 0x7F || strchr("<>()\"'`\\|[]{}*", c))
            dm_buf_format(out, "%%%02X", (unsigned)c);
        else
            dm_buf_char(out, (char)c);
    }
}

static void put_share(dm_buf *out, uint64_t n, uint64_t total)
{
    dm_share s = dm_share_of(n, total);
    if (total)
        dm_buf_format(out, " %ld %% (%ld–%ld)", lround(100 * s.share), lround(100 * s.low), lround(100 * s.high));
}

static void put_span(dm_buf *out, const char *before, dm_str first, dm_str last)
{
    if (!first.n)
        return;
    dm_buf_format(out, "%s%.*s", before, DM_ARG(first));
    if (!dm_str_equal(first, last))
        dm_buf_format(out, " to %.*s", DM_ARG(last));
}

static void put_evidence(dm_buf *out, const dm_evidence *e)
{
    bool linked = dm_str_starts(e->url, "http://") || dm_str_starts(e->url, "https://");
    dm_buf_str(out, DM_LIT("  - “"));
    put_escaped(out, e->text);
    dm_buf_str(out, DM_LIT("” – "));
    if (linked)
        dm_buf_char(out, '[');
    put_escaped(out, e->doc.n ? e->doc : DM_LIT("document"));
    if (linked) {
        dm_buf_str(out, DM_LIT("]("));
        put_address(out, e->url);
        dm_buf_char(out, ')');
    }
    if (e->start >= 0)
        dm_buf_format(out, ", characters %" PRId64 "–%" PRId64, e->start, e->end);
    const dm_str more[] = {e->date, e->source, e->title};
    for (size_t i = 0; i < 3; i++)
        if (more[i].n) {
            dm_buf_str(out, DM_LIT(", "));
            put_escaped(out, more[i]);
        }
    if (e->conf >= 0)
        dm_buf_format(out, ", confidence %" PRId64 ".%02" PRId64, (e->conf + 5000) / 1000000, (e->conf + 5000) % 1000000 / 10000);
    dm_buf_char(out, '\n');
}

static void put_row_name(const dm_report *report, const dm_report_row *row, dm_buf *out)
{
    if (!report->by_country) {
        put_escaped(out, dm_report_name(row->holder));
        dm_buf_str(out, DM_LIT(" → "));
    }
    put_escaped(out, dm_report_name(row->target));
}

/* One table: counts with their shares, or of the rows about an actor if `about`. */
static void put_table(const dm_report *report, const dm_report_row *const *rows, size_t n, bool about, dm_buf *out)
{
    dm_buf_str(out, about ? DM_LIT("\n| holder |") : report->by_country ? DM_LIT("\n| towards |") : DM_LIT("\n| who → whom |"));
    for (size_t l = 0; l < report->n_labels; l++) {
        dm_buf_char(out, ' ');
        put_escaped(out, report->labels[l]);
        dm_buf_str(out, DM_LIT(" |"));
    }
    dm_buf_str(out, DM_LIT(" not decided | documents | dates |\n|---|"));
    for (size_t l = 0; l < report->n_labels; l++)
        dm_buf_str(out, DM_LIT("---:|"));
    dm_buf_str(out, DM_LIT("---:|---:|---|\n"));
    for (size_t i = 0; i < n; i++) {
        const dm_report_row *row = rows[i];
        dm_buf_str(out, DM_LIT("| "));
        if (about)
            put_escaped(out, dm_report_name(row->holder));
        else
            put_row_name(report, row, out);
        dm_buf_str(out, DM_LIT(" |"));
        for (size_t l = 0; l < report->n_labels; l++) {
            dm_buf_format(out, " %" PRIu64, row->count[l]);
            if (row->count[l])
                put_share(out, row->count[l], row->n);
            dm_buf_str(out, DM_LIT(" |"));
        }
        dm_buf_format(out, " %" PRIu64 " | %zu |", row->undecided, row->dyad->n_docs);
        put_span(out, " ", row->first, row->last);
        dm_buf_str(out, DM_LIT(" |\n"));
    }
}

static void put_sentences(const dm_report *report, const dm_report_block *block, dm_buf *out)
{
    dm_buf_str(out, DM_LIT("\nStrongest sentences:\n\n"));
    for (size_t i = 0; i < block->n_own; i++) {
        const dm_report_row *row = block->own[i];
        for (size_t l = 0; l <= report->n_labels; l++) {
            const dm_tally_mark *mark = l < report->n_labels ? row->mark[l] : row->open;
            if (!mark || !mark->n)
                continue;
            dm_buf_str(out, DM_LIT("- "));
            put_row_name(report, row, out);
            dm_buf_str(out, DM_LIT(", **"));
            put_escaped(out, mark->label.n ? mark->label : DM_LIT("not decided"));
            dm_buf_format(out, "** %" PRIu64, mark->n);
            put_span(out, ", ", mark->first, mark->last);
            dm_buf_char(out, '\n');
            for (size_t k = 0; k < mark->n_evidence; k++)
                put_evidence(out, &mark->evidence[k]);
        }
    }
}

static void put_topics(const dm_report *report, const dm_report_row *row, dm_buf *out)
{
    for (size_t k = 0; k < row->dyad->n_topics; k++) {
        const dm_tally_topic *t = &row->dyad->topics[k];
        if (!k) {
            dm_buf_char(out, '\n');
            put_escaped(out, report->by_country ? DM_LIT("") : dm_report_name(row->holder));
            dm_buf_str(out, report->by_country ? DM_LIT("Without a target, by topic: ") : DM_LIT(" without a target, by topic: "));
        }
        dm_buf_str(out, k ? DM_LIT("; ") : DM_LIT(""));
        put_escaped(out, t->topic.n ? t->topic : DM_LIT("other"));
        dm_buf_char(out, ' ');
        put_escaped(out, t->label.n ? t->label : DM_LIT("not decided"));
        dm_buf_format(out, " %" PRIu64, t->n);
    }
    if (row->dyad->n_topics)
        dm_buf_str(out, DM_LIT(".\n"));
}

/* "11 positions in 4 documents, 2022-03-18 to 2022-04-30; 1 not decided" */
static void put_sum(dm_buf *out, uint64_t n, size_t n_docs, dm_str first, dm_str last, uint64_t undecided)
{
    dm_buf_format(out, "%" PRIu64 " position%s in %zu document%s", n, n == 1 ? "" : "s", n_docs, n_docs == 1 ? "" : "s");
    put_span(out, ", ", first, last);
    dm_buf_format(out, "; %" PRIu64 " not decided", undecided);
}

static void put_block(const dm_report *report, const dm_report_block *block, dm_buf *out)
{
    dm_buf_str(out, DM_LIT("\n## "));
    put_escaped(out, block->name);
    if (report->by_country && block->id.n) {
        dm_buf_str(out, DM_LIT(" ("));
        put_escaped(out, block->id);
        dm_buf_char(out, ')');
    }
    dm_buf_str(out, DM_LIT("\n\n"));
    put_sum(out, block->n, block->n_docs, block->first, block->last, block->undecided);
    for (size_t l = 0; l < report->n_labels; l++)
        if (block->count[l]) {
            dm_buf_str(out, DM_LIT("; "));
            put_escaped(out, report->labels[l]);
            dm_buf_format(out, " %" PRIu64 ",", block->count[l]);
            put_share(out, block->count[l], block->n);
        }
    dm_buf_str(out, DM_LIT(".\n"));
    if (block->n_own) {
        put_table(report, block->own, block->n_own, false, out);
        for (size_t i = 0; i < block->n_own; i++)
            put_topics(report, block->own[i], out);
        put_sentences(report, block, out);
    }
    if (block->n_about) {
        dm_buf_str(out, DM_LIT("\n### What others say about it\n"));
        put_table(report, block->about, block->n_about, true, out);
    }
}

void dm_report_md(const dm_report *report, dm_buf *out)
{
    dm_buf_str(out, DM_LIT("# Who takes which position towards whom\n\n"));
    put_sum(out, report->n, report->n_docs, report->first, report->last, report->undecided);
    dm_buf_char(out, '.');
    if (report->view.undated)
        dm_buf_format(out, " %" PRIu64 " records without a date are left out.", report->view.undated);
    dm_buf_str(out, DM_LIT(" Shares are of decided positions, with 95 % intervals (Wilson 1927).\n"));
    for (size_t i = 0; i < report->n_blocks; i++)
        put_block(report, &report->blocks[i], out);
}
