#include "claim.h"

#include "token.h"

static const char *const speech_names[] = {"asserted", "reported", "quoted"};
static const char *const mood_names[] = {"stated", "standing", "planned", "conditional", "denied"};

const char *dm_speech_name(dm_speech speech) { return speech_names[speech]; }
const char *dm_mood_name(dm_mood mood) { return mood_names[mood]; }

dm_str dm_claim_holder(const dm_doc *doc, const dm_claim *claim) { return doc->mentions[claim->holder].actors[claim->holder_actor]; }

dm_str dm_claim_target(const dm_doc *doc, const dm_claim *claim)
{
    return claim->target == DM_NO_MENTION ? (dm_str){"", 0} : doc->mentions[claim->target].actors[claim->target_actor];
}

/* ---- pairs ----------------------------------------------------------------------------------------------- */

typedef struct {
    dm_doc *doc;
    size_t claim_capacity, gap_capacity;
} pairing;

static void push_claim(pairing *p, uint32_t sentence, uint32_t holder, uint8_t ha, uint32_t target, uint8_t ta)
{
    dm_claim *c = DM_PUSH(p->doc->arena, p->doc->claims, p->doc->n_claims, p->claim_capacity);
    *c = (dm_claim){.sentence = sentence, .holder = holder, .target = target, .holder_actor = ha, .target_actor = ta, .speaker = DM_NO_MENTION};
}

static void push_gap(pairing *p, uint32_t sentence, const char *reason, dm_str text)
{
    *DM_PUSH(p->doc->arena, p->doc->gaps, p->doc->n_gaps, p->gap_capacity) = (dm_gap){sentence, reason, text};
}

static void pair_with(pairing *p, uint32_t sentence, uint32_t holder, uint8_t ha, size_t first, size_t end)
{
    const dm_doc *doc = p->doc;
    for (size_t t = first; t < end; t++)
        for (uint8_t ta = 0; ta < doc->mentions[t].n_actors; ta++)
            if (t != holder && !dm_str_equal(doc->mentions[holder].actors[ha], doc->mentions[t].actors[ta]))
                push_claim(p, sentence, holder, ha, (uint32_t)t, ta);
    push_claim(p, sentence, holder, ha, DM_NO_MENTION, 0);
}

/* Mentions [first, end) stand in the sentence. */
static void pair_sentence(pairing *p, uint32_t sentence, size_t first, size_t end)
{
    const dm_doc *doc = p->doc;
    size_t actors = 0;
    if (end - first > DM_CLAIM_MAX_MENTIONS) {
        push_gap(p, sentence, "too-many-actors", (dm_str){"", 0});
        end = first + DM_CLAIM_MAX_MENTIONS;
    }
    for (size_t m = first; m < end; m++) {
        actors += doc->mentions[m].n_actors;
        if (!doc->mentions[m].n_actors && doc->mentions[m].via == DM_VIA_PRONOUN)
            push_gap(p, sentence, "unresolved-pronoun", dm_str_sub(doc->text.text, doc->mentions[m].start, doc->mentions[m].end));
        for (uint8_t a = 0; a < doc->mentions[m].n_actors; a++)
            pair_with(p, sentence, (uint32_t)m, a, first, end);
    }
    if (!actors)
        push_gap(p, sentence, "no-holder", (dm_str){"", 0});
}

void dm_claim_pair(dm_doc *doc)
{
    pairing p = {.doc = doc};
    doc->claims = NULL;
    doc->gaps = NULL;
    doc->n_claims = doc->n_gaps = 0;
    size_t m = 0;
    for (uint32_t s = 0; s < doc->n_sentences; s++) {
        size_t first = m;
        while (m < doc->n_mentions && doc->mentions[m].sentence == s)
            m++;
        pair_sentence(&p, s, first, m);
    }
}

/* ---- speech, mood ---------------------------------------------------------------------------------------- */

static const char *const report_words[] = {"according", "added", "announced", "argued", "asserted", "claimed", "claims",
    "declared", "denied", "insisted", "insists", "noted", "quoted", "reiterated", "reported", "said", "saying", "says",
    "stated", "stressed", "told", "warned", "wrote"};
static const char *const standing_words[] = {"allies", "ally", "backed", "backer", "close", "longtime", "longstanding",
    "partner", "rival", "traditional"};
static const char *const planned_words[] = {"intends", "plan", "planned", "planning", "plans", "pledged", "promised", "shall",
    "vowed", "vows", "will"};
static const char *const conditional_words[] = {"could", "if", "might", "should", "unless", "would"};
static const char *const denied_words[] = {"denied", "denies", "deny", "denying"};
static const char *const negation_words[] = {"cannot", "never", "no", "nor", "not", "refused", "refuses", "without"};

static bool any_word(const dm_doc *doc, size_t from, size_t to, const char *const *words, size_t n)
{
    for (size_t t = from; t < to; t++)
        if (dm_word_in(doc->tokens[t].fold, words, n))
            return true;
    return false;
}
#define ANY_WORD(doc, from, to, list) any_word((doc), (from), (to), (list), sizeof(list) / sizeof *(list))

/* Tokens from the holder to the target, or four on each side of a lonely holder. */
static void claim_span(const dm_doc *doc, const dm_claim *claim, size_t *from, size_t *to)
{
    const dm_sentence *s = &doc->sentences[claim->sentence];
    const dm_mention *h = &doc->mentions[claim->holder];
    *from = h->token;
    *to = h->token_end + 8;
    if (claim->target != DM_NO_MENTION) {
        const dm_mention *t = &doc->mentions[claim->target];
        *from = h->token < t->token ? h->token : t->token;
        *to = (h->token_end > t->token_end ? h->token_end : t->token_end) + 1;
    }
    *from = *from < s->token ? s->token : *from;
    *to = *to > s->token_end ? s->token_end : *to;
}

/* A speaker of the sentence: a mention with a word of saying within three words of it. */
static uint32_t speaker_of(const dm_doc *doc, uint32_t sentence)
{
    const dm_sentence *s = &doc->sentences[sentence];
    for (uint32_t m = 0; m < doc->n_mentions; m++) {
        const dm_mention *mention = &doc->mentions[m];
        if (mention->sentence != sentence || !mention->n_actors)
            continue;
        if (mention->via == DM_VIA_SPEAKER)
            return m;
        size_t from = mention->token > s->token + 2 ? mention->token - 2 : s->token;
        size_t to = mention->token_end + 3 < s->token_end ? mention->token_end + 3 : s->token_end;
        if (mention->token < mention->token_end && !doc->tokens[mention->token].in_quote && ANY_WORD(doc, from, to, report_words))
            return m;
    }
    return DM_NO_MENTION;
}

void dm_claim_describe(const dm_doc *doc, dm_claim *claim)
{
    size_t from, to;
    claim_span(doc, claim, &from, &to);
    const dm_mention *about = &doc->mentions[claim->target == DM_NO_MENTION ? claim->holder : claim->target];
    bool quoted = about->token < doc->n_tokens && doc->tokens[about->token].in_quote;
    quoted |= doc->mentions[claim->holder].via == DM_VIA_SPEAKER;
    claim->speaker = speaker_of(doc, claim->sentence);
    claim->speech = quoted ? DM_SPEECH_QUOTED : claim->speaker != DM_NO_MENTION ? DM_SPEECH_REPORTED : DM_SPEECH_ASSERTED;
    claim->negated = ANY_WORD(doc, from, to, negation_words);
    claim->mood = ANY_WORD(doc, from, to, denied_words) ? DM_MOOD_DENIED
                : ANY_WORD(doc, from, to, conditional_words) ? DM_MOOD_CONDITIONAL
                : ANY_WORD(doc, from, to, planned_words) ? DM_MOOD_PLANNED
                : ANY_WORD(doc, from, to, standing_words) ? DM_MOOD_STANDING : DM_MOOD_STATED;
}
