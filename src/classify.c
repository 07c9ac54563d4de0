#include "classify.h"

#include "actor.h"
#include "claim.h"
#include "clean.h"
#include "sentence.h"
#include "token.h"

#include <math.h>
#include <stdlib.h>

void dm_classify_read(const dm_gazetteer *gazetteer, dm_doc *doc)
{
    dm_clean(doc);
    dm_sentence_split(doc);
    dm_actor_find(gazetteer, doc);
    dm_claim_pair(doc);
}

/* ---- the best claim of each pair ------------------------------------------------------------------------- */

typedef struct {
    const dm_doc *doc;
    dm_decided *list;
} sorting;

static int by_pair(const void *a, const void *b, void *context)
{
    const dm_doc *doc = ((sorting *)context)->doc;
    const dm_decided *x = a, *y = b;
    if (x->claim.sentence != y->claim.sentence)
        return x->claim.sentence < y->claim.sentence ? -1 : 1;
    int c = dm_str_order(dm_claim_holder(doc, &x->claim), dm_claim_holder(doc, &y->claim));
    if (!c)
        c = dm_str_order(dm_claim_target(doc, &x->claim), dm_claim_target(doc, &y->claim));
    if (c)
        return c;
    if (x->decision.p_position != y->decision.p_position)
        return x->decision.p_position > y->decision.p_position ? -1 : 1;
    if (x->claim.holder != y->claim.holder)
        return x->claim.holder < y->claim.holder ? -1 : 1;
    return (x->claim.target > y->claim.target) - (x->claim.target < y->claim.target);
}

static bool same_pair(const dm_doc *doc, const dm_claim *a, const dm_claim *b)
{
    return a->sentence == b->sentence && dm_str_equal(dm_claim_holder(doc, a), dm_claim_holder(doc, b)) &&
           dm_str_equal(dm_claim_target(doc, a), dm_claim_target(doc, b));
}

/* Weighs the n pairs of one sentence against each other. */
static void weigh(const double *joint, const dm_doc *doc, dm_decided *list, size_t n)
{
    dm_joint_pair *pairs = dm_arena_array(doc->arena, n, sizeof *pairs);
    for (size_t i = 0; i < n; i++)
        pairs[i] = (dm_joint_pair){dm_claim_holder(doc, &list[i].claim), dm_claim_target(doc, &list[i].claim), list[i].decision.p_alone};
    for (size_t i = 0; i < n; i++) {
        double x[DM_JOINT];
        dm_joint_fill(pairs, n, i, x);
        list[i].decision.p_position = dm_joint_at(joint, x);
    }
}

dm_decided *dm_classify_decide(dm_worker *worker, dm_doc *doc, size_t *n)
{
    dm_decided *list = dm_arena_array(doc->arena, doc->n_claims + 1, sizeof *list);
    for (size_t i = 0; i < doc->n_claims; i++) {
        list[i].claim = doc->claims[i];
        dm_model_decide(worker, doc, &doc->claims[i], &list[i].decision);
    }
    sorting context = {.doc = doc, .list = list};
    if (doc->n_claims)
        qsort_r(list, doc->n_claims, sizeof *list, by_pair, &context);
    *n = 0;
    for (size_t i = 0; i < doc->n_claims; i++)
        if (i == 0 || !same_pair(doc, &list[*n - 1].claim, &list[i].claim))
            list[(*n)++] = list[i];
    const double *joint = dm_model_joint(dm_worker_model(worker));
    for (size_t first = 0, end; joint && first < *n; first = end) {
        for (end = first + 1; end < *n && list[end].claim.sentence == list[first].claim.sentence;)
            end++;
        weigh(joint, doc, list + first, end - first);
    }
    return list;
}

/* ---- records --------------------------------------------------------------------------------------------- */

static int64_t code_point(const dm_doc *doc, uint32_t sentence, uint32_t byte)
{
    const dm_sentence *s = &doc->sentences[sentence];
    return s->code_point + (int64_t)dm_utf8_length(dm_str_sub(doc->text.text, s->start, byte));
}

static dm_party party_of(const dm_doc *doc, const dm_gazetteer *gazetteer, uint32_t mention, uint8_t actor)
{
    dm_party p = {.id = DM_LIT(""), .name = DM_LIT(""), .kind = DM_LIT(""), .person = DM_LIT(""), .text = DM_LIT(""), .start = -1, .end = -1, .via = DM_LIT("")};
    if (mention == DM_NO_MENTION)
        return p;
    const dm_mention *m = &doc->mentions[mention];
    p.id = m->actors[actor];
    p.name = dm_gazetteer_name(gazetteer, p.id);
    p.kind = dm_str_from(dm_actor_kind(p.id));
    p.person = m->person;
    p.via = dm_str_from(dm_via_name(m->via));
    if (m->end > m->start) {
        p.text = dm_str_sub(doc->text.text, m->start, m->end);
        p.start = code_point(doc, m->sentence, m->start);
        p.end = code_point(doc, m->sentence, m->end);
    }
    return p;
}

static dm_str record_id(const dm_doc *doc, const dm_record *r)
{
    dm_buf text = {.arena = doc->arena}, id = {.arena = doc->arena};
    dm_buf_format(&text, "%.*s\n%lld\n%lld\n%.*s\n%.*s", DM_ARG(r->doc), (long long)r->start, (long long)r->end, DM_ARG(r->holder.id), DM_ARG(r->target.id));
    dm_buf_format(&id, "%016llx", (unsigned long long)dm_str_hash(dm_buf_view(&text)));
    return dm_buf_view(&id);
}

typedef struct {
    dm_str cue;  /* the word with the largest contribution for the label */
    double sign;
    dm_buf *why; /* takes the strongest n-grams, or NULL */
    size_t told;
} reason_search;

static void take_reason(void *context, dm_str feature, double contribution)
{
    reason_search *search = context;
    if (search->why && search->told++ < 6) {
        dm_str said;
        const char *family = dm_feature_family(feature, &said);
        dm_buf_format(search->why, "; %+.3f %s: \"%.*s\"", contribution * search->sign, family, DM_ARG(said));
    }
    if (!search->cue.n && contribution * search->sign > 0 && dm_feature_is_word(feature))
        search->cue = dm_str_sub(feature, 2, feature.n);
}

/* The machine of the label against the next probable one, and the side of the label in it. */
static size_t machine_of(const dm_model *model, const dm_decision *d, double *sign)
{
    size_t n = dm_model_machines(model) - (size_t)dm_model_has_detector(model), best = 0;
    double p = -1;
    *sign = 1;
    for (size_t m = 0; m < n; m++) {
        const dm_machine *k = dm_model_machine(model, m);
        size_t other = k->positive == d->label ? k->negative : k->positive;
        if (k->positive != d->label && k->negative != d->label)
            continue;
        double q = other < d->n_labels ? d->p[other] : 0;
        if (q > p) {
            p = q;
            best = m;
            *sign = k->positive == d->label ? 1 : -1;
        }
    }
    return best;
}

static double p_of(const dm_model *model, const dm_decision *d, const char *label)
{
    for (size_t i = 0; i < d->n_labels; i++)
        if (strcmp(dm_model_label(model, i), label) == 0)
            return d->p[i] * d->p_position;
    return 0;
}

static void tell_mentions(const dm_doc *doc, const dm_claim *claim, dm_buf *why)
{
    dm_buf_format(why, "holder: %.*s", DM_ARG(doc->mentions[claim->holder].why));
    if (claim->target != DM_NO_MENTION)
        dm_buf_format(why, "; target: %.*s", DM_ARG(doc->mentions[claim->target].why));
}

static void tell_runner_up(const dm_model *model, const dm_decision *d, dm_buf *why)
{
    size_t next = d->label == 0;
    for (size_t i = 0; i < d->n_labels; i++)
        if (i != d->label && d->p[i] > d->p[next])
            next = i;
    dm_buf_format(why, "; nearly %s (%.2f)", dm_model_label(model, next), d->p[next]);
}

/* What a position without target is about: the words behind the first "for", "on", "over", "about" after the holder. */
static dm_str topic_of(const dm_doc *doc, const dm_claim *claim)
{
    static const char *const openers[] = {"about", "for", "on", "over", "that"};
    const dm_sentence *s = &doc->sentences[claim->sentence];
    for (size_t t = doc->mentions[claim->holder].token_end; t + 1 < s->token_end; t++) {
        if (!DM_WORD_IN(doc->tokens[t].fold, openers))
            continue;
        size_t end = t + 1;
        while (end < s->token_end && end < t + 7 && (dm_token_is_word(&doc->tokens[end]) || dm_token_is(&doc->tokens[end], "-")))
            end++;
        if (end > t + 1)
            return dm_str_sub(doc->text.text, doc->tokens[t + 1].start, doc->tokens[end - 1].end);
    }
    return DM_LIT("other");
}

void dm_classify_record(dm_worker *worker, const dm_model *model, const dm_classify_options *options, const dm_doc *doc,
    const dm_decided *decided, dm_record *r)
{
    const dm_gazetteer *gazetteer = options->gazetteer;
    const dm_decision *d = &decided->decision;
    dm_claim claim = decided->claim;
    const dm_sentence *s = &doc->sentences[claim.sentence];
    const dm_article *a = &doc->article;
    uint32_t raw_start, raw_end;
    dm_claim_describe(doc, &claim);
    dm_clean_to_raw(&doc->text, s->start, s->end, &raw_start, &raw_end);
    *r = (dm_record){.doc = a->id, .sent = claim.sentence, .start = s->code_point, .end = code_point(doc, claim.sentence, s->end),
        .raw_start = raw_start, .raw_end = raw_end, .text = dm_str_sub(doc->text.text, s->start, s->end), .date = a->date,
        .date_by = a->date_by, .source = a->source, .url = a->url, .title = a->title};
    r->holder = party_of(doc, gazetteer, claim.holder, claim.holder_actor);
    r->target = party_of(doc, gazetteer, claim.target, claim.target_actor);
    r->label = dm_str_from(dm_model_label(model, d->label));
    r->p_support = p_of(model, d, "support");
    r->p_neutral = p_of(model, d, "neutral");
    r->p_warn = p_of(model, d, "warn");
    r->p_none = 1 - d->p_position;
    r->conf = d->conf;
    r->abstain = d->conf < fmax(options->confidence, dm_model_abstain(model));
    r->speech = dm_str_from(dm_speech_name(claim.speech));
    r->mood = dm_str_from(dm_mood_name(claim.mood));
    r->negated = claim.negated;
    if (claim.speaker != DM_NO_MENTION && doc->mentions[claim.speaker].n_actors)
        r->speaker = doc->mentions[claim.speaker].actors[0];
    dm_buf why = {.arena = doc->arena};
    tell_mentions(doc, &claim, &why);
    if (d->margin < 0.15)
        tell_runner_up(model, d, &why);
    reason_search search = {.cue = DM_LIT(""), .why = options->explain ? &why : NULL};
    double value, bias;
    size_t machine = machine_of(model, d, &search.sign);
    dm_model_explain(worker, doc, &claim, machine, &value, &bias, take_reason, &search);
    r->cue = search.cue;
    r->topic = r->target.id.n ? DM_LIT("") : topic_of(doc, &claim);
    r->story = a->story;
    r->dup = a->dup;
    r->by = DM_LIT("model");
    r->why = dm_buf_view(&why);
    r->model = dm_str_from(dm_model_id(model));
    r->actors = dm_str_from(dm_gazetteer_id(gazetteer));
    r->id = record_id(doc, r);
}

void dm_classify_doc(dm_worker *worker, const dm_model *model, const dm_classify_options *options, dm_doc *doc, dm_buf *out,
    dm_classify_counts *counts)
{
    size_t n;
    dm_decided *list = dm_classify_decide(worker, doc, &n);
    double threshold = options->threshold > 0 ? options->threshold : dm_model_threshold(model);
    counts->sentences += doc->n_sentences;
    counts->mentions += doc->n_mentions;
    counts->candidates += n;
    for (size_t i = 0; i < n; i++) {
        if (list[i].decision.p_position < threshold)
            continue;
        dm_record record;
        dm_classify_record(worker, model, options, doc, &list[i], &record);
        dm_record_write(&record, out);
        counts->records++;
        counts->abstained += record.abstain;
    }
}
