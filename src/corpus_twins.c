/* Sentences that are nearly the same: shared word 4-grams (shingles; Broder, "On the resemblance and containment of
 * documents", 1997). */
#include "corpus.h"

#include "base/table.h"
#include "token.h"

enum { SHINGLE = 4, MOST_HOLDERS = 400 }; /* a shingle that more sentences hold says nothing of two of them */

typedef struct {
    uint32_t *at;
    size_t n, capacity;
} id_list;

/* The sentence's shingles, each once, as ids of the table. */
static id_list shingles_of(dm_table *table, const dm_example *e)
{
    dm_arena *arena = table->arena;
    size_t n, words = 0;
    dm_token *tokens = dm_token_split(arena, e->text, &n);
    for (size_t i = 0; i < n; i++)
        if (dm_token_is_word(&tokens[i]))
            tokens[words++] = tokens[i];
    dm_table own = {.arena = arena};
    id_list list = {0};
    for (size_t i = 0; i + SHINGLE <= words; i++) {
        dm_buf gram = {.arena = arena};
        for (size_t k = 0; k < SHINGLE; k++)
            dm_buf_format(&gram, "%.*s ", DM_ARG(tokens[i + k].fold));
        size_t before = own.count;
        dm_table_add(&own, dm_buf_view(&gram));
        if (own.count > before)
            *DM_PUSH(arena, list.at, list.n, list.capacity) = dm_table_add(table, dm_buf_view(&gram));
    }
    return list;
}

void dm_corpus_twins(const dm_corpus *corpus, double resemblance, dm_corpus_twin *twin, void *context)
{
    dm_arena *arena = corpus->arena;
    dm_table table = {.arena = arena};
    id_list *holders = NULL; /* of each shingle: the examples that have it */
    size_t capacity = 0, known = 0;
    size_t *sizes = dm_arena_array(arena, corpus->n + 1, sizeof *sizes);
    size_t *shared = dm_arena_array(arena, corpus->n + 1, sizeof *shared);
    for (size_t i = 0; i < corpus->n; i++) {
        id_list own = shingles_of(&table, &corpus->examples[i]), met = {0};
        sizes[i] = own.n;
        while (known < table.count) {
            holders = dm_arena_grow(arena, holders, known, &capacity, sizeof *holders);
            holders[known++] = (id_list){0};
        }
        for (size_t g = 0; g < own.n; g++) {
            id_list *h = &holders[own.at[g]];
            for (size_t k = 0; h->n <= MOST_HOLDERS && k < h->n; k++)
                if (shared[h->at[k]]++ == 0)
                    *DM_PUSH(arena, met.at, met.n, met.capacity) = h->at[k];
            *DM_PUSH(arena, h->at, h->n, h->capacity) = (uint32_t)i;
        }
        for (size_t k = 0; k < met.n; k++) {
            size_t j = met.at[k];
            double alike = (double)shared[j] / (double)(sizes[i] + sizes[j] - shared[j]);
            shared[j] = 0;
            if (alike >= resemblance)
                twin(context, &corpus->examples[j], &corpus->examples[i], alike);
        }
    }
}
