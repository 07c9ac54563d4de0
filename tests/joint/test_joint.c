/* The neighbours of a pair are found; the regression learns what they say, and leaves the detector alone where they say
 * nothing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "joint.h"

static dm_joint_pair pair(const char *holder, const char *target, double p)
{
    return (dm_joint_pair){dm_str_from(holder), dm_str_from(target), p};
}

static double odds(double p) { return log(p / (1 - p)); }

static void neighbours_are_found(void **state)
{
    (void)state;
    const dm_joint_pair pairs[] = {pair("USA", "CHN", 0.9), pair("USA", "RUS", 0.3), pair("CHN", "USA", 0.2), pair("RUS", "CHN", 0.4), pair("USA", "", 0.1)};
    double x[DM_JOINT];
    dm_joint_fill(pairs, 5, 0, x);
    assert_float_equal(x[1], odds(0.9), 1e-9);
    assert_float_equal(x[2], odds(0.3), 1e-9); /* same holder; not the one without target */
    assert_float_equal(x[3], odds(0.4), 1e-9); /* same target */
    assert_float_equal(x[4], odds(0.2), 1e-9); /* reverse */
    assert_float_equal(x[5], -4, 1e-9);        /* nobody else is towards the USA */
    assert_float_equal(x[7], 0, 1e-9);
    dm_joint_fill(pairs, 5, 1, x);
    assert_float_equal(x[2], odds(0.9), 1e-9);
    assert_float_equal(x[4], -4, 1e-9);
    assert_float_equal(x[5], odds(0.2), 1e-9); /* the holder as target of others */
    assert_float_equal(x[6], odds(0.4), 1e-9); /* the target as holder */
    dm_joint_fill(pairs, 5, 4, x);
    assert_float_equal(x[7], 1, 1e-9);
}

/* Truth: a pair counts only if it is more probable than its reverse. */
static void the_reverse_is_learnt(void **state)
{
    (void)state;
    enum { N = 400 };
    static double x[N * DM_JOINT];
    static signed char y[N];
    uint32_t random = 1;
    for (int i = 0; i < N; i += 2) {
        double p[2];
        for (int k = 0; k < 2; k++) {
            random = random * 1664525u + 1013904223u;
            p[k] = 0.02 + 0.96 * (double)(random >> 8) / (1 << 24);
        }
        const dm_joint_pair pairs[] = {pair("USA", "CHN", p[0]), pair("CHN", "USA", p[1])};
        for (size_t k = 0; k < 2; k++) {
            dm_joint_fill(pairs, 2, k, x + ((size_t)i + k) * DM_JOINT);
            y[i + (int)k] = p[k] > p[1 - k];
        }
    }
    double w[DM_JOINT], again[DM_JOINT];
    dm_joint_fit(x, y, N, w);
    dm_joint_fit(x, y, N, again);
    int right = 0;
    for (int i = 0; i < N; i++)
        right += (dm_joint_at(w, x + (size_t)i * DM_JOINT) > 0.5) == (y[i] > 0);
    assert_true(right > N * 97 / 100);
    assert_true(w[4] < -0.5);
    assert_memory_equal(w, again, sizeof w);
}

static void few_examples_leave_the_detector_alone(void **state)
{
    (void)state;
    const dm_joint_pair pairs[] = {pair("USA", "CHN", 0.9)};
    double x[DM_JOINT], w[DM_JOINT];
    signed char y = 1;
    dm_joint_fill(pairs, 1, 0, x);
    dm_joint_fit(x, &y, 1, w);
    assert_true(fabs(dm_joint_at(w, x) - 0.9) < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(neighbours_are_found), cmocka_unit_test(the_reverse_is_learnt),
        cmocka_unit_test(few_examples_leave_the_detector_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
