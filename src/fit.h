/* fit.h: rows of feature ids → weights. The only file that knows libsvm.
 *
 * A row is a sorted list of ids; a feature has the same value in every row (its inverse document frequency), times
 * the row's scale, which makes every row of length 1. A problem is
 * a set of rows with +1 and -1. The machine is a linear C-SVC with hinge loss:
 *     min  |w|^2 / 2 + C sum max(0, 1 - y (w x + b))
 * DM_SOLVER_LIBSVM solves it by libsvm (Chang and Lin 2011), whose support vectors are collapsed to w;
 * DM_SOLVER_DUAL by dual coordinate descent (Hsieh et al. 2008), for many rows; there b is the weight of a
 * feature that is always 1. */
#ifndef DM_FIT_H
#define DM_FIT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint32_t *ids; /* sorted, distinct */
    uint32_t n;
    float scale; /* 1 / |values of the ids| */
} dm_row;

/* 1 / |values of the ids|, 0 for an empty row. */
float dm_row_scale(const uint32_t *ids, size_t n, const float *values);

typedef enum { DM_SOLVER_AUTO, DM_SOLVER_LIBSVM, DM_SOLVER_DUAL } dm_solver;

enum { DM_SOLVER_LIBSVM_ROWS = 1500 }; /* AUTO takes libsvm up to here */

typedef struct {
    const dm_row *rows;
    const float *values;       /* of each feature */
    const uint32_t *index;     /* which rows take part */
    const signed char *y;      /* +1 or -1, one for each of index */
    size_t n;
    size_t n_features;
    double c;
    const float *cost;         /* of each of index, times C; NULL: 1 (libsvm knows only that) */
    dm_solver solver;
    uint64_t seed;
} dm_problem;

/* `w` has n_features values, zeroed by the caller. A problem with one class only gives w = 0 and b = that class. */
dm_status dm_fit(const dm_problem *problem, double *w, double *b, dm_error *error);

/* Trains libsvm's own multi-class machine on the rows with a label >= 0 and writes FILE (its model format, for
 * svm-predict) and FILE.rows (the training rows, labels as numbers from 0). */
dm_status dm_fit_export(const dm_row *rows, const float *values, const int *labels, size_t n, double c, const char *file, dm_error *error);

double dm_row_dot(const dm_row *row, const float *values, const double *w);

#endif
