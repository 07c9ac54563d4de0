/* joint.h: how probable a pair's position is, given the other pairs of its sentence.
 *
 * The detector sees each pair alone. Here its probabilities are weighed against each other: a holder whose position
 * goes to one target has seldom one to the next, and a target that acts itself is seldom acted on. A logistic
 * regression over the log odds of the neighbours (stacking: Wolpert 1992), learnt from held-out probabilities. */
#ifndef DM_JOINT_H
#define DM_JOINT_H

#include "base/str.h"

enum { DM_JOINT = 8 };

typedef struct {
    dm_str holder, target; /* actors; target empty: no actor */
    double p;              /* of the detector alone */
} dm_joint_pair;

/* x[DM_JOINT] of pair i among the n pairs of its sentence, each holder and target once. */
void dm_joint_fill(const dm_joint_pair *pairs, size_t n, size_t i, double *x);

/* Weights from n rows of x and their truth (1: a position), by Newton's method. */
void dm_joint_fit(const double *x, const signed char *y, size_t n, double *weights);

double dm_joint_at(const double *weights, const double *x);

#endif
