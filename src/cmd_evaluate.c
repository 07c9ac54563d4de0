#include "base/file.h"
#include "claim.h"
#include "classify.h"
#include "clean.h"
#include "cmd_drift.h"
#include "command.h"
#include "corpus.h"
#include "metrics.h"

#include <jansson.h>
#include <stdlib.h>

typedef struct {
    const char *model, *actors, *label, *text, *holder, *target;
    double seed, rounds;
    bool json, unlabelled;
    size_t faults;
} arguments;

typedef struct {
    const arguments *a;
    dm_corpus corpus;
    dm_model *model;
    dm_worker *worker;
    dm_gazetteer *gazetteer;
    dm_error *error;
} evaluation;

static bool tell_fault(void *context, const char *file, size_t line, const char *what)
{
    arguments *a = context;
    if (a->faults++ < 20)
        command_say("evaluate", "%s:%zu: skipped: %s", file, line, what);
    return true;
}

static int label_of(const dm_model *model, dm_str label)
{
    for (size_t l = 0; l < dm_model_labels(model); l++)
        if (dm_str_is(label, dm_model_label(model, l)))
            return (int)l;
    return -1;
}

/* ---- holder and target given ----------------------------------------------------------------------------- */

/* Decides every labelled pair: those of pairs, and those of whole annotated sentences with their gold mentions. */
static json_t *evaluate_given(evaluation *ev)
{
    dm_arena *arena = ev->corpus.arena, *scratch = dm_arena_new();
    size_t room = 1, n = 0;
    if (!scratch || setjmp(*dm_arena_guard(scratch))) {
        dm_arena_free(scratch);
        return NULL;
    }
    for (size_t i = 0; i < ev->corpus.n; i++)
        room += ev->corpus.examples[i].n_records;
    int *gold = dm_arena_array(arena, room, sizeof *gold), *given = dm_arena_array(arena, room, sizeof *given);
    double *confidence = dm_arena_array(arena, room, sizeof *confidence);
    const char *labels[DM_MAX_LABELS];
    for (size_t l = 0; l < dm_model_labels(ev->model); l++)
        labels[l] = dm_model_label(ev->model, l);
    for (size_t i = 0; i < ev->corpus.n; i++) {
        const dm_example *e = &ev->corpus.examples[i];
        dm_doc doc = {.arena = scratch};
        dm_arena_reset(scratch);
        dm_corpus_to_doc(e, &doc);
        for (size_t k = 0; k < e->n_records; k++) {
            int label = label_of(ev->model, e->records[k].label);
            if (label < 0) {
                tell_fault((void *)(uintptr_t)ev->a, e->file, e->line, "a label that the model does not know");
                continue;
            }
            dm_claim claim = dm_corpus_claim(e, k);
            dm_decision d;
            dm_model_decide(ev->worker, &doc, &claim, &d);
            gold[n] = label;
            given[n] = (int)d.label;
            confidence[n++] = d.conf;
        }
    }
    dm_arena_free(scratch);
    dm_judged judged = {.gold = gold, .predicted = given, .confidence = confidence, .n = n, .labels = labels,
        .n_labels = dm_model_labels(ev->model), .seed = (uint64_t)ev->a->seed, .rounds = (unsigned)ev->a->rounds};
    return n ? dm_metrics_json(arena, &judged) : json_null();
}

/* ---- who towards whom: from the bare text ---------------------------------------------------------------- */

typedef struct {
    double asked, given, pair, label; /* records of gold, of the program; right in holder and target; also in label */
} passage_count;

static bool gold_has(const dm_example *e, dm_str holder, dm_str target, dm_str label, bool *label_right)
{
    for (size_t k = 0; k < e->n_records; k++) {
        const dm_label_record *r = &e->records[k];
        dm_str h = r->holder < 0 ? (dm_str){"", 0} : e->mentions[r->holder].id, t = r->target < 0 ? (dm_str){"", 0} : e->mentions[r->target].id;
        if (dm_str_equal(h, holder) && dm_str_equal(t, target)) {
            *label_right = dm_str_equal(r->label, label);
            return true;
        }
    }
    return false;
}

/* Examples [from, to) are one passage: its text goes through all rooms, and sentences are matched by their place. */
static passage_count evaluate_passage(evaluation *ev, dm_arena *arena, size_t from, size_t to)
{
    passage_count c = {0};
    dm_doc doc = {.arena = arena};
    dm_buf text = {.arena = arena};
    size_t *starts = dm_arena_array(arena, to - from + 1, sizeof *starts), n;
    for (size_t i = from; i < to; i++) {
        if (i > from)
            dm_buf_char(&text, ' ');
        starts[i - from] = text.n;
        dm_buf_str(&text, ev->corpus.examples[i].text);
        c.asked += (double)ev->corpus.examples[i].n_records;
    }
    starts[to - from] = text.n + 1;
    doc.article = (dm_article){.raw = dm_buf_view(&text), .id = ev->corpus.examples[from].source, .date = ev->corpus.examples[from].date};
    dm_classify_read(ev->gazetteer, &doc);
    dm_decided *list = dm_classify_decide(ev->worker, &doc, &n);
    for (size_t i = 0; i < n; i++) {
        if (list[i].decision.p_position < dm_model_threshold(ev->model))
            continue;
        uint32_t raw_start, raw_end;
        const dm_sentence *s = &doc.sentences[list[i].claim.sentence];
        dm_clean_to_raw(&doc.text, s->start, s->end, &raw_start, &raw_end);
        size_t e = from;
        while (e + 1 < to && starts[e + 1 - from] <= raw_start + 1)
            e++;
        bool label_right = false;
        c.given++;
        if (gold_has(&ev->corpus.examples[e], dm_claim_holder(&doc, &list[i].claim), dm_claim_target(&doc, &list[i].claim),
                dm_str_from(dm_model_label(ev->model, list[i].decision.label)), &label_right)) {
            c.pair++;
            c.label += label_right;
        }
    }
    return c;
}

static json_t *prf(double right, double given, double asked)
{
    double p = given > 0 ? right / given : 0, r = asked > 0 ? right / asked : 0;
    return json_pack("{s:f, s:f, s:f}", "precision", p, "recall", r, "f1", p + r > 0 ? 2 * p * r / (p + r) : 0.0);
}

static json_t *evaluate_whom(evaluation *ev)
{
    dm_arena *scratch = dm_arena_new();
    passage_count sum = {0};
    size_t whole = 0;
    if (!scratch || setjmp(*dm_arena_guard(scratch))) {
        dm_arena_free(scratch);
        return NULL;
    }
    for (size_t from = 0, to; from < ev->corpus.n; from = to) {
        for (to = from + 1; to < ev->corpus.n && dm_str_equal(ev->corpus.examples[from].source, ev->corpus.examples[to].source) && ev->corpus.examples[from].source.n; to++)
            ;
        if (ev->corpus.examples[from].pair)
            continue;
        dm_arena_reset(scratch);
        passage_count c = evaluate_passage(ev, scratch, from, to);
        whole += to - from;
        sum.asked += c.asked;
        sum.given += c.given;
        sum.pair += c.pair;
        sum.label += c.label;
    }
    dm_arena_free(scratch);
    if (!whole)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:o, s:o}", "sentences", (json_int_t)whole, "asked", (json_int_t)sum.asked, "given", (json_int_t)sum.given,
        "holder_target", prf(sum.pair, sum.given, sum.asked), "holder_target_label", prf(sum.label, sum.given, sum.asked));
}

/* ---- printing -------------------------------------------------------------------------------------------- */

static void print_interval(const char *name, const json_t *o)
{
    printf("%-20s %6.1f", name, 100 * json_number_value(json_object_get(o, "value")));
    if (json_object_get(o, "low"))
        printf("   [%.1f, %.1f]", 100 * json_number_value(json_object_get(o, "low")), 100 * json_number_value(json_object_get(o, "high")));
    putchar('\n');
}

static double percent(const json_t *o, const char *name) { return 100 * json_number_value(json_object_get(o, name)); }

static void print_given(const json_t *given)
{
    const char *label, *other;
    json_t *o, *value;
    printf("position, holder and target given (%lld pairs; per cent, 95 %% interval)\n", (long long)json_integer_value(json_object_get(given, "n")));
    print_interval("accuracy", json_object_get(given, "accuracy"));
    print_interval("macro F1", json_object_get(given, "macro_f1"));
    print_interval("calibration error", json_object_get(given, "calibration_error"));
    printf("\n%-12s %9s %9s %9s %7s %7s\n", "label", "precision", "recall", "F1", "gold", "given");
    json_object_foreach(json_object_get(given, "labels"), label, o)
        printf("%-12s %9.1f %9.1f %9.1f %7lld %7lld\n", label, percent(o, "precision"), percent(o, "recall"), percent(o, "f1"),
            (long long)json_integer_value(json_object_get(o, "gold")), (long long)json_integer_value(json_object_get(o, "given")));
    printf("\nconfusion (rows: gold)\n");
    json_object_foreach(json_object_get(given, "confusion"), label, o) {
        printf("%-12s", label);
        json_object_foreach(o, other, value)
            printf(" %s %lld", other, (long long)json_integer_value(value));
        putchar('\n');
    }
    printf("\ncoverage  error among the answers\n");
    size_t i;
    json_array_foreach(json_object_get(given, "risk_coverage"), i, o)
        if (i % 5 == 4 || i + 1 == json_array_size(json_object_get(given, "risk_coverage")))
            printf("%7.0f %% %7.1f %%\n", 100 * json_number_value(json_array_get(o, 0)), 100 * json_number_value(json_array_get(o, 1)));
}

static void print_whom(const json_t *whom)
{
    static const char *const rows[] = {"holder_target", "holder_target_label"};
    printf("\nwho towards whom, from the bare text (%lld sentences, %lld records asked, %lld given)\n",
        (long long)json_integer_value(json_object_get(whom, "sentences")), (long long)json_integer_value(json_object_get(whom, "asked")),
        (long long)json_integer_value(json_object_get(whom, "given")));
    for (int i = 0; i < 2; i++) {
        const json_t *o = json_object_get(whom, rows[i]);
        printf("%-30s P %5.1f  R %5.1f  F1 %5.1f\n", i ? "sentence, holder, target, label" : "sentence, holder, target", percent(o, "precision"), percent(o, "recall"), percent(o, "f1"));
    }
}

static dm_status evaluate(arguments *a, char **files, int n, dm_error *error)
{
    char path[4096];
    evaluation ev = {.a = a, .error = error, .corpus.arena = dm_arena_new()};
    volatile dm_status status = ev.corpus.arena ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    json_t *root = json_object();
    if (ev.corpus.arena && setjmp(*dm_arena_guard(ev.corpus.arena))) {
        status = dm_fail(error, DM_SYSTEM, "out of memory");
    } else if (status == DM_OK) {
        const dm_corpus_fields fields = {a->label, a->text, a->holder, a->target, NULL};
        ev.model = dm_model_open(a->model ? a->model : command_shipped("models/positions.model", path, sizeof path), error);
        ev.gazetteer = ev.model ? dm_gazetteer_load(a->actors ? a->actors : command_shipped("labels/actors", path, sizeof path), error) : NULL;
        ev.worker = ev.model ? dm_worker_new(ev.model) : NULL;
        status = !ev.model || !ev.gazetteer ? error->status : ev.worker ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
        for (int i = 0; i < n && status == DM_OK; i++)
            status = dm_corpus_read(&ev.corpus, files[i], &fields, tell_fault, a, error);
        if (status == DM_OK) {
            json_object_set_new(root, "given", evaluate_given(&ev));
            json_object_set_new(root, "whom", evaluate_whom(&ev));
        }
    }
    if (status == DM_OK && json_is_null(json_object_get(root, "given")))
        status = dm_fail(error, DM_INPUT, "no labelled example in the input");
    if (status == DM_OK && a->json) {
        json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
        putchar('\n');
    } else if (status == DM_OK) {
        print_given(json_object_get(root, "given"));
        if (!json_is_null(json_object_get(root, "whom")))
            print_whom(json_object_get(root, "whom"));
    }
    json_decref(root);
    dm_worker_free(ev.worker);
    dm_gazetteer_free(ev.gazetteer);
    dm_model_close(ev.model);
    dm_arena_free(ev.corpus.arena);
    return status;
}

int cmd_evaluate(int argc, char **argv)
{
    arguments a = {.seed = 1, .rounds = 1000};
    const command_option options[] = {
        {'m', "model", "MODEL", "the model (default: the shipped one)", OPTION_TEXT, &a.model},
        {0, "actors", "DIR", "the gazetteer of actors (default: the shipped one)", OPTION_TEXT, &a.actors},
        {0, "json", NULL, "JSON instead of a table", OPTION_FLAG, &a.json},
        {0, "unlabelled", NULL, "new text without labels: is it like that of the training? may the model be trusted?", OPTION_FLAG, &a.unlabelled},
        {0, "label", "FIELD", "field with the label (default: label)", OPTION_TEXT, &a.label},
        {0, "text", "FIELD", "field with the text (default: text)", OPTION_TEXT, &a.text},
        {0, "holder", "FIELD", "field with the holder (default: actor)", OPTION_TEXT, &a.holder},
        {0, "target", "FIELD", "field with the target (default: target)", OPTION_TEXT, &a.target},
        {0, "seed", "N", "seed of the bootstrap (default: 1)", OPTION_NUMBER, &a.seed},
        {0, "rounds", "N", "rounds of the bootstrap (default: 1000)", OPTION_NUMBER, &a.rounds},
    };
    const command_spec spec = {"evaluate", "GOLD… | --unlabelled INPUT…", "Accuracy, F1, confusion, calibration and risk–coverage of a model on labelled sentences.",
        "GOLD is a corpus as for train. With whole annotated sentences it also tells how well holder and target\n"
        "are found from the bare text.", options, sizeof options / sizeof *options, 1, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    if (a.seed < 0 || a.rounds < 0 || a.rounds > 100000) {
        command_say("evaluate", "--seed and --rounds are not negative, --rounds at most 100000");
        return DM_USAGE;
    }
    dm_error error = {0};
    if (a.unlabelled) {
        char model[4096], actors[4096];
        drift_arguments d = {.model = a.model ? a.model : command_shipped("models/positions.model", model, sizeof model),
            .actors = a.actors ? a.actors : command_shipped("labels/actors", actors, sizeof actors), .text = a.text, .holder = a.holder,
            .target = a.target, .json = a.json, .seed = (uint64_t)a.seed, .rounds = (unsigned)(a.rounds > 200 ? 200 : a.rounds)};
        if (drift_command(&d, (const char *const *)(argv + first), (size_t)(argc - first), &error) != DM_OK)
            return command_fail("evaluate", &error);
        return command_finish("evaluate", d.skipped ? EXIT_SKIPPED : 0);
    }
    if (evaluate(&a, argv + first, argc - first, &error) != DM_OK)
        return command_fail("evaluate", &error);
    return command_finish("evaluate", a.faults ? EXIT_SKIPPED : 0);
}
