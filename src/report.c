#include "report.h"

#include <math.h>
#include <stdlib.h>
#include <utf8proc.h>

/* ---- shares ---------------------------------------------------------------------------------------------- */
dm_share dm_share_of(uint64_t n, uint64_t total)
{
    if (total == 0)
        return (dm_share){NAN, NAN, NAN};
    const double z = 1.959963984540054; /* 97.5 % quantile of the normal distribution */
    double N = (double)total, p = (double)n / N, stretch = 1 + z * z / N;
    double centre = (p + z * z / (2 * N)) / stretch;
    double half = z * sqrt(p * (1 - p) / N + z * z / (4 * N * N)) / stretch;
    /* at the ends the interval is exact, rounding must not leave a trace of it */
    return (dm_share){p, n == 0 ? 0 : centre - half, n == total ? 1 : centre + half};
}

/* ---- labels ---------------------------------------------------------------------------------------------- */
static int label_rank(dm_str label)
{
    return dm_str_is(label, "support") ? 0 : dm_str_is(label, "neutral") ? 1 : dm_str_is(label, "warn") ? 2 : 3;
}

static int label_order(const void *a, const void *b)
{
    dm_str x = *(const dm_str *)a, y = *(const dm_str *)b;
    int o = label_rank(x) - label_rank(y);
    return o ? o : dm_str_order(x, y);
}

/* The three of the shipped scheme always have their columns, unless the records come from a scheme of the user's. */
static void find_labels(dm_report *r, dm_arena *arena)
{
    static const char *const usual[] = {"support", "neutral", "warn"};
    dm_table table = {.arena = arena};
    bool other = false, known = false;
    for (size_t d = 0; d < r->view.n_dyads; d++)
        for (size_t i = 0; i < r->view.dyads[d].n_marks; i++) {
            dm_str label = r->view.dyads[d].marks[i].label;
            if (!label.n)
                continue;
            dm_table_add(&table, label);
            known = known || label_rank(label) < 3;
            other = other || label_rank(label) == 3;
        }
    for (size_t i = 0; i < 3 && (known || !other); i++)
        dm_table_add(&table, dm_str_from(usual[i]));
    r->labels = table.names;
    r->n_labels = table.count;
    qsort(r->labels, r->n_labels, sizeof *r->labels, label_order);
}

/* ---- rows ------------------------------------------------------------------------------------------------ */
static int actor_order(const void *id, const void *actor)
{
    return dm_str_order(*(const dm_str *)id, ((const dm_tally_actor *)actor)->id);
}

static const dm_tally_actor *actor_of(const dm_report *r, dm_arena *arena, dm_str id)
{
    const dm_tally_actor *found =
        r->view.n_actors ? bsearch(&id, r->view.actors, r->view.n_actors, sizeof *r->view.actors, actor_order) : NULL;
    if (found)
        return found;
    dm_tally_actor *nameless = dm_arena_alloc(arena, sizeof *nameless);
    nameless->id = id;
    return nameless;
}

static void widen_span(dm_str *first, dm_str *last, dm_str from, dm_str to)
{
    if (from.n && (!first->n || dm_str_order(from, *first) < 0))
        *first = from;
    if (to.n && (!last->n || dm_str_order(to, *last) > 0))
        *last = to;
}

static void make_row(const dm_report *r, dm_arena *arena, const dm_tally_dyad *dyad, dm_report_row *row)
{
    *row = (dm_report_row){.dyad = dyad, .holder = actor_of(r, arena, dyad->holder)};
    row->target = dyad->target.n ? actor_of(r, arena, dyad->target) : NULL;
    row->count = dm_arena_array(arena, r->n_labels, sizeof *row->count);
    row->mark = dm_arena_array(arena, r->n_labels, sizeof *row->mark);
    for (size_t i = 0; i < dyad->n_marks; i++) {
        const dm_tally_mark *mark = &dyad->marks[i];
        widen_span(&row->first, &row->last, mark->first, mark->last);
        if (!mark->label.n) {
            row->undecided = mark->n;
            row->open = mark;
            continue;
        }
        const dm_str *label = bsearch(&mark->label, r->labels, r->n_labels, sizeof *r->labels, label_order);
        row->count[label - r->labels] = mark->n;
        row->mark[label - r->labels] = mark;
        row->n += mark->n;
    }
}

/* ---- blocks ---------------------------------------------------------------------------------------------- */
static int by_count(uint64_t a, uint64_t b) { return (a < b) - (a > b); }

static int row_order(const dm_report_row *x, const dm_report_row *y)
{
    int o = by_count(x->n, y->n);
    if (!o)
        o = by_count(x->undecided, y->undecided);
    if (!o)
        o = dm_str_order(x->dyad->holder, y->dyad->holder);
    return o ? o : dm_str_order(x->dyad->target, y->dyad->target);
}

/* By country every group is "", so this orders by holder; by source or month every row of a group stays together. */
static int own_order(const void *a, const void *b)
{
    const dm_report_row *x = *(const dm_report_row *const *)a, *y = *(const dm_report_row *const *)b;
    int o = dm_str_order(x->dyad->holder, y->dyad->holder);
    return o ? o : row_order(x, y);
}

static int group_order(const void *a, const void *b)
{
    const dm_report_row *x = *(const dm_report_row *const *)a, *y = *(const dm_report_row *const *)b;
    int o = dm_str_order(x->dyad->group, y->dyad->group);
    return o ? o : row_order(x, y);
}

static int about_order(const void *a, const void *b)
{
    const dm_report_row *x = *(const dm_report_row *const *)a, *y = *(const dm_report_row *const *)b;
    int o = dm_str_order(x->dyad->target, y->dyad->target);
    return o ? o : row_order(x, y);
}

static int block_order(const void *a, const void *b)
{
    const dm_report_block *x = a, *y = b;
    int o = by_count(x->n + x->undecided, y->n + y->undecided);
    if (!o)
        o = by_count(x->n_about_records, y->n_about_records);
    return o ? o : dm_str_order(x->id, y->id);
}

static int month_order(const void *a, const void *b)
{
    return dm_str_order(((const dm_report_block *)a)->id, ((const dm_report_block *)b)->id);
}

static int hash_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* One article can speak of many dyads, so documents are counted over the union of their sets. */
static size_t count_docs(const dm_report_row *const *rows, size_t n_rows, dm_arena *arena)
{
    size_t n = 0, different = 0;
    for (size_t i = 0; i < n_rows; i++)
        n += rows[i]->dyad->n_docs;
    uint64_t *all = dm_arena_array(arena, n, sizeof *all);
    n = 0;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < rows[i]->dyad->n_docs; k++)
            all[n++] = rows[i]->dyad->docs[k];
    if (n)
        qsort(all, n, sizeof *all, hash_order);
    for (size_t i = 0; i < n; i++)
        different += i == 0 || all[i] != all[i - 1];
    return different;
}

static void sum_up(const dm_report *r, dm_report_block *block, dm_arena *arena)
{
    block->count = dm_arena_array(arena, r->n_labels, sizeof *block->count);
    for (size_t i = 0; i < block->n_own; i++) {
        const dm_report_row *row = block->own[i];
        block->n += row->n;
        block->undecided += row->undecided;
        widen_span(&block->first, &block->last, row->first, row->last);
        for (size_t l = 0; l < r->n_labels; l++)
            block->count[l] += row->count[l];
    }
    for (size_t i = 0; i < block->n_about; i++)
        block->n_about_records += block->about[i]->n + block->about[i]->undecided;
    block->n_docs = count_docs(block->own, block->n_own, arena);
}

static const dm_report_row **sorted_rows(const dm_report *r, dm_arena *arena, int (*order)(const void *, const void *))
{
    const dm_report_row **list = dm_arena_array(arena, r->n_rows, sizeof *list);
    for (size_t i = 0; i < r->n_rows; i++)
        list[i] = &r->rows[i];
    if (r->n_rows)
        qsort(list, r->n_rows, sizeof *list, order);
    return list;
}

static void make_country_blocks(dm_report *r, const char *entity, dm_arena *arena)
{
    const dm_report_row **own = sorted_rows(r, arena, own_order), **about = sorted_rows(r, arena, about_order);
    size_t o = 0, a = 0;
    r->blocks = dm_arena_array(arena, r->view.n_actors, sizeof *r->blocks);
    while (a < r->n_rows && !about[a]->dyad->target.n)
        a++; /* the empty target is nobody */
    for (size_t i = 0; i < r->view.n_actors; i++) { /* actors and both lists are in order of id */
        const dm_tally_actor *actor = &r->view.actors[i];
        dm_report_block block = {.id = actor->id, .name = dm_report_name(actor), .kind = actor->kind,
                                 .own = own + o, .about = about + a};
        for (; o < r->n_rows && dm_str_equal(own[o]->dyad->holder, actor->id); o++)
            block.n_own++;
        for (; a < r->n_rows && dm_str_equal(about[a]->dyad->target, actor->id); a++)
            block.n_about++;
        if (entity && !dm_str_is(actor->id, entity))
            continue;
        sum_up(r, &block, arena);
        r->blocks[r->n_blocks++] = block;
    }
}

static void make_group_blocks(dm_report *r, dm_arena *arena)
{
    const dm_report_row **own = sorted_rows(r, arena, group_order);
    r->blocks = dm_arena_array(arena, r->n_rows, sizeof *r->blocks);
    for (size_t i = 0; i < r->n_rows;) {
        dm_str group = own[i]->dyad->group;
        dm_report_block block = {.id = group, .name = group, .own = own + i};
        if (!group.n)
            block.name = dm_str_is(r->view.by, "month") ? DM_LIT("no date") : DM_LIT("no source");
        for (; i < r->n_rows && dm_str_equal(own[i]->dyad->group, group); i++)
            block.n_own++;
        sum_up(r, &block, arena);
        r->blocks[r->n_blocks++] = block;
    }
}

void dm_report_make(const dm_tally *tally, const char *entity, dm_arena *arena, dm_report *r)
{
    *r = (dm_report){0};
    dm_tally_see(tally, arena, &r->view);
    r->by_country = dm_str_is(r->view.by, "country");
    find_labels(r, arena);
    r->n_rows = r->view.n_dyads;
    r->rows = dm_arena_array(arena, r->n_rows, sizeof *r->rows);
    for (size_t i = 0; i < r->n_rows; i++)
        make_row(r, arena, &r->view.dyads[i], &r->rows[i]);
    dm_report_block all = {.own = sorted_rows(r, arena, group_order), .n_own = r->n_rows};
    sum_up(r, &all, arena);
    r->n = all.n;
    r->undecided = all.undecided;
    r->n_docs = all.n_docs;
    r->first = all.first;
    r->last = all.last;
    if (r->by_country)
        make_country_blocks(r, entity, arena);
    else
        make_group_blocks(r, arena);
    if (r->n_blocks)
        qsort(r->blocks, r->n_blocks, sizeof *r->blocks, dm_str_is(r->view.by, "month") ? month_order : block_order);
}

/* ---- text ------------------------------------------------------------------------------------------------ */
dm_str dm_report_name(const dm_tally_actor *actor)
{
    if (!actor)
        return DM_LIT("no target");
    return actor->name.n ? actor->name : actor->id.n ? actor->id : DM_LIT("unknown");
}

typedef enum { SHOW, BLANK, DROP, REPLACE } treatment;

static treatment treat(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7F)
        return SHOW;
    if (cp == '\n' || cp == '\r' || cp == '\t' || cp == 0x2028 || cp == 0x2029)
        return BLANK;
    if (cp == 0x200C || cp == 0x200D) /* joiners: Persian and Indic scripts need them */
        return SHOW;
    if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069))
        return REPLACE;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_CC: return REPLACE;
    case UTF8PROC_CATEGORY_CF: return DROP;
    default: return SHOW;
    }
}

void dm_plain_text(dm_buf *out, dm_str text)
{
    for (size_t at = 0, from = 0; at < text.n; from = at) {
        uint32_t cp = dm_utf8_next(text.s, text.n, &at);
        treatment t = cp == 0xFFFD ? REPLACE : treat(cp); /* a broken byte reads as U+FFFD */
        if (t == SHOW)
            dm_buf_add(out, text.s + from, at - from);
        else if (t == BLANK)
            dm_buf_char(out, ' ');
        else if (t == REPLACE)
            dm_buf_add(out, "\xEF\xBF\xBD", 3);
    }
}

size_t dm_text_width(dm_str text)
{
    size_t width = 0;
    for (size_t at = 0; at < text.n;) {
        int w = utf8proc_charwidth((utf8proc_int32_t)dm_utf8_next(text.s, text.n, &at));
        width += w > 0 ? (size_t)w : 0;
    }
    return width;
}
