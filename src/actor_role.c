/* Nouns that stand for an actor named before: "the ministry", "the rebels", "both sides", "the two countries". */
#include "actor_memory.h"
#include "token.h"

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

/* What kind of actor a noun asks for. */
typedef bool fits(const dm_mention *x);

static bool is_kind(const dm_mention *x, const char *kind) { return strcmp(dm_actor_kind(x->actors[0]), kind) == 0; }
static bool is_officer(const dm_mention *x) { return x->person.n > 0; }
static bool is_person(const dm_mention *x) { return x->person.n > 0 || x->human; }
static bool is_state(const dm_mention *x) { return is_kind(x, "state"); }
static bool is_company(const dm_mention *x) { return is_kind(x, "company"); }
static bool is_body(const dm_mention *x) { return is_kind(x, "igo") || is_kind(x, "organisation"); }
static bool is_side(const dm_mention *x) { return !is_kind(x, "person"); }

static bool holds(dm_str id, const char *part) { return memmem(id.s, id.n, part, strlen(part)) != NULL; }

static bool is_court(const dm_mention *x)
{
    static const char *const parts[] = {"COURT", "ICC", "ICJ", "ICT", "ECHR", "SCSL", "PCA", "TRIBUNAL"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (is_body(x) && holds(x->actors[0], parts[i]))
            return true;
    return false;
}

/* "the rebels": any armed group or party that was named, but no crowd and no alliance of states. */
static bool is_opposition(const dm_mention *x)
{
    bool group = dm_str_starts(x->actors[0], "GRP:") && !dm_str_is(x->actors[0], "GRP:PROTESTERS") && !dm_str_is(x->actors[0], "GRP:WEST") && !dm_str_ends(x->actors[0], "STATES");
    return group || holds(x->actors[0], "OPPOSITION") || holds(x->actors[0], "REBELS");
}

/* "the group", "the network": whatever is neither state nor person nor company. */
static bool is_group(const dm_mention *x) { return is_opposition(x) || is_body(x); }

static bool is_bloc(const dm_mention *x) { return is_body(x) || dm_str_is(x->actors[0], "GRP:WEST"); }

static const char *const government_nouns[] = {"administration", "army", "authorities", "cabinet", "delegation", "generals", "government", "judges", "junta", "military", "ministry", "navy",
    "parliament", "police", "prosecutors", "regime", "senate", "soldiers", "troops"};
static const char *const bare_organs[] = {"parliament", "police", "policemen", "prosecutors", "riot", "security", "soldiers", "troops"}; /* also without "the" */
static const char *const country_nouns[] = {"country", "emirate", "island", "kingdom", "nation", "republic"};
static const char *const company_nouns[] = {"airline", "bank", "carmaker", "company", "conglomerate", "firm", "supplier"};
static const char *const body_nouns[] = {"agency", "body", "commission", "committee", "council", "fund", "league", "organisation", "organization",
    "panel", "watchdog"};
static const char *const bloc_nouns[] = {"alliance", "bloc", "cartel", "grouping", "union"};
static const char *const court_nouns[] = {"court", "tribunal"};
static const char *const group_nouns[] = {"faction", "group", "insurgents", "militants", "militia", "movement", "network", "outfit",
    "paramilitaries", "party"};
static const char *const opposition_nouns[] = {"guerrillas", "insurgents", "militants", "opposition", "rebels"};
static const char *const opposition_parts[] = {"activists", "alliance", "cause", "coalition", "commanders", "delegation", "factions", "fighters", "figures", "forces", "groups", "leader", "leaders",
    "leadership", "negotiator", "negotiators", "officials", "politicians", "supporters", "team"};

static fits *wanted_by(const dm_token *noun)
{
    static const struct { const char *const *nouns; size_t n; fits *fit; } table[] = {
#define ROW(list, fit) {list, sizeof(list) / sizeof *(list), fit}
        ROW(opposition_nouns, is_opposition), ROW(government_nouns, is_state), ROW(country_nouns, is_state), ROW(company_nouns, is_company), ROW(body_nouns, is_body),
        ROW(bloc_nouns, is_bloc), ROW(court_nouns, is_court), ROW(group_nouns, is_group),
#undef ROW
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (dm_word_in(noun->fold, table[i].nouns, table[i].n))
            return table[i].fit;
    return dm_is_title(noun->fold) ? is_officer : NULL;
}

static dm_mention *push_copy(dm_memory *m, size_t t, size_t end, const dm_mention *of, const char *why)
{
    dm_mention copy = *of; /* the list may move */
    dm_mention *x = dm_memory_push(m, t, end, DM_VIA_ROLE, why);
    memcpy(x->actors, copy.actors, sizeof x->actors);
    x->n_actors = copy.n_actors;
    x->why = copy.why;
    return x;
}

/* The mention of one actor named last that fits, or NULL. */
static const dm_mention *last_fitting(const dm_memory *m, fits *fit)
{
    for (size_t k = m->doc->n_mentions; k-- > 0;)
        if (m->doc->mentions[k].n_actors == 1 && fit(&m->doc->mentions[k]))
            return &m->doc->mentions[k];
    return NULL;
}

/* The same, before others one whose words end in the noun: "the Syrian opposition delegation … the delegation". */
static const dm_mention *last_called(const dm_memory *m, fits *fit, dm_str noun)
{
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->n_actors == 1 && x->token_end > x->token && dm_str_equal(token_at(m, x->token_end - 1)->fold, noun) && m->doc->mentions[k].sentence + 10 >= m->sentence)
            return x;
    }
    return last_fitting(m, fit);
}

/* ---- both sides, the two countries, the three leaders ----------------------------------------------------- */

static const char *const person_nouns[] = {"chancellors", "envoys", "leaders", "men", "ministers", "negotiators", "pair", "premiers", "presidents",
    "women"};
static const char *const state_nouns[] = {"armies", "capitals", "countries", "economies", "giants", "governments", "kingdoms", "militaries",
    "nations", "neighbors", "neighbours", "powers", "republics", "states"};
static const char *const side_nouns[] = {"adversaries", "allies", "antagonists", "belligerents", "camps", "claimants", "delegations", "enemies",
    "factions", "foes", "movements", "opponents", "parties", "partners", "rivals", "sides", "teams"};
static const char *const pair_adjectives[] = {"african", "arab", "asian", "baltic", "big", "bitter", "communist", "feuding", "foreign", "korean",
    "neighboring", "neighbouring", "nuclear", "old", "opposing", "other", "prime", "rival", "warring", "western", "young"};
static const char *const after_pair[] = {"accused", "agreed", "announced", "are", "declared", "denied", "discussed", "exchanged", "gave", "had",
    "have", "is", "met", "refused", "said", "sides", "signed", "swore", "tell", "told", "want", "were", "will", "would"};

static fits *paired_by(const dm_token *noun)
{
    if (DM_WORD_IN(noun->fold, person_nouns))
        return is_person;
    if (DM_WORD_IN(noun->fold, state_nouns))
        return is_state;
    return DM_WORD_IN(noun->fold, side_nouns) ? is_side : NULL;
}

static bool add_actor(dm_str *found, size_t *have, size_t n, dm_str actor)
{
    for (size_t i = 0; i < *have; i++)
        if (dm_str_equal(found[i], actor))
            return false;
    if (*have < n)
        found[(*have)++] = actor;
    return true;
}

/* n different actors that fit: the first of the nearest sentence that has as many (this one or one of the two before),
 * else the last of the four sentences. */
static bool last_actors(const dm_memory *m, size_t n, fits *fit, dm_str *found)
{
    size_t have;
    for (size_t back = 0; back <= 2 && back <= m->sentence; back++) {
        have = 0;
        for (size_t k = 0; k < m->doc->n_mentions; k++) {
            const dm_mention *x = &m->doc->mentions[k];
            if (x->sentence + back == m->sentence && x->n_actors == 1 && fit(x))
                add_actor(found, &have, n, x->actors[0]);
        }
        if (have == n)
            return true;
    }
    have = 0;
    for (size_t k = m->doc->n_mentions; k-- > 0 && have < n && m->doc->mentions[k].sentence + 3 >= m->sentence;)
        if (m->doc->mentions[k].n_actors == 1 && fit(&m->doc->mentions[k]))
            add_actor(found, &have, n, m->doc->mentions[k].actors[0]);
    for (size_t i = 0; i < have / 2; i++) { /* in the order of the text */
        dm_str swap = found[i];
        found[i] = found[have - 1 - i];
        found[have - 1 - i] = swap;
    }
    return have == n;
}

/* The words [t, end) as a role of n actors. */
static size_t push_role(dm_memory *m, size_t t, size_t end, const dm_str *actors, size_t n, const char *why)
{
    dm_mention *x = dm_memory_push(m, t, end, DM_VIA_ROLE, why);
    for (size_t i = 0; i < n; i++)
        x->actors[i] = actors[i];
    x->n_actors = (uint8_t)n;
    return end;
}

static const struct {
    const char *word, *why;
    size_t n;
} counts[] = {{"both", "the two actors named last", 2}, {"two", "the two actors named last", 2}, {"three", "the three actors named last", 3},
    {"four", "the four actors named last", 4}};

static size_t take_pair(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t n = 0;
    const char *why = counts[0].why;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (dm_token_is(token_at(m, t), counts[i].word)) {
            n = counts[i].n;
            why = counts[i].why;
        }
    size_t noun = n ? t + 1 : t, end;
    bool the = t > s->token && dm_token_is(token_at(m, t - 1), "the");
    if (!n && the && (dm_token_is(token_at(m, t), "neighbours") || dm_token_is(token_at(m, t), "neighbors") || dm_token_is(token_at(m, t), "rivals") || dm_token_is(token_at(m, t), "pair")))
        n = 2;
    if (!n || noun >= s->token_end)
        return t;
    while (noun + 1 < s->token_end && noun < t + 3 && DM_WORD_IN(token_at(m, noun)->fold, pair_adjectives))
        noun++;
    fits *fit = paired_by(token_at(m, noun));
    end = noun + 1;
    if (!fit && noun == t + 1 && (the || t == s->token) && DM_WORD_IN(token_at(m, noun)->fold, after_pair)) {
        fit = is_side; /* "Both agreed", "the two have" */
        end = noun;
    }
    if (!fit || (n > 2 && !the) || (n == 2 && noun > t && dm_token_is(token_at(m, t), "two") && !the))
        return t;
    dm_str found[DM_MENTION_ACTORS];
    if (!last_actors(m, n, fit, found) && !(fit == is_person && last_actors(m, n, is_side, found)))
        return t;
    return push_role(m, t, end, found, n, why);
}

/* "the two Koreas", "both Koreas". */
static size_t take_koreas(dm_memory *m, const dm_sentence *s, size_t t)
{
    bool pair = dm_token_is(token_at(m, t), "both") || dm_token_is(token_at(m, t), "two");
    if (!pair || t + 1 >= s->token_end || !dm_token_is(token_at(m, t + 1), "koreas"))
        return t;
    const dm_str koreas[] = {DM_LIT("KOR"), DM_LIT("PRK")};
    return push_role(m, t, t + 2, koreas, 2, "North and South Korea");
}

/* "the North", "the South" of Korea, where the article has named either. */
static size_t take_compass(dm_memory *m, const dm_sentence *s, size_t t)
{
    bool north = dm_token_is(token_at(m, t), "north"), south = dm_token_is(token_at(m, t), "south");
    if ((!north && !south) || !dm_token_is_capital(token_at(m, t)) || t == s->token || !dm_token_is(token_at(m, t - 1), "the"))
        return t;
    if (t + 1 < s->token_end && (dm_token_is_capital(token_at(m, t + 1)) || dm_token_is(token_at(m, t + 1), "-") || dm_token_is(token_at(m, t + 1), "of")))
        return t;
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->n_actors != 1 || !(dm_str_is(x->actors[0], "PRK") || dm_str_is(x->actors[0], "KOR")))
            continue;
        const dm_str half = north ? DM_LIT("PRK") : DM_LIT("KOR");
        return push_role(m, t, t + 1, &half, 1, "half of Korea");
    }
    return t;
}

/* ---- the opposition, the police, the ministry ------------------------------------------------------------- */

/* "opposition leaders", "the opposition’s demands", "the rebels": those that the article has named. */
static size_t take_opposition(dm_memory *m, const dm_sentence *s, size_t t)
{
    if (!DM_WORD_IN(token_at(m, t)->fold, opposition_nouns))
        return t;
    size_t end = t + 1;
    while (end < s->token_end && DM_WORD_IN(token_at(m, end)->fold, opposition_parts))
        end++;
    const dm_mention *before = last_fitting(m, is_opposition);
    if (before)
        push_copy(m, t, end, before, "opposition named before");
    return end;
}

static const dm_entry *entry_at(const dm_memory *m, const dm_sentence *s, size_t t, size_t *length)
{
    return t < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[t], s->token_end - t, length) : NULL;
}

/* "the foreign secretary, Boris Johnson," : whose office it is on that date, or that of one introduced; or empty. */
static dm_str office_of_name(const dm_memory *m, const dm_sentence *s, size_t end)
{
    size_t length;
    if (end + 1 >= s->token_end || !dm_token_is(token_at(m, end), ","))
        return (dm_str){"", 0};
    for (const dm_entry *e = entry_at(m, s, end + 1, &length); e; e = e->next)
        if (e->via == DM_VIA_PERSON && dm_entry_on(e, m->doc->article.date))
            return e->id;
    const dm_known_person *p = end + 2 < s->token_end && dm_token_is_capital(token_at(m, end + 1)) ? dm_memory_person(m, token_at(m, end + 2)->fold) : NULL;
    return p ? p->actor : (dm_str){"", 0};
}

/* "the president of Mexico", "the judges of the International Court of Justice": *end moves behind the name. */
static dm_str owner_behind(const dm_memory *m, const dm_sentence *s, size_t *end)
{
    size_t length, t = *end;
    if (t + 1 >= s->token_end || !dm_token_is(token_at(m, t), "of"))
        return (dm_str){"", 0};
    size_t at = t + 1 + dm_token_is(token_at(m, t + 1), "the");
    const dm_entry *e = entry_at(m, s, at, &length);
    if (!e || e->via == DM_VIA_PERSON || e->via == DM_VIA_NONE || (at + length < s->token_end && dm_token_is(token_at(m, at + length), "'s")))
        return (dm_str){"", 0};
    size_t behind = at + length;
    while (behind < s->token_end && behind < at + length + 2 && dm_token_is_word(token_at(m, behind)) && !dm_token_is_capital(token_at(m, behind)))
        behind++;
    if (behind + 1 < s->token_end && dm_token_is(token_at(m, behind), ",") && dm_token_is_capital(token_at(m, behind + 1)))
        return (dm_str){"", 0}; /* "the head of the opposition delegation, Nasr Hariri": the name is learnt */
    *end = at + length;
    return e->id;
}

/* "police", "the army", "parliament" are those of the place where things happen, if the sentence or the one before it
 * names one. */
static bool push_home(dm_memory *m, size_t t, size_t end)
{
    if (!m->scene.n || m->scene_sentence + 1 < m->sentence)
        return false;
    push_role(m, t, end, &m->scene, 1, "of the place named last");
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
    const dm_mention *state = last_fitting(m, is_state);
    if (!state)
        return t;
    push_copy(m, t, end, state, "of the state named last");
    return end;
}

static const char *const official_nouns[] = {"advisers", "chiefs", "commanders", "deputies", "diplomats", "forces", "generals", "lawmakers", "leaders", "ministers", "negotiators",
    "officers", "officials", "prosecutors", "soldiers", "sources", "spokesman", "spokeswoman", "troops"};
static const char *const of_government[] = {"administration", "army", "cabinet", "defence", "defense", "government", "intelligence", "military", "presidential", "regime", "security", "state"};

/* "lawmakers in Seoul", "officials in Tehran"; "government troops", "a presidential spokesman": of the state at hand. */
static size_t take_officials(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t noun = t + DM_WORD_IN(token_at(m, t)->fold, of_government), length;
    if (noun >= s->token_end || !DM_WORD_IN(token_at(m, noun)->fold, official_nouns) || (t > s->token && (dm_token_is_capital(token_at(m, t - 1)) || dm_token_is(token_at(m, t - 1), "'s"))))
        return t;
    bool in = noun + 2 < s->token_end && dm_token_is(token_at(m, noun + 1), "in");
    const dm_entry *e = in ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[noun + 2], s->token_end - noun - 2, &length) : NULL;
    if (e && (e->via == DM_VIA_CAPITAL || e->via == DM_VIA_NAME) && strcmp(dm_actor_kind(e->id), "state") == 0) {
        return push_role(m, t, noun + 2 + length, &e->id, 1, "in the place that follows");
    }
    if (noun == t)
        return t;
    if (push_home(m, t, noun + 1))
        return noun + 1;
    const dm_mention *state = last_fitting(m, is_state);
    if (!state)
        return t;
    push_copy(m, t, noun + 1, state, "of the state named last");
    return noun + 1;
}

/* The officer named last whose office holds the noun ("the president": not the minister who spoke after him). */
static const dm_mention *officer_of(const dm_memory *m, dm_str noun)
{
    for (size_t k = m->doc->n_mentions; k-- > 0;) {
        const dm_mention *x = &m->doc->mentions[k];
        const dm_known_person *p = x->n_actors == 1 && x->person.n ? dm_memory_introduced(m, x->person) : NULL;
        if (p && memmem(p->sector.s, p->sector.n, noun.s, noun.n))
            return x;
    }
    return last_fitting(m, is_officer);
}

/* Nobody named before fits: an officer of the state where things happen or that acted last; or one named later on. */
static size_t take_other(dm_memory *m, size_t t, size_t end, fits *fit)
{
    dm_mention found = {0};
    if (fit == is_officer) {
        const dm_mention *state = dm_actor_antecedent(m, t, false);
        state = state && is_state(state) ? state : last_fitting(m, is_state);
        found.actors[0] = m->scene.n && m->scene_sentence + 1 >= m->sentence ? m->scene : state ? state->actors[0] : (dm_str){"", 0};
    } else if (fit != is_company) {
        for (size_t i = end, length; i < m->doc->n_tokens && !found.actors[0].n; i++) {
            const dm_entry *e = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[i], m->doc->n_tokens - i, &length);
            dm_mention x = {.actors = {e ? e->id : (dm_str){"", 0}}, .n_actors = 1};
            if (e && e->via != DM_VIA_PERSON && e->via != DM_VIA_NONE && fit(&x))
                found = x;
        }
    }
    if (!found.actors[0].n)
        return t;
    dm_mention *role = dm_memory_push(m, t + 1, end, DM_VIA_ROLE, fit == is_officer ? "office of the state at hand" : "named later in the article");
    role->actors[0] = found.actors[0];
    role->n_actors = 1;
    role->human = fit == is_officer && !dm_str_ends(token_at(m, end - 1)->fold, "s");
    return end;
}

static const char *const role_adjectives[] = {"armed", "beleaguered", "caretaker", "current", "embattled", "incoming", "interim", "islamist", "new", "outgoing", "powerful", "present", "revamped", "ruling",
    "transitional", "whole"};

/* "the ministry", "the government", "the president", "the bloc": the actor named last that fits. */
static size_t take_role(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t length;
    if (!dm_token_is(token_at(m, t), "the") || t + 1 >= s->token_end || entry_at(m, s, t + 1, &length)) /* "the Republic of Congo" */
        return t;
    size_t first = t + 1 + (t + 2 < s->token_end && DM_WORD_IN(token_at(m, t + 1)->fold, role_adjectives)), end = first;
    while (end < s->token_end && end < first + 4 && (wanted_by(token_at(m, end)) || dm_is_institution(token_at(m, end)->fold) || dm_is_office(token_at(m, end)->fold)))
        end++;
    while (end > first && !wanted_by(token_at(m, end - 1)))
        end--;
    fits *fit = end > first ? wanted_by(token_at(m, end - 1)) : NULL;
    bool name = end < s->token_end && end > t + 1 && dm_token_is_capital(token_at(m, end - 1)) && dm_token_is_capital(token_at(m, end));
    if (!fit || name || fit == is_opposition) /* take_opposition's */
        return t;
    size_t tail = end;
    dm_str owner = owner_behind(m, s, &tail);
    if (owner.n || (fit == is_officer && (owner = office_of_name(m, s, end)).n)) {
        dm_mention *role = dm_memory_push(m, t + 1, tail, DM_VIA_ROLE, "owner named behind the role");
        role->actors[0] = owner;
        role->n_actors = 1;
        role->human = fit == is_officer && !dm_str_ends(token_at(m, end - 1)->fold, "s");
        return tail;
    }
    bool country = DM_WORD_IN(token_at(m, end - 1)->fold, country_nouns);
    if (fit == is_state && !country && push_home(m, t + 1, end))
        return end;
    const dm_mention *of = country ? dm_actor_antecedent(m, t, false) : NULL;
    if (!of || !is_state(of))
        of = fit == is_officer ? officer_of(m, token_at(m, end - 1)->fold) : last_called(m, fit, token_at(m, end - 1)->fold);
    if (!of)
        return fit == is_state ? t : take_other(m, t, end, fit);
    dm_str person = of->person;
    dm_mention *role = push_copy(m, t + 1, end, of, "role of the actor named last");
    if (fit == is_officer) {
        role->person = person;
        role->human = !dm_str_ends(token_at(m, end - 1)->fold, "s");
    }
    return end;
}

size_t dm_actor_role(dm_memory *m, const dm_sentence *s, size_t t)
{
    static size_t (*const takers[])(dm_memory *, const dm_sentence *, size_t) = {take_pair, take_koreas, take_compass, take_role, take_opposition, take_officials, take_organ};
    for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
        size_t next = takers[i](m, s, t);
        if (next > t)
            return next;
    }
    return t;
}
