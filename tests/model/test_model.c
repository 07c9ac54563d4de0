/* A small model, trained from tests/model/corpus.jsonl: the same bytes whenever and with however many threads it is
 * trained; its explanations add up to its decisions; a cut or altered file is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "model.h"
#include "train.h"

static const char corpus_file[] = "tests/model/corpus.jsonl";
static dm_arena *arenas[3];
static dm_str bytes[3]; /* trained with 1, 1 and 4 threads */
static dm_corpus corpora[3];
static dm_lexicon *lexicon;
static char path[] = "/tmp/demarche-model-XXXXXX";

static void train(int k, unsigned threads)
{
    dm_error error = {0};
    dm_str report;
    arenas[k] = dm_arena_new();
    corpora[k] = (dm_corpus){.arena = arenas[k]};
    assert_int_equal(setjmp(*dm_arena_guard(arenas[k])), 0);
    assert_int_equal(dm_corpus_read(&corpora[k], corpus_file, NULL, NULL, NULL, &error), DM_OK);
    dm_train_options options = {.lexicon = lexicon, .name = "tiny", .folds = 3, .threads = threads, .seed = 7};
    if (dm_train(&corpora[k], &options, &bytes[k], &report, &error) != DM_OK)
        fail_msg("%s", error.text);
}

static void write_file(const void *content, size_t n)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(content, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
}

static int train_three(void **state)
{
    (void)state;
    dm_error error = {0};
    lexicon = dm_lexicon_parse(DM_LIT("accuse\tACCUSE\tbad\naid\tHELP\tgood\n"), "test", &error);
    int fd = mkstemp(path);
    if (!lexicon || fd < 0)
        return -1;
    close(fd);
    for (int k = 0; k < 3; k++)
        train(k, k == 2 ? 4 : 1);
    return 0;
}

static int free_all(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++)
        dm_arena_free(arenas[k]);
    dm_lexicon_free(lexicon);
    return unlink(path);
}

static void same_corpus_same_bytes(void **state)
{
    (void)state;
    for (int k = 1; k < 3; k++) {
        assert_int_equal(bytes[0].n, bytes[k].n);
        assert_memory_equal(bytes[0].s, bytes[k].s, bytes[0].n);
    }
}

static dm_model *open_model(void)
{
    dm_error error = {0};
    write_file(bytes[0].s, bytes[0].n);
    dm_model *model = dm_model_open(path, &error);
    if (!model)
        fail_msg("%s", error.text);
    return model;
}

static void what_was_saved_is_opened(void **state)
{
    (void)state;
    dm_model *model = open_model();
    assert_int_equal(dm_model_labels(model), 3);
    assert_string_equal(dm_model_label(model, 0), "neutral"); /* without scheme: in byte order */
    assert_string_equal(dm_model_label(model, 1), "support");
    assert_string_equal(dm_model_label(model, 2), "warn");
    assert_true(dm_model_has_detector(model));
    assert_int_equal(dm_model_machines(model), 4);
    assert_memory_equal(dm_model_id(model), "tiny-", 5);
    assert_true(dm_model_features(model) > 50);
    assert_true(dm_model_threshold(model) > 0 && dm_model_threshold(model) < 1);
    dm_model_close(model);
}

static void add(void *context, dm_str feature, double contribution)
{
    double *sum = context;
    assert_true(feature.n > 0);
    sum[0] += contribution;
    assert_true(fabs(contribution) <= sum[1]); /* largest first */
    sum[1] = fabs(contribution);
}

static dm_claim claim_of(const dm_example *e)
{
    return (dm_claim){.holder = (uint32_t)e->records[0].holder, .target = (uint32_t)e->records[0].target, .speaker = DM_NO_MENTION};
}

static void explanations_add_up_and_decisions_hold(void **state)
{
    (void)state;
    dm_model *model = open_model();
    dm_worker *worker = dm_worker_new(model);
    size_t right = 0, n = 0;
    for (size_t i = 0; i < corpora[0].n; i++) {
        const dm_example *e = &corpora[0].examples[i];
        if (!e->n_records)
            continue;
        dm_arena *arena = dm_arena_new();
        dm_doc doc = {.arena = arena};
        dm_corpus_to_doc(e, &doc);
        dm_claim claim = claim_of(e);
        dm_decision d, again;
        dm_model_decide(worker, &doc, &claim, &d);
        dm_model_decide(worker, &doc, &claim, &again);
        assert_memory_equal(d.p, again.p, d.n_labels * sizeof *d.p);
        assert_true(fabs(d.p[0] + d.p[1] + d.p[2] - 1) < 1e-9 && d.known > 0);
        assert_true(d.conf == d.p[d.label] && d.margin >= 0 && d.p_position >= 0 && d.p_position <= 1);
        right += dm_str_is(e->records[0].label, dm_model_label(model, d.label));
        n++;
        for (size_t m = 0; m < dm_model_machines(model); m++) {
            double value, bias, sum[2] = {0, INFINITY};
            dm_model_explain(worker, &doc, &claim, m, &value, &bias, add, sum);
            assert_true(fabs(sum[0] + bias - value) < 1e-9);
            if (m + 1 == dm_model_machines(model))
                assert_true(value == d.detector);
        }
        dm_arena_free(arena);
    }
    assert_true(right * 10 >= n * 9); /* it has seen them all */
    dm_worker_free(worker);
    dm_model_close(model);
}

static void expect_refusal(const char *content, size_t n, const char *what, size_t at)
{
    dm_error error = {0};
    write_file(content, n);
    dm_model *model = dm_model_open(path, &error);
    if (model)
        fail_msg("a model %s at byte %zu was opened", what, at);
    assert_int_equal(error.status, DM_INPUT);
    assert_non_null(strstr(error.text, path));
}

static void a_cut_or_longer_file_is_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n < bytes[0].n; n += 97)
        expect_refusal(bytes[0].s, n, "cut", n);
    expect_refusal(bytes[0].s, bytes[0].n - 1, "cut", bytes[0].n - 1);
    char *longer = calloc(1, bytes[0].n + 8);
    memcpy(longer, bytes[0].s, bytes[0].n);
    expect_refusal(longer, bytes[0].n + 8, "lengthened", bytes[0].n);
    free(longer);
}

/* Every byte of the header and each 61st behind it; one bit, and all bits. */
static void an_altered_file_is_refused(void **state)
{
    (void)state;
    char *copy = malloc(bytes[0].n);
    memcpy(copy, bytes[0].s, bytes[0].n);
    for (size_t at = 0; at < bytes[0].n; at += at < 256 ? 1 : 61)
        for (int k = 0; k < (at < 256 ? 9 : 2); k++) {
            copy[at] = (char)(bytes[0].s[at] ^ (k == 0 ? 0xFF : 1 << (k - 1)));
            expect_refusal(copy, bytes[0].n, "altered", at);
            copy[at] = bytes[0].s[at];
        }
    free(copy);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    dm_error error = {0};
    expect_refusal("{\"v\":1}\n", 8, "of another kind", 0);
    assert_null(dm_model_open("tests/model/no-such-file", &error));
    assert_int_equal(error.status, DM_INPUT);
    error = (dm_error){0};
    assert_null(dm_model_open("tests/model", &error));
    assert_int_equal(error.status, DM_INPUT);
}

static void too_little_to_learn_from_is_said(void **state)
{
    (void)state;
    dm_arena *arena = dm_arena_new();
    dm_corpus corpus = {.arena = arena};
    dm_error error = {0};
    dm_str model, report;
    dm_train_options options = {.folds = 2, .seed = 1};
    assert_int_equal(setjmp(*dm_arena_guard(arena)), 0);
    assert_int_equal(dm_train(&corpus, &options, &model, &report, &error), DM_INPUT);
    assert_null(dm_corpus_line(&corpus, DM_LIT("{\"text\":\"A met B.\",\"actor\":\"A\",\"target\":\"B\",\"label\":\"x\"}"), NULL));
    error = (dm_error){0};
    assert_int_equal(dm_train(&corpus, &options, &model, &report, &error), DM_INPUT);
    assert_true(error.text[0] != '\0');
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_corpus_same_bytes), cmocka_unit_test(what_was_saved_is_opened),
        cmocka_unit_test(explanations_add_up_and_decisions_hold), cmocka_unit_test(a_cut_or_longer_file_is_refused),
        cmocka_unit_test(an_altered_file_is_refused), cmocka_unit_test(other_files_are_refused), cmocka_unit_test(too_little_to_learn_from_is_said)};
    return cmocka_run_group_tests_name("model", tests, train_three, free_all);
}
