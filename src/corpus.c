/* Reads corpora, and makes documents of their examples. */
#include "corpus_parts.h"

#include "base/load.h"
#include "token.h"

void dm_corpus_report_fault(dm_corpus_reading *r, const char *what)
{
    if (!r->fault) {
        dm_fail(r->error, DM_INPUT, "%s:%zu: %s", r->file, r->line, what);
        r->stopped = true;
    } else if (!r->fault(r->context, r->file, r->line, what)) {
        r->stopped = true;
    }
}

dm_example *dm_corpus_new_example(dm_corpus_reading *r)
{
    dm_corpus *c = r->corpus;
    dm_example *e = DM_PUSH(c->arena, c->examples, c->n, c->capacity);
    *e = (dm_example){.file = r->file, .line = r->line};
    return e;
}

dm_str dm_corpus_keep(dm_corpus_reading *r, const char *s, size_t n) { return (dm_str){dm_arena_copy(r->corpus->arena, s, n), n}; }

/* ---- files ------------------------------------------------------------------------------------------------ */

static bool looks_compact(dm_str text)
{
    size_t at = 0;
    for (dm_str line; dm_next_line(text, &at, &line);)
        if (dm_str_trim(line).n && line.s[0] != '#')
            return line.s[0] == '@';
    return false;
}

static void read_text(dm_corpus_reading *r, dm_str text)
{
    bool compact = looks_compact(text);
    dm_passage p = {0};
    size_t at = 0;
    for (dm_str line; !r->stopped && dm_next_line(text, &at, &line);) {
        r->line++;
        line = dm_str_trim(line);
        const char *wrong = !line.n ? NULL : compact ? dm_corpus_text_line(r, &p, line) : dm_corpus_json_line(r, line);
        if (wrong)
            dm_corpus_report_fault(r, wrong);
    }
}

dm_status dm_corpus_read(dm_corpus *corpus, const char *file, const dm_corpus_fields *fields, dm_corpus_fault *fault,
    void *context, dm_error *error)
{
    dm_corpus_reading r = {.corpus = corpus, .fields = fields, .fault = fault, .context = context, .error = error};
    r.file = dm_arena_copy(corpus->arena, file, strlen(file));
    dm_str text = {"", 0};
    dm_status status = dm_read_file(corpus->arena, file, &text, error);
    if (status != DM_OK)
        return status;
    if (dm_str_starts(text, "\xEF\xBB\xBF"))
        text = dm_str_sub(text, 3, text.n);
    read_text(&r, text);
    return r.stopped ? DM_INPUT : DM_OK;
}

/* ---- as a document --------------------------------------------------------------------------------------- */

/* Tokens that the bytes [start, end) touch; an empty range stands before the token at start. */
static void cover(const dm_doc *doc, uint32_t start, uint32_t end, dm_mention *m)
{
    size_t t = 0;
    while (t < doc->n_tokens && doc->tokens[t].end <= start)
        t++;
    m->token = m->token_end = (uint32_t)t;
    while (m->token_end < doc->n_tokens && doc->tokens[m->token_end].start < end)
        m->token_end++;
}

void dm_corpus_to_doc(const dm_example *e, dm_doc *doc)
{
    doc->text = (dm_text){.text = e->text};
    doc->article = (dm_article){.id = e->id, .date = e->date, .raw = e->text};
    doc->tokens = dm_token_split(doc->arena, e->text, &doc->n_tokens);
    doc->sentences = dm_arena_alloc(doc->arena, sizeof *doc->sentences);
    doc->sentences[0] = (dm_sentence){.end = (uint32_t)e->text.n, .token_end = (uint32_t)doc->n_tokens};
    doc->n_sentences = 1;
    bool open = false;
    for (size_t t = 0; t < doc->n_tokens; t++) {
        doc->tokens[t].in_quote = open;
        open = doc->tokens[t].shape == DM_SHAPE_QUOTE_OPEN || (open && doc->tokens[t].shape != DM_SHAPE_QUOTE_CLOSE);
    }
    doc->n_mentions = e->n_mentions;
    doc->mentions = dm_arena_array(doc->arena, e->n_mentions + 1, sizeof *doc->mentions);
    for (size_t i = 0; i < e->n_mentions; i++) {
        dm_mention *m = &doc->mentions[i];
        *m = (dm_mention){.start = e->mentions[i].start, .end = e->mentions[i].end, .n_actors = 1};
        m->actors[0] = e->mentions[i].id;
        cover(doc, m->start, m->end, m);
    }
    doc->claims = NULL;
    doc->gaps = NULL;
    doc->n_claims = doc->n_gaps = 0;
}

dm_claim dm_corpus_claim(const dm_example *e, size_t k)
{
    const dm_label_record *r = &e->records[k];
    return (dm_claim){.holder = r->holder < 0 ? DM_NO_MENTION : (uint32_t)r->holder, .target = r->target < 0 ? DM_NO_MENTION : (uint32_t)r->target,
        .speaker = DM_NO_MENTION, .topic = e->pair ? r->topic : (dm_str){"", 0}};
}
