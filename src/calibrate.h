/* calibrate.h: decision values → probabilities.
 *
 * One sigmoid a machine (Platt 1999, by the Newton method of Lin, Lin and Weng 2007), fitted on decisions of
 * examples that the machine did not learn from. Deterministic. */
#ifndef DM_CALIBRATE_H
#define DM_CALIBRATE_H

#include <stddef.h>

typedef struct {
    double a, b; /* P(first class) = 1 / (1 + exp(a * decision + b)) */
} dm_sigmoid;

/* `y[i]` is +1 for the first class, -1 for the second. */
dm_sigmoid dm_sigmoid_fit(const double *decisions, const signed char *y, size_t n);
double dm_sigmoid_at(dm_sigmoid sigmoid, double decision);

/* Expected calibration error over 10 equal bins of confidence (Guo et al. 2017). */
double dm_calibration_error(const double *confidence, const signed char *right, size_t n);

#endif
