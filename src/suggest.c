#include "suggest.h"

#include "actor_memory.h"
#include "base/table.h"
#include "token.h"

#include <stdlib.h>

struct dm_suggestions {
    dm_arena *arena;
    const dm_gazetteer *gazetteer;
    dm_table names;
    dm_suggestion *list;
    size_t n, capacity;
};

dm_suggestions *dm_suggestions_new(dm_arena *arena, const dm_gazetteer *gazetteer)
{
    dm_suggestions *s = dm_arena_alloc(arena, sizeof *s);
    *s = (dm_suggestions){.arena = arena, .gazetteer = gazetteer, .names.arena = arena};
    return s;
}

/* The article's arena goes with the article. */
static dm_str keep(dm_suggestions *s, dm_str text)
{
    return (dm_str){dm_arena_copy(s->arena, text.n ? text.s : "", text.n), text.n};
}

static dm_suggestion *entry_of(dm_suggestions *s, const dm_doc *doc, dm_str name)
{
    uint32_t id = dm_table_add(&s->names, name);
    if (id == s->n)
        *DM_PUSH(s->arena, s->list, s->n, s->capacity) = (dm_suggestion){.name = s->names.names[id]};
    dm_suggestion *x = &s->list[id];
    x->seen++;
    if (!x->doc.n || (doc->article.date.n && (!x->first.n || dm_str_order(doc->article.date, x->first) < 0))) {
        x->first = keep(s, doc->article.date);
        x->doc = keep(s, doc->article.id);
    }
    return x;
}

static const char *const address_words[] = {"accused", "asked", "blamed", "condemned", "criticised", "criticized", "met", "praised", "tell", "telling", "thanked", "told", "urged", "warned"};

/* Tokens [t, end) are the name with its title or apposition. */
static void count_use(dm_suggestion *x, const dm_doc *doc, const dm_sentence *s, size_t t, size_t end)
{
    bool said_before = t > s->token && dm_is_speech_verb(doc->tokens[t - 1].fold);
    bool told = t > s->token && DM_WORD_IN(doc->tokens[t - 1].fold, address_words);
    bool says = end < s->token_end && dm_is_speech_verb(doc->tokens[end].fold);
    for (size_t i = end; !says && i < s->token_end && i < end + 8 && dm_token_is(&doc->tokens[end], ","); i++)
        says = i > end && dm_token_is(&doc->tokens[i], ",") && i + 1 < s->token_end && dm_is_speech_verb(doc->tokens[i + 1].fold);
    x->addressed += told;
    x->speaks += says || (said_before && !told);
}

static bool is_mentioned(const dm_doc *doc, size_t sentence, size_t t)
{
    for (size_t m = 0; m < doc->n_mentions; m++)
        if (doc->mentions[m].sentence == sentence && doc->mentions[m].token <= t && t < doc->mentions[m].token_end)
            return true;
    return false;
}

static const char *const honorifics[] = {"archbishop", "bishop", "brigadier", "captain", "col", "colonel", "dr", "gen", "general", "lieutenant", "lord", "major", "mr", "mrs", "ms", "mullah", "pastor", "professor", "rev", "sheikh", "sir"};
static const char *const bodies[] = {"agency", "alliance", "association", "authority", "bank", "board", "bureau", "center", "centre", "coalition", "commission", "committee", "council", "court",
    "federation", "foundation", "front", "fund", "group", "institute", "league", "movement", "network", "organisation", "organization", "party", "society", "union", "watch"};
static const char *const plain_words[] = {"affairs", "assembly", "health", "house", "news", "palace", "quality"};

/* "Foreign Ministry", "Prime Minister": an office without a name. */
static bool is_office_only(const dm_doc *doc, size_t t, size_t end)
{
    for (; t < end; t++) {
        dm_str fold = doc->tokens[t].fold;
        if (!dm_is_institution(fold) && !dm_is_office(fold) && !dm_is_title(fold) && !DM_WORD_IN(fold, plain_words))
            return false;
    }
    return true;
}

/* Capitalised words beside a word of saying or telling that nobody knows: "said Katrina Yu". */
static void add_strangers(dm_suggestions *s, const dm_doc *doc, size_t sentence)
{
    const dm_sentence *x = &doc->sentences[sentence];
    for (size_t t = x->token; t < x->token_end; t++) {
        size_t end = t, length;
        while (end < x->token_end && dm_token_is_capital(&doc->tokens[end]) && !is_mentioned(doc, sentence, end) &&
               !dm_gazetteer_find(s->gazetteer, &doc->tokens[end], x->token_end - end, &length))
            end++;
        size_t from = t;
        while (from < end && DM_WORD_IN(doc->tokens[from].fold, honorifics))
            from++;
        bool said = t > x->token && (dm_is_speech_verb(doc->tokens[t - 1].fold) || DM_WORD_IN(doc->tokens[t - 1].fold, address_words));
        bool says = end < x->token_end && dm_is_speech_verb(doc->tokens[end].fold);
        if (end >= from + 2 && (said || says) && !is_office_only(doc, from, end)) {
            dm_suggestion *to = entry_of(s, doc, dm_str_sub(doc->text.text, doc->tokens[from].start, doc->tokens[end - 1].end));
            to->body = DM_WORD_IN(doc->tokens[end - 1].fold, bodies);
            count_use(to, doc, x, t, end);
        }
        if (end > t)
            t = end - 1;
    }
}

void dm_suggestions_add(dm_suggestions *s, const dm_doc *doc)
{
    for (size_t m = 0; m < doc->n_mentions; m++) {
        const dm_mention *x = &doc->mentions[m];
        if (!x->person.n || dm_gazetteer_knows(s->gazetteer, x->person) || x->via == DM_VIA_PRONOUN || (x->via == DM_VIA_ROLE && !x->name.n) || x->token == x->token_end)
            continue;
        dm_str name = x->name;
        for (size_t k = 0; !name.n && k < m; k++) /* the surname alone: whom the article introduced by this name */
            if (dm_str_equal(doc->mentions[k].person, x->person))
                name = doc->mentions[k].name;
        if (!name.n || !memchr(name.s, ' ', name.n)) /* one word is too little to know anybody by */
            continue;
        dm_suggestion *to = entry_of(s, doc, name);
        if (!to->actor.n && x->n_actors && !dm_str_starts(x->actors[0], "PER:")) {
            to->actor = keep(s, x->actors[0]);
            to->office = keep(s, x->office);
        }
        count_use(to, doc, &doc->sentences[x->sentence], x->token, x->token_end);
    }
    for (size_t i = 0; i < doc->n_sentences; i++)
        add_strangers(s, doc, i);
}

static int by_use(const void *a, const void *b)
{
    const dm_suggestion *x = a, *y = b;
    size_t p = x->speaks + x->addressed, q = y->speaks + y->addressed;
    if (p != q)
        return p > q ? -1 : 1;
    if (x->seen != y->seen)
        return x->seen > y->seen ? -1 : 1;
    return dm_str_order(x->name, y->name);
}

dm_suggestion *dm_suggestions_list(dm_suggestions *s, size_t *n)
{
    dm_suggestion *list = dm_arena_array(s->arena, s->n + 1, sizeof *list);
    if (s->n) {
        memcpy(list, s->list, s->n * sizeof *list);
        qsort(list, s->n, sizeof *list, by_use);
    }
    *n = s->n;
    return list;
}
