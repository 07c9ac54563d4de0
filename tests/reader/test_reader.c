/* The reader: what becomes an article, what is skipped, and what is said of it. */
#include "reader.h"

#include "reader_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64]; /* made afresh for each test */
static dm_arena *arena;

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/test_reader_XXXXXX");
    arena = dm_arena_new();
    return !mkdtemp(folder) || !arena;
}

static int drop_folder(void **state)
{
    char command[256];
    (void)state;
    dm_arena_free(arena);
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", folder, folder);
    return system(command);
}

static const char *path_of(const char *name)
{
    static char paths[8][256];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, 256, "%s/%s", folder, name);
    return path;
}

static const char *write_bytes(const char *name, const char *bytes, size_t n)
{
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    return path;
}

static const char *write_text(const char *name, const char *text) { return write_bytes(name, text, strlen(text)); }

/* All that a reader gives, one line each: "id|date|title|source|url|text" or "skip NAME:LINE@OFFSET reason". */
static const char *read_all(const char *const *inputs, size_t n, const dm_reader_options *options)
{
    dm_error error = {0};
    dm_reader *reader = dm_reader_open(inputs, n, options, &error);
    if (!reader)
        fail_msg("%s", error.text);
    dm_doc doc = {.arena = arena};
    dm_buf out = {.arena = arena};
    dm_skip skip = {0};
    dm_read got;
    if (setjmp(*dm_arena_guard(arena)))
        fail_msg("out of memory");
    dm_buf_add(&out, "", 0);
    while ((got = dm_reader_next(reader, &doc, &skip, &error)) != DM_READ_END) {
        assert_int_not_equal(got, DM_READ_FAILED);
        const dm_article *a = &doc.article;
        size_t cut = dm_str_starts(skip.input, folder) ? strlen(folder) + 1 : 0;
        if (got == DM_READ_ARTICLE)
            dm_buf_format(&out, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s\n", DM_ARG(a->id), DM_ARG(a->date), DM_ARG(a->title),
                          DM_ARG(a->source), DM_ARG(a->url), DM_ARG(a->raw));
        else
            dm_buf_format(&out, "skip %.*s:%zu@%llu %s\n", DM_ARG(dm_str_sub(skip.input, cut, skip.input.n)), skip.line,
                          (unsigned long long)skip.offset, skip.reason);
        skip = (dm_skip){0};
    }
    dm_reader_close(reader);
    return out.s;
}

static const char *read_one(const char *path, const dm_reader_options *options) { return read_all(&path, 1, options); }

/* ---- text and folders ------------------------------------------------------------------------------------ */
static void test_text(void **state)
{
    (void)state;
    assert_string_equal(read_one(write_text("a.b.txt", "Water rose.\n"), NULL), "a.b|||||Water rose.\n\n");
    assert_string_equal(read_one(write_text("plain", "Water."), NULL), "plain|||||Water.\n");
}

static void test_no_text(void **state)
{
    (void)state;
    assert_string_equal(read_one(write_text("e.txt", ""), NULL), "skip e.txt:0@0 empty\n");
    assert_string_equal(read_one(write_text("b.txt", " \n\t\n"), NULL), "skip b.txt:0@0 nothing but blanks\n");
    assert_string_equal(read_one(write_bytes("n.bin", "ab\0cd\0\0", 7), NULL),
                        "skip n.bin:0@2 binary data (NUL bytes)\n");
    assert_non_null(strstr(read_one(write_bytes("u.txt", "\xFF\xFEW\0a\0", 6), NULL), "UTF-16"));
    assert_non_null(strstr(read_one(write_bytes("z.gz", "\x1F\x8B\x08", 3), NULL), "gzip"));
    assert_string_equal(read_one(path_of("none.txt"), NULL),
                        "skip none.txt:0@0 cannot be opened: No such file or directory\n");
    chmod(write_text("locked.txt", "x"), 0);
    if (geteuid() != 0) /* root reads everything */
        assert_string_equal(read_one(path_of("locked.txt"), NULL),
                            "skip locked.txt:0@0 cannot be opened: Permission denied\n");
}

static void test_one_nul_is_a_scratch(void **state)
{
    char text[2000];
    (void)state;
    memset(text, 'a', sizeof text);
    text[700] = '\0';
    assert_non_null(strstr(read_one(write_bytes("s.txt", text, sizeof text), NULL), "s|||||aaa"));
}

static void test_text_too_long(void **state)
{
    (void)state;
    const char *path = write_text("huge.txt", "x");
    assert_int_equal(truncate(path, (off_t)DM_TEXT_LIMIT + 1), 0);
    assert_string_equal(read_one(path, NULL), "skip huge.txt:0@0 over 64 MiB: no single article\n");
}

static void test_folder_in_byte_order(void **state)
{
    (void)state;
    mkdir(path_of("m"), 0700);
    write_text("m/2.txt", "two");
    write_text("m/10.txt", "ten");
    write_text("Z.txt", "zed");
    write_text("a.txt", "a");
    write_text("\xC3\xA9.txt", "e");
    write_text(".hidden.txt", "no");
    assert_string_equal(read_one(folder, NULL), "Z|||||zed\na|||||a\n10|||||ten\n2|||||two\n\xC3\xA9|||||e\n");
}

static void test_folder_without_files(void **state)
{
    (void)state;
    mkdir(path_of("empty"), 0700);
    mkdir(path_of("empty/inner"), 0700);
    const char *inputs[] = {path_of("empty"), write_text("a.txt", "a")};
    assert_string_equal(read_all(inputs, 2, NULL), "skip empty:0@0 folder without files\na|||||a\n");
}

static void test_links(void **state)
{
    (void)state;
    mkdir(path_of("d"), 0700);
    write_text("d/a.txt", "a");
    assert_int_equal(symlink("..", path_of("d/up")), 0);
    assert_int_equal(symlink("gone", path_of("d/broken")), 0);
    mkfifo(path_of("d/pipe"), 0600);
    assert_string_equal(read_one(folder, NULL),
                        "a|||||a\nskip d/broken:0@0 cannot be opened: No such file or directory\n"
                        "skip d/pipe:0@0 not a regular file\n"
                        "skip d/up:0@0 folder was read before (symbolic link)\n");
}

static void test_standard_input(void **state)
{
    (void)state;
    assert_non_null(freopen(write_text("in", "{\"text\":\"one\"}\n{\"id\":7,\"text\":\"two\"}\n"), "rb", stdin));
    assert_string_equal(read_one("-", NULL), "stdin:1|||||one\n7|||||two\n");
}

/* ---- JSONL ----------------------------------------------------------------------------------------------- */
static void test_jsonl_fields(void **state)
{
    (void)state;
    const char *path = write_text("feed.txt", "\xEF\xBB\xBF{\"id\":\"x\",\"text\":\"Water.\",\"title\":\"T\","
                                              "\"date\":\"2022-03-18T09:00:00Z\",\"source\":\"S\",\"url\":\"U\"}\r\n"
                                              "\n  {\"text\":\"Tab\\tand \\u00e9\"}\n"
                                              "{\"id\":12,\"text\":\"No LF\",\"date\":5,\"title\":null}");
    assert_string_equal(read_one(path, NULL),
                        "x|2022-03-18|T|S|U|Water.\nfeed:3|||||Tab\tand é\n12|||||No LF\n");
}

static void test_jsonl_bad_lines(void **state)
{
    (void)state;
    const char *path = write_text("f.jsonl", "{\"text\":\"a\"}\n{\"text\":\n[1]\n{\"id\":1}\n"
                                             "{\"text\":5}\n{\"text\":\" \"}\n{\"text\":\"b\"}\n");
    const char *all = read_one(path, NULL);
    assert_non_null(strstr(all, "f:1|||||a\nskip f.jsonl:2@"));
    assert_non_null(strstr(all, "not JSON: "));
    assert_non_null(strstr(all, "skip f.jsonl:3@22 no JSON object\n"));
    assert_non_null(strstr(all, "skip f.jsonl:4@26 no field \"text\"\n"));
    assert_non_null(strstr(all, "skip f.jsonl:5@35 field \"text\" is no string\n"));
    assert_non_null(strstr(all, "skip f.jsonl:6@46 field \"text\" is empty\nf:7|||||b\n"));
}

static void test_jsonl_broken_bytes(void **state)
{
    (void)state; /* the byte 92 becomes U+0092, which the clean room reads as Windows-1252 */
    assert_string_equal(read_one(write_text("w.jsonl", "{\"text\":\"it\x92s \xC3\xA9\"}\n"), NULL),
                        "w:1|||||it\xC2\x92s \xC3\xA9\n");
}

static void test_jsonl_mapping(void **state)
{
    (void)state;
    const char *fields[] = {"text=article.body", "id=meta.ids.1", "title=a.b", NULL};
    dm_reader_options options = {.fields = fields, .date = "2021-02-03"};
    const char *path = write_text("m.jsonl", "{\"article\":{\"body\":\"B\"},\"meta\":{\"ids\":[3,4]},\"a.b\":\"T\"}\n"
                                             "{\"text\":\"B\"}\n");
    assert_string_equal(read_one(path, &options),
                        "4|2021-02-03|T|||B\nskip m.jsonl:2@56 no field \"article.body\"\n");
}

static void test_jsonl_long_line(void **state)
{
    (void)state;
    const char *path = path_of("long.jsonl");
    FILE *file = fopen(path, "wb");
    fputs("{\"text\":\"a\"}\n{\"text\":\"", file);
    char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int i = 0; i <= DM_TEXT_LIMIT >> 16; i++)
        fwrite(block, 1, sizeof block, file);
    fputs("\"}\n{\"text\":\"b\"}\n", file);
    fclose(file);
    assert_string_equal(read_one(path, NULL), "long:1|||||a\nskip long.jsonl:2@13 line over 64 MiB\nlong:3|||||b\n");
}

static void test_format(void **state)
{
    (void)state; /* the content decides; the name only where every line is broken */
    assert_string_equal(read_one(write_text("a.jsonl", "Water rose."), NULL), "a|||||Water rose.\n");
    assert_string_equal(read_one(write_text("b.txt", "{bad\n{\"text\":\"x\"}\n"), NULL),
                        "skip b.txt:1@4 not JSON: string or '}' expected near 'bad'\nb:2|||||x\n");
    assert_string_equal(read_one(write_text("c.txt", "{sic} he said"), NULL), "c|||||{sic} he said\n");
    assert_non_null(strstr(read_one(write_text("d.jsonl", "{bad\n"), NULL), "skip d.jsonl:1@"));
    dm_reader_options text = {.format = "text"};
    assert_string_equal(read_one(write_text("e.jsonl", "{\"text\":\"x\"}"), &text), "e|||||{\"text\":\"x\"}\n");
}

/* ---- options and dates ----------------------------------------------------------------------------------- */
static void assert_refused(const dm_reader_options *options)
{
    dm_error error = {0};
    const char *input = "-";
    assert_null(dm_reader_open(&input, 1, options, &error));
    assert_int_equal(error.status, DM_USAGE);
}

static void test_wrong_options(void **state)
{
    const char *unknown[] = {"body=text", NULL}, *empty[] = {"text=", NULL}, *bare[] = {"text", NULL};
    (void)state;
    assert_refused(&(dm_reader_options){.fields = unknown});
    assert_refused(&(dm_reader_options){.fields = empty});
    assert_refused(&(dm_reader_options){.fields = bare});
    assert_refused(&(dm_reader_options){.format = "pdf"});
    assert_refused(&(dm_reader_options){.date = "yesterday"});
}

static void test_dates(void **state)
{
    static const char *const dates[][2] = {
        {"2022-03-18", "2022-03-18"}, {" 2022-03-18T23:30:00+02:00 ", "2022-03-18"}, {"2022-03-18 09:00", "2022-03-18"},
        {"20220318", "2022-03-18"}, {"20220318T090000Z", "2022-03-18"}, {"Fri, 18 Mar 2022 09:00:00 GMT", "2022-03-18"},
        {"8 Mar 2022", "2022-03-08"}, {"Friday, 18 March 2022", "2022-03-18"},
        {"Fri, 18 Mar 22 09:00 EST", "2022-03-18"},
        {"2020-02-29", "2020-02-29"}, {"2021-02-29", ""}, {"2022-13-01", ""}, {"2022-03-180", ""}, {"2022-03", ""},
        {"202203180", ""}, {"18/03/2022", ""}, {"0000-01-01", ""}, {"", ""}, {"Fri, ", ""}, {"yesterday", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        char date[11];
        bool read = dm_read_date(dm_str_from(dates[i][0]), date);
        assert_string_equal(date, dates[i][1]);
        assert_int_equal(read, dates[i][1][0] != '\0');
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_text), TEST(test_no_text), TEST(test_one_nul_is_a_scratch), TEST(test_text_too_long),
        TEST(test_folder_in_byte_order), TEST(test_folder_without_files), TEST(test_links), TEST(test_standard_input),
        TEST(test_jsonl_fields), TEST(test_jsonl_bad_lines), TEST(test_jsonl_broken_bytes), TEST(test_jsonl_mapping),
        TEST(test_jsonl_long_line), TEST(test_format), TEST(test_wrong_options), TEST(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
