/* train.h: a corpus → a model, with its figures from cross-validation.
 *
 * Folds keep the examples of one source together. C is chosen for each part (stance, detector) by cross-validation;
 * the decisions of the held-out folds give the sigmoids and the thresholds. The same corpus, options and seed give
 * the same bytes, whatever the number of threads. */
#ifndef DM_TRAIN_H
#define DM_TRAIN_H

#include "corpus.h"
#include "fit.h"
#include "lexicon.h"
#include "scheme.h"

typedef struct {
    const dm_scheme *scheme;   /* labels and codes, or NULL: the labels of the corpus, in byte order */
    const dm_lexicon *lexicon; /* or NULL */
    const char *name;          /* of the model, for its id */
    unsigned folds;            /* 0: 5 */
    unsigned threads;          /* 0: 1 */
    unsigned min_count;        /* features in fewer examples are dropped; 0: 2, or 3 from 2,000 examples on */
    uint64_t seed;
    dm_solver solver;
    double c;                  /* 0: chosen by cross-validation */
    bool codes;                /* the finer labels help, where they are there */
    const char *without;       /* feature families that are left out, "cm,ct" (feature.h); or NULL */
    const char *export_libsvm; /* file for libsvm's own format, or NULL */
    dm_buf *errors;            /* gets a line of JSON for each held-out error of the stance machines, the most confident
                                * first: the best list of wrong labels; or NULL */
    void (*warn)(void *context, const char *message); /* what looks wrong with the corpus, before the long work; or NULL */
    void (*progress)(void *context, const char *stage, size_t done, size_t all);
    void *progress_context;
} dm_train_options;

/* `*model` gets the bytes of the model file, `*report` a JSON text with counts and cross-validated figures;
 * both live in the corpus's arena. */
dm_status dm_train(dm_corpus *corpus, const dm_train_options *options, dm_str *model, dm_str *report, dm_error *error);

#endif
