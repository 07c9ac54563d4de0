#include "train_part.h"

#include "calibrate.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static const double c_grid[] = {0.1, 0.2, 0.4, 0.8, 1.6, 3.2};
static const double extra_grid[] = {0, 0.1, 1}; /* after 0.3 */
static const double gamma_grid[] = {0, 0.5, 1, 2};
enum { N_GRID = sizeof c_grid / sizeof *c_grid, N_EXTRA = sizeof extra_grid / sizeof *extra_grid, N_GAMMA = sizeof gamma_grid / sizeof *gamma_grid,
    SAMPLE = 100000 }; /* own members from which C is chosen on a sample */

typedef struct {
    dm_part *part;
    size_t machine, setting;
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

/* ---- one task -------------------------------------------------------------------------------------------- */

/* +1, -1, or 0: takes no part in this machine. */
static signed char side_of(const dm_part *p, size_t machine, uint32_t instance)
{
    const dm_instances *in = p->instances;
    int label = in->labels[instance];
    if (p->detector)
        return label == DM_LABEL_NONE ? -1 : 1;
    if (machine < p->n_label_machines)
        return label == (int)p->machines[machine].positive ? 1 : -1;
    int code = in->codes[instance];
    return code < 0 ? 0 : code == (int)(machine - p->n_label_machines) ? 1 : -1;
}

static bool in_sample(const dm_part *p, size_t i) { return p->instances->groups[p->members[i]] % p->step == 0; }

static dm_status run_task(const task *t, const dm_train_options *options, dm_error *error)
{
    dm_part *p = t->part;
    const dm_instances *in = p->instances;
    const dm_setting *setting = &p->settings[t->setting];
    size_t n = 0, n_features = in->features.count;
    bool extra = p->n > p->n_own;
    uint32_t *index = malloc((p->n + 1) * sizeof *index);
    signed char *y = malloc(p->n + 1);
    float *cost = extra ? malloc((p->n + 1) * sizeof *cost) : NULL;
    double *w = t->w ? t->w : calloc(n_features + 1, sizeof *w), b = 0;
    dm_status status = index && y && w && (cost || !extra) ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (status == DM_OK) {
        for (size_t i = 0; i < p->n; i++) {
            bool own = i < p->n_own;
            signed char side = side_of(p, t->machine, p->members[i]);
            if (!side || (own ? p->fold[i] == t->fold || (setting->sample && !in_sample(p, i)) : setting->extra <= 0))
                continue;
            if (cost)
                cost[n] = own ? 1 : (float)setting->extra;
            index[n] = p->members[i];
            y[n++] = side;
        }
        dm_problem problem = {.rows = in->rows, .values = in->values, .index = index, .y = y, .n = n, .n_features = n_features,
            .c = setting->c, .cost = cost, .solver = options->solver, .seed = options->seed};
        status = dm_fit(&problem, w, &b, error);
    }
    if (status == DM_OK && t->w)
        p->machines[t->machine].bias = b;
    if (status == DM_OK && !t->w) {
        double *out = p->decisions + (t->setting * p->n_machines + t->machine) * p->n_own;
        for (size_t i = 0; i < p->n_own; i++)
            if (p->fold[i] == t->fold && (!setting->sample || in_sample(p, i)))
                out[i] = dm_row_dot(&in->rows[p->members[i]], in->values, w) + b;
    }
    if (!t->w)
        free(w);
    free(index);
    free(y);
    free(cost);
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

unsigned *dm_deal_folds(const dm_instances *in, unsigned folds, uint64_t seed)
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

/* ---- a part ---------------------------------------------------------------------------------------------- */

static void add_members(dm_part *p, const unsigned *fold, bool extra)
{
    const dm_instances *in = p->instances;
    for (size_t i = 0; i < in->n; i++)
        if (in->extra[i] == extra && (p->detector ? in->whole[i] || in->labels[i] == DM_LABEL_NONE : in->labels[i] != DM_LABEL_NONE)) {
            if (!extra)
                p->fold[p->n] = fold[in->groups[i]];
            p->members[p->n++] = (uint32_t)i;
        }
}

static void add_machines(dm_part *p)
{
    const dm_instances *in = p->instances;
    size_t k = in->n_labels;
    p->n_codes = p->detector ? 0 : in->n_codes;
    p->n_label_machines = p->detector || (k == 2 && !p->n_codes) ? 1 : k;
    p->n_machines = p->n_label_machines + p->n_codes;
    p->machines = dm_arena_array(in->arena, p->n_machines + 1, sizeof *p->machines);
    for (size_t i = 0; i < p->n_label_machines; i++) /* one against the rest: measured better than one against one */
        p->machines[i] = (dm_machine){.positive = p->detector ? DM_REST : (uint16_t)i, .negative = p->detector || k > 2 || p->n_codes ? DM_REST : 1};
    for (size_t i = 0; i < p->n_codes; i++)
        p->machines[p->n_label_machines + i] = (dm_machine){.positive = (uint16_t)in->code_labels[i], .negative = DM_REST};
}

dm_part dm_part_new(const dm_instances *in, const unsigned *fold, unsigned folds, bool detector)
{
    dm_part p = {.instances = in, .detector = detector, .folds = folds};
    p.members = dm_arena_array(in->arena, in->n + 1, sizeof *p.members);
    p.fold = dm_arena_array(in->arena, in->n + 1, sizeof *p.fold);
    add_members(&p, fold, false);
    p.n_own = p.n;
    p.step = p.n_own > SAMPLE ? (unsigned)(p.n_own * 3 / SAMPLE) : 1; /* then a third of SAMPLE */
    if (!detector)
        add_members(&p, fold, true);
    add_machines(&p);
    return p;
}

/* ---- held-out decisions ---------------------------------------------------------------------------------- */

static double decision_at(const dm_part *p, size_t machine, size_t i) { return p->decisions[(p->best * p->n_machines + machine) * p->n_own + i]; }

/* Decision of a label machine with that of its best code, as model.c decides. */
static double label_decision(const dm_part *p, size_t machine, size_t i)
{
    double own = decision_at(p, machine, i), code = own, gamma = p->settings[p->best].gamma;
    bool any = false;
    for (size_t m = p->n_label_machines; gamma > 0 && m < p->n_machines; m++)
        if (p->machines[m].positive == machine) {
            double v = decision_at(p, m, i);
            code = !any || v > code ? v : code;
            any = true;
        }
    return own + gamma * code;
}

static bool counts_here(const dm_part *p, size_t i) { return !p->settings[p->best].sample || in_sample(p, i); }

static void fit_sigmoids(dm_part *p)
{
    double *f = dm_arena_array(p->instances->arena, p->n_own + 1, sizeof *f);
    signed char *y = dm_arena_array(p->instances->arena, p->n_own + 1, sizeof *y);
    for (size_t m = 0; m < p->n_label_machines; m++) {
        size_t n = 0;
        for (size_t i = 0; i < p->n_own; i++)
            if (counts_here(p, i)) {
                y[n] = side_of(p, m, p->members[i]);
                f[n++] = label_decision(p, m, i);
            }
        dm_sigmoid s = dm_sigmoid_fit(f, y, n);
        p->machines[m].a = s.a;
        p->machines[m].b = s.b;
    }
}

dm_judged dm_part_judge(const dm_part *p, const dm_train_options *options)
{
    const dm_instances *in = p->instances;
    int *gold = dm_arena_array(in->arena, p->n_own + 1, sizeof *gold), *given = dm_arena_array(in->arena, p->n_own + 1, sizeof *given);
    double *confidence = dm_arena_array(in->arena, p->n_own + 1, sizeof *confidence), values[DM_MAX_LABELS], prob[DM_MAX_LABELS];
    uint32_t *groups = dm_arena_array(in->arena, p->n_own + 1, sizeof *groups);
    size_t n = 0;
    for (size_t i = 0; i < p->n_own; i++) {
        if (!counts_here(p, i))
            continue;
        for (size_t m = 0; m < p->n_label_machines; m++)
            values[m] = label_decision(p, m, i);
        dm_machines_decide(p->machines, p->n_label_machines, in->n_labels, values, prob);
        gold[n] = in->labels[p->members[i]];
        groups[n] = in->groups[p->members[i]];
        given[n] = 0;
        for (size_t l = 1; l < in->n_labels; l++)
            given[n] = prob[l] > prob[given[n]] ? (int)l : given[n];
        confidence[n] = prob[given[n]];
        n++;
    }
    return (dm_judged){.gold = gold, .predicted = given, .confidence = confidence, .groups = groups, .n = n,
        .labels = in->label_names, .n_labels = in->n_labels, .seed = options->seed, .rounds = 200};
}

double dm_part_position(const dm_part *p, size_t member)
{
    return dm_sigmoid_at((dm_sigmoid){p->machines[0].a, p->machines[0].b}, decision_at(p, 0, member));
}

/* Mean log likelihood of the detector's held-out probabilities. */
static double detector_likelihood(const dm_part *p)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < p->n_own; i++)
        if (counts_here(p, i)) {
            double q = dm_part_position(p, i);
            sum += log(p->instances->labels[p->members[i]] == DM_LABEL_NONE ? 1 - q : q);
            n++;
        }
    return n > 0 ? sum / n : 0;
}

static double score_now(dm_part *p, const dm_train_options *options)
{
    fit_sigmoids(p);
    if (p->detector)
        return detector_likelihood(p);
    dm_judged judged = dm_part_judge(p, options);
    return (dm_accuracy(&judged) + dm_macro_f1(&judged)) / 2;
}

static void score(dm_part *p, size_t setting, const dm_train_options *options)
{
    dm_setting *s = &p->settings[setting];
    p->best = setting;
    s->score = -INFINITY;
    double gamma = 0;
    for (size_t g = 0; g < (p->n_codes ? N_GAMMA : 1); g++) {
        s->gamma = gamma_grid[g];
        double now = score_now(p, options);
        if (now > s->score) {
            s->score = now;
            gamma = s->gamma;
        }
    }
    s->gamma = gamma;
}

/* Settings [from, n_settings) with all folds; then `best` is the best of all that were tried on the same members. */
static dm_status try_settings(dm_part *p, size_t from, const dm_train_options *options, dm_error *error)
{
    size_t n = 0;
    task *tasks = dm_arena_array(p->instances->arena, (p->n_settings - from) * p->n_machines * p->folds + 1, sizeof *tasks);
    for (size_t s = p->n_settings; s-- > from;) /* the slow ones first */
        for (size_t m = 0; m < p->n_machines; m++)
            for (unsigned f = 0; f < p->folds; f++)
                tasks[n++] = (task){.part = p, .machine = m, .setting = s, .fold = f};
    dm_status status = run_all(tasks, n, options, error);
    for (size_t s = from; s < p->n_settings && status == DM_OK; s++)
        score(p, s, options);
    p->best = p->n_settings - 1;
    for (size_t s = p->n_settings; s-- > 0;)
        if (p->settings[s].sample == p->settings[p->best].sample && p->settings[s].score >= p->settings[p->best].score)
            p->best = s;
    return status;
}

dm_status dm_part_validate(dm_part *p, const dm_train_options *options, dm_error *error)
{
    bool extra = p->n > p->n_own, sample = p->step > 1;
    p->decisions = dm_arena_array(p->instances->arena, DM_SETTINGS * p->n_machines * p->n_own + 1, sizeof *p->decisions);
    for (size_t c = 0; c < (options->c > 0 ? 1 : N_GRID); c++)
        p->settings[p->n_settings++] = (dm_setting){.c = options->c > 0 ? options->c : c_grid[c], .extra = extra ? 0.3 : 0, .sample = sample};
    dm_status status = try_settings(p, 0, options, error);
    size_t tried = p->n_settings;
    double c = p->settings[p->best].c;
    for (size_t e = 0; e < (extra ? N_EXTRA : 0); e++)
        p->settings[p->n_settings++] = (dm_setting){.c = c, .extra = extra_grid[e], .sample = sample};
    if (status == DM_OK && p->n_settings > tried)
        status = try_settings(p, tried, options, error);
    tried = p->n_settings;
    if (status == DM_OK && sample) { /* once more with all, for figures and sigmoids */
        p->settings[p->n_settings++] = (dm_setting){.c = c, .extra = p->settings[p->best].extra};
        status = try_settings(p, tried, options, error);
    }
    if (status == DM_OK)
        fit_sigmoids(p);
    return status;
}

dm_status dm_part_train(dm_part *p, const dm_train_options *options, double **weights, dm_error *error)
{
    task *tasks = dm_arena_array(p->instances->arena, p->n_machines + 1, sizeof *tasks);
    p->settings[p->best].sample = false;
    for (size_t m = 0; m < p->n_machines; m++) {
        weights[m] = dm_arena_array(p->instances->arena, p->instances->features.count + 1, sizeof **weights);
        tasks[m] = (task){.part = p, .machine = m, .setting = p->best, .fold = p->folds, .w = weights[m]};
    }
    return run_all(tasks, p->n_machines, options, error);
}
