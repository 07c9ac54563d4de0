#include "tally_store.h"

#include "base/file.h"

#include <math.h>
#include <stdlib.h>

const store_field dm_store_texts[STORE_TEXTS] = {
    {"id", offsetof(dm_evidence, id)},         {"doc", offsetof(dm_evidence, doc)},
    {"date", offsetof(dm_evidence, date)},     {"source", offsetof(dm_evidence, source)},
    {"title", offsetof(dm_evidence, title)},   {"url", offsetof(dm_evidence, url)},
    {"text", offsetof(dm_evidence, text)},     {"cue", offsetof(dm_evidence, cue)},
};
const store_field dm_store_numbers[STORE_NUMBERS] = {
    {"sent", offsetof(dm_evidence, sent)},           {"start", offsetof(dm_evidence, start)},
    {"end", offsetof(dm_evidence, end)},             {"raw_start", offsetof(dm_evidence, raw_start)},
    {"raw_end", offsetof(dm_evidence, raw_end)},
};

/* ---- life ------------------------------------------------------------------------------------------------ */
static dm_str keep(dm_arena *arena, const char *text)
{
    dm_str s = dm_str_from(text);
    return (dm_str){dm_arena_copy(arena, s.s, s.n), s.n};
}

static dm_status set_up(dm_tally *t, const dm_tally_options *options, dm_error *error)
{
    if (setjmp(*dm_arena_guard(t->arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_table *tables[] = {&t->names, &t->dyads, &t->cells, &t->marks, &t->topics, &t->docs, &t->actors};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        tables[i]->arena = t->arena;
    t->from = keep(t->arena, options ? options->from : NULL);
    t->to = keep(t->arena, options ? options->to : NULL);
    t->entity = keep(t->arena, options ? options->entity : NULL);
    t->by_fixed = options && options->by;
    t->by = keep(t->arena, t->by_fixed ? options->by : "country");
    if (!dm_str_is(t->by, "country") && !dm_str_is(t->by, "source") && !dm_str_is(t->by, "month"))
        return dm_fail(error, DM_USAGE, "a tally goes by country, source or month, not by %s", options->by);
    return DM_OK;
}

dm_tally *dm_tally_new(const dm_tally_options *options, dm_error *error)
{
    dm_tally *t = calloc(1, sizeof *t);
    if (t)
        t->arena = dm_arena_new();
    if (!t || !t->arena) {
        dm_fail(error, DM_SYSTEM, "out of memory");
        free(t);
        return NULL;
    }
    if (set_up(t, options, error) == DM_OK)
        return t;
    dm_tally_free(t);
    return NULL;
}

void dm_tally_free(dm_tally *t)
{
    if (!t)
        return;
    dm_arena_free(t->arena);
    free(t);
}

/* ---- the store ------------------------------------------------------------------------------------------- */
static bool is_valid(dm_str text)
{
    for (size_t at = 0, from = 0; at < text.n; from = at)
        if (dm_utf8_next(text.s, text.n, &at) == 0xFFFD && at - from == 1)
            return false;
    return true;
}

static dm_str make_valid(dm_arena *arena, dm_str text)
{
    if (is_valid(text))
        return text;
    dm_buf out = {.arena = arena};
    for (size_t at = 0, from = 0; at < text.n; from = at) {
        bool broken = dm_utf8_next(text.s, text.n, &at) == 0xFFFD;
        dm_buf_str(&out, broken ? DM_LIT("\xEF\xBF\xBD") : dm_str_sub(text, from, at));
    }
    return dm_buf_view(&out);
}

static uint32_t name_of(dm_tally *t, dm_str text) { return dm_table_add(&t->names, make_valid(t->arena, text)); }

static uint32_t put_key(dm_table *table, uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t key[3] = {a, b, c};
    return dm_table_add(table, (dm_str){(const char *)key, sizeof key});
}


uint32_t dm_store_dyad(dm_tally *t, dm_str group, dm_str holder, dm_str target)
{
    return put_key(&t->dyads, name_of(t, group), name_of(t, holder), name_of(t, target));
}

static store_mark *mark_of(dm_tally *t, uint32_t dyad, uint32_t label)
{
    uint32_t i = put_key(&t->marks, dyad, label, 0);
    if (i == t->n_mark)
        *DM_PUSH(t->arena, t->mark, t->n_mark, t->mark_room) =
            (store_mark){.first = DM_TABLE_NONE, .last = DM_TABLE_NONE};
    return &t->mark[i];
}

void dm_store_count(dm_tally *t, uint32_t dyad, dm_str label, dm_str month, uint64_t n)
{
    uint32_t l = name_of(t, label), i = put_key(&t->cells, dyad, l, name_of(t, month));
    if (i == t->n_counts)
        *DM_PUSH(t->arena, t->counts, t->n_counts, t->counts_room) = 0;
    t->counts[i] += n;
    mark_of(t, dyad, l)->n += n;
}

void dm_store_topic(dm_tally *t, uint32_t dyad, dm_str topic, dm_str label, uint64_t n)
{
    uint32_t i = put_key(&t->topics, dyad, name_of(t, topic), name_of(t, label));
    if (i == t->n_topic_counts)
        *DM_PUSH(t->arena, t->topic_counts, t->n_topic_counts, t->topic_counts_room) = 0;
    t->topic_counts[i] += n;
}

/* The smaller (sign -1) or greater (+1) of two names; no name and the empty name give way. */
static uint32_t extreme(const dm_tally *t, uint32_t a, uint32_t b, int sign)
{
    if (a == DM_TABLE_NONE || t->names.names[a].n == 0)
        return b;
    if (t->names.names[b].n == 0)
        return a;
    return dm_str_order(t->names.names[b], t->names.names[a]) * sign > 0 ? b : a;
}

void dm_store_span(dm_tally *t, uint32_t dyad, dm_str label, dm_str first, dm_str last)
{
    uint32_t f = name_of(t, first), l = name_of(t, last);
    store_mark *mark = mark_of(t, dyad, name_of(t, label));
    mark->first = extreme(t, mark->first, f, -1);
    mark->last = extreme(t, mark->last, l, +1);
}

void dm_store_doc(dm_tally *t, uint32_t dyad, uint64_t hash)
{
    put_key(&t->docs, dyad, (uint32_t)(hash >> 32), (uint32_t)hash);
}

void dm_store_actor(dm_tally *t, dm_str id, dm_str name, dm_str kind)
{
    uint32_t n = name_of(t, name), k = name_of(t, kind), i = dm_table_add(&t->actors, make_valid(t->arena, id));
    if (i == t->n_actor_names) {
        (void)DM_PUSH(t->arena, t->actor_names, t->n_actor_names, t->actor_names_room);
        t->actor_names[i].name = n;
        t->actor_names[i].kind = k;
    }
    t->actor_names[i].name = extreme(t, t->actor_names[i].name, n, -1);
    t->actor_names[i].kind = extreme(t, t->actor_names[i].kind, k, -1);
}

bool dm_store_wants(const dm_tally *t, dm_str holder, dm_str target)
{
    return !t->entity.n || dm_str_equal(holder, t->entity) || dm_str_equal(target, t->entity);
}

/* ---- evidence -------------------------------------------------------------------------------------------- */
static dm_str *text_at(const dm_evidence *e, size_t i) { return (dm_str *)(void *)((char *)(uintptr_t)e + dm_store_texts[i].at); }

static int64_t number_at(const dm_evidence *e, size_t i)
{
    return *(const int64_t *)(const void *)((const char *)e + dm_store_numbers[i].at);
}

/* A total order over all fields: only equal sentences compare equal, so which three are kept cannot depend on order. */
static bool is_stronger(const dm_evidence *a, const dm_evidence *b)
{
    if (a->conf != b->conf)
        return a->conf > b->conf;
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        int order = dm_str_order(*text_at(a, i), *text_at(b, i));
        if (order)
            return order < 0;
    }
    for (size_t i = 0; i < STORE_NUMBERS; i++)
        if (number_at(a, i) != number_at(b, i))
            return number_at(a, i) < number_at(b, i);
    return false;
}

static bool is_same_sentence(const dm_evidence *a, const dm_evidence *b)
{
    return a->start == b->start && dm_str_equal(a->id, b->id) && dm_str_equal(a->doc, b->doc);
}

/* Copies the evidence into the slot. Blocks grow by doubling, so ever stronger sentences cost little more memory
 * than three of them. */
static void pack(dm_tally *t, store_slot *slot, const dm_evidence *e)
{
    size_t bytes = 0, used = 0;
    for (size_t i = 0; i < STORE_TEXTS; i++)
        bytes += text_at(e, i)->n;
    if (bytes > slot->room || !slot->block) {
        slot->room = bytes > 2 * slot->room ? bytes : 2 * slot->room;
        slot->block = dm_arena_alloc(t->arena, slot->room + 1);
    }
    slot->evidence = *e;
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        dm_str from = *text_at(e, i);
        if (from.n)
            memcpy(slot->block + used, from.s, from.n);
        *text_at(&slot->evidence, i) = (dm_str){slot->block + used, from.n};
        used += from.n;
    }
}

static void keep_if_strong(dm_tally *t, store_mark *mark, const dm_evidence *e)
{
    store_slot *best = mark->best;
    size_t at = 0;
    while (at < mark->n_best && !is_same_sentence(&best[at].evidence, e))
        at++;
    if (at == DM_TALLY_EVIDENCE)
        at--; /* the weakest may have to go */
    if (at < mark->n_best && !is_stronger(e, &best[at].evidence))
        return;
    pack(t, &best[at], e);
    if (at == mark->n_best)
        mark->n_best++;
    for (; at > 0 && is_stronger(&best[at].evidence, &best[at - 1].evidence); at--) {
        store_slot other = best[at];
        best[at] = best[at - 1];
        best[at - 1] = other;
    }
}

void dm_store_evidence(dm_tally *t, uint32_t dyad, dm_str label, const dm_evidence *evidence)
{
    dm_evidence valid = *evidence;
    for (size_t i = 0; i < STORE_TEXTS; i++)
        *text_at(&valid, i) = make_valid(t->arena, *text_at(evidence, i));
    keep_if_strong(t, mark_of(t, dyad, name_of(t, label)), &valid);
}

/* ---- adding ---------------------------------------------------------------------------------------------- */
static dm_evidence evidence_of(const dm_record *r)
{
    return (dm_evidence){
        .conf = r->conf >= 0 && r->conf <= 1 ? llround(r->conf * 1e6) : -1,
        .id = r->id, .doc = r->doc, .date = r->date, .source = r->source, .title = r->title, .url = r->url,
        .text = r->text, .cue = r->cue, .sent = r->sent, .start = r->start, .end = r->end,
        .raw_start = r->raw_start, .raw_end = r->raw_end,
    };
}

static dm_str group_of(const dm_tally *t, const dm_record *r, dm_str month)
{
    return dm_str_is(t->by, "source") ? r->source : dm_str_is(t->by, "month") ? month : DM_LIT("");
}

static void count(dm_tally *t, const dm_record *r, dm_str date)
{
    dm_str month = dm_str_sub(date, 0, 7), label = r->abstain ? DM_LIT("") : r->label;
    uint32_t dyad = dm_store_dyad(t, group_of(t, r, month), r->holder.id, r->target.id);
    dm_evidence evidence = evidence_of(r);
    dm_store_count(t, dyad, label, month, 1);
    dm_store_span(t, dyad, label, date, date);
    dm_store_evidence(t, dyad, label, &evidence);
    dm_store_doc(t, dyad, dm_str_hash(make_valid(t->arena, r->doc)));
    dm_store_actor(t, r->holder.id, r->holder.name, r->holder.kind);
    if (r->target.id.n)
        dm_store_actor(t, r->target.id, r->target.name, r->target.kind);
    else
        dm_store_topic(t, dyad, r->topic, label, 1);
}

dm_status dm_tally_add(dm_tally *t, const dm_record *record, dm_error *error)
{
    if (setjmp(*dm_arena_guard(t->arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    t->by_fixed = true;
    if (!dm_store_wants(t, record->holder.id, record->target.id))
        return DM_OK;
    dm_str date = dm_date_is_valid(record->date) ? record->date : DM_LIT("");
    if ((t->from.n || t->to.n) && !date.n) {
        t->undated++;
        return DM_OK;
    }
    if (!dm_date_within(date, t->from, t->to))
        return DM_OK;
    count(t, record, date);
    return DM_OK;
}
