/* cmd_drift.h: demarche evaluate --unlabelled. */
#ifndef DM_CMD_DRIFT_H
#define DM_CMD_DRIFT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const char *model, *actors; /* files, as given or shipped */
    const char *text, *holder, *target; /* fields, or NULL */
    bool json;
    uint64_t seed;
    unsigned rounds;
    size_t skipped; /* counts inputs that could not be read, each named */
} drift_arguments;

/* Articles where the model tells position from none, else JSONL lines as for predict. Prints to standard output. */
dm_status drift_command(drift_arguments *a, const char *const *inputs, size_t n, dm_error *error);

#endif
