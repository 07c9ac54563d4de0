#include "fit.h"

#include <libsvm/svm.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

float dm_row_scale(const uint32_t *ids, size_t n, const float *values)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)values[ids[i]] * (double)values[ids[i]];
    return n ? (float)(1 / sqrt(sum)) : 0;
}

double dm_row_dot(const dm_row *row, const float *values, const double *w)
{
    double sum = 0;
    for (uint32_t i = 0; i < row->n; i++)
        sum += w[row->ids[i]] * (double)values[row->ids[i]];
    return sum * (double)row->scale;
}

static void silent(const char *text) { (void)text; }

/* ---- libsvm ---------------------------------------------------------------------------------------------- */

static struct svm_node *copy_rows(const dm_row *rows, const float *values, const uint32_t *index, size_t n, struct svm_node **x)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += rows[index[i]].n + 1;
    struct svm_node *nodes = malloc((total + 1) * sizeof *nodes);
    if (!nodes)
        return NULL;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const dm_row *row = &rows[index[i]];
        x[i] = nodes + at;
        for (uint32_t k = 0; k < row->n; k++)
            nodes[at++] = (struct svm_node){(int)row->ids[k] + 1, (double)values[row->ids[k]] * (double)row->scale};
        nodes[at++].index = -1;
    }
    return nodes;
}

static struct svm_parameter parameter_of(double c)
{
    return (struct svm_parameter){.svm_type = C_SVC, .kernel_type = LINEAR, .C = c, .eps = 1e-3, .cache_size = 400, .shrinking = 1};
}

/* The support vectors point into the rows' nodes: collapse before those are freed. */
static void collapse(const struct svm_model *model, double *w, double *b)
{
    double sign = model->label[0] > 0 ? 1 : -1; /* libsvm's first class is that of the first row */
    for (int s = 0; s < model->l; s++)
        for (const struct svm_node *node = model->SV[s]; node->index != -1; node++)
            w[node->index - 1] += sign * model->sv_coef[0][s] * node->value;
    *b = -sign * model->rho[0];
}

static dm_status fit_libsvm(const dm_problem *p, double *w, double *b, dm_error *error)
{
    double *y = malloc(p->n * sizeof *y);
    struct svm_node **x = malloc(p->n * sizeof *x), *nodes = y && x ? copy_rows(p->rows, p->values, p->index, p->n, x) : NULL;
    dm_status status = DM_OK;
    if (nodes) {
        for (size_t i = 0; i < p->n; i++)
            y[i] = p->y[i];
        struct svm_problem problem = {.l = (int)p->n, .y = y, .x = x};
        struct svm_parameter parameter = parameter_of(p->c);
        svm_set_print_string_function(silent);
        struct svm_model *model = svm_train(&problem, &parameter);
        collapse(model, w, b);
        svm_free_and_destroy_model(&model);
    } else {
        status = dm_fail(error, DM_SYSTEM, "out of memory training on %zu examples", p->n);
    }
    free(nodes);
    free(x);
    free(y);
    return status;
}

static bool write_rows(const dm_row *rows, const float *values, const uint32_t *index, const double *y, size_t n, const char *file)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.rows", file);
    FILE *out = fopen(name, "w");
    if (!out)
        return false;
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%d", (int)y[i]);
        for (uint32_t k = 0; k < rows[index[i]].n; k++)
            fprintf(out, " %u:%.9g", rows[index[i]].ids[k] + 1, (double)values[rows[index[i]].ids[k]] * (double)rows[index[i]].scale);
        fputc('\n', out);
    }
    bool good = !ferror(out);
    return fclose(out) == 0 && good;
}

dm_status dm_fit_export(const dm_row *rows, const float *values, const int *labels, size_t n, double c, const char *file, dm_error *error)
{
    uint32_t *index = malloc((n + 1) * sizeof *index);
    double *y = malloc((n + 1) * sizeof *y);
    struct svm_node **x = malloc((n + 1) * sizeof *x), *nodes = NULL;
    size_t used = 0;
    if (index && y && x) {
        for (size_t i = 0; i < n; i++)
            if (labels[i] >= 0) {
                index[used] = (uint32_t)i;
                y[used++] = labels[i];
            }
        nodes = copy_rows(rows, values, index, used, x);
    }
    dm_status status = nodes ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    if (nodes) {
        struct svm_problem problem = {.l = (int)used, .y = y, .x = x};
        struct svm_parameter parameter = parameter_of(c);
        svm_set_print_string_function(silent);
        struct svm_model *model = svm_train(&problem, &parameter);
        if (svm_save_model(file, model) != 0 || !write_rows(rows, values, index, y, used, file))
            status = dm_fail(error, DM_SYSTEM, "%s: cannot be written", file);
        svm_free_and_destroy_model(&model);
    }
    free(nodes);
    free(x);
    free(y);
    free(index);
    return status;
}

/* ---- dual coordinate descent ----------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *state) /* SplitMix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)(next_random(state) % i);
        uint32_t swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
}

/* One step on row i; returns the projected gradient's size. */
static double step(const dm_problem *p, size_t i, double *alpha, double *w, double *b)
{
    const dm_row *row = &p->rows[p->index[i]];
    double y = p->y[i], upper = p->c * (p->cost ? (double)p->cost[i] : 1);
    double gradient = y * (dm_row_dot(row, p->values, w) + *b) - 1, projected = gradient;
    if ((alpha[i] <= 0 && gradient > 0) || (alpha[i] >= upper && gradient < 0))
        projected = 0;
    if (fabs(projected) < 1e-12)
        return 0;
    double norm = (row->n ? 1 : 0) + 1, old = alpha[i];
    alpha[i] = fmin(fmax(old - gradient / norm, 0), upper);
    double d = (alpha[i] - old) * y, value = d * (double)row->scale;
    for (uint32_t k = 0; k < row->n; k++)
        w[row->ids[k]] += value * (double)p->values[row->ids[k]];
    *b += d;
    return fabs(projected);
}

static dm_status fit_dual(const dm_problem *p, double *w, double *b, dm_error *error)
{
    enum { MAX_ROUNDS = 100 };
    double *alpha = calloc(p->n, sizeof *alpha);
    uint32_t *order = malloc(p->n * sizeof *order);
    if (!alpha || !order) {
        free(alpha);
        free(order);
        return dm_fail(error, DM_SYSTEM, "out of memory training on %zu examples", p->n);
    }
    for (size_t i = 0; i < p->n; i++)
        order[i] = (uint32_t)i;
    uint64_t state = p->seed;
    *b = 0;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        double worst = 0;
        shuffle(order, p->n, &state);
        for (size_t i = 0; i < p->n; i++) {
            double violation = step(p, order[i], alpha, w, b);
            worst = violation > worst ? violation : worst;
        }
        if (worst < 0.1) /* as liblinear does */
            break;
    }
    free(alpha);
    free(order);
    return DM_OK;
}

dm_status dm_fit(const dm_problem *p, double *w, double *b, dm_error *error)
{
    bool positive = false, negative = false;
    for (size_t i = 0; i < p->n; i++)
        p->y[i] > 0 ? (positive = true) : (negative = true);
    if (!positive || !negative) {
        *b = positive ? 1 : -1;
        return DM_OK;
    }
    bool libsvm = !p->cost && (p->solver == DM_SOLVER_LIBSVM || (p->solver == DM_SOLVER_AUTO && p->n <= DM_SOLVER_LIBSVM_ROWS));
    return libsvm ? fit_libsvm(p, w, b, error) : fit_dual(p, w, b, error);
}
