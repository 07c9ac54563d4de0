/* reader_jsonl.c: one JSON object a line, one article an object. A bad line costs that line and no other. */
#include "reader_format.h"

#include <jansson.h>
#include <utf8proc.h>

/* ---- is it JSONL? ---------------------------------------------------------------------------------------- */
static bool parses_as_object(const char *s, size_t n)
{
    json_t *value = json_loadb(s, n, JSON_ALLOW_NUL, NULL);
    bool is_object = json_is_object(value);
    json_decref(value);
    return is_object;
}

/* The first line is longer than the head: {"name": is all that can be asked of it. */
static bool begins_like_object(dm_str line)
{
    size_t i = 1;
    while (i < line.n && (line.s[i] == ' ' || line.s[i] == '\t'))
        i++;
    if (i >= line.n || line.s[i] != '"')
        return false;
    const char *quote = memchr(line.s + i + 1, '"', line.n - i - 1);
    if (!quote)
        return false;
    dm_str rest = dm_str_trim(dm_str_sub(line, (size_t)(quote + 1 - line.s), line.n));
    return rest.n && rest.s[0] == ':';
}

static bool is_named_jsonl(const dm_source *source)
{
    dm_str name = dm_str_from(source->name);
    return dm_str_ends(name, ".jsonl") || dm_str_ends(name, ".ndjson");
}

/* First byte that is not blank "{", and a whole line of the head that parses as an object. The name helps only when
 * every line is broken: then each is reported, and none is taken for an article. */
static bool matches_jsonl(const dm_source *source)
{
    dm_str head = {(const char *)source->chunk, source->n};
    if (dm_str_starts(head, "\xEF\xBB\xBF"))
        head = dm_str_sub(head, 3, head.n);
    head = dm_str_trim(head);
    if (!head.n || head.s[0] != '{')
        return false;
    bool first = true;
    while (head.n) {
        const char *lf = memchr(head.s, '\n', head.n);
        dm_str line = lf ? dm_str_sub(head, 0, (size_t)(lf - head.s)) : head;
        if (!lf && first && source->n == DM_CHUNK && begins_like_object(line))
            return true;
        if (line.n && line.s[0] == '{' && parses_as_object(line.s, line.n))
            return true;
        head = dm_str_sub(head, line.n + 1, head.n);
        first = false;
    }
    return is_named_jsonl(source);
}

/* ---- fields ---------------------------------------------------------------------------------------------- */
static json_t *member(json_t *value, const char *name, size_t n)
{
    if (json_is_object(value))
        return json_object_getn(value, name, n);
    if (json_is_array(value) && n && n < 9) {
        size_t index = 0;
        for (size_t i = 0; i < n; i++) {
            if (name[i] < '0' || name[i] > '9')
                return NULL;
            index = index * 10 + (size_t)(name[i] - '0');
        }
        return json_array_get(value, index);
    }
    return NULL;
}

/* "article.body", "authors.0": the whole path as one name first, for fields that have a dot in their name. */
static json_t *find_field(json_t *object, const char *path)
{
    json_t *value = json_object_get(object, path);
    if (value)
        return value;
    value = object;
    while (value) {
        size_t n = strcspn(path, ".");
        value = member(value, path, n);
        if (!path[n])
            return value;
        path += n + 1;
    }
    return NULL;
}

/* A string as it is, a number in decimal; anything else is no value. */
static dm_str field_text(dm_arena *arena, json_t *object, const char *path)
{
    json_t *value = find_field(object, path);
    if (json_is_string(value)) {
        size_t n = json_string_length(value);
        return (dm_str){dm_arena_copy(arena, json_string_value(value), n), n};
    }
    dm_buf number = {.arena = arena};
    if (json_is_integer(value))
        dm_buf_format(&number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        dm_buf_format(&number, "%.17g", json_real_value(value));
    return dm_buf_view(&number);
}

static dm_str field_date(dm_arena *arena, json_t *object, const char *path)
{
    char date[11];
    json_t *value = find_field(object, path);
    if (!json_is_string(value) ||
        !dm_read_date((dm_str){json_string_value(value), json_string_length(value)}, date))
        return (dm_str){"", 0};
    return (dm_str){dm_arena_copy(arena, date, 10), 10};
}

static void fill_article(const dm_source *source, dm_doc *doc, json_t *object)
{
    dm_article *a = &doc->article;
    dm_arena *arena = doc->arena;
    const char *const *paths = source->paths;
    a->raw = field_text(arena, object, paths[DM_FIELD_TEXT]);
    a->id = field_text(arena, object, paths[DM_FIELD_ID]);
    a->title = field_text(arena, object, paths[DM_FIELD_TITLE]);
    a->source = field_text(arena, object, paths[DM_FIELD_SOURCE]);
    a->url = field_text(arena, object, paths[DM_FIELD_URL]);
    a->date = field_date(arena, object, paths[DM_FIELD_DATE]);
    a->date_by = dm_str_from(a->date.n ? "field" : "");
    a->line = source->line;
    if (!a->id.n) {
        dm_buf id = {.arena = arena};
        dm_buf_format(&id, "%.*s:%zu", DM_ARG(source->base), source->line);
        a->id = dm_buf_view(&id);
    }
}

/* ---- lines ----------------------------------------------------------------------------------------------- */
/* JSON is UTF-8, scraped JSON now and then is not. A byte that is none becomes the code point of the same number:
 * the clean room reads U+0092 as it reads the byte 92, as Windows-1252. NULL: out of memory. */
static char *widen_broken_bytes(const char *s, size_t n, size_t *n_wide)
{
    char *wide = malloc(n * 2 + 1);
    if (!wide)
        return NULL;
    size_t at = 0, to = 0;
    while (at < n) {
        utf8proc_int32_t cp;
        size_t left = n - at;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s + at,
                                              (utf8proc_ssize_t)(left < 4 ? left : 4), &cp);
        if (k > 0) {
            memcpy(wide + to, s + at, (size_t)k);
            to += (size_t)k;
            at += (size_t)k;
        } else {
            to += (size_t)utf8proc_encode_char((unsigned char)s[at++], (utf8proc_uint8_t *)wide + to);
        }
    }
    *n_wide = to;
    return wide;
}

static json_t *parse_line(const char *s, size_t n, json_error_t *why)
{
    json_t *object = json_loadb(s, n, JSON_ALLOW_NUL, why);
    if (object || json_error_code(why) != json_error_invalid_utf8)
        return object;
    size_t n_wide = 0;
    char *wide = widen_broken_bytes(s, n, &n_wide);
    if (!wide)
        return NULL;
    object = json_loadb(wide, n_wide, JSON_ALLOW_NUL, why);
    free(wide);
    return object;
}

static dm_str without_bom(const dm_source *source)
{
    dm_str line = {source->text, source->n_text};
    return source->line == 1 && dm_str_starts(line, "\xEF\xBB\xBF") ? dm_str_sub(line, 3, line.n) : line;
}

static dm_read read_object(dm_source *source, dm_doc *doc, dm_skip *skip, json_t *object, uint64_t offset)
{
    if (!json_is_object(object))
        return dm_source_skip(source, skip, offset, "no JSON object");
    json_t *text = find_field(object, source->paths[DM_FIELD_TEXT]);
    if (!json_is_string(text))
        return dm_source_skip(source, skip, offset, text ? "field \"%s\" is no string" : "no field \"%s\"",
                              source->paths[DM_FIELD_TEXT]);
    if (json_string_length(text) > DM_TEXT_LIMIT)
        return dm_source_skip(source, skip, offset, "text over %d MiB", DM_TEXT_LIMIT >> 20);
    if (!dm_str_trim((dm_str){json_string_value(text), json_string_length(text)}).n)
        return dm_source_skip(source, skip, offset, "field \"%s\" is empty", source->paths[DM_FIELD_TEXT]);
    fill_article(source, doc, object);
    source->given++;
    return DM_READ_ARTICLE;
}

/* The object must not be lost when the arena leaves by longjmp, so it is held here while the guard is ours. */
static dm_read read_guarded(dm_source *source, dm_doc *doc, dm_skip *skip, dm_error *error, json_t *object,
                            uint64_t offset)
{
    jmp_buf outer;
    memcpy(&outer, dm_arena_guard(doc->arena), sizeof outer);
    dm_read result;
    if (setjmp(*dm_arena_guard(doc->arena))) {
        dm_fail(error, DM_SYSTEM, "%s: out of memory", source->name);
        result = DM_READ_FAILED;
    } else {
        result = read_object(source, doc, skip, object, offset);
    }
    memcpy(dm_arena_guard(doc->arena), &outer, sizeof outer);
    json_decref(object);
    return result;
}

static dm_read next_jsonl(dm_source *source, dm_doc *doc, dm_skip *skip, dm_error *error)
{
    for (;;) {
        uint64_t offset = source->offset;
        dm_got got = dm_source_line(source);
        if (got == DM_GOT_NO_MEMORY) {
            dm_fail(error, DM_SYSTEM, "%s:%zu: out of memory", source->name, source->line);
            return DM_READ_FAILED;
        }
        if (got == DM_GOT_TOO_LONG)
            return dm_source_skip(source, skip, offset, "line over %d MiB", DM_TEXT_LIMIT >> 20);
        if (got == DM_GOT_NOTHING)
            return source->given ? DM_READ_END : dm_source_skip(source, skip, 0, "no article in it");
        dm_str line = without_bom(source);
        if (!dm_str_trim(line).n)
            continue;
        json_error_t why;
        json_t *object = parse_line(line.s, line.n, &why);
        if (!object)
            return dm_source_skip(source, skip, offset + (uint64_t)why.position, "not JSON: %.120s", why.text);
        return read_guarded(source, doc, skip, error, object, offset);
    }
}

const dm_format dm_format_jsonl = {"jsonl", matches_jsonl, next_jsonl};
