/* record.h: one position, ready to be written: a flat line of JSON with every field always there, in fixed order.
 *
 *     v id doc sent start end raw_start raw_end text · date date_by source url title
 *     holder holder_name holder_kind holder_person holder_text holder_start holder_end holder_via · target… ·
 *     topic · label p_support p_neutral p_warn p_none conf abstain · speech cue speaker mood negated ·
 *     story dup · by why model actors
 *
 * An unknown number is null in the file; here it is -1 where it counts something and NAN where it is a probability. */
#ifndef DM_RECORD_H
#define DM_RECORD_H

#include "base/error.h"
#include "base/str.h"

#include <stdio.h>

enum { DM_RECORD_VERSION = 1 };

typedef struct {
    dm_str id;     /* "" : none (empty target) */
    dm_str name;   /* display name */
    dm_str kind;   /* state igo group person company organisation */
    dm_str person; /* PER:… or "" */
    dm_str text;   /* as it stands in the sentence */
    int64_t start, end; /* code points of the cleaned text, -1: null (not in the text) */
    dm_str via;
} dm_party;

typedef struct {
    dm_str id, doc;
    int64_t sent; /* number of the sentence, from 0 */
    int64_t start, end;         /* the sentence, code points of the cleaned text */
    int64_t raw_start, raw_end; /* the sentence, bytes of the original */
    dm_str text;                /* the cleaned sentence */
    dm_str date, date_by, source, url, title;
    dm_party holder, target;
    dm_str topic;
    dm_str label; /* support neutral warn, or a user scheme's */
    double p_support, p_neutral, p_warn, p_none, conf;
    bool abstain;
    dm_str speech, cue, speaker, mood;
    bool negated;
    dm_str story;
    int64_t dup; /* copies of this story seen before, 0: the first */
    dm_str by, why, model, actors;
} dm_record;

/* Appends the record as one JSON line with its line feed; numbers with 6 decimals, independent of locale. Bytes that
 * are no UTF-8 become U+FFFD. */
void dm_record_write(const dm_record *record, dm_buf *out);

/* Parses one line (without line feed). Strings live in the arena. Unknown fields are ignored, missing ones are empty;
 * `where` ("records.jsonl:12") opens the message. DM_INPUT: no JSON, a field of the wrong type, a later version. */
dm_status dm_record_parse(dm_str line, const char *where, dm_arena *arena, dm_record *record, dm_error *error);

/* The two halves of writing JSON by hand, for the other rooms that do: a string with its quotation marks, and a
 * number with 6 decimals (null for NAN and what lies beyond 1e12). */
void dm_json_text(dm_buf *out, dm_str text);
void dm_json_number(dm_buf *out, double x);

#endif
