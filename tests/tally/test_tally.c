/* Tallies: the sum of the parts is the whole, byte for byte, in any order and any split. */
#include "tally.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { RECORDS = 120, PARTS = 4 };

static uint64_t state = 1234567891234567u;

static uint64_t draw(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static dm_str pick(const char *const *list, size_t n) { return dm_str_from(list[draw(n)]); }
#define PICK(...) pick((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* Few values, so that ties, repeated ids, rival names and broken bytes all occur. */
static dm_record random_record(void)
{
    return (dm_record){
        .id = PICK("a", "b", "c", "d", "e", "f", "", "\xFF", "\xFE"), .doc = PICK("d1", "d2", "d3", "d\xFF"), .start = (int64_t)draw(3) - 1,
        .end = 9, .raw_start = 0, .raw_end = 9, .text = PICK("One.", "Two, which is longer.", "\"3\"\n\x1b", ""),
        .date = PICK("2021-12-31", "2022-01-01", "2022-02-28", "", "2022-02-30", "soon"), .source = PICK("AP", "Reuters", ""),
        .url = PICK("https://x.example", ""), .holder = {.id = PICK("CHN", "USA", "IGO:EU"), .name = PICK("China", "PRC", ""), .kind = PICK("state", "")},
        .target = {.id = PICK("CHN", "RUS", ""), .name = PICK("Rus", "Chn"), .kind = DM_LIT("state")}, .topic = PICK("trade", "climate", ""),
        .label = PICK("support", "neutral", "warn", "a user's"), .abstain = draw(5) == 0,
        .conf = draw(6) == 0 ? (double)NAN : (double)draw(5) / 4};
}

static void add_all(dm_tally *tally, dm_record *const *records, size_t n)
{
    dm_error error = {0};
    for (size_t i = 0; i < n; i++)
        assert_int_equal(dm_tally_add(tally, records[i], &error), DM_OK);
}

static char *saved(const dm_tally *tally, size_t *n)
{
    char *text = NULL;
    dm_error error = {0};
    FILE *out = open_memstream(&text, n);
    assert_int_equal(dm_tally_save(tally, out, &error), DM_OK);
    fclose(out);
    return text;
}

static void merge_text(dm_tally *into, const char *text, size_t n, dm_status expected)
{
    char name[] = "/tmp/demarche-tally-XXXXXX";
    dm_error error = {0};
    int fd = mkstemp(name);
    assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
    close(fd);
    assert_int_equal(dm_tally_merge(into, name, &error), expected);
    assert_int_equal(error.status, expected);
    unlink(name);
}

static void shuffle(dm_record **list, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = draw(i);
        dm_record *other = list[i - 1];
        list[i - 1] = list[k];
        list[k] = other;
    }
}

static dm_tally *new_tally(const dm_tally_options *options)
{
    dm_error error = {0};
    dm_tally *tally = dm_tally_new(options, &error);
    assert_non_null(tally);
    return tally;
}

/* Shuffled, dealt to parts, saved, merged two by two or one by one: the same bytes as the whole. */
static void check_split(const dm_tally_options *options, dm_record **list, const char *whole, size_t n_whole)
{
    dm_tally *sum = new_tally(options);
    shuffle(list, RECORDS);
    for (size_t part = 0, from = 0; part < PARTS; part++) {
        size_t n, to = part == PARTS - 1 ? RECORDS : from + draw(RECORDS - from + 1);
        dm_tally *tally = new_tally(options);
        if (draw(4) == 0) {
            add_all(sum, list + from, to - from); /* records and tallies may mix */
        } else {
            add_all(tally, list + from, to - from);
            char *text = saved(tally, &n);
            merge_text(sum, text, n, DM_OK);
            free(text);
        }
        dm_tally_free(tally);
        from = to;
    }
    size_t n;
    char *text = saved(sum, &n);
    assert_int_equal(n, n_whole);
    assert_memory_equal(text, whole, n);
    free(text);
    dm_tally_free(sum);
}

static void parts_add_up_to_the_whole(void **unused)
{
    (void)unused;
    static const dm_tally_options options[] = {{.by = "country"}, {.by = "source"}, {.by = "month"}, {.by = "country", .entity = "CHN"},
                                               {.by = "country", .from = "2022-01-01"}, {.by = "source", .to = "2022-02-01", .entity = "RUS"}};
    for (int round = 0; round < 15; round++) {
        dm_record records[RECORDS], *list[RECORDS];
        for (size_t i = 0; i < RECORDS; i++) {
            records[i] = random_record();
            list[i] = &records[i];
        }
        for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
            size_t n;
            dm_tally *tally = new_tally(&options[o]);
            add_all(tally, list, RECORDS);
            char *whole = saved(tally, &n);
            dm_tally_free(tally);
            check_split(&options[o], list, whole, n);
            free(whole);
        }
    }
}

static void an_entity_can_be_cut_out_of_a_tally(void **unused)
{
    (void)unused;
    dm_record records[RECORDS], *list[RECORDS];
    for (size_t i = 0; i < RECORDS; i++) {
        records[i] = random_record();
        list[i] = &records[i];
        records[i].holder.name = records[i].target.name = DM_LIT("x"); /* names are collected from other dyads as well */
        records[i].holder.kind = records[i].target.kind = DM_LIT("state");
    }
    dm_tally *all = new_tally(NULL), *some = new_tally(&(dm_tally_options){.entity = "RUS"}), *cut = new_tally(&(dm_tally_options){.entity = "RUS"});
    add_all(all, list, RECORDS);
    add_all(some, list, RECORDS);
    size_t n_all, n_some, n_cut;
    char *text_all = saved(all, &n_all);
    merge_text(cut, text_all, n_all, DM_OK);
    char *text_some = saved(some, &n_some), *text_cut = saved(cut, &n_cut);
    assert_int_equal(n_some, n_cut);
    assert_memory_equal(text_some, text_cut, n_cut);
    free(text_all), free(text_some), free(text_cut);
    dm_tally_free(all), dm_tally_free(some), dm_tally_free(cut);
}

static void damage_is_noticed(void **unused)
{
    (void)unused;
    dm_tally *tally = new_tally(NULL);
    for (int i = 0; i < 20; i++) {
        dm_record r = random_record();
        dm_record *one = &r;
        add_all(tally, &one, 1);
    }
    size_t n;
    char *text = saved(tally, &n);
    dm_tally_free(tally);
    for (size_t cut = 0; cut + 1 < n; cut += 1 + draw(40)) { /* cut off anywhere (but for the last line feed) */
        dm_tally *into = new_tally(NULL);
        merge_text(into, text, cut, DM_INPUT);
        dm_tally_free(into);
    }
    for (int i = 0; i < 150; i++) { /* any byte altered: refused or read, never a crash */
        dm_tally *into = new_tally(NULL);
        size_t at = draw(n);
        char was = text[at], name[] = "/tmp/demarche-tally-XXXXXX";
        text[at] = (char)draw(256);
        int fd = mkstemp(name);
        assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n);
        close(fd);
        dm_status status = dm_tally_merge(into, name, NULL);
        assert_true(status == DM_OK || status == DM_INPUT);
        unlink(name);
        text[at] = was;
        dm_tally_free(into);
    }
    free(text);
    dm_tally *by_source = new_tally(&(dm_tally_options){.by = "source"});
    static const char other[] = "{\"demarche_tally\":1,\"by\":\"country\",\"undated\":0}\n[\"end\",0]\n";
    merge_text(by_source, other, sizeof other - 1, DM_INPUT);
    dm_tally_free(by_source);
}

static void counts_spans_and_evidence_are_right(void **unused)
{
    (void)unused;
    dm_tally *tally = new_tally(NULL);
    dm_record r = {.holder = {.id = DM_LIT("CHN")}, .target = {.id = DM_LIT("RUS")}, .label = DM_LIT("support"), .date = DM_LIT("2022-03-18")}, *one = &r;
    static const double conf[] = {0.5, 0.9, 0.7, 0.9, 0.1};
    static const char *const ids[] = {"a", "c", "d", "b", "e"}, *const docs[] = {"x", "x", "y", "y", "y"};
    for (int i = 0; i < 5; i++) {
        r.conf = conf[i];
        r.id = dm_str_from(ids[i]);
        r.doc = dm_str_from(docs[i]);
        add_all(tally, &one, 1);
    }
    r.abstain = true;
    r.date = DM_LIT("2022-01-02");
    add_all(tally, &one, 1);
    dm_arena *arena = dm_arena_new();
    dm_tally_view view;
    dm_tally_see(tally, arena, &view);
    assert_int_equal(view.n_dyads, 1);
    const dm_tally_dyad *dyad = &view.dyads[0];
    assert_int_equal(dyad->n_docs, 2);
    assert_int_equal(dyad->n_marks, 2); /* not decided, support */
    assert_int_equal(dyad->marks[0].n, 1);
    assert_true(dm_str_is(dyad->marks[0].first, "2022-01-02"));
    assert_int_equal(dyad->marks[1].n, 5);
    assert_true(dm_str_is(dyad->marks[1].first, "2022-03-18"));
    assert_int_equal(dyad->marks[1].n_evidence, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(dm_str_is(dyad->marks[1].evidence[i].id, (const char *const[]){"b", "c", "d"}[i]));
    dm_arena_free(arena);
    dm_tally_free(tally);
}

static void undated_records_are_counted_when_dates_are_asked(void **unused)
{
    (void)unused;
    dm_tally *tally = new_tally(&(dm_tally_options){.from = "2022-01-01", .to = "2023-01-01"});
    static const char *const dates[] = {"2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01", "", "spring"};
    dm_record r = {.holder = {.id = DM_LIT("CHN")}, .label = DM_LIT("warn")}, *one = &r;
    for (int i = 0; i < 6; i++) {
        r.date = dm_str_from(dates[i]);
        add_all(tally, &one, 1);
    }
    dm_arena *arena = dm_arena_new();
    dm_tally_view view;
    dm_tally_see(tally, arena, &view);
    assert_int_equal(view.undated, 2);
    assert_int_equal(view.dyads[0].marks[0].n, 2);
    dm_arena_free(arena);
    dm_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_the_whole),
        cmocka_unit_test(an_entity_can_be_cut_out_of_a_tally),
        cmocka_unit_test(damage_is_noticed),
        cmocka_unit_test(counts_spans_and_evidence_are_right),
        cmocka_unit_test(undated_records_are_counted_when_dates_are_asked),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
