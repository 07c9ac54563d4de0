/* clean_parts.h: the passes of the clean room, and the little that they all need to know about characters.
 * Internal to the room. Every pass is linear and may be run again: clean.c repeats them until nothing changes. */
#ifndef DM_CLEAN_PARTS_H
#define DM_CLEAN_PARTS_H

#include "clean_tape.h"

/* ---- passes, in the order of clean.c --------------------------------------------------------------------- */
void dm_clean_characters(dm_tape *tape); /* encoding, entities, invisible characters, blanks, line ends, ligatures */
void dm_clean_compose(dm_tape *tape);    /* NFC */
void dm_clean_blanks(dm_tape *tape);     /* one blank between words, none at line ends, at most one empty line */
void dm_clean_unwrap(dm_tape *tape);     /* hard-wrapped lines joined; one paragraph a line */
void dm_clean_lines(dm_tape *tape, dm_str title); /* title lines, site tails, foot, repeated paragraphs */
void dm_clean_inline(dm_tape *tape);     /* credits, stops, quotation marks, blanks at punctuation */

unsigned dm_clean_unbalanced(dm_str text); /* quotation marks without their partner */

/* ---- characters ------------------------------------------------------------------------------------------ */
static inline bool dm_is_lower_ascii(char c) { return c >= 'a' && c <= 'z'; }
static inline bool dm_is_upper_ascii(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool dm_is_digit(char c) { return c >= '0' && c <= '9'; }

bool dm_is_upper(uint32_t cp);
bool dm_is_lower(uint32_t cp); /* letters without case are lower */
bool dm_is_letter(uint32_t cp);
bool dm_is_mark(uint32_t cp); /* joins the character before it */

/* Character before and at a byte; 0 before the first and behind the last. */
uint32_t dm_char_before(const char *s, size_t at);
uint32_t dm_char_at(const char *s, size_t n, size_t at);
size_t dm_char_encode(uint32_t cp, char bytes[4]);

/* ---- words and names (clean_words.c) --------------------------------------------------------------------- */
bool dm_is_common_word(dm_str lower);   /* words that are found glued to names: "calls", "said", "the" */
bool dm_is_known_acronym(dm_str upper); /* NATO, OPEC … */
bool dm_never_ends_sentence(dm_str lower); /* "the", "such", "of" */
bool dm_is_agency(dm_str word);         /* AFP, Reuters … */
bool dm_is_web_domain(dm_str lower);    /* com, org … */
uint32_t dm_entity(dm_str name);        /* "amp" → '&'; 0: no such entity */

/* Is the blank-to-blank chunk around byte `at` an address, a handle, a file path? Looks at 200 bytes at most. */
bool dm_in_address(const char *s, size_t n, size_t at);

/* ---- rules inside a line --------------------------------------------------------------------------------- */
typedef struct {
    dm_tape *tape;
    size_t at; /* a rule that fires moves it on */
    bool quote_open, quote_plain; /* in this paragraph; opened by a straight mark */
} dm_scan;

typedef bool dm_clean_rule(dm_scan *scan);
dm_clean_rule dm_clean_credit; /* clean_credit.c */
dm_clean_rule dm_clean_quote;  /* clean_quote.c */

#endif
