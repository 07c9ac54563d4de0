/* tally_view.c: the tally in canonical order. Each array is copied out of its table, sorted, and cut into the slices
 * of its dyads. */
#include "tally_store.h"

#include <stdlib.h>

/* A dyad with its number in the table, before sorting. */
typedef struct {
    dm_str group, holder, target;
    uint32_t number;
} place;

typedef struct {
    const dm_tally *t;
    dm_arena *arena;
    uint32_t *rank; /* dyad number → index in the view */
    dm_tally_dyad *dyads;
} viewing;

static dm_str name_at(const dm_tally *t, uint32_t i) { return i == DM_TABLE_NONE ? DM_LIT("") : t->names.names[i]; }

static void key_at(const dm_table *table, size_t i, uint32_t key[3])
{
    memcpy(key, table->names[i].s, 3 * sizeof *key);
}

static int order_of(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

static void sort(void *array, size_t n, size_t size, int (*order)(const void *, const void *))
{
    if (n)
        qsort(array, n, size, order);
}

static int place_order(const void *a, const void *b)
{
    const place *x = a, *y = b;
    int o = dm_str_order(x->group, y->group);
    if (!o)
        o = dm_str_order(x->holder, y->holder);
    return o ? o : dm_str_order(x->target, y->target);
}

static int cell_order(const void *a, const void *b)
{
    const dm_tally_cell *x = a, *y = b;
    int o = order_of(x->dyad, y->dyad);
    if (!o)
        o = dm_str_order(x->label, y->label);
    return o ? o : dm_str_order(x->month, y->month);
}

static int mark_order(const void *a, const void *b)
{
    const dm_tally_mark *x = a, *y = b;
    int o = order_of(x->dyad, y->dyad);
    return o ? o : dm_str_order(x->label, y->label);
}

static int topic_order(const void *a, const void *b)
{
    const dm_tally_topic *x = a, *y = b;
    int o = order_of(x->dyad, y->dyad);
    if (!o)
        o = dm_str_order(x->topic, y->topic);
    return o ? o : dm_str_order(x->label, y->label);
}

static int actor_order(const void *a, const void *b)
{
    return dm_str_order(((const dm_tally_actor *)a)->id, ((const dm_tally_actor *)b)->id);
}

static int hash_order(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void see_dyads(viewing *v)
{
    size_t n = v->t->dyads.count;
    place *places = dm_arena_array(v->arena, n, sizeof *places);
    for (size_t i = 0; i < n; i++) {
        uint32_t key[3];
        key_at(&v->t->dyads, i, key);
        places[i] = (place){name_at(v->t, key[0]), name_at(v->t, key[1]), name_at(v->t, key[2]), (uint32_t)i};
    }
    sort(places, n, sizeof *places, place_order);
    v->rank = dm_arena_array(v->arena, n, sizeof *v->rank);
    v->dyads = dm_arena_array(v->arena, n, sizeof *v->dyads);
    for (size_t i = 0; i < n; i++) {
        v->rank[places[i].number] = (uint32_t)i;
        v->dyads[i] = (dm_tally_dyad){.group = places[i].group, .holder = places[i].holder, .target = places[i].target};
    }
}

static void see_cells(viewing *v)
{
    size_t n = v->t->cells.count;
    dm_tally_cell *cells = dm_arena_array(v->arena, n, sizeof *cells);
    for (size_t i = 0; i < n; i++) {
        uint32_t key[3];
        key_at(&v->t->cells, i, key);
        cells[i] = (dm_tally_cell){v->rank[key[0]], name_at(v->t, key[1]), name_at(v->t, key[2]), v->t->counts[i]};
    }
    sort(cells, n, sizeof *cells, cell_order);
    for (size_t i = n; i-- > 0;) { /* from the back, so that the first of a dyad is set last */
        v->dyads[cells[i].dyad].cells = &cells[i];
        v->dyads[cells[i].dyad].n_cells++;
    }
}

static void see_marks(viewing *v)
{
    size_t n = v->t->marks.count;
    dm_tally_mark *marks = dm_arena_array(v->arena, n, sizeof *marks);
    for (size_t i = 0; i < n; i++) {
        uint32_t key[3];
        const store_mark *from = &v->t->mark[i];
        key_at(&v->t->marks, i, key);
        marks[i] = (dm_tally_mark){.dyad = v->rank[key[0]], .label = name_at(v->t, key[1]), .n = from->n,
            .first = name_at(v->t, from->first), .last = name_at(v->t, from->last), .n_evidence = from->n_best};
        for (size_t k = 0; k < from->n_best; k++)
            marks[i].evidence[k] = from->best[k].evidence;
    }
    sort(marks, n, sizeof *marks, mark_order);
    for (size_t i = n; i-- > 0;) {
        v->dyads[marks[i].dyad].marks = &marks[i];
        v->dyads[marks[i].dyad].n_marks++;
    }
}

static void see_topics(viewing *v)
{
    size_t n = v->t->topics.count;
    dm_tally_topic *topics = dm_arena_array(v->arena, n, sizeof *topics);
    for (size_t i = 0; i < n; i++) {
        uint32_t key[3];
        key_at(&v->t->topics, i, key);
        topics[i] = (dm_tally_topic){v->rank[key[0]], name_at(v->t, key[1]), name_at(v->t, key[2]), v->t->topic_counts[i]};
    }
    sort(topics, n, sizeof *topics, topic_order);
    for (size_t i = n; i-- > 0;) {
        v->dyads[topics[i].dyad].topics = &topics[i];
        v->dyads[topics[i].dyad].n_topics++;
    }
}

static void see_docs(viewing *v)
{
    size_t n = v->t->docs.count, used = 0;
    uint64_t *hashes = dm_arena_array(v->arena, n, sizeof *hashes);
    uint64_t **fill = dm_arena_array(v->arena, v->t->dyads.count, sizeof *fill);
    uint32_t key[3];
    for (size_t i = 0; i < n; i++) {
        key_at(&v->t->docs, i, key);
        v->dyads[v->rank[key[0]]].n_docs++;
    }
    for (size_t d = 0; d < v->t->dyads.count; used += v->dyads[d++].n_docs)
        v->dyads[d].docs = fill[d] = hashes + used;
    for (size_t i = 0; i < n; i++) {
        key_at(&v->t->docs, i, key);
        *fill[v->rank[key[0]]]++ = (uint64_t)key[1] << 32 | key[2];
    }
    for (size_t d = 0; d < v->t->dyads.count; d++)
        sort(fill[d] - v->dyads[d].n_docs, v->dyads[d].n_docs, sizeof *hashes, hash_order);
}

/* Only those who stand in a dyad: a merge under an entity filter has met more. */
static size_t see_actors(const viewing *v, dm_tally_actor **list)
{
    dm_table used = {.arena = v->arena};
    size_t n = 0;
    for (size_t i = 0; i < v->t->dyads.count; i++) {
        dm_table_add(&used, v->dyads[i].holder);
        dm_table_add(&used, v->dyads[i].target);
    }
    dm_tally_actor *actors = dm_arena_array(v->arena, v->t->actors.count, sizeof *actors);
    for (size_t i = 0; i < v->t->actors.count; i++)
        if (dm_table_find(&used, v->t->actors.names[i]) != DM_TABLE_NONE)
            actors[n++] = (dm_tally_actor){v->t->actors.names[i], name_at(v->t, v->t->actor_names[i].name),
                                           name_at(v->t, v->t->actor_names[i].kind)};
    sort(actors, n, sizeof *actors, actor_order);
    *list = actors;
    return n;
}

void dm_tally_see(const dm_tally *t, dm_arena *arena, dm_tally_view *view)
{
    viewing v = {.t = t, .arena = arena};
    see_dyads(&v);
    see_cells(&v);
    see_marks(&v);
    see_topics(&v);
    see_docs(&v);
    dm_tally_actor *actors;
    size_t n_actors = see_actors(&v, &actors);
    *view = (dm_tally_view){
        .by = t->by, .undated = t->undated, .actors = actors, .n_actors = n_actors,
        .dyads = v.dyads, .n_dyads = t->dyads.count,
    };
}
