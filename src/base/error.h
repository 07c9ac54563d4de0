/* error.h: what went wrong, owned by the caller; the first error wins.
 *
 * A function that can fail returns a dm_status and fills the caller's dm_error (which may be NULL).
 * A sentence without a position is not an error: see the gaps of claim.h. */
#ifndef DM_ERROR_H
#define DM_ERROR_H

typedef enum {
    DM_OK = 0,
    DM_USAGE = 2,  /* the caller asked for something that does not exist */
    DM_INPUT = 3,  /* input, model, gazetteer or corpus unusable */
    DM_SYSTEM = 4, /* memory, disk */
} dm_status;

typedef struct {
    dm_status status;
    char text[600]; /* one line for a person: file, line and reason */
} dm_error;

/* Keeps the first error and returns `status`; `format` as in printf. */
dm_status dm_fail(dm_error *error, dm_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
