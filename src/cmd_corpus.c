#include "base/file.h"
#include "base/table.h"
#include "command.h"
#include "corpus.h"
#include "token.h"

#include <stdlib.h>

typedef struct {
    const char *output;
    bool overwrite;
    size_t faults;
} arguments;

static bool tell_fault(void *context, const char *file, size_t line, const char *what)
{
    ((arguments *)context)->faults++;
    printf("%s:%zu: %s\n", file, line, what);
    return true;
}

static void fault(arguments *a, const dm_example *e, const char *what) { tell_fault(a, e->file, e->line, what); }

/* ---- check ----------------------------------------------------------------------------------------------- */

static bool known_label(dm_str label)
{
    return dm_str_is(label, "support") || dm_str_is(label, "neutral") || dm_str_is(label, "warn") || dm_str_is(label, "none");
}

static bool is_actor_id(dm_str id)
{
    bool state = id.n == 3;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.s[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-'))
            return false;
    }
    return state || (id.n > 4 && id.s[3] == ':');
}

static void check_mentions(arguments *a, const dm_example *e)
{
    for (size_t i = 0; i < e->n_mentions; i++) {
        const dm_label_mention *m = &e->mentions[i];
        if (!e->pair && !is_actor_id(m->id))
            fault(a, e, "a mention whose id is no actor id (CHN, IGO:EU, GRP:HAMAS …)");
        for (size_t k = 0; k < i; k++) {
            const dm_label_mention *o = &e->mentions[k];
            bool same = m->start == o->start && m->end == o->end, apart = m->start >= o->end || o->start >= m->end;
            if (!apart && (!same || dm_str_equal(m->id, o->id)))
                fault(a, e, "mentions overlap");
        }
    }
}

static void check_records(arguments *a, const dm_example *e)
{
    for (size_t i = 0; i < e->n_records; i++) {
        const dm_label_record *r = &e->records[i];
        if (!known_label(r->label))
            fault(a, e, "unknown label");
        if (e->pair)
            continue;
        if (r->holder < 0)
            fault(a, e, "a record without holder");
        if (r->target < 0 && !r->topic.n)
            fault(a, e, "a record with neither target nor topic");
        if (r->holder >= 0 && r->target >= 0 && dm_str_equal(e->mentions[r->holder].id, e->mentions[r->target].id))
            fault(a, e, "holder and target are the same actor");
        for (size_t k = 0; k < i; k++) {
            const dm_label_record *o = &e->records[k];
            dm_str t1 = r->target < 0 ? DM_LIT("") : e->mentions[r->target].id, t2 = o->target < 0 ? DM_LIT("") : e->mentions[o->target].id;
            if (r->holder >= 0 && o->holder >= 0 && dm_str_equal(e->mentions[r->holder].id, e->mentions[o->holder].id) && dm_str_equal(t1, t2))
                fault(a, e, "two records of one pair in a sentence");
        }
    }
}

static dm_str folded(dm_arena *arena, const dm_example *e)
{
    size_t n;
    dm_token *tokens = dm_token_split(arena, e->text, &n);
    dm_buf key = {.arena = arena};
    for (size_t i = 0; i < n; i++)
        if (dm_token_is_word(&tokens[i])) {
            dm_buf_str(&key, tokens[i].fold);
            dm_buf_char(&key, ' ');
        }
    return dm_buf_view(&key);
}

/* Pairs may share a sentence (other holders and targets); what two folds may not share is one sentence told twice. */
static void tell_twin(void *context, const dm_example *first, const dm_example *second, double alike)
{
    if (dm_str_equal(first->text, second->text) || dm_str_equal(first->source, second->source))
        return; /* said elsewhere, or never in two folds */
    char what[200];
    snprintf(what, sizeof what, "nearly the sentence of %.80s:%zu (%.0f %% of their word 4-grams)", first->file, first->line, alike * 100);
    fault(context, second, what);
}

static void check(arguments *a, const dm_corpus *c)
{
    dm_table texts = {.arena = c->arena}, ids = {.arena = c->arena};
    for (size_t i = 0; i < c->n; i++) {
        const dm_example *e = &c->examples[i];
        size_t n_texts = texts.count, n_ids = ids.count;
        check_mentions(a, e);
        check_records(a, e);
        dm_table_add(&texts, folded(c->arena, e));
        dm_table_add(&ids, e->id);
        if (texts.count == n_texts && !e->pair)
            fault(a, e, "the same sentence stands there twice");
        if (e->id.n && ids.count == n_ids)
            fault(a, e, "the same id stands there twice");
    }
    dm_corpus_twins(c, 0.5, tell_twin, a);
    printf("%zu examples, %zu faults\n", c->n, a->faults);
}

/* ---- stats ----------------------------------------------------------------------------------------------- */

typedef struct {
    dm_table names;
    size_t *counts;
    size_t capacity;
} counter;

static void count(counter *k, dm_arena *arena, dm_str name)
{
    k->names.arena = arena;
    size_t before = k->names.count;
    uint32_t id = dm_table_add(&k->names, name);
    k->counts = dm_arena_grow(arena, k->counts, before, &k->capacity, sizeof *k->counts);
    k->counts[id]++;
}

static void print_counter(const counter *k, const char *title, size_t all)
{
    printf("\n%s (%zu)\n", title, k->names.count);
    size_t *order = dm_arena_array(k->names.arena, k->names.count + 1, sizeof *order);
    for (size_t i = 0; i < k->names.count; i++) { /* insertion sort by count, then name: short lists */
        size_t at = i;
        while (at && (k->counts[order[at - 1]] < k->counts[i] || (k->counts[order[at - 1]] == k->counts[i] && dm_str_order(k->names.names[order[at - 1]], k->names.names[i]) > 0))) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (size_t i = 0; i < k->names.count && i < 40; i++)
        printf("  %-28.*s %7zu  %5.1f %%\n", DM_ARG(k->names.names[order[i]]), k->counts[order[i]], 100.0 * (double)k->counts[order[i]] / (double)(all ? all : 1));
    if (k->names.count > 40)
        printf("  and %zu more\n", k->names.count - 40);
}

static void stats(const dm_corpus *c)
{
    counter labels = {0}, codes = {0}, themes = {0}, actors = {0}, states = {0}, passages = {0};
    size_t pairs = 0, records = 0, mentions = 0, candidates = 0, without = 0, empty = 0;
    for (size_t i = 0; i < c->n; i++) {
        const dm_example *e = &c->examples[i];
        dm_table here = {.arena = c->arena};
        pairs += e->pair;
        records += e->n_records;
        for (size_t k = 0; k < e->n_records; k++) {
            count(&labels, c->arena, e->records[k].label);
            count(&codes, c->arena, e->records[k].code);
        }
        if (e->pair)
            continue;
        empty += e->n_records == 0;
        count(&passages, c->arena, e->source);
        const char *slash = e->theme.n ? memchr(e->theme.s, '/', e->theme.n) : NULL;
        count(&themes, c->arena, slash ? dm_str_sub(e->theme, 0, (size_t)(slash - e->theme.s)) : e->theme);
        mentions += e->n_mentions;
        for (size_t k = 0; k < e->n_mentions; k++) {
            dm_table_add(&here, e->mentions[k].id);
            count(&actors, c->arena, e->mentions[k].id);
            if (e->mentions[k].id.n == 3)
                count(&states, c->arena, e->mentions[k].id);
        }
        size_t with_target = 0;
        for (size_t k = 0; k < e->n_records; k++)
            with_target += e->records[k].target >= 0;
        candidates += here.count * (here.count ? here.count - 1 : 0);
        without += here.count * (here.count ? here.count - 1 : 0) - with_target;
    }
    printf("%zu whole annotated sentences in %zu passages (%zu without a record), %zu pairs\n", c->n - pairs, passages.names.count, empty, pairs);
    printf("%zu records, %zu mentions of %zu actors, %zu of them states; %zu ordered pairs of actors, %zu without a position\n", records, mentions,
        actors.names.count, states.names.count, candidates, without);
    print_counter(&labels, "labels", records);
    print_counter(&codes, "codes", records);
    print_counter(&themes, "registers, by whole sentence", c->n - pairs);
    print_counter(&states, "states, by mention", mentions);
}

/* ---- import: the compact text form → JSONL --------------------------------------------------------------- */

static dm_status import(const arguments *a, const dm_corpus *c, dm_error *error)
{
    dm_out out = {0};
    dm_status status = a->output ? dm_out_open(&out, a->output, a->overwrite, error) : DM_OK;
    for (size_t i = 0; i < c->n && status == DM_OK; i++) {
        dm_buf line = {.arena = c->arena};
        dm_corpus_write(&c->examples[i], &line);
        fwrite(line.s, 1, line.n, a->output ? out.file : stdout);
    }
    return status == DM_OK && a->output ? dm_out_commit(&out, error) : status;
}

int cmd_corpus(int argc, char **argv)
{
    arguments a = {0};
    const command_option options[] = {
        {'o', "output", "FILE", "for import: write here instead of standard output", OPTION_TEXT, &a.output},
        {'f', "force", NULL, "overwrite what is there", OPTION_FLAG, &a.overwrite},
    };
    const command_spec spec = {"corpus", "check|stats|import FILE…", "Faults of a corpus; its counts; the compact text form as JSONL.", NULL, options,
        sizeof options / sizeof *options, 2, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    static const char *const verbs[] = {"check", "import", "stats"};
    const char *verb = argv[first], *near = command_nearest(verb, verbs, 3);
    if (!near || strcmp(near, verb) != 0) {
        command_say("corpus", "no \"%s\"%s%s", verb, near ? "; did you mean " : "; there are check, stats, import", near ? near : "");
        return DM_USAGE;
    }
    dm_error error = {0};
    dm_corpus corpus = {.arena = dm_arena_new()};
    volatile dm_status status = corpus.arena ? DM_OK : dm_fail(&error, DM_SYSTEM, "out of memory");
    if (corpus.arena && setjmp(*dm_arena_guard(corpus.arena))) {
        status = dm_fail(&error, DM_SYSTEM, "out of memory");
    } else {
        for (int i = first + 1; i < argc && status == DM_OK; i++)
            status = dm_corpus_read(&corpus, argv[i], NULL, tell_fault, &a, &error);
        if (status == DM_OK && strcmp(verb, "check") == 0)
            check(&a, &corpus);
        else if (status == DM_OK && strcmp(verb, "stats") == 0)
            stats(&corpus);
        else if (status == DM_OK)
            status = import(&a, &corpus, &error);
    }
    dm_arena_free(corpus.arena);
    return status == DM_OK ? command_finish("corpus", a.faults ? EXIT_SKIPPED : 0) : command_fail("corpus", &error);
}
