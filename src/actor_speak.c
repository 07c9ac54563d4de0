/* Quotations that run over sentences: each sentence without its speaker gets him as a mention of no length. */
#include "actor_memory.h"
#include "token.h"

static const dm_token *token_at(const dm_memory *m, size_t t) { return &m->doc->tokens[t]; }

static bool says(const dm_memory *m, const dm_mention *x)
{
    const dm_sentence *s = &m->doc->sentences[x->sentence];
    size_t before = x->token, behind = x->token_end;
    if (token_at(m, x->token < m->doc->n_tokens ? x->token : m->doc->n_tokens - 1)->in_quote)
        return false;
    return (before > s->token && dm_is_speech_verb(token_at(m, before - 1)->fold)) ||
           (behind < s->token_end && dm_is_speech_verb(token_at(m, behind)->fold));
}

/* Is there someone who speaks but is no actor ("said Katrina Yu, a correspondent")? Then nobody's words run on. */
static bool stranger_speaks(const dm_memory *m, const dm_sentence *s)
{
    for (size_t t = s->token; t < s->token_end; t++)
        if (!token_at(m, t)->in_quote && dm_is_speech_verb(token_at(m, t)->fold))
            return true;
    return false;
}

/* The speaker named in one of the sentences [first, end) of a quotation, or NULL. */
static const dm_mention *speaker_in(const dm_memory *m, size_t found, size_t first, size_t end)
{
    for (size_t k = 0; k < found; k++) {
        const dm_mention *x = &m->doc->mentions[k];
        if (x->sentence >= first && x->sentence < end && x->n_actors && says(m, x))
            return x;
    }
    return NULL;
}

static bool is_mentioned(const dm_memory *m, size_t found, size_t sentence, dm_str actor)
{
    for (size_t k = 0; k < found; k++)
        if (m->doc->mentions[k].sentence == sentence && m->doc->mentions[k].n_actors && dm_str_equal(m->doc->mentions[k].actors[0], actor))
            return true;
    return false;
}

static void push_speaker(dm_memory *m, size_t sentence, const dm_mention *speaker)
{
    size_t token = m->doc->sentences[sentence].token;
    m->sentence = sentence;
    dm_mention *x = dm_memory_push(m, token, token, DM_VIA_SPEAKER, "speaker of the running quotation");
    memcpy(x->actors, speaker->actors, sizeof x->actors);
    x->n_actors = speaker->n_actors;
    x->person = speaker->person;
}

static const char *const we_words[] = {"i", "me", "my", "our", "ours", "us", "we"};

/* “We will stay,” Biden said: his "we", which nobody could tell when it was read. */
static void push_we(dm_memory *m, size_t found, size_t sentence, const dm_mention *speaker)
{
    const dm_sentence *s = &m->doc->sentences[sentence];
    m->sentence = sentence;
    for (size_t t = s->token; t < s->token_end; t++) {
        bool we = token_at(m, t)->in_quote && DM_WORD_IN(token_at(m, t)->fold, we_words) &&
                  !(token_at(m, t)->shape == DM_SHAPE_UPPER && token_at(m, t)->form.n > 1); /* US */
        for (size_t k = 0; we && k < found; k++)
            we = m->doc->mentions[k].sentence != sentence || m->doc->mentions[k].token > t || m->doc->mentions[k].token_end <= t;
        if (!we)
            continue;
        dm_mention *x = dm_memory_push(m, t, t + 1, DM_VIA_PRONOUN, "speaker of the quotation");
        memcpy(x->actors, speaker->actors, sizeof x->actors);
        x->n_actors = speaker->n_actors;
        x->person = speaker->person;
    }
}

/* A quotation may name its speaker in any of its sentences; one that names nobody belongs to whoever spoke in the
 * sentence before ("… insisted that the stance was consistent. “These are the countries that …”"). */
void dm_actor_speak(dm_memory *m)
{
    dm_doc *doc = m->doc;
    size_t found = doc->n_mentions;
    for (size_t first = 0, end; first < doc->n_sentences; first = end) {
        end = first + 1;
        while (end < doc->n_sentences && doc->sentences[end].quote_runs_in)
            end++;
        bool opens = token_at(m, doc->sentences[first].token)->shape == DM_SHAPE_QUOTE_OPEN;
        if (end == first + 1 && !opens)
            continue;
        const dm_mention *speaker = speaker_in(m, found, first, end);
        bool stranger = false;
        for (size_t s = first; s < end; s++)
            stranger |= stranger_speaks(m, &doc->sentences[s]);
        if (!speaker && !stranger && first && opens)
            speaker = speaker_in(m, found, first - 1, first);
        if (!speaker)
            continue;
        dm_mention copy = *speaker; /* the list may move */
        for (size_t s = first; s < end; s++) {
            if (!is_mentioned(m, found, s, copy.actors[0]))
                push_speaker(m, s, &copy);
            push_we(m, found, s, &copy);
        }
    }
}
