/* actor_memory.h: what one article has told so far about its actors; shared by the files of the actor room. */
#ifndef DM_ACTOR_MEMORY_H
#define DM_ACTOR_MEMORY_H

#include "actor.h"

/* A person of this article: found in the gazetteer or introduced by title or apposition. */
typedef struct {
    dm_str surname; /* folded */
    dm_str actor, person, sector;
    bool woman;     /* known by "she", "Mrs", "spokeswoman" */
} dm_known_person;

typedef struct {
    const dm_gazetteer *gazetteer;
    dm_doc *doc;
    dm_known_person *persons;
    size_t n_persons, persons_capacity, mentions_capacity;
    size_t sentence;
    dm_str scene;          /* the state where things happened last ("in Nairobi"), or empty */
    size_t scene_sentence;
} dm_memory;

dm_mention *dm_memory_push(dm_memory *memory, size_t token, size_t token_end, dm_via via, const char *why);
void dm_memory_learn(dm_memory *memory, dm_str name, dm_str actor, dm_str person, dm_str sector);
const dm_known_person *dm_memory_person(const dm_memory *memory, dm_str surname_fold);
const dm_known_person *dm_memory_introduced(const dm_memory *memory, dm_str person); /* by id, or NULL */

/* Names, titles, appositions of one sentence (actor_name.c): returns the token behind what begins at t, or t. */
size_t dm_actor_name(dm_memory *memory, const dm_sentence *sentence, size_t t);
/* Roles and pronouns (actor_refer.c), the same. */
size_t dm_actor_refer(dm_memory *memory, const dm_sentence *sentence, size_t t);
/* Speakers of quotations that run over sentences (actor_speak.c), after all sentences. */
void dm_actor_speak(dm_memory *memory);

/* Word lists that more than one file asks. */
bool dm_is_title(dm_str fold);       /* president, minister, envoy … */
bool dm_is_institution(dm_str fold); /* government, forces, ministry … */
bool dm_is_speech_verb(dm_str fold); /* said, told, warned … */

#endif
