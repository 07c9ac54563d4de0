/* drift.h: decisions on new text against the held-out decisions of the training: may the model be trusted here?
 *
 * Known words and confidences are compared as distributions (Kolmogorov and Smirnov's distance); the shares of the
 * labels are estimated by expectation maximisation over the priors (Saerens, Latinne and Decaestecker 2002) with
 * bootstrap intervals, since counting decisions repeats the model's own errors. */
#ifndef DM_DRIFT_H
#define DM_DRIFT_H

#include "model.h"

#include <jansson.h>

typedef struct {
    const dm_model *model;
    dm_arena *arena;
    dm_decision *decisions; /* of the pairs that have a position */
    size_t n, capacity;
    size_t texts, unlike;   /* sentences looked at; those with fewer known words than 98 in 100 of the training */
    double known;           /* sum of the shares of known words */
} dm_drift;

/* One sentence, whether it has a pair or not. */
void dm_drift_add_text(dm_drift *drift, const dm_decision *decision);
/* One position. */
void dm_drift_add(dm_drift *drift, const dm_decision *decision);

/* {"texts", "known_words", "unlike", "positions", "confidence", "distance", "expected_error", "shares": {label:
 * {"value","low","high"}}, "training": {…}, "verdict": like|somewhat unlike|unlike}. */
json_t *dm_drift_json(const dm_drift *drift, uint64_t seed, unsigned rounds);

#endif
