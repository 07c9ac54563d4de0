/* instance.h: labelled examples → rows of feature ids for training.
 *
 * A pair gives one instance. A whole annotated sentence gives one for each candidate of claim.h: its label where a
 * record joins exactly these mentions, none where no record joins the two actors, nothing for the other mentions of
 * a pair that has a record. */
#ifndef DM_INSTANCE_H
#define DM_INSTANCE_H

#include "base/table.h"
#include "corpus.h"
#include "fit.h"
#include "lexicon.h"
#include "scheme.h"

enum { DM_LABEL_NONE = -1 };

typedef struct {
    const dm_example *example;
    int holder, target; /* its mentions, -1: none */
} dm_instance_origin;

typedef struct {
    dm_arena *arena;
    dm_instance_origin *origins;
    dm_table features; /* names of those kept */
    dm_row *rows;
    float *values;     /* of each feature: 1 + ln((1 + instances) / (1 + instances with it)) */
    int *labels;       /* index of label, DM_LABEL_NONE: no position */
    uint32_t *groups;  /* of the source */
    bool *whole;       /* from a whole annotated sentence */
    bool *extra;       /* teaches, but is never judged */
    int *codes;        /* finer label, -1: none; NULL without */
    const int *code_labels; /* label that each code belongs to */
    size_t n_codes;
    double familiar, known; /* share of known words of an example: all but 2 in 100 have more; mean */
    size_t n, n_groups;
    const char **label_names;
    size_t n_labels;
} dm_instances;

typedef struct {
    const dm_scheme *scheme;   /* or NULL: the labels are those of the corpus, in byte order */
    const dm_lexicon *lexicon; /* or NULL */
    unsigned min_count;        /* features of fewer instances are dropped */
    bool codes;                /* take the finer labels too */
    const char *without;       /* feature families that are left out, "cm,ct" (feature.h); or NULL */
} dm_instance_options;

/* Memory is the corpus's arena. */
dm_status dm_instances_build(dm_corpus *corpus, const dm_instance_options *options, dm_instances *instances, dm_error *error);

#endif
