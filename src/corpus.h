/* corpus.h: labelled examples: plain pairs and whole annotated sentences, from JSONL or from the compact text form.
 *
 *     @ asia-001 | 2019-03-04 | wire | trade
 *     [China|CHN] on Tuesday accused [the United States|USA] of bullying.
 *     > CHN USA warn ACCUSE
 *
 * is one passage with one sentence, two mentions and one record;
 *
 *     @ law | 2000-01-01 | wire | law
 *     = law-1 warn REQUEST: [H Amnesty] urged [T the government] to free the men.
 *
 * is one pair (holder, target, label, code), its own source. Offsets in JSONL are code points; here they are
 * bytes of `text`. A mention of no length ([=CHN]) stands for a speaker or a left-out subject. */
#ifndef DM_CORPUS_H
#define DM_CORPUS_H

#include "base/error.h"
#include "doc.h"

typedef struct {
    uint32_t start, end; /* bytes of the text */
    dm_str id;           /* actor; empty in pairs */
} dm_label_mention;

typedef struct {
    int holder, target; /* indexes of mentions, -1: none */
    dm_str label, code, topic, speech, mood;
} dm_label_record;

typedef struct {
    bool pair;  /* holder and target given, nothing else known of the sentence */
    bool extra; /* of another corpus that helps: teaches, but is never judged */
    dm_str id;
    dm_str source; /* examples of one source never stand in two folds */
    dm_str theme;  /* "register/theme" of the passage, or empty */
    dm_str text, before, date;
    dm_label_mention *mentions;
    size_t n_mentions;
    dm_label_record *records;
    size_t n_records;
    const char *file;
    size_t line;
} dm_example;

typedef struct {
    dm_arena *arena;
    dm_example *examples;
    size_t n, capacity;
} dm_corpus;

typedef struct {
    const char *label; /* field with the label, NULL: "label" */
    const char *text, *holder, *target; /* other people's names of the fields, NULL: ours */
    const char *code; /* of pairs: field with a finer label, NULL: "code" */
} dm_corpus_fields;

/* Called for each fault in a file; returning false stops the reading with DM_INPUT. */
typedef bool dm_corpus_fault(void *context, const char *file, size_t line, const char *what);

/* Adds the examples of a file ("-": standard input), JSONL or compact text (told from the content).
 * A line that cannot be used is a fault; `fault` NULL: the first one is the error. */
dm_status dm_corpus_read(dm_corpus *corpus, const char *file, const dm_corpus_fields *fields, dm_corpus_fault *fault,
    void *context, dm_error *error);

/* Adds the example of one line of JSONL. Returns NULL, or what is wrong with the line (nothing is added). */
const char *dm_corpus_line(dm_corpus *corpus, dm_str line, const dm_corpus_fields *fields);

/* One line of JSON for an example, as in training/ (whole) or in the pairs format. */
void dm_corpus_write(const dm_example *example, dm_buf *out);

/* Tells every two examples whose word 4-grams are alike (Jaccard) by at least `resemblance`; `first` came before. */
typedef void dm_corpus_twin(void *context, const dm_example *first, const dm_example *second, double alike);
void dm_corpus_twins(const dm_corpus *corpus, double resemblance, dm_corpus_twin *twin, void *context);

/* Record `k` of an example as a claim of its document. */
dm_claim dm_corpus_claim(const dm_example *example, size_t k);

/* The example as a document of one sentence with its mentions in place, ready for claim and feature. */
void dm_corpus_to_doc(const dm_example *example, dm_doc *doc);

#endif
