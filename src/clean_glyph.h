/* clean_glyph.h: the text as code points with the raw bytes that each came from; what the files of the room share.
 * A pass reads the glyphs and writes them shorter or longer into a new list; so the way back is never lost. */
#ifndef DM_CLEAN_GLYPH_H
#define DM_CLEAN_GLYPH_H

#include "clean.h"

typedef struct {
    uint32_t cp;
    uint32_t from, to; /* raw bytes; put-in characters have from == to */
} dm_glyph;

typedef struct {
    dm_arena *arena;
    dm_glyph *at;
    size_t n, capacity;
    unsigned *repairs;
} dm_glyphs;

void dm_glyph_push(dm_glyphs *list, uint32_t cp, uint32_t from, uint32_t to);

dm_glyphs dm_clean_decode(dm_arena *arena, dm_str raw, unsigned *repairs); /* bytes, entities, NFC, blanks */
dm_glyphs dm_clean_lines(dm_glyphs in, dm_str title);                      /* paragraphs, titles, feet, repeats */
dm_glyphs dm_clean_mend(dm_glyphs in);                                     /* credits, blanks, stops, quotation marks */

bool dm_cp_is_letter(uint32_t cp);
bool dm_cp_is_upper(uint32_t cp);
bool dm_cp_is_lower(uint32_t cp);
bool dm_cp_is_digit(uint32_t cp);

#endif
