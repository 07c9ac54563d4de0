#include "cmd_drift.h"

#include "base/file.h"
#include "classify.h"
#include "command.h"
#include "command_articles.h"
#include "corpus.h"
#include "drift.h"

#include <stdlib.h>

typedef struct {
    drift_arguments *a;
    dm_drift drift;
    dm_worker *worker;
    dm_error *error;
} run;

static void look_at(void *context, dm_doc *doc)
{
    run *r = context;
    size_t n;
    dm_decision d;
    for (size_t s = 0; s < doc->n_sentences; s++) {
        const dm_claim nobody = {.sentence = (uint32_t)s, .holder = DM_NO_MENTION, .target = DM_NO_MENTION, .speaker = DM_NO_MENTION};
        dm_model_decide(r->worker, doc, &nobody, &d);
        dm_drift_add_text(&r->drift, &d);
    }
    const dm_decided *list = dm_classify_decide(r->worker, doc, &n);
    for (size_t i = 0; i < n; i++)
        if (list[i].decision.p_position >= dm_model_threshold(r->drift.model))
            dm_drift_add(&r->drift, &list[i].decision);
}

static dm_status read_articles(run *r, const char *const *inputs, size_t n, dm_error *error)
{
    dm_gazetteer *gazetteer = dm_gazetteer_load(r->a->actors, error);
    dm_status status = gazetteer ? command_articles("evaluate", gazetteer, inputs, n, NULL, look_at, r, &r->a->skipped, error) : error->status;
    dm_gazetteer_free(gazetteer);
    return status;
}

static const char *read_line(run *r, dm_arena *arena, dm_str line)
{
    const dm_corpus_fields fields = {NULL, r->a->text, r->a->holder, r->a->target, NULL};
    dm_corpus corpus = {.arena = arena};
    const char *wrong = dm_corpus_line(&corpus, line, &fields);
    if (wrong || !corpus.examples[0].pair)
        return wrong ? wrong : "whole annotated sentence: pairs are wanted";
    dm_doc doc = {.arena = arena};
    dm_decision d;
    dm_corpus_to_doc(&corpus.examples[0], &doc);
    dm_claim claim = dm_corpus_claim(&corpus.examples[0], 0);
    dm_model_decide(r->worker, &doc, &claim, &d);
    dm_drift_add_text(&r->drift, &d);
    dm_drift_add(&r->drift, &d);
    return NULL;
}

static dm_status read_pairs(run *r, dm_arena *arena, const char *file, dm_error *error)
{
    dm_lines lines;
    dm_str line;
    dm_status status = dm_lines_open(&lines, file, error);
    if (status != DM_OK)
        return status;
    for (dm_line got; status == DM_OK && (got = dm_lines_next(&lines, &line, error)) != DM_LINE_END;) {
        dm_arena_reset(arena);
        if (got == DM_LINE_FAILED || setjmp(*dm_arena_guard(arena))) {
            status = dm_fail(error, DM_SYSTEM, "out of memory");
            break;
        }
        const char *wrong = got == DM_LINE_TOO_LONG ? "the line is too long" : dm_str_trim(line).n ? read_line(r, arena, line) : NULL;
        if (wrong) {
            r->a->skipped++;
            command_say("evaluate", "%s:%zu: skipped: %s", lines.name, lines.number, wrong);
        }
    }
    dm_lines_close(&lines);
    return status;
}

static double percent(const json_t *o, const char *name) { return 100 * json_number_value(json_object_get(o, name)); }

static void print(const json_t *root)
{
    const json_t *training = json_object_get(root, "training");
    const char *label, *verdict = json_string_value(json_object_get(root, "verdict"));
    json_t *o;
    printf("new text against the training (per cent)\n");
    printf("sentences looked at      %6lld\n", (long long)json_integer_value(json_object_get(root, "texts")));
    printf("words known              %6.1f   (training: %.1f)\n", percent(root, "known_words"), percent(training, "known_words"));
    printf("unlike the training      %6.1f   (training: 2.0)\n", percent(root, "unlike"));
    printf("positions                %6lld\n", (long long)json_integer_value(json_object_get(root, "positions")));
    if (json_object_get(root, "shares")) {
        printf("confidence, median       %6.1f   (training: %.1f; largest distance of the two distributions %.1f)\n", percent(root, "confidence"),
            percent(training, "confidence"), percent(root, "distance"));
        printf("errors to be expected    %6.1f   (by the confidences)\n\nestimated shares, 95 %% interval\n", percent(root, "expected_error"));
        json_object_foreach(json_object_get(root, "shares"), label, o)
            printf("%-24s %6.1f   [%.1f, %.1f]\n", label, percent(o, "value"), percent(o, "low"), percent(o, "high"));
    }
    printf("\n%s\n", strcmp(verdict, "like") == 0 ? "This text is like that of the training: the figures of the model card should hold."
        : strcmp(verdict, "unlike") == 0 ? "This text is unlike that of the training: do not trust the model here; label a few hundred of these sentences and train on them."
        : "This text is somewhat unlike that of the training: expect more errors than the model card says, and check a hundred answers by hand.");
}

dm_status drift_command(drift_arguments *a, const char *const *inputs, size_t n, dm_error *error)
{
    run r = {.a = a, .error = error};
    dm_model *model = dm_model_open(a->model, error);
    dm_arena *arena = dm_arena_new(), *kept = dm_arena_new();
    r.worker = model ? dm_worker_new(model) : NULL;
    r.drift = (dm_drift){.model = model, .arena = kept};
    volatile dm_status status = !model ? error->status : r.worker && arena && kept ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (status == DM_OK && setjmp(*dm_arena_guard(kept))) {
        status = dm_fail(error, DM_SYSTEM, "out of memory");
    } else if (status == DM_OK) {
        if (dm_model_has_detector(model))
            status = read_articles(&r, inputs, n, error);
        for (size_t i = 0; i < n && status == DM_OK && !dm_model_has_detector(model); i++)
            status = read_pairs(&r, arena, inputs[i], error);
        if (status == DM_OK && !r.drift.texts)
            status = dm_fail(error, DM_INPUT, "no text in the input");
        if (status == DM_OK) {
            json_t *root = dm_drift_json(&r.drift, a->seed, a->rounds);
            if (a->json) {
                json_dumpf(root, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
                putchar('\n');
            } else {
                print(root);
            }
            json_decref(root);
        }
    }
    dm_arena_free(arena);
    dm_arena_free(kept);
    dm_worker_free(r.worker);
    dm_model_close(model);
    return status;
}
