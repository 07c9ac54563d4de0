#include "sentence.h"

#include "token.h"

/* A stop behind one of these does not end a sentence before a capital. */
static const char *const abbreviations[] = {"adm", "amb", "apr", "aug", "brig", "bros", "capt", "cf", "cmdr", "col",
    "cpl", "dec", "dr", "feb", "fr", "gen", "gov", "hon", "jan", "jr", "lt", "maj", "messrs", "mr", "mrs", "ms", "mt",
    "nov", "oct", "pres", "prof", "rep", "rev", "sec", "sen", "sens", "sept", "sgt", "sr", "st", "supt", "vs"};

/* A word that begins a sentence behind "the U.S." or "Samsung Electronics Co." */
static const char *const starters[] = {"a", "after", "all", "also", "although", "an", "and", "as", "at", "before",
    "both", "but", "by", "earlier", "for", "from", "he", "her", "his", "however", "i", "if", "in", "it", "its", "last",
    "later", "meanwhile", "more", "no", "on", "she", "since", "some", "that", "the", "their", "there", "these", "they",
    "this", "those", "we", "what", "when", "while", "with", "you"};

static const char *const speech_verbs[] = {"added", "asked", "continued", "declared", "insisted", "said", "says",
    "shouted", "told", "tweeted", "warned", "wrote"};

static bool is_stop(const dm_token *t)
{
    return t->shape == DM_SHAPE_PUNCT && (dm_token_is(t, ".") || dm_token_is(t, "!") || dm_token_is(t, "?") ||
                                          dm_token_is(t, "...") || dm_token_is(t, "…"));
}

static bool closes(const dm_token *t)
{
    return t->shape == DM_SHAPE_QUOTE_CLOSE || dm_token_is(t, ")") || dm_token_is(t, "]");
}

static bool begins_paragraph(const dm_doc *doc, size_t i)
{
    if (i == 0)
        return true;
    const char *from = doc->text.text.s + doc->tokens[i - 1].end;
    return memchr(from, '\n', doc->tokens[i].start - doc->tokens[i - 1].end) != NULL;
}

static bool glued(const dm_doc *doc, size_t i) /* no blank between token i - 1 and i */
{
    return i > 0 && doc->tokens[i - 1].end == doc->tokens[i].start;
}

static bool opens_sentence(const dm_token *t)
{
    return dm_token_is_capital(t) || t->shape == DM_SHAPE_NUMBER || t->shape == DM_SHAPE_QUOTE_OPEN ||
           dm_token_is(t, "(") || dm_token_is(t, "[") || dm_token_is(t, "-") || dm_token_is(t, "$");
}

/* “Who started it?” Lavrov asked.: one sentence. */
static bool is_inquit(const dm_doc *doc, size_t i)
{
    for (size_t k = i; k < i + 5 && k < doc->n_tokens; k++) {
        if (DM_WORD_IN(doc->tokens[k].fold, speech_verbs))
            return true;
        if (!dm_token_is_word(&doc->tokens[k]))
            return false;
    }
    return false;
}

/* Does a sentence end with the stop at token i, its closing marks running up to `next`? */
static bool ends_sentence(const dm_doc *doc, size_t i, size_t next)
{
    if (next >= doc->n_tokens || begins_paragraph(doc, next))
        return true;
    const dm_token *after = &doc->tokens[next], *before = i ? &doc->tokens[i - 1] : NULL;
    if (!opens_sentence(after) || (glued(doc, next) && after->shape != DM_SHAPE_QUOTE_OPEN))
        return false;
    if (dm_token_is(&doc->tokens[i], ".") && next == i + 1 && before && glued(doc, i) &&
        DM_WORD_IN(before->fold, abbreviations))
        return false;
    if (!dm_token_is(&doc->tokens[i], ".") && doc->tokens[next - 1].shape == DM_SHAPE_QUOTE_CLOSE && is_inquit(doc, next))
        return false;
    return true;
}

/* "U.S." carries its stop: a sentence ends there only if a usual first word follows. */
static bool dotted_ends_sentence(const dm_doc *doc, size_t i, size_t next)
{
    const dm_token *t = &doc->tokens[i];
    if (t->form.n < 3 || t->form.s[t->form.n - 1] != '.' || !dm_token_is_word(t))
        return false;
    if (next >= doc->n_tokens || begins_paragraph(doc, next))
        return true;
    const dm_token *after = &doc->tokens[next];
    return dm_token_is_capital(after) && (next > i + 1 || DM_WORD_IN(after->fold, starters));
}

static size_t behind_closing_marks(const dm_doc *doc, size_t i)
{
    while (i < doc->n_tokens && (closes(&doc->tokens[i]) || is_stop(&doc->tokens[i])) && !begins_paragraph(doc, i))
        i++;
    return i;
}

static size_t sentence_end(const dm_doc *doc, size_t begin)
{
    for (size_t i = begin; i < doc->n_tokens; i++) {
        if (i > begin && begins_paragraph(doc, i))
            return i;
        size_t next = behind_closing_marks(doc, i + 1);
        if (is_stop(&doc->tokens[i]) ? ends_sentence(doc, i, next) : dotted_ends_sentence(doc, i, next))
            return next;
    }
    return doc->n_tokens;
}

/* Marks the tokens inside double quotation marks, paragraph by paragraph. */
static void mark_quotations(dm_doc *doc)
{
    bool open = false, unclosed = false;
    for (size_t i = 0; i < doc->n_tokens; i++) {
        dm_token *t = &doc->tokens[i];
        if (begins_paragraph(doc, i)) {
            unclosed = open;
            open = unclosed && t->shape == DM_SHAPE_QUOTE_OPEN;
        }
        t->in_quote = open;
        if (t->shape == DM_SHAPE_QUOTE_OPEN)
            open = true;
        else if (t->shape == DM_SHAPE_QUOTE_CLOSE)
            open = false;
    }
}

/* Once for all sentences: what counts from the beginning of the text each time costs the square of its length. */
static void count_code_points(dm_doc *doc)
{
    uint32_t at = 0, n = 0;
    for (size_t s = 0; s < doc->n_sentences; s++) {
        n += (uint32_t)dm_utf8_length(dm_str_sub(doc->text.text, at, doc->sentences[s].start));
        at = doc->sentences[s].start;
        doc->sentences[s].code_point = n;
    }
}

static void mark_running(dm_doc *doc)
{
    for (size_t s = 0; s < doc->n_sentences; s++) {
        dm_sentence *sentence = &doc->sentences[s];
        const dm_token *first = &doc->tokens[sentence->token], *last = &doc->tokens[sentence->token_end - 1];
        sentence->quote_runs_in = first->in_quote;
        sentence->quote_runs_out = (last->in_quote && last->shape != DM_SHAPE_QUOTE_CLOSE) || last->shape == DM_SHAPE_QUOTE_OPEN;
    }
}

void dm_sentence_split(dm_doc *doc)
{
    size_t capacity = 0;
    uint32_t paragraph = 0;
    doc->tokens = dm_token_split(doc->arena, doc->text.text, &doc->n_tokens);
    doc->sentences = NULL;
    doc->n_sentences = 0;
    mark_quotations(doc);
    for (size_t begin = 0, end; begin < doc->n_tokens; begin = end) {
        end = sentence_end(doc, begin);
        if (begin && begins_paragraph(doc, begin))
            paragraph++;
        dm_sentence *s = DM_PUSH(doc->arena, doc->sentences, doc->n_sentences, capacity);
        *s = (dm_sentence){.token = (uint32_t)begin, .token_end = (uint32_t)end, .paragraph = paragraph,
            .start = doc->tokens[begin].start, .end = doc->tokens[end - 1].end};
    }
    mark_running(doc);
    count_code_points(doc);
}
