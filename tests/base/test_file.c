/* Lines in, files out, dates. */
#include "base/file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static char folder[] = "/tmp/demarche-file-XXXXXX";
static char path[128];

static int make_place(void **unused)
{
    (void)unused;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
}

static int remove_place(void **unused)
{
    (void)unused;
    unlink(path);
    return rmdir(folder); /* fails, and the test with it, if a temporary file was left */
}

static void put(const char *text, size_t n)
{
    FILE *out = fopen(path, "wb");
    assert_int_equal(fwrite(text, 1, n, out), n);
    fclose(out);
}

static void assert_holds(const char *text)
{
    char got[64] = "";
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    got[fread(got, 1, sizeof got - 1, in)] = '\0';
    fclose(in);
    assert_string_equal(got, text);
}

static void lines_come_without_their_ends(void **unused)
{
    (void)unused;
    static const char text[] = "\xEF\xBB\xBFone\r\n\ntwo\0two\nlast";
    static const char *const expected[] = {"one", "", "two", "last"};
    dm_lines lines;
    dm_str line;
    put(text, sizeof text - 1);
    assert_int_equal(dm_lines_open(&lines, path, NULL), DM_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE);
        assert_true(dm_str_starts(line, expected[i]));
        assert_int_equal(line.n, i == 2 ? 7 : strlen(expected[i]));
        assert_int_equal(lines.number, i + 1);
    }
    assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE_END);
    dm_lines_close(&lines);
}

static void long_lines_are_passed_over_in_bounded_memory(void **unused)
{
    (void)unused;
    dm_lines lines;
    dm_str line;
    FILE *out = fopen(path, "wb");
    for (int i = 0; i < 2000000; i++)
        fputc('x', out);
    fputs("\nshort\n", out);
    for (int i = 0; i < 300000; i++)
        fputc('y', out);
    fclose(out);
    assert_int_equal(dm_lines_open(&lines, path, NULL), DM_OK);
    lines.limit = 100000;
    assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE_TOO_LONG);
    assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE);
    assert_true(dm_str_is(line, "short"));
    assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE_TOO_LONG);
    assert_int_equal(lines.number, 3);
    assert_int_equal(dm_lines_next(&lines, &line, NULL), DM_LINE_END);
    assert_true(lines.capacity <= 256 * 1024);
    dm_lines_close(&lines);
}

static void what_cannot_be_opened_is_told(void **unused)
{
    (void)unused;
    dm_lines lines;
    dm_error error = {0};
    assert_int_equal(dm_lines_open(&lines, "/nowhere/x", &error), DM_INPUT);
    assert_int_equal(dm_lines_open(&lines, folder, NULL), DM_INPUT);
    assert_non_null(strstr(error.text, "/nowhere/x"));
}

static void a_file_takes_its_name_only_when_whole(void **unused)
{
    (void)unused;
    dm_out out;
    dm_error error = {0};
    assert_int_equal(dm_out_open(&out, path, false, NULL), DM_OK);
    fputs("new", out.file);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(dm_out_commit(&out, NULL), DM_OK);
    assert_holds("new");
    assert_int_equal(dm_out_open(&out, path, false, &error), DM_USAGE);
    assert_int_equal(dm_out_open(&out, path, true, NULL), DM_OK);
    fputs("half", out.file);
    dm_out_abandon(&out);
    assert_holds("new");
    chmod(path, 0640);
    assert_int_equal(dm_out_open(&out, path, true, NULL), DM_OK);
    fputs("newer", out.file);
    assert_int_equal(dm_out_commit(&out, NULL), DM_OK);
    assert_holds("newer");
    struct stat st;
    stat(path, &st);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void nobody_is_overwritten_meanwhile(void **unused)
{
    (void)unused;
    dm_out out;
    assert_int_equal(dm_out_open(&out, path, false, NULL), DM_OK);
    fputs("mine", out.file);
    put("theirs", 6);
    assert_int_equal(dm_out_commit(&out, NULL), DM_SYSTEM);
    assert_holds("theirs");
}

static void a_full_disk_is_told(void **unused)
{
    (void)unused;
    dm_out out;
    dm_error error = {0};
    if (access("/dev/full", W_OK) != 0)
        skip();
    assert_int_equal(dm_out_open(&out, "/dev/full", false, &error), DM_OK);
    fputs("text", out.file);
    assert_int_equal(dm_out_commit(&out, &error), DM_SYSTEM);
    FILE *stream = fopen("/dev/full", "wb");
    fputs("text", stream);
    assert_int_equal(dm_finish_stream(stream, "x", NULL), DM_SYSTEM);
}

static void dates_are_days_of_the_calendar(void **unused)
{
    (void)unused;
    static const char *const good[] = {"2022-03-18", "2024-02-29", "2000-02-29", "1999-12-31"};
    static const char *const bad[] = {"", "2022-3-18", "2022-02-29", "1900-02-29", "2022-13-01", "2022-00-01", "2022-01-00", "2022-04-31",
                                      "2022-01-011", "0000-01-01", "20x2-01-01", "2022/01/01"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(dm_date_is_valid(dm_str_from(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(dm_date_is_valid(dm_str_from(bad[i])));
}

#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PLACE(lines_come_without_their_ends),
        WITH_PLACE(long_lines_are_passed_over_in_bounded_memory),
        WITH_PLACE(what_cannot_be_opened_is_told),
        WITH_PLACE(a_file_takes_its_name_only_when_whole),
        WITH_PLACE(nobody_is_overwritten_meanwhile),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(dates_are_days_of_the_calendar),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
