/* demarche.h: the library for other programs. An example that compiles is docs/example.c.
 *
 *     char message[DEMARCHE_MESSAGE];
 *     demarche *d = demarche_open("positions.model", "labels/actors", message);
 *     char *records = demarche_classify(d, text, strlen(text), "my-id", "2022-03-18", message);
 *     …one line of JSON a position…
 *     demarche_free(records);
 *     demarche_close(d);
 *
 * Nothing is printed, nothing exits, there is no global state: a demarche may be used by one thread at a time, two of
 * them by two threads. Strings are UTF-8. What a function returns to be freed is freed by demarche_free. */
#ifndef DEMARCHE_H
#define DEMARCHE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DEMARCHE_MESSAGE = 600 }; /* bytes of a message: one line for a person */

typedef struct demarche demarche;

const char *demarche_version(void); /* "0.1.0" */

/* Opens a model file and a folder with the gazetteer of actors. NULL, and the reason in `message`, if one of them
 * cannot be used. */
demarche *demarche_open(const char *model, const char *actors, char message[DEMARCHE_MESSAGE]);
void demarche_close(demarche *d); /* NULL is allowed */

/* The positions of one article as lines of JSON (the record format), NUL-terminated; "" if it has none. `date` is
 * YYYY-MM-DD or "" (it decides who held which office), `id` names the article in the records. `text` may be as broken
 * as the web makes it, at most 64 MiB. NULL, and the reason in `message`, on failure. */
char *demarche_classify(demarche *d, const char *text, size_t bytes, const char *id, const char *date, char message[DEMARCHE_MESSAGE]);

/* The position of a given holder towards a given target: bytes [start, end) of the sentence; start = end: not in it.
 * Returns the label (the model's, until demarche_close) and its probability, or NULL on failure. */
typedef struct {
    size_t start, end;
} demarche_span;
const char *demarche_position(demarche *d, const char *sentence, size_t bytes, demarche_span holder, demarche_span target, double *probability,
    char message[DEMARCHE_MESSAGE]);

void demarche_free(char *records);

#ifdef __cplusplus
}
#endif

#endif
