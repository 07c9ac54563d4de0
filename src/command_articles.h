/* command_articles.h: the loop of the commands that read articles one after the other. */
#ifndef DM_COMMAND_ARTICLES_H
#define DM_COMMAND_ARTICLES_H

#include "gazetteer.h"

/* The article with its actors and pairs; its memory goes when the function returns. */
typedef void command_article(void *context, dm_doc *doc);

/* Reads the inputs (date: of articles without one, or NULL) and gives each article to `take`. A skipped one is told
 * under the command's name and counted; `skipped` NULL: it is the error. */
dm_status command_articles(const char *command, const dm_gazetteer *gazetteer, const char *const *inputs, size_t n, const char *date,
    command_article *take, void *context, size_t *skipped, dm_error *error);

#endif
