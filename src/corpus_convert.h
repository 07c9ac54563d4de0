/* corpus_convert.h: examples in the formats of annotation tools, there and back without loss.
 *
 *   doccano       JSONL of its relation projects: {"text","entities","relations","demarche"}
 *   label-studio  a JSON list of tasks: {"data":{"text","demarche"},"annotations":[{"result":[…]}]}
 *   prodigy       JSONL of rel.manual: {"text","tokens","spans","relations","meta","demarche","answer"}
 *
 * A mention is an entity (label: actor id); a record is a relation from holder to target (label: "warn ACCUSE"). What
 * a tool has no place for (mentions of no length, topics, speech, mood, source, date …) travels in "demarche"; where
 * the coder changed an entity or a relation, the coder's is right. Offsets are code points. */
#ifndef DM_CORPUS_CONVERT_H
#define DM_CORPUS_CONVERT_H

#include "corpus.h"

typedef enum { DM_TOOL_DOCCANO, DM_TOOL_LABEL_STUDIO, DM_TOOL_PRODIGY, DM_TOOL_N } dm_tool;

const char *dm_tool_name(dm_tool tool);

/* All examples in the tool's format. */
void dm_corpus_export(const dm_corpus *corpus, dm_tool tool, dm_buf *out);

/* Adds the examples of a file of the tool ("-": standard input). Faults as in dm_corpus_read; in a file that is one
 * JSON list, the line is the number of the task. */
dm_status dm_corpus_import(dm_corpus *corpus, dm_tool tool, const char *file, dm_corpus_fault *fault, void *context, dm_error *error);

#endif
