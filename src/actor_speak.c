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

void dm_actor_speak(dm_memory *m)
{
    dm_doc *doc = m->doc;
    size_t found = doc->n_mentions;
    dm_mention speaker = {0};
    bool known = false;
    for (size_t s = 0, k = 0; s < doc->n_sentences; s++) {
        const dm_sentence *sentence = &doc->sentences[s];
        bool here = false, own = false;
        for (; k < found && doc->mentions[k].sentence == s; k++)
            if (doc->mentions[k].n_actors && says(m, &doc->mentions[k])) {
                speaker = doc->mentions[k];
                known = here = true;
            }
        if (!here && stranger_speaks(m, sentence))
            known = false;
        if (here || !known || !sentence->quote_runs_in)
            continue;
        for (size_t j = 0; j < found; j++) /* a "we" of the speaker stands for him already */
            own |= doc->mentions[j].sentence == s && doc->mentions[j].n_actors && dm_str_equal(doc->mentions[j].actors[0], speaker.actors[0]);
        if (own)
            continue;
        m->sentence = s;
        dm_mention *x = dm_memory_push(m, sentence->token, sentence->token, DM_VIA_SPEAKER, "speaker of the running quotation");
        memcpy(x->actors, speaker.actors, sizeof x->actors);
        x->n_actors = speaker.n_actors;
        x->person = speaker.person;
    }
}
