#include "record.h"

#include <jansson.h>
#include <math.h>

/* One table for both ways, so that the writer and the parser cannot drift apart. */
typedef enum { TEXT, WHOLE, SHARE, FLAG } field_type;

typedef struct {
    const char *name;
    field_type type;
    size_t at; /* offset in dm_record */
} field;

#define FIELD(name, type) {#name, type, offsetof(dm_record, name)}
#define PART(party, name, type) {#party "_" #name, type, offsetof(dm_record, party.name)}
#define PARTY(party)                                                                                           \
    {#party, TEXT, offsetof(dm_record, party.id)}, PART(party, name, TEXT), PART(party, kind, TEXT),           \
        PART(party, person, TEXT), PART(party, text, TEXT), PART(party, start, WHOLE), PART(party, end, WHOLE), \
        PART(party, via, TEXT)

static const field fields[] = {
    FIELD(id, TEXT), FIELD(doc, TEXT), FIELD(sent, WHOLE), FIELD(start, WHOLE), FIELD(end, WHOLE),
    FIELD(raw_start, WHOLE), FIELD(raw_end, WHOLE), FIELD(text, TEXT),
    FIELD(date, TEXT), FIELD(date_by, TEXT), FIELD(source, TEXT), FIELD(url, TEXT), FIELD(title, TEXT),
    PARTY(holder), PARTY(target),
    FIELD(topic, TEXT),
    FIELD(label, TEXT), FIELD(p_support, SHARE), FIELD(p_neutral, SHARE), FIELD(p_warn, SHARE),
    FIELD(p_none, SHARE), FIELD(conf, SHARE), FIELD(abstain, FLAG),
    FIELD(speech, TEXT), FIELD(cue, TEXT), FIELD(speaker, TEXT), FIELD(mood, TEXT), FIELD(negated, FLAG),
    FIELD(story, TEXT), FIELD(dup, WHOLE),
    FIELD(by, TEXT), FIELD(why, TEXT), FIELD(model, TEXT), FIELD(actors, TEXT),
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

/* ---- writing --------------------------------------------------------------------------------------------- */
static void add_escaped(dm_buf *out, unsigned char c)
{
    switch (c) {
    case '"': dm_buf_add(out, "\\\"", 2); break;
    case '\\': dm_buf_add(out, "\\\\", 2); break;
    case '\n': dm_buf_add(out, "\\n", 2); break;
    case '\r': dm_buf_add(out, "\\r", 2); break;
    case '\t': dm_buf_add(out, "\\t", 2); break;
    default: dm_buf_format(out, "\\u%04x", (unsigned)c);
    }
}

static bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7F; }

void dm_json_text(dm_buf *out, dm_str text)
{
    dm_buf_char(out, '"');
    for (size_t at = 0, from = 0; from < text.n; from = at) {
        while (at < text.n && (unsigned char)text.s[at] < 0x80 && !needs_escape((unsigned char)text.s[at]))
            at++;
        dm_buf_add(out, text.s + from, at - from);
        if (at == text.n)
            break;
        from = at;
        uint32_t cp = dm_utf8_next(text.s, text.n, &at);
        if (cp < 0x80)
            add_escaped(out, (unsigned char)cp);
        else if (cp == 0xFFFD) /* also for a broken byte */
            dm_buf_add(out, "\xEF\xBF\xBD", 3);
        else
            dm_buf_add(out, text.s + from, at - from);
    }
    dm_buf_char(out, '"');
}

void dm_json_number(dm_buf *out, double x)
{
    if (!(fabs(x) < 1e12)) {
        dm_buf_add(out, "null", 4);
        return;
    }
    long long millionths = llround(x * 1e6); /* whole numbers: printf's decimal point follows the locale */
    if (millionths < 0) {
        dm_buf_char(out, '-');
        millionths = -millionths;
    }
    dm_buf_format(out, "%lld.%06lld", millionths / 1000000, millionths % 1000000);
}

static void write_value(const dm_record *record, const field *f, dm_buf *out)
{
    const void *value = (const char *)record + f->at;
    switch (f->type) {
    case TEXT: dm_json_text(out, *(const dm_str *)value); break;
    case SHARE: dm_json_number(out, *(const double *)value); break;
    case FLAG: dm_buf_str(out, dm_str_from(*(const bool *)value ? "true" : "false")); break;
    case WHOLE:
        if (*(const int64_t *)value < 0)
            dm_buf_add(out, "null", 4);
        else
            dm_buf_format(out, "%lld", (long long)*(const int64_t *)value);
    }
}

void dm_record_write(const dm_record *record, dm_buf *out)
{
    dm_buf_format(out, "{\"v\":%d", DM_RECORD_VERSION);
    for (size_t i = 0; i < N_FIELDS; i++) {
        dm_buf_format(out, ",\"%s\":", fields[i].name);
        write_value(record, &fields[i], out);
    }
    dm_buf_add(out, "}\n", 2);
}

/* ---- parsing --------------------------------------------------------------------------------------------- */
/* A decoded JSON string is never longer than its source, so the strings of a line fit into a block of its length. It
 * is taken before Jansson allocates anything: running out of memory can then not leak Jansson's tree. */
typedef struct {
    char *block;
    size_t used;
} strings;

static void set_empty(dm_record *record)
{
    *record = (dm_record){0};
    for (size_t i = 0; i < N_FIELDS; i++) {
        void *value = (char *)record + fields[i].at;
        switch (fields[i].type) {
        case TEXT: *(dm_str *)value = (dm_str){"", 0}; break;
        case SHARE: *(double *)value = NAN; break;
        case WHOLE: *(int64_t *)value = -1; break;
        case FLAG: break;
        }
    }
}

static dm_str keep_text(strings *into, const json_t *json)
{
    size_t n = json_string_length(json);
    char *copy = into->block + into->used;
    memcpy(copy, json_string_value(json), n);
    into->used += n;
    return (dm_str){copy, n};
}

/* NULL if the value was right, otherwise what it should have been. */
static const char *read_value(const json_t *json, const field *f, strings *into, dm_record *record)
{
    void *value = (char *)record + f->at;
    switch (f->type) {
    case TEXT:
        if (!json_is_string(json))
            return "a string";
        *(dm_str *)value = keep_text(into, json);
        return NULL;
    case WHOLE:
        if (!json_is_integer(json) || json_integer_value(json) < 0)
            return "a whole number from 0";
        *(int64_t *)value = json_integer_value(json);
        return NULL;
    case SHARE:
        if (!json_is_number(json) || !(json_number_value(json) >= 0 && json_number_value(json) <= 1))
            return "a number from 0 to 1";
        *(double *)value = json_number_value(json);
        return NULL;
    case FLAG:
        if (!json_is_boolean(json))
            return "true or false";
        *(bool *)value = json_is_true(json);
        return NULL;
    }
    return NULL;
}

static dm_status read_fields(const json_t *json, const char *where, strings *into, dm_record *record, dm_error *error)
{
    const json_t *version = json_object_get(json, "v");
    if (version && !json_is_null(version) && json_integer_value(version) != DM_RECORD_VERSION)
        return dm_fail(error, DM_INPUT, "%s: a record of another version than %d", where, DM_RECORD_VERSION);
    for (size_t i = 0; i < N_FIELDS; i++) {
        const json_t *value = json_object_get(json, fields[i].name);
        const char *wanted = value && !json_is_null(value) ? read_value(value, &fields[i], into, record) : NULL;
        if (wanted)
            return dm_fail(error, DM_INPUT, "%s: \"%s\" is not %s", where, fields[i].name, wanted);
    }
    return DM_OK;
}

dm_status dm_record_parse(dm_str line, const char *where, dm_arena *arena, dm_record *record, dm_error *error)
{
    strings into = {.block = dm_arena_alloc(arena, line.n + 1)};
    json_error_t reason;
    set_empty(record);
    json_t *json = json_loadb(line.s ? line.s : "", line.n, JSON_ALLOW_NUL, &reason);
    if (!json)
        return dm_fail(error, json_error_code(&reason) == json_error_out_of_memory ? DM_SYSTEM : DM_INPUT,
                       "%s: no record: %s", where, reason.text);
    dm_status status = json_is_object(json) ? read_fields(json, where, &into, record, error)
                                            : dm_fail(error, DM_INPUT, "%s: no record: not a JSON object", where);
    json_decref(json);
    return status;
}
