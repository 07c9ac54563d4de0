/* What each room makes of an article: sentences, mentions, decisions, and why a pair gives no record. */
#include "cmd_walk.h"

#include "actor.h"
#include "claim.h"
#include "classify.h"
#include "command.h"
#include "command_articles.h"

/* ---- pairs without a record ------------------------------------------------------------------------------ */

typedef struct {
    size_t told;
} against;

static void tell_against(void *context, dm_str feature, double contribution)
{
    against *x = context;
    dm_str said;
    if (contribution >= 0 || x->told == 3)
        return;
    const char *family = dm_feature_family(feature, &said);
    printf("%s %s \"%.*s\"", x->told++ ? "," : "; against it:", family, DM_ARG(said));
}

static void tell_missing(const walk_options *a, const dm_doc *doc, size_t s, const dm_decided *list, size_t n)
{
    printf("\n%zu  %.*s\n", s, DM_ARG(dm_str_sub(doc->text.text, doc->sentences[s].start, doc->sentences[s].end)));
    for (size_t i = 0; i < n; i++) {
        const dm_claim *claim = &list[i].claim;
        if (claim->sentence != s || list[i].decision.p_position >= dm_model_threshold(a->model) || claim->target == DM_NO_MENTION)
            continue;
        double value, bias;
        against x = {0};
        printf("   %.*s -> %.*s: no position is likely (%.2f, alone %.2f; a record needs %.2f)", DM_ARG(dm_claim_holder(doc, claim)), DM_ARG(dm_claim_target(doc, claim)),
            list[i].decision.p_position, list[i].decision.p_alone, dm_model_threshold(a->model));
        if (dm_model_has_detector(a->model))
            dm_model_explain(a->worker, doc, claim, dm_model_machines(a->model) - 1, &value, &bias, tell_against, &x);
        putchar('\n');
    }
    for (size_t m = 0; m < doc->n_mentions; m++)
        if (doc->mentions[m].sentence == s && !doc->mentions[m].n_actors)
            printf("   \"%.*s\": no actor: %.*s\n", DM_ARG(dm_str_sub(doc->text.text, doc->mentions[m].start, doc->mentions[m].end)), DM_ARG(doc->mentions[m].why));
    for (size_t g = 0; g < doc->n_gaps; g++)
        if (doc->gaps[g].sentence == s)
            printf("   %s%s%.*s\n", doc->gaps[g].reason, doc->gaps[g].text.n ? ": " : "", DM_ARG(doc->gaps[g].text));
}

/* ---- a whole article: what each room made of it ---------------------------------------------------------- */

static void walk_sentence(const walk_options *a, const dm_doc *doc, size_t s, const dm_decided *list, size_t n)
{
    const dm_sentence *sentence = &doc->sentences[s];
    dm_str text = dm_str_sub(doc->text.text, sentence->start, sentence->end);
    printf("\n%zu%s%s  %.*s\n", s, sentence->quote_runs_in ? " (quotation runs in)" : "", sentence->quote_runs_out ? " (quotation runs on)" : "", DM_ARG(text));
    for (size_t m = 0; m < doc->n_mentions; m++) {
        const dm_mention *x = &doc->mentions[m];
        if (x->sentence != s)
            continue;
        printf("   mention  \"%.*s\"", DM_ARG(dm_str_sub(doc->text.text, x->start, x->end)));
        for (uint8_t k = 0; k < x->n_actors; k++)
            printf("%s%.*s", k ? "|" : " = ", DM_ARG(x->actors[k]));
        printf("  by %s: %.*s\n", x->n_actors ? dm_via_name((dm_via)x->via) : "nothing, unresolved", DM_ARG(x->why));
    }
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        const dm_decision *d = &list[i].decision;
        if (list[i].claim.sentence != s)
            continue;
        bool record = d->p_position >= dm_model_threshold(a->model);
        written += record;
        dm_str target = dm_claim_target(doc, &list[i].claim);
        printf("   %s %.*s -> %.*s  position %.2f: %s %.2f\n", record ? "RECORD  " : "none    ", DM_ARG(dm_claim_holder(doc, &list[i].claim)),
            DM_ARG(target.n ? target : DM_LIT("(no actor)")), d->p_position, dm_model_label(a->model, d->label), d->conf);
    }
    for (size_t g = 0; g < doc->n_gaps; g++)
        if (doc->gaps[g].sentence == s)
            printf("   gap      %s%s%.*s\n", doc->gaps[g].reason, doc->gaps[g].text.n ? ": " : "", DM_ARG(doc->gaps[g].text));
    if (!written && n)
        printf("   no record: no pair reaches %.2f\n", dm_model_threshold(a->model));
}

/* The same for programs: one JSON object a sentence; offsets are code points of the cleaned text, as in records. */
static void walk_sentence_json(const walk_options *a, const dm_doc *doc, size_t s, const dm_decided *list, size_t n)
{
    const dm_sentence *sentence = &doc->sentences[s];
    dm_buf out = {.arena = doc->arena};
    const char *comma = "";
    dm_buf_format(&out, "{\"doc\":");
    dm_json_text(&out, doc->article.id);
    dm_buf_format(&out, ",\"sent\":%zu,\"start\":%lld,\"text\":", s, (long long)sentence->code_point);
    dm_json_text(&out, dm_str_sub(doc->text.text, sentence->start, sentence->end));
    dm_buf_format(&out, ",\"mentions\":[");
    for (size_t m = 0; m < doc->n_mentions; m++) {
        const dm_mention *x = &doc->mentions[m];
        if (x->sentence != s)
            continue;
        size_t from = dm_utf8_length(dm_str_sub(doc->text.text, sentence->start, x->start));
        dm_buf_format(&out, "%s{\"start\":%zu,\"end\":%zu,\"actors\":[", comma, from, from + dm_utf8_length(dm_str_sub(doc->text.text, x->start, x->end)));
        for (uint8_t k = 0; k < x->n_actors; k++) {
            if (k)
                dm_buf_char(&out, ',');
            dm_json_text(&out, x->actors[k]);
        }
        dm_buf_format(&out, "],\"via\":\"%s\"}", dm_via_name((dm_via)x->via));
        comma = ",";
    }
    dm_buf_format(&out, "],\"pairs\":[");
    comma = "";
    for (size_t i = 0; i < n; i++) {
        const dm_decision *d = &list[i].decision;
        if (list[i].claim.sentence != s)
            continue;
        dm_buf_format(&out, "%s{\"holder\":", comma);
        dm_json_text(&out, dm_claim_holder(doc, &list[i].claim));
        dm_buf_format(&out, ",\"target\":");
        dm_json_text(&out, dm_claim_target(doc, &list[i].claim));
        dm_buf_format(&out, ",\"label\":\"%s\",\"record\":%s,\"position\":", dm_model_label(a->model, d->label), d->p_position >= dm_model_threshold(a->model) ? "true" : "false");
        dm_json_number(&out, d->p_position);
        dm_buf_char(&out, '}');
        comma = ",";
    }
    dm_buf_format(&out, "]}\n");
    fwrite(out.s, 1, out.n, stdout);
}

static void walk_doc(void *context, dm_doc *doc)
{
    const walk_options *a = context;
    size_t n;
    dm_decided *list = dm_classify_decide(a->worker, doc, &n);
    if (!a->json)
        printf("%.*s  %.*s\n", DM_ARG(doc->article.id), DM_ARG(doc->article.date));
    for (size_t s = 0; s < doc->n_sentences; s++) {
        if (a->json)
            walk_sentence_json(a, doc, s, list, n);
        else if (a->missing)
            tell_missing(a, doc, s, list, n);
        else
            walk_sentence(a, doc, s, list, n);
    }
}

dm_status walk_article(const walk_options *a, dm_error *error)
{
    char path[4096];
    walk_options copy = *a;
    dm_gazetteer *gazetteer = dm_gazetteer_load(a->actors ? a->actors : command_shipped("labels/actors", path, sizeof path), error);
    dm_status status = gazetteer ? command_articles("explain", gazetteer, &a->article, 1, a->date, walk_doc, &copy, NULL, error) : error->status;
    dm_gazetteer_free(gazetteer);
    return status;
}
