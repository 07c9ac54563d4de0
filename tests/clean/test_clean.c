/* The clean room: cases in files, and what must hold for every text however damaged. */
#include "clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <utf8proc.h>

static dm_arena *arena; /* one for all; each test starts it afresh */

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

static dm_text clean(dm_str raw, dm_str title)
{
    dm_doc doc = {.arena = arena, .article = {.raw = raw, .title = title}};
    if (setjmp(*dm_arena_guard(arena)))
        fail_msg("out of memory");
    dm_clean(&doc);
    return doc.text;
}

/* ---- cases ----------------------------------------------------------------------------------------------- */
/* File: "# why" lines (also "# title: …" and "# repairs: kind=n …", then exactly these), input, "=>", expected. */
typedef struct {
    const char *file;
    dm_str title, repairs, input, expected;
} test_case;

static dm_str read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s cannot be read", path);
    dm_buf text = {.arena = arena};
    char chunk[4096];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        dm_buf_add(&text, chunk, n);
    fclose(file);
    return dm_buf_view(&text);
}

static dm_str take_line(dm_str *text)
{
    const char *lf = memchr(text->s, '\n', text->n);
    size_t n = lf ? (size_t)(lf - text->s) : text->n;
    dm_str line = dm_str_sub(*text, 0, n);
    *text = dm_str_sub(*text, n + 1, text->n);
    return line;
}

static unsigned long hex(const char *s, size_t n)
{
    char digits[9] = {0};
    memcpy(digits, s, n);
    return strtoul(digits, NULL, 16);
}

static dm_str unescape(dm_str text) /* \xNN a byte, \uNNNN a character */
{
    dm_buf out = {.arena = arena};
    dm_buf_add(&out, "", 0);
    for (size_t i = 0; i < text.n; i++) {
        if (text.s[i] == '\\' && i + 3 < text.n && text.s[i + 1] == 'x') {
            dm_buf_char(&out, (char)hex(text.s + i + 2, 2));
            i += 3;
        } else if (text.s[i] == '\\' && i + 5 < text.n && text.s[i + 1] == 'u') {
            utf8proc_uint8_t bytes[4];
            utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)hex(text.s + i + 2, 4), bytes);
            dm_buf_add(&out, (const char *)bytes, (size_t)n);
            i += 5;
        } else if (text.s[i] == '\\' && i + 1 < text.n && text.s[i + 1] == 'r') {
            dm_buf_char(&out, '\r');
            i++;
        } else {
            dm_buf_char(&out, text.s[i]);
        }
    }
    return dm_buf_view(&out);
}

static test_case read_case(const char *path)
{
    test_case c = {.file = path};
    dm_str rest = read_file(path);
    while (rest.n && rest.s[0] == '#') {
        dm_str line = take_line(&rest);
        if (dm_str_starts(line, "# title: "))
            c.title = dm_str_sub(line, 9, line.n);
        if (dm_str_starts(line, "# repairs: "))
            c.repairs = dm_str_sub(line, 11, line.n);
    }
    const char *arrow = memmem(rest.s, rest.n, "\n=>", 3);
    if (!arrow)
        fail_msg("%s: no =>", path);
    size_t n = (size_t)(arrow - rest.s);
    c.input = unescape(dm_str_sub(rest, 0, n));
    dm_str expected = dm_str_sub(rest, n + 4, rest.n);
    c.expected = unescape(dm_str_ends(expected, "\n") ? dm_str_sub(expected, 0, expected.n - 1) : expected);
    return c;
}

static void expected_repairs(dm_str words, unsigned want[DM_REPAIR_N]) /* "quote=2 blank=1" */
{
    memset(want, 0, DM_REPAIR_N * sizeof *want);
    while (words.n) {
        const char *blank = memchr(words.s, ' ', words.n), *equals = memchr(words.s, '=', words.n);
        size_t n = blank ? (size_t)(blank - words.s) : words.n;
        int kind = 0;
        assert_non_null(equals);
        while (kind < DM_REPAIR_N && !dm_str_is((dm_str){words.s, (size_t)(equals - words.s)},
                                                dm_repair_name((dm_repair)kind)))
            kind++;
        assert_true(kind < DM_REPAIR_N);
        want[kind] = (unsigned)atoi(equals + 1);
        words = dm_str_sub(words, n + 1, words.n);
    }
}

static int run_case(const char *path)
{
    dm_arena_reset(arena);
    test_case c = read_case(path);
    dm_text text = clean(c.input, c.title);
    unsigned want[DM_REPAIR_N];
    int wrong = !dm_str_equal(text.text, c.expected);
    dm_text again = clean(text.text, c.title);
    if (!dm_str_equal(again.text, text.text)) {
        print_error("%s: cleaned twice: %.*s\n", path, DM_ARG(again.text));
        wrong = 1;
    }
    if (wrong)
        print_error("%s\n  expected: %.*s\n  got:      %.*s\n", path, DM_ARG(c.expected), DM_ARG(text.text));
    expected_repairs(c.repairs, want);
    for (int kind = 0; kind < DM_REPAIR_N; kind++)
        if (text.repairs[kind] != want[kind]) {
            print_error("%s: %s %u, expected %u\n", path, dm_repair_name((dm_repair)kind), text.repairs[kind],
                        want[kind]);
            wrong = 1;
        }
    return wrong;
}

static int is_case(const struct dirent *entry) { return dm_str_ends(dm_str_from(entry->d_name), ".txt"); }

static void test_cases(void **state)
{
    (void)state;
    static const char folder[] = "tests/clean/cases";
    struct dirent **entries;
    int n = scandir(folder, &entries, is_case, alphasort), wrong = 0;
    assert_true(n >= 30);
    for (int i = 0; i < n; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        wrong += run_case(path);
        free(entries[i]);
    }
    free(entries);
    assert_int_equal(wrong, 0);
}

/* ---- what must hold for every text ----------------------------------------------------------------------- */
static uint64_t seed;

static size_t below(size_t n) /* splitmix64 */
{
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return n ? (size_t)((z ^ (z >> 31)) % n) : 0;
}

static bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static void assert_valid_nfc(dm_str text)
{
    utf8proc_uint8_t *nfc = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.s, (utf8proc_ssize_t)text.n, &nfc,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    assert_true(n >= 0);
    assert_int_equal((size_t)n, text.n);
    assert_memory_equal(nfc, text.s, text.n);
    free(nfc);
}

static void assert_runs(const dm_text *text, size_t n_raw)
{
    uint32_t clean_end = 0, raw = 0;
    for (size_t i = 0; i < text->n_runs; i++) {
        const dm_run *run = &text->runs[i];
        assert_int_equal(run->clean, clean_end);
        assert_true(run->raw >= raw && run->raw + run->n_raw <= n_raw);
        assert_true(run->n_clean > 0 && (!run->same || run->n_clean == run->n_raw));
        clean_end += run->n_clean;
        raw = run->same ? run->raw + run->n_raw : run->raw;
    }
    assert_int_equal(clean_end, text->text.n);
}

/* What stands between the letters of a word in the raw bytes was damage; the letters themselves must be there. */
static void assert_same_letters(const dm_text *text, dm_str raw, uint32_t from, uint32_t to)
{
    uint32_t raw_from, raw_to, at = from;
    dm_clean_to_raw(text, from, to, &raw_from, &raw_to);
    assert_true(raw_from <= raw_to && raw_to <= raw.n);
    for (uint32_t i = raw_from; i < raw_to; i++)
        if (is_ascii_letter(raw.s[i])) {
            assert_true(at < to);
            assert_int_equal(raw.s[i], text->text.s[at]);
            at++;
        }
    assert_int_equal(at, to);
}

static void assert_words(const dm_text *text, dm_str raw)
{
    dm_str t = text->text;
    uint32_t last_start = 0, last_end = 0;
    for (uint32_t from = 0; from < t.n;) {
        uint32_t to = from, raw_from, raw_to;
        while (to < t.n && is_ascii_letter(t.s[to]))
            to++;
        if (to > from) {
            assert_same_letters(text, raw, from, to);
            dm_clean_to_raw(text, from, to, &raw_from, &raw_to);
            assert_true(raw_from >= last_end && raw_from >= last_start);
            last_start = raw_from;
            last_end = raw_to;
        }
        from = to > from ? to : from + 1;
    }
}

static void assert_form(dm_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.s[i] == '\n') /* no empty lines, none at the ends */
            assert_true(i > 0 && i + 1 < text.n && text.s[i - 1] != '\n');
}

/* A second cleaning finds nothing to do. Rarely one repair lays bare another (a mark behind a mark): these are counted. */
static size_t cleaned, changed;

static void count_changes(const dm_text *once)
{
    dm_text twice = clean(once->text, (dm_str){0});
    cleaned++;
    changed += !dm_str_equal(twice.text, once->text);
}

static void assert_all(dm_str raw, bool words)
{
    dm_text text = clean(raw, (dm_str){0});
    assert_valid_nfc(text.text);
    assert_runs(&text, raw.n);
    assert_form(text.text);
    if (words)
        assert_words(&text, raw);
    count_changes(&text);
}

static const char own_text[] =
    "River states fail to agree on water\n"
    "The foreign ministers of four river states ended two days of talks in Delta City on Tuesday without a treaty. "
    "“We came with open hands,” said Gen. Ana Sol, who leads the upper state’s team. “Nobody took them.”\n"
    "The U.S. envoy, who had flown in at 9 a.m., called the result “a missed chance” and promised 3.5 million dollars "
    "for new pumps. OPEC members (all but two) watched from afar; NGOs did, too.\n"
    "What will the farmers do? They have waited since 1974, and their patience wears thin – as one of them said: "
    "“If the water does not come to us, we will go to the water. It is not far.”\n"
    "A café owner in José Márquez Square, near the dam, had the last word. \"They drink my coffee,\" she said, "
    "\"and they leave the river as it was.\"\n";

typedef void damage(dm_buf *out, dm_str text, size_t at);

static void add_blank(dm_buf *out, dm_str text, size_t at)
{
    static const char *const blanks[] = {" ", "  ", "\xC2\xA0", "\t", "\xE2\x80\x89"};
    if (text.s[at] == ' ')
        dm_buf_str(out, dm_str_from(blanks[below(5)]));
}
static void add_invisible(dm_buf *out, dm_str text, size_t at)
{
    static const char *const marks[] = {"\xC2\xAD", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\x01", "\xE2\x80\x8E"};
    if (((unsigned char)text.s[at] & 0xC0) != 0x80)
        dm_buf_str(out, dm_str_from(marks[below(5)]));
}
static void add_windows_byte(dm_buf *out, dm_str text, size_t at)
{
    (void)text, (void)at;
    dm_buf_char(out, (char)(0x80 + below(0x80)));
}
static void add_credit(dm_buf *out, dm_str text, size_t at)
{
    static const char *const credits[] = {"[File: Ana Sol/AFP]", "[Photo: Ana Sol/Pool via Reuters",
                                          "(Ana Sol/Reuters)", "[AFP]", "[File:AnaSol/AFP[File:AnaSol/AFP"};
    if (text.s[at] == ' ' || text.s[at] == '\n')
        dm_buf_str(out, dm_str_from(credits[below(5)]));
}
static void add_mark(dm_buf *out, dm_str text, size_t at)
{
    static const char *const marks[] = {"“", "”", "\"", "''",    "„", ".",  " ,",   " .",
                                        "[", "(", "&",  "&amp;", "|", "\n", "\r\n"};
    (void)text, (void)at;
    dm_buf_str(out, dm_str_from(marks[below(15)]));
}
static void add_nothing(dm_buf *out, dm_str text, size_t at) { (void)out, (void)text, (void)at; }

/* `rate` damages in a thousand bytes; a byte in two hundred of these is cut away, and some blanks after stops. */
static dm_str damaged(size_t rate)
{
    static damage *const damages[] = {add_blank, add_invisible, add_windows_byte, add_credit, add_mark, add_nothing};
    dm_str text = DM_LIT(own_text);
    dm_buf out = {.arena = arena};
    for (size_t at = 0; at < text.n; at++) {
        bool hit = below(1000) < rate;
        size_t kind = below(sizeof damages / sizeof *damages);
        if (hit)
            damages[kind](&out, text, at);
        bool cut = hit && damages[kind] == add_nothing;
        bool glue = text.s[at] == ' ' && at && strchr(".?,", text.s[at - 1]) && below(1000) < rate * 5;
        if (!cut && !glue)
            dm_buf_char(&out, text.s[at]);
    }
    return dm_buf_view(&out);
}

static void test_random_damage(void **state)
{
    (void)state;
    seed = 2022;
    cleaned = changed = 0;
    for (int i = 0; i < 3000; i++) {
        dm_arena_reset(arena);
        assert_all(damaged(1 + below(120)), true);
    }
    assert_true(changed * 100 < cleaned);
}

static void test_random_bytes(void **state)
{
    static const char *const pieces[] = {
        "a", "The", "NATOcalls", " ", ".", "\n", "\n\n", "“", "”", "\"", "[", "]", "(", ")", "File:", "/AFP",
        "&", "amp;", "nbsp;", "#x27;", ";", "\xE2", "\x80", "\xCC\x81", "\xC3\xA9", "\xE1\x84\x92",
        "\xE1\x85\xA1", "â€™", "such", "'", ",", "?", "\xEF\xAC\x81", "|", "-", "Read more:", "\r",
        "\xC2\xAD", "\xE2\x80\x8C", "I", "\xF0\x9F\x98\x80", "\xC2\x85", "\xE2\x84\xAB",
    };
    (void)state;
    seed = 7;
    cleaned = changed = 0;
    for (int i = 0; i < 20000; i++) {
        dm_arena_reset(arena);
        dm_buf raw = {.arena = arena};
        for (size_t n = below(40); n; n--)
            dm_buf_str(&raw, dm_str_from(pieces[below(sizeof pieces / sizeof *pieces)]));
        assert_all(dm_buf_view(&raw), false);
    }
    assert_true(changed * 100 < cleaned);
}

/* A clean text costs nothing and has one run. */
static void test_clean_stays(void **state)
{
    (void)state;
    dm_arena_reset(arena);
    dm_str raw = {own_text, sizeof own_text - 2};
    dm_text text = clean(raw, (dm_str){0});
    assert_true(dm_str_equal(text.text, raw));
    assert_int_equal(text.n_runs, 1);
    for (int i = 0; i < DM_REPAIR_N; i++)
        assert_int_equal(text.repairs[i], 0);
}

static void test_empty(void **state)
{
    (void)state;
    uint32_t from = 9, to = 9;
    dm_text text = clean((dm_str){NULL, 0}, (dm_str){0});
    assert_int_equal(text.text.n, 0);
    dm_clean_to_raw(&text, 0, 0, &from, &to);
    assert_int_equal(from + to, 0);
}

/* "such.  deeds": the word behind two repairs leads back to its own bytes. */
static void test_way_back(void **state)
{
    (void)state;
    dm_str raw = DM_LIT("to such.  de\xC2\xAD" "eds");
    dm_text text = clean(raw, (dm_str){0});
    uint32_t from, to;
    assert_true(dm_str_is(text.text, "to such deeds"));
    dm_clean_to_raw(&text, 8, 13, &from, &to);
    assert_int_equal(from, 10);
    assert_int_equal(to, raw.n);
    dm_clean_to_raw(&text, 3, 7, &from, &to);
    assert_int_equal(from, 3);
    assert_int_equal(to, 7);
}

/* Twice the text may take twice the time, with room for noise; texts made to be slow included. */
static double seconds_for(const char *piece, size_t times)
{
    dm_arena_reset(arena);
    dm_buf raw = {.arena = arena};
    for (size_t i = 0; i < times; i++)
        dm_buf_str(&raw, dm_str_from(piece));
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    clean(dm_buf_view(&raw), (dm_str){0});
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec);
}

static void test_linear(void **state)
{
    static const char *const pieces[] = {"[",     "[File: ", "“",   "a\xCC\x96", "\xCC\x96", "A",   "&amp",
                                         "amp;&", "a.B",     "a b\n", "\x93",      " ,",      "“ ”", "The line \n"};
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        double small = seconds_for(pieces[i], 20000), large = seconds_for(pieces[i], 160000);
        if (large > 0.2 && large > small * 30)
            fail_msg("\"%s\": %.3f s, eight times as much %.3f s", pieces[i], small, large);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),       cmocka_unit_test(test_clean_stays),   cmocka_unit_test(test_empty),
        cmocka_unit_test(test_way_back),    cmocka_unit_test(test_random_damage), cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_linear),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
