/* Each file of tests/actor/cases: "# why" lines, "date: YYYY-MM-DD", the text, a line "=>", then one mention a line:
 * its sentence, its words in quotation marks, its actors joined by "|" ("-": none), how it is known. The gazetteer is
 * tests/actor/gazetteer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "actor.h"
#include "base/load.h"
#include "sentence.h"

static dm_gazetteer *gazetteer;

static int open_gazetteer(void **state)
{
    (void)state;
    dm_error error = {0};
    gazetteer = dm_gazetteer_load("tests/actor/gazetteer", &error);
    if (!gazetteer)
        print_error("%s\n", error.text);
    return gazetteer ? 0 : -1;
}

static int close_gazetteer(void **state)
{
    (void)state;
    dm_gazetteer_free(gazetteer);
    return 0;
}

static dm_str found(dm_arena *arena, dm_str date, dm_str text)
{
    dm_doc doc = {.arena = arena, .article.date = date, .text.text = text};
    dm_buf out = {.arena = arena};
    dm_buf_add(&out, "", 0);
    dm_sentence_split(&doc);
    dm_actor_find(gazetteer, &doc);
    for (size_t i = 0; i < doc.n_mentions; i++) {
        const dm_mention *m = &doc.mentions[i];
        dm_buf_format(&out, "%u \"%.*s\" %s", m->sentence, DM_ARG(dm_str_sub(text, m->start, m->end)), m->n_actors ? "" : "-");
        for (uint8_t k = 0; k < m->n_actors; k++)
            dm_buf_format(&out, "%s%.*s", k ? "|" : "", DM_ARG(m->actors[k]));
        dm_buf_format(&out, " %s\n", dm_via_name((dm_via)m->via));
    }
    return dm_buf_view(&out);
}

static bool is_right(dm_arena *arena, const char *file)
{
    dm_str text, date = {"", 0}, line;
    assert_int_equal(dm_read_file(arena, file, &text, NULL), DM_OK);
    size_t at = 0, from = 0;
    while (dm_next_line(text, &at, &line) && (dm_str_starts(line, "#") || dm_str_starts(line, "date: "))) {
        if (dm_str_starts(line, "date: "))
            date = dm_str_sub(line, 6, line.n);
        from = at;
    }
    const char *arrow = memmem(text.s, text.n, "\n=>\n", 4);
    assert_non_null(arrow);
    dm_str got = found(arena, date, dm_str_sub(text, from, (size_t)(arrow - text.s)));
    if (dm_str_equal(got, dm_str_sub(text, (size_t)(arrow - text.s) + 4, text.n)))
        return true;
    print_error("%s, got:\n%.*s\n", file, DM_ARG(got));
    return false;
}

static void cases_are_found_as_expected(void **state)
{
    (void)state;
    dm_arena *arena = dm_arena_new();
    assert_int_equal(setjmp(*dm_arena_guard(arena)), 0);
    char **files;
    size_t n, wrong = 0;
    assert_int_equal(dm_list_folder(arena, "tests/actor/cases", ".txt", &files, &n, NULL), DM_OK);
    assert_true(n >= 30);
    for (size_t i = 0; i < n; i++)
        wrong += !is_right(arena, files[i]);
    assert_int_equal(wrong, 0);
    dm_arena_free(arena);
}

/* Mentions stand in order, inside their sentence, and their bytes are those of their tokens, whatever the text. */
static void mentions_lie_inside_their_sentences(void **state)
{
    (void)state;
    static const char *const pieces[] = {"China ", "the ", "Turkey", "'s ", "president", ", ", "Xi ", "Jinping ", "said ", "“", "” ", ". ", "He ",
        "it ", "both ", "countries ", "\n", "former ", "Wang ", "Yi ", "foreign ", "minister ", "-", "of ", "South ", "Sea ", "Washington ", "Post ", "we ", "spokesman "};
    uint32_t random = 11;
    for (int round = 0; round < 3000; round++) {
        dm_arena *arena = dm_arena_new();
        dm_buf text = {.arena = arena};
        dm_buf_add(&text, "", 0);
        for (int n = 0; n < 30; n++) {
            random = random * 1664525u + 1013904223u;
            dm_buf_str(&text, dm_str_from(pieces[(random >> 16) % (sizeof pieces / sizeof *pieces)]));
        }
        dm_doc doc = {.arena = arena, .article.date = DM_LIT("2022-03-01"), .text.text = dm_buf_view(&text)};
        dm_sentence_split(&doc);
        dm_actor_find(gazetteer, &doc);
        for (size_t i = 0; i < doc.n_mentions; i++) {
            const dm_mention *m = &doc.mentions[i];
            assert_true(m->sentence < doc.n_sentences && (!i || doc.mentions[i - 1].sentence <= m->sentence));
            const dm_sentence *s = &doc.sentences[m->sentence];
            assert_true(m->token >= s->token && m->token_end <= s->token_end && m->token <= m->token_end);
            assert_true(m->start <= m->end && m->end <= text.n && m->n_actors <= DM_MENTION_ACTORS);
            if (m->token < m->token_end)
                assert_true(m->start == doc.tokens[m->token].start && m->end == doc.tokens[m->token_end - 1].end);
        }
        dm_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_are_found_as_expected), cmocka_unit_test(mentions_lie_inside_their_sentences)};
    return cmocka_run_group_tests_name("actor", tests, open_gazetteer, close_gazetteer);
}
