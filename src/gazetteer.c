#include "gazetteer.h"

#include "base/file.h"
#include "base/load.h"
#include "base/table.h"
#include "token.h"

#include <stdio.h>

enum { MAX_FORM = 12 };

struct dm_gazetteer {
    dm_arena *arena;
    dm_table forms;     /* folded tokens joined by blanks */
    dm_entry **entries; /* first entry of each form */
    size_t entries_capacity;
    dm_table heads;     /* first tokens */
    dm_table ids;
    const dm_entry **names; /* row that gives each id its display name */
    size_t names_capacity;
    const dm_entry **rows;
    size_t n_rows, rows_capacity;
    uint64_t hash;
    char id[24];
};

static const struct {
    const char *name;
    dm_via via;
} kinds[] = {{"name", DM_VIA_NAME}, {"demonym", DM_VIA_DEMONYM}, {"capital", DM_VIA_CAPITAL}, {"metonym", DM_VIA_METONYM},
    {"institution", DM_VIA_INSTITUTION}, {"person", DM_VIA_PERSON}, {"role", DM_VIA_ROLE}, {"place", DM_VIA_NONE}};

static bool read_kind(dm_str word, uint8_t *via)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (dm_str_is(word, kinds[i].name)) {
            *via = (uint8_t)kinds[i].via;
            return true;
        }
    return false;
}

static void read_flags(dm_entry *e, dm_str flags, dm_str *short_form)
{
    for (size_t from = 0, i = 0; i <= flags.n; i++)
        if (i == flags.n || flags.s[i] == ',') {
            dm_str flag = dm_str_trim(dm_str_sub(flags, from, i));
            from = i + 1;
            if (dm_str_is(flag, "case"))
                e->exact_case = true;
            else if (dm_str_is(flag, "alone"))
                e->alone = true;
            else if (dm_str_is(flag, "first"))
                e->family_first = true;
            else if (dm_str_is(flag, "given"))
                e->given = true;
            else if (dm_str_starts(flag, "only="))
                e->only = dm_str_sub(flag, 5, flag.n);
            else if (dm_str_starts(flag, "not="))
                e->not = dm_str_sub(flag, 4, flag.n);
            else if (dm_str_starts(flag, "sur="))
                *short_form = dm_str_sub(flag, 4, flag.n);
            else if (dm_str_starts(flag, "as="))
                e->full = dm_str_sub(flag, 3, flag.n);
        }
}

static dm_str join_folds(dm_arena *arena, const dm_token *tokens, size_t n)
{
    dm_buf key = {.arena = arena};
    for (size_t i = 0; i < n; i++) {
        if (i)
            dm_buf_char(&key, ' ');
        dm_buf_str(&key, tokens[i].fold);
    }
    return dm_buf_view(&key);
}

static void add_form(dm_gazetteer *g, dm_str form, dm_entry *e)
{
    size_t n;
    dm_token *tokens = dm_token_split(g->arena, form, &n);
    if (!n || n > MAX_FORM)
        return;
    size_t known = g->forms.count;
    uint32_t id = dm_table_add(&g->forms, join_folds(g->arena, tokens, n));
    if (id == known)
        g->entries = dm_arena_grow(g->arena, g->entries, id, &g->entries_capacity, sizeof *g->entries);
    dm_entry **end = &g->entries[id];
    if (id == known)
        *end = NULL;
    while (*end)
        end = &(*end)->next;
    *end = e;
    dm_table_add(&g->heads, tokens[0].fold);
}

/* "PER:RECEP-TAYYIP-ERDOGAN" */
static dm_str person_id(dm_gazetteer *g, dm_str full)
{
    dm_str fold = dm_str_fold(g->arena, full);
    dm_buf id = {.arena = g->arena};
    dm_buf_add(&id, "PER:", 4);
    for (size_t i = 0; i < fold.n; i++) {
        char c = fold.s[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            dm_buf_char(&id, c >= 'a' ? (char)(c - 32) : c);
        else if (id.s[id.n - 1] != '-' && id.n > 4 && i + 1 < fold.n && c != '.' && c != '\'')
            dm_buf_char(&id, '-');
    }
    return dm_buf_view(&id);
}

/* The short form: sur=…, else the first word of names that begin with the family, else the last word. */
static dm_str surname_of(const dm_entry *e, dm_str short_form)
{
    if (short_form.n)
        return short_form;
    const char *blank = e->family_first ? memchr(e->form.s, ' ', e->form.n) : memrchr(e->form.s, ' ', e->form.n);
    if (!blank)
        return (dm_str){"", 0};
    size_t at = (size_t)(blank - e->form.s);
    return e->family_first ? dm_str_sub(e->form, 0, at) : dm_str_sub(e->form, at + 1, e->form.n);
}

/* The first row of kind name gives an id its display name, or for want of one the first other row. */
static void name_id(dm_gazetteer *g, dm_str id, const dm_entry *e)
{
    size_t known = g->ids.count;
    uint32_t i = dm_table_add(&g->ids, id);
    if (i == known)
        g->names = dm_arena_grow(g->arena, g->names, i, &g->names_capacity, sizeof *g->names);
    if (i == known || (g->names[i]->via != DM_VIA_NAME && e->via == DM_VIA_NAME))
        g->names[i] = e;
}

/* Does an entry like this one stand under the form already (a variant spelling with the same surname)? */
static bool is_known(const dm_gazetteer *g, dm_str form_key, const dm_entry *e)
{
    uint32_t id = dm_table_find(&g->forms, form_key);
    for (const dm_entry *o = id == DM_TABLE_NONE ? NULL : g->entries[id]; o; o = o->next)
        if (o->surname && dm_str_equal(o->person, e->person) && dm_str_equal(o->id, e->id) && dm_str_equal(o->from, e->from))
            return true;
    return false;
}

static void add_person(dm_gazetteer *g, dm_entry *e, dm_str short_form)
{
    if (!e->full.n)
        e->full = e->form;
    e->person = person_id(g, e->full);
    name_id(g, e->person, e);
    dm_str surname = surname_of(e, short_form);
    if (!surname.n)
        return;
    size_t n;
    dm_token *tokens = dm_token_split(g->arena, surname, &n);
    if (is_known(g, join_folds(g->arena, tokens, n), e))
        return;
    dm_entry *alias = dm_arena_alloc(g->arena, sizeof *alias);
    *alias = *e;
    alias->form = surname; /* its capitals are asked: "von der Leyen" */
    alias->surname = true;
    alias->next = NULL;
    add_form(g, surname, alias);
}

static const char *add_row(dm_gazetteer *g, dm_str line, const char *file, size_t number)
{
    dm_str column[8], short_form = {"", 0};
    if (dm_split_tabs(line, column, 8) != 8)
        return "a row has 8 columns: form id kind sector from to flags note";
    dm_entry *e = dm_arena_alloc(g->arena, sizeof *e);
    *e = (dm_entry){.form = column[0], .id = column[1], .sector = column[3], .from = column[4], .to = column[5],
        .note = column[7], .file = file, .line = number};
    if (!e->form.n)
        return "a row without form";
    if (!read_kind(column[2], &e->via))
        return "unknown kind";
    if (!e->id.n && e->via != DM_VIA_NONE)
        return "a row without id";
    read_flags(e, column[6], &short_form);
    add_form(g, e->form, e);
    if (e->via == DM_VIA_PERSON)
        add_person(g, e, short_form);
    *DM_PUSH(g->arena, g->rows, g->n_rows, g->rows_capacity) = e;
    if (e->via == DM_VIA_NAME || e->via == DM_VIA_INSTITUTION)
        name_id(g, e->id, e);
    return NULL;
}

static dm_status read_rows(dm_gazetteer *g, const char *file, dm_error *error)
{
    dm_str text = {"", 0}, line;
    dm_status status = dm_read_file(g->arena, file, &text, error);
    size_t at = 0, number = 0;
    g->hash = g->hash * 31 + dm_str_hash(text);
    while (status == DM_OK && dm_next_line(text, &at, &line)) {
        number++;
        if (!dm_str_trim(line).n || line.s[0] == '#' || (number == 1 && dm_str_starts(line, "form\t")))
            continue;
        const char *wrong = add_row(g, line, file, number);
        if (wrong)
            status = dm_fail(error, DM_INPUT, "%s:%zu: %s", file, number, wrong);
    }
    return status;
}

dm_gazetteer *dm_gazetteer_load(const char *folder, dm_error *error)
{
    dm_arena *arena = dm_arena_new();
    if (!arena || setjmp(*dm_arena_guard(arena))) {
        dm_arena_free(arena);
        dm_fail(error, DM_SYSTEM, "out of memory reading %s", folder);
        return NULL;
    }
    dm_gazetteer *g = dm_arena_alloc(arena, sizeof *g);
    *g = (dm_gazetteer){.arena = arena, .forms.arena = arena, .heads.arena = arena, .ids.arena = arena};
    char **files;
    size_t n;
    dm_status status = dm_list_folder(arena, folder, ".tsv", &files, &n, error);
    for (size_t i = 0; i < n && status == DM_OK; i++)
        status = read_rows(g, files[i], error);
    if (status == DM_OK && !g->n_rows)
        status = dm_fail(error, DM_INPUT, "%s: no actors (*.tsv) in this folder", folder);
    snprintf(g->id, sizeof g->id, "actors-%08x", (unsigned)(g->hash >> 32));
    if (status == DM_OK)
        return g;
    dm_arena_free(arena);
    return NULL;
}

void dm_gazetteer_free(dm_gazetteer *g)
{
    if (g)
        dm_arena_free(g->arena);
}

const char *dm_gazetteer_id(const dm_gazetteer *g) { return g->id; }

static bool starts_capital(dm_str form)
{
    unsigned char c = form.n ? (unsigned char)form.s[0] : 'a';
    return (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* A form with a capital wants a capital in the text; one with the flag case is compared letter by letter. */
static bool capitals_fit(const dm_entry *e, const dm_token *tokens, size_t n)
{
    if (e->exact_case) {
        size_t at = 0;
        for (size_t i = 0; i < n; i++) {
            while (at < e->form.n && e->form.s[at] == ' ')
                at++;
            dm_str rest = dm_str_sub(e->form, at, e->form.n);
            if (tokens[i].form.n > rest.n || memcmp(rest.s, tokens[i].form.s, tokens[i].form.n) != 0)
                return false;
            at += tokens[i].form.n;
        }
        return true;
    }
    return !starts_capital(e->form) || dm_token_is_capital(&tokens[0]);
}

const dm_entry *dm_gazetteer_find(const dm_gazetteer *g, const dm_token *tokens, size_t n, size_t *length)
{
    if (!n || dm_table_find(&g->heads, tokens[0].fold) == DM_TABLE_NONE)
        return NULL;
    char key[256];
    size_t used = 0;
    const dm_entry *found = NULL;
    for (size_t i = 0; i < n && i < MAX_FORM && used + tokens[i].fold.n + 1 < sizeof key; i++) {
        if (i)
            key[used++] = ' ';
        memcpy(key + used, tokens[i].fold.s, tokens[i].fold.n);
        used += tokens[i].fold.n;
        uint32_t id = dm_table_find(&g->forms, (dm_str){key, used});
        const dm_entry *e = id == DM_TABLE_NONE ? NULL : g->entries[id];
        while (e && !capitals_fit(e, tokens, i + 1))
            e = e->next;
        if (e) {
            found = e;
            *length = i + 1;
        }
    }
    return found;
}

bool dm_entry_on(const dm_entry *e, dm_str date)
{
    return date.n ? dm_date_within(date, e->from, e->to) : !e->to.n;
}

dm_str dm_gazetteer_name(const dm_gazetteer *g, dm_str id)
{
    uint32_t i = dm_table_find(&g->ids, id);
    if (i != DM_TABLE_NONE)
        return g->names[i]->via == DM_VIA_PERSON ? g->names[i]->full : g->names[i]->form;
    const char *colon = id.n ? memchr(id.s, ':', id.n) : NULL;
    return colon ? dm_str_sub(id, (size_t)(colon - id.s) + 1, id.n) : id;
}

bool dm_gazetteer_knows(const dm_gazetteer *g, dm_str id) { return dm_table_find(&g->ids, id) != DM_TABLE_NONE; }

const char *dm_actor_kind(dm_str id)
{
    static const char *const prefixes[][2] = {{"IGO:", "igo"}, {"GRP:", "group"}, {"COM:", "company"}, {"ORG:", "organisation"}, {"PER:", "person"}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (dm_str_starts(id, prefixes[i][0]))
            return prefixes[i][1];
    return id.n ? "state" : "";
}

size_t dm_gazetteer_rows(const dm_gazetteer *g, const dm_entry *const **rows)
{
    *rows = g->rows;
    return g->n_rows;
}
