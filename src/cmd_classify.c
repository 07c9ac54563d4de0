#include "base/file.h"
#include "classify.h"
#include "clean.h"
#include "command.h"
#include "reader.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    const char *model, *actors, *output, *date, *format, *docs, *skipped;
    option_list fields;
    double threads, threshold;
    bool overwrite, quiet, explain;
} arguments;

/* What one run holds open. */
typedef struct {
    const arguments *a;
    dm_model *model;
    dm_gazetteer *gazetteer;
    dm_worker *worker;
    dm_reader *reader;
    dm_out out, docs, skipped;
    dm_classify_counts counts;
    size_t articles, skips;
} run;

static void tell_skip(run *r, const dm_skip *skip)
{
    char place[32] = "";
    if (skip->line)
        snprintf(place, sizeof place, ":%zu", skip->line);
    r->skips++;
    command_say("classify", "%.*s%s: skipped: %s", DM_ARG(skip->input), place, skip->reason);
    if (r->skipped.file) {
        dm_arena *arena = dm_arena_new();
        if (!arena || setjmp(*dm_arena_guard(arena))) {
            dm_arena_free(arena);
            return;
        }
        dm_buf line = {.arena = arena};
        dm_buf_format(&line, "{\"input\":");
        dm_json_text(&line, skip->input);
        dm_buf_format(&line, ",\"line\":%zu,\"offset\":%llu,\"reason\":", skip->line, (unsigned long long)skip->offset);
        dm_json_text(&line, dm_str_from(skip->reason));
        dm_buf_add(&line, "}\n", 2);
        fwrite(line.s, 1, line.n, r->skipped.file);
        dm_arena_free(arena);
    }
}

static void write_doc(run *r, const dm_doc *doc, const dm_classify_counts *before)
{
    dm_buf line = {.arena = doc->arena};
    dm_buf_add(&line, "{\"doc\":", 7);
    dm_json_text(&line, doc->article.id);
    dm_buf_add(&line, ",\"input\":", 9);
    dm_json_text(&line, doc->article.input);
    dm_buf_add(&line, ",\"date\":", 8);
    dm_json_text(&line, doc->article.date);
    dm_buf_add(&line, ",\"title\":", 9);
    dm_json_text(&line, doc->article.title);
    dm_buf_format(&line, ",\"bytes\":%zu,\"sentences\":%zu,\"mentions\":%zu,\"records\":%zu,\"repairs\":{", doc->article.raw.n, doc->n_sentences,
        doc->n_mentions, r->counts.records - before->records);
    for (int k = 0; k < DM_REPAIR_N; k++)
        dm_buf_format(&line, "%s\"%s\":%u", k ? "," : "", dm_repair_name((dm_repair)k), doc->text.repairs[k]);
    dm_buf_add(&line, "}}\n", 3);
    fwrite(line.s, 1, line.n, r->docs.file);
}

static void classify_article(run *r, dm_doc *doc)
{
    const dm_classify_options options = {.gazetteer = r->gazetteer, .threshold = r->a->threshold};
    dm_classify_counts before = r->counts;
    dm_buf lines = {.arena = doc->arena};
    dm_classify_read(r->gazetteer, doc);
    dm_classify_doc(r->worker, r->model, &options, doc, &lines, &r->counts);
    fwrite(lines.s, 1, lines.n, r->a->output ? r->out.file : stdout);
    if (r->docs.file)
        write_doc(r, doc, &before);
    r->articles++;
}

static dm_status classify_all(run *r, dm_error *error)
{
    dm_arena *arena = dm_arena_new();
    if (!arena)
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_status status = DM_OK;
    while (status == DM_OK && !(ferror(stdout) && !r->a->output)) {
        dm_doc doc = {.arena = arena};
        dm_skip skip;
        dm_arena_reset(arena);
        if (setjmp(*dm_arena_guard(arena))) {
            status = dm_fail(error, DM_SYSTEM, "out of memory");
            break;
        }
        dm_read got = dm_reader_next(r->reader, &doc, &skip, error);
        if (got == DM_READ_END)
            break;
        if (got == DM_READ_FAILED)
            status = error->status;
        else if (got == DM_READ_SKIPPED)
            tell_skip(r, &skip);
        else
            classify_article(r, &doc);
    }
    dm_arena_free(arena);
    return status;
}

static dm_status open_run(run *r, char **inputs, int n, dm_error *error)
{
    const arguments *a = r->a;
    char path[4096];
    const dm_reader_options options = {.format = a->format, .date = a->date, .fields = a->fields.items};
    if (!(r->model = dm_model_open(a->model ? a->model : command_shipped("models/positions.model", path, sizeof path), error)))
        return error->status;
    if (!(r->gazetteer = dm_gazetteer_load(a->actors ? a->actors : command_shipped("labels/actors", path, sizeof path), error)))
        return error->status;
    if (!(r->worker = dm_worker_new(r->model)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    if (!(r->reader = dm_reader_open((const char *const *)inputs, (size_t)n, &options, error)))
        return error->status;
    dm_status status = DM_OK;
    if (a->output)
        status = dm_out_open(&r->out, a->output, a->overwrite, error);
    if (status == DM_OK && a->docs)
        status = dm_out_open(&r->docs, a->docs, a->overwrite, error);
    if (status == DM_OK && a->skipped)
        status = dm_out_open(&r->skipped, a->skipped, a->overwrite, error);
    return status;
}

static dm_status close_out(dm_out *out, dm_status status, dm_error *error)
{
    if (!out->file)
        return status;
    if (status == DM_OK)
        return dm_out_commit(out, error);
    dm_out_abandon(out);
    return status;
}

static void summarise(const run *r)
{
    command_say("classify", "%zu articles, %zu sentences, %zu mentions of actors, %zu records (%zu undecided), %zu inputs skipped", r->articles,
        r->counts.sentences, r->counts.mentions, r->counts.records, r->counts.abstained, r->skips);
    if (r->articles && !r->counts.records)
        command_say("classify", "no records: demarche explain --text ARTICLE tells why each sentence gave none");
}

int cmd_classify(int argc, char **argv)
{
    arguments a = {.threads = 1};
    const command_option options[] = {
        {'m', "model", "MODEL", "the model (default: the shipped one)", OPTION_TEXT, &a.model},
        {0, "actors", "DIR", "the gazetteer of actors (default: the shipped one)", OPTION_TEXT, &a.actors},
        {'o', "output", "FILE", "write records here instead of standard output", OPTION_TEXT, &a.output},
        {'f', "force", NULL, "overwrite what is there", OPTION_FLAG, &a.overwrite},
        {0, "date", "DATE", "date of articles that bring none (YYYY-MM-DD): it decides who held which office", OPTION_TEXT, &a.date},
        {0, "format", "NAME", "text or jsonl (default: told from the content)", OPTION_TEXT, &a.format},
        {0, "field", "NAME=PATH", "other people's field names in JSONL: text=body.content; may be repeated", OPTION_LIST, &a.fields},
        {0, "docs", "FILE", "one line an article: sentences, mentions, records, repairs by kind", OPTION_TEXT, &a.docs},
        {0, "skipped", "FILE", "one line an input that was skipped, with the reason", OPTION_TEXT, &a.skipped},
        {0, "threshold", "P", "probability of a position from which a record is written (default: the model's)", OPTION_NUMBER, &a.threshold},
        {'j', "jobs", "N", "threads; the output is the same for any N", OPTION_NUMBER, &a.threads},
        {'q', "quiet", NULL, "no summary", OPTION_FLAG, &a.quiet},
    };
    const command_spec spec = {"classify", "INPUT…", "Reads articles and writes a record (JSONL) for each position that one actor takes towards another.",
        "INPUT is a text file, a JSONL file of articles ({\"id\",\"date\",\"title\",\"text\"}), a folder, or \"-\".", options, sizeof options / sizeof *options, 1, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    if (a.date && !dm_date_is_valid(dm_str_from(a.date))) {
        command_say("classify", "--date wants YYYY-MM-DD, not \"%s\"", a.date);
        return DM_USAGE;
    }
    run r = {.a = &a};
    dm_error error = {0};
    dm_status status = open_run(&r, argv + first, argc - first, &error);
    if (status == DM_OK)
        status = classify_all(&r, &error);
    status = close_out(&r.out, status, &error);
    status = close_out(&r.docs, status, &error);
    status = close_out(&r.skipped, status, &error);
    dm_reader_close(r.reader);
    dm_worker_free(r.worker);
    dm_gazetteer_free(r.gazetteer);
    dm_model_close(r.model);
    free(a.fields.items);
    if (status != DM_OK)
        return command_fail("classify", &error);
    if (!a.quiet)
        summarise(&r);
    return command_finish("classify", r.skips ? EXIT_SKIPPED : 0);
}
