/* sentence.h: tokens of the cleaned text → sentences, with the quotation that runs through them.
 *
 *     He left. “We stayed. The U.S. agreed,” Gen. Li said.  →  [He left.] [“We stayed.] [The U.S. agreed,” … said.]
 *
 * A quotation that is not closed in its paragraph runs on only if the next paragraph opens with a mark again. */
#ifndef DM_SENTENCE_H
#define DM_SENTENCE_H

#include "doc.h"

/* Fills doc->tokens and doc->sentences from doc->text. Time is linear in the tokens. */
void dm_sentence_split(dm_doc *doc);

#endif
