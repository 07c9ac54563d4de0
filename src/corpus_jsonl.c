/* Examples as JSONL: pairs and whole sentences, both ways. */
#include "corpus_parts.h"

#include <stdlib.h>

static dm_str string_field(dm_corpus_reading *r, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value)) {
        dm_buf number = {.arena = r->corpus->arena};
        dm_buf_format(&number, "%lld", (long long)json_integer_value(value));
        return dm_buf_view(&number);
    }
    return json_is_string(value) ? dm_corpus_keep(r, json_string_value(value), json_string_length(value)) : (dm_str){"", 0};
}

static bool read_offset(const json_t *object, const char *name, dm_str text, uint32_t *byte)
{
    const json_t *value = json_object_get(object, name);
    json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;
    size_t at = n < 0 ? DM_UTF8_NONE : dm_utf8_byte(text, (size_t)n);
    *byte = (uint32_t)at;
    return at != DM_UTF8_NONE;
}

static const char *read_mentions(dm_corpus_reading *r, dm_example *e, const json_t *list)
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

static const char *read_records(dm_corpus_reading *r, dm_example *e, const json_t *list)
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
static int place_pair_mention(dm_corpus_reading *r, dm_example *e, const json_t *object, const char *field, const char *start, const char *end)
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

static const char *read_pair(dm_corpus_reading *r, dm_example *e, const json_t *object)
{
    const dm_corpus_fields none = {0}, *f = r->fields ? r->fields : &none;
    e->pair = true;
    e->mentions = dm_arena_array(r->corpus->arena, 2, sizeof *e->mentions);
    e->records = dm_arena_alloc(r->corpus->arena, sizeof *e->records);
    e->n_records = 1;
    e->records[0].holder = place_pair_mention(r, e, object, f->holder ? f->holder : "actor", "actor_start", "actor_end");
    e->records[0].target = place_pair_mention(r, e, object, f->target ? f->target : "target", "target_start", "target_end");
    e->records[0].label = string_field(r, object, f->label ? f->label : "label");
    e->records[0].code = string_field(r, object, f->code ? f->code : "code");
    e->records[0].topic = string_field(r, object, f->target ? f->target : "target");
    return NULL;
}

static const char *read_object(dm_corpus_reading *r, const json_t *object)
{
    dm_example *e = dm_corpus_new_example(r);
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

const char *dm_corpus_json_object(dm_corpus_reading *r, const json_t *object)
{
    size_t n = r->corpus->n;
    const char *wrong = read_object(r, object);
    if (wrong)
        r->corpus->n = n;
    return wrong;
}

const char *dm_corpus_json_line(dm_corpus_reading *r, dm_str line)
{
    static _Thread_local json_error_t where; /* the message outlives the call */
    json_t *object = json_loadb(line.s, line.n, JSON_REJECT_DUPLICATES, &where);
    const char *wrong = json_is_object(object) ? dm_corpus_json_object(r, object) : object ? "the line is no JSON object" : where.text;
    json_decref(object);
    return wrong;
}

const char *dm_corpus_line(dm_corpus *corpus, dm_str line, const dm_corpus_fields *fields)
{
    dm_corpus_reading r = {.corpus = corpus, .file = "", .fields = fields};
    return dm_corpus_json_line(&r, line);
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
        json_object_set_new(o, names[k][0], json_str(m ? dm_str_sub(e->text, m->start, m->end) : k == 1 ? e->records[0].topic : (dm_str){"", 0}));
        if (m) {
            json_object_set_new(o, names[k][1], code_points(e->text, m->start));
            json_object_set_new(o, names[k][2], code_points(e->text, m->end));
        }
    }
    json_object_set_new(o, "label", json_str(e->records[0].label));
    set_if(o, "code", e->records[0].code);
}

json_t *dm_corpus_to_json(const dm_example *e)
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
    return o;
}

void dm_json_line(json_t *object, dm_buf *out)
{
    char *line = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!line)
        longjmp(*dm_arena_guard(out->arena), 1);
    dm_buf_add(out, line, strlen(line));
    free(line);
}

void dm_corpus_write(const dm_example *e, dm_buf *out)
{
    dm_json_line(dm_corpus_to_json(e), out);
    dm_buf_char(out, '\n');
}
