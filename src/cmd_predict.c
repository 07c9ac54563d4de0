#include "base/file.h"
#include "command.h"
#include "corpus.h"
#include "model.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

typedef struct {
    const char *model, *output, *text, *holder, *target;
    double max_error, confidence; /* the promise; the confidence from which it holds */
    bool overwrite, quiet;
    size_t faults;
} arguments;

static double rounded(double x) { return round(x * 1e6) / 1e6; }

static void add_decision(json_t *object, const dm_model *model, const dm_decision *d, double confidence)
{
    char name[128];
    json_object_set_new(object, "pred", json_string(dm_model_label(model, d->label)));
    for (size_t l = 0; l < d->n_labels; l++) {
        snprintf(name, sizeof name, "p_%.100s", dm_model_label(model, l));
        json_object_set_new(object, name, json_real(rounded(d->p[l])));
    }
    json_object_set_new(object, "score", json_real(rounded(d->conf)));
    json_object_set_new(object, "abstain", json_boolean(d->conf < fmax(confidence, dm_model_abstain(model))));
}

/* Adds the decision to one line; what is wrong with it, or NULL. */
static const char *predict_line(const arguments *a, dm_arena *arena, dm_worker *worker, const dm_model *model, dm_str line, FILE *out)
{
    const dm_corpus_fields fields = {NULL, a->text, a->holder, a->target, NULL};
    dm_corpus corpus = {.arena = arena};
    const char *wrong = dm_corpus_line(&corpus, line, &fields);
    if (wrong)
        return wrong;
    const dm_example *e = &corpus.examples[0];
    if (!e->pair)
        return "whole annotated sentence: predict wants pairs with actor and target";
    dm_doc doc = {.arena = arena};
    dm_corpus_to_doc(e, &doc);
    dm_claim claim = dm_corpus_claim(e, 0);
    dm_decision decision;
    dm_model_decide(worker, &doc, &claim, &decision);
    json_t *object = json_loadb(line.s, line.n, 0, NULL);
    add_decision(object, model, &decision, a->confidence);
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(object);
    if (!text)
        longjmp(*dm_arena_guard(arena), 1);
    fprintf(out, "%s\n", text);
    free(text);
    return NULL;
}

static dm_status predict_file(arguments *a, dm_arena *arena, dm_worker *worker, const dm_model *model, const char *file, FILE *out, dm_error *error)
{
    dm_lines lines;
    dm_str line;
    dm_status status = dm_lines_open(&lines, file, error);
    for (dm_line got = DM_LINE; status == DM_OK && (got = dm_lines_next(&lines, &line, error)) != DM_LINE_END;) {
        if (got == DM_LINE_FAILED) {
            status = error->status;
            break;
        }
        dm_arena_reset(arena);
        if (setjmp(*dm_arena_guard(arena))) {
            status = dm_fail(error, DM_SYSTEM, "out of memory");
            break;
        }
        const char *wrong = got == DM_LINE_TOO_LONG ? "the line is too long" : NULL;
        if (!wrong && dm_str_trim(line).n)
            wrong = predict_line(a, arena, worker, model, line, out);
        if (wrong && a->faults++ < 20)
            command_say("predict", "%s:%zu: skipped: %s", lines.name, lines.number, wrong);
    }
    if (status == DM_OK)
        dm_lines_close(&lines);
    return status;
}

static dm_status predict(arguments *a, char **files, int n, dm_error *error)
{
    char path[4096];
    dm_out out = {0};
    dm_model *model = dm_model_open(a->model ? a->model : command_shipped("models/positions.model", path, sizeof path), error);
    dm_worker *worker = model ? dm_worker_new(model) : NULL;
    dm_arena *arena = dm_arena_new();
    dm_status status = !model ? error->status : worker && arena ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (status == DM_OK && a->max_error > 0)
        a->confidence = dm_model_confidence_for(model, a->max_error);
    if (status == DM_OK && a->output)
        status = dm_out_open(&out, a->output, a->overwrite, error);
    for (int i = 0; i < n && status == DM_OK; i++)
        status = predict_file(a, arena, worker, model, files[i], a->output ? out.file : stdout, error);
    if (status == DM_OK && a->output)
        status = dm_out_commit(&out, error);
    else
        dm_out_abandon(&out);
    dm_arena_free(arena);
    dm_worker_free(worker);
    dm_model_close(model);
    return status;
}

int cmd_predict(int argc, char **argv)
{
    arguments a = {0};
    const command_option options[] = {
        {'m', "model", "MODEL", "the model (default: the shipped one)", OPTION_TEXT, &a.model},
        {'o', "output", "FILE", "write here instead of standard output", OPTION_TEXT, &a.output},
        {'f', "force", NULL, "overwrite what is there", OPTION_FLAG, &a.overwrite},
        {0, "text", "FIELD", "field with the text (default: text)", OPTION_TEXT, &a.text},
        {0, "holder", "FIELD", "field with the holder (default: actor)", OPTION_TEXT, &a.holder},
        {0, "target", "FIELD", "field with the target (default: target)", OPTION_TEXT, &a.target},
        {0, "max-error", "SHARE", "answer only as far as at most this share of the answers is wrong (held-out data); abstain else", OPTION_NUMBER, &a.max_error},
        {'q', "quiet", NULL, "no summary", OPTION_FLAG, &a.quiet},
    };
    const command_spec spec = {"predict", "PAIRS…", "Adds pred, p_<label>, score and abstain to each line of JSONL pairs; all other fields are kept.",
        NULL, options, sizeof options / sizeof *options, 1, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    if (a.max_error < 0 || a.max_error > 1) {
        command_say("predict", "--max-error is between 0 and 1");
        return DM_USAGE;
    }
    dm_error error = {0};
    if (predict(&a, argv + first, argc - first, &error) != DM_OK)
        return command_fail("predict", &error);
    if (a.faults && !a.quiet)
        command_say("predict", "%zu lines skipped", a.faults);
    return command_finish("predict", a.faults ? EXIT_SKIPPED : 0);
}
