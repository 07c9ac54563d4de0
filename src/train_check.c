#include "train_check.h"

#include <stdio.h>

enum { FEW = 10 };

static void check_labels(const dm_instances *in, dm_warning *warn, void *context)
{
    char text[300];
    for (size_t l = 0; l < in->n_labels; l++) {
        size_t n = 0;
        for (size_t i = 0; i < in->n; i++)
            n += in->labels[i] == (int)l && !in->extra[i];
        if (n >= FEW)
            continue;
        snprintf(text, sizeof text, "label \"%.100s\" has %zu example%s: too few to learn or to judge it", in->label_names[l], n, n == 1 ? "" : "s");
        warn(context, text);
    }
}

/* The text in lower case with single blanks, and its pair. */
static dm_str key_of(dm_arena *arena, const dm_example *e, bool with_pair)
{
    dm_buf key = {.arena = arena};
    dm_str fold = dm_str_fold(arena, e->text);
    for (size_t i = 0; i < fold.n; i++)
        if (fold.s[i] > ' ' || (key.n && key.s[key.n - 1] != ' '))
            dm_buf_char(&key, fold.s[i] > ' ' || fold.s[i] < 0 ? fold.s[i] : ' ');
    for (int k = 0; with_pair && k < 2; k++) {
        int m = k ? e->records[0].target : e->records[0].holder;
        dm_buf_format(&key, "\t%u", m < 0 ? 0 : e->mentions[m].start + 1);
    }
    if (with_pair)
        dm_buf_str(&key, e->records[0].topic);
    return dm_buf_view(&key);
}

typedef struct {
    dm_str label, source;
} first_seen;

static void check_texts(const dm_corpus *corpus, dm_warning *warn, void *context)
{
    dm_arena *arena = corpus->arena;
    dm_table texts = {.arena = arena}, pairs = {.arena = arena};
    first_seen *of_text = dm_arena_array(arena, corpus->n + 1, sizeof *of_text), *of_pair = dm_arena_array(arena, corpus->n + 1, sizeof *of_pair);
    size_t n = 0, repeated = 0, apart = 0, contradicted = 0;
    for (size_t i = 0; i < corpus->n; i++) {
        const dm_example *e = &corpus->examples[i];
        if (e->extra || !e->n_records)
            continue;
        first_seen now = {e->records[0].label, e->source};
        size_t known = texts.count;
        uint32_t t = dm_table_add(&texts, key_of(arena, e, false));
        n++;
        if (t == known)
            of_text[t] = now;
        apart += t != known && !dm_str_equal(of_text[t].source, e->source);
        if (!e->pair)
            continue;
        known = pairs.count;
        uint32_t p = dm_table_add(&pairs, key_of(arena, e, true));
        if (p == known)
            of_pair[p] = now;
        repeated += p != known;
        contradicted += p != known && !dm_str_equal(of_pair[p].label, now.label);
    }
    char text[300];
    if (repeated * 10 > n) {
        snprintf(text, sizeof text, "%zu of %zu examples repeat an earlier one: figures will promise too much", repeated, n);
        warn(context, text);
    }
    if (apart) {
        snprintf(text, sizeof text, "%zu texts stand under more than one source: a copy may be learnt in one fold and judged in another", apart);
        warn(context, text);
    }
    if (contradicted) {
        snprintf(text, sizeof text, "%zu examples have another label than the same text and pair before", contradicted);
        warn(context, text);
    }
}

void dm_train_check(const dm_corpus *corpus, const dm_instances *in, dm_warning *warn, void *context)
{
    check_labels(in, warn, context);
    check_texts(corpus, warn, context);
}
