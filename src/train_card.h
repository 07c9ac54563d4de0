/* train_card.h: the report of a training → a model card in Markdown (Mitchell et al. 2019): data, figures, options. */
#ifndef DM_TRAIN_CARD_H
#define DM_TRAIN_CARD_H

#include "base/arena.h"
#include "base/str.h"

#include <jansson.h>

/* Memory is the arena's. */
dm_str dm_train_card(dm_arena *arena, const char *name, const json_t *report);

#endif
