/* metrics.h: gold and predicted labels → accuracy, macro F1, per label figures, confusion, calibration error,
 * risk–coverage, each with a 95 % bootstrap interval over groups (Efron and Tibshirani 1993, percentile). */
#ifndef DM_METRICS_H
#define DM_METRICS_H

#include "base/arena.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const int *gold, *predicted; /* labels 0 … n_labels - 1 */
    const double *confidence;    /* of the predicted label */
    const uint32_t *groups;      /* resampled together, NULL: each by itself */
    size_t n;
    const char *const *labels;
    size_t n_labels;
    uint64_t seed;
    unsigned rounds; /* of the bootstrap, 0: no intervals */
} dm_judged;

double dm_accuracy(const dm_judged *judged);
double dm_macro_f1(const dm_judged *judged); /* over the labels that occur in gold or prediction */

/* Everything as JSON: {"n", "accuracy": {"value","low","high"}, "macro_f1", "calibration_error", "labels": {label:
 * {"precision","recall","f1","gold","given"}}, "confusion": {gold: {given: n}}, "risk_coverage": [[coverage, risk, confidence] …]}. */
json_t *dm_metrics_json(dm_arena *arena, const dm_judged *judged);

#endif
