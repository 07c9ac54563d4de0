/* train_check.h: what is wrong with a corpus before a model learns from it, in words for its author. */
#ifndef DM_TRAIN_CHECK_H
#define DM_TRAIN_CHECK_H

#include "instance.h"

typedef void dm_warning(void *context, const char *message);

/* Few examples of a label, many repeated texts, texts under several sources (they would stand in learning and judging
 * folds), one text with two labels. Examples of another corpus (extra) are left out. */
void dm_train_check(const dm_corpus *corpus, const dm_instances *instances, dm_warning *warn, void *context);

#endif
