/* actor_memory.h: what one article has told so far about its actors; shared by the files of the actor room. */
#ifndef DM_ACTOR_MEMORY_H
#define DM_ACTOR_MEMORY_H

#include "actor.h"
#include "base/table.h"

/* A person of this article: found in the gazetteer or introduced by title or apposition. */
typedef struct {
    dm_str surname; /* folded */
    dm_str actor, person, sector;
} dm_known_person;

typedef struct {
    const dm_gazetteer *gazetteer;
    dm_doc *doc;
    dm_known_person *persons;
    size_t n_persons, persons_capacity, mentions_capacity;
    size_t sentence;
    dm_str scene;          /* the state where things happened last ("in Nairobi"), or empty */
    size_t scene_sentence;
    dm_table named;        /* ids that the article names anywhere other than by person; filled when first asked */
    bool named_filled;
} dm_memory;

dm_mention *dm_memory_push(dm_memory *memory, size_t token, size_t token_end, dm_via via, const char *why);
void dm_memory_learn(dm_memory *memory, dm_str name, dm_str actor, dm_str person, dm_str sector);
const dm_known_person *dm_memory_person(const dm_memory *memory, dm_str surname_fold);
const dm_known_person *dm_memory_introduced(const dm_memory *memory, dm_str person); /* by id, or NULL */

/* Does the article name the actor anywhere, other than by a person? */
bool dm_memory_named(dm_memory *memory, dm_str actor);

/* Names, titles, appositions of one sentence (actor_name.c): returns the token behind what begins at t, or t. */
size_t dm_actor_name(dm_memory *memory, const dm_sentence *sentence, size_t t);
/* Places and adjectives (actor_place.c). Tokens [t, end) are a state's name: only where something happens ("in Syria")? */
bool dm_actor_is_scene(const dm_memory *memory, const dm_sentence *sentence, size_t t, size_t end);
/* … a city: only the place ("flew to Moscow"), not the government ("ties to Moscow")? */
bool dm_actor_is_place(const dm_memory *memory, const dm_sentence *sentence, size_t t, size_t end);
/* … a seat: only the building ("outside the White House")? */
bool dm_actor_is_building(const dm_memory *memory, const dm_sentence *sentence, size_t t);
/* … a paper or agency: only where the news comes from ("told Reuters")? */
bool dm_actor_is_source(const dm_memory *memory, const dm_sentence *sentence, size_t t, size_t end);
/* … an adjective that makes no actor ("Chinese-made", "Russian gas", "Iranian protesters", "Americans")? */
bool dm_actor_is_adjective(const dm_memory *memory, const dm_sentence *sentence, size_t t, size_t end);
/* "the ministry", "the rebels", "both sides" (actor_role.c), the same. */
size_t dm_actor_role(dm_memory *memory, const dm_sentence *sentence, size_t t);
/* he, it, they, we (actor_pronoun.c), the same. */
size_t dm_actor_pronoun(dm_memory *memory, const dm_sentence *sentence, size_t t);
/* The subject named last before token t, in this sentence or one of the two before: a person, or none. NULL: nobody. */
const dm_mention *dm_actor_antecedent(const dm_memory *memory, size_t t, bool person);
/* Speakers of quotations that run over sentences (actor_speak.c), after all sentences. */
void dm_actor_speak(dm_memory *memory);

/* Word lists that more than one file asks. */
bool dm_is_title(dm_str fold);       /* president, minister, envoy … */
bool dm_is_institution(dm_str fold); /* government, forces, ministry … */
bool dm_is_office(dm_str fold);      /* what stands before a title: prime, foreign, deputy … */
bool dm_is_speech_verb(dm_str fold); /* said, told, warned … */

#endif
