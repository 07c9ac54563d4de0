/* model.h: one binary file → decisions with their reasons.
 *
 * Inside: labels, machines (stance: one a label; detector: position against none), one row of weights a
 * feature, the names of all features, the lexicon. The file is mapped, and checked whole before use: magic,
 * version, length, checksum, every offset; an altered file is refused.
 *
 *     decision of a machine = bias + sum over the claim's known features of weight * scale,
 *     scale = 1 / |values of those features|
 */
#ifndef DM_MODEL_H
#define DM_MODEL_H

#include "base/error.h"
#include "feature.h"
#include "joint.h"

enum { DM_MODEL_VERSION = 2, DM_MAX_LABELS = 50 };

typedef struct {
    uint16_t positive, negative; /* labels; DM_REST: all others; the detector: label none = DM_REST too */
    double bias, a, b;           /* of the decision; of its sigmoid (calibrate.h) */
} dm_machine;

#define DM_REST UINT16_MAX

/* Decision values of the stance machines → probabilities of the k labels: one machine for two labels, else one a label
 * against the rest (negative = DM_REST), normalised. k 1: no machine. */
void dm_machines_decide(const dm_machine *machines, size_t n, size_t k, const double *decisions, double *p);

typedef struct dm_model dm_model;

typedef struct {
    size_t n_labels;
    double p[DM_MAX_LABELS]; /* of each label, given that there is a position */
    double p_position;       /* 1 if the model has no detector */
    double p_alone;          /* the same before the pair was weighed against the others of its sentence (joint.h) */
    double detector;         /* decision value of the detector, 0 without */
    size_t label;            /* the most probable */
    double conf;             /* its probability */
    double margin;           /* conf minus the next probable */
    size_t known;            /* features that the model knows */
    double known_words;      /* share of the words that the model knows */
    double familiar;         /* 1: words as in the training; towards 0: unlike it, and the probabilities say so */
} dm_decision;

dm_model *dm_model_open(const char *file, dm_error *error);
void dm_model_close(dm_model *model);

size_t dm_model_labels(const dm_model *model);
const char *dm_model_label(const dm_model *model, size_t label);
bool dm_model_has_detector(const dm_model *model);
double dm_model_threshold(const dm_model *model); /* p_position from which classify gives a record */
const double *dm_model_joint(const dm_model *model); /* DM_JOINT weights (joint.h), or NULL */
double dm_model_abstain(const dm_model *model);   /* conf under which a decision abstains */
double dm_model_confidence_for(const dm_model *model, double max_error); /* conf from which that promise holds; 2: none */
const char *dm_model_id(const dm_model *model);   /* name and checksum: "positions-1a2b3c4d" */
const char *dm_model_meta(const dm_model *model); /* JSON: options, counts, figures */
size_t dm_model_features(const dm_model *model);

/* A worker holds what one thread needs to decide. */
typedef struct dm_worker dm_worker;
dm_worker *dm_worker_new(const dm_model *model); /* NULL: out of memory */
void dm_worker_free(dm_worker *worker);
const dm_model *dm_worker_model(const dm_worker *worker);

void dm_model_decide(dm_worker *worker, const dm_doc *doc, const dm_claim *claim, dm_decision *decision);

/* Tells each feature's exact contribution to the decision value of one machine, largest first; together with
 * `*bias` they add up to `*value`. Machine n_machines - 1 is the detector where there is one. */
typedef void dm_reason(void *context, dm_str feature, double contribution);
size_t dm_model_machines(const dm_model *model);
const dm_machine *dm_model_machine(const dm_model *model, size_t machine);
void dm_model_explain(dm_worker *worker, const dm_doc *doc, const dm_claim *claim, size_t machine, double *value, double *bias,
    dm_reason *reason, void *context);

/* ---- for training ---------------------------------------------------------------------------------------- */

typedef struct {
    const char *const *labels;
    size_t n_labels;
    const dm_machine *machines;
    size_t n_machines;
    bool has_detector;
    const dm_str *features; /* names, in order of id */
    size_t n_features;
    const float *weights; /* [feature][machine], with the feature's value in them */
    const float *values;  /* of each feature, for the scale */
    dm_str lexicon;
    const char *name, *meta;
    double threshold, abstain;
    const double *joint; /* DM_JOINT weights, or NULL: each pair alone */
    double familiar;  /* share of known words from which a text is like the training's */
    double gamma;     /* weight of the codes' machines, which stand behind the others */
    size_t n_codes;
} dm_model_parts;

/* The bytes of a model file; the same parts give the same bytes. Memory is the arena's. */
dm_str dm_model_bytes(dm_arena *arena, const dm_model_parts *parts);

#endif
