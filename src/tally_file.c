/* tally_file.c: a tally as lines of JSON. The first line tells the version, the last how many lines lie between, so
 * that a cut file is noticed; each of those is an array that opens with its kind:
 *
 *     {"demarche_tally":1,"by":"country","undated":0}
 *     ["actor","CHN","China","state"]
 *     ["count","","CHN","RUS","support","2022-03",3]             group, holder, target, label, month, n
 *     ["span","","CHN","RUS","support","2022-02-04","2022-03-18"]
 *     ["mark","","CHN","RUS","support",{"conf":912345,"id":…}]    a strong sentence
 *     ["docs","","CHN","RUS","00e1f2…","7c…"]                     hashes of documents, at most DOCS_A_LINE
 *     ["topic","","CHN","","trade","warn",2]                      only without a target
 *     ["end",6] */
#include "tally_store.h"

#include "base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

enum { TALLY_VERSION = 1, DOCS_A_LINE = 1000 };
#define MOST ((uint64_t)1 << 53) /* counts beyond it are no counts but damage */

/* ---- saving ---------------------------------------------------------------------------------------------- */
typedef struct {
    FILE *out;
    dm_buf line;
    uint64_t n_lines;
} saving;

static void open_line(saving *s, const char *kind, const dm_tally_dyad *dyad)
{
    s->line.n = 0;
    dm_buf_format(&s->line, "[\"%s\"", kind);
    if (!dyad)
        return;
    dm_str parts[] = {dyad->group, dyad->holder, dyad->target};
    for (size_t i = 0; i < 3; i++) {
        dm_buf_char(&s->line, ',');
        dm_json_text(&s->line, parts[i]);
    }
}

static void add_text(saving *s, dm_str text)
{
    dm_buf_char(&s->line, ',');
    dm_json_text(&s->line, text);
}

static void close_line(saving *s)
{
    dm_buf_add(&s->line, "]\n", 2);
    fwrite(s->line.s, 1, s->line.n, s->out);
    s->n_lines++;
}

static void save_evidence(saving *s, const dm_tally_dyad *dyad, const dm_tally_mark *mark, const dm_evidence *e)
{
    open_line(s, "mark", dyad);
    add_text(s, mark->label);
    dm_buf_format(&s->line, ",{\"conf\":%" PRId64, e->conf);
    for (size_t i = 0; i < STORE_TEXTS; i++) {
        dm_buf_format(&s->line, ",\"%s\":", dm_store_texts[i].name);
        dm_json_text(&s->line, *(const dm_str *)(const void *)((const char *)e + dm_store_texts[i].at));
    }
    for (size_t i = 0; i < STORE_NUMBERS; i++)
        dm_buf_format(&s->line, ",\"%s\":%" PRId64, dm_store_numbers[i].name,
                      *(const int64_t *)(const void *)((const char *)e + dm_store_numbers[i].at));
    dm_buf_char(&s->line, '}');
    close_line(s);
}

static void save_docs(saving *s, const dm_tally_dyad *dyad)
{
    for (size_t i = 0; i < dyad->n_docs; i++) {
        if (i % DOCS_A_LINE == 0)
            open_line(s, "docs", dyad);
        dm_buf_format(&s->line, ",\"%016" PRIx64 "\"", dyad->docs[i]);
        if (i % DOCS_A_LINE == DOCS_A_LINE - 1 || i + 1 == dyad->n_docs)
            close_line(s);
    }
}

static void save_dyad(saving *s, const dm_tally_dyad *dyad)
{
    for (size_t i = 0; i < dyad->n_cells; i++) {
        open_line(s, "count", dyad);
        add_text(s, dyad->cells[i].label);
        add_text(s, dyad->cells[i].month);
        dm_buf_format(&s->line, ",%" PRIu64, dyad->cells[i].n);
        close_line(s);
    }
    for (size_t i = 0; i < dyad->n_marks; i++) {
        const dm_tally_mark *mark = &dyad->marks[i];
        open_line(s, "span", dyad);
        add_text(s, mark->label);
        add_text(s, mark->first);
        add_text(s, mark->last);
        close_line(s);
        for (size_t k = 0; k < mark->n_evidence; k++)
            save_evidence(s, dyad, mark, &mark->evidence[k]);
    }
    save_docs(s, dyad);
    for (size_t i = 0; i < dyad->n_topics; i++) {
        open_line(s, "topic", dyad);
        add_text(s, dyad->topics[i].topic);
        add_text(s, dyad->topics[i].label);
        dm_buf_format(&s->line, ",%" PRIu64, dyad->topics[i].n);
        close_line(s);
    }
}

static void save_view(saving *s, const dm_tally_view *view)
{
    fprintf(s->out, "{\"demarche_tally\":%d,\"by\":\"%.*s\",\"undated\":%" PRIu64 "}\n", TALLY_VERSION,
            DM_ARG(view->by), view->undated);
    for (size_t i = 0; i < view->n_actors; i++) {
        open_line(s, "actor", NULL);
        add_text(s, view->actors[i].id);
        add_text(s, view->actors[i].name);
        add_text(s, view->actors[i].kind);
        close_line(s);
    }
    for (size_t i = 0; i < view->n_dyads; i++)
        save_dyad(s, &view->dyads[i]);
    fprintf(s->out, "[\"end\",%" PRIu64 "]\n", s->n_lines);
}

static dm_status save_all(const dm_tally *t, dm_arena *arena, saving *s, dm_error *error)
{
    if (setjmp(*dm_arena_guard(arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_tally_view view;
    s->line.arena = arena;
    dm_tally_see(t, arena, &view);
    save_view(s, &view);
    return ferror(s->out) ? dm_fail(error, DM_SYSTEM, "cannot write the tally: %s", strerror(errno)) : DM_OK;
}

dm_status dm_tally_save(const dm_tally *t, FILE *out, dm_error *error)
{
    saving s = {.out = out};
    dm_arena *arena = dm_arena_new();
    dm_status status = arena ? save_all(t, arena, &s, error) : dm_fail(error, DM_SYSTEM, "out of memory");
    dm_arena_free(arena);
    return status;
}

/* ---- merging --------------------------------------------------------------------------------------------- */
typedef struct {
    dm_tally *t;
    dm_lines lines;
    json_t *json; /* of the line at hand; freed by the caller if memory runs out */
    uint64_t n_lines;
    bool ended;
} merging;

static bool is_text(const json_t *json, dm_str *text)
{
    if (!json_is_string(json))
        return false;
    *text = (dm_str){json_string_value(json), json_string_length(json)};
    return true;
}

static bool is_date(dm_str text) { return text.n == 0 || dm_date_is_valid(text); }

static bool is_month(dm_str text)
{
    char day[] = "YYYY-MM-01";
    if (text.n == 7)
        memcpy(day, text.s, 7);
    return text.n == 0 || (text.n == 7 && dm_date_is_valid(dm_str_from(day)));
}

/* Texts from place 1 of the array; false unless there are exactly `n` before `rest` further values. */
static bool take_texts(const json_t *array, dm_str *texts, size_t n, size_t rest)
{
    bool fine = json_array_size(array) == 1 + n + rest;
    for (size_t i = 0; i < n && fine; i++)
        fine = is_text(json_array_get(array, 1 + i), &texts[i]);
    return fine;
}

static bool take_count(const json_t *json, uint64_t *n)
{
    *n = json_is_integer(json) && json_integer_value(json) > 0 ? (uint64_t)json_integer_value(json) : 0;
    return *n > 0 && *n < MOST;
}

static bool merge_actor(dm_tally *t, const json_t *line)
{
    dm_str text[3];
    if (!take_texts(line, text, 3, 0))
        return false;
    dm_store_actor(t, text[0], text[1], text[2]);
    return true;
}

static bool merge_count(dm_tally *t, const json_t *line)
{
    dm_str text[5];
    uint64_t n;
    if (!take_texts(line, text, 5, 1) || !is_month(text[4]) || !take_count(json_array_get(line, 6), &n))
        return false;
    if (dm_store_wants(t, text[1], text[2]))
        dm_store_count(t, dm_store_dyad(t, text[0], text[1], text[2]), text[3], text[4], n);
    return true;
}

static bool merge_topic(dm_tally *t, const json_t *line)
{
    dm_str text[5];
    uint64_t n;
    if (!take_texts(line, text, 5, 1) || text[2].n || !take_count(json_array_get(line, 6), &n))
        return false;
    if (dm_store_wants(t, text[1], text[2]))
        dm_store_topic(t, dm_store_dyad(t, text[0], text[1], text[2]), text[3], text[4], n);
    return true;
}

static bool merge_span(dm_tally *t, const json_t *line)
{
    dm_str text[6];
    if (!take_texts(line, text, 6, 0) || !is_date(text[4]) || !is_date(text[5]))
        return false;
    if (dm_store_wants(t, text[1], text[2]))
        dm_store_span(t, dm_store_dyad(t, text[0], text[1], text[2]), text[3], text[4], text[5]);
    return true;
}

static bool take_evidence(const json_t *json, dm_evidence *e)
{
    const json_t *conf = json_object_get(json, "conf");
    e->conf = json_integer_value(conf);
    bool fine = json_is_integer(conf) && e->conf >= -1 && e->conf <= 1000000;
    for (size_t i = 0; i < STORE_TEXTS && fine; i++)
        fine = is_text(json_object_get(json, dm_store_texts[i].name), (void *)((char *)e + dm_store_texts[i].at));
    for (size_t i = 0; i < STORE_NUMBERS && fine; i++) {
        const json_t *number = json_object_get(json, dm_store_numbers[i].name);
        *(int64_t *)(void *)((char *)e + dm_store_numbers[i].at) = json_integer_value(number);
        fine = json_is_integer(number) && json_integer_value(number) >= -1;
    }
    return fine;
}

static bool merge_mark(dm_tally *t, const json_t *line)
{
    dm_str text[4];
    dm_evidence evidence;
    if (!take_texts(line, text, 4, 1) || !take_evidence(json_array_get(line, 5), &evidence))
        return false;
    if (dm_store_wants(t, text[1], text[2]))
        dm_store_evidence(t, dm_store_dyad(t, text[0], text[1], text[2]), text[3], &evidence);
    return true;
}

static bool take_hash(dm_str text, uint64_t *hash)
{
    char digits[17] = "";
    if (text.n != 16)
        return false;
    memcpy(digits, text.s, 16);
    *hash = strtoull(digits, NULL, 16);
    return strspn(digits, "0123456789abcdef") == 16;
}

static bool merge_docs(dm_tally *t, const json_t *line)
{
    dm_str text[3], hex;
    uint64_t hash;
    size_t n = json_array_size(line);
    if (n < 5 || !take_texts(line, text, 3, n - 4))
        return false;
    bool wanted = dm_store_wants(t, text[1], text[2]);
    for (size_t i = 4; i < n; i++) {
        if (!is_text(json_array_get(line, i), &hex) || !take_hash(hex, &hash))
            return false;
        if (wanted)
            dm_store_doc(t, dm_store_dyad(t, text[0], text[1], text[2]), hash);
    }
    return true;
}

static bool merge_end(merging *m, const json_t *line)
{
    m->ended = true;
    return json_array_size(line) == 2 && json_integer_value(json_array_get(line, 1)) == (json_int_t)m->n_lines;
}

static bool merge_line(merging *m)
{
    static const struct {
        const char *kind;
        bool (*merge)(dm_tally *, const json_t *);
    } kinds[] = {{"actor", merge_actor}, {"count", merge_count}, {"span", merge_span},
                 {"mark", merge_mark},   {"docs", merge_docs},   {"topic", merge_topic}};
    const char *kind = json_string_value(json_array_get(m->json, 0));
    if (!kind || m->ended)
        return false;
    if (strcmp(kind, "end") == 0)
        return merge_end(m, m->json);
    m->n_lines++;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].merge(m->t, m->json);
    return false;
}

bool dm_tally_is_header(dm_str line) { return dm_str_starts(line, "{\"demarche_tally\""); }

static dm_status merge_header(merging *m, dm_error *error)
{
    dm_str by;
    const json_t *version = json_object_get(m->json, "demarche_tally");
    const json_t *undated = json_object_get(m->json, "undated");
    if (!json_is_integer(version) || !is_text(json_object_get(m->json, "by"), &by) || !json_is_integer(undated) ||
        json_integer_value(undated) < 0 || (uint64_t)json_integer_value(undated) >= MOST)
        return dm_fail(error, DM_INPUT, "%s: no tally (made by demarche report --partial)", m->lines.name);
    if (json_integer_value(version) != TALLY_VERSION)
        return dm_fail(error, DM_INPUT, "%s: a tally of another version than %d", m->lines.name, TALLY_VERSION);
    if (!m->t->by_fixed && (dm_str_is(by, "source") || dm_str_is(by, "month")))
        m->t->by = (dm_str){dm_arena_copy(m->t->arena, by.s, by.n), by.n};
    m->t->by_fixed = true;
    if (!dm_str_equal(by, m->t->by))
        return dm_fail(error, DM_INPUT, "%s: this tally goes by %.*s, the report by %.*s", m->lines.name, DM_ARG(by),
                       DM_ARG(m->t->by));
    m->t->undated += (uint64_t)json_integer_value(undated);
    return DM_OK;
}

static dm_status merge_lines(merging *m, dm_error *error)
{
    if (setjmp(*dm_arena_guard(m->t->arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_str line;
    for (dm_line kind; (kind = dm_lines_next(&m->lines, &line, error)) != DM_LINE_END;) {
        json_error_t reason;
        if (kind == DM_LINE_FAILED)
            return error ? error->status : DM_INPUT;
        json_decref(m->json);
        m->json = kind == DM_LINE ? json_loadb(line.s, line.n, JSON_ALLOW_NUL, &reason) : NULL;
        dm_status status = m->lines.number == 1 ? merge_header(m, error) : DM_OK;
        if (status != DM_OK)
            return status;
        if (m->lines.number > 1 && !merge_line(m))
            return dm_fail(error, DM_INPUT, "%s:%zu: damaged tally", m->lines.name, m->lines.number);
    }
    return m->ended ? DM_OK : dm_fail(error, DM_INPUT, "%s: %s", m->lines.name, m->lines.number ? "the tally is cut off" : "empty, no tally");
}

dm_status dm_tally_merge(dm_tally *t, const char *file, dm_error *error)
{
    merging m = {.t = t};
    dm_status status = dm_lines_open(&m.lines, file, error);
    if (status != DM_OK)
        return status;
    status = merge_lines(&m, error);
    json_decref(m.json);
    dm_lines_close(&m.lines);
    return status;
}
