#include "base/file.h"
#include "base/table.h"
#include "classify.h"
#include "clean.h"
#include "command.h"
#include "reader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

typedef struct {
    const char *model, *actors, *output, *date, *format, *docs, *skipped;
    option_list fields;
    double threads, threshold, max_error;
    bool overwrite, quiet, explain;
} arguments;

enum { MAX_THREADS = 64, PER_THREAD = 8 };

/* An article on the bench: read by the main thread, worked on by any, written by the main thread in order. */
typedef struct {
    dm_arena *arena;
    dm_doc doc;
    dm_buf lines;
    dm_classify_counts counts;
    bool failed; /* out of memory */
} slot;

/* What one run holds open. */
typedef struct {
    const arguments *a;
    dm_model *model;
    dm_gazetteer *gazetteer;
    dm_worker *workers[MAX_THREADS];
    size_t n_threads;
    slot slots[MAX_THREADS * PER_THREAD];
    size_t n_slots, n_filled;
    atomic_size_t next;
    dm_reader *reader;
    dm_arena *stories_arena;
    dm_table stories;  /* hashes of the texts seen */
    int64_t *copies;   /* of each */
    size_t copies_capacity;
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

static void write_doc(const run *r, const slot *done)
{
    const dm_doc *doc = &done->doc;
    dm_buf line = {.arena = done->arena};
    dm_buf_add(&line, "{\"doc\":", 7);
    dm_json_text(&line, doc->article.id);
    dm_buf_add(&line, ",\"input\":", 9);
    dm_json_text(&line, doc->article.input);
    dm_buf_add(&line, ",\"date\":", 8);
    dm_json_text(&line, doc->article.date);
    dm_buf_add(&line, ",\"title\":", 9);
    dm_json_text(&line, doc->article.title);
    dm_buf_format(&line, ",\"bytes\":%zu,\"sentences\":%zu,\"mentions\":%zu,\"records\":%zu,\"repairs\":{", doc->article.raw.n, doc->n_sentences,
        doc->n_mentions, done->counts.records);
    for (int k = 0; k < DM_REPAIR_N; k++)
        dm_buf_format(&line, "%s\"%s\":%u", k ? "," : "", dm_repair_name((dm_repair)k), doc->text.repairs[k]);
    dm_buf_add(&line, "}}\n", 3);
    fwrite(line.s, 1, line.n, r->docs.file);
}

/* The story is the text's hash: an exact copy is told as such, whatever its name. */
static void mark_copy(run *r, dm_doc *doc)
{
    char hash[20];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)dm_str_hash(dm_str_trim(doc->article.raw)));
    size_t known = r->stories.count;
    uint32_t id = dm_table_add(&r->stories, dm_str_from(hash));
    if (id == known) {
        r->copies = dm_arena_grow(r->stories_arena, r->copies, id, &r->copies_capacity, sizeof *r->copies);
        r->copies[id] = 0;
    }
    doc->article.story = r->stories.names[id];
    doc->article.dup = r->copies[id]++;
}

static void classify_slot(const run *r, dm_worker *worker, slot *s)
{
    const dm_classify_options options = {.gazetteer = r->gazetteer, .threshold = r->a->threshold,
        .confidence = r->a->max_error > 0 ? dm_model_confidence_for(r->model, r->a->max_error) : 0, .explain = r->a->explain};
    if (setjmp(*dm_arena_guard(s->arena))) {
        s->failed = true;
        return;
    }
    s->lines = (dm_buf){.arena = s->arena};
    dm_classify_read(r->gazetteer, &s->doc);
    dm_classify_doc(worker, r->model, &options, &s->doc, &s->lines, &s->counts);
}

typedef struct {
    run *r;
    dm_worker *worker;
} hand;

static void *work(void *context)
{
    hand *h = context;
    for (size_t i; (i = atomic_fetch_add(&h->r->next, 1)) < h->r->n_filled;)
        classify_slot(h->r, h->worker, &h->r->slots[i]);
    return NULL;
}

static void work_together(run *r)
{
    pthread_t threads[MAX_THREADS];
    hand hands[MAX_THREADS];
    size_t started = 0;
    atomic_store(&r->next, 0);
    for (size_t i = 0; i < r->n_threads; i++)
        hands[i] = (hand){r, r->workers[i]};
    while (started + 1 < r->n_threads && r->n_filled > 1 && pthread_create(&threads[started], NULL, work, &hands[started + 1]) == 0)
        started++;
    work(&hands[0]);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* Reads articles into the slots; *more is false at the end of the input. */
static dm_status fill_slots(run *r, bool *more, dm_error *error)
{
    r->n_filled = 0;
    while (r->n_filled < r->n_slots) {
        slot *s = &r->slots[r->n_filled];
        dm_skip skip;
        dm_arena_reset(s->arena);
        if (setjmp(*dm_arena_guard(s->arena)))
            return dm_fail(error, DM_SYSTEM, "out of memory");
        *s = (slot){.arena = s->arena, .doc.arena = s->arena};
        dm_read got = dm_reader_next(r->reader, &s->doc, &skip, error);
        if (got == DM_READ_FAILED)
            return error->status;
        if (got == DM_READ_SKIPPED) {
            tell_skip(r, &skip);
            continue;
        }
        *more = got != DM_READ_END;
        if (!*more)
            break;
        mark_copy(r, &s->doc);
        r->n_filled++;
    }
    return DM_OK;
}

static dm_status write_slot(run *r, slot *s, dm_error *error)
{
    if (s->failed || setjmp(*dm_arena_guard(s->arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory on %.*s", DM_ARG(s->doc.article.input));
    fwrite(dm_buf_view(&s->lines).s, 1, s->lines.n, r->a->output ? r->out.file : stdout);
    if (r->docs.file)
        write_doc(r, s);
    r->articles++;
    r->counts.sentences += s->counts.sentences;
    r->counts.mentions += s->counts.mentions;
    r->counts.records += s->counts.records;
    r->counts.abstained += s->counts.abstained;
    return DM_OK;
}

static dm_status write_slots(run *r, dm_error *error)
{
    dm_status status = DM_OK;
    for (size_t i = 0; i < r->n_filled && status == DM_OK; i++)
        status = write_slot(r, &r->slots[i], error);
    return status;
}

static dm_status classify_all(run *r, dm_error *error)
{
    bool more = true;
    if (setjmp(*dm_arena_guard(r->stories_arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    while (more && !(ferror(stdout) && !r->a->output)) {
        dm_status status = fill_slots(r, &more, error);
        if (status == DM_OK) {
            work_together(r);
            status = write_slots(r, error);
        }
        if (status != DM_OK)
            return status;
    }
    return DM_OK;
}

static dm_status open_threads(run *r, dm_error *error)
{
    r->n_threads = (size_t)r->a->threads;
    r->n_slots = r->n_threads == 1 ? 1 : r->n_threads * PER_THREAD;
    r->stories_arena = dm_arena_new();
    r->stories.arena = r->stories_arena;
    bool good = r->stories_arena != NULL;
    for (size_t i = 0; i < r->n_threads; i++)
        good &= (r->workers[i] = dm_worker_new(r->model)) != NULL;
    for (size_t i = 0; i < r->n_slots; i++)
        good &= (r->slots[i].arena = dm_arena_new()) != NULL;
    return good ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
}

static void close_threads(run *r)
{
    for (size_t i = 0; i < r->n_threads; i++)
        dm_worker_free(r->workers[i]);
    for (size_t i = 0; i < r->n_slots; i++)
        dm_arena_free(r->slots[i].arena);
    dm_arena_free(r->stories_arena);
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
    if (open_threads(r, error) != DM_OK)
        return error->status;
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
        {0, "max-error", "SHARE", "answer only as far as at most this share of the labels is wrong (held-out data); abstain else", OPTION_NUMBER, &a.max_error},
        {0, "explain", NULL, "put the strongest n-grams into the field why", OPTION_FLAG, &a.explain},
        {'j', "jobs", "N", "threads; the output is the same for any N (default: 1)", OPTION_NUMBER, &a.threads},
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
    if (a.threads < 1 || a.threads > MAX_THREADS) {
        command_say("classify", "--jobs is 1 to %d", MAX_THREADS);
        return DM_USAGE;
    }
    if (a.max_error < 0 || a.max_error > 1) {
        command_say("classify", "--max-error is between 0 and 1");
        return DM_USAGE;
    }
    static run r; /* large: its slots */
    r.a = &a;
    dm_error error = {0};
    dm_status status = open_run(&r, argv + first, argc - first, &error);
    if (status == DM_OK)
        status = classify_all(&r, &error);
    status = close_out(&r.out, status, &error);
    status = close_out(&r.docs, status, &error);
    status = close_out(&r.skipped, status, &error);
    dm_reader_close(r.reader);
    close_threads(&r);
    dm_gazetteer_free(r.gazetteer);
    dm_model_close(r.model);
    free(a.fields.items);
    if (status != DM_OK)
        return command_fail("classify", &error);
    if (!a.quiet)
        summarise(&r);
    return command_finish("classify", r.skips ? EXIT_SKIPPED : 0);
}
