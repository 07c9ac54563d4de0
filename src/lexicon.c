#include "lexicon.h"

#include "base/load.h"
#include "token.h"

#include <libstemmer.h>

enum { MAX_PHRASE = 6 };

typedef struct {
    const char *class_name;
    const char *role;
} entry;

struct dm_lexicon {
    dm_arena *arena;
    dm_str text;
    dm_table phrases; /* stems joined by blanks → index of entries */
    entry *entries;
    size_t capacity;
    dm_table classes;      /* names */
    const char **roles;    /* of classes */
    size_t role_capacity;
    dm_table heads;        /* first stems, so that most words are refused at once */
};

static dm_str stem_phrase(dm_arena *arena, struct sb_stemmer *stemmer, dm_str phrase, dm_str *head)
{
    size_t n;
    dm_token *tokens = dm_token_split(arena, phrase, &n);
    dm_buf out = {.arena = arena};
    for (size_t i = 0; i < n && i < MAX_PHRASE; i++) {
        const sb_symbol *stem = sb_stemmer_stem(stemmer, (const sb_symbol *)tokens[i].fold.s, (int)tokens[i].fold.n);
        if (i)
            dm_buf_char(&out, ' ');
        dm_buf_add(&out, (const char *)stem, (size_t)sb_stemmer_length(stemmer));
        if (i == 0)
            *head = (dm_str){dm_arena_copy(arena, out.s, out.n), out.n};
    }
    return dm_buf_view(&out);
}

static bool is_role(dm_str role)
{
    return dm_str_is(role, "good") || dm_str_is(role, "bad") || dm_str_is(role, "turn") || dm_str_is(role, "plain");
}

static bool add_line(dm_lexicon *lexicon, struct sb_stemmer *stemmer, dm_str line)
{
    dm_str column[3];
    if (dm_split_tabs(line, column, 3) != 3 || !column[0].n || !column[1].n || !is_role(column[2]))
        return false;
    dm_str head = {"", 0}, phrase = stem_phrase(lexicon->arena, stemmer, column[0], &head);
    uint32_t class_id = dm_table_add(&lexicon->classes, column[1]);
    if (class_id + 1 == lexicon->classes.count) {
        lexicon->roles = dm_arena_grow(lexicon->arena, lexicon->roles, class_id, &lexicon->role_capacity, sizeof *lexicon->roles);
        lexicon->roles[class_id] = dm_arena_copy(lexicon->arena, column[2].s, column[2].n);
    }
    size_t known = lexicon->phrases.count;
    uint32_t id = dm_table_add(&lexicon->phrases, phrase);
    if (id == known) { /* the first entry of a phrase wins */
        lexicon->entries = dm_arena_grow(lexicon->arena, lexicon->entries, id, &lexicon->capacity, sizeof *lexicon->entries);
        lexicon->entries[id] = (entry){lexicon->classes.names[class_id].s, lexicon->roles[class_id]};
    }
    dm_table_add(&lexicon->heads, head);
    return true;
}

static bool parse_lines(dm_lexicon *lexicon, struct sb_stemmer *stemmer, const char *name, dm_error *error)
{
    size_t number = 0, at = 0;
    for (dm_str line; dm_next_line(lexicon->text, &at, &line);) {
        number++;
        if (!dm_str_trim(line).n || line.s[0] == '#')
            continue;
        if (!add_line(lexicon, stemmer, line)) {
            dm_fail(error, DM_INPUT, "%s:%zu: a lexicon line is: phrase, tab, CLASS, tab, good|bad|turn|plain", name, number);
            return false;
        }
    }
    return true;
}

dm_lexicon *dm_lexicon_parse(dm_str text, const char *name, dm_error *error)
{
    dm_arena *arena = dm_arena_new();
    struct sb_stemmer *volatile stemmer = sb_stemmer_new("english", NULL);
    if (!arena || !stemmer || setjmp(*dm_arena_guard(arena))) {
        dm_arena_free(arena);
        sb_stemmer_delete(stemmer);
        dm_fail(error, DM_SYSTEM, "out of memory reading %s", name);
        return NULL;
    }
    dm_lexicon *lexicon = dm_arena_alloc(arena, sizeof *lexicon);
    *lexicon = (dm_lexicon){.arena = arena, .phrases.arena = arena, .classes.arena = arena, .heads.arena = arena};
    lexicon->text = (dm_str){dm_arena_copy(arena, text.s, text.n), text.n};
    bool good = parse_lines(lexicon, stemmer, name, error);
    sb_stemmer_delete(stemmer);
    if (good)
        return lexicon;
    dm_arena_free(arena);
    return NULL;
}

dm_lexicon *dm_lexicon_load(const char *folder, dm_error *error)
{
    dm_arena *arena = dm_arena_new();
    if (!arena || setjmp(*dm_arena_guard(arena))) {
        dm_arena_free(arena);
        dm_fail(error, DM_SYSTEM, "out of memory reading %s", folder);
        return NULL;
    }
    dm_str text;
    dm_lexicon *lexicon = NULL;
    if (dm_read_folder(arena, folder, ".tsv", &text, error) == DM_OK)
        lexicon = dm_lexicon_parse(text, folder, error);
    dm_arena_free(arena);
    return lexicon;
}

void dm_lexicon_free(dm_lexicon *lexicon)
{
    if (lexicon)
        dm_arena_free(lexicon->arena);
}

dm_str dm_lexicon_text(const dm_lexicon *lexicon) { return lexicon->text; }

const char *dm_lexicon_find(const dm_lexicon *lexicon, const dm_str *stems, size_t n, size_t *length)
{
    if (dm_table_find(&lexicon->heads, stems[0]) == DM_TABLE_NONE)
        return NULL;
    char phrase[256];
    size_t used = 0;
    const char *found = NULL;
    for (size_t i = 0; i < n && i < MAX_PHRASE && used + stems[i].n + 1 < sizeof phrase; i++) {
        if (i)
            phrase[used++] = ' ';
        memcpy(phrase + used, stems[i].s, stems[i].n);
        used += stems[i].n;
        uint32_t id = dm_table_find(&lexicon->phrases, (dm_str){phrase, used});
        if (id != DM_TABLE_NONE) {
            found = lexicon->entries[id].class_name;
            *length = i + 1;
        }
    }
    return found;
}

int dm_lexicon_sign(const dm_lexicon *lexicon, const char *class_name, bool *turns)
{
    uint32_t id = dm_table_find(&lexicon->classes, dm_str_from(class_name));
    const char *role = id == DM_TABLE_NONE ? "plain" : lexicon->roles[id];
    *turns = strcmp(role, "turn") == 0;
    return strcmp(role, "good") == 0 ? 1 : strcmp(role, "bad") == 0 ? -1 : 0;
}
