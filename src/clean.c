#include "clean.h"

#include "clean_glyph.h"

#include <utf8proc.h>

static const char *const repair_names[DM_REPAIR_N] = {"encoding", "invisible", "blank", "missing-blank", "stray-stop", "quote",
    "credit", "repeat", "tail", "foot", "form"};

const char *dm_repair_name(dm_repair kind) { return repair_names[kind]; }

void dm_glyph_push(dm_glyphs *list, uint32_t cp, uint32_t from, uint32_t to)
{
    *DM_PUSH(list->arena, list->at, list->n, list->capacity) = (dm_glyph){cp, from, to};
}

bool dm_cp_is_upper(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z';
    return utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_LU;
}

bool dm_cp_is_lower(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'a' && cp <= 'z';
    return utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_LL;
}

bool dm_cp_is_digit(uint32_t cp) { return cp >= '0' && cp <= '9'; }

bool dm_cp_is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return (cp | 32) >= 'a' && (cp | 32) <= 'z';
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME;
}

/* ---- glyphs → text and runs ------------------------------------------------------------------------------ */

static void add_run(dm_doc *doc, size_t *capacity, dm_run run)
{
    dm_text *text = &doc->text;
    dm_run *last = text->n_runs ? &text->runs[text->n_runs - 1] : NULL;
    if (last && last->same && run.same && last->raw + last->n_raw == run.raw) {
        last->n_clean += run.n_clean;
        last->n_raw += run.n_raw;
    } else {
        *DM_PUSH(doc->arena, text->runs, text->n_runs, *capacity) = run;
    }
}

static void encode(dm_doc *doc, const dm_glyphs *glyphs)
{
    dm_buf out = {.arena = doc->arena};
    size_t capacity = 0;
    for (size_t i = 0; i < glyphs->n; i++) {
        const dm_glyph *g = &glyphs->at[i];
        utf8proc_uint8_t bytes[4];
        size_t n = (size_t)utf8proc_encode_char((utf8proc_int32_t)g->cp, bytes);
        bool same = g->to - g->from == n && memcmp(doc->article.raw.s + g->from, bytes, n) == 0;
        add_run(doc, &capacity, (dm_run){(uint32_t)out.n, (uint32_t)n, g->from, g->to - g->from, same});
        dm_buf_add(&out, (const char *)bytes, n);
    }
    doc->text.text = dm_buf_view(&out);
}

void dm_clean(dm_doc *doc)
{
    doc->text = (dm_text){.text = DM_LIT("")};
    dm_glyphs glyphs = dm_clean_decode(doc->arena, doc->article.raw, doc->text.repairs);
    glyphs = dm_clean_lines(glyphs, doc->article.title);
    glyphs = dm_clean_mend(glyphs);
    encode(doc, &glyphs);
}

/* ---- the way back ---------------------------------------------------------------------------------------- */

static const dm_run *run_at(const dm_text *text, uint32_t byte)
{
    size_t low = 0, high = text->n_runs;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (text->runs[middle].clean <= byte)
            low = middle;
        else
            high = middle;
    }
    return &text->runs[low];
}

void dm_clean_to_raw(const dm_text *text, uint32_t start, uint32_t end, uint32_t *raw_start, uint32_t *raw_end)
{
    *raw_start = *raw_end = 0;
    if (!text->n_runs)
        return;
    const dm_run *first = run_at(text, start), *last = run_at(text, end > start ? end - 1 : start);
    *raw_start = first->same ? first->raw + (start - first->clean) : first->raw;
    *raw_end = end <= start ? *raw_start : last->same ? last->raw + (end - last->clean) : last->raw + last->n_raw;
}
