#include "train.h"

#include "calibrate.h"
#include "instance.h"
#include "metrics.h"
#include "model.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const double c_grid[] = {0.1, 0.2, 0.4, 0.8, 1.6, 3.2};
enum { N_GRID = sizeof c_grid / sizeof *c_grid };

/* One part of the model: the stance machines, or the detector. */
typedef struct {
    const dm_instances *instances;
    uint32_t *members; /* instances that take part */
    size_t n;
    unsigned *fold;    /* of each member */
    unsigned folds;
    dm_machine *machines;
    size_t n_machines;
    bool detector;
    double *decisions; /* held out: [c][machine][member] */
    double c;          /* chosen */
} part;

typedef struct {
    part *part;
    size_t machine, c_index;
    unsigned fold; /* folds: train on all */
    double *w;     /* where the weights go; NULL: they are thrown away */
} task;

typedef struct {
    const dm_train_options *options;
    task *tasks;
    size_t n;
    atomic_size_t next, done;
    atomic_int failed;
    dm_error error;
    pthread_mutex_t lock;
} pool;

static double c_of(const dm_train_options *options, size_t index) { return options->c > 0 ? options->c : c_grid[index]; }

/* ---- one task -------------------------------------------------------------------------------------------- */

/* +1, -1, or 0: takes no part in this machine. */
static signed char side_of(const dm_machine *m, bool detector, int label)
{
    if (detector)
        return label == DM_LABEL_NONE ? -1 : 1;
    if (label == (int)m->positive)
        return 1;
    return m->negative == DM_REST || label == (int)m->negative ? -1 : 0;
}

static dm_status run_task(const task *t, const dm_train_options *options, dm_error *error)
{
    part *p = t->part;
    const dm_instances *in = p->instances;
    dm_machine *m = &p->machines[t->machine];
    size_t n = 0, n_features = in->features.count;
    uint32_t *index = malloc((p->n + 1) * sizeof *index);
    signed char *y = malloc(p->n + 1);
    double *w = t->w ? t->w : calloc(n_features + 1, sizeof *w), b = 0;
    dm_status status = index && y && w ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (status == DM_OK) {
        for (size_t i = 0; i < p->n; i++) {
            signed char side = side_of(m, p->detector, in->labels[p->members[i]]);
            if (side && p->fold[i] != t->fold) {
                index[n] = p->members[i];
                y[n++] = side;
            }
        }
        dm_problem problem = {.rows = in->rows, .values = in->values, .index = index, .y = y, .n = n, .n_features = n_features,
            .c = t->w ? p->c : c_of(options, t->c_index), .weight_positive = 1, .weight_negative = 1,
            .solver = options->solver, .seed = options->seed};
        status = dm_fit(&problem, w, &b, error);
    }
    if (status == DM_OK && t->w)
        m->bias = b;
    if (status == DM_OK && !t->w) {
        double *out = p->decisions + (t->c_index * p->n_machines + t->machine) * p->n;
        for (size_t i = 0; i < p->n; i++)
            if (p->fold[i] == t->fold)
                out[i] = dm_row_dot(&in->rows[p->members[i]], in->values, w) + b;
    }
    if (!t->w)
        free(w);
    free(index);
    free(y);
    return status;
}

static void *work(void *context)
{
    pool *pl = context;
    for (size_t i; !atomic_load(&pl->failed) && (i = atomic_fetch_add(&pl->next, 1)) < pl->n;) {
        dm_error error = {0};
        if (run_task(&pl->tasks[i], pl->options, &error) != DM_OK) {
            pthread_mutex_lock(&pl->lock);
            pl->error = error;
            pthread_mutex_unlock(&pl->lock);
            atomic_store(&pl->failed, 1);
        }
        size_t done = atomic_fetch_add(&pl->done, 1) + 1;
        if (pl->options->progress) {
            pthread_mutex_lock(&pl->lock);
            pl->options->progress(pl->options->progress_context, "training", done, pl->n);
            pthread_mutex_unlock(&pl->lock);
        }
    }
    return NULL;
}

/* Each task writes to its own place: the result does not depend on the number of threads. */
static dm_status run_all(task *tasks, size_t n, const dm_train_options *options, dm_error *error)
{
    pool pl = {.options = options, .tasks = tasks, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[64];
    unsigned wanted = options->threads < 1 ? 1 : options->threads > 64 ? 64 : options->threads, started = 0;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, &pl) == 0)
        started++;
    work(&pl);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&pl.lock);
    return atomic_load(&pl.failed) ? dm_fail(error, pl.error.status, "%s", pl.error.text) : DM_OK;
}

/* ---- folds ----------------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

typedef struct {
    uint64_t key;
    uint32_t group;
} drawn;

static int by_key(const void *a, const void *b)
{
    const drawn *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->group > y->group) - (x->group < y->group);
}

/* Groups in an order drawn by the seed, dealt out in turn. */
static unsigned *deal_folds(const dm_instances *in, unsigned folds, uint64_t seed)
{
    unsigned *fold = dm_arena_array(in->arena, in->n_groups + 1, sizeof *fold);
    drawn *order = dm_arena_array(in->arena, in->n_groups + 1, sizeof *order);
    for (size_t g = 0; g < in->n_groups; g++)
        order[g] = (drawn){mix(seed + (g + 1) * 0x9e3779b97f4a7c15u), (uint32_t)g};
    if (in->n_groups)
        qsort(order, in->n_groups, sizeof *order, by_key);
    for (size_t i = 0; i < in->n_groups; i++)
        fold[order[i].group] = (unsigned)(i % folds);
    return fold;
}

/* ---- parts ----------------------------------------------------------------------------------------------- */

static part make_part(const dm_instances *in, const unsigned *fold, unsigned folds, bool detector)
{
    dm_arena *arena = in->arena;
    part p = {.instances = in, .detector = detector, .folds = folds};
    p.members = dm_arena_array(arena, in->n + 1, sizeof *p.members);
    p.fold = dm_arena_array(arena, in->n + 1, sizeof *p.fold);
    for (size_t i = 0; i < in->n; i++)
        if (detector ? in->whole[i] || in->labels[i] == DM_LABEL_NONE : in->labels[i] != DM_LABEL_NONE) {
            p.fold[p.n] = fold[in->groups[i]];
            p.members[p.n++] = (uint32_t)i;
        }
    size_t k = in->n_labels;
    bool rest = k > 2; /* one against the rest: measured better than one against one */
    p.machines = dm_arena_array(arena, k * k + 1, sizeof *p.machines);
    if (detector)
        p.machines[p.n_machines++] = (dm_machine){.positive = DM_REST, .negative = DM_REST};
    else if (rest)
        for (size_t i = 0; i < k; i++)
            p.machines[p.n_machines++] = (dm_machine){.positive = (uint16_t)i, .negative = DM_REST};
    else
        for (size_t i = 0; i < k; i++)
            for (size_t j = i + 1; j < k; j++)
                p.machines[p.n_machines++] = (dm_machine){.positive = (uint16_t)i, .negative = (uint16_t)j};
    p.decisions = dm_arena_array(arena, N_GRID * p.n_machines * p.n + 1, sizeof *p.decisions);
    return p;
}

/* Sigmoids of all machines from the held-out decisions at one C. */
static void fit_sigmoids(part *p, size_t c_index)
{
    double *f = dm_arena_array(p->instances->arena, p->n + 1, sizeof *f);
    signed char *y = dm_arena_array(p->instances->arena, p->n + 1, sizeof *y);
    for (size_t m = 0; m < p->n_machines; m++) {
        const double *decisions = p->decisions + (c_index * p->n_machines + m) * p->n;
        size_t n = 0;
        for (size_t i = 0; i < p->n; i++) {
            y[n] = side_of(&p->machines[m], p->detector, p->instances->labels[p->members[i]]);
            f[n] = decisions[i];
            n += y[n] != 0;
        }
        dm_sigmoid s = dm_sigmoid_fit(f, y, n);
        p->machines[m].a = s.a;
        p->machines[m].b = s.b;
    }
}

static dm_judged judge_stance(const part *p, size_t c_index, const dm_train_options *options)
{
    const dm_instances *in = p->instances;
    int *gold = dm_arena_array(in->arena, p->n + 1, sizeof *gold), *given = dm_arena_array(in->arena, p->n + 1, sizeof *given);
    double *confidence = dm_arena_array(in->arena, p->n + 1, sizeof *confidence), values[DM_MAX_LABELS * DM_MAX_LABELS], prob[DM_MAX_LABELS];
    uint32_t *groups = dm_arena_array(in->arena, p->n + 1, sizeof *groups);
    for (size_t i = 0; i < p->n; i++) {
        for (size_t m = 0; m < p->n_machines; m++)
            values[m] = p->decisions[(c_index * p->n_machines + m) * p->n + i];
        dm_machines_decide(p->machines, p->n_machines, in->n_labels, values, prob);
        gold[i] = in->labels[p->members[i]];
        groups[i] = in->groups[p->members[i]];
        for (size_t l = 1; l < in->n_labels; l++)
            given[i] = prob[l] > prob[given[i]] ? (int)l : given[i];
        confidence[i] = prob[given[i]];
    }
    return (dm_judged){.gold = gold, .predicted = given, .confidence = confidence, .groups = groups, .n = p->n,
        .labels = in->label_names, .n_labels = in->n_labels, .seed = options->seed, .rounds = 200};
}

/* Mean log loss of the detector's held-out probabilities: lower is better. */
static double detector_loss(const part *p, size_t c_index)
{
    const double *f = p->decisions + c_index * p->n;
    double sum = 0;
    for (size_t i = 0; i < p->n; i++) {
        double q = dm_sigmoid_at((dm_sigmoid){p->machines[0].a, p->machines[0].b}, f[i]);
        sum -= log(p->instances->labels[p->members[i]] == DM_LABEL_NONE ? 1 - q : q);
    }
    return p->n ? sum / (double)p->n : 0;
}

static double score_of(part *p, size_t c_index, const dm_train_options *options)
{
    fit_sigmoids(p, c_index);
    if (p->detector)
        return -detector_loss(p, c_index);
    dm_judged judged = judge_stance(p, c_index, options);
    return (dm_accuracy(&judged) + dm_macro_f1(&judged)) / 2;
}

static size_t grid_size(const dm_train_options *options) { return options->c > 0 ? 1 : N_GRID; }

static dm_status cross_validate(part *p, const dm_train_options *options, json_t *grid, size_t *best, dm_error *error)
{
    size_t n = 0, n_c = grid_size(options);
    task *tasks = dm_arena_array(p->instances->arena, n_c * p->n_machines * p->folds + 1, sizeof *tasks);
    for (size_t c = n_c; c-- > 0;) /* the slow ones first */
        for (size_t m = 0; m < p->n_machines; m++)
            for (unsigned f = 0; f < p->folds; f++)
                tasks[n++] = (task){.part = p, .machine = m, .c_index = c, .fold = f};
    dm_status status = run_all(tasks, n, options, error);
    double scores[N_GRID] = {0};
    for (size_t c = 0; c < n_c && status == DM_OK; c++) {
        scores[c] = score_of(p, c, options);
        json_array_append_new(grid, json_pack("[f, f]", c_of(options, c), scores[c]));
    }
    for (size_t c = *best = 0; c < n_c; c++)
        *best = scores[c] > scores[*best] ? c : *best;
    p->c = c_of(options, *best);
    fit_sigmoids(p, *best);
    return status;
}

static dm_status train_whole(part *p, const dm_train_options *options, double **weights, dm_error *error)
{
    task *tasks = dm_arena_array(p->instances->arena, p->n_machines + 1, sizeof *tasks);
    for (size_t m = 0; m < p->n_machines; m++) {
        weights[m] = dm_arena_array(p->instances->arena, p->instances->features.count + 1, sizeof **weights);
        tasks[m] = (task){.part = p, .machine = m, .fold = p->folds, .w = weights[m]};
    }
    return run_all(tasks, p->n_machines, options, error);
}

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
static double best_threshold(const part *p, size_t c_index, json_t *report)
{
    scored *list = dm_arena_array(p->instances->arena, p->n + 1, sizeof *list);
    double positives = 0, right = 0, best = 0, threshold = 0.5, at_p = 0, at_r = 0;
    for (size_t i = 0; i < p->n; i++) {
        list[i].p = dm_sigmoid_at((dm_sigmoid){p->machines[0].a, p->machines[0].b}, p->decisions[c_index * p->n + i]);
        list[i].positive = p->instances->labels[p->members[i]] != DM_LABEL_NONE;
        positives += list[i].positive;
    }
    if (p->n)
        qsort(list, p->n, sizeof *list, by_probability);
    for (size_t i = 0; i < p->n; i++) {
        right += list[i].positive;
        double f1 = 2 * right / ((double)(i + 1) + positives);
        if (f1 > best && (i + 1 == p->n || list[i + 1].p < list[i].p)) {
            best = f1;
            threshold = list[i].p;
            at_p = right / (double)(i + 1);
            at_r = right / positives;
        }
    }
    json_object_set_new(report, "pairs", json_integer((json_int_t)p->n));
    json_object_set_new(report, "with_position", json_integer((json_int_t)positives));
    json_object_set_new(report, "precision", json_real(at_p));
    json_object_set_new(report, "recall", json_real(at_r));
    json_object_set_new(report, "f1", json_real(best));
    json_object_set_new(report, "threshold", json_real(threshold));
    return threshold;
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

static void list_errors(const part *p, const dm_judged *judged, dm_buf *out)
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

static dm_str join_weights(const dm_instances *in, double *const *stance, size_t n_stance, double *const *detector, size_t n_detector)
{
    size_t n = n_stance + n_detector, n_features = in->features.count;
    float *weights = dm_arena_array(in->arena, n_features * n + 1, sizeof *weights);
    for (size_t f = 0; f < n_features; f++)
        for (size_t m = 0; m < n; m++)
            weights[f * n + m] = (float)((m < n_stance ? stance[m][f] : detector[m - n_stance][f]) * (double)in->values[f]);
    return (dm_str){(const char *)weights, n_features * n * sizeof *weights};
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

static dm_status train_parts(const dm_instances *in, const dm_train_options *options, json_t *report, dm_str *model, dm_error *error)
{
    unsigned folds = options->folds ? options->folds : 5;
    if (in->n_groups < folds)
        return dm_fail(error, DM_INPUT, "%zu independent sources are too few for %u folds", in->n_groups, folds);
    unsigned *fold = deal_folds(in, folds, options->seed);
    part stance = make_part(in, fold, folds, false), detector = make_part(in, fold, folds, true);
    bool detects = false;
    for (size_t i = 0; i < detector.n; i++)
        detects |= in->labels[detector.members[i]] == DM_LABEL_NONE;
    size_t best = 0, n = stance.n_machines + (size_t)detects;
    double threshold = 0, *weights[DM_MAX_LABELS * DM_MAX_LABELS], *weights_detector[1] = {NULL};
    json_t *grid = json_array();
    dm_status status = cross_validate(&stance, options, grid, &best, error);
    if (status == DM_OK) {
        dm_judged judged = judge_stance(&stance, best, options);
        if (options->errors)
            list_errors(&stance, &judged, options->errors);
        json_t *figures = dm_metrics_json(in->arena, &judged);
        json_object_set_new(figures, "c", json_real(stance.c));
        json_object_set_new(figures, "grid", json_deep_copy(grid)); /* the list is used again */
        json_object_set_new(report, "stance", figures);
        status = train_whole(&stance, options, weights, error);
    }
    if (status == DM_OK && detects) {
        json_t *figures = json_object();
        json_array_clear(grid);
        status = cross_validate(&detector, options, grid, &best, error);
        if (status == DM_OK) {
            threshold = best_threshold(&detector, best, figures);
            json_object_set_new(figures, "c", json_real(detector.c));
            json_object_set_new(figures, "grid", json_deep_copy(grid)); /* the list is used again */
            status = train_whole(&detector, options, weights_detector, error);
        }
        json_object_set_new(report, "detector", figures);
    }
    json_decref(grid);
    if (status != DM_OK)
        return status;
    dm_machine *machines = dm_arena_array(in->arena, n + 1, sizeof *machines);
    memcpy(machines, stance.machines, stance.n_machines * sizeof *machines);
    if (detects)
        machines[stance.n_machines] = detector.machines[0];
    dm_str joined = join_weights(in, weights, stance.n_machines, weights_detector, detects);
    dm_model_parts parts = {.labels = in->label_names, .n_labels = in->n_labels, .machines = machines, .n_machines = n,
        .has_detector = detects, .features = in->features.names, .n_features = in->features.count,
        .weights = (const float *)(const void *)joined.s, .values = in->values, .name = options->name ? options->name : "model",
        .meta = report_text(in->arena, report).s, .threshold = threshold, .abstain = 1.2 / (double)in->n_labels};
    if (options->lexicon)
        parts.lexicon = dm_lexicon_text(options->lexicon);
    *model = dm_model_bytes(in->arena, &parts);
    return options->export_libsvm ? dm_fit_export(in->rows, in->values, in->labels, in->n, stance.c, options->export_libsvm, error) : DM_OK;
}

dm_status dm_train(dm_corpus *corpus, const dm_train_options *options, dm_str *model, dm_str *report, dm_error *error)
{
    dm_instances in;
    unsigned min_count = options->min_count ? options->min_count : corpus->n < 2000 ? 2 : 3;
    const dm_instance_options build = {options->scheme, options->lexicon, min_count, options->without};
    dm_status status = dm_instances_build(corpus, &build, &in, error);
    if (status != DM_OK)
        return status;
    const char *wrong = check_counts(&in);
    if (wrong)
        return dm_fail(error, DM_INPUT, "%s", wrong);
    json_t *root = json_object();
    json_object_set_new(root, "counts", count_json(corpus, &in));
    json_object_set_new(root, "options", json_pack("{s:i, s:i, s:I, s:s}", "folds", options->folds ? (int)options->folds : 5, "min_count",
        (int)min_count, "seed", (json_int_t)options->seed, "solver",
        options->solver == DM_SOLVER_LIBSVM ? "libsvm" : options->solver == DM_SOLVER_DUAL ? "dual" : "auto"));
    status = train_parts(&in, options, root, model, error);
    if (status == DM_OK)
        *report = report_text(corpus->arena, root);
    json_decref(root);
    return status;
}
