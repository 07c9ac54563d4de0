#include "train_card.h"

#include <stdlib.h>

static double percent(const json_t *o, const char *name) { return 100 * json_number_value(json_object_get(o, name)); }

static void add_interval(dm_buf *out, const char *name, const json_t *figure)
{
    dm_buf_format(out, "| %s | %.1f | %.1f–%.1f |\n", name, percent(figure, "value"), percent(figure, "low"), percent(figure, "high"));
}

static void add_stance(dm_buf *out, const json_t *stance)
{
    const char *label;
    json_t *o, *point;
    size_t i;
    dm_buf_format(out, "\n## Which position (%lld held-out examples, holder and target given)\n\n| per cent | | 95 %% interval |\n|---|---|---|\n",
        (long long)json_integer_value(json_object_get(stance, "n")));
    add_interval(out, "accuracy", json_object_get(stance, "accuracy"));
    add_interval(out, "macro F1", json_object_get(stance, "macro_f1"));
    add_interval(out, "calibration error", json_object_get(stance, "calibration_error"));
    dm_buf_format(out, "\n| label | examples | precision | recall | F1 |\n|---|---|---|---|---|\n");
    json_object_foreach(json_object_get(stance, "labels"), label, o)
        dm_buf_format(out, "| %s | %lld | %.1f | %.1f | %.1f |\n", label, (long long)json_integer_value(json_object_get(o, "gold")),
            percent(o, "precision"), percent(o, "recall"), percent(o, "f1"));
    dm_buf_format(out, "\nIf only the most confident are answered:\n\n| answered | wrong among them | confidence from |\n|---|---|---|\n");
    json_array_foreach(json_object_get(stance, "risk_coverage"), i, point)
        if (i % 5 == 4)
            dm_buf_format(out, "| %.0f %% | %.1f %% | %.2f |\n", 100 * json_number_value(json_array_get(point, 0)),
                100 * json_number_value(json_array_get(point, 1)), json_number_value(json_array_get(point, 2)));
}

static void add_detector(dm_buf *out, const json_t *detector)
{
    if (!detector)
        return;
    dm_buf_format(out, "\n## Position or none (%lld held-out pairs of actors, %lld with a position)\n\nprecision %.1f, recall %.1f, F1 %.1f at probability %.2f.\n",
        (long long)json_integer_value(json_object_get(detector, "pairs")), (long long)json_integer_value(json_object_get(detector, "with_position")),
        percent(detector, "precision"), percent(detector, "recall"), percent(detector, "f1"), json_number_value(json_object_get(detector, "threshold")));
}

static void add_list(dm_buf *out, const char *title, const json_t *object)
{
    const char *name;
    json_t *value;
    dm_buf_format(out, "\n## %s\n\n| | |\n|---|---|\n", title);
    json_object_foreach((json_t *)(uintptr_t)object, name, value) {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        dm_buf_format(out, "| %s | %s |\n", name, text ? text : "");
        free(text);
    }
}

dm_str dm_train_card(dm_arena *arena, const char *name, const json_t *report)
{
    dm_buf out = {.arena = arena};
    size_t i;
    json_t *warning, *warnings = json_object_get(report, "warnings");
    dm_buf_format(&out, "# Model card: %s\n\nThe figures are of cross-validation: each example was judged by machines that had not learnt from its source.\n", name);
    add_stance(&out, json_object_get(report, "stance"));
    add_detector(&out, json_object_get(report, "detector"));
    add_list(&out, "Data", json_object_get(report, "counts"));
    add_list(&out, "Options", json_object_get(report, "options"));
    if (json_array_size(warnings))
        dm_buf_format(&out, "\n## Warnings\n\n");
    json_array_foreach(warnings, i, warning)
        dm_buf_format(&out, "- %s\n", json_string_value(warning));
    return dm_buf_view(&out);
}
