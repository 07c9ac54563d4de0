/* The corpus room: both forms of the corpus, twins, agreement, other tools' formats. Run from the repository root. */
#include "agreement.h"
#include "base/load.h"
#include "corpus_convert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SMALL "tests/corpus/small"

static dm_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = dm_arena_new();
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    dm_arena_free(arena);
    return 0;
}

static dm_corpus read_corpus(const char *file)
{
    dm_corpus c = {.arena = arena};
    dm_error error = {0};
    assert_int_equal(dm_corpus_read(&c, file, NULL, NULL, NULL, &error), DM_OK);
    return c;
}

static dm_str written(const dm_corpus *c)
{
    dm_buf out = {.arena = arena};
    for (size_t i = 0; i < c->n; i++)
        dm_corpus_write(&c->examples[i], &out);
    return dm_buf_view(&out);
}

static void assert_str(dm_str got, dm_str wanted)
{
    if (!dm_str_equal(got, wanted))
        fail_msg("got: %.*s\nwanted: %.*s", DM_ARG(got), DM_ARG(wanted));
}

static const char *temporary(dm_str text)
{
    static char name[64];
    snprintf(name, sizeof name, "/tmp/demarche-corpus.XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0 && write(fd, text.s, text.n) == (ssize_t)text.n);
    close(fd);
    return name;
}

/* What was written in one form is what the other form reads. */
static void test_two_forms(void **state)
{
    (void)state;
    dm_str wanted;
    dm_error error;
    assert_int_equal(dm_read_file(arena, SMALL ".jsonl", &wanted, &error), DM_OK);
    dm_corpus text = read_corpus(SMALL ".txt"), lines = read_corpus(SMALL ".jsonl");
    assert_int_equal(text.n, 6);
    assert_str(written(&text), wanted);
    assert_str(written(&lines), wanted);
    const dm_example *pair = &text.examples[5];
    const dm_label_mention *holder = &pair->mentions[pair->records[0].holder];
    assert_true(pair->pair);
    assert_str(dm_str_sub(pair->text, holder->start, holder->end), DM_LIT("a Cairo court"));
    assert_str(text.examples[0].text, DM_LIT("China on Tuesday accused the United States of “bullying” after Washington raised tariffs."));
    assert_int_equal(text.examples[0].records[1].holder, 2);
}

static bool keep_fault(void *context, const char *file, size_t line, const char *what)
{
    (void)file;
    dm_buf_format(context, "%zu %s\n", line, what);
    return true;
}

static void test_faults_name_the_line(void **state)
{
    (void)state;
    dm_str text = DM_LIT("@ a | 2000-01-01 | wire | x\n[China|CHN met [Japan|JPN].\n> CHN JPN neutral CONSULT\n[China|CHN] left.\n> CHN USA warn\n"
        "> CHN USA warn REJECT\n= p warn: no\n= p warn ACCUSE: [H Iran] left.\n@ short | x\n");
    dm_buf faults = {.arena = arena};
    dm_corpus c = {.arena = arena};
    dm_error error;
    const char *file = temporary(text);
    assert_int_equal(dm_corpus_read(&c, file, NULL, keep_fault, &faults, &error), DM_OK);
    unlink(file);
    size_t at = 0;
    static const size_t lines[] = {2, 3, 5, 6, 7, 8, 9};
    dm_str line;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_true(dm_next_line(dm_buf_view(&faults), &at, &line));
        assert_int_equal(atoi(line.s), lines[i]);
    }
    assert_false(dm_next_line(dm_buf_view(&faults), &at, &line));
}

static void count_twin(void *context, const dm_example *first, const dm_example *second, double alike)
{
    assert_true(first < second && alike >= 0.5 && alike <= 1);
    ++*(size_t *)context;
}

static void test_twins(void **state)
{
    (void)state;
    dm_str text = DM_LIT("@ a | 2000-01-01 | wire | x\n[China|CHN] on Tuesday accused [Japan|JPN] of bullying smaller countries in the region.\n"
        "@ b | 2000-01-01 | wire | x\n[China|CHN] on Monday accused [Japan|JPN] of bullying smaller countries in the region.\n"
        "@ c | 2000-01-01 | wire | x\n[China|CHN] on Monday praised [Japan|JPN] for its loans to smaller countries.\n");
    const char *file = temporary(text);
    dm_corpus c = read_corpus(file);
    size_t twins = 0;
    unlink(file);
    dm_corpus_twins(&c, 0.5, count_twin, &twins);
    assert_int_equal(twins, 1);
}

/* The example with two coders in Krippendorff's "Computing Krippendorff's alpha-reliability" (2011): 0.095. */
static void test_coefficients(void **state)
{
    (void)state;
    static const uint8_t first[] = {0, 1, 0, 0, 0, 0, 0, 0, 1, 0}, second[] = {1, 1, 1, 0, 0, 1, 0, 0, 0, 0};
    dm_agreement g = dm_agree(first, second, 10);
    assert_true(g.same > 0.599 && g.same < 0.601);
    assert_true(g.alpha > 0.0950 && g.alpha < 0.0955);
    assert_true(g.kappa > 0.0908 && g.kappa < 0.0910);
    g = dm_agree(first, first, 10);
    assert_true(g.alpha == 1 && g.kappa == 1);
}

static void test_agreement_of_corpora(void **state)
{
    (void)state;
    dm_corpus first = read_corpus(SMALL ".txt"), second = read_corpus(SMALL ".jsonl");
    dm_corpus_agreement r = dm_corpus_agree(&first, &second, NULL, NULL);
    assert_int_equal(r.sentences, 6);
    assert_int_equal(r.records_both, 7);
    assert_true(r.all.alpha == 1 && r.label.n == 7);
    second.examples[0].records[0].label = DM_LIT("support");
    second.examples[1].n_records = 1; /* the topic is gone */
    r = dm_corpus_agree(&first, &second, NULL, NULL);
    assert_int_equal(r.records_second, 6);
    assert_int_equal(r.records_both, 6);
    assert_true(r.label.same > 0.83 && r.label.same < 0.84 && r.all.alpha < 1 && r.position.alpha < 1);
}

static void test_round_trip(void **state)
{
    (void)state;
    dm_corpus own = read_corpus(SMALL ".txt");
    for (int tool = 0; tool < DM_TOOL_N; tool++) {
        dm_buf out = {.arena = arena};
        dm_error error;
        dm_corpus back = {.arena = arena};
        dm_corpus_export(&own, (dm_tool)tool, &out);
        const char *file = temporary(dm_buf_view(&out));
        assert_int_equal(dm_corpus_import(&back, (dm_tool)tool, file, NULL, NULL, &error), DM_OK);
        unlink(file);
        assert_str(written(&back), written(&own));
    }
}

static dm_corpus import(dm_tool tool, dm_str text)
{
    dm_corpus c = {.arena = arena};
    dm_error error;
    const char *file = temporary(text);
    assert_int_equal(dm_corpus_import(&c, tool, file, NULL, NULL, &error), DM_OK);
    unlink(file);
    return c;
}

/* A coder's own task, never ours before; and one that changed ours: the label of a relation, one entity more. */
static void test_coder_is_right(void **state)
{
    (void)state;
    dm_corpus c = import(DM_TOOL_DOCCANO, DM_LIT("{\"id\":7,\"text\":\"Iran thanked Iraq.\",\"entities\":[{\"id\":91,\"label\":\"IRN\",\"start_offset\":0,\"end_offset\":4},"
        "{\"id\":92,\"label\":\"IRQ\",\"start_offset\":13,\"end_offset\":17}],\"relations\":[{\"id\":5,\"from_id\":91,\"to_id\":92,\"type\":\"support SUPPORT\"}]}\n"));
    assert_int_equal(c.n, 1);
    assert_str(c.examples[0].id, DM_LIT("7"));
    assert_str(c.examples[0].records[0].label, DM_LIT("support"));
    assert_str(c.examples[0].mentions[1].id, DM_LIT("IRQ"));
    c = import(DM_TOOL_LABEL_STUDIO, DM_LIT("[{\"data\":{\"text\":\"Iran thanked Iraq.\",\"demarche\":{\"id\":\"x\",\"mentions\":[{\"start\":0,\"end\":4,\"id\":\"IRN\"},{\"start\":13,\"end\":17,\"id\":\"IRQ\"}],"
        "\"records\":[{\"holder\":0,\"target\":1,\"label\":\"warn\",\"code\":\"ACCUSE\",\"topic\":\"\",\"speech\":\"quoted\",\"mood\":\"stated\"}]}},"
        "\"annotations\":[{\"result\":[{\"id\":\"m0\",\"type\":\"labels\",\"value\":{\"start\":0,\"end\":4,\"labels\":[\"IRN\"]}},{\"id\":\"m1\",\"type\":\"labels\",\"value\":{\"start\":13,\"end\":17,\"labels\":[\"IRQ\"]}},"
        "{\"from_id\":\"m1\",\"to_id\":\"m0\",\"type\":\"relation\",\"direction\":\"left\",\"labels\":[\"support SUPPORT\"]}]}]}]"));
    assert_int_equal(c.examples[0].n_records, 1);
    assert_str(c.examples[0].records[0].label, DM_LIT("support"));
    assert_str(c.examples[0].records[0].speech, DM_LIT("quoted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_forms), cmocka_unit_test(test_faults_name_the_line), cmocka_unit_test(test_twins), cmocka_unit_test(test_coefficients),
        cmocka_unit_test(test_agreement_of_corpora), cmocka_unit_test(test_round_trip), cmocka_unit_test(test_coder_is_right),
    };
    return cmocka_run_group_tests_name("corpus", tests, open_arena, close_arena);
}
