#include "actor.h"
#include "base/file.h"
#include "base/table.h"
#include "clean.h"
#include "command.h"
#include "command_articles.h"
#include "gazetteer.h"
#include "members.h"
#include "sentence.h"
#include "suggest.h"
#include "token.h"

#include <jansson.h>
#include <stdlib.h>

typedef struct {
    const char *actors, *date;
    double top; /* names to suggest */
} arguments;

/* ---- who ------------------------------------------------------------------------------------------------- */

static void print_entry(const dm_gazetteer *g, const dm_entry *e, dm_str date)
{
    bool on = dm_entry_on(e, date);
    dm_str id = e->via == DM_VIA_PERSON && !on ? e->person : e->id;
    printf("%.*s\t%.*s\t%s\t%.*s%s%.*s\t%.*s .. %.*s\t%s\n", DM_ARG(id), DM_ARG(dm_gazetteer_name(g, id)), e->via ? dm_via_name((dm_via)e->via) : "place, no actor",
        DM_ARG(e->person), e->person.n ? ", " : "", DM_ARG(e->sector), DM_ARG(e->from), DM_ARG(e->to), on ? "in force" : "not on this date");
}

/* Of the shipped gazetteer, whatever --actors says. */
static dm_status shipped_members(dm_arena *arena, dm_members *members, dm_error *error)
{
    char path[4096];
    return dm_members_load(arena, command_shipped("labels/members.tsv", path, sizeof path), members, error);
}

/* "members on 2004-06-01 (25): AUT BEL …" */
static void print_members(const dm_members *members, dm_str organisation, dm_str date)
{
    size_t n = 0;
    for (size_t i = 0; i < members->n; i++)
        n += dm_str_equal(members->rows[i].organisation, organisation) && dm_membership_on(&members->rows[i], date);
    if (!n)
        return;
    printf("  members %s%.*s (%zu):", date.n ? "on " : "today", DM_ARG(date), n);
    for (size_t i = 0; i < members->n; i++)
        if (dm_str_equal(members->rows[i].organisation, organisation) && dm_membership_on(&members->rows[i], date))
            printf(" %.*s", DM_ARG(members->rows[i].member));
    printf("\n");
}

static int who(const dm_gazetteer *g, const arguments *a, const char *phrase)
{
    dm_arena *arena = dm_arena_new();
    if (!arena || setjmp(*dm_arena_guard(arena))) {
        dm_arena_free(arena);
        command_say("actors", "out of memory");
        return DM_SYSTEM;
    }
    size_t n, length = 0, found = 0;
    dm_token *tokens = dm_token_split(arena, dm_str_from(phrase), &n);
    const dm_entry *e = n ? dm_gazetteer_find(g, tokens, n, &length) : NULL;
    dm_members members;
    dm_error error = {0};
    dm_status status = shipped_members(arena, &members, &error);
    for (; status == DM_OK && e && length == n; e = e->next, found++) {
        print_entry(g, e, dm_str_from(a->date));
        if (e->via != DM_VIA_PERSON)
            print_members(&members, e->id, dm_str_from(a->date));
    }
    if (status != DM_OK) {
        dm_arena_free(arena);
        return command_fail("actors who", &error);
    }
    if (!found)
        printf("nobody known as \"%s\"\n", phrase);
    dm_arena_free(arena);
    return found ? 0 : EXIT_SKIPPED;
}

/* ---- resolve --------------------------------------------------------------------------------------------- */

static dm_str text_of(const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    return json_is_string(v) ? (dm_str){json_string_value(v), json_string_length(v)} : (dm_str){"", 0};
}

/* The mention that covers most of the bytes [start, end) of the raw text. */
static const dm_mention *mention_at(const dm_doc *doc, uint32_t start, uint32_t end)
{
    const dm_mention *best = NULL;
    uint32_t most = 0;
    for (size_t i = 0; i < doc->n_mentions; i++) {
        const dm_mention *m = &doc->mentions[i];
        uint32_t from, to;
        if (m->end == m->start)
            continue;
        dm_clean_to_raw(&doc->text, m->start, m->end, &from, &to);
        uint32_t low = from > start ? from : start, high = to < end ? to : end;
        if (high > low && high - low > most) {
            most = high - low;
            best = m;
        }
    }
    return best;
}

static const char *resolve_line(const dm_gazetteer *g, dm_arena *arena, dm_str line)
{
    json_t *o = json_loadb(line.s, line.n, 0, NULL);
    if (!json_is_object(o) || !json_is_string(json_object_get(o, "text")) || !json_is_integer(json_object_get(o, "start"))) {
        json_decref(o);
        return "a line needs text, start and mention";
    }
    dm_doc doc = {.arena = arena};
    doc.article = (dm_article){.raw = text_of(o, "text"), .date = text_of(o, "date")};
    dm_clean(&doc);
    dm_sentence_split(&doc);
    dm_actor_find(g, &doc);
    size_t start = 0;
    for (json_int_t k = json_integer_value(json_object_get(o, "start")); k > 0 && start < doc.article.raw.n; k--)
        dm_utf8_next(doc.article.raw.s, doc.article.raw.n, &start);
    const dm_mention *m = mention_at(&doc, (uint32_t)start, (uint32_t)(start + text_of(o, "mention").n));
    dm_buf actor = {.arena = arena};
    for (uint8_t k = 0; m && k < m->n_actors; k++)
        dm_buf_format(&actor, "%s%.*s", k ? "|" : "", DM_ARG(m->actors[k]));
    json_object_set_new(o, "actor", json_stringn(dm_buf_view(&actor).s, actor.n));
    json_object_set_new(o, "via", json_string(m && m->n_actors ? dm_via_name((dm_via)m->via) : ""));
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (!text)
        return "out of memory";
    puts(text);
    free(text);
    return NULL;
}

static int resolve(const dm_gazetteer *g, const char *file)
{
    dm_error error = {0};
    dm_lines lines;
    dm_str line;
    volatile size_t faults = 0;
    dm_arena *arena = dm_arena_new();
    if (!arena || dm_lines_open(&lines, file, &error) != DM_OK) {
        dm_arena_free(arena);
        return command_fail("actors resolve", &error);
    }
    for (dm_line got; (got = dm_lines_next(&lines, &line, &error)) != DM_LINE_END;) {
        dm_arena_reset(arena);
        if (got == DM_LINE_FAILED || setjmp(*dm_arena_guard(arena))) {
            dm_lines_close(&lines);
            dm_arena_free(arena);
            command_say("actors resolve", "out of memory");
            return DM_SYSTEM;
        }
        const char *wrong = got == DM_LINE_TOO_LONG ? "the line is too long" : dm_str_trim(line).n ? resolve_line(g, arena, line) : NULL;
        if (wrong && faults++ < 20)
            command_say("actors resolve", "%s:%zu: skipped: %s", lines.name, lines.number, wrong);
    }
    dm_lines_close(&lines);
    dm_arena_free(arena);
    return faults ? EXIT_SKIPPED : 0;
}

/* ---- lint ------------------------------------------------------------------------------------------------ */

static const char *const common_words[] = {"april", "august", "chad", "china", "congress", "fed", "georgia", "guinea", "it", "jordan", "june",
    "labour", "lead", "mali", "may", "nice", "number", "polish", "quad", "reading", "republicans", "said", "treasury", "turkey", "us", "victoria",
    "who"};

/* Have two half open spans a day in common? An empty end is open. */
static bool overlap(dm_str from, dm_str to, dm_str other_from, dm_str other_to)
{
    return (!to.n || !other_from.n || dm_str_order(other_from, to) < 0) && (!other_to.n || !from.n || dm_str_order(from, other_to) < 0);
}

static size_t complain(const dm_entry *e, const char *what)
{
    printf("%s:%zu: %.*s: %s\n", e->file, e->line, DM_ARG(e->form), what);
    return 1;
}

static bool is_date_or_empty(dm_str s) { return !s.n || dm_date_is_valid(s); }

static size_t lint_row(const dm_gazetteer *g, dm_arena *arena, const dm_entry *e)
{
    size_t faults = 0, n, length = 0;
    if (!is_date_or_empty(e->from) || !is_date_or_empty(e->to))
        faults += complain(e, "from and to are YYYY-MM-DD or empty");
    if (e->from.n && e->to.n && dm_str_order(e->from, e->to) >= 0)
        faults += complain(e, "from is not before to");
    if (e->id.n && !dm_str_starts(e->id, "PER:") && !dm_gazetteer_knows(g, e->id))
        faults += complain(e, "unknown id: no row of kind name gives it");
    dm_token *tokens = dm_token_split(arena, e->form, &n);
    if (n == 1 && !e->exact_case && DM_WORD_IN(tokens[0].fold, common_words) && e->via != DM_VIA_NONE && tokens[0].shape == DM_SHAPE_LOWER)
        faults += complain(e, "a common word without the flag case");
    const dm_entry *other = n ? dm_gazetteer_find(g, tokens, n, &length) : NULL;
    for (; other && length == n; other = other->next) {
        if (other->surname || other == e || other->line <= e->line || other->file != e->file)
            continue;
        bool told_apart = e->only.n || e->not.n || other->only.n || other->not.n; /* by the words around */
        if (!told_apart && !dm_str_equal(other->id, e->id) && other->via != DM_VIA_PERSON && e->via != DM_VIA_PERSON && overlap(e->from, e->to, other->from, other->to))
            faults += complain(other, "the same form stands for two actors at one time");
    }
    return faults;
}

static size_t lint_members(const dm_gazetteer *g, const dm_members *members)
{
    size_t faults = 0;
    for (size_t i = 0; i < members->n; i++) {
        const dm_membership *m = &members->rows[i], *other = m + 1;
        const char *what = !dm_gazetteer_knows(g, m->organisation) || !dm_gazetteer_knows(g, m->member) ? "unknown id"
            : m->to.n && dm_str_order(m->from, m->to) >= 0 ? "from is not before to" : NULL;
        for (; other < members->rows + members->n; other++)
            if (dm_str_equal(other->organisation, m->organisation) && dm_str_equal(other->member, m->member) && overlap(m->from, m->to, other->from, other->to))
                what = "the same membership twice at one time";
        if (what)
            printf("members.tsv:%zu: %.*s in %.*s: %s\n", m->line, DM_ARG(m->member), DM_ARG(m->organisation), what);
        faults += what != NULL;
    }
    return faults;
}

static int lint(const dm_gazetteer *g, bool shipped)
{
    const dm_entry *const *rows;
    size_t n = dm_gazetteer_rows(g, &rows), faults = 0;
    dm_arena *arena = dm_arena_new();
    if (!arena || setjmp(*dm_arena_guard(arena))) {
        dm_arena_free(arena);
        command_say("actors lint", "out of memory");
        return DM_SYSTEM;
    }
    for (size_t i = 0; i < n; i++) {
        dm_arena_reset(arena);
        faults += lint_row(g, arena, rows[i]);
    }
    dm_members members = {0};
    dm_error error = {0};
    dm_status status = shipped ? shipped_members(arena, &members, &error) : DM_OK; /* its ids are the shipped gazetteer's */
    faults += status == DM_OK ? lint_members(g, &members) : 0;
    dm_arena_free(arena);
    if (status != DM_OK)
        return command_fail("actors lint", &error);
    printf("%zu rows, %zu faults\n", n, faults);
    return faults ? EXIT_SKIPPED : 0;
}

/* ---- suggest --------------------------------------------------------------------------------------------- */

static void print_suggestion(dm_arena *arena, const dm_suggestion *x)
{
    dm_str id = x->actor.n ? x->actor : dm_actor_person_id(arena, x->name);
    dm_buf body = {.arena = arena};
    dm_buf_format(&body, "ORG:%.*s", DM_ARG(dm_str_sub(id, 4, id.n)));
    printf("# speaks %zu, is addressed %zu, seen %zu; first in %.*s\n", x->speaks, x->addressed, x->seen, DM_ARG(x->doc));
    if (x->body && !x->actor.n)
        printf("%.*s\t%.*s\tname\torganisation\t\t\t\t\n", DM_ARG(x->name), DM_ARG(dm_buf_view(&body)));
    else
        printf("%.*s\t%.*s\tperson\t%.*s\t%.*s\t\t\t\n", DM_ARG(x->name), DM_ARG(id), DM_ARG(x->office.n ? dm_str_fold(arena, x->office) : DM_LIT("figure")), DM_ARG(x->first));
}

typedef struct {
    dm_arena *arena; /* of what is found; each article has its own */
    dm_suggestions *found;
    bool full;
} suggesting;

static void take_names(void *context, dm_doc *doc)
{
    suggesting *x = context;
    if (setjmp(*dm_arena_guard(x->arena)))
        x->full = true;
    else if (!x->full)
        dm_suggestions_add(x->found, doc);
}

static int suggest(const dm_gazetteer *g, const arguments *a, const char *const *inputs, size_t n_inputs)
{
    dm_error error = {0};
    size_t n = 0, skipped = 0;
    suggesting x = {.arena = dm_arena_new()};
    if (!x.arena || setjmp(*dm_arena_guard(x.arena))) {
        dm_arena_free(x.arena);
        command_say("actors suggest", "out of memory");
        return DM_SYSTEM;
    }
    x.found = dm_suggestions_new(x.arena, g);
    volatile dm_status status = command_articles("actors suggest", g, inputs, n_inputs, a->date, take_names, &x, &skipped, &error);
    if (status == DM_OK && (x.full || setjmp(*dm_arena_guard(x.arena))))
        status = dm_fail(&error, DM_SYSTEM, "out of memory");
    dm_suggestion *list = status == DM_OK ? dm_suggestions_list(x.found, &n) : NULL;
    if (n)
        printf("form\tid\tkind\tsector\tfrom\tto\tflags\tnote\n");
    for (size_t i = 0; i < n && i < (size_t)a->top; i++)
        print_suggestion(x.arena, &list[i]);
    if (status == DM_OK)
        command_say("actors suggest", n ? "%zu unknown names; check each row and append it to a file of the gazetteer" : "no unknown name speaks or is introduced here", n);
    dm_arena_free(x.arena);
    return status != DM_OK ? command_fail("actors suggest", &error) : skipped ? EXIT_SKIPPED : 0;
}

int cmd_actors(int argc, char **argv)
{
    arguments a = {.top = 50};
    const command_option options[] = {
        {0, "actors", "DIR", "the gazetteer (default: the shipped one)", OPTION_TEXT, &a.actors},
        {0, "date", "DATE", "for who: on this date (default: open entries); for suggest: of articles without one", OPTION_TEXT, &a.date},
        {0, "top", "N", "for suggest: how many names (default: 50)", OPTION_NUMBER, &a.top},
    };
    const command_spec spec = {"actors", "who PHRASE | resolve FILE | lint | suggest INPUT…", "Who a phrase is on a date; mentions in context; faults in the gazetteer; names that it lacks.",
        "resolve reads JSONL {\"id\",\"date\",\"text\",\"start\",\"mention\"} and adds actor (several joined by |) and via.\n"
        "suggest reads articles and prints a row of the gazetteer for each unknown name, the most heard first.", options, sizeof options / sizeof *options, 1, 0};
    int first, code = command_options(&spec, argc, argv, &first);
    if (code >= 0)
        return code;
    const char *verb = argv[first], *operand = first + 1 < argc ? argv[first + 1] : NULL;
    static const char *const verbs[] = {"lint", "resolve", "suggest", "who"};
    bool known = false;
    for (int i = 0; i < 4; i++)
        known |= strcmp(verb, verbs[i]) == 0;
    if (!known) {
        const char *near = command_nearest(verb, verbs, 4);
        command_say("actors", "no \"%s\"%s%s", verb, near ? "; did you mean " : "; there are who, resolve, lint, suggest", near ? near : "");
        return DM_USAGE;
    }
    bool many = strcmp(verb, "suggest") == 0;
    if (!many && argc - first > 2) {
        command_say("actors", "%s wants one argument", verb);
        return DM_USAGE;
    }
    if (strcmp(verb, "lint") != 0 && !operand) {
        command_say("actors", "%s wants %s", verb, strcmp(verb, "who") == 0 ? "a phrase" : many ? "articles" : "a file");
        return DM_USAGE;
    }
    char path[4096];
    dm_error error = {0};
    dm_gazetteer *g = dm_gazetteer_load(a.actors ? a.actors : command_shipped("labels/actors", path, sizeof path), &error);
    if (!g)
        return command_fail("actors", &error);
    code = many ? suggest(g, &a, (const char *const *)&argv[first + 1], (size_t)(argc - first - 1)) : strcmp(verb, "who") == 0 ? who(g, &a, operand) : strcmp(verb, "lint") == 0 ? lint(g, !a.actors) : resolve(g, operand);
    dm_gazetteer_free(g);
    return command_finish("actors", code);
}
