/* Weights collapsed from libsvm's machine decide as svm_predict_values does; the other solver finds the same optimum. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libsvm/svm.h>

#include "fit.h"

enum { N = 200, FEATURES = 60, LENGTH = 8 };

static uint32_t ids[N][LENGTH], order[N];
static dm_row rows[N];
static signed char sides[N];
static float values[FEATURES];

static void make_rows(void)
{
    uint32_t state = 7;
    for (int f = 0; f < FEATURES; f++)
        values[f] = 1 + (float)(f % 5) / 4;
    for (uint32_t i = 0; i < N; i++) {
        uint32_t at = 0;
        for (uint32_t k = 0; k < LENGTH; k++) {
            state = state * 1664525u + 1013904223u;
            at += 1 + (state >> 16) % (FEATURES / LENGTH - 1);
            ids[i][k] = at - 1;
        }
        rows[i] = (dm_row){ids[i], LENGTH, dm_row_scale(ids[i], LENGTH, values)};
        sides[i] = (ids[i][0] + ids[i][3]) % 3 == 0 ? 1 : -1;
        order[i] = i;
    }
}

static dm_problem problem_with(dm_solver solver)
{
    return (dm_problem){.rows = rows, .values = values, .index = order, .y = sides, .n = N, .n_features = FEATURES, .c = 1,
        .solver = solver, .seed = 1};
}

static void silent(const char *text) { (void)text; }

static void collapsed_weights_decide_as_libsvm(void **state)
{
    (void)state;
    double w[FEATURES] = {0}, b, y[N];
    dm_problem problem = problem_with(DM_SOLVER_LIBSVM);
    assert_int_equal(dm_fit(&problem, w, &b, NULL), DM_OK);
    static struct svm_node nodes[N][LENGTH + 1];
    struct svm_node *x[N];
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < LENGTH; k++)
            nodes[i][k] = (struct svm_node){(int)ids[i][k] + 1, (double)values[ids[i][k]] * (double)rows[i].scale};
        nodes[i][LENGTH].index = -1;
        x[i] = nodes[i];
        y[i] = sides[i];
    }
    struct svm_problem sp = {.l = N, .y = y, .x = x};
    struct svm_parameter parameter = {.svm_type = C_SVC, .kernel_type = LINEAR, .C = 1, .eps = 1e-3, .cache_size = 10, .shrinking = 1};
    svm_set_print_string_function(silent);
    struct svm_model *model = svm_train(&sp, &parameter);
    double sign = model->label[0] > 0 ? 1 : -1, value;
    for (int i = 0; i < N; i++) {
        svm_predict_values(model, x[i], &value);
        assert_true(fabs(sign * value - (dm_row_dot(&rows[i], values, w) + b)) < 1e-6);
    }
    svm_free_and_destroy_model(&model);
}

static double objective(const double *w, double b)
{
    double sum = 0;
    for (int f = 0; f < FEATURES; f++)
        sum += w[f] * w[f] / 2;
    for (int i = 0; i < N; i++)
        sum += fmax(0, 1 - sides[i] * (dm_row_dot(&rows[i], values, w) + b));
    return sum;
}

static void solvers_agree(void **state)
{
    (void)state;
    double w1[FEATURES] = {0}, w2[FEATURES] = {0}, b1, b2;
    dm_problem first = problem_with(DM_SOLVER_LIBSVM), second = problem_with(DM_SOLVER_DUAL);
    assert_int_equal(dm_fit(&first, w1, &b1, NULL), DM_OK);
    assert_int_equal(dm_fit(&second, w2, &b2, NULL), DM_OK);
    assert_true(fabs(objective(w1, b1) - objective(w2, b2)) < 0.01 * objective(w1, b1));
}

static void one_class_gives_that_class(void **state)
{
    (void)state;
    double w[FEATURES] = {0}, b = 0;
    signed char same[N];
    for (int i = 0; i < N; i++)
        same[i] = -1;
    dm_problem problem = problem_with(DM_SOLVER_AUTO);
    problem.y = same;
    assert_int_equal(dm_fit(&problem, w, &b, NULL), DM_OK);
    assert_true(b < 0);
}

int main(void)
{
    make_rows();
    const struct CMUnitTest tests[] = {cmocka_unit_test(collapsed_weights_decide_as_libsvm), cmocka_unit_test(solvers_agree),
        cmocka_unit_test(one_class_gives_that_class)};
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
