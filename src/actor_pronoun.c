/* Pronouns: he, it, they, we → the mention that they stand for. */
#include "actor_memory.h"
#include "token.h"

static const char *const he_words[] = {"he", "her", "him", "his", "she"};
static const char *const it_words[] = {"it", "its", "itself"};
static const char *const they_words[] = {"their", "them", "they"};
static const char *const we_words[] = {"i", "me", "my", "our", "ours", "us", "we"};
static const char *const it_is_words[] = {"'s", "appears", "became", "is", "remains", "seems", "was"};
static const char *const prepositions[] = {"about", "against", "at", "between", "by", "for", "from", "in", "into", "of", "on", "over", "to", "toward", "towards", "with"};

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

/* Can the mention be the subject of its clause? Not behind a preposition, no adjective, no owner of something. */
static bool is_subject(const dm_memory *m, const dm_mention *x)
{
    const dm_sentence *s = &m->doc->sentences[x->sentence];
    size_t before = x->token;
    while (before > s->token && (dm_token_is(token_at(m, before - 1), "the") || dm_token_is(token_at(m, before - 1), "a")))
        before--;
    if (before > s->token && DM_WORD_IN(token_at(m, before - 1)->fold, prepositions))
        return false;
    if (x->token_end < s->token_end && dm_token_is(token_at(m, x->token_end), "'s"))
        return false;
    return x->via != DM_VIA_DEMONYM || dm_str_ends(token_at(m, x->token_end - 1)->fold, "s");
}

/* Can "they" stand for it? */
static bool is_plural(const dm_memory *m, const dm_mention *x)
{
    if (!x->n_actors || x->token_end == x->token)
        return false;
    const dm_token *last = token_at(m, x->token_end - 1);
    bool people = x->via == DM_VIA_DEMONYM && dm_str_ends(last->fold, "s");
    return x->n_actors > 1 || people || dm_str_starts(x->actors[0], "GRP:") || dm_token_is(last, "police") ||
           (dm_str_ends(last->fold, "s") && !dm_token_is_capital(last));
}

/* "While Western countries …, China …": where the main clause begins, if the sentence opens with another. */
static size_t start_of_main(const dm_memory *m, const dm_sentence *s)
{
    static const char *const openers[] = {"after", "although", "as", "because", "before", "despite", "if", "once", "since", "though", "unless", "until", "when", "whereas", "while"};
    if (s->token < s->token_end && DM_WORD_IN(token_at(m, s->token)->fold, openers))
        for (size_t t = s->token + 3; t + 1 < s->token_end; t++)
            if (dm_token_is(token_at(m, t), ","))
                return t + 1;
    return s->token;
}

/* Can the mention be what "he" (a person) or "it" (no person, not several) stands for? */
static bool is_like(const dm_memory *m, const dm_mention *x, bool person, bool quoted)
{
    if (!x->n_actors || (x->human || x->person.n) != person || (!quoted && token_at(m, x->token)->in_quote))
        return false;
    return person || !is_plural(m, x);
}

/* Where the clause that holds t begins: behind ";" or ", but", ", while" … */
static size_t start_of_clause(const dm_memory *m, size_t t)
{
    static const char *const joiners[] = {"and", "but", "though", "whereas", "while"};
    const dm_sentence *s = &m->doc->sentences[m->sentence];
    for (size_t i = t; i > s->token; i--)
        if (dm_token_is(token_at(m, i - 1), ";") || (dm_token_is(token_at(m, i - 1), ",") && i < t && DM_WORD_IN(token_at(m, i)->fold, joiners)))
            return i;
    return s->token;
}

/* Someone named inside a quotation is not the "he" outside it ("… influence with Putin," he said). */
const dm_mention *dm_actor_antecedent(const dm_memory *m, size_t t, bool person)
{
    bool quoted = token_at(m, t)->in_quote;
    size_t clause = start_of_clause(m, t);
    for (size_t k = 0; k < m->doc->n_mentions; k++) { /* the subject of this clause */
        const dm_mention *x = &m->doc->mentions[k];
        if (x->sentence == m->sentence && x->token >= clause && x->token_end <= t && is_like(m, x, person, quoted) && x->via != DM_VIA_PRONOUN && is_subject(m, x))
            return x;
    }
    for (size_t back = 0; back <= 2 && back <= m->sentence; back++) {
        const dm_mention *subject = NULL, *any = NULL;
        size_t main = start_of_main(m, &m->doc->sentences[m->sentence - back]);
        for (size_t k = m->doc->n_mentions; k-- > 0 && m->doc->mentions[k].sentence + back >= m->sentence;) {
            const dm_mention *x = &m->doc->mentions[k];
            if (x->sentence + back != m->sentence || x->token_end > t || !is_like(m, x, person, quoted))
                continue;
            any = x;
            if (is_subject(m, x) && (!subject || x->token >= main))
                subject = x;
        }
        if (subject || any)
            return subject ? subject : any;
    }
    return NULL;
}

static void refer(dm_memory *m, size_t t, const dm_mention *to, const char *why)
{
    dm_mention copy = to ? *to : (dm_mention){.why = dm_str_from(why)};
    dm_mention *x = dm_memory_push(m, t, t + 1, DM_VIA_PRONOUN, why);
    memcpy(x->actors, copy.actors, sizeof x->actors);
    x->n_actors = copy.n_actors;
    x->person = copy.person;
    x->human = copy.human;
    if (to)
        x->why = copy.why;
}

/* ---- they ------------------------------------------------------------------------------------------------ */

/* What stands between two mentions of a list: commas, "and", "the"; *has_and if it holds an "and". */
static bool joins(const dm_memory *m, const dm_mention *a, const dm_mention *b, bool *has_and)
{
    if (a->sentence != b->sentence || !a->n_actors || !b->n_actors || a->token_end >= b->token)
        return false;
    for (size_t t = a->token_end; t < b->token; t++) {
        *has_and |= dm_token_is(token_at(m, t), "and");
        if (!dm_token_is(token_at(m, t), ",") && !dm_token_is(token_at(m, t), "and") && !dm_token_is(token_at(m, t), "the"))
            return false;
    }
    return true;
}

/* "Qatar, Oman and Kuwait": the actors of the list that ends with mention `last` (its first mention in *first). */
static dm_mention list_of(const dm_memory *m, size_t last, size_t *first)
{
    dm_mention all = m->doc->mentions[last];
    bool has_and = false;
    *first = last;
    while (*first > 0 && all.n_actors < DM_MENTION_ACTORS && joins(m, &m->doc->mentions[*first - 1], &m->doc->mentions[*first], &has_and) && has_and) {
        const dm_mention *x = &m->doc->mentions[--*first];
        bool known = false;
        for (uint8_t i = 0; i < all.n_actors; i++)
            known |= dm_str_equal(all.actors[i], x->actors[0]);
        if (!known)
            all.actors[all.n_actors++] = x->actors[0];
    }
    all.person = all.n_actors > m->doc->mentions[last].n_actors ? (dm_str){"", 0} : all.person;
    return all;
}

/* The nearest sentence with a plural or a list before t: its first subject, else the last of them. */
static bool find_plural(const dm_memory *m, size_t t, dm_mention *found)
{
    for (size_t back = 0; back <= 1 && back <= m->sentence; back++) {
        bool any = false;
        for (size_t k = 0; k < m->doc->n_mentions; k++) {
            const dm_mention *x = &m->doc->mentions[k];
            size_t first;
            if (x->sentence + back != m->sentence || x->token_end > t || !x->n_actors)
                continue;
            bool has_and = false;
            if (k + 1 < m->doc->n_mentions && joins(m, x, &m->doc->mentions[k + 1], &has_and))
                continue; /* the list goes on */
            dm_mention list = list_of(m, k, &first);
            if (list.n_actors < 2 && !is_plural(m, x))
                continue;
            *found = list;
            any = true;
            if (is_subject(m, &m->doc->mentions[first]))
                return true;
        }
        if (any)
            return true;
    }
    return false;
}

/* ---- we -------------------------------------------------------------------------------------------------- */

/* Who says the words of the sentence: a mention next to a word of saying, outside quotation marks. */
static const dm_mention *speaker_of(const dm_memory *m, size_t sentence)
{
    for (size_t k = 0; k < m->doc->n_mentions; k++) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->sentence != sentence || !x->n_actors || token_at(m, x->token)->in_quote)
            continue;
        size_t next = x->token_end;
        if ((next < m->doc->n_tokens && dm_is_speech_verb(token_at(m, next)->fold)) || (x->token > 0 && dm_is_speech_verb(token_at(m, x->token - 1)->fold)))
            return x;
    }
    return NULL;
}

/* ---- one token ------------------------------------------------------------------------------------------- */

size_t dm_actor_pronoun(dm_memory *m, const dm_sentence *s, size_t t)
{
    const dm_token *token = token_at(m, t);
    if (token->shape == DM_SHAPE_UPPER && token->form.n > 1) /* US, IT */
        return t;
    if (DM_WORD_IN(token->fold, he_words)) {
        refer(m, t, dm_actor_antecedent(m, t, true), "person named before");
    } else if (DM_WORD_IN(token->fold, it_words)) {
        if (dm_token_is(token, "it") && t + 1 < s->token_end && DM_WORD_IN(token_at(m, t + 1)->fold, it_is_words))
            return t; /* it is likely that … */
        const dm_mention *to = dm_actor_antecedent(m, t, false);
        if (!to)
            return t;
        refer(m, t, to, "actor named before");
    } else if (DM_WORD_IN(token->fold, they_words)) {
        dm_mention to;
        if (!find_plural(m, t, &to))
            return t;
        refer(m, t, &to, "actors named before");
    } else if (token->in_quote && DM_WORD_IN(token->fold, we_words)) {
        const dm_mention *to = speaker_of(m, m->sentence);
        if (!to && s->quote_runs_in && m->sentence)
            to = speaker_of(m, m->sentence - 1);
        if (!to)
            return t;
        refer(m, t, to, "speaker of the quotation");
    } else {
        return t;
    }
    return t + 1;
}
