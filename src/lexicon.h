/* lexicon.h: words and phrases → classes of act, thing, turner, modality (the TSV files of labels/lexicon).
 *
 *     lift	UNDO	turn      sanctions	MEASURE	bad      humanitarian aid	HELP	good      meet	MEET	plain
 *
 * One phrase a line: words (matched by stem), class, role of the class. The text travels inside the model, so that a model decides
 * the same wherever it is used. */
#ifndef DM_LEXICON_H
#define DM_LEXICON_H

#include "base/error.h"
#include "base/table.h"
#include "doc.h"

typedef struct dm_lexicon dm_lexicon;

/* From the text of one or more files, one after the other; keeps a copy. NULL with *error: unusable line. */
dm_lexicon *dm_lexicon_parse(dm_str text, const char *name, dm_error *error);
/* Reads every *.tsv of a folder in byte order of the names. */
dm_lexicon *dm_lexicon_load(const char *folder, dm_error *error);
void dm_lexicon_free(dm_lexicon *lexicon);
dm_str dm_lexicon_text(const dm_lexicon *lexicon); /* what was parsed, for the model file */

/* Class of the phrase that begins at stems[0] (longest wins), or NULL; *length tokens are covered. */
const char *dm_lexicon_find(const dm_lexicon *lexicon, const dm_str *stems, size_t n, size_t *length);

/* Sign of a class in composition: +1 good thing or friendly act, -1 bad thing or hostile act, 0 none;
 * *turns: the class turns the sign of what follows. */
int dm_lexicon_sign(const dm_lexicon *lexicon, const char *class_name, bool *turns);

#endif
