/* actor.h: tokens → mentions of actors, each with how it is known.
 *
 *     "Turkey's president, Recep Tayyip Erdoğan, met Xi in Beijing. He said …"
 *     →  Turkey's president TUR (role) · Recep Tayyip Erdoğan TUR (person) · Xi CHN (person) · He TUR (pronoun)
 *
 * The gazetteer knows names and offices by date; the article itself teaches the rest: titles and appositions bind
 * unknown names, surnames, roles and pronouns go back to the nearest mention that fits. A capital where something
 * happens is a place and gives no mention. Who cannot be told gives a mention without actor. */
#ifndef DM_ACTOR_H
#define DM_ACTOR_H

#include "gazetteer.h"

/* Fills doc->mentions from doc->tokens, doc->sentences and doc->article.date. */
void dm_actor_find(const dm_gazetteer *gazetteer, dm_doc *doc);

/* "Hulusi Akar" → "PER:HULUSI-AKAR". */
dm_str dm_actor_person_id(dm_arena *arena, dm_str name);

const char *dm_via_name(dm_via via);

#endif
