/* Records: what was written is read back, byte for byte, whatever strings they hold. */
#include "record.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t n) /* xorshift64: the same on every machine */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

static dm_str hostile(dm_arena *arena)
{
    static const char *const pieces[] = {"\"", "\\", "\n", "\r\n", "\t", "\x1b[31m", "\x7f", "/", "</script>", "\\u0041",
        "é", "日本", "\xF0\x9F\x98\x80", "\xE2\x80\xA8", "\xE2\x80\xAE", "\xEF\xBF\xBD", "\xEF\xBB\xBF", "{\"v\":1}", " ", "a", "=cmd|", "\x01", "%s%n"};
    dm_buf text = {.arena = arena};
    for (uint64_t n = draw(12); n > 0; n--) {
        if (draw(20) == 0)
            dm_buf_add(&text, "\0", 1);
        dm_buf_str(&text, dm_str_from(pieces[draw(sizeof pieces / sizeof *pieces)]));
    }
    return dm_buf_view(&text);
}

static int64_t whole(void) { return draw(4) == 0 ? -1 : (int64_t)draw(1u << 30) * (int64_t)(draw(2) ? 1 : 1000); }
static double share(void) { return draw(5) == 0 ? NAN : (double)draw(1000001) / 1e6; }

static dm_party random_party(dm_arena *a)
{
    return (dm_party){.id = hostile(a), .name = hostile(a), .kind = hostile(a), .person = hostile(a), .text = hostile(a),
                      .start = whole(), .end = whole(), .via = hostile(a)};
}

static dm_record random_record(dm_arena *a)
{
    return (dm_record){
        .id = hostile(a), .doc = hostile(a), .sent = whole(), .start = whole(), .end = whole(), .raw_start = whole(),
        .raw_end = whole(), .text = hostile(a), .date = hostile(a), .date_by = hostile(a), .source = hostile(a),
        .url = hostile(a), .title = hostile(a), .holder = random_party(a), .target = random_party(a), .topic = hostile(a),
        .label = hostile(a), .p_support = share(), .p_neutral = share(), .p_warn = share(), .p_none = share(), .conf = share(),
        .abstain = draw(2), .speech = hostile(a), .cue = hostile(a), .speaker = hostile(a), .mood = hostile(a),
        .negated = draw(2), .story = hostile(a), .dup = whole(), .by = hostile(a), .why = hostile(a), .model = hostile(a),
        .actors = hostile(a)};
}

static dm_str written(const dm_record *record, dm_arena *arena)
{
    dm_buf out = {.arena = arena};
    dm_record_write(record, &out);
    assert_true(out.n > 1 && out.s[out.n - 1] == '\n');
    return dm_str_sub(dm_buf_view(&out), 0, out.n - 1);
}

static void assert_party(const dm_party *a, const dm_party *b)
{
    assert_true(dm_str_equal(a->id, b->id) && dm_str_equal(a->name, b->name) && dm_str_equal(a->kind, b->kind));
    assert_true(dm_str_equal(a->person, b->person) && dm_str_equal(a->text, b->text) && dm_str_equal(a->via, b->via));
    assert_int_equal(a->start, b->start);
    assert_int_equal(a->end, b->end);
}

static void round_trip_keeps_all(void **unused)
{
    (void)unused;
    dm_arena *arena = dm_arena_new();
    for (int i = 0; i < 2000; i++) {
        dm_record back, record = random_record(arena);
        dm_error error = {0};
        dm_str line = written(&record, arena);
        assert_null(memchr(line.s, '\n', line.n));
        assert_int_equal(dm_record_parse(line, "test", arena, &back, &error), DM_OK);
        assert_party(&record.holder, &back.holder);
        assert_party(&record.target, &back.target);
        assert_true(dm_str_equal(record.text, back.text) && dm_str_equal(record.actors, back.actors));
        assert_true(isnan(record.conf) ? isnan(back.conf) : record.conf == back.conf);
        assert_int_equal(record.abstain, back.abstain);
        assert_int_equal(record.raw_end, back.raw_end);
        assert_true(dm_str_equal(line, written(&back, arena))); /* hence all other fields, too */
        dm_arena_reset(arena);
    }
    dm_arena_free(arena);
}

static const char *const order =
    "v id doc sent start end raw_start raw_end text date date_by source url title "
    "holder holder_name holder_kind holder_person holder_text holder_start holder_end holder_via "
    "target target_name target_kind target_person target_text target_start target_end target_via "
    "topic label p_support p_neutral p_warn p_none conf abstain speech cue speaker mood negated "
    "story dup by why model actors ";

static void all_fields_stand_in_the_order_of_the_design(void **unused)
{
    (void)unused;
    dm_arena *arena = dm_arena_new();
    dm_record empty = {.start = -1, .conf = NAN};
    dm_str line = written(&empty, arena);
    dm_buf keys = {.arena = arena};
    for (size_t i = 0; i + 1 < line.n; i++)
        if ((line.s[i] == '{' || line.s[i] == ',') && line.s[i + 1] == '"') {
            const char *end = memchr(line.s + i + 2, '"', line.n - i - 2);
            dm_buf_add(&keys, line.s + i + 2, (size_t)(end - line.s) - i - 2);
            dm_buf_char(&keys, ' ');
        }
    assert_string_equal(keys.s, order);
    assert_non_null(strstr(line.s, "\"start\":null"));
    assert_non_null(strstr(line.s, "\"conf\":null"));
    assert_non_null(strstr(line.s, "\"sent\":0,"));
    dm_arena_free(arena);
}

static void numbers_do_not_follow_the_locale(void **unused)
{
    (void)unused;
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "C"}; /* those that are not there change nothing */
    for (size_t i = 0; i < 3; i++) {
        dm_arena *arena = dm_arena_new();
        dm_buf out = {.arena = arena};
        setlocale(LC_ALL, locales[i]);
        const double numbers[] = {0.5, -0.25, 1, 1e-7, -1e-9, 0.1234565, 1e300, NAN};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            dm_json_number(&out, numbers[k]);
            dm_buf_char(&out, ' ');
        }
        assert_string_equal(out.s, "0.500000 -0.250000 1.000000 0.000000 0.000000 0.123457 null null ");
        dm_arena_free(arena);
    }
    setlocale(LC_ALL, "C");
}

static void broken_bytes_become_replacement_characters(void **unused)
{
    (void)unused;
    dm_arena *arena = dm_arena_new();
    dm_record back, record = {.text = dm_str_from("a\xFF\xC3(\xE2\x82 \xED\xA0\x80z")};
    dm_error error = {0};
    assert_int_equal(dm_record_parse(written(&record, arena), "test", arena, &back, &error), DM_OK);
    assert_true(dm_str_starts(back.text, "a\xEF\xBF\xBD\xEF\xBF\xBD("));
    assert_true(dm_str_ends(back.text, "z"));
    dm_arena_free(arena);
}

static void bad_lines_are_refused_with_their_place(void **unused)
{
    (void)unused;
    static const char *const bad[] = {"", "{", "[]", "null", "{\"v\":2}", "{\"conf\":1.5}", "{\"conf\":\"0.5\"}", "{\"start\":-1}",
        "{\"start\":1.5}", "{\"abstain\":1}", "{\"text\":7}", "{\"conf\":1e999}", "{\"text\":\"\xFF\"}", "{\"text\":\"\\ud800\"}",
        "{\"v\":1} x", "{\"v\":\"1\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dm_arena *arena = dm_arena_new();
        dm_record record;
        dm_error error = {0};
        assert_int_equal(dm_record_parse(dm_str_from(bad[i]), "r.jsonl:7", arena, &record, &error), DM_INPUT);
        assert_memory_equal(error.text, "r.jsonl:7: ", 11);
        dm_arena_free(arena);
    }
}

static void missing_and_null_are_empty_and_unknown_fields_ignored(void **unused)
{
    (void)unused;
    dm_arena *arena = dm_arena_new();
    dm_record r;
    dm_error error = {0};
    assert_int_equal(dm_record_parse(dm_str_from("{\"more\":[1],\"doc\":null,\"start\":null,\"conf\":1}"), "t", arena, &r, &error), DM_OK);
    assert_int_equal(r.doc.n + r.text.n + r.holder.id.n, 0);
    assert_int_equal(r.start, -1);
    assert_int_equal(r.dup, -1);
    assert_true(isnan(r.p_warn) && r.conf == 1);
    dm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip_keeps_all),
        cmocka_unit_test(all_fields_stand_in_the_order_of_the_design),
        cmocka_unit_test(numbers_do_not_follow_the_locale),
        cmocka_unit_test(broken_bytes_become_replacement_characters),
        cmocka_unit_test(bad_lines_are_refused_with_their_place),
        cmocka_unit_test(missing_and_null_are_empty_and_unknown_fields_ignored),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
