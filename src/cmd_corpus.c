#include "agreement.h"
#include "base/file.h"
#include "base/table.h"
#include "command.h"
#include "corpus_convert.h"
#include "token.h"

#include <stdlib.h>

typedef struct {
    const char *output, *from, *to;
    bool overwrite, list;
    bool checks; /* faults are the output, not a complaint */
    size_t faults;
} arguments;

static bool tell_fault(void *context, const char *file, size_t line, const char *what)
{
    ((arguments *)context)->faults++;
    fprintf(((arguments *)context)->checks ? stdout : stderr, "%s:%zu: %s\n", file, line, what);
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
    if (!k->names.count)
        return;
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

typedef struct {
    counter labels, codes, speech, mood, registers, hard, actors, states, kinds, passages, decades;
    size_t pairs, whole_records, pair_records, mentions, candidates, without, empty;
} counts;

/* "wire/sanctions hard:negation,nested": the register, and the hard cases that the passage shows. */
static void count_theme(counts *n, dm_arena *arena, dm_str theme)
{
    const char *slash = theme.n ? memchr(theme.s, '/', theme.n) : NULL, *hard = theme.n ? memmem(theme.s, theme.n, "hard:", 5) : NULL;
    count(&n->registers, arena, slash ? dm_str_sub(theme, 0, (size_t)(slash - theme.s)) : theme);
    for (size_t from = hard ? (size_t)(hard - theme.s) + 5 : theme.n, to; from < theme.n; from = to + 1) {
        to = from;
        while (to < theme.n && theme.s[to] != ',' && theme.s[to] != ' ')
            to++;
        count(&n->hard, arena, dm_str_sub(theme, from, to));
    }
}

static void count_whole(counts *n, dm_arena *arena, const dm_example *e)
{
    dm_table here = {.arena = arena};
    size_t with_target = 0;
    n->empty += e->n_records == 0;
    count(&n->passages, arena, e->source);
    count_theme(n, arena, e->theme);
    if (e->date.n == 10) {
        dm_buf decade = {.arena = arena};
        dm_buf_format(&decade, "%.3s0s", e->date.s);
        count(&n->decades, arena, dm_buf_view(&decade));
    }
    n->mentions += e->n_mentions;
    for (size_t k = 0; k < e->n_mentions; k++) {
        dm_str id = e->mentions[k].id;
        dm_table_add(&here, id);
        count(&n->actors, arena, id);
        count(&n->kinds, arena, id.n == 3 ? DM_LIT("state") : dm_str_sub(id, 0, id.n < 3 ? id.n : 3));
        if (id.n == 3)
            count(&n->states, arena, id);
    }
    for (size_t k = 0; k < e->n_records; k++) {
        with_target += e->records[k].target >= 0;
        count(&n->speech, arena, e->records[k].speech);
        count(&n->mood, arena, e->records[k].mood);
    }
    n->candidates += here.count * (here.count ? here.count - 1 : 0);
    n->without += here.count * (here.count ? here.count - 1 : 0) - with_target;
}

static void stats(const dm_corpus *c)
{
    counts n = {0};
    for (size_t i = 0; i < c->n; i++) {
        const dm_example *e = &c->examples[i];
        for (size_t k = 0; k < e->n_records; k++) {
            count(&n.labels, c->arena, e->records[k].label);
            count(&n.codes, c->arena, e->records[k].code);
        }
        n.pairs += e->pair;
        *(e->pair ? &n.pair_records : &n.whole_records) += e->n_records;
        if (!e->pair)
            count_whole(&n, c->arena, e);
    }
    size_t whole = c->n - n.pairs, records = n.whole_records + n.pair_records;
    printf("%zu whole annotated sentences in %zu passages (%zu without a record), %zu pairs\n", whole, n.passages.names.count, n.empty, n.pairs);
    printf("whole: %zu records, %zu mentions of %zu actors, %zu of them states; %zu ordered pairs of actors, %zu without a position\n", n.whole_records, n.mentions,
        n.actors.names.count, n.states.names.count, n.candidates, n.without);
    print_counter(&n.labels, "labels, of whole and pairs", records);
    print_counter(&n.codes, "codes, of whole and pairs", records);
    print_counter(&n.speech, "speech, by record of whole", n.whole_records);
    print_counter(&n.mood, "mood, by record of whole", n.whole_records);
    print_counter(&n.registers, "registers, by whole sentence", whole);
    print_counter(&n.decades, "decades, by whole sentence", whole);
    print_counter(&n.hard, "hard cases, by sentence of a passage that shows them", whole);
    print_counter(&n.kinds, "kinds of actor, by mention", n.mentions);
    print_counter(&n.states, "states, by mention", n.mentions);
}

/* ---- agree ----------------------------------------------------------------------------------------------- */

static void tell_difference(void *context, const dm_example *e, dm_str holder, dm_str target, dm_str first, dm_str second)
{
    (void)context;
    printf("%s:%zu: %.*s -> %.*s: %.*s, %.*s: %.*s\n", e->file, e->line, DM_ARG(holder), DM_ARG(target), DM_ARG(first), DM_ARG(second), DM_ARG(e->text));
}

static void print_agreement(const char *what, const dm_agreement *g)
{
    printf("  %-34s %7zu   %5.1f %%   %6.3f   %6.3f\n", what, g->n, 100 * g->same, g->kappa, g->alpha);
}

static void agree(const arguments *a, const dm_corpus *first, const dm_corpus *second)
{
    dm_corpus_agreement r = dm_corpus_agree(first, second, a->list ? tell_difference : NULL, NULL);
    double both = (double)r.records_both, all = (double)(r.records_first + r.records_second);
    printf("%zu sentences labelled by both; %zu only in the first, %zu only in the second\n", r.sentences, r.only_first, r.only_second);
    printf("records: %zu and %zu, %zu the same holder and target: F1 %.1f\n\n", r.records_first, r.records_second, r.records_both, all > 0 ? 200 * both / all : 0);
    printf("  %-34s %7s   %7s   %6s   %6s\n", "", "things", "same", "Cohen", "Kripp.");
    print_agreement("a position or none, all pairs", &r.position);
    print_agreement("none, support, neutral, warn", &r.all);
    print_agreement("label, where both gave one", &r.label);
}

/* ---- import, export -------------------------------------------------------------------------------------- */

static dm_status write_out(const arguments *a, const dm_buf *text, dm_error *error)
{
    dm_out out = {0};
    dm_status status = a->output ? dm_out_open(&out, a->output, a->overwrite, error) : DM_OK;
    if (status == DM_OK && text->n)
        fwrite(text->s, 1, text->n, a->output ? out.file : stdout);
    return status == DM_OK && a->output ? dm_out_commit(&out, error) : status;
}

static dm_status convert(const arguments *a, const dm_corpus *c, dm_tool to, dm_error *error)
{
    dm_buf text = {.arena = c->arena};
    if (to < DM_TOOL_N)
        dm_corpus_export(c, to, &text);
    for (size_t i = 0; to == DM_TOOL_N && i < c->n; i++)
        dm_corpus_write(&c->examples[i], &text);
    return write_out(a, &text, error);
}

/* DM_TOOL_N: no name given; -1: an unknown one, told. */
static int tool_of(const char *name)
{
    int i = 0;
    while (name && i < DM_TOOL_N && strcmp(name, dm_tool_name(i)) != 0)
        i++;
    if (!name)
        return DM_TOOL_N;
    if (i < DM_TOOL_N)
        return i;
    command_say("corpus", "no tool \"%s\"; there are doccano, label-studio, prodigy", name);
    return -1;
}

/* ---- command --------------------------------------------------------------------------------------------- */

static const char *const verbs[] = {"agree", "check", "export", "import", "stats"};
enum { AGREE, CHECK, EXPORT, IMPORT, STATS, N_VERBS };

static int verb_of(const char *name)
{
    int i = 0;
    while (i < N_VERBS && strcmp(name, verbs[i]) != 0)
        i++;
    if (i < N_VERBS)
        return i;
    const char *near = command_nearest(name, verbs, N_VERBS);
    command_say("corpus", "no \"%s\"%s%s", name, near ? "; did you mean " : "; there are agree, check, export, import, stats", near ? near : "");
    return -1;
}

static dm_status read_all(arguments *a, dm_corpus *c, int verb, dm_tool from, char **files, int n, dm_error *error)
{
    dm_status status = DM_OK;
    for (int i = 0; i < n && status == DM_OK; i++)
        status = verb == IMPORT && from < DM_TOOL_N ? dm_corpus_import(c, from, files[i], tell_fault, a, error)
                                                    : dm_corpus_read(c, files[i], NULL, tell_fault, a, error);
    return status;
}

static dm_status run(arguments *a, dm_corpus *c, int verb, dm_tool tool, char **files, int n, dm_error *error)
{
    if (verb == AGREE) {
        dm_corpus second = {.arena = c->arena};
        dm_status status = read_all(a, c, verb, tool, files, 1, error);
        if (status == DM_OK)
            status = read_all(a, &second, verb, tool, files + 1, 1, error);
        if (status == DM_OK)
            agree(a, c, &second);
        return status;
    }
    dm_status status = read_all(a, c, verb, tool, files, n, error);
    if (status != DM_OK)
        return status;
    if (verb == CHECK)
        check(a, c);
    else if (verb == STATS)
        stats(c);
    else
        return convert(a, c, verb == EXPORT ? tool : DM_TOOL_N, error);
    return DM_OK;
}

static int guarded(arguments *a, int verb, dm_tool tool, char **files, int n)
{
    dm_error error = {0};
    dm_corpus corpus = {.arena = dm_arena_new()};
    volatile dm_status status = corpus.arena ? DM_OK : dm_fail(&error, DM_SYSTEM, "out of memory");
    if (corpus.arena && setjmp(*dm_arena_guard(corpus.arena)))
        status = dm_fail(&error, DM_SYSTEM, "out of memory");
    else if (corpus.arena)
        status = run(a, &corpus, verb, tool, files, n, &error);
    dm_arena_free(corpus.arena);
    return status == DM_OK ? command_finish("corpus", a->faults ? EXIT_SKIPPED : 0) : command_fail("corpus", &error);
}

int cmd_corpus(int argc, char **argv)
{
    arguments a = {0};
    const command_option options[] = {
        {'o', "output", "FILE", "for import and export: write here instead of standard output", OPTION_TEXT, &a.output},
        {'f', "force", NULL, "overwrite what is there", OPTION_FLAG, &a.overwrite},
        {0, "from", "TOOL", "for import: doccano, label-studio or prodigy (default: our own two forms)", OPTION_TEXT, &a.from},
        {0, "to", "TOOL", "for export: doccano, label-studio or prodigy", OPTION_TEXT, &a.to},
        {0, "list", NULL, "for agree: each difference with its sentence", OPTION_FLAG, &a.list},
    };
    const command_spec spec = {"corpus", "check|stats|import|export FILE… or agree FIRST SECOND",
        "Faults of a corpus; its counts; agreement of two coders (Cohen's kappa, Krippendorff's alpha);\nto and from the compact text form and annotation tools.", NULL, options,
        sizeof options / sizeof *options, 2, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    int verb = verb_of(argv[first]);
    a.checks = verb == CHECK;
    int tool = tool_of(a.from ? a.from : a.to);
    if (verb < 0 || tool < 0)
        return DM_USAGE;
    if ((verb == AGREE && argc != first + 3) || (verb == EXPORT && !a.to) || (a.from && verb != IMPORT) || (a.to && verb != EXPORT)) {
        command_say("corpus", verb == AGREE ? "agree takes two corpora" : "--to goes with export, --from with import");
        return DM_USAGE;
    }
    return guarded(&a, verb, (dm_tool)tool, argv + first + 1, argc - first - 1);
}
