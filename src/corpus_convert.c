/* Every tool is one function out and one in; between them stands the task, the same for all:
 *     {"id","text","entities":[{"id","start","end","label"}],"relations":[{"id","from","to","label"}],"demarche":{…}}
 * "id" of an entity or relation is its place in our lists, or its own where a coder added it; "from", "to" are ids of
 * entities; "demarche" is our example without its text. */
#include "corpus_convert.h"

#include "base/load.h"
#include "corpus_parts.h"
#include "token.h"

#include <stdlib.h>

static json_t *get(const json_t *o, const char *name) { return json_object_get(o, name); }
static json_int_t number(const json_t *o, const char *name) { return json_is_integer(get(o, name)) ? json_integer_value(get(o, name)) : -1; }
static const char *words(const json_t *o, const char *name) { return json_is_string(get(o, name)) ? json_string_value(get(o, name)) : ""; }

/* ---- our example ↔ lists of mentions and records ------------------------------------------------------------ */

static bool is_pair(const json_t *own) { return get(own, "actor") != NULL; }

/* Mentions and records of an example; for a pair: two mentions and one record. New references. */
static void lists_of(const json_t *own, json_t **mentions, json_t **records)
{
    if (!is_pair(own)) {
        *mentions = json_deep_copy(get(own, "mentions"));
        *records = json_deep_copy(get(own, "records"));
        *mentions = *mentions ? *mentions : json_array();
        *records = *records ? *records : json_array();
        return;
    }
    *mentions = json_pack("[{s:I,s:I,s:s},{s:I,s:I,s:s}]", "start", number(own, "actor_start"), "end", number(own, "actor_end"), "id", "holder",
        "start", number(own, "target_start"), "end", number(own, "target_end"), "id", "target");
    *records = json_pack("[{s:i,s:i,s:s,s:s}]", "holder", 0, "target", 1, "label", words(own, "label"), "code", words(own, "code"));
}

static bool has_words(const json_t *mentions, json_int_t i)
{
    const json_t *m = i >= 0 ? json_array_get(mentions, (size_t)i) : NULL;
    return m && number(m, "start") < number(m, "end");
}

/* Can a tool show this record: as a relation between two words? */
static bool is_relation(const json_t *mentions, const json_t *record)
{
    return has_words(mentions, number(record, "holder")) && has_words(mentions, number(record, "target"));
}

static json_t *label_of(const json_t *record)
{
    const char *code = words(record, "code");
    return json_sprintf("%s%s%s", words(record, "label"), *code ? " " : "", code);
}

static json_t *task_of(const dm_example *e)
{
    json_t *own = dm_corpus_to_json(e), *mentions, *records, *entities = json_array(), *relations = json_array();
    lists_of(own, &mentions, &records);
    for (size_t i = 0; i < json_array_size(mentions); i++) {
        const json_t *m = json_array_get(mentions, i);
        if (has_words(mentions, (json_int_t)i))
            json_array_append_new(entities, json_pack("{s:I,s:I,s:I,s:O}", "id", (json_int_t)i, "start", number(m, "start"), "end", number(m, "end"), "label", get(m, "id")));
    }
    for (size_t i = 0; i < json_array_size(records); i++) {
        const json_t *r = json_array_get(records, i);
        if (is_relation(mentions, r))
            json_array_append_new(relations, json_pack("{s:I,s:I,s:I,s:o}", "id", (json_int_t)i, "from", number(r, "holder"), "to", number(r, "target"), "label", label_of(r)));
    }
    json_t *task = json_pack("{s:O,s:O,s:o,s:o}", "id", get(own, "id"), "text", get(own, "text"), "entities", entities, "relations", relations);
    json_object_del(own, "text");
    json_object_set_new(task, "demarche", own);
    json_decref(mentions);
    json_decref(records);
    return task;
}

/* The entity or relation that was item i of ours: by its id, or where the tool keeps none by `same`. NULL: taken away. */
static json_t *find(json_t *list, size_t i, const json_t *item, bool (*same)(const json_t *item, const json_t *found))
{
    size_t k;
    json_t *x;
    json_array_foreach(list, k, x)
        if (!get(x, "taken") && (get(x, "id") ? number(x, "id") == (json_int_t)i : same(item, x)))
            return x;
    return NULL;
}

static bool same_mention(const json_t *m, const json_t *entity)
{
    return number(m, "start") == number(entity, "start") && number(m, "end") == number(entity, "end") && strcmp(words(m, "id"), words(entity, "label")) == 0;
}

static bool same_record(const json_t *r, const json_t *relation) { return number(r, "holder") == number(relation, "holder") && number(r, "target") == number(relation, "target"); }

static void take(json_t *found, json_t *to, json_t *item)
{
    json_object_set_new(found, "taken", json_integer((json_int_t)json_array_size(to)));
    json_array_append_new(to, item);
}

static json_t *mention_of(const json_t *entity) { return json_pack("{s:I,s:I,s:s}", "start", number(entity, "start"), "end", number(entity, "end"), "id", words(entity, "label")); }

/* Our mentions after the coder: ours in their order as the coder left them, then new ones. moved[i]: new place of ours,
 * or -1. */
static json_t *new_mentions(const json_t *mentions, json_t *entities, json_int_t *moved)
{
    json_t *out = json_array(), *x;
    size_t i;
    json_array_foreach(mentions, i, x) {
        json_t *e = has_words(mentions, (json_int_t)i) ? find(entities, i, x, same_mention) : NULL;
        moved[i] = e || !has_words(mentions, (json_int_t)i) ? (json_int_t)json_array_size(out) : -1;
        if (e)
            take(e, out, mention_of(e));
        else if (moved[i] >= 0)
            json_array_append(out, x);
    }
    json_array_foreach(entities, i, x)
        if (!get(x, "taken"))
            take(x, out, mention_of(x));
    return out;
}

static void set_label(json_t *record, const char *label)
{
    size_t n = strcspn(label, " ");
    json_object_set_new(record, "label", json_stringn(label, n));
    json_object_set_new(record, "code", json_string(label[n] ? label + n + 1 : ""));
}

/* Holder and target of a relation as places in our mentions; false: an entity that is not there. */
static bool resolve(json_t *relation, const json_t *entities)
{
    static const char *const ends[2][2] = {{"from", "holder"}, {"to", "target"}};
    for (int k = 0; k < 2; k++) {
        size_t i;
        json_t *e, *place = NULL;
        json_array_foreach(entities, i, e)
            if (!place && json_equal(get(e, "key") ? get(e, "key") : get(e, "id"), get(relation, ends[k][0])))
                place = get(e, "taken");
        if (!place)
            return false;
        json_object_set(relation, ends[k][1], place);
    }
    return true;
}

static const char *new_records(const json_t *mentions, const json_t *records, json_t *entities, json_t *relations, const json_int_t *moved, json_t **out)
{
    json_t *x;
    size_t i;
    *out = json_array();
    json_array_foreach(relations, i, x)
        if (!resolve(x, entities))
            return "a relation to an entity that is not there";
    json_array_foreach(records, i, x) {
        json_int_t h = number(x, "holder"), t = number(x, "target"), holder = h < 0 ? -1 : moved[h], target = t < 0 ? -1 : moved[t];
        bool relation = is_relation(mentions, x);
        json_object_set_new(x, "holder", json_integer(holder));
        json_object_set_new(x, "target", json_integer(target));
        json_t *found = relation ? find(relations, i, x, same_record) : NULL;
        if (found) {
            json_object_set(x, "holder", get(found, "holder"));
            json_object_set(x, "target", get(found, "target"));
            set_label(x, words(found, "label"));
            take(found, *out, json_incref(x));
        } else if (!relation && holder >= 0 && (t < 0 || target >= 0)) {
            json_array_append(*out, x);
        }
    }
    json_array_foreach(relations, i, x)
        if (!get(x, "taken")) {
            json_t *r = json_pack("{s:O,s:O}", "holder", get(x, "holder"), "target", get(x, "target"));
            set_label(r, words(x, "label"));
            json_object_update_missing_new(r, json_pack("{s:s,s:s,s:s}", "topic", "", "speech", "asserted", "mood", "stated"));
            take(x, *out, r);
        }
    return NULL;
}

static const char *set_pair(json_t *own, const json_t *mentions, const json_t *records, dm_str text)
{
    const json_t *r = json_array_get(records, 0);
    if (json_array_size(mentions) != 2 || json_array_size(records) != 1)
        return "a pair has one holder, one target and one relation";
    static const char *const names[2][4] = {{"holder", "actor", "actor_start", "actor_end"}, {"target", "target", "target_start", "target_end"}};
    for (int k = 0; k < 2; k++) {
        const json_t *m = json_array_get(mentions, (size_t)number(r, names[k][0]));
        size_t from = dm_utf8_byte(text, (size_t)number(m, "start")), to = dm_utf8_byte(text, (size_t)number(m, "end"));
        json_object_set_new(own, names[k][1], json_stringn(text.s + from, to > from ? to - from : 0));
        json_object_set(own, names[k][2], get(m, "start"));
        json_object_set(own, names[k][3], get(m, "end"));
    }
    json_object_set(own, "label", get(r, "label"));
    if (*words(r, "code"))
        json_object_set(own, "code", get(r, "code"));
    return NULL;
}

/* Adds the task's example to the corpus. */
static const char *take_task(dm_corpus_reading *reading, json_t *task)
{
    json_t *own = json_is_object(get(task, "demarche")) ? json_deep_copy(get(task, "demarche")) : json_object(), *mentions, *records, *fresh = NULL;
    dm_str text = dm_str_from(words(task, "text"));
    lists_of(own, &mentions, &records);
    json_int_t *moved = dm_arena_array(reading->corpus->arena, json_array_size(mentions) + 1, sizeof *moved);
    json_t *entities = get(task, "entities"), *relations = get(task, "relations");
    json_t *list = new_mentions(mentions, entities, moved);
    const char *wrong = text.n ? new_records(mentions, records, entities, relations, moved, &fresh) : "no text";
    json_object_set(own, "text", get(task, "text"));
    if (!get(own, "id") && get(task, "id"))
        json_object_set(own, "id", get(task, "id"));
    if (!wrong && is_pair(own)) {
        wrong = set_pair(own, list, fresh, text);
    } else if (!wrong) {
        json_object_set(own, "mentions", list);
        json_object_set(own, "records", fresh);
    }
    if (!wrong)
        wrong = dm_corpus_json_object(reading, own);
    json_decref(own);
    json_decref(mentions);
    json_decref(records);
    json_decref(list);
    json_decref(fresh);
    return wrong;
}

static json_t *empty_task(json_t *id, json_t *text, json_t *own)
{
    return json_pack("{s:O*,s:O*,s:O*,s:[],s:[]}", "id", id, "text", text, "demarche", own, "entities", "relations");
}

/* ---- doccano --------------------------------------------------------------------------------------------- */

static json_t *to_doccano(const json_t *task)
{
    json_t *entities = json_array(), *relations = json_array(), *x;
    size_t i;
    json_array_foreach(get(task, "entities"), i, x)
        json_array_append_new(entities, json_pack("{s:O,s:O,s:O,s:O}", "id", get(x, "id"), "label", get(x, "label"), "start_offset", get(x, "start"), "end_offset", get(x, "end")));
    json_array_foreach(get(task, "relations"), i, x)
        json_array_append_new(relations, json_pack("{s:O,s:O,s:O,s:O}", "id", get(x, "id"), "from_id", get(x, "from"), "to_id", get(x, "to"), "type", get(x, "label")));
    return json_pack("{s:O,s:o,s:o,s:O}", "text", get(task, "text"), "entities", entities, "relations", relations, "demarche", get(task, "demarche"));
}

/* doccano numbers entities and relations anew, so ours are known again by their place and label. */
static json_t *from_doccano(const json_t *o)
{
    json_t *task = empty_task(get(o, "id"), get(o, "text"), get(o, "demarche")), *x;
    size_t i;
    json_array_foreach(get(o, "entities"), i, x)
        json_array_append_new(get(task, "entities"), json_pack("{s:O*,s:O*,s:O*,s:O*}", "key", get(x, "id"), "start", get(x, "start_offset"), "end", get(x, "end_offset"), "label", get(x, "label")));
    json_array_foreach(get(o, "relations"), i, x)
        json_array_append_new(get(task, "relations"), json_pack("{s:O*,s:O*,s:O*}", "from", get(x, "from_id"), "to", get(x, "to_id"), "label", get(x, "type")));
    return task;
}

/* ---- Label Studio ---------------------------------------------------------------------------------------- */

static json_t *to_label_studio(const json_t *task)
{
    json_t *result = json_array(), *x;
    size_t i;
    json_array_foreach(get(task, "entities"), i, x)
        json_array_append_new(result, json_pack("{s:o,s:s,s:s,s:s,s:{s:O,s:O,s:[O]}}", "id", json_sprintf("m%d", (int)number(x, "id")), "from_name", "label", "to_name", "text",
            "type", "labels", "value", "start", get(x, "start"), "end", get(x, "end"), "labels", get(x, "label")));
    json_array_foreach(get(task, "relations"), i, x)
        json_array_append_new(result, json_pack("{s:o,s:o,s:s,s:s,s:[O]}", "from_id", json_sprintf("m%d", (int)number(x, "from")), "to_id", json_sprintf("m%d", (int)number(x, "to")),
            "type", "relation", "direction", "right", "labels", get(x, "label")));
    return json_pack("{s:{s:O,s:O},s:[{s:o}]}", "data", "text", get(task, "text"), "demarche", get(task, "demarche"), "annotations", "result", result);
}

static json_t *from_label_studio(const json_t *o)
{
    const json_t *data = get(o, "data"), *result = get(json_array_get(get(o, "annotations"), 0), "result");
    json_t *task = empty_task(get(o, "id"), get(data, "text"), get(data, "demarche")), *x;
    size_t i;
    json_array_foreach(result, i, x) {
        const json_t *value = get(x, "value");
        if (strcmp(words(x, "type"), "labels") == 0) {
            json_t *e = json_pack("{s:O*,s:O*,s:O*,s:O*}", "key", get(x, "id"), "start", get(value, "start"), "end", get(value, "end"), "label", json_array_get(get(value, "labels"), 0));
            if (words(x, "id")[0] == 'm' && words(x, "id")[1] >= '0' && words(x, "id")[1] <= '9')
                json_object_set_new(e, "id", json_integer(atoi(words(x, "id") + 1)));
            json_array_append_new(get(task, "entities"), e);
        } else if (strcmp(words(x, "type"), "relation") == 0) {
            bool left = strcmp(words(x, "direction"), "left") == 0;
            json_array_append_new(get(task, "relations"), json_pack("{s:O*,s:O*,s:O*}", "from", get(x, left ? "to_id" : "from_id"), "to", get(x, left ? "from_id" : "to_id"),
                "label", json_array_get(get(x, "labels"), 0)));
        }
    }
    return task;
}

/* ---- Prodigy --------------------------------------------------------------------------------------------- */

/* Tokens, cut where a mention begins or ends, since Prodigy's spans are made of whole tokens. */
static json_t *tokens_json(dm_arena *arena, const json_t *task)
{
    dm_str text = dm_str_from(words(task, "text"));
    size_t n, i, k;
    dm_token *tokens = dm_token_split(arena, text, &n);
    json_t *out = json_array(), *x;
    for (i = 0; i < n; i++)
        for (size_t from = tokens[i].start, to; from < tokens[i].end; from = to) {
            to = tokens[i].end;
            json_array_foreach(get(task, "entities"), k, x) {
                size_t start = dm_utf8_byte(text, (size_t)number(x, "start")), end = dm_utf8_byte(text, (size_t)number(x, "end"));
                to = start > from && start < to ? start : end > from && end < to ? end : to;
            }
            json_int_t at = (json_int_t)dm_utf8_length(dm_str_sub(text, 0, from));
            json_array_append_new(out, json_pack("{s:o,s:I,s:I,s:I,s:b}", "text", json_stringn(text.s + from, to - from), "start", at,
                "end", at + (json_int_t)dm_utf8_length(dm_str_sub(text, from, to)), "id", (json_int_t)json_array_size(out), "ws", to < text.n && text.s[to] == ' '));
        }
    return out;
}

static json_t *span_json(const json_t *entity, const json_t *tokens)
{
    json_int_t first = -1, last = -1;
    size_t i;
    json_t *t;
    json_array_foreach(tokens, i, t)
        if (number(t, "start") >= number(entity, "start") && number(t, "end") <= number(entity, "end")) {
            first = first < 0 ? (json_int_t)i : first;
            last = (json_int_t)i;
        }
    return json_pack("{s:O,s:O,s:I,s:I,s:O}", "start", get(entity, "start"), "end", get(entity, "end"), "token_start", first, "token_end", last, "label", get(entity, "label"));
}

static const json_t *entity_at(const json_t *task, json_int_t id)
{
    size_t i;
    json_t *x;
    json_array_foreach(get(task, "entities"), i, x)
        if (number(x, "id") == id)
            return x;
    return NULL;
}

static json_t *to_prodigy(dm_arena *arena, const json_t *task)
{
    json_t *tokens = tokens_json(arena, task), *spans = json_array(), *relations = json_array(), *x;
    size_t i;
    json_array_foreach(get(task, "entities"), i, x)
        json_array_append_new(spans, span_json(x, tokens));
    json_array_foreach(get(task, "relations"), i, x) {
        json_t *head = span_json(entity_at(task, number(x, "from")), tokens), *child = span_json(entity_at(task, number(x, "to")), tokens);
        json_array_append_new(relations, json_pack("{s:O,s:O,s:o,s:o,s:O}", "head", get(head, "token_end"), "child", get(child, "token_end"), "head_span", head, "child_span", child, "label", get(x, "label")));
    }
    return json_pack("{s:O,s:o,s:o,s:o,s:{s:O},s:O,s:s}", "text", get(task, "text"), "tokens", tokens, "spans", spans, "relations", relations,
        "meta", "id", get(task, "id"), "demarche", get(task, "demarche"), "answer", "accept");
}

/* A span's name: where it stands and its label. */
static json_t *span_key(const json_t *span) { return json_sprintf("%d-%d-%s", (int)number(span, "start"), (int)number(span, "end"), words(span, "label")); }

static json_t *from_prodigy(const json_t *o)
{
    json_t *task = empty_task(get(get(o, "meta"), "id"), get(o, "text"), get(o, "demarche")), *x;
    size_t i;
    json_array_foreach(get(o, "spans"), i, x)
        json_array_append_new(get(task, "entities"), json_pack("{s:o,s:O*,s:O*,s:O*}", "key", span_key(x), "start", get(x, "start"), "end", get(x, "end"), "label", get(x, "label")));
    json_array_foreach(get(o, "relations"), i, x)
        json_array_append_new(get(task, "relations"), json_pack("{s:o,s:o,s:O*}", "from", span_key(get(x, "head_span")), "to", span_key(get(x, "child_span")), "label", get(x, "label")));
    return task;
}

/* ---- files ----------------------------------------------------------------------------------------------- */

static const char *const names[DM_TOOL_N] = {"doccano", "label-studio", "prodigy"};

const char *dm_tool_name(dm_tool tool) { return names[tool]; }

void dm_corpus_export(const dm_corpus *corpus, dm_tool tool, dm_buf *out)
{
    bool list = tool == DM_TOOL_LABEL_STUDIO;
    if (list)
        dm_buf_str(out, DM_LIT("[\n"));
    for (size_t i = 0; i < corpus->n; i++) {
        json_t *task = task_of(&corpus->examples[i]);
        json_t *line = tool == DM_TOOL_DOCCANO ? to_doccano(task) : list ? to_label_studio(task) : to_prodigy(out->arena, task);
        dm_json_line(line, out);
        if (list && i + 1 < corpus->n)
            dm_buf_char(out, ',');
        dm_buf_char(out, '\n');
        json_decref(task);
    }
    if (list)
        dm_buf_str(out, DM_LIT("]\n"));
}

static void read_task(dm_corpus_reading *r, dm_tool tool, const json_t *o)
{
    json_t *task = tool == DM_TOOL_DOCCANO ? from_doccano(o) : tool == DM_TOOL_LABEL_STUDIO ? from_label_studio(o) : from_prodigy(o);
    bool refused = tool == DM_TOOL_PRODIGY && *words(o, "answer") && strcmp(words(o, "answer"), "accept") != 0;
    const char *wrong = !task ? "not a task of this tool" : refused ? NULL : take_task(r, task);
    if (wrong)
        dm_corpus_report_fault(r, wrong);
    json_decref(task);
}

static void read_list(dm_corpus_reading *r, dm_tool tool, dm_str text)
{
    json_error_t where;
    json_t *list = json_loadb(text.s, text.n, 0, &where), *o;
    if (!json_is_array(list)) {
        r->line = where.line > 0 ? (size_t)where.line : 1;
        dm_corpus_report_fault(r, list ? "not a JSON list of tasks" : where.text);
    }
    json_array_foreach(list, r->line, o) {
        read_task(r, tool, o);
        if (r->stopped)
            break;
    }
    json_decref(list);
}

static void read_lines(dm_corpus_reading *r, dm_tool tool, dm_str text)
{
    size_t at = 0;
    for (dm_str line; !r->stopped && dm_next_line(text, &at, &line);) {
        r->line++;
        if (!dm_str_trim(line).n)
            continue;
        json_error_t where;
        json_t *o = json_loadb(line.s, line.n, 0, &where);
        if (json_is_object(o))
            read_task(r, tool, o);
        else
            dm_corpus_report_fault(r, o ? "the line is no JSON object" : where.text);
        json_decref(o);
    }
}

dm_status dm_corpus_import(dm_corpus *corpus, dm_tool tool, const char *file, dm_corpus_fault *fault, void *context, dm_error *error)
{
    dm_corpus_reading r = {.corpus = corpus, .fault = fault, .context = context, .error = error};
    r.file = dm_arena_copy(corpus->arena, file, strlen(file));
    dm_str text = {"", 0};
    dm_status status = dm_read_file(corpus->arena, file, &text, error);
    if (status != DM_OK)
        return status;
    if (tool == DM_TOOL_LABEL_STUDIO)
        read_list(&r, tool, text);
    else
        read_lines(&r, tool, text);
    return r.stopped ? DM_INPUT : DM_OK;
}
