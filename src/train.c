#include "joint.h"
#include "train_check.h"
#include "train_part.h"

#include <math.h>
#include <stdlib.h>

/* ---- detector figures ------------------------------------------------------------------------------------ */

typedef struct {
    double p;
    bool positive;
} scored;

static int by_probability(const void *a, const void *b)
{
    const scored *x = a, *y = b;
    return x->p != y->p ? (x->p < y->p) - (x->p > y->p) : (x->positive < y->positive) - (x->positive > y->positive);
}

/* Threshold with the best F1 of held-out pairs, and that figure. */
static double best_threshold(scored *list, size_t n, json_t *report)
{
    double positives = 0, right = 0, best = 0, threshold = 0.5, at_p = 0, at_r = 0;
    for (size_t i = 0; i < n; i++)
        positives += list[i].positive;
    if (n)
        qsort(list, n, sizeof *list, by_probability);
    for (size_t i = 0; i < n; i++) {
        right += list[i].positive;
        double f1 = 2 * right / ((double)(i + 1) + positives);
        if (f1 > best && (i + 1 == n || list[i + 1].p < list[i].p)) {
            best = f1;
            threshold = list[i].p;
            at_p = right / (double)(i + 1);
            at_r = right / positives;
        }
    }
    json_object_set_new(report, "pairs", json_integer((json_int_t)n));
    json_object_set_new(report, "with_position", json_integer((json_int_t)positives));
    json_object_set_new(report, "precision", json_real(at_p));
    json_object_set_new(report, "recall", json_real(at_r));
    json_object_set_new(report, "f1", json_real(best));
    json_object_set_new(report, "threshold", json_real(threshold));
    return threshold;
}

static dm_str actor_of(const dm_example *e, int mention) { return mention < 0 ? (dm_str){"", 0} : e->mentions[mention].id; }

/* The pairs of actors of one sentence, members [first, end): each once, with its most probable mentions. */
static size_t pairs_of(const dm_part *p, size_t first, size_t end, dm_joint_pair *pairs, signed char *y)
{
    size_t n = 0;
    for (size_t i = first; i < end; i++) {
        const dm_instance_origin *o = &p->instances->origins[p->members[i]];
        dm_joint_pair pair = {actor_of(o->example, o->holder), actor_of(o->example, o->target), dm_part_position(p, i)};
        bool positive = p->instances->labels[p->members[i]] != DM_LABEL_NONE;
        size_t k = 0;
        while (k < n && !(dm_str_equal(pairs[k].holder, pair.holder) && dm_str_equal(pairs[k].target, pair.target)))
            k++;
        if (k == n) {
            pairs[n] = pair;
            y[n++] = positive;
        } else {
            pairs[k].p = fmax(pairs[k].p, pair.p);
            y[k] |= positive;
        }
    }
    return n;
}

/* Learns joint.h from the held-out probabilities of whole sentences, and lists what it then makes of all pairs.
 * Returns their number; *joint NULL: there are no whole sentences. */
static size_t judge_jointly(const dm_part *p, double **joint, scored *list)
{
    const dm_instances *in = p->instances;
    dm_arena *arena = in->arena;
    dm_joint_pair *pairs = dm_arena_array(arena, p->n_own + 1, sizeof *pairs);
    signed char *y = dm_arena_array(arena, p->n_own + 1, 1);
    double *x = dm_arena_array(arena, (p->n_own + 1) * DM_JOINT, sizeof *x);
    size_t n = 0, alone = 0;
    for (size_t first = 0, end; first < p->n_own; first = end) {
        const dm_example *e = in->origins[p->members[first]].example;
        for (end = first + 1; end < p->n_own && in->origins[p->members[end]].example == e;)
            end++;
        if (e->pair) {
            list[p->n_own - ++alone] = (scored){dm_part_position(p, first), in->labels[p->members[first]] != DM_LABEL_NONE};
            continue;
        }
        size_t some = pairs_of(p, first, end, pairs, y + n);
        for (size_t i = 0; i < some; i++)
            dm_joint_fill(pairs, some, i, x + (n + i) * DM_JOINT);
        n += some;
    }
    *joint = n ? dm_arena_array(arena, DM_JOINT, sizeof **joint) : NULL;
    if (n)
        dm_joint_fit(x, y, n, *joint);
    for (size_t i = 0; i < n; i++)
        list[i] = (scored){dm_joint_at(*joint, x + i * DM_JOINT), y[i]};
    memmove(list + n, list + p->n_own - alone, alone * sizeof *list);
    return n + alone;
}

/* ---- errors ---------------------------------------------------------------------------------------------- */

static int by_confidence(const void *a, const void *b, void *context)
{
    const dm_judged *j = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return j->confidence[x] != j->confidence[y] ? (j->confidence[x] < j->confidence[y]) - (j->confidence[x] > j->confidence[y]) : (x > y) - (x < y);
}

static json_t *mention_json(const dm_example *e, int mention)
{
    if (mention < 0)
        return json_string("");
    dm_str words = dm_str_sub(e->text, e->mentions[mention].start, e->mentions[mention].end);
    return words.n ? json_stringn(words.s, words.n) : json_stringn(e->mentions[mention].id.s, e->mentions[mention].id.n);
}

static void list_errors(const dm_part *p, const dm_judged *judged, dm_buf *out)
{
    const dm_instances *in = p->instances;
    uint32_t *wrong = dm_arena_array(in->arena, p->n + 1, sizeof *wrong);
    size_t n = 0;
    for (uint32_t i = 0; i < p->n; i++)
        if (judged->gold[i] != judged->predicted[i])
            wrong[n++] = i;
    if (n)
        qsort_r(wrong, n, sizeof *wrong, by_confidence, (void *)(uintptr_t)judged);
    for (size_t k = 0; k < n; k++) {
        const dm_instance_origin *o = &in->origins[p->members[wrong[k]]];
        json_t *line = json_pack("{s:s%, s:s, s:o, s:o, s:s, s:s, s:f, s:s%}", "id", o->example->id.s, o->example->id.n, "file", o->example->file, "holder", mention_json(o->example, o->holder),
            "target", mention_json(o->example, o->target), "label", in->label_names[judged->gold[wrong[k]]], "pred", in->label_names[judged->predicted[wrong[k]]],
            "p", judged->confidence[wrong[k]], "text", o->example->text.s, o->example->text.n);
        char *text = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(4)) : NULL;
        json_decref(line);
        if (!text)
            longjmp(*dm_arena_guard(in->arena), 1);
        dm_buf_add(out, text, strlen(text));
        dm_buf_char(out, '\n');
        free(text);
    }
}

/* ---- the whole ------------------------------------------------------------------------------------------- */

static const char *check_counts(const dm_instances *in)
{
    size_t counts[DM_MAX_LABELS] = {0};
    if (in->n_labels > DM_MAX_LABELS)
        return "more than 50 labels: is the right field named as the label?";
    for (size_t i = 0; i < in->n; i++)
        if (in->labels[i] >= 0)
            counts[in->labels[i]]++;
    size_t used = 0;
    for (size_t l = 0; l < in->n_labels; l++)
        used += counts[l] > 0;
    return used < 2 ? "a model needs examples of at least two labels" : NULL;
}

static dm_str join_weights(const dm_instances *in, double *const *weights, size_t n)
{
    size_t n_features = in->features.count;
    float *joined = dm_arena_array(in->arena, n_features * n + 1, sizeof *joined);
    for (size_t f = 0; f < n_features; f++)
        for (size_t m = 0; m < n; m++)
            joined[f * n + m] = (float)(weights[m][f] * (double)in->values[f]);
    return (dm_str){(const char *)joined, n_features * n * sizeof *joined};
}

static dm_str report_text(dm_arena *arena, const json_t *report)
{
    char *text = json_dumps(report, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(6));
    if (!text)
        longjmp(*dm_arena_guard(arena), 1);
    dm_str kept = {dm_arena_copy(arena, text, strlen(text)), strlen(text)};
    free(text);
    return kept;
}

static json_t *count_json(const dm_corpus *corpus, const dm_instances *in)
{
    json_t *o = json_object();
    size_t pairs = 0, none = 0;
    for (size_t i = 0; i < corpus->n; i++)
        pairs += corpus->examples[i].pair;
    for (size_t i = 0; i < in->n; i++)
        none += in->labels[i] == DM_LABEL_NONE;
    json_object_set_new(o, "pairs", json_integer((json_int_t)pairs));
    json_object_set_new(o, "whole_sentences", json_integer((json_int_t)(corpus->n - pairs)));
    json_object_set_new(o, "instances", json_integer((json_int_t)in->n));
    json_object_set_new(o, "instances_without_position", json_integer((json_int_t)none));
    json_object_set_new(o, "features", json_integer((json_int_t)in->features.count));
    json_object_set_new(o, "sources", json_integer((json_int_t)in->n_groups));
    return o;
}

/* Labels that held-out decisions contradict with confidence: some of them will be wrong. */
static void count_doubtful(const dm_judged *judged, json_t *report)
{
    size_t doubtful = 0;
    for (size_t i = 0; i < judged->n; i++)
        doubtful += judged->gold[i] != judged->predicted[i] && judged->confidence[i] >= 0.9;
    json_object_set_new(report, "doubtful_labels", json_integer((json_int_t)doubtful));
}

static json_t *settings_json(const dm_part *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->n_settings; i++) {
        const dm_setting *s = &p->settings[i];
        json_t *o = json_pack("{s:f, s:f}", "c", s->c, "score", s->score);
        if (p->n > p->n_own)
            json_object_set_new(o, "extra", json_real(s->extra));
        if (p->n_codes)
            json_object_set_new(o, "gamma", json_real(s->gamma));
        json_array_append_new(list, o);
    }
    return list;
}

static void set_settings(json_t *figures, const dm_part *p)
{
    const dm_setting *best = &p->settings[p->best];
    json_object_set_new(figures, "c", json_real(best->c));
    if (p->n > p->n_own)
        json_object_set_new(figures, "extra_weight", json_real(best->extra));
    if (p->n_codes)
        json_object_set_new(figures, "code_weight", json_real(best->gamma));
    json_object_set_new(figures, "grid", settings_json(p));
}

static dm_status train_stance(dm_part *p, const dm_train_options *options, json_t *report, double **weights, dm_error *error)
{
    dm_status status = dm_part_validate(p, options, error);
    if (status != DM_OK)
        return status;
    dm_judged judged = dm_part_judge(p, options);
    if (options->errors)
        list_errors(p, &judged, options->errors);
    json_t *figures = dm_metrics_json(p->instances->arena, &judged);
    set_settings(figures, p);
    count_doubtful(&judged, figures);
    json_object_set_new(report, "stance", figures);
    if (p->settings[p->best].gamma <= 0) { /* the codes did not help */
        p->n_machines = p->n_label_machines;
        p->n_codes = 0;
    }
    return dm_part_train(p, options, weights, error);
}

static dm_status train_detector(dm_part *p, const dm_train_options *options, json_t *report, double **weights, double *threshold, double **joint, dm_error *error)
{
    json_t *figures = json_object();
    json_object_set_new(report, "detector", figures);
    dm_status status = dm_part_validate(p, options, error);
    if (status != DM_OK)
        return status;
    scored *list = dm_arena_array(p->instances->arena, p->n_own + 1, sizeof *list);
    size_t n = judge_jointly(p, joint, list);
    *threshold = best_threshold(list, n, figures);
    set_settings(figures, p);
    return dm_part_train(p, options, weights, error);
}

static dm_str model_of(const dm_instances *in, const dm_train_options *options, const dm_part *stance, const dm_part *detector, double **weights,
    double threshold, const double *joint, const json_t *report)
{
    size_t n_detector = detector ? 1 : 0, n = stance->n_machines + n_detector, k = stance->n_label_machines;
    dm_machine *machines = dm_arena_array(in->arena, n + 1, sizeof *machines);
    memcpy(machines, stance->machines, k * sizeof *machines); /* labels, detector, codes */
    if (detector)
        machines[k] = detector->machines[0];
    memcpy(machines + k + n_detector, stance->machines + k, stance->n_codes * sizeof *machines);
    dm_str joined = join_weights(in, weights, n);
    dm_model_parts parts = {.labels = in->label_names, .n_labels = in->n_labels, .machines = machines, .n_machines = n,
        .has_detector = detector != NULL, .features = in->features.names, .n_features = in->features.count,
        .weights = (const float *)(const void *)joined.s, .values = in->values, .name = options->name ? options->name : "model",
        .meta = report_text(in->arena, report).s, .threshold = threshold, .joint = joint, .abstain = 1.2 / (double)in->n_labels,
        .familiar = in->familiar, .gamma = stance->settings[stance->best].gamma, .n_codes = stance->n_codes};
    if (options->lexicon)
        parts.lexicon = dm_lexicon_text(options->lexicon);
    return dm_model_bytes(in->arena, &parts);
}

static dm_status train_parts(const dm_instances *in, const dm_train_options *options, json_t *report, dm_str *model, dm_error *error)
{
    unsigned folds = options->folds ? options->folds : 5;
    if (in->n_groups < folds)
        return dm_fail(error, DM_INPUT, "%zu independent sources are too few for %u folds", in->n_groups, folds);
    unsigned *fold = dm_deal_folds(in, folds, options->seed);
    dm_part stance = dm_part_new(in, fold, folds, false), detector = dm_part_new(in, fold, folds, true);
    bool detects = false;
    for (size_t i = 0; i < detector.n; i++)
        detects |= in->labels[detector.members[i]] == DM_LABEL_NONE;
    double threshold = 0, *joint = NULL, **weights = dm_arena_array(in->arena, stance.n_machines + 2, sizeof *weights), *of_detector[1] = {NULL};
    size_t k = stance.n_label_machines;
    dm_status status = train_stance(&stance, options, report, weights, error);
    if (status == DM_OK && detects) {
        status = train_detector(&detector, options, report, of_detector, &threshold, &joint, error);
        memmove(weights + k + 1, weights + k, stance.n_codes * sizeof *weights);
        weights[k] = of_detector[0];
    }
    if (status != DM_OK)
        return status;
    *model = model_of(in, options, &stance, detects ? &detector : NULL, weights, threshold, joint, report);
    return options->export_libsvm ? dm_fit_export(in->rows, in->values, in->labels, in->n, stance.settings[stance.best].c, options->export_libsvm, error) : DM_OK;
}

typedef struct {
    const dm_train_options *options;
    json_t *list;
} warnings;

static void take_warning(void *context, const char *message)
{
    warnings *w = context;
    json_array_append_new(w->list, json_string(message));
    if (w->options->warn)
        w->options->warn(w->options->progress_context, message);
}

dm_status dm_train(dm_corpus *corpus, const dm_train_options *options, dm_str *model, dm_str *report, dm_error *error)
{
    dm_instances in;
    unsigned min_count = options->min_count ? options->min_count : corpus->n < 2000 ? 2 : 3;
    const dm_instance_options build = {options->scheme, options->lexicon, min_count, options->codes, options->without};
    dm_status status = dm_instances_build(corpus, &build, &in, error);
    if (status != DM_OK)
        return status;
    const char *wrong = check_counts(&in);
    if (wrong)
        return dm_fail(error, DM_INPUT, "%s", wrong);
    json_t *root = json_object();
    json_object_set_new(root, "counts", count_json(corpus, &in));
    json_object_set_new(root, "options", json_pack("{s:s, s:i, s:i, s:I, s:s}", "version", DM_VERSION, "folds", options->folds ? (int)options->folds : 5, "min_count",
        (int)min_count, "seed", (json_int_t)options->seed, "solver",
        options->solver == DM_SOLVER_LIBSVM ? "libsvm" : options->solver == DM_SOLVER_DUAL ? "dual" : "auto"));
    json_object_set_new(root, "words", json_pack("{s:f, s:f}", "known", in.known, "known_low", in.familiar));
    warnings w = {options, json_array()};
    json_object_set_new(root, "warnings", w.list);
    dm_train_check(corpus, &in, take_warning, &w);
    status = train_parts(&in, options, root, model, error);
    if (status == DM_OK)
        *report = report_text(corpus->arena, root);
    json_decref(root);
    return status;
}
