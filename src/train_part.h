/* train_part.h: one part of a model, stance or detector: machines, settings tried, held-out decisions, weights.
 *
 * Members of the corpus itself are dealt into folds and judged; the members behind them (dm_instances.extra) teach in
 * every fold, at a cost that cross-validation chooses. With codes, each finer label has a machine too, and a label's
 * decision is its own value plus gamma times that of its best code. */
#ifndef DM_TRAIN_PART_H
#define DM_TRAIN_PART_H

#include "instance.h"
#include "metrics.h"
#include "model.h"
#include "train.h"

enum { DM_SETTINGS = 12 };

typedef struct {
    double c, extra; /* cost of an error; times this for extra members */
    bool sample;     /* tried on a sample only */
    double score, gamma; /* of the held-out decisions, the higher the better; with this weight of the codes */
} dm_setting;

typedef struct {
    const dm_instances *instances;
    bool detector;
    uint32_t *members; /* instances that take part: first the n_own that are judged */
    size_t n, n_own;
    unsigned *fold;    /* of each of the n_own */
    unsigned folds;
    unsigned step;     /* a sample is each step-th source */
    dm_machine *machines; /* n_labels label machines, or the detector; then n_codes */
    size_t n_label_machines, n_codes, n_machines;
    dm_setting settings[DM_SETTINGS];
    size_t n_settings, best;
    double *decisions; /* held out: [setting][machine][own member] */
} dm_part;

/* `fold` is of groups. Memory is the instances' arena. */
dm_part dm_part_new(const dm_instances *instances, const unsigned *fold, unsigned folds, bool detector);

/* Tries the settings, chooses the best, fits the sigmoids to its held-out decisions. */
dm_status dm_part_validate(dm_part *part, const dm_train_options *options, dm_error *error);

/* Trains all machines on all members with the chosen setting; weights[machine] gets an array of the features. */
dm_status dm_part_train(dm_part *part, const dm_train_options *options, double **weights, dm_error *error);

/* Held-out answers of the stance part with the chosen setting. */
dm_judged dm_part_judge(const dm_part *part, const dm_train_options *options);

/* Held-out probability of the detector for an own member. */
double dm_part_position(const dm_part *part, size_t member);

/* Groups in an order drawn by the seed, dealt out in turn. */
unsigned *dm_deal_folds(const dm_instances *instances, unsigned folds, uint64_t seed);

#endif
