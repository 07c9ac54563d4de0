/* Each file of tests/sentence/cases: "# why" lines, the text, a line "=>", then one expected sentence a line, its
 * tokens parted by " | "; "<" in front: a quotation runs in, ">" behind: it runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/load.h"
#include "sentence.h"

static dm_str walk(dm_arena *arena, dm_str text)
{
    dm_doc doc = {.arena = arena, .text.text = text};
    dm_buf out = {.arena = arena};
    dm_sentence_split(&doc);
    for (size_t i = 0; i < doc.n_sentences; i++) {
        const dm_sentence *s = &doc.sentences[i];
        if (s->quote_runs_in)
            dm_buf_add(&out, "< ", 2);
        for (size_t t = s->token; t < s->token_end; t++)
            dm_buf_format(&out, "%s%.*s", t > s->token ? " | " : "", DM_ARG(doc.tokens[t].form));
        if (s->quote_runs_out)
            dm_buf_add(&out, " >", 2);
        dm_buf_char(&out, '\n');
    }
    return dm_buf_view(&out);
}

static void cases_are_split_as_expected(void **state)
{
    (void)state;
    dm_arena *arena = dm_arena_new();
    assert_int_equal(setjmp(*dm_arena_guard(arena)), 0);
    char **files;
    size_t n;
    assert_int_equal(dm_list_folder(arena, "tests/sentence/cases", ".txt", &files, &n, NULL), DM_OK);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
        dm_str text;
        assert_int_equal(dm_read_file(arena, files[i], &text, NULL), DM_OK);
        size_t from = 0;
        while (from < text.n && text.s[from] == '#')
            from = (size_t)((char *)memchr(text.s + from, '\n', text.n - from) - text.s) + 1;
        const char *arrow = memmem(text.s, text.n, "\n=>\n", 4);
        assert_non_null(arrow);
        dm_str got = walk(arena, dm_str_sub(text, from, (size_t)(arrow - text.s)));
        dm_str expected = dm_str_sub(text, (size_t)(arrow - text.s) + 4, text.n);
        if (!dm_str_equal(got, expected))
            fail_msg("%s:\n%.*s", files[i], DM_ARG(got));
    }
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases_are_split_as_expected)};
    return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
