/* Names in the gazetteer, what stands around them, and what that teaches about names that are not in it. */
#include "actor_memory.h"
#include "token.h"

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

static bool is_possessive(const dm_token *t) { return dm_token_is(t, "'s") || dm_token_is(t, "'"); }

static int year_of(dm_str date)
{
    int year = 0;
    for (size_t i = 0; i < 4 && i < date.n && date.s[i] >= '0' && date.s[i] <= '9'; i++)
        year = year * 10 + date.s[i] - '0';
    return year;
}

/* How a person's name stands in the text. */
typedef enum {
    NAME_AMONG_OTHERS, /* beside other capitalised words, or where nothing is known */
    NAME_ALONE,        /* "Kibaki refused": an office-holder on that date if his state is named too */
    NAME_WITH_TITLE    /* "President Kibaki": an office-holder on that date */
} name_use;

/* A surname that nobody has introduced: may it be this person's? */
static bool is_known_surname(dm_memory *m, const dm_entry *e, name_use use)
{
    dm_str date = m->doc->article.date;
    if (dm_memory_introduced(m, e->person))
        return true;
    if (e->alone)
        return !date.n || !e->from.n || year_of(date) + 3 >= year_of(e->from);
    return date.n && dm_entry_on(e, date) && (use == NAME_WITH_TITLE || (use == NAME_ALONE && dm_memory_named(m, e->id)));
}

/* Does one of the tokens [from, to) stand in the list "Atlanta|Savannah"? */
static bool any_of(const dm_memory *m, size_t from, size_t to, dm_str list)
{
    for (size_t t = from; t < to; t++)
        for (size_t i = 0, start = 0; i <= list.n; i++)
            if (i == list.n || list.s[i] == '|') {
                if (dm_str_equal(token_at(m, t)->form, dm_str_sub(list, start, i)))
                    return true;
                start = i + 1;
            }
    return false;
}

/* Is the entry's actor named by another form than this one? */
static bool named_otherwise(const dm_memory *m, const dm_entry *e)
{
    for (size_t t = 0, length; t < m->doc->n_tokens; t++) {
        const dm_entry *x = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[t], m->doc->n_tokens - t, &length);
        if (x && x->via != DM_VIA_PERSON && dm_str_equal(x->id, e->id) && !dm_str_equal(x->form, e->form))
            return true;
    }
    return false;
}

/* The flags only= and not=: do the words around say that something else is meant? */
static bool means_other(const dm_memory *m, const dm_entry *e)
{
    const dm_sentence *s = &m->doc->sentences[m->sentence];
    if (e->only.n && !any_of(m, 0, m->doc->n_tokens, e->only))
        return true;
    if (!e->not.n || !any_of(m, 0, m->doc->n_tokens, e->not))
        return false;
    return any_of(m, s->token, s->token_end, e->not) || !named_otherwise(m, e);
}

static const char *const before_surname[] = {"ayatollah", "brigadier", "brother", "captain", "colonel", "comrade", "dame", "deputy", "dr", "friday", "general", "king", "lady", "lord", "madame", "major",
    "marshal", "monday", "mr", "mrs", "ms", "mullah", "pope", "prince", "princess", "professor", "queen", "reverend", "saturday", "sheikh", "sir", "sultan", "sunday", "thursday", "tuesday", "wednesday"};

/* "Crispin Nsue Obama", "his brother Malik Obama": the surname of another person, for his first name begins otherwise. */
static bool has_other_first_name(const dm_memory *m, const dm_sentence *s, size_t t, const dm_entry *e)
{
    size_t length;
    if (!e->surname || e->family_first || t < s->token + 2)
        return false;
    const dm_token *before = token_at(m, t - 1);
    if (!dm_token_is_capital(before) || before->form.n < 3 || dm_str_ends(before->form, ".") || before->fold.s[0] == e->full.s[0] + ('a' - 'A') || before->end + 1 != token_at(m, t)->start)
        return false;
    return !DM_WORD_IN(before->fold, before_surname) && !dm_is_title(before->fold) && !dm_is_office(before->fold) && !dm_is_institution(before->fold) && !dm_gazetteer_find(m->gazetteer, before, 1, &length);
}

/* The entry of the list that fits the date and the article best; NULL if none can be chosen. */
static const dm_entry *choose(dm_memory *m, const dm_entry *list, name_use use)
{
    const dm_entry *best = NULL;
    for (const dm_entry *e = list; e; e = e->next) {
        if ((e->surname && !is_known_surname(m, e, use)) || means_other(m, e))
            continue;
        bool on = dm_entry_on(e, m->doc->article.date);
        if (e->via != DM_VIA_PERSON && !on)
            continue;
        if (!best || (e->via != DM_VIA_PERSON && best->via == DM_VIA_PERSON) || (e->via == DM_VIA_PERSON && best->via == DM_VIA_PERSON && on && !dm_entry_on(best, m->doc->article.date)))
            best = e;
    }
    return best;
}

static size_t set_scene(dm_memory *m, const dm_entry *e, size_t end)
{
    m->scene = e->id;
    m->scene_sentence = m->sentence;
    return end;
}

/* "president-elect": not yet in office. */
static bool is_designate(const dm_token *t) { return dm_token_is(t, "elect") || dm_token_is(t, "designate"); }

/* Tokens of a title behind t: "foreign minister", "secretary of state", "central bank governor". */
static size_t end_of_title(const dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t i = t;
    while (i < s->token_end && i < t + 6 && (dm_is_office(token_at(m, i)->fold) || dm_is_institution(token_at(m, i)->fold) || dm_token_is(token_at(m, i), "-")))
        i++;
    if (i > t && (i >= s->token_end || !dm_is_title(token_at(m, i)->fold)))
        i--; /* "general", "chief": office or title */
    if (i >= s->token_end || !dm_is_title(token_at(m, i)->fold))
        return t;
    i++;
    if (i < s->token_end && dm_token_is(token_at(m, i), "general")) /* secretary general */
        i++;
    if (i + 1 < s->token_end && dm_token_is(token_at(m, i), "-") && dm_token_is(token_at(m, i + 1), "general"))
        i += 2;
    if (i + 1 < s->token_end && dm_token_is(token_at(m, i), "-") && is_designate(token_at(m, i + 1)))
        i += 2;
    if (i + 1 < s->token_end && dm_token_is(token_at(m, i), "of") && (dm_token_is(token_at(m, i + 1), "state") || dm_token_is(token_at(m, i + 1), "defense")))
        i += 2;
    return i;
}

static const char *const member_words[] = {"ally", "candidate", "member", "membership", "neighbor", "neighbour", "partner"};

/* "another NATO member", "their EU partner": said of a state, not the organisation itself. */
static bool is_membership(const dm_memory *m, const dm_sentence *s, size_t end)
{
    return end < s->token_end && (DM_WORD_IN(token_at(m, end)->fold, member_words) || (dm_token_is(token_at(m, end), "-") && end + 1 < s->token_end && dm_token_is(token_at(m, end + 1), "member")));
}

static bool is_particle(const dm_token *t)
{
    return dm_token_is(t, "al") || dm_token_is(t, "bin") || dm_token_is(t, "de") || dm_token_is(t, "van") || dm_token_is(t, "von") || dm_token_is(t, "el") || dm_token_is(t, "-");
}

/* Capitalised words that are no part of a personal name. */
static const char *const no_names[] = {"after", "also", "although", "and", "april", "as", "at", "august", "before", "but", "december", "during", "february", "for", "friday", "from", "he",
    "however", "if", "in", "it", "january", "july", "june", "march", "meanwhile", "monday", "november", "october", "on", "saturday", "september", "she", "since", "sunday",
    "the", "they", "this", "thursday", "tuesday", "we", "wednesday", "when", "while", "with"};

/* End of a personal name that begins at t: capitalised words, "-", particles. */
static size_t end_of_name(const dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t end = t;
    for (size_t i = t; i < s->token_end && i < t + 6; i++) {
        const dm_token *token = token_at(m, i);
        bool joined = i > t + 1 && dm_token_is(token_at(m, i - 1), "-") && token->start == token_at(m, i - 1)->end && dm_token_is_word(token); /* Po-wei */
        if (DM_WORD_IN(token->fold, no_names))
            break;
        if (dm_token_is_capital(token) || joined)
            end = i + 1;
        else if (!(i > t && is_particle(token)))
            break;
    }
    return end;
}

static dm_str words(const dm_memory *m, size_t t, size_t end)
{
    return dm_str_sub(m->doc->text.text, token_at(m, t)->start, token_at(m, end - 1)->end);
}

dm_str dm_actor_person_id(dm_arena *arena, dm_str name)
{
    dm_buf id = {.arena = arena};
    dm_str fold = dm_str_fold(arena, name);
    dm_buf_add(&id, "PER:", 4);
    for (size_t i = 0; i < fold.n; i++) {
        char c = fold.s[i];
        dm_buf_char(&id, c >= 'a' && c <= 'z' ? (char)(c - 32) : c == '\'' || c == '.' ? '-' : c == ' ' ? '-' : c);
    }
    return dm_buf_view(&id);
}

static dm_str person_of(const dm_memory *m, dm_str name) { return dm_actor_person_id(m->doc->arena, name); }

/* The article itself says who somebody is: remembered, and told by the mention. */
static void introduce(dm_memory *m, dm_mention *mention, dm_str name, dm_str actor, dm_str office)
{
    mention->name = name;
    mention->office = office;
    dm_memory_learn(m, name, actor, mention->person, office);
}

/* A gazetteer person on the article's date speaks for the office, otherwise for himself. */
static void set_person(dm_memory *m, dm_mention *mention, const dm_entry *e)
{
    mention->n_actors = 1;
    mention->person = e->person;
    mention->actors[0] = dm_entry_on(e, m->doc->article.date) ? e->id : e->person;
    mention->why = e->form;
}

/* "former Secretary of State Mike Pompeo": speaks for himself whatever the date. */
static bool is_former(const dm_memory *m, const dm_sentence *s, size_t t)
{
    for (size_t k = 1; k <= 6 && t >= s->token + k; k++) {
        const dm_token *token = token_at(m, t - k);
        if (dm_token_is(token, "former") || dm_token_is(token, "ex"))
            return true;
        if (!dm_token_is_word(token))
            return false;
        if (!dm_token_is_capital(token) && !dm_is_office(token->fold) && !dm_is_title(token->fold) && !dm_token_is(token, "of") && !dm_token_is(token, "state"))
            return false;
    }
    return false;
}

/* "ambassador to Damascus", "special envoy for Syria": what the post is about belongs to the title. */
static size_t end_of_post(const dm_memory *m, const dm_sentence *s, size_t t)
{
    const dm_token *title = token_at(m, t - 1);
    bool post = dm_token_is(title, "ambassador") || dm_token_is(title, "envoy") || dm_token_is(title, "representative");
    if (!post || t + 1 >= s->token_end || !(dm_token_is(token_at(m, t), "to") || dm_token_is(token_at(m, t), "for") || dm_token_is(token_at(m, t), "in") || dm_token_is(token_at(m, t), "on")))
        return t;
    size_t at = t + 1 + (dm_token_is(token_at(m, t + 1), "the") ? 1 : 0), length = 0;
    const dm_entry *e = at < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[at], s->token_end - at, &length) : NULL;
    return e && e->via != DM_VIA_PERSON ? at + length : t;
}

/* "Pakistan's information secretary", "Tigray's regional security head": any few words before the title. */
static size_t end_of_long_title(const dm_memory *m, const dm_sentence *s, size_t t)
{
    for (size_t i = t; i < s->token_end && i < t + 4; i++) {
        size_t end = end_of_title(m, s, i);
        if (end > i)
            return end;
        if (!dm_token_is_word(token_at(m, i)) || dm_token_is_capital(token_at(m, i)))
            return t;
    }
    return t;
}

/* "permanent secretary for lands", "chief of home affairs for the eastern districts": up to the comma before a name. */
static size_t end_of_charge(const dm_memory *m, const dm_sentence *s, size_t t)
{
    if (t >= s->token_end || !(dm_token_is(token_at(m, t), "for") || dm_token_is(token_at(m, t), "of") || dm_token_is(token_at(m, t), "on") || dm_token_is(token_at(m, t), "in")))
        return t;
    for (size_t i = t + 1; i + 1 < s->token_end && i < t + 8; i++) {
        if (dm_token_is(token_at(m, i), ",") && dm_token_is_capital(token_at(m, i + 1)))
            return i;
        if (!dm_token_is_word(token_at(m, i)))
            return t;
    }
    return t;
}

/* "UN Syria envoy", "US Iran envoy": a state between the owner and the title is what the post is about. */
static size_t skip_topic(const dm_memory *m, const dm_sentence *s, size_t noun)
{
    size_t length = 0;
    const dm_entry *e = noun < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[noun], s->token_end - noun, &length) : NULL;
    bool topic = e && e->via == DM_VIA_NAME && noun + length < s->token_end && end_of_title(m, s, noun + length) > noun + length;
    return topic ? noun + length : noun;
}

/* A state or organisation with what follows it: title and name, institution, goods. Returns the token behind. */
static size_t take_owner(dm_memory *m, const dm_sentence *s, size_t t, size_t end, const dm_entry *e)
{
    size_t next = end;
    bool possessive = next < s->token_end && is_possessive(token_at(m, next));
    size_t noun = skip_topic(m, s, possessive ? next + 1 : next);
    size_t title_end = noun >= s->token_end ? noun : possessive ? end_of_long_title(m, s, noun) : end_of_title(m, s, noun);
    if (title_end > noun) {
        title_end = end_of_charge(m, s, end_of_post(m, s, title_end));
        size_t name = title_end < s->token_end && dm_token_is(token_at(m, title_end), ",") && title_end + 1 < s->token_end ? title_end + 1 : title_end;
        size_t name_end = name < s->token_end ? end_of_name(m, s, name) : name;
        size_t known_length = 0;
        const dm_entry *known = name < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[name], s->token_end - name, &known_length) : NULL;
        bool other = known && known->via != DM_VIA_PERSON;
        dm_mention *mention;
        if (name_end > name && !other && name == title_end) { /* Turkish President Erdogan: one mention */
            if (known && known_length > name_end - name)
                name_end = name + known_length;
            mention = dm_memory_push(m, t, name_end, DM_VIA_PERSON, "title before the name");
            mention->person = known && known->person.n ? known->person : person_of(m, words(m, name, name_end));
            next = name_end;
        } else {
            mention = dm_memory_push(m, t, title_end, DM_VIA_ROLE, "title of the actor");
            if (name_end > name && !other && name > title_end) /* Turkey's president, Recep Tayyip Erdogan, */
                mention->person = person_of(m, words(m, name, name_end));
            next = title_end;
        }
        bool former = is_former(m, s, mention->person.n ? title_end : t) || is_designate(token_at(m, title_end - 1));
        mention->human = mention->person.n || !dm_str_ends(token_at(m, title_end - 1)->fold, "s");
        mention->actors[0] = former ? mention->person : e->id;
        mention->n_actors = !former || mention->person.n; /* "a former US ambassador": nobody's voice */
        if (mention->person.n)
            introduce(m, mention, words(m, name, name_end), mention->actors[0], words(m, noun, title_end));
        return next;
    }
    size_t institution = noun;
    while (institution < s->token_end && institution < noun + 4 && dm_is_institution(token_at(m, institution)->fold))
        institution++;
    if (institution > noun && !possessive)
        next = institution;
    dm_mention *mention = dm_memory_push(m, t, next, institution > noun && !possessive ? DM_VIA_INSTITUTION : (dm_via)e->via, "gazetteer");
    mention->why = e->form;
    mention->actors[0] = e->id;
    mention->n_actors = 1;
    return next;
}

static size_t take_person(dm_memory *m, const dm_sentence *s, size_t t, size_t end, const dm_entry *e)
{
    dm_mention *mention = dm_memory_push(m, t, end, DM_VIA_PERSON, "gazetteer");
    set_person(m, mention, e);
    const dm_known_person *before = e->surname ? dm_memory_introduced(m, e->person) : NULL;
    if (before) /* "former President X … X": still nobody's voice but his own */
        mention->actors[0] = before->actor;
    else if (is_former(m, s, t))
        mention->actors[0] = e->person;
    dm_memory_learn(m, e->surname ? words(m, t, end) : e->family_first ? words(m, t, t + 1) : words(m, end - 1, end), mention->actors[0], e->person, e->sector);
    return end;
}

static const char *const before_owner[] = {"a", "an", "former", "now", "of", "one", "the", "who"};
static const char *const lead_verbs[] = {"chairs", "commands", "directs", "heads", "leads", "represents", "runs"};

/* "Recep Tayyip Erdogan, Turkey's president,": an unknown name bound by what stands behind it. */
static size_t take_apposition(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t name_end = end_of_name(m, s, t);
    if (name_end < t + 2 || name_end + 1 >= s->token_end || !dm_token_is(token_at(m, name_end), ","))
        return t;
    size_t owner = name_end + 1, length = 0;
    while (owner < s->token_end && owner < name_end + 5 && DM_WORD_IN(token_at(m, owner)->fold, before_owner))
        owner++;
    if (owner >= s->token_end)
        return t;
    bool heads = owner + 1 < s->token_end && DM_WORD_IN(token_at(m, owner)->fold, lead_verbs); /* "…, who heads the Latvian border guard" */
    if (heads)
        owner += 1 + dm_token_is(token_at(m, owner + 1), "the");
    if (owner >= s->token_end)
        return t;
    const dm_entry *e = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[owner], s->token_end - owner, &length);
    dm_str actor = {"", 0}, sector = {"", 0};
    size_t title, title_end;
    bool office = e && e->via == DM_VIA_PERSON && owner + length < s->token_end && is_possessive(token_at(m, owner + length)); /* Erdogan's spokesman */
    e = office ? choose(m, e, NAME_AMONG_OTHERS) : e;
    if (e && e->via != DM_VIA_NONE && (office || e->via != DM_VIA_PERSON)) {
        title = owner + length;
        if (title < s->token_end && is_possessive(token_at(m, title)))
            title++;
        title_end = title < s->token_end ? end_of_long_title(m, s, title) : title;
        if (title_end == title && !heads)
            return t;
        actor = e->id;
    } else { /* "…, a spokesman for the opposition", "director of China's commission" */
        title = owner;
        title_end = end_of_title(m, s, title);
        if (title_end == title || title_end + 1 >= s->token_end || !(dm_token_is(token_at(m, title_end), "of") || dm_token_is(token_at(m, title_end), "for") || dm_token_is(token_at(m, title_end), "to")))
            return t;
        size_t at = title_end + 1;
        if (dm_token_is(token_at(m, at), "the") && at + 1 < s->token_end)
            at++;
        const dm_entry *of = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[at], s->token_end - at, &length);
        if (!of || of->via == DM_VIA_PERSON || of->via == DM_VIA_NONE)
            return t;
        actor = of->id;
    }
    sector = title_end > title ? words(m, title, title_end) : DM_LIT("head");
    dm_mention *mention = dm_memory_push(m, t, name_end, DM_VIA_APPOSITION, "apposition");
    mention->person = person_of(m, words(m, t, name_end));
    mention->actors[0] = dm_token_is(token_at(m, name_end + 1), "former") || (name_end + 2 < s->token_end && dm_token_is(token_at(m, name_end + 2), "former")) ? mention->person : actor;
    mention->n_actors = 1;
    introduce(m, mention, words(m, t, name_end), mention->actors[0], sector);
    return name_end;
}

/* A minister, president or ambassador serves a state, not the organisation or company named last. */
static bool is_office_of_state(const dm_memory *m, size_t t, size_t title_end)
{
    static const char *const offices[] = {"ambassador", "chancellor", "emir", "governor", "king", "minister", "ministers", "premier", "president", "prince", "queen", "sultan"};
    for (size_t i = t; i < title_end; i++)
        if (DM_WORD_IN(token_at(m, i)->fold, offices))
            return true;
    return false;
}

/* "General Milenko Radović of the Bosnian Serbs": whose he is, or empty. */
static dm_str owner_behind(const dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t length;
    if (t + 1 >= s->token_end || !(dm_token_is(token_at(m, t), "of") || dm_token_is(token_at(m, t), "from")))
        return (dm_str){"", 0};
    size_t at = t + 1 + dm_token_is(token_at(m, t + 1), "the");
    const dm_entry *e = at < s->token_end ? dm_gazetteer_find(m->gazetteer, &m->doc->tokens[at], s->token_end - at, &length) : NULL;
    return e && e->via != DM_VIA_PERSON && e->via != DM_VIA_NONE ? e->id : (dm_str){"", 0};
}

/* "spokesman Zhao Lijian", "Foreign Minister Wang Yi": the nearest state of the text gives the office. */
static size_t take_title_and_name(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t title_end = end_of_title(m, s, t);
    if (title_end == t || title_end >= s->token_end)
        return t;
    size_t name_end = end_of_name(m, s, title_end), length = 0;
    if (name_end == title_end)
        return t;
    const dm_entry *known = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[title_end], s->token_end - title_end, &length);
    const dm_entry *chosen = known ? choose(m, known, NAME_WITH_TITLE) : NULL;
    if (known && known->via != DM_VIA_PERSON)
        return t;
    if (chosen && chosen->via == DM_VIA_PERSON) {
        dm_mention *mention = dm_memory_push(m, t, title_end + length, DM_VIA_PERSON, "title and name");
        set_person(m, mention, chosen);
        if (is_former(m, s, title_end))
            mention->actors[0] = chosen->person;
        dm_memory_learn(m, chosen->family_first ? words(m, title_end, title_end + 1) : words(m, title_end, title_end + length), mention->actors[0], chosen->person, chosen->sector);
        return title_end + length;
    }
    if (take_apposition(m, s, title_end) > title_end) { /* "General Horobets, who commands Ukraine's naval aviation" */
        dm_mention *named = &m->doc->mentions[m->doc->n_mentions - 1];
        named->token = (uint32_t)t;
        named->start = token_at(m, t)->start;
        return name_end;
    }
    const dm_known_person *before = dm_memory_person(m, token_at(m, name_end - 1)->fold);
    dm_str actor = before ? before->actor : owner_behind(m, s, name_end);
    bool of_state = is_office_of_state(m, t, title_end);
    if (!actor.n && of_state && m->scene.n && m->scene_sentence == m->sentence)
        actor = m->scene;
    for (size_t k = m->doc->n_mentions; !actor.n && k-- > 0;) {
        const dm_mention *mention = &m->doc->mentions[k];
        const char *kind = mention->n_actors == 1 ? dm_actor_kind(mention->actors[0]) : "person";
        if (strcmp(kind, "person") != 0 && mention->via != DM_VIA_PRONOUN && (!of_state || strcmp(kind, "state") == 0))
            actor = mention->actors[0];
    }
    dm_mention *mention = dm_memory_push(m, t, name_end, DM_VIA_PERSON, "title, of the actor named last");
    mention->person = person_of(m, words(m, title_end, name_end));
    if (is_former(m, s, title_end))
        actor = mention->person;
    if (actor.n) {
        mention->actors[0] = actor;
        mention->n_actors = 1;
        introduce(m, mention, words(m, title_end, name_end), actor, words(m, t, title_end));
    }
    return name_end;
}

/* "the head of the opposition delegation, Nasr Hariri," : the actor before the comma gives the office. */
static size_t take_name_behind(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t name_end = end_of_name(m, s, t);
    const dm_mention *owner = m->doc->n_mentions ? &m->doc->mentions[m->doc->n_mentions - 1] : NULL;
    if (name_end < t + 2 || t < s->token + 4 || !dm_token_is(token_at(m, t - 1), ",") || !owner || owner->sentence != m->sentence || owner->token_end != t - 1 || owner->n_actors != 1 || owner->token < s->token + 3)
        return t;
    size_t of = owner->token - 1;
    of -= dm_token_is(token_at(m, of), "the");
    if (of <= s->token || !(dm_token_is(token_at(m, of), "of") || dm_token_is(token_at(m, of), "for")) || !dm_is_title(token_at(m, of - 1)->fold))
        return t;
    dm_str actor = owner->actors[0];
    dm_mention *mention = dm_memory_push(m, t, name_end, DM_VIA_APPOSITION, "office named before the name");
    mention->person = person_of(m, words(m, t, name_end));
    mention->actors[0] = is_former(m, s, of - 1) ? mention->person : actor;
    mention->n_actors = 1;
    introduce(m, mention, words(m, t, name_end), mention->actors[0], words(m, of - 1, of));
    return name_end;
}

/* "PER:KLEIST-OLSEN" of "PER:AVIAJA-KLEIST-OLSEN". */
static bool is_part_of(dm_str name, dm_str person)
{
    return name.n > 4 && memmem(person.s, person.n, name.s + 4, name.n - 4);
}

/* A surname that the article has introduced. */
static size_t take_surname(dm_memory *m, const dm_sentence *s, size_t t)
{
    const dm_token *token = token_at(m, t);
    if (!dm_token_is_capital(token) || (t > s->token && dm_token_is_capital(token_at(m, t - 1)) && t == s->token + 1))
        return t;
    size_t end = end_of_name(m, s, t); /* the whole name again, a part of it, or the surname */
    const dm_known_person *p = dm_memory_person(m, token_at(m, end - 1)->fold);
    if (!p || !is_part_of(person_of(m, words(m, t, end)), p->person)) {
        p = dm_memory_person(m, token->fold);
        end = t + 1;
    }
    if (!p)
        return t;
    dm_mention *mention = dm_memory_push(m, t, end, DM_VIA_PERSON, "introduced earlier in the article");
    mention->actors[0] = p->actor;
    mention->n_actors = 1;
    mention->person = p->person;
    return end;
}

static bool stands_alone(const dm_memory *m, const dm_sentence *s, size_t t, size_t end)
{
    const dm_token *first = token_at(m, t), *last = token_at(m, end - 1);
    bool before = t > s->token && (dm_token_is_capital(first - 1) || (dm_token_is(first - 1, "-") && first[-1].end == first->start));
    bool behind = end < s->token_end && (dm_token_is_capital(last + 1) || (dm_token_is(last + 1, "-") && last->end == last[1].start));
    return !before && !behind;
}

size_t dm_actor_name(dm_memory *m, const dm_sentence *s, size_t t)
{
    size_t length = 0;
    const dm_entry *list = dm_gazetteer_find(m->gazetteer, &m->doc->tokens[t], s->token_end - t, &length);
    if (list && has_other_first_name(m, s, t, list))
        list = NULL;
    bool alone = list && stands_alone(m, s, t, t + length);
    const dm_entry *e = list ? choose(m, list, alone ? NAME_ALONE : NAME_AMONG_OTHERS) : NULL;
    if (e && (e->via == DM_VIA_NONE || (e->given && !alone)))
        return t + length;
    if (e && e->via == DM_VIA_PERSON)
        return take_person(m, s, t, t + length, e);
    if (e && e->via == DM_VIA_CAPITAL && dm_actor_is_place(m, s, t, t + length))
        return set_scene(m, e, t + length);
    if (e && e->via == DM_VIA_METONYM && dm_actor_is_building(m, s, t))
        return t + length;
    if (e && dm_str_is(e->sector, "media") && dm_actor_is_source(m, s, t, t + length))
        return t + length;
    if (e && e->via == DM_VIA_DEMONYM && dm_actor_is_adjective(m, s, t, t + length))
        return t + length;
    if (e && (e->via == DM_VIA_NAME || e->via == DM_VIA_CAPITAL) && strcmp(dm_actor_kind(e->id), "state") == 0 && dm_actor_is_scene(m, s, t, t + length))
        return set_scene(m, e, t + length);
    if (e && strncmp(e->id.s, "IGO:", 4) == 0 && is_membership(m, s, t + length))
        return t + length + 1;
    if (e)
        return take_owner(m, s, t, t + length, e);
    size_t next = take_title_and_name(m, s, t);
    if (next == t && dm_token_is_capital(token_at(m, t)))
        next = take_apposition(m, s, t);
    if (next == t && dm_token_is_capital(token_at(m, t)))
        next = take_name_behind(m, s, t);
    return next == t ? take_surname(m, s, t) : next;
}
