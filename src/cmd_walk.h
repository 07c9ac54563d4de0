/* cmd_walk.h: demarche explain --article and --missing. */
#ifndef DM_CMD_WALK_H
#define DM_CMD_WALK_H

#include "model.h"

typedef struct {
    const char *article, *actors, *date; /* actors, date: NULL for the defaults */
    bool missing;                        /* why there is no record, for each pair without */
    bool json;                           /* for programs: one object a sentence */
    const dm_model *model;
    dm_worker *worker;
} walk_options;

/* Prints what each room makes of each article of the file. DM_INPUT: not readable. */
dm_status walk_article(const walk_options *options, dm_error *error);

#endif
