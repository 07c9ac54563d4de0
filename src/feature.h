/* feature.h: a claim → named features, each with the value 1, told to a sink in a fixed order.
 *
 *     "<H> accused <T> of bullying"  →  "w accused", "w <H> accused", "m> accused", "p <H> accus <T>", "cm acc" …
 *
 * Holder and target are masked, other names and numbers become classes: a model learns sayings, not persons.
 * Features come from the words of the sentence and the places of holder and target alone, so that a record can be
 * explained without its article.
 * Families: words 1–3 (w), words by region and order (b m a), stems of the path (p), stems near each mention (h t),
 * characters 3–5 of the words between and beside (cm ch ct), word classes of the lexicon (k x), composed signs (g),
 * marks of order, distance, passive, quotation (f). */
#ifndef DM_FEATURE_H
#define DM_FEATURE_H

#include "doc.h"
#include "lexicon.h"

typedef void dm_feature_sink(void *context, dm_str name);

typedef struct dm_featurizer dm_featurizer;

/* Keeps views of the lexicon (may be NULL). NULL: out of memory. One featurizer belongs to one thread. */
dm_featurizer *dm_featurizer_new(const dm_lexicon *lexicon);
void dm_featurizer_free(dm_featurizer *featurizer);

/* What the family of a feature means, for a reader ("between, holder first"); `*said` is the rest of its name. */
const char *dm_feature_family(dm_str feature, dm_str *said);

/* Is the feature one word of the text, by itself? ("w accused", not "w <H>", not "w accused of") */
bool dm_feature_is_word(dm_str feature);

/* Tells every feature of the claim once or more often; the sink sees names that live until it returns. */
void dm_feature_fill(dm_featurizer *featurizer, const dm_doc *doc, const dm_claim *claim, dm_feature_sink *sink, void *context);

#endif
