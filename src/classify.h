/* classify.h: one article through all rooms: clean → sentences → actors → claims → decisions → records. */
#ifndef DM_CLASSIFY_H
#define DM_CLASSIFY_H

#include "gazetteer.h"
#include "model.h"
#include "record.h"

typedef struct {
    const dm_gazetteer *gazetteer;
    double threshold;  /* of p_position, 0: the model's */
    double confidence; /* under which a decision abstains, 0: the model's */
    bool explain;      /* the strongest n-grams go into why */
} dm_classify_options;

typedef struct {
    size_t sentences, mentions, candidates, records, abstained;
} dm_classify_counts;

/* The rooms up to the claims: doc->article must be filled, the rest is. */
void dm_classify_read(const dm_gazetteer *gazetteer, dm_doc *doc);

/* Decides every claim of the doc and appends one line of JSON a record to `out` (in the doc's arena or another). */
void dm_classify_doc(dm_worker *worker, const dm_model *model, const dm_classify_options *options, dm_doc *doc, dm_buf *out,
    dm_classify_counts *counts);

/* The best claim of each pair of actors in a sentence, with its decision, whatever its probability; in order of
 * sentence, holder, target. For explain and evaluate. */
typedef struct {
    dm_claim claim;
    dm_decision decision;
} dm_decided;
dm_decided *dm_classify_decide(dm_worker *worker, dm_doc *doc, size_t *n);

void dm_classify_record(dm_worker *worker, const dm_model *model, const dm_classify_options *options, const dm_doc *doc,
    const dm_decided *decided, dm_record *record);

#endif
