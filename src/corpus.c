#include "corpus.h"

#include "base/load.h"
#include "token.h"

#include <jansson.h>
#include <stdlib.h>

typedef struct {
    dm_corpus *corpus;
    const char *file;
    const dm_corpus_fields *fields;
    dm_corpus_fault *fault;
    void *context;
    dm_error *error;
    size_t line;
    bool stopped;
} reading;

static void report_fault(reading *r, const char *what)
{
    if (!r->fault) {
        dm_fail(r->error, DM_INPUT, "%s:%zu: %s", r->file, r->line, what);
        r->stopped = true;
    } else if (!r->fault(r->context, r->file, r->line, what)) {
        r->stopped = true;
    }
}

static dm_example *new_example(reading *r)
{
    dm_corpus *c = r->corpus;
    dm_example *e = DM_PUSH(c->arena, c->examples, c->n, c->capacity);
    *e = (dm_example){.file = r->file, .line = r->line};
    return e;
}

static dm_str keep(reading *r, const char *s, size_t n) { return (dm_str){dm_arena_copy(r->corpus->arena, s, n), n}; }

/* ---- JSONL ----------------------------------------------------------------------------------------------- */

static dm_str string_field(reading *r, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value)) {
        dm_buf number = {.arena = r->corpus->arena};
        dm_buf_format(&number, "%lld", (long long)json_integer_value(value));
        return dm_buf_view(&number);
    }
    return json_is_string(value) ? keep(r, json_string_value(value), json_string_length(value)) : (dm_str){"", 0};
}

/* Byte offset of code point `n` of the text; false if the text is shorter. */
static bool byte_of(dm_str text, long long n, uint32_t *byte)
{
    size_t at = 0;
    for (; n > 0 && at < text.n; n--)
        dm_utf8_next(text.s, text.n, &at);
    *byte = (uint32_t)at;
    return n == 0;
}

static bool read_offset(const json_t *object, const char *name, dm_str text, uint32_t *byte)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) && byte_of(text, json_integer_value(value), byte);
}

static const char *read_mentions(reading *r, dm_example *e, const json_t *list)
{
    e->n_mentions = json_array_size(list);
    e->mentions = dm_arena_array(r->corpus->arena, e->n_mentions + 1, sizeof *e->mentions);
    for (size_t i = 0; i < e->n_mentions; i++) {
        const json_t *m = json_array_get(list, i);
        e->mentions[i].id = string_field(r, m, "id");
        if (!read_offset(m, "start", e->text, &e->mentions[i].start) || !read_offset(m, "end", e->text, &e->mentions[i].end) ||
            e->mentions[i].start > e->mentions[i].end)
            return "a mention needs start <= end, code points inside the text";
    }
    return NULL;
}

static bool read_index(const json_t *record, const char *name, size_t n, int *index)
{
    const json_t *value = json_object_get(record, name);
    long long i = json_is_integer(value) ? json_integer_value(value) : -2;
    *index = (int)i;
    return i >= -1 && i < (long long)n;
}

static const char *read_records(reading *r, dm_example *e, const json_t *list)
{
    e->n_records = json_array_size(list);
    e->records = dm_arena_array(r->corpus->arena, e->n_records + 1, sizeof *e->records);
    for (size_t i = 0; i < e->n_records; i++) {
        const json_t *record = json_array_get(list, i);
        dm_label_record *out = &e->records[i];
        if (!read_index(record, "holder", e->n_mentions, &out->holder) || !read_index(record, "target", e->n_mentions, &out->target))
            return "a record needs holder and target: indexes of mentions, or -1";
        out->label = string_field(r, record, "label");
        out->code = string_field(r, record, "code");
        out->topic = string_field(r, record, "topic");
        out->speech = string_field(r, record, "speech");
        out->mood = string_field(r, record, "mood");
        if (!out->label.n)
            return "a record without label";
    }
    return NULL;
}

/* Where the words of holder or target stand: by the offsets if given, else their first place outside the other one. */
static int place_pair_mention(reading *r, dm_example *e, const json_t *object, const char *field, const char *start, const char *end)
{
    dm_str words = string_field(r, object, field);
    dm_label_mention *m = &e->mentions[e->n_mentions];
    if (read_offset(object, start, e->text, &m->start) && read_offset(object, end, e->text, &m->end) && m->start < m->end)
        return (int)e->n_mentions++;
    if (!words.n)
        return -1;
    for (size_t from = 0; from + words.n <= e->text.n;) {
        const char *hit = memmem(e->text.s + from, e->text.n - from, words.s, words.n);
        if (!hit)
            return -1;
        m->start = (uint32_t)(hit - e->text.s);
        m->end = m->start + (uint32_t)words.n;
        if (!e->n_mentions || m->end <= e->mentions[0].start || m->start >= e->mentions[0].end)
            return (int)e->n_mentions++;
        from = m->start + 1;
    }
    return -1;
}

static const char *read_pair(reading *r, dm_example *e, const json_t *object)
{
    const dm_corpus_fields none = {0}, *f = r->fields ? r->fields : &none;
    e->pair = true;
    e->mentions = dm_arena_array(r->corpus->arena, 2, sizeof *e->mentions);
    e->records = dm_arena_alloc(r->corpus->arena, sizeof *e->records);
    e->n_records = 1;
    e->records[0].holder = place_pair_mention(r, e, object, f->holder ? f->holder : "actor", "actor_start", "actor_end");
    e->records[0].target = place_pair_mention(r, e, object, f->target ? f->target : "target", "target_start", "target_end");
    e->records[0].label = string_field(r, object, f->label ? f->label : "label");
    e->records[0].code = string_field(r, object, "code");
    return NULL;
}

static const char *read_object(reading *r, const json_t *object)
{
    dm_example *e = new_example(r);
    const char *text_field = r->fields && r->fields->text ? r->fields->text : "text";
    e->id = string_field(r, object, "id");
    e->source = string_field(r, object, "source");
    e->theme = string_field(r, object, "theme");
    e->text = string_field(r, object, text_field);
    e->before = string_field(r, object, "before");
    e->date = string_field(r, object, "date");
    if (!json_is_string(json_object_get(object, text_field)))
        return "no text";
    if (!json_is_array(json_object_get(object, "mentions")))
        return read_pair(r, e, object);
    const char *wrong = read_mentions(r, e, json_object_get(object, "mentions"));
    return wrong ? wrong : read_records(r, e, json_object_get(object, "records"));
}

static const char *read_json_line(reading *r, dm_str line)
{
    static _Thread_local json_error_t where; /* the message outlives the call */
    json_t *object = json_loadb(line.s, line.n, JSON_REJECT_DUPLICATES, &where);
    const char *wrong = json_is_object(object) ? NULL : object ? "the line is no JSON object" : where.text;
    size_t n = r->corpus->n;
    if (!wrong)
        wrong = read_object(r, object);
    if (wrong)
        r->corpus->n = n;
    json_decref(object);
    return wrong;
}

const char *dm_corpus_line(dm_corpus *corpus, dm_str line, const dm_corpus_fields *fields)
{
    reading r = {.corpus = corpus, .file = "", .fields = fields};
    return read_json_line(&r, line);
}

/* ---- compact text ---------------------------------------------------------------------------------------- */

typedef struct {
    dm_str source, date, theme;
    dm_buf before; /* text of the passage so far */
    size_t n;      /* sentences of the passage so far */
    dm_example *example;
    size_t record_capacity;
} passage;

static const char *read_passage_head(reading *r, passage *p, dm_str line)
{
    dm_str part[4];
    size_t k = 0, from = 1;
    for (size_t i = 1; i <= line.n; i++)
        if (i == line.n || line.s[i] == '|') {
            if (k < 4)
                part[k] = dm_str_trim(dm_str_sub(line, from, i));
            k++;
            from = i + 1;
        }
    if (k != 4)
        return "a passage begins: @ id | date | register | theme";
    dm_buf theme = {.arena = r->corpus->arena};
    dm_buf_format(&theme, "%.*s/%.*s", DM_ARG(part[2]), DM_ARG(part[3]));
    *p = (passage){.source = keep(r, part[0].s, part[0].n), .date = keep(r, part[1].s, part[1].n), .theme = dm_buf_view(&theme)};
    p->before.arena = r->corpus->arena;
    return NULL;
}

static void push_mentions(reading *r, dm_example *e, size_t *capacity, uint32_t start, uint32_t end, dm_str ids)
{
    for (size_t from = 0, i = 0; i <= ids.n; i++)
        if (i == ids.n || ids.s[i] == '+') {
            dm_label_mention *m = DM_PUSH(r->corpus->arena, e->mentions, e->n_mentions, *capacity);
            *m = (dm_label_mention){start, end, keep(r, ids.s + from, i - from)};
            from = i + 1;
        }
}

/* "[China|CHN] met [=JPN]" → "China met " with mentions; \[ and \] are brackets of the text. */
static const char *read_marked(reading *r, dm_example *e, dm_str line)
{
    dm_buf text = {.arena = r->corpus->arena};
    size_t capacity = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.s[i] == '\\' && i + 1 < line.n && strchr("[]\\", line.s[i + 1])) {
            dm_buf_char(&text, line.s[++i]);
        } else if (line.s[i] == ']') {
            return "a bracket closes that was not opened";
        } else if (line.s[i] != '[') {
            dm_buf_char(&text, line.s[i]);
        } else {
            const char *close = memchr(line.s + i, ']', line.n - i);
            const char *bar = memchr(line.s + i, '|', line.n - i);
            bool zero = i + 1 < line.n && line.s[i + 1] == '=';
            if (!close || (!zero && (!bar || bar > close)))
                return "a mention is written [words|ID] or [=ID]";
            size_t to = (size_t)(close - line.s), id = zero ? i + 2 : (size_t)(bar - line.s) + 1;
            uint32_t start = (uint32_t)text.n;
            if (!zero)
                dm_buf_add(&text, line.s + i + 1, id - i - 2);
            if (memchr(text.s ? text.s + start : "", '[', text.n - start) || id >= to)
                return "a mention inside a mention, or one without an id";
            push_mentions(r, e, &capacity, start, (uint32_t)text.n, dm_str_sub(line, id, to));
            i = to;
        }
    }
    e->text = dm_buf_view(&text);
    return NULL;
}

static const char *read_sentence(reading *r, passage *p, dm_str line)
{
    if (!p->source.n)
        return "a sentence before the first passage (@ …)";
    dm_example *e = new_example(r);
    dm_buf id = {.arena = r->corpus->arena};
    dm_buf_format(&id, "%.*s-%zu", DM_ARG(p->source), ++p->n);
    e->id = dm_buf_view(&id);
    e->source = p->source;
    e->date = p->date;
    e->theme = p->theme;
    e->before = keep(r, dm_buf_view(&p->before).s, p->before.n);
    p->example = NULL;
    p->record_capacity = 0;
    const char *wrong = read_marked(r, e, line);
    if (wrong) {
        r->corpus->n--;
        return wrong;
    }
    if (p->before.n)
        dm_buf_char(&p->before, ' ');
    dm_buf_str(&p->before, e->text);
    p->example = e;
    return NULL;
}

/* "CHN", "CHN#2" or "-" → index of the mention. */
static bool find_party(const dm_example *e, dm_str name, int *index)
{
    size_t nth = 1;
    *index = -1;
    if (dm_str_is(name, "-"))
        return true;
    const char *hash = memchr(name.s, '#', name.n);
    if (hash) {
        nth = (size_t)(hash[1] - '0');
        name.n = (size_t)(hash - name.s);
    }
    for (size_t i = 0; i < e->n_mentions; i++)
        if (dm_str_equal(e->mentions[i].id, name) && --nth == 0) {
            *index = (int)i;
            return true;
        }
    return false;
}

static dm_str next_word(dm_str line, size_t *at)
{
    while (*at < line.n && line.s[*at] == ' ')
        ++*at;
    size_t from = *at;
    while (*at < line.n && line.s[*at] != ' ')
        ++*at;
    return dm_str_sub(line, from, *at);
}

static bool is_speech(dm_str w) { return dm_str_is(w, "asserted") || dm_str_is(w, "reported") || dm_str_is(w, "quoted"); }

static bool is_mood(dm_str w)
{
    return dm_str_is(w, "stated") || dm_str_is(w, "standing") || dm_str_is(w, "planned") || dm_str_is(w, "conditional") ||
           dm_str_is(w, "denied");
}

static const char *read_record_line(reading *r, passage *p, dm_str line)
{
    if (!p->example)
        return "a record without its sentence";
    dm_example *e = p->example;
    size_t at = 1;
    dm_label_record record = {.speech = DM_LIT("asserted"), .mood = DM_LIT("stated"), .topic = DM_LIT("")};
    dm_str holder = next_word(line, &at), target = next_word(line, &at), label = next_word(line, &at), code = next_word(line, &at);
    if (!code.n)
        return "a record line is: > HOLDER TARGET label CODE [speech] [mood] [topic: words]";
    if (!find_party(e, holder, &record.holder) || !find_party(e, target, &record.target))
        return "holder or target is not a mention of the sentence";
    for (dm_str w; (w = next_word(line, &at)).n;) {
        if (dm_str_is(w, "topic:")) {
            dm_str topic = dm_str_trim(dm_str_sub(line, at, line.n));
            record.topic = keep(r, topic.s, topic.n);
            break;
        }
        if (is_speech(w))
            record.speech = keep(r, w.s, w.n);
        else if (is_mood(w))
            record.mood = keep(r, w.s, w.n);
        else
            return "unknown word in a record line";
    }
    record.label = keep(r, label.s, label.n);
    record.code = keep(r, code.s, code.n);
    *DM_PUSH(r->corpus->arena, e->records, e->n_records, p->record_capacity) = record;
    return NULL;
}

/* ---- files ----------------------------------------------------------------------------------------------- */

static bool looks_compact(dm_str text)
{
    size_t at = 0;
    for (dm_str line; dm_next_line(text, &at, &line);)
        if (dm_str_trim(line).n && line.s[0] != '#')
            return line.s[0] == '@';
    return false;
}

static void read_text(reading *r, dm_str text)
{
    bool compact = looks_compact(text);
    passage p = {0};
    size_t at = 0;
    for (dm_str line; !r->stopped && dm_next_line(text, &at, &line);) {
        r->line++;
        line = dm_str_trim(line);
        if (!line.n || (compact && line.s[0] == '#'))
            continue;
        const char *wrong = !compact ? read_json_line(r, line)
                          : line.s[0] == '@' ? read_passage_head(r, &p, line)
                          : line.s[0] == '>' ? read_record_line(r, &p, line) : read_sentence(r, &p, line);
        if (wrong)
            report_fault(r, wrong);
    }
}

dm_status dm_corpus_read(dm_corpus *corpus, const char *file, const dm_corpus_fields *fields, dm_corpus_fault *fault,
    void *context, dm_error *error)
{
    reading r = {.corpus = corpus, .fields = fields, .fault = fault, .context = context, .error = error};
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

/* ---- writing --------------------------------------------------------------------------------------------- */

static json_t *code_points(dm_str text, uint32_t byte) { return json_integer((json_int_t)dm_utf8_length(dm_str_sub(text, 0, byte))); }

static json_t *json_str(dm_str s) { return json_stringn(s.s ? s.s : "", s.n); }

static void set_if(json_t *object, const char *name, dm_str value)
{
    if (value.n)
        json_object_set_new(object, name, json_str(value));
}

static json_t *mentions_json(const dm_example *e)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_mentions; i++) {
        json_t *m = json_object();
        json_object_set_new(m, "start", code_points(e->text, e->mentions[i].start));
        json_object_set_new(m, "end", code_points(e->text, e->mentions[i].end));
        json_object_set_new(m, "id", json_str(e->mentions[i].id));
        json_array_append_new(list, m);
    }
    return list;
}

static json_t *records_json(const dm_example *e)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_records; i++) {
        const dm_label_record *r = &e->records[i];
        json_t *o = json_object();
        json_object_set_new(o, "holder", json_integer(r->holder));
        json_object_set_new(o, "target", json_integer(r->target));
        json_object_set_new(o, "label", json_str(r->label));
        json_object_set_new(o, "code", json_str(r->code));
        json_object_set_new(o, "topic", json_str(r->topic));
        json_object_set_new(o, "speech", json_str(r->speech));
        json_object_set_new(o, "mood", json_str(r->mood));
        json_array_append_new(list, o);
    }
    return list;
}

static void set_pair(json_t *o, const dm_example *e)
{
    static const char *const names[2][3] = {{"actor", "actor_start", "actor_end"}, {"target", "target_start", "target_end"}};
    const int index[2] = {e->records[0].holder, e->records[0].target};
    for (int k = 0; k < 2; k++) {
        const dm_label_mention *m = index[k] >= 0 ? &e->mentions[index[k]] : NULL;
        json_object_set_new(o, names[k][0], m ? json_str(dm_str_sub(e->text, m->start, m->end)) : json_string(""));
        if (m) {
            json_object_set_new(o, names[k][1], code_points(e->text, m->start));
            json_object_set_new(o, names[k][2], code_points(e->text, m->end));
        }
    }
    json_object_set_new(o, "label", json_str(e->records[0].label));
    set_if(o, "code", e->records[0].code);
}

void dm_corpus_write(const dm_example *e, dm_buf *out)
{
    json_t *o = json_object();
    json_object_set_new(o, "id", json_str(e->id));
    set_if(o, "source", e->source);
    set_if(o, "theme", e->theme);
    set_if(o, "before", e->before);
    json_object_set_new(o, "text", json_str(e->text));
    set_if(o, "date", e->date);
    if (e->pair) {
        set_pair(o, e);
    } else {
        json_object_set_new(o, "mentions", mentions_json(e));
        json_object_set_new(o, "records", records_json(e));
    }
    char *line = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (!line)
        longjmp(*dm_arena_guard(out->arena), 1);
    dm_buf_add(out, line, strlen(line));
    dm_buf_char(out, '\n');
    free(line);
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
