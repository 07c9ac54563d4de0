/* clean.c: the passes in their order, and the map back. Each pass is in a file of its own (clean_parts.h). */
#include "clean.h"

#include "clean_parts.h"

const char *dm_repair_name(dm_repair kind)
{
    static const char *const names[DM_REPAIR_N] = {
        "encoding", "invisible", "blank", "missing-blank", "stray-stop", "quote",
        "credit",   "repeat",    "tail",  "foot",          "form",
    };
    return kind < DM_REPAIR_N ? names[kind] : "";
}

/* "&amp;nbsp;" is an entity that gives an entity that gives a blank: again until it stands. The bound only matters
 * for a text made to be difficult. */
static void clean_characters(dm_tape *tape)
{
    for (int i = 0; i < 6; i++) {
        bool before = tape->changed;
        tape->changed = false;
        dm_clean_characters(tape);
        bool changed = tape->changed;
        tape->changed = before || changed;
        if (!changed)
            return;
    }
}

/* One repair may lay bare the next (a credit removed leaves ".While"), so the passes run until a round changes
 * nothing; that round is also what makes cleaning a cleaned text a no-op. News needs two or three. */
enum { MOST_ROUNDS = 12 };

void dm_clean(dm_doc *doc)
{
    dm_text *text = &doc->text;
    *text = (dm_text){0};
    dm_str raw = dm_str_sub(doc->article.raw, 0, UINT32_MAX / 4);
    dm_tape tape;
    dm_tape_init(&tape, doc->arena, raw, text->repairs);
    for (int round = 0; round < MOST_ROUNDS; round++) {
        tape.changed = false;
        clean_characters(&tape);
        dm_clean_compose(&tape);
        dm_clean_blanks(&tape);
        dm_clean_unwrap(&tape);
        dm_clean_lines(&tape, doc->article.title);
        dm_clean_inline(&tape);
        if (!tape.changed)
            break;
    }
    text->text = (dm_str){tape.s, tape.n};
    text->n_runs = tape.n_runs;
    text->runs = dm_arena_array(doc->arena, tape.n_runs + 1, sizeof *text->runs);
    if (tape.n_runs)
        memcpy(text->runs, tape.runs, tape.n_runs * sizeof *text->runs);
    text->repairs[DM_REPAIR_QUOTE] += dm_clean_unbalanced(text->text);
}

/* The run that holds a cleaned byte. */
static const dm_run *find_run(const dm_text *text, uint32_t at)
{
    size_t low = 0, high = text->n_runs;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text->runs[middle].clean <= at)
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
    if (start > text->text.n)
        start = (uint32_t)text->text.n;
    if (end > text->text.n)
        end = (uint32_t)text->text.n;
    const dm_run *first = find_run(text, start);
    *raw_start = *raw_end = first->raw + (first->same ? start - first->clean : 0);
    if (start == text->text.n)
        *raw_start = *raw_end = first->raw + first->n_raw;
    if (end <= start)
        return;
    const dm_run *last = find_run(text, end - 1);
    *raw_end = last->raw + (last->same ? end - last->clean : last->n_raw);
}
