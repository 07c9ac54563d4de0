#include "base/file.h"
#include "claim.h"
#include "classify.h"
#include "cmd_walk.h"
#include "command.h"
#include "token.h"
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    const char *model, *actors, *date, *article; /* article: also that of --missing */
    double top;
    const char *missing;
    bool counterfactual, json;
    dm_model *loaded;
    dm_worker *worker;
} arguments;

/* ---- one record ------------------------------------------------------------------------------------------ */

typedef struct {
    double sum;
    size_t shown, top, all;
    double rest;
} telling;

static void tell(void *context, dm_str feature, double contribution)
{
    telling *t = context;
    t->sum += contribution;
    t->all++;
    if (t->shown < t->top) {
        dm_str said;
        const char *family = dm_feature_family(feature, &said);
        printf("    %+9.5f  %s: \"%.*s\"\n", contribution, family, DM_ARG(said));
        t->shown++;
    } else {
        t->rest += contribution;
    }
}

static void explain_machine(const arguments *a, const dm_doc *doc, const dm_claim *claim, size_t m)
{
    const dm_machine *k = dm_model_machine(a->loaded, m);
    bool detector = dm_model_has_detector(a->loaded) && m + 1 == dm_model_machines(a->loaded);
    const char *first = detector ? "position" : dm_model_label(a->loaded, k->positive);
    const char *second = detector ? "none" : k->negative == DM_REST ? "all others" : dm_model_label(a->loaded, k->negative);
    telling t = {.top = (size_t)a->top};
    double value, bias;
    printf("  %s (+) against %s (-)\n", first, second);
    dm_model_explain(a->worker, doc, claim, m, &value, &bias, tell, &t);
    if (t.all > t.shown)
        printf("    %+9.5f  %zu smaller ones together\n", t.rest, t.all - t.shown);
    printf("    %+9.5f  bias\n    %+9.5f  decision value (the sum of these: %+.9f)\n", bias, value, t.sum + bias);
}

/* The tokens of a party, by its place in the record: code points of the article's text. */
static void place(dm_doc *doc, const dm_record *r, const dm_party *party, dm_mention *m)
{
    *m = (dm_mention){.n_actors = 1, .token = 0, .token_end = 0};
    m->actors[0] = party->id;
    if (party->start < r->start || party->end <= party->start)
        return; /* a speaker, or a left-out subject: in front of the sentence */
    size_t at = 0, start = 0, end = 0;
    for (int64_t cp = r->start; cp < party->end && at < r->text.n; cp++) {
        if (cp == party->start)
            start = at;
        dm_utf8_next(r->text.s, r->text.n, &at);
        end = at;
    }
    while (m->token < doc->n_tokens && doc->tokens[m->token].end <= start)
        m->token++;
    m->token_end = m->token;
    while (m->token_end < doc->n_tokens && doc->tokens[m->token_end].start < end)
        m->token_end++;
    m->start = (uint32_t)start;
    m->end = (uint32_t)end;
}

/* ---- the smallest change that turns the label ------------------------------------------------------------ */

typedef struct {
    dm_str text;
    uint32_t holder[2], target[2]; /* bytes; end 0: not in the text */
} wording;

static dm_mention mention_at(const dm_doc *doc, const uint32_t span[2])
{
    dm_mention m = {.n_actors = 1, .start = span[0], .end = span[1]};
    while (span[1] && m.token < doc->n_tokens && doc->tokens[m.token].end <= span[0])
        m.token++;
    for (m.token_end = m.token; span[1] && m.token_end < doc->n_tokens && doc->tokens[m.token_end].start < span[1];)
        m.token_end++;
    return m;
}

static dm_decision decide(const arguments *a, dm_arena *arena, const wording *w, bool has_target)
{
    dm_doc doc = {.arena = arena, .text.text = w->text, .n_sentences = 1, .n_mentions = 2};
    dm_sentence sentence = {0};
    dm_decision d;
    doc.tokens = dm_token_split(arena, w->text, &doc.n_tokens);
    sentence.token_end = (uint32_t)doc.n_tokens;
    sentence.end = (uint32_t)w->text.n;
    dm_mention mentions[2] = {mention_at(&doc, w->holder), mention_at(&doc, w->target)};
    doc.sentences = &sentence;
    doc.mentions = mentions;
    dm_claim claim = {.holder = 0, .target = has_target ? 1 : DM_NO_MENTION};
    dm_model_decide(a->worker, &doc, &claim, &d);
    return d;
}

/* The wording with bytes [from, to) replaced. */
static wording edit(dm_arena *arena, const wording *w, size_t from, size_t to, const char *by)
{
    dm_buf text = {.arena = arena};
    dm_buf_format(&text, "%.*s%s%.*s", (int)from, w->text.s, by, (int)(w->text.n - to), w->text.s + to);
    wording out = {.text = dm_buf_view(&text)};
    int64_t shift = (int64_t)strlen(by) - (int64_t)(to - from);
    for (int k = 0; k < 2; k++) {
        out.holder[k] = (uint32_t)(w->holder[k] + (w->holder[1] && w->holder[0] >= to ? shift : 0));
        out.target[k] = (uint32_t)(w->target[k] + (w->target[1] && w->target[0] >= to ? shift : 0));
    }
    return out;
}

static bool is_inside(const dm_token *t, const uint32_t span[2]) { return t->end > span[0] && t->start < span[1]; }

/* What may happen to a word: it goes, it is negated, or a plain word of another position stands there instead. */
static const struct {
    const char *by, *told;
    bool keeps;
} changes[] = {{"", "without", false}, {"not ", "\"not\" before", true}, {"praised", "\"praised\" for", false},
    {"condemned", "\"condemned\" for", false}, {"met", "\"met\" for", false}};
enum { N_CHANGES = sizeof changes / sizeof *changes, MOST_CHANGES = 3 };

/* Tries each change of each word until the label turns: one change first, then the best one kept and a second, up to
 * three. */
static void tell_counterfactual(const arguments *a, dm_arena *arena, const dm_record *r, wording now)
{
    bool has_target = r->target.id.n > 0;
    dm_decision first = decide(a, arena, &now, has_target);
    dm_buf told = {.arena = arena};
    for (int change = 0; change < MOST_CHANGES; change++) {
        size_t n;
        dm_token *tokens = dm_token_split(arena, now.text, &n);
        wording best = now;
        dm_decision best_decision = {0};
        dm_str word = {"", 0};
        size_t how = 0;
        double lowest = INFINITY;
        for (size_t t = 0; t < n; t++) {
            if (!dm_token_is_word(&tokens[t]) || is_inside(&tokens[t], now.holder) || is_inside(&tokens[t], now.target))
                continue;
            for (size_t k = 0; k < N_CHANGES; k++) {
                wording next = edit(arena, &now, tokens[t].start, changes[k].keeps ? tokens[t].start : tokens[t].end, changes[k].by);
                dm_decision d = decide(a, arena, &next, has_target);
                double p = d.p[first.label] - (d.label != first.label ? 1 : 0);
                if (p < lowest) {
                    lowest = p;
                    best = next;
                    best_decision = d;
                    word = tokens[t].form;
                    how = k;
                }
            }
        }
        if (!word.n)
            break;
        dm_buf_format(&told, "%s%s \"%.*s\"", change ? ", " : "", changes[how].told, DM_ARG(word));
        now = best;
        if (best_decision.label != first.label) {
            printf("  would be %s (%.2f) with: %.*s\n", dm_model_label(a->loaded, best_decision.label), best_decision.conf, DM_ARG(dm_buf_view(&told)));
            return;
        }
    }
    printf("  no change of up to %d words turns the label\n", (int)MOST_CHANGES);
}

static void explain_record(const arguments *a, dm_arena *arena, const dm_record *r)
{
    dm_doc doc = {.arena = arena, .text.text = r->text};
    dm_sentence sentence = {0};
    dm_mention mentions[2];
    doc.tokens = dm_token_split(arena, r->text, &doc.n_tokens);
    sentence.token_end = (uint32_t)doc.n_tokens;
    sentence.end = (uint32_t)r->text.n;
    doc.sentences = &sentence;
    doc.n_sentences = 1;
    doc.mentions = mentions;
    doc.n_mentions = 2;
    place(&doc, r, &r->holder, &mentions[0]);
    place(&doc, r, &r->target, &mentions[1]);
    dm_claim claim = {.holder = 0, .target = r->target.id.n ? 1 : DM_NO_MENTION};
    printf("%.*s  %.*s -> %.*s: %.*s (%.2f)%s\n  \"%.*s\"\n", DM_ARG(r->id), DM_ARG(r->holder.name), DM_ARG(r->target.id.n ? r->target.name : DM_LIT("(no actor)")),
        DM_ARG(r->label), r->conf, r->abstain ? ", undecided" : "", DM_ARG(r->text));
    printf("  holder: \"%.*s\" by %.*s; target: \"%.*s\" by %.*s\n  %.*s\n", DM_ARG(r->holder.text), DM_ARG(r->holder.via), DM_ARG(r->target.text), DM_ARG(r->target.via), DM_ARG(r->why));
    for (size_t m = 0; m < dm_model_machines(a->loaded); m++)
        explain_machine(a, &doc, &claim, m);
    if (a->counterfactual)
        tell_counterfactual(a, arena, r, (wording){r->text, {mentions[0].start, mentions[0].end}, {mentions[1].start, mentions[1].end}});
    putchar('\n');
}

static dm_status explain_file(const arguments *a, const char *file, const char *id, size_t *shown, dm_error *error)
{
    dm_lines lines;
    dm_str line;
    dm_arena *arena = dm_arena_new();
    if (!arena)
        return dm_fail(error, DM_SYSTEM, "out of memory");
    volatile dm_status status = dm_lines_open(&lines, file, error);
    bool open = status == DM_OK;
    for (dm_line got; status == DM_OK && (got = dm_lines_next(&lines, &line, error)) != DM_LINE_END;) {
        char where[4200];
        dm_record record;
        dm_arena_reset(arena);
        if (got == DM_LINE_FAILED || setjmp(*dm_arena_guard(arena))) {
            status = dm_fail(error, DM_SYSTEM, "out of memory");
            break;
        }
        snprintf(where, sizeof where, "%s:%zu", lines.name, lines.number);
        if (got == DM_LINE_TOO_LONG || !dm_str_trim(line).n)
            continue;
        status = dm_record_parse(line, where, arena, &record, error);
        if (status != DM_OK || (id && !dm_str_is(record.id, id)))
            continue;
        if (!dm_str_is(record.model, dm_model_id(a->loaded)) && !*shown)
            command_say("explain", "note: the records are by model %.*s, explained by %s", DM_ARG(record.model), dm_model_id(a->loaded));
        explain_record(a, arena, &record);
        ++*shown;
    }
    if (open)
        dm_lines_close(&lines);
    dm_arena_free(arena);
    return status;
}

int cmd_explain(int argc, char **argv)
{
    arguments a = {.top = 8};
    const command_option options[] = {
        {'m', "model", "MODEL", "the model (default: the shipped one)", OPTION_TEXT, &a.model},
        {0, "actors", "DIR", "the gazetteer of actors (default: the shipped one)", OPTION_TEXT, &a.actors},
        {0, "article", "FILE", "what each room makes of an article, and why a sentence gives no record", OPTION_TEXT, &a.article},
        {0, "missing", "FILE", "for each pair of actors of an article without a record: why", OPTION_TEXT, &a.missing},
        {0, "json", NULL, "with --article: one JSON object a sentence, for programs", OPTION_FLAG, &a.json},
        {0, "counterfactual", NULL, "the smallest change of words that turns the label", OPTION_FLAG, &a.counterfactual},
        {0, "date", "DATE", "date of the article", OPTION_TEXT, &a.date},
        {0, "top", "N", "n-grams to show for each decision (default: 8)", OPTION_NUMBER, &a.top},
    };
    const command_spec spec = {"explain", "RECORDS… [ID] | --article FILE | --missing FILE", "Why: each n-gram with its exact contribution to the decision value.", NULL,
        options, sizeof options / sizeof *options, 0, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    int n = argc - first;
    if (a.missing)
        a.article = a.missing;
    if (!a.article && n < 1) {
        command_say("explain", "give a file of records, or --article FILE");
        return DM_USAGE;
    }
    char path[4096];
    dm_error error = {0};
    size_t shown = 0;
    dm_status status = DM_OK;
    a.loaded = dm_model_open(a.model ? a.model : command_shipped("models/positions.model", path, sizeof path), &error);
    a.worker = a.loaded ? dm_worker_new(a.loaded) : NULL;
    if (!a.worker)
        status = a.loaded ? dm_fail(&error, DM_SYSTEM, "out of memory") : error.status;
    /* the last operand is an id if it is no file */
    const char *id = n > 1 && strcmp(argv[argc - 1], "-") != 0 && access(argv[argc - 1], F_OK) != 0 ? argv[argc - 1] : NULL;
    if (status == DM_OK && a.article)
        status = walk_article(&(walk_options){a.article, a.actors, a.date, a.missing != NULL, a.json, a.loaded, a.worker}, &error);
    for (int i = first; i < argc - (id != NULL) && status == DM_OK && !a.article; i++)
        status = explain_file(&a, argv[i], id, &shown, &error);
    if (status == DM_OK && id && !shown)
        status = dm_fail(&error, DM_INPUT, "no record %s in the input", id);
    dm_worker_free(a.worker);
    dm_model_close(a.loaded);
    return command_finish("explain", status == DM_OK ? 0 : command_fail("explain", &error));
}
