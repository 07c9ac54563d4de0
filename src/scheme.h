/* scheme.h: a set of labels: labels/positions.json.
 *
 *     {"name": "positions", "labels": ["support","neutral","warn"],
 *      "codes": {"AGREE": "support", "CONSULT": "neutral", …}, "use": "label" or "code"} */
#ifndef DM_SCHEME_H
#define DM_SCHEME_H

#include "base/error.h"
#include "base/str.h"

typedef struct dm_scheme dm_scheme;

dm_scheme *dm_scheme_load(const char *file, dm_error *error);
void dm_scheme_free(dm_scheme *scheme);
const char *dm_scheme_name(const dm_scheme *scheme);
size_t dm_scheme_labels(const dm_scheme *scheme);
const char *dm_scheme_label(const dm_scheme *scheme, size_t i);
bool dm_scheme_uses_code(const dm_scheme *scheme); /* the label of an example is its code */
const char *dm_scheme_position(const dm_scheme *scheme, dm_str code); /* position of a code, or NULL */

#endif
