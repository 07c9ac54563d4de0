/* suggest.h: names that articles use and the gazetteer lacks, with a row to paste, guessed from what the articles say.
 *
 *     "Turkey's defence minister, Hulusi Akar, said …" (2020-03-01)
 *     →  Hulusi Akar  TUR  person  defence minister  2020-03-01 */
#ifndef DM_SUGGEST_H
#define DM_SUGGEST_H

#include "gazetteer.h"

typedef struct {
    dm_str name, actor, office; /* actor and office empty: the articles do not say */
    bool body;                  /* by its last word an organisation, not a person */
    dm_str first, doc;          /* earliest date, and the article that has it */
    size_t speaks, addressed, seen; /* times beside a word of saying; as the one told, met, accused; in all */
} dm_suggestion;

typedef struct dm_suggestions dm_suggestions;

/* Memory is the arena's, which must outlive the suggestions. */
dm_suggestions *dm_suggestions_new(dm_arena *arena, const dm_gazetteer *gazetteer);

/* Takes the unknown names of one article, whose mentions must have been found. */
void dm_suggestions_add(dm_suggestions *suggestions, const dm_doc *doc);

/* All of them, those who speak and are addressed most first, then by name. */
dm_suggestion *dm_suggestions_list(dm_suggestions *suggestions, size_t *n);

#endif
