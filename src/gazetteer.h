/* gazetteer.h: words of the text → actors, by date. Data: the TSV files of labels/actors, one row a form:
 *
 *     form  id  kind  sector  from  to  flags  note        Xi Jinping  CHN  person  president  2013-03-14 …
 *
 * kind: name demonym capital metonym institution person, or place (a longer name that is no actor). Dates are half
 * open. Flags: case (only in this capitalisation), alone (the surname needs no introduction), first (family name
 * first), sur=WORDS (the short form), as=FORM (variant of FORM), given (also a given name: not before or behind another
 * capitalised word), only=A|B (only in an article that holds one of the words), not=A|B (not in a sentence that holds
 * one, nor in an article that does and names the actor by no other form). Read-only once loaded: threads may share it. */
#ifndef DM_GAZETTEER_H
#define DM_GAZETTEER_H

#include "base/error.h"
#include "doc.h"

typedef struct dm_gazetteer dm_gazetteer;

typedef struct dm_entry {
    dm_str form, id, sector, from, to, note;
    dm_str person;     /* "PER:XI-JINPING" for kind person, else empty */
    dm_str full;       /* main form of a person */
    uint8_t via;       /* dm_via; DM_VIA_NONE: a place */
    bool exact_case, alone, family_first;
    bool given;
    dm_str only, not;  /* words parted by "|", or empty */
    bool surname;      /* an entry made from a person's surname */
    const char *file;
    size_t line;
    struct dm_entry *next; /* another entry of the same form */
} dm_entry;

/* Every *.tsv of the folder. NULL with *error: unusable file or line. */
dm_gazetteer *dm_gazetteer_load(const char *folder, dm_error *error);
void dm_gazetteer_free(dm_gazetteer *gazetteer);
const char *dm_gazetteer_id(const dm_gazetteer *gazetteer); /* "actors-1a2b3c4d", from its bytes */

/* Longest form that begins at tokens[0]; *length tokens. NULL: none. Capitalisation is checked, dates are not. */
const dm_entry *dm_gazetteer_find(const dm_gazetteer *gazetteer, const dm_token *tokens, size_t n, size_t *length);

/* Is the entry in force on the date (YYYY-MM-DD; empty: yes if it is still open)? */
bool dm_entry_on(const dm_entry *entry, dm_str date);

dm_str dm_gazetteer_name(const dm_gazetteer *gazetteer, dm_str id); /* display name; the id's own words if unknown */
bool dm_gazetteer_knows(const dm_gazetteer *gazetteer, dm_str id); /* does a row give the id a name? */
const char *dm_actor_kind(dm_str id); /* state igo group company organisation person */

/* All rows in order of file and line, for lint. */
size_t dm_gazetteer_rows(const dm_gazetteer *gazetteer, const dm_entry *const **rows);

#endif
