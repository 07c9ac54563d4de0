#include "scheme.h"

#include "base/load.h"

#include <jansson.h>
#include <stdlib.h>

struct dm_scheme {
    json_t *root;
    const json_t *labels, *codes;
};

static const char *fault_of(const dm_scheme *s)
{
    if (!json_is_object(s->root) || !json_is_string(json_object_get(s->root, "name")))
        return "a scheme needs a name";
    if (json_array_size(s->labels) < 1 || json_array_size(s->labels) > 50)
        return "a scheme has 1 to 50 labels";
    for (size_t i = 0; i < json_array_size(s->labels); i++)
        if (!json_is_string(json_array_get(s->labels, i)))
            return "each label is a string";
    return NULL;
}

dm_scheme *dm_scheme_load(const char *file, dm_error *error)
{
    dm_scheme *s = calloc(1, sizeof *s);
    json_error_t where;
    if (!s) {
        dm_fail(error, DM_SYSTEM, "out of memory");
        return NULL;
    }
    s->root = json_load_file(file, JSON_REJECT_DUPLICATES, &where);
    s->labels = json_object_get(s->root, "labels");
    s->codes = json_object_get(s->root, "codes");
    const char *wrong = s->root ? fault_of(s) : where.text;
    if (!wrong)
        return s;
    dm_fail(error, DM_INPUT, "%s:%d: %s", file, s->root ? 1 : where.line, wrong);
    dm_scheme_free(s);
    return NULL;
}

void dm_scheme_free(dm_scheme *s)
{
    if (!s)
        return;
    json_decref(s->root);
    free(s);
}

const char *dm_scheme_name(const dm_scheme *s) { return json_string_value(json_object_get(s->root, "name")); }
size_t dm_scheme_labels(const dm_scheme *s) { return json_array_size(s->labels); }
const char *dm_scheme_label(const dm_scheme *s, size_t i) { return json_string_value(json_array_get(s->labels, i)); }

bool dm_scheme_uses_code(const dm_scheme *s)
{
    const char *use = json_string_value(json_object_get(s->root, "use"));
    return use && strcmp(use, "code") == 0;
}

const char *dm_scheme_position(const dm_scheme *s, dm_str code)
{
    return json_string_value(json_object_getn(s->codes, code.s ? code.s : "", code.n));
}
