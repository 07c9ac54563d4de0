/* corpus_parts.h: what the files of the corpus room share. */
#ifndef DM_CORPUS_PARTS_H
#define DM_CORPUS_PARTS_H

#include "corpus.h"

#include <jansson.h>

typedef struct {
    dm_corpus *corpus;
    const char *file;
    const dm_corpus_fields *fields;
    dm_corpus_fault *fault;
    void *context;
    dm_error *error;
    size_t line;
    bool stopped;
} dm_corpus_reading;

/* The passage of the compact text form that is being read. */
typedef struct {
    dm_str source, date, theme;
    dm_buf before; /* text of the passage so far */
    size_t n;      /* sentences of the passage so far */
    dm_example *example;
    size_t record_capacity;
} dm_passage;

dm_example *dm_corpus_new_example(dm_corpus_reading *r);
dm_str dm_corpus_keep(dm_corpus_reading *r, const char *s, size_t n);

void dm_corpus_report_fault(dm_corpus_reading *r, const char *what); /* may set stopped */

/* The example as a line of training/ (new reference), and back. */
json_t *dm_corpus_to_json(const dm_example *example);
const char *dm_corpus_json_object(dm_corpus_reading *r, const json_t *object);
void dm_json_line(json_t *object, dm_buf *out); /* compact, no line end; takes the reference */

/* One line; NULL, or what is wrong with it. */
const char *dm_corpus_json_line(dm_corpus_reading *r, dm_str line);
const char *dm_corpus_text_line(dm_corpus_reading *r, dm_passage *p, dm_str line);

#endif
