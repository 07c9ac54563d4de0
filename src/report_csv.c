/* report_csv.c: one fact a row, RFC 4180 (CR LF, quotation marks doubled), UTF-8. A row is a label of a country, of a
 * dyad, or of a dyad in a month; what was not decided is the label "undecided", which has no share. A cell that a
 * spreadsheet would take for a formula gets an apostrophe before it. */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- cells ----------------------------------------------------------------------------------------------- */
static void put_cell(dm_buf *out, dm_str text)
{
    bool formula = text.n && memchr("=+-@\t\r", text.s[0], 6);
    bool quoted = false;
    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted = memchr("\",\r\n", text.s[i], 4) != NULL;
    if (quoted)
        dm_buf_char(out, '"');
    if (formula)
        dm_buf_char(out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.s[i] == '"')
            dm_buf_char(out, '"');
        if (text.s[i]) /* readers in C stop at a NUL */
            dm_buf_char(out, text.s[i]);
    }
    if (quoted)
        dm_buf_char(out, '"');
}

static void put_text(dm_buf *out, dm_str text)
{
    dm_buf_char(out, ',');
    put_cell(out, text);
}

static void put_count(dm_buf *out, uint64_t n) { dm_buf_format(out, ",%" PRIu64, n); }

static void put_shares(dm_buf *out, uint64_t n, uint64_t total)
{
    dm_share s = dm_share_of(n, total);
    const double figures[] = {s.share, s.low, s.high};
    put_count(out, n);
    put_count(out, total);
    for (size_t i = 0; i < 3; i++) {
        dm_buf_char(out, ',');
        if (total)
            dm_json_number(out, figures[i]);
    }
}

/* What was not decided is no part of the decided, so it has no share of them. */
static void put_undecided(dm_buf *out, uint64_t n, uint64_t total) { dm_buf_format(out, ",%" PRIu64 ",%" PRIu64 ",,,", n, total); }

static void end_row(dm_buf *out) { dm_buf_add(out, "\r\n", 2); }

static void put_header(dm_buf *out, const char *columns)
{
    dm_buf_str(out, dm_str_from(columns));
    end_row(out);
}

/* ---- countries.csv --------------------------------------------------------------------------------------- */
/* Rows of one group and holder added up; by country that is a block, by source or month a part of one. */
typedef struct {
    const dm_report_row *first_row;
    uint64_t *count, n, undecided;
    dm_str first, last;
} holder_sum;

static void put_holder(const dm_report *report, const holder_sum *sum, dm_buf *out)
{
    for (size_t l = 0; l <= report->n_labels; l++) {
        bool open = l == report->n_labels;
        put_cell(out, sum->first_row->dyad->group);
        put_text(out, sum->first_row->dyad->holder);
        put_text(out, sum->first_row->holder->name);
        put_text(out, sum->first_row->holder->kind);
        put_text(out, open ? DM_LIT("undecided") : report->labels[l]);
        if (open)
            put_undecided(out, sum->undecided, sum->n);
        else
            put_shares(out, sum->count[l], sum->n);
        put_text(out, sum->first);
        put_text(out, sum->last);
        end_row(out);
    }
}

static void add_row(const dm_report *report, const dm_report_row *row, holder_sum *sum)
{
    for (size_t l = 0; l < report->n_labels; l++)
        sum->count[l] += row->count[l];
    sum->n += row->n;
    sum->undecided += row->undecided;
    if (row->first.n && (!sum->first.n || dm_str_order(row->first, sum->first) < 0))
        sum->first = row->first;
    if (row->last.n && (!sum->last.n || dm_str_order(row->last, sum->last) > 0))
        sum->last = row->last;
}

static bool is_same_holder(const dm_report_row *a, const dm_report_row *b)
{
    return dm_str_equal(a->dyad->group, b->dyad->group) && dm_str_equal(a->dyad->holder, b->dyad->holder);
}

void dm_report_countries_csv(const dm_report *report, dm_buf *out)
{
    put_header(out, "group,holder,holder_name,holder_kind,label,n,decided,share,low,high,first,last");
    uint64_t *count = dm_arena_array(out->arena, report->n_labels, sizeof *count);
    for (size_t i = 0; i < report->n_rows;) { /* rows are in order of group, holder, target */
        holder_sum sum = {.first_row = &report->rows[i], .count = count};
        memset(count, 0, report->n_labels * sizeof *count);
        for (; i < report->n_rows && is_same_holder(&report->rows[i], sum.first_row); i++)
            add_row(report, &report->rows[i], &sum);
        put_holder(report, &sum, out);
    }
}

/* ---- dyads.csv ------------------------------------------------------------------------------------------- */
static void put_dyad(const dm_report_row *row, dm_buf *out)
{
    put_cell(out, row->dyad->group);
    put_text(out, row->dyad->holder);
    put_text(out, row->holder->name);
    put_text(out, row->dyad->target);
    put_text(out, row->target ? row->target->name : DM_LIT(""));
}

void dm_report_dyads_csv(const dm_report *report, dm_buf *out)
{
    put_header(out, "group,holder,holder_name,target,target_name,label,n,decided,share,low,high,first,last,documents");
    for (size_t i = 0; i < report->n_rows; i++)
        for (size_t l = 0; l <= report->n_labels; l++) {
            const dm_report_row *row = &report->rows[i];
            bool open = l == report->n_labels;
            const dm_tally_mark *mark = open ? row->open : row->mark[l];
            put_dyad(row, out);
            put_text(out, open ? DM_LIT("undecided") : report->labels[l]);
            if (open)
                put_undecided(out, row->undecided, row->n);
            else
                put_shares(out, row->count[l], row->n);
            put_text(out, mark ? mark->first : DM_LIT(""));
            put_text(out, mark ? mark->last : DM_LIT(""));
            put_count(out, row->dyad->n_docs); /* of the dyad, the same in each of its rows */
            end_row(out);
        }
}

/* ---- timeline.csv ---------------------------------------------------------------------------------------- */
static int month_order(const void *a, const void *b)
{
    const dm_tally_cell *x = *(const dm_tally_cell *const *)a, *y = *(const dm_tally_cell *const *)b;
    int o = dm_str_order(x->month, y->month);
    return o ? o : dm_str_order(x->label, y->label);
}

static void put_month(const dm_report *report, const dm_report_row *row, const dm_tally_cell *const *cells, size_t n, dm_buf *out)
{
    uint64_t decided = 0;
    for (size_t i = 0; i < n; i++)
        decided += cells[i]->label.n ? cells[i]->n : 0;
    for (size_t l = 0; l <= report->n_labels; l++) {
        dm_str label = l < report->n_labels ? report->labels[l] : DM_LIT("");
        uint64_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (dm_str_equal(cells[i]->label, label))
                count = cells[i]->n;
        put_dyad(row, out);
        put_text(out, cells[0]->month);
        put_text(out, label.n ? label : DM_LIT("undecided"));
        if (label.n)
            put_shares(out, count, decided);
        else
            put_undecided(out, count, decided);
        end_row(out);
    }
}

void dm_report_timeline_csv(const dm_report *report, dm_buf *out)
{
    put_header(out, "group,holder,holder_name,target,target_name,month,label,n,decided,share,low,high");
    for (size_t r = 0; r < report->n_rows; r++) {
        const dm_tally_dyad *dyad = report->rows[r].dyad;
        const dm_tally_cell **cells = dm_arena_array(out->arena, dyad->n_cells, sizeof *cells);
        for (size_t i = 0; i < dyad->n_cells; i++)
            cells[i] = &dyad->cells[i];
        if (dyad->n_cells)
            qsort(cells, dyad->n_cells, sizeof *cells, month_order);
        for (size_t from = 0, to = 0; from < dyad->n_cells; from = to) {
            while (to < dyad->n_cells && dm_str_equal(cells[to]->month, cells[from]->month))
                to++;
            put_month(report, &report->rows[r], cells + from, to - from, out);
        }
    }
}
