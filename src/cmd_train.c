#include "base/file.h"
#include "command.h"
#include "train.h"
#include "train_card.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *output, *scheme, *lexicon, *report, *errors, *export, *label, *text, *holder, *target, *solver, *name, *without, *aux;
    double seed, folds, threads, min_count, c;
    bool overwrite, quiet, with_shipped;
    size_t faults;
} arguments;

static bool tell_fault(void *context, const char *file, size_t line, const char *what)
{
    arguments *a = context;
    if (a->faults++ < 20)
        command_say("train", "%s:%zu: skipped: %s", file, line, what);
    return true;
}

static void tell_progress(void *context, const char *stage, size_t done, size_t all)
{
    (void)context;
    fprintf(stderr, "\r%s %zu/%zu%s", stage, done, all, done == all ? "\n" : "");
}

static void tell_warning(void *context, const char *message)
{
    (void)context;
    command_say("train", "warning: %s", message);
}

static dm_status write_file(const char *path, dm_str bytes, bool overwrite, dm_error *error)
{
    dm_out out = {0};
    dm_status status = dm_out_open(&out, path, overwrite, error);
    if (status != DM_OK)
        return status;
    fwrite(bytes.s, 1, bytes.n, out.file);
    return dm_out_commit(&out, error);
}

/* MODEL.md, beside the model. */
static dm_status write_card(const arguments *a, dm_arena *arena, const char *name, dm_str report, dm_error *error)
{
    char path[4200];
    json_t *root = json_loadb(report.s, report.n, 0, NULL);
    if (!root)
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_str card = dm_train_card(arena, name, root);
    json_decref(root);
    snprintf(path, sizeof path, "%s.md", a->output);
    return strcmp(a->output, "/dev/null") == 0 ? DM_OK : write_file(path, card, a->overwrite, error);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Our own corpus behind the user's: teaches, but is not judged. */
static dm_status add_shipped(dm_corpus *corpus, dm_error *error)
{
    char path[4096], pattern[4200];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/*.jsonl", command_shipped("training", path, sizeof path));
    if (glob(pattern, 0, NULL, &found) != 0)
        return dm_fail(error, DM_INPUT, "%s: the shipped corpus is not there", pattern);
    qsort(found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, by_name); /* whatever the locale */
    dm_status status = DM_OK;
    size_t own = corpus->n;
    for (size_t i = 0; i < found.gl_pathc && status == DM_OK; i++)
        status = dm_corpus_read(corpus, dm_arena_copy(corpus->arena, found.gl_pathv[i], strlen(found.gl_pathv[i])), NULL, NULL, NULL, error);
    globfree(&found);
    for (size_t i = own; i < corpus->n; i++)
        corpus->examples[i].extra = true;
    return status;
}

static dm_status train(const arguments *a, char **corpora, int n, dm_error *error)
{
    dm_corpus corpus = {.arena = dm_arena_new()};
    dm_scheme *volatile scheme = NULL;
    dm_lexicon *volatile lexicon = NULL;
    volatile dm_status status = corpus.arena ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (corpus.arena && setjmp(*dm_arena_guard(corpus.arena))) {
        status = dm_fail(error, DM_SYSTEM, "out of memory");
    } else if (status == DM_OK) {
        char path[4096];
        const dm_corpus_fields fields = {a->label, a->text, a->holder, a->target, a->aux};
        if (a->scheme && !(scheme = dm_scheme_load(a->scheme, error)))
            status = error->status;
        const char *words = a->lexicon ? a->lexicon : command_shipped("labels/lexicon", path, sizeof path);
        if (status == DM_OK && strcmp(words, "none") != 0 && (a->lexicon || access(words, R_OK) == 0) && !(lexicon = dm_lexicon_load(words, error)))
            status = error->status;
        for (int i = 0; i < n && status == DM_OK; i++)
            status = dm_corpus_read(&corpus, corpora[i], &fields, tell_fault, (void *)(uintptr_t)a, error);
        if (status == DM_OK && a->with_shipped)
            status = add_shipped(&corpus, error);
        dm_train_options options = {.scheme = scheme, .lexicon = lexicon, .name = a->name ? a->name : scheme ? dm_scheme_name(scheme) : "model",
            .folds = (unsigned)a->folds, .threads = (unsigned)a->threads, .min_count = (unsigned)a->min_count, .seed = (uint64_t)a->seed, .c = a->c,
            .solver = !a->solver || strcmp(a->solver, "auto") == 0 ? DM_SOLVER_AUTO : strcmp(a->solver, "libsvm") == 0 ? DM_SOLVER_LIBSVM : DM_SOLVER_DUAL,
            .without = a->without, .codes = a->aux != NULL, .export_libsvm = a->export, .warn = a->quiet ? NULL : tell_warning, .progress = !a->quiet && isatty(STDERR_FILENO) ? tell_progress : NULL};
        dm_str model, report;
        dm_buf errors = {.arena = corpus.arena};
        options.errors = a->errors ? &errors : NULL;
        if (status == DM_OK)
            status = dm_train(&corpus, &options, &model, &report, error);
        if (status == DM_OK)
            status = write_file(a->output, model, a->overwrite, error);
        if (status == DM_OK)
            status = write_card(a, corpus.arena, options.name, report, error);
        if (status == DM_OK && a->report)
            status = write_file(a->report, report, a->overwrite, error);
        if (status == DM_OK && a->errors)
            status = write_file(a->errors, dm_buf_view(&errors), a->overwrite, error);
        if (status == DM_OK && !a->quiet)
            printf("%.*s\n", DM_ARG(report));
    }
    dm_scheme_free(scheme);
    dm_lexicon_free(lexicon);
    dm_arena_free(corpus.arena);
    return status;
}

int cmd_train(int argc, char **argv)
{
    arguments a = {.seed = 1, .folds = 5, .threads = 1};
    const command_option options[] = {
        {'o', "output", "MODEL", "the model file to write; its card goes to MODEL.md", OPTION_TEXT, &a.output},
        {'f', "force", NULL, "overwrite what is there", OPTION_FLAG, &a.overwrite},
        {0, "scheme", "FILE", "labels and codes (labels/positions.json); without: the labels of the corpus", OPTION_TEXT, &a.scheme},
        {0, "lexicon", "DIR", "word classes; \"none\" for none (default: the shipped ones)", OPTION_TEXT, &a.lexicon},
        {0, "label", "FIELD", "field with the label (default: label)", OPTION_TEXT, &a.label},
        {0, "text", "FIELD", "field with the text (default: text)", OPTION_TEXT, &a.text},
        {0, "holder", "FIELD", "field with the holder (default: actor)", OPTION_TEXT, &a.holder},
        {0, "target", "FIELD", "field with the target (default: target)", OPTION_TEXT, &a.target},
        {0, "aux", "FIELD", "field with a finer label, which helps where it is there", OPTION_TEXT, &a.aux},
        {0, "with-shipped", NULL, "add the shipped corpus, as far as its labels fit, at a weight that cross-validation chooses", OPTION_FLAG, &a.with_shipped},
        {0, "folds", "N", "folds of the cross-validation (default: 5)", OPTION_NUMBER, &a.folds},
        {0, "seed", "N", "seed of folds and solver (default: 1)", OPTION_NUMBER, &a.seed},
        {0, "c", "C", "cost of an error (default: chosen by cross-validation)", OPTION_NUMBER, &a.c},
        {0, "min-count", "N", "drop features of fewer examples (default: 2, 3 from 2,000 examples on)", OPTION_NUMBER, &a.min_count},
        {0, "without", "FAMILIES", "leave feature families out, as in bench/ablation.sh (cm,ct)", OPTION_TEXT, &a.without},
        {0, "solver", "NAME", "auto, libsvm or dual (default: auto, by size)", OPTION_TEXT, &a.solver},
        {0, "name", "NAME", "name of the model", OPTION_TEXT, &a.name},
        {0, "report", "FILE", "write the cross-validation report (JSON)", OPTION_TEXT, &a.report},
        {0, "errors", "FILE", "write the held-out errors, the most confident first (JSONL): the best list of wrong labels", OPTION_TEXT, &a.errors},
        {0, "export-libsvm", "FILE", "write libsvm's own model to FILE and the training rows to FILE.rows", OPTION_TEXT, &a.export},
        {'j', "jobs", "N", "threads; the result is the same for any N (default: 1)", OPTION_NUMBER, &a.threads},
        {'q', "quiet", NULL, "no progress, no report on standard output", OPTION_FLAG, &a.quiet},
    };
    const command_spec spec = {"train", "CORPUS… -o MODEL", "Trains a model on labelled sentences and prints what cross-validation says of it.",
        "A corpus is JSONL with pairs ({\"text\",\"actor\",\"target\",\"label\"}) or whole annotated sentences\n"
        "({\"text\",\"mentions\",\"records\"}), or the compact text form of training/text. \"-\" is standard input.",
        options, sizeof options / sizeof *options, 1, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    if (!a.output) {
        command_say("train", "where shall the model go? add -o MODEL");
        return DM_USAGE;
    }
    if (a.solver && strcmp(a.solver, "auto") != 0 && strcmp(a.solver, "libsvm") != 0 && strcmp(a.solver, "dual") != 0) {
        command_say("train", "--solver is auto, libsvm or dual");
        return DM_USAGE;
    }
    if (a.folds < 2 || a.folds > 100 || a.seed < 0 || a.threads < 1 || a.threads > 64 || a.c < 0 || a.min_count < 0) {
        command_say("train", "--folds is 2 to 100, --jobs 1 to 64; seed, C and count are not negative");
        return DM_USAGE;
    }
    dm_error error = {0};
    if (train(&a, argv + first, argc - first, &error) != DM_OK)
        return command_fail("train", &error);
    return command_finish("train", a.faults ? EXIT_SKIPPED : 0);
}
