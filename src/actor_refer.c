/* Words that stand for an actor named before: roles, pronouns, "both sides", "the two countries". */
#include "actor_memory.h"
#include "token.h"

static const char *const he_words[] = {"he", "her", "him", "his", "she"};
static const char *const it_words[] = {"it", "its", "itself"};
static const char *const they_words[] = {"their", "them", "they"};
static const char *const we_words[] = {"i", "me", "my", "our", "ours", "us", "we"};
static const char *const pair_nouns[] = {"capitals", "countries", "governments", "leaders", "men", "nations", "neighbors", "neighbours", "presidents", "sides", "states"};
static const char *const it_is_words[] = {"'s", "appears", "became", "is", "remains", "seems", "was"};

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

static bool has_person(const dm_mention *x) { return x->person.n > 0; }

static void take_actors(dm_mention *to, const dm_mention *from)
{
    memcpy(to->actors, from->actors, sizeof to->actors);
    to->n_actors = from->n_actors;
    to->person = from->person;
    to->why = from->why;
}

static const char *const prepositions[] = {"about", "against", "at", "between", "by", "for", "from", "in", "into", "of", "on", "over", "to", "toward", "towards", "with"};

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
    return x->via != DM_VIA_DEMONYM;
}

/* The nearest sentence with a fitting mention before t: its first subject, else its first mention. Someone named
 * inside a quotation is not the "he" outside it ("… influence with Putin," he said). */
static const dm_mention *antecedent(const dm_memory *m, size_t t, bool person)
{
    bool quoted = token_at(m, t)->in_quote;
    for (size_t back = 0; back <= 2 && back <= m->sentence; back++) {
        const dm_mention *subject = NULL, *any = NULL;
        for (size_t k = m->doc->n_mentions; k-- > 0 && m->doc->mentions[k].sentence + back >= m->sentence;) {
            const dm_mention *x = &m->doc->mentions[k];
            if (x->sentence + back != m->sentence || x->token_end > t || !x->n_actors || has_person(x) != person ||
                (!quoted && token_at(m, x->token)->in_quote))
                continue;
            any = x;
            if (is_subject(m, x))
                subject = x;
        }
        if (subject || any)
            return subject ? subject : any;
    }
    return NULL;
}

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

static void refer(dm_memory *m, size_t t, const dm_mention *to, const char *why)
{
    dm_mention copy = to ? *to : (dm_mention){0};
    dm_mention *x = dm_memory_push(m, t, t + 1, DM_VIA_PRONOUN, why);
    if (to)
        take_actors(x, &copy);
}

/* The last two different actors, for "both countries". */
static size_t take_pair(dm_memory *m, const dm_sentence *s, size_t t)
{
    bool both = dm_token_is(token_at(m, t), "both") || dm_token_is(token_at(m, t), "two");
    if (!both || t + 1 >= s->token_end || !DM_WORD_IN(token_at(m, t + 1)->fold, pair_nouns))
        return t;
    bool persons = dm_token_is(token_at(m, t + 1), "men") || dm_token_is(token_at(m, t + 1), "leaders") || dm_token_is(token_at(m, t + 1), "presidents");
    dm_str found[2];
    size_t n = 0;
    for (size_t k = m->doc->n_mentions; k-- > 0 && n < 2;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->sentence + 3 < m->sentence)
            break;
        if (x->n_actors != 1 || (persons && !has_person(x)) || (!persons && strcmp(dm_actor_kind(x->actors[0]), "state") != 0))
            continue;
        if (n == 0 || !dm_str_equal(found[0], x->actors[0]))
            found[n++] = x->actors[0];
    }
    if (n < 2)
        return t;
    dm_mention *x = dm_memory_push(m, t, t + 2, DM_VIA_ROLE, "the two actors named last");
    x->actors[0] = found[1];
    x->actors[1] = found[0];
    x->n_actors = 2;
    return t + 2;
}

static const char *const government_nouns[] = {"administration", "army", "authorities", "cabinet", "delegation", "generals", "government", "judges", "junta", "military", "ministry", "navy",
    "parliament", "police", "prosecutors", "regime", "senate", "soldiers", "troops"};
static const char *const bare_organs[] = {"parliament", "police", "policemen", "prosecutors", "riot", "security", "soldiers", "troops"}; /* also without "the" */
static const char *const country_nouns[] = {"country", "emirate", "island", "kingdom", "nation", "republic"};
static const char *const group_nouns[] = {"agency", "alliance", "bloc", "council", "court", "fund", "group", "insurgents", "militants", "movement",
    "organisation", "organization", "party", "union", "watchdog"};
static const char *const opposition_nouns[] = {"guerrillas", "insurgents", "militants", "opposition", "rebels"};
static const char *const opposition_parts[] = {"activists", "alliance", "cause", "coalition", "commanders", "delegation", "factions", "fighters", "figures", "forces", "groups", "leader", "leaders", "leadership", "negotiator", "negotiators", "officials", "politicians", "supporters", "team"};

static bool is_group(const dm_mention *x)
{
    const char *kind = dm_actor_kind(x->actors[0]);
    return strcmp(kind, "state") != 0 && strcmp(kind, "person") != 0;
}

/* "the rebels": any armed group or party that was named, but no crowd and no alliance of states. */
static bool is_opposition(const dm_mention *x)
{
    bool group = dm_str_starts(x->actors[0], "GRP:") && !dm_str_is(x->actors[0], "GRP:PROTESTERS") && !dm_str_is(x->actors[0], "GRP:WEST") && !dm_str_ends(x->actors[0], "STATES");
    return group || memmem(x->actors[0].s, x->actors[0].n, "OPPOSITION", 10) || memmem(x->actors[0].s, x->actors[0].n, "REBELS", 6);
}

/* What kind of actor the noun asks for; false: it asks for none. */
typedef bool fits(const dm_mention *x);
static bool is_officer(const dm_mention *x) { return x->person.n > 0; }
static bool is_state(const dm_mention *x) { return strcmp(dm_actor_kind(x->actors[0]), "state") == 0; }

static fits *wanted_by(const dm_token *noun)
{
    if (DM_WORD_IN(noun->fold, opposition_nouns))
        return is_opposition;
    if (DM_WORD_IN(noun->fold, government_nouns) || DM_WORD_IN(noun->fold, country_nouns))
        return is_state;
    if (DM_WORD_IN(noun->fold, group_nouns))
        return is_group;
    return dm_is_title(noun->fold) ? is_officer : NULL;
}

/* "opposition leaders", "the opposition’s demands", "the rebels": those that the article has named. */
static size_t take_opposition(dm_memory *m, const dm_sentence *s, size_t t)
{
    if (!DM_WORD_IN(token_at(m, t)->fold, opposition_nouns))
        return t;
    size_t end = t + 1;
    while (end < s->token_end && DM_WORD_IN(token_at(m, end)->fold, opposition_parts))
        end++;
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->n_actors != 1 || !is_opposition(x))
            continue;
        dm_mention copy = *x;
        take_actors(dm_memory_push(m, t, end, DM_VIA_ROLE, "opposition named before"), &copy);
        m->doc->mentions[m->doc->n_mentions - 1].person = (dm_str){"", 0};
        return end;
    }
    return end;
}

/* "the foreign secretary, Boris Johnson," : the name says whose. */
static bool name_follows(const dm_memory *m, const dm_sentence *s, size_t end)
{
    size_t length;
    if (end + 1 >= s->token_end || !dm_token_is(token_at(m, end), ","))
        return false;
    const dm_entry *e = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[end + 1], s->token_end - end - 1, &length);
    return (e && e->via == DM_VIA_PERSON) || (end + 2 < s->token_end && dm_token_is_capital(token_at(m, end + 1)) && dm_memory_person(m, token_at(m, end + 2)->fold));
}

/* "police", "the army", "parliament" are those of the place where things happen, if the sentence or the one before it
 * names one. */
static bool push_home(dm_memory *m, size_t t, size_t end)
{
    if (!m->scene.n || m->scene_sentence + 1 < m->sentence)
        return false;
    dm_mention *x = dm_memory_push(m, t, end, DM_VIA_ROLE, "of the place named last");
    x->actors[0] = m->scene;
    x->n_actors = 1;
    return true;
}

/* "Police fired on …", "soldiers": without an article, of the place or the state named last. */
static size_t take_organ(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t end = t;
    while (end < s->token_end && end < t + 2 && DM_WORD_IN(token_at(m, end)->fold, bare_organs))
        end++;
    bool adjective = end == t + 1 && (dm_token_is(token_at(m, t), "riot") || dm_token_is(token_at(m, t), "security"));
    if (adjective && end < s->token_end && dm_token_is(token_at(m, end), "forces")) {
        adjective = false;
        end++;
    }
    if (end == t || adjective || (t > s->token && dm_token_is_capital(token_at(m, t - 1))))
        return t;
    if (push_home(m, t, end))
        return end;
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->n_actors != 1 || !is_state(x))
            continue;
        dm_mention copy = *x;
        take_actors(dm_memory_push(m, t, end, DM_VIA_ROLE, "of the state named last"), &copy);
        m->doc->mentions[m->doc->n_mentions - 1].person = (dm_str){"", 0};
        return end;
    }
    return t;
}

/* "the ministry", "the government", "the president", "the bloc", "the opposition": the actor named last that fits. */
static size_t take_role(dm_memory *m, const dm_sentence *s, size_t t)
{
    if (!dm_token_is(token_at(m, t), "the") || t + 1 >= s->token_end)
        return t;
    size_t end = t + 1;
    while (end < s->token_end && end < t + 4 && (wanted_by(token_at(m, end)) || dm_is_institution(token_at(m, end)->fold) || dm_token_is(token_at(m, end), "prime")))
        end++;
    fits *fit = end > t + 1 ? wanted_by(token_at(m, end - 1)) : NULL;
    if (!fit || fit == is_opposition || dm_token_is_capital(token_at(m, end - 1)))
        return t;
    if (name_follows(m, s, end))
        return end;
    bool country = DM_WORD_IN(token_at(m, end - 1)->fold, country_nouns);
    if (fit == is_state && !country && push_home(m, t + 1, end))
        return end;
    const dm_mention *subject = country ? antecedent(m, t, false) : NULL;
    if (subject && is_state(subject)) {
        dm_mention copy = *subject;
        take_actors(dm_memory_push(m, t + 1, end, DM_VIA_ROLE, "state named before"), &copy);
        return end;
    }
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->n_actors != 1 || !fit(x))
            continue;
        dm_mention copy = *x;
        dm_mention *role = dm_memory_push(m, t + 1, end, DM_VIA_ROLE, "role of the actor named last");
        take_actors(role, &copy);
        return end;
    }
    return t;
}

/* Can "they" stand for it? */
static bool is_plural(const dm_memory *m, const dm_mention *x)
{
    if (!x->n_actors || x->token_end == x->token)
        return false;
    const dm_token *last = token_at(m, x->token_end - 1);
    return x->n_actors > 1 || dm_str_starts(x->actors[0], "GRP:") || dm_token_is(last, "police") || (dm_str_ends(last->fold, "s") && !dm_token_is_capital(last));
}

static size_t take_pronoun(dm_memory *m, const dm_sentence *s, size_t t)
{
    const dm_token *token = token_at(m, t);
    if (token->shape == DM_SHAPE_UPPER && token->form.n > 1) /* US, IT */
        return t;
    if (DM_WORD_IN(token->fold, he_words)) {
        refer(m, t, antecedent(m, t, true), "person named before");
    } else if (DM_WORD_IN(token->fold, it_words)) {
        if (dm_token_is(token, "it") && t + 1 < s->token_end && DM_WORD_IN(token_at(m, t + 1)->fold, it_is_words))
            return t; /* it is likely that … */
        const dm_mention *to = antecedent(m, t, false);
        if (!to)
            return t;
        refer(m, t, to, "actor named before");
    } else if (DM_WORD_IN(token->fold, they_words)) {
        const dm_mention *to = NULL;
        for (size_t k = 0; k < m->doc->n_mentions; k++)
            if (m->doc->mentions[k].sentence + 1 >= m->sentence && is_plural(m, &m->doc->mentions[k]))
                to = &m->doc->mentions[k];
        if (!to)
            return t;
        refer(m, t, to, "actors named before");
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

size_t dm_actor_refer(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t next = take_pair(m, s, t);
    if (next == t)
        next = take_role(m, s, t);
    if (next == t)
        next = take_opposition(m, s, t);
    if (next == t)
        next = take_organ(m, s, t);
    return next == t ? take_pronoun(m, s, t) : next;
}
