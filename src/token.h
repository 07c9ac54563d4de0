/* token.h: cleaned text → tokens with shape and folded form.
 *
 *     "Russia’s U.S.-led talks"  →  Russia | ’s | U.S. | - | led | talks
 *
 * Hyphens and possessives stand alone, so that the gazetteer finds the name in "US-Turkey" and "Iran's".
 * Letters of scripts written without blanks (Han, kana, Thai …) are one token each. */
#ifndef DM_TOKEN_H
#define DM_TOKEN_H

#include "doc.h"

/* Tokens of any text; offsets count from its start. Memory is the arena's. */
dm_token *dm_token_split(dm_arena *arena, dm_str text, size_t *n_tokens);

bool dm_token_is(const dm_token *token, const char *folded);
bool dm_token_is_word(const dm_token *token);
bool dm_token_is_capital(const dm_token *token); /* begins with a capital letter */

/* Is this folded word one of the NULL-terminated list, which stands in byte order? */
bool dm_word_in(dm_str fold, const char *const *sorted, size_t n);
#define DM_WORD_IN(fold, list) dm_word_in((fold), (list), sizeof(list) / sizeof *(list))

#endif
