/* report.h: a tally → pages for a reader. One model (dm_report), sorted and with its shares, and a writer a form:
 *
 *     report_text.c  terminal      report_md.c  report.md      report_csv.c  countries.csv dyads.csv timeline.csv
 *     report_json.c  report.json   (index.html with pictures is a later issue and is not written yet)
 *
 * By country a block is an actor: its positions, and what others say about it. By source or month a block is an
 * outlet or a month with all dyads in it. Blocks and rows go by count, then by id, months by time; nothing depends
 * on the order of the input.
 *
 * A share stands with its Wilson score interval (95 %): E. B. Wilson, "Probable Inference, the Law of Succession,
 * and Statistical Inference", JASA 22 (1927), 209-212. Shares are of decided positions; what could not be decided is
 * counted beside them. They are plain counts, not yet corrected for the errors of the classifier.
 *
 * Everything lives in one arena, the caller's; a writer appends to a dm_buf and may leave through its arena's guard. */
#ifndef DM_REPORT_H
#define DM_REPORT_H

#include "base/table.h"
#include "tally.h"

typedef struct {
    double share, low, high; /* NAN: of nothing */
} dm_share;

dm_share dm_share_of(uint64_t n, uint64_t total);

/* One dyad of one group. */
typedef struct {
    const dm_tally_dyad *dyad;
    const dm_tally_actor *holder, *target; /* target NULL: none */
    uint64_t n;                            /* decided */
    uint64_t undecided;
    uint64_t *count;                       /* by label, as dm_report.labels */
    const dm_tally_mark **mark;            /* by label; NULL: no such record */
    const dm_tally_mark *open;             /* of what was not decided, or NULL */
    dm_str first, last;                    /* dates, "" unknown */
} dm_report_row;

typedef struct {
    dm_str id, name, kind;
    const dm_report_row **own; /* holder is this actor, or group is this one; most reported first */
    size_t n_own;
    const dm_report_row **about; /* target is this actor (by country only) */
    size_t n_about;
    uint64_t n, undecided, n_about_records;
    uint64_t *count; /* by label */
    size_t n_docs;
    dm_str first, last;
} dm_report_block;

typedef struct {
    dm_tally_view view;
    bool by_country;
    dm_str *labels; /* support, neutral, warn, then others in byte order; "" (not decided) is none of them */
    size_t n_labels;
    dm_report_row *rows; /* as view.dyads */
    size_t n_rows;
    dm_report_block *blocks;
    size_t n_blocks;
    uint64_t n, undecided;
    size_t n_docs;
    dm_str first, last;
} dm_report;

/* `entity`: show only the block of this actor (by country), or NULL. */
void dm_report_make(const dm_tally *tally, const char *entity, dm_arena *arena, dm_report *report);

dm_str dm_report_name(const dm_tally_actor *actor); /* its name, else its id; NULL: "no target" */

/* ---- writers --------------------------------------------------------------------------------------------- */
typedef struct {
    bool colour;
    size_t width;    /* columns, 0: 80 */
    size_t evidence; /* sentences a position, 0: 1 */
} dm_report_style;

void dm_report_text(const dm_report *report, const dm_report_style *style, dm_buf *out);
void dm_report_md(const dm_report *report, dm_buf *out);
void dm_report_countries_csv(const dm_report *report, dm_buf *out); /* RFC 4180, UTF-8 without byte order mark */
void dm_report_dyads_csv(const dm_report *report, dm_buf *out);
void dm_report_timeline_csv(const dm_report *report, dm_buf *out);
dm_status dm_report_json(const dm_report *report, dm_buf *out, dm_error *error); /* DM_SYSTEM: Jansson out of memory */

/* ---- text that may come from anywhere --------------------------------------------------------------------- */
/* Appends text on one line and harmless to a terminal: line ends and tabs become blanks, other control characters,
 * escapes and characters that reverse the direction of writing become U+FFFD, invisible ones go. */
void dm_plain_text(dm_buf *out, dm_str text);
size_t dm_text_width(dm_str text); /* terminal columns */

#endif
