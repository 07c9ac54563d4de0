#include "actor_memory.h"

#include "token.h"

#include <stdlib.h>

static const char *const via_names[DM_VIA_N] = {"", "name", "demonym", "capital", "metonym", "institution", "person",
    "role", "apposition", "pronoun", "ellipsis", "speaker"};

const char *dm_via_name(dm_via via) { return via_names[via]; }

static const char *const titles[] = {"admiral", "adviser", "advisor", "ambassador", "ambassadors", "attache", "attaché", "brigadier", "captain",
    "chairman", "chancellor", "chancellors", "chief", "chieftain", "colonel", "commander", "commissioner", "consul", "coordinator", "delegate",
    "deputy", "diplomat", "diplomats", "director", "emir", "envoy", "envoys", "general", "governor", "head", "inspector", "king", "lawmaker",
    "lawmakers", "leader", "leaders", "lieutenant", "major", "manager", "marshal", "mediator", "minister", "ministers", "negotiator", "nuncio",
    "official", "officials", "premier", "premiers", "president", "presidents", "prince", "princess", "prosecutor", "queen", "representative",
    "ruler", "secretary", "senator", "spokesman", "spokespeople", "spokesperson", "spokeswoman", "sultan", "under-secretary", "undersecretary",
    "vice-minister", "vice-president"};
static const char *const institutions[] = {"administration", "air", "aircraft", "army", "authorities", "cabinet", "coalition",
    "coastguard", "commandos", "congress", "court", "courts", "delegation", "embassy", "fighters", "forces", "foreign", "government",
    "governments", "gunmen", "intelligence", "jets", "junta", "lawmakers", "leadership", "military", "ministry", "mission", "navy", "parliament",
    "police", "prosecutors", "regime", "security", "senate", "side", "soldiers", "state", "states", "team", "treasury", "troops", "warplanes", "warships"};
static const char *const office_words[] = {"acting", "agriculture", "army", "assistant", "border", "central", "chief", "climate", "coast",
    "commercial", "crown", "cultural", "defence", "defense", "deputy", "economy", "energy", "executive", "export", "external", "federal", "finance",
    "foreign", "former", "general", "guard", "health", "high", "home", "industry", "intelligence", "interim", "interior", "joint", "justice", "lead",
    "local", "military", "national", "naval", "nuclear", "oil", "peace", "permanent", "police", "political", "press", "prime", "principal", "rear",
    "regional", "security", "senior", "service", "special", "staff", "state", "top", "trade", "transport", "under", "vice"};
static const char *const speech_verbs[] = {"added", "alleged", "announced", "argued", "asked", "asserted", "claimed", "claims", "continued",
    "declared", "denied", "explained", "insisted", "insists", "noted", "promised", "reiterated", "replied", "responded", "said", "saying",
    "says", "stated", "stressed", "suggested", "told", "tweeted", "urged", "vowed", "warned", "warns", "wrote"};

bool dm_is_title(dm_str fold) { return DM_WORD_IN(fold, titles); }
bool dm_is_institution(dm_str fold) { return DM_WORD_IN(fold, institutions); }
bool dm_is_office(dm_str fold) { return DM_WORD_IN(fold, office_words); }
bool dm_is_speech_verb(dm_str fold) { return DM_WORD_IN(fold, speech_verbs); }

dm_mention *dm_memory_push(dm_memory *memory, size_t token, size_t token_end, dm_via via, const char *why)
{
    dm_doc *doc = memory->doc;
    dm_mention *m = DM_PUSH(doc->arena, doc->mentions, doc->n_mentions, memory->mentions_capacity);
    *m = (dm_mention){.sentence = (uint32_t)memory->sentence, .token = (uint32_t)token, .token_end = (uint32_t)token_end,
        .start = doc->tokens[token].start, .end = token < token_end ? doc->tokens[token_end - 1].end : doc->tokens[token].start,
        .via = (uint8_t)via, .why = dm_str_from(why)};
    return m;
}

/* Each word of the name but the first can come back alone ("Andrade Paz": Andrade); of "Chen Po-wei" the first. */
void dm_memory_learn(dm_memory *memory, dm_str name, dm_str actor, dm_str person, dm_str sector)
{
    bool family_first = false;
    for (size_t i = 0; i + 1 < name.n; i++)
        family_first |= name.s[i] == '-' && name.s[i + 1] >= 'a' && name.s[i + 1] <= 'z' && i > 2;
    for (size_t from = 0, i = 0, word = 0; i <= name.n; i++) {
        if (i < name.n && name.s[i] != ' ' && name.s[i] != '-')
            continue;
        dm_str part = dm_str_sub(name, from, i);
        if (part.n && (word || i == name.n || family_first) && (part.n > 2 || i == name.n)) {
            dm_known_person *p = DM_PUSH(memory->doc->arena, memory->persons, memory->n_persons, memory->persons_capacity);
            *p = (dm_known_person){.surname = dm_str_fold(memory->doc->arena, part), .actor = actor, .person = person, .sector = sector};
        }
        word++;
        from = i + 1;
    }
}

const dm_known_person *dm_memory_person(const dm_memory *memory, dm_str surname_fold)
{
    for (size_t i = memory->n_persons; i-- > 0;) /* the one introduced last */
        if (dm_str_equal(memory->persons[i].surname, surname_fold))
            return &memory->persons[i];
    return NULL;
}

const dm_known_person *dm_memory_introduced(const dm_memory *memory, dm_str person)
{
    for (size_t i = memory->n_persons; i-- > 0;)
        if (dm_str_equal(memory->persons[i].person, person))
            return &memory->persons[i];
    return NULL;
}

bool dm_memory_named(dm_memory *memory, dm_str actor)
{
    dm_doc *doc = memory->doc;
    memory->named.arena = doc->arena;
    for (size_t t = 0; t < doc->n_tokens && !memory->named_filled;) {
        size_t length = 0;
        const dm_entry *e = dm_gazetteer_find(memory->gazetteer, &doc->tokens[t], doc->n_tokens - t, &length);
        for (const dm_entry *x = e; x; x = x->next)
            if (x->via != DM_VIA_PERSON && x->via != DM_VIA_NONE && dm_entry_on(x, doc->article.date))
                dm_table_add(&memory->named, x->id);
        t += e ? length : 1;
    }
    memory->named_filled = true;
    return dm_table_find(&memory->named, actor) != DM_TABLE_NONE;
}

static int by_place(const void *a, const void *b)
{
    const dm_mention *x = a, *y = b;
    if (x->sentence != y->sentence)
        return x->sentence < y->sentence ? -1 : 1;
    if (x->token != y->token)
        return x->token < y->token ? -1 : 1;
    return (x->token_end > y->token_end) - (x->token_end < y->token_end);
}

void dm_actor_find(const dm_gazetteer *gazetteer, dm_doc *doc)
{
    dm_memory memory = {.gazetteer = gazetteer, .doc = doc};
    doc->mentions = NULL;
    doc->n_mentions = 0;
    for (size_t s = 0; s < doc->n_sentences; s++) {
        const dm_sentence *sentence = &doc->sentences[s];
        memory.sentence = s;
        for (size_t t = sentence->token; t < sentence->token_end;) {
            size_t next = dm_actor_name(&memory, sentence, t);
            if (next == t)
                next = dm_actor_role(&memory, sentence, t);
            if (next == t)
                next = dm_actor_pronoun(&memory, sentence, t);
            t = next > t ? next : t + 1;
        }
    }
    dm_actor_speak(&memory);
    if (doc->n_mentions)
        qsort(doc->mentions, doc->n_mentions, sizeof *doc->mentions, by_place);
}
