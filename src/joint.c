#include "joint.h"

#include <math.h>

#define NOBODY -4 /* log odds of a neighbour that is not there */

static double log_odds(double p)
{
    p = p < 1e-4 ? 1e-4 : p > 1 - 1e-4 ? 1 - 1e-4 : p;
    return log(p / (1 - p));
}

void dm_joint_fill(const dm_joint_pair *pairs, size_t n, size_t i, double *x)
{
    enum { ONE, OWN, SAME_HOLDER, SAME_TARGET, REVERSE, HOLDER_AS_TARGET, TARGET_AS_HOLDER, NO_TARGET };
    const dm_joint_pair *pair = &pairs[i];
    for (int k = SAME_HOLDER; k <= TARGET_AS_HOLDER; k++)
        x[k] = NOBODY;
    x[ONE] = 1;
    x[OWN] = log_odds(pair->p);
    x[NO_TARGET] = !pair->target.n;
    for (size_t k = 0; k < n; k++) {
        const dm_joint_pair *other = &pairs[k];
        bool holder = dm_str_equal(other->holder, pair->holder), target = dm_str_equal(other->target, pair->target);
        bool crossed = dm_str_equal(other->target, pair->holder), back = pair->target.n && dm_str_equal(other->holder, pair->target);
        if (k == i)
            continue;
        double odds = log_odds(other->p);
        if (holder && other->target.n)
            x[SAME_HOLDER] = fmax(x[SAME_HOLDER], odds);
        if (target)
            x[SAME_TARGET] = fmax(x[SAME_TARGET], odds);
        if (crossed && back)
            x[REVERSE] = odds;
        else if (crossed)
            x[HOLDER_AS_TARGET] = fmax(x[HOLDER_AS_TARGET], odds);
        else if (back && other->target.n)
            x[TARGET_AS_HOLDER] = fmax(x[TARGET_AS_HOLDER], odds);
    }
}

double dm_joint_at(const double *weights, const double *x)
{
    double z = 0;
    for (int k = 0; k < DM_JOINT; k++)
        z += weights[k] * x[k];
    double p = z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
    return p < 1e-7 ? 1e-7 : p > 1 - 1e-7 ? 1 - 1e-7 : p;
}

/* Solves a x = b for the positive definite a (Cholesky); x goes to b. */
static void solve(double a[DM_JOINT][DM_JOINT], double *b)
{
    for (int i = 0; i < DM_JOINT; i++)
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++)
                sum -= a[i][k] * a[j][k];
            a[i][j] = i == j ? sqrt(sum) : sum / a[j][j];
        }
    for (int i = 0; i < DM_JOINT; i++) {
        for (int k = 0; k < i; k++)
            b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (int i = DM_JOINT - 1; i >= 0; i--) {
        for (int k = i + 1; k < DM_JOINT; k++)
            b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
}

void dm_joint_fit(const double *x, const signed char *y, size_t n, double *weights)
{
    enum { ROUNDS = 30 };
    static const double ridge = 1; /* keeps the weights small where examples are few */
    for (int k = 0; k < DM_JOINT; k++)
        weights[k] = k == 1; /* as the detector has it */
    for (int round = 0; round < ROUNDS; round++) {
        double hessian[DM_JOINT][DM_JOINT] = {{0}}, step[DM_JOINT], largest = 0;
        for (int k = 0; k < DM_JOINT; k++) {
            hessian[k][k] = ridge;
            step[k] = -ridge * (weights[k] - (k == 1));
        }
        for (size_t r = 0; r < n; r++) {
            const double *row = &x[r * DM_JOINT];
            double p = dm_joint_at(weights, row), d = p * (1 - p);
            for (int i = 0; i < DM_JOINT; i++) {
                step[i] += (y[r] - p) * row[i];
                for (int j = 0; j <= i; j++)
                    hessian[i][j] += d * row[i] * row[j];
            }
        }
        solve(hessian, step);
        for (int k = 0; k < DM_JOINT; k++) {
            weights[k] += step[k];
            largest = fmax(largest, fabs(step[k]));
        }
        if (largest < 1e-9)
            break;
    }
}
