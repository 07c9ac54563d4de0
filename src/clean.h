/* clean.h: scraped text → text that can be read, with the way back to every original byte.
 *
 *     "He agreed.\xA0While Xi…[File:AFP] | Politics news"  →  "He agreed. While Xi…"
 *
 * Repairs are counted by kind; nothing is guessed that changes a word. */
#ifndef DM_CLEAN_H
#define DM_CLEAN_H

#include "doc.h"

/* Fills doc->text from doc->article.raw (and article.title, to know a repeated title). Cannot fail but for memory
 * (see arena.h). Time is linear in the bytes. */
void dm_clean(dm_doc *doc);

/* The raw bytes [*raw_start, *raw_end) that the cleaned bytes [start, end) came from. */
void dm_clean_to_raw(const dm_text *text, uint32_t start, uint32_t end, uint32_t *raw_start, uint32_t *raw_end);

const char *dm_repair_name(dm_repair kind); /* "encoding", "missing-blank" … as in docs.jsonl */

#endif
