/* claim.h: mentions of a sentence → candidate pairs holder → target, or a gap with its reason.
 *
 *     "China accused the United States of bullying."  →  CHN → USA · USA → CHN · CHN → (issue) · USA → (issue)
 *
 * Every ordered pair of different actors is a candidate; whether it holds a position the model says. */
#ifndef DM_CLAIM_H
#define DM_CLAIM_H

#include "doc.h"

enum { DM_CLAIM_MAX_MENTIONS = 32 }; /* of one sentence; more give the gap "too-many-actors" */

/* Fills doc->claims and doc->gaps from sentences, tokens and mentions. */
void dm_claim_pair(dm_doc *doc);

const char *dm_speech_name(dm_speech speech);
const char *dm_mood_name(dm_mood mood);

/* Speech, mood, negation, cue and speaker of one claim, from the words around it. */
void dm_claim_describe(const dm_doc *doc, dm_claim *claim);

/* The actor ids of a claim; the target is empty where there is none. */
dm_str dm_claim_holder(const dm_doc *doc, const dm_claim *claim);
dm_str dm_claim_target(const dm_doc *doc, const dm_claim *claim);

#endif
