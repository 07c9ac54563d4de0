/* report_json.c: report.json, the whole model for other programs. Keys are sorted and shares have 6 digits, so that
 * equal tallies give equal bytes. */
#include "report.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* Jansson tells of lack of memory by NULL and by -1; gathered here, so that nobody has to check each value. */
typedef struct {
    const dm_report *report;
    bool failed;
} making;

static json_t *object(making *m)
{
    json_t *json = json_object();
    m->failed = m->failed || !json;
    return json;
}

static json_t *array(making *m)
{
    json_t *json = json_array();
    m->failed = m->failed || !json;
    return json;
}

static void put(making *m, json_t *to, const char *key, json_t *value)
{
    if (json_object_set_new(to, key, value) != 0) /* takes the value even then */
        m->failed = true;
}

static void add(making *m, json_t *to, json_t *value)
{
    if (json_array_append_new(to, value) != 0)
        m->failed = true;
}

static void put_text(making *m, json_t *to, const char *key, dm_str text)
{
    put(m, to, key, json_stringn(text.s ? text.s : "", text.n));
}

static void put_whole(making *m, json_t *to, const char *key, uint64_t n) { put(m, to, key, json_integer((json_int_t)n)); }

static void put_offset(making *m, json_t *to, const char *key, int64_t n)
{
    put(m, to, key, n < 0 ? json_null() : json_integer(n));
}

static void put_figure(making *m, json_t *to, const char *key, double x)
{
    put(m, to, key, isfinite(x) ? json_real(round(x * 1e6) / 1e6) : json_null());
}

static void put_date(making *m, json_t *to, const char *key, dm_str date)
{
    put(m, to, key, date.n ? json_stringn(date.s, date.n) : json_null());
}

static void put_count(making *m, json_t *to, uint64_t n, uint64_t total)
{
    dm_share s = dm_share_of(n, total);
    put_whole(m, to, "n", n);
    put_figure(m, to, "share", s.share);
    put_figure(m, to, "low", s.low);
    put_figure(m, to, "high", s.high);
}

static json_t *evidence_json(making *m, const dm_tally_mark *mark)
{
    json_t *list = array(m);
    for (size_t i = 0; mark && i < mark->n_evidence; i++) {
        const dm_evidence *e = &mark->evidence[i];
        json_t *one = object(m);
        put_text(m, one, "id", e->id);
        put_text(m, one, "doc", e->doc);
        put_text(m, one, "date", e->date);
        put_text(m, one, "source", e->source);
        put_text(m, one, "title", e->title);
        put_text(m, one, "url", e->url);
        put_text(m, one, "text", e->text);
        put_text(m, one, "cue", e->cue);
        put_offset(m, one, "sent", e->sent);
        put_offset(m, one, "start", e->start);
        put_offset(m, one, "end", e->end);
        put_offset(m, one, "raw_start", e->raw_start);
        put_offset(m, one, "raw_end", e->raw_end);
        put_figure(m, one, "conf", e->conf < 0 ? NAN : (double)e->conf / 1e6);
        add(m, list, one);
    }
    return list;
}

static json_t *months_json(making *m, const dm_tally_dyad *dyad)
{
    json_t *list = array(m);
    for (size_t i = 0; i < dyad->n_cells; i++) {
        json_t *one = object(m);
        put_text(m, one, "label", dyad->cells[i].label.n ? dyad->cells[i].label : DM_LIT("undecided"));
        put_date(m, one, "month", dyad->cells[i].month);
        put_whole(m, one, "n", dyad->cells[i].n);
        add(m, list, one);
    }
    return list;
}

static json_t *topics_json(making *m, const dm_tally_dyad *dyad)
{
    json_t *list = array(m);
    for (size_t i = 0; i < dyad->n_topics; i++) {
        json_t *one = object(m);
        put_text(m, one, "topic", dyad->topics[i].topic);
        put_text(m, one, "label", dyad->topics[i].label.n ? dyad->topics[i].label : DM_LIT("undecided"));
        put_whole(m, one, "n", dyad->topics[i].n);
        add(m, list, one);
    }
    return list;
}

static json_t *row_json(making *m, const dm_report_row *row)
{
    json_t *json = object(m), *labels = array(m), *undecided = object(m);
    put_text(m, json, "group", row->dyad->group);
    put_text(m, json, "holder", row->dyad->holder);
    put_text(m, json, "target", row->dyad->target);
    put_whole(m, json, "decided", row->n);
    put_whole(m, json, "documents", row->dyad->n_docs);
    put_date(m, json, "first", row->first);
    put_date(m, json, "last", row->last);
    for (size_t l = 0; l < m->report->n_labels; l++) {
        json_t *one = object(m);
        const dm_tally_mark *mark = row->mark[l];
        put_text(m, one, "label", m->report->labels[l]);
        put_count(m, one, row->count[l], row->n);
        put_date(m, one, "first", mark ? mark->first : DM_LIT(""));
        put_date(m, one, "last", mark ? mark->last : DM_LIT(""));
        put(m, one, "evidence", evidence_json(m, mark));
        add(m, labels, one);
    }
    put(m, json, "labels", labels);
    put_whole(m, undecided, "n", row->undecided);
    put(m, undecided, "evidence", evidence_json(m, row->open));
    put(m, json, "undecided", undecided);
    put(m, json, "months", months_json(m, row->dyad));
    put(m, json, "topics", topics_json(m, row->dyad));
    return json;
}

static json_t *block_json(making *m, const dm_report_block *block)
{
    json_t *json = object(m), *labels = array(m), *own = array(m);
    put_text(m, json, "id", block->id);
    put_text(m, json, "name", block->name);
    put_text(m, json, "kind", block->kind);
    put_whole(m, json, "decided", block->n);
    put_whole(m, json, "undecided", block->undecided);
    put_whole(m, json, "documents", block->n_docs);
    put_whole(m, json, "about", block->n_about_records);
    put_date(m, json, "first", block->first);
    put_date(m, json, "last", block->last);
    for (size_t l = 0; l < m->report->n_labels; l++) {
        json_t *one = object(m);
        put_text(m, one, "label", m->report->labels[l]);
        put_count(m, one, block->count[l], block->n);
        add(m, labels, one);
    }
    put(m, json, "labels", labels);
    for (size_t i = 0; i < block->n_own; i++) /* places in "dyads" */
        add(m, own, json_integer(block->own[i] - m->report->rows));
    put(m, json, "dyads", own);
    return json;
}

static json_t *report_json(making *m)
{
    const dm_report *r = m->report;
    json_t *json = object(m), *blocks = array(m), *dyads = array(m);
    put_whole(m, json, "version", 1);
    put_text(m, json, "by", r->view.by);
    put_whole(m, json, "decided", r->n);
    put_whole(m, json, "undecided", r->undecided);
    put_whole(m, json, "undated", r->view.undated);
    put_whole(m, json, "documents", r->n_docs);
    put_date(m, json, "first", r->first);
    put_date(m, json, "last", r->last);
    for (size_t i = 0; i < r->n_blocks; i++)
        add(m, blocks, block_json(m, &r->blocks[i]));
    for (size_t i = 0; i < r->n_rows; i++)
        add(m, dyads, row_json(m, &r->rows[i]));
    put(m, json, "blocks", blocks);
    put(m, json, "dyads", dyads);
    return json;
}

/* The tree is freed before the arena's guard may leave; at most the text is lost then, and the command ends. */
dm_status dm_report_json(const dm_report *report, dm_buf *out, dm_error *error)
{
    making m = {.report = report};
    json_t *json = report_json(&m);
    char *text = m.failed ? NULL : json_dumps(json, JSON_SORT_KEYS | JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(json);
    if (!text)
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_buf_add(out, text, strlen(text));
    dm_buf_char(out, '\n');
    free(text);
    return DM_OK;
}
