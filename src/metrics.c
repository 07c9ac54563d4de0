#include "metrics.h"

#include "calibrate.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    double accuracy, macro, calibration;
} figures;

typedef struct {
    double right, gold, given;
} label_count;

static void count_labels(const dm_judged *j, const uint32_t *sample, size_t n, label_count *counts)
{
    memset(counts, 0, j->n_labels * sizeof *counts);
    for (size_t i = 0; i < n; i++) {
        size_t k = sample ? sample[i] : i;
        counts[j->gold[k]].gold++;
        counts[j->predicted[k]].given++;
        if (j->gold[k] == j->predicted[k])
            counts[j->gold[k]].right++;
    }
}

static double f1_of(const label_count *c) { return c->gold + c->given > 0 ? 2 * c->right / (c->gold + c->given) : 0; }

static double macro_of(const label_count *counts, size_t n_labels)
{
    double sum = 0, used = 0;
    for (size_t l = 0; l < n_labels; l++)
        if (counts[l].gold + counts[l].given > 0) {
            sum += f1_of(&counts[l]);
            used++;
        }
    return used > 0 ? sum / used : 0;
}

static double accuracy_of(const label_count *counts, size_t n_labels, size_t n)
{
    double right = 0;
    for (size_t l = 0; l < n_labels; l++)
        right += counts[l].right;
    return n ? right / (double)n : 0;
}

double dm_accuracy(const dm_judged *j)
{
    size_t right = 0;
    for (size_t i = 0; i < j->n; i++)
        right += j->gold[i] == j->predicted[i];
    return j->n ? (double)right / (double)j->n : 0;
}

double dm_macro_f1(const dm_judged *j)
{
    label_count counts[64];
    count_labels(j, NULL, j->n, counts);
    return macro_of(counts, j->n_labels);
}

static figures figures_of(const dm_judged *j, const uint32_t *sample, size_t n, double *confidence, signed char *right)
{
    label_count counts[64];
    count_labels(j, sample, n, counts);
    for (size_t i = 0; i < n; i++) {
        size_t k = sample ? sample[i] : i;
        confidence[i] = j->confidence[k];
        right[i] = j->gold[k] == j->predicted[k];
    }
    return (figures){accuracy_of(counts, j->n_labels, n), macro_of(counts, j->n_labels), dm_calibration_error(confidence, right, n)};
}

/* ---- bootstrap ------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t *members; /* examples, group after group */
    size_t *starts;    /* of each group, n_groups + 1 */
    size_t n_groups, largest;
} grouping;

static grouping group_examples(dm_arena *arena, const dm_judged *j)
{
    grouping g = {0};
    for (size_t i = 0; i < j->n; i++) {
        size_t id = j->groups ? j->groups[i] : i;
        g.n_groups = id + 1 > g.n_groups ? id + 1 : g.n_groups;
    }
    g.starts = dm_arena_array(arena, g.n_groups + 2, sizeof *g.starts);
    g.members = dm_arena_array(arena, j->n + 1, sizeof *g.members);
    for (size_t i = 0; i < j->n; i++)
        g.starts[(j->groups ? j->groups[i] : i) + 2]++;
    for (size_t k = 2; k <= g.n_groups + 1; k++) {
        g.largest = g.starts[k] > g.largest ? g.starts[k] : g.largest;
        g.starts[k] += g.starts[k - 1];
    }
    for (size_t i = 0; i < j->n; i++)
        g.members[g.starts[(j->groups ? j->groups[i] : i) + 1]++] = (uint32_t)i;
    return g;
}

static uint64_t next_random(uint64_t *state) /* SplitMix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static json_t *interval(double value, double *rounds, unsigned n)
{
    json_t *o = json_object();
    json_object_set_new(o, "value", json_real(value));
    if (n) {
        qsort(rounds, n, sizeof *rounds, by_value);
        json_object_set_new(o, "low", json_real(rounds[(unsigned)(0.025 * n)]));
        json_object_set_new(o, "high", json_real(rounds[(unsigned)(0.975 * n) < n ? (unsigned)(0.975 * n) : n - 1]));
    }
    return o;
}

static void add_main_figures(json_t *root, dm_arena *arena, const dm_judged *j)
{
    grouping g = group_examples(arena, j);
    size_t room = j->n + g.largest * 2 + 16, capacity = room;
    uint32_t *sample = dm_arena_array(arena, capacity, sizeof *sample);
    double *confidence = dm_arena_array(arena, capacity, sizeof *confidence);
    signed char *right = dm_arena_array(arena, capacity, sizeof *right);
    double *rounds[3];
    for (int k = 0; k < 3; k++)
        rounds[k] = dm_arena_array(arena, j->rounds + 1, sizeof **rounds);
    uint64_t state = j->seed;
    for (unsigned r = 0; r < j->rounds && g.n_groups; r++) {
        size_t n = 0;
        while (n < j->n) { /* whole groups, until there are as many examples as before */
            size_t k = (size_t)(next_random(&state) % g.n_groups);
            for (size_t m = g.starts[k]; m < g.starts[k + 1] && n < capacity; m++)
                sample[n++] = g.members[m];
        }
        figures f = figures_of(j, sample, n, confidence, right);
        rounds[0][r] = f.accuracy;
        rounds[1][r] = f.macro;
        rounds[2][r] = f.calibration;
    }
    figures f = figures_of(j, NULL, j->n, confidence, right);
    json_object_set_new(root, "accuracy", interval(f.accuracy, rounds[0], j->rounds));
    json_object_set_new(root, "macro_f1", interval(f.macro, rounds[1], j->rounds));
    json_object_set_new(root, "calibration_error", interval(f.calibration, rounds[2], j->rounds));
}

/* ---- per label, confusion, risk–coverage ----------------------------------------------------------------- */

static void add_labels(json_t *root, const dm_judged *j)
{
    label_count counts[64];
    json_t *labels = json_object(), *confusion = json_object();
    count_labels(j, NULL, j->n, counts);
    for (size_t l = 0; l < j->n_labels; l++) {
        json_t *o = json_object(), *row = json_object();
        json_object_set_new(o, "precision", json_real(counts[l].given > 0 ? counts[l].right / counts[l].given : 0));
        json_object_set_new(o, "recall", json_real(counts[l].gold > 0 ? counts[l].right / counts[l].gold : 0));
        json_object_set_new(o, "f1", json_real(f1_of(&counts[l])));
        json_object_set_new(o, "gold", json_integer((json_int_t)counts[l].gold));
        json_object_set_new(o, "given", json_integer((json_int_t)counts[l].given));
        for (size_t k = 0; k < j->n_labels; k++) {
            json_int_t n = 0;
            for (size_t i = 0; i < j->n; i++)
                n += j->gold[i] == (int)l && j->predicted[i] == (int)k;
            json_object_set_new(row, j->labels[k], json_integer(n));
        }
        json_object_set_new(labels, j->labels[l], o);
        json_object_set_new(confusion, j->labels[l], row);
    }
    json_object_set_new(root, "labels", labels);
    json_object_set_new(root, "confusion", confusion);
}

typedef struct {
    double confidence;
    uint32_t i;
} ranked;

static int by_confidence(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    return x->confidence != y->confidence ? (x->confidence < y->confidence) - (x->confidence > y->confidence) : (x->i > y->i) - (x->i < y->i);
}

/* Share of errors among the most confident 2 %, 4 % … of the examples, and the least confidence among them. */
static json_t *risk_coverage(dm_arena *arena, const dm_judged *j)
{
    ranked *order = dm_arena_array(arena, j->n + 1, sizeof *order);
    json_t *curve = json_array();
    for (size_t i = 0; i < j->n; i++)
        order[i] = (ranked){j->confidence[i], (uint32_t)i};
    if (j->n)
        qsort(order, j->n, sizeof *order, by_confidence);
    size_t wrong = 0, step = 1;
    for (size_t i = 0; i < j->n; i++) {
        wrong += j->gold[order[i].i] != j->predicted[order[i].i];
        if ((i + 1) * 50 >= step * j->n) {
            json_t *point = json_array();
            json_array_append_new(point, json_real((double)(i + 1) / (double)j->n));
            json_array_append_new(point, json_real((double)wrong / (double)(i + 1)));
            json_array_append_new(point, json_real(order[i].confidence));
            json_array_append_new(curve, point);
            step++;
        }
    }
    return curve;
}

json_t *dm_metrics_json(dm_arena *arena, const dm_judged *j)
{
    json_t *root = json_object();
    json_object_set_new(root, "n", json_integer((json_int_t)j->n));
    add_main_figures(root, arena, j);
    add_labels(root, j);
    json_object_set_new(root, "risk_coverage", risk_coverage(arena, j));
    return root;
}
