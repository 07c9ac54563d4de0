#include "agreement.h"

#include "base/table.h"

dm_agreement dm_agree(const uint8_t *first, const uint8_t *second, size_t n)
{
    double a[DM_AGREEMENT_CATEGORIES] = {0}, b[DM_AGREEMENT_CATEGORIES] = {0}, same = 0, by_chance = 0, alike = 0;
    dm_agreement r = {.n = n, .same = 1, .kappa = 1, .alpha = 1};
    if (n < 2)
        return r;
    for (size_t i = 0; i < n; i++) {
        a[first[i]]++;
        b[second[i]]++;
        same += first[i] == second[i];
    }
    double things = (double)n, values = 2 * things;
    for (size_t c = 0; c < DM_AGREEMENT_CATEGORIES; c++) {
        by_chance += a[c] * b[c] / (things * things);
        alike += (a[c] + b[c]) * (a[c] + b[c] - 1) / (values * (values - 1));
    }
    r.same = same / things;
    r.kappa = by_chance < 1 ? (r.same - by_chance) / (1 - by_chance) : 1;
    r.alpha = alike < 1 ? 1 - (1 - r.same) / (1 - alike) : 1;
    return r;
}

/* ---- corpora --------------------------------------------------------------------------------------------- */

typedef struct {
    dm_arena *arena;
    dm_table labels; /* "none" is 0 */
    uint8_t *first, *second;
    size_t n, capacity_first, capacity_second;
} coding;

static dm_str actor_of(const dm_example *e, int mention)
{
    if (mention < 0)
        return DM_LIT("-");
    const dm_label_mention *m = &e->mentions[mention];
    return m->id.n ? m->id : dm_str_sub(e->text, m->start, m->end); /* pairs have words instead of ids */
}

static dm_str label_of(const dm_example *e, dm_str holder, dm_str target)
{
    for (size_t i = 0; i < e->n_records; i++)
        if (dm_str_equal(actor_of(e, e->records[i].holder), holder) && dm_str_equal(actor_of(e, e->records[i].target), target))
            return e->records[i].label;
    return DM_LIT("none");
}

/* Every actor of either coder, and "-" for what has a topic only. */
static dm_table parties_of(dm_arena *arena, const dm_example *a, const dm_example *b)
{
    dm_table parties = {.arena = arena};
    const dm_example *both[] = {a, b};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->n_mentions; i++)
            dm_table_add(&parties, actor_of(both[k], (int)i));
    dm_table_add(&parties, DM_LIT("-"));
    return parties;
}

static void take(coding *c, dm_corpus_agreement *r, dm_str first, dm_str second, bool topic)
{
    bool one = !dm_str_is(first, "none"), other = !dm_str_is(second, "none");
    if (topic && !one && !other)
        return; /* every actor could have said nothing about anything */
    r->records_first += one;
    r->records_second += other;
    r->records_both += one && other;
    size_t n = c->n;
    *DM_PUSH(c->arena, c->second, n, c->capacity_second) = (uint8_t)(dm_table_add(&c->labels, second) % DM_AGREEMENT_CATEGORIES);
    *DM_PUSH(c->arena, c->first, c->n, c->capacity_first) = (uint8_t)(dm_table_add(&c->labels, first) % DM_AGREEMENT_CATEGORIES);
}

static void compare(coding *c, dm_corpus_agreement *r, const dm_example *a, const dm_example *b, dm_agreement_difference *tell, void *context)
{
    dm_table parties = parties_of(c->arena, a, b);
    for (size_t h = 0; h < parties.count; h++)
        for (size_t t = 0; t < parties.count; t++) {
            dm_str holder = parties.names[h], target = parties.names[t];
            bool own = a->pair && dm_str_equal(holder, actor_of(a, a->records[0].holder)) && dm_str_equal(target, actor_of(a, a->records[0].target));
            if (h == t || dm_str_is(holder, "-") || (a->pair && !own))
                continue; /* of a pair only its own direction is labelled */
            dm_str first = label_of(a, holder, target), second = label_of(b, holder, target);
            take(c, r, first, second, dm_str_is(target, "-"));
            if (tell && !dm_str_equal(first, second))
                tell(context, a, holder, target, first, second);
        }
}

static dm_agreement of_positions(const coding *c)
{
    uint8_t *first = dm_arena_alloc(c->arena, c->n + 1), *second = dm_arena_alloc(c->arena, c->n + 1);
    for (size_t i = 0; i < c->n; i++) {
        first[i] = c->first[i] > 0;
        second[i] = c->second[i] > 0;
    }
    return dm_agree(first, second, c->n);
}

static dm_agreement of_labels(const coding *c)
{
    uint8_t *first = dm_arena_alloc(c->arena, c->n + 1), *second = dm_arena_alloc(c->arena, c->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->first[i] && c->second[i]) {
            first[n] = c->first[i];
            second[n++] = c->second[i];
        }
    return dm_agree(first, second, n);
}

dm_corpus_agreement dm_corpus_agree(const dm_corpus *first, const dm_corpus *second, dm_agreement_difference *tell, void *context)
{
    dm_arena *arena = first->arena;
    dm_corpus_agreement r = {0};
    coding c = {.arena = arena, .labels.arena = arena};
    dm_table ids = {.arena = arena};
    dm_table_add(&c.labels, DM_LIT("none"));
    const dm_example **with = dm_arena_array(arena, second->n + 1, sizeof *with); /* by number of the id */
    for (size_t i = 0; i < second->n; i++)
        with[dm_table_add(&ids, second->examples[i].id)] = &second->examples[i];
    for (size_t i = 0; i < first->n; i++) {
        const dm_example *a = &first->examples[i];
        uint32_t at = dm_table_find(&ids, a->id);
        if (at == DM_TABLE_NONE || with[at]->pair != a->pair || !dm_str_equal(with[at]->text, a->text)) {
            r.only_first++;
            continue;
        }
        r.sentences++;
        compare(&c, &r, a, with[at], tell, context);
    }
    r.only_second = second->n - r.sentences;
    r.position = of_positions(&c);
    r.all = dm_agree(c.first, c.second, c.n);
    r.label = of_labels(&c);
    return r;
}
