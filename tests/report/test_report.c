/* Reports: every tests/report/cases/NAME.jsonl against its golden files NAME.FORM, in any order of its records.
 * ACCEPT=1 in the environment writes the golden files anew: then read the diff. */
#include "report.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define CASES "tests/report/cases/"
enum { MOST = 200 };

static char *content(const char *path, size_t *n)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return NULL;
    char *text = calloc(1, 1 << 20);
    *n = fread(text, 1, (1 << 20) - 1, in);
    fclose(in);
    return text;
}

typedef struct {
    dm_arena *arena;
    dm_record records[MOST];
    size_t n;
} input;

static void read_case(const char *path, input *in)
{
    size_t n, at = 0;
    char *text = content(path, &n);
    assert_non_null(text);
    in->n = 0;
    while (at < n) {
        dm_error error = {0};
        size_t end = at + strcspn(text + at, "\n");
        assert_true(in->n < MOST);
        if (dm_record_parse((dm_str){text + at, end - at}, path, in->arena, &in->records[in->n++], &error) != DM_OK)
            fail_msg("%s", error.text);
        at = end + 1;
    }
    free(text);
}

typedef enum { TEXT, COLOUR, MD, COUNTRIES, DYADS, TIMELINE, JSON, N_FORMS } form;
static const char *const endings[N_FORMS] = {"txt", "colour.txt", "md", "countries.csv", "dyads.csv", "timeline.csv", "json"};

static void write_form(form f, const dm_report *report, dm_buf *out)
{
    switch (f) {
    case TEXT: dm_report_text(report, &(dm_report_style){.width = 80}, out); break;
    case COLOUR: dm_report_text(report, &(dm_report_style){.width = 60, .colour = true, .evidence = 3}, out); break;
    case MD: dm_report_md(report, out); break;
    case COUNTRIES: dm_report_countries_csv(report, out); break;
    case DYADS: dm_report_dyads_csv(report, out); break;
    case TIMELINE: dm_report_timeline_csv(report, out); break;
    default: assert_int_equal(dm_report_json(report, out, NULL), DM_OK);
    }
}

static void compare(const char *path, dm_str got)
{
    size_t n = 0;
    if (getenv("ACCEPT")) {
        FILE *out = fopen(path, "wb");
        assert_non_null(out);
        assert_int_equal(fwrite(got.s, 1, got.n, out), got.n);
        fclose(out);
        return;
    }
    char *expected = content(path, &n);
    if (!expected)
        fail_msg("%s is missing: ACCEPT=1 writes it", path);
    if (n != got.n || memcmp(expected, got.s, n) != 0)
        fail_msg("%s differs; got:\n%.*s", path, DM_ARG(got));
    free(expected);
}

static void check_order(const char *name, const char *by, const input *in, bool backwards)
{
    dm_error error = {0};
    dm_arena *arena = dm_arena_new();
    dm_tally *tally = dm_tally_new(&(dm_tally_options){.by = by}, &error);
    dm_report report;
    for (size_t i = 0; i < in->n; i++)
        assert_int_equal(dm_tally_add(tally, &in->records[backwards ? in->n - 1 - i : i], &error), DM_OK);
    dm_report_make(tally, NULL, arena, &report);
    for (form f = TEXT; f < N_FORMS; f++) {
        char path[512];
        dm_buf out = {.arena = arena};
        bool main_form = f == TEXT || f == COUNTRIES; /* by source and month the other forms show nothing new */
        if (strcmp(by, "country") != 0 && !main_form)
            continue;
        write_form(f, &report, &out);
        snprintf(path, sizeof path, CASES "%s.%s%s%s", name, strcmp(by, "country") ? by : "", strcmp(by, "country") ? "." : "", endings[f]);
        compare(path, dm_buf_view(&out));
    }
    dm_tally_free(tally);
    dm_arena_free(arena);
}

static void cases_look_as_accepted(void **unused)
{
    (void)unused;
    static const char *const by[] = {"country", "source", "month"};
    DIR *dir = opendir(CASES);
    size_t n = 0;
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char name[256], path[512];
        size_t length = strlen(e->d_name);
        if (length < 6 || strcmp(e->d_name + length - 6, ".jsonl") != 0)
            continue;
        input *in = calloc(1, sizeof *in);
        in->arena = dm_arena_new();
        snprintf(name, sizeof name, "%.*s", (int)(length - 6), e->d_name);
        snprintf(path, sizeof path, CASES "%s", e->d_name);
        read_case(path, in);
        for (size_t i = 0; i < 6; i++)
            check_order(name, by[i / 2], in, i % 2);
        dm_arena_free(in->arena);
        free(in);
        n++;
    }
    closedir(dir);
    assert_true(n >= 2);
}

/* Newcombe (1998), Statistics in Medicine 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29. */
static void intervals_are_those_of_the_literature(void **unused)
{
    (void)unused;
    static const struct { uint64_t n, total; double low, high; } known[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < 4; i++) {
        dm_share s = dm_share_of(known[i].n, known[i].total);
        assert_true(fabs(s.low - known[i].low) < 5e-5 && fabs(s.high - known[i].high) < 5e-5);
        dm_share other = dm_share_of(known[i].total - known[i].n, known[i].total);
        assert_true(fabs(other.low - (1 - s.high)) < 1e-12);
    }
    assert_true(isnan(dm_share_of(0, 0).share));
    assert_true(dm_share_of(7, 7).high == 1);
}

static void text_is_harmless_to_a_terminal(void **unused)
{
    (void)unused;
    dm_arena *arena = dm_arena_new();
    dm_buf out = {.arena = arena};
    dm_plain_text(&out, dm_str_from("a\x1b[31mb\nc\td\x7f\xC2\x9B" "e\xE2\x80\xAE" "f\xE2\x80\x8Bg\xFF\xE2\x80\xA8h"));
    assert_string_equal(out.s, "a\xEF\xBF\xBD[31mb c d\xEF\xBF\xBD\xEF\xBF\xBD" "e\xEF\xBF\xBD" "fg\xEF\xBF\xBD h");
    assert_int_equal(dm_text_width(dm_str_from("日本 e\xCC\x81")), 6);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_those_of_the_literature),
        cmocka_unit_test(text_is_harmless_to_a_terminal),
        cmocka_unit_test(cases_look_as_accepted),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
