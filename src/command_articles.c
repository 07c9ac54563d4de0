#include "command_articles.h"

#include "classify.h"
#include "command.h"
#include "reader.h"

dm_status command_articles(const char *command, const dm_gazetteer *gazetteer, const char *const *inputs, size_t n, const char *date,
    command_article *take, void *context, size_t *skipped, dm_error *error)
{
    const dm_reader_options options = {.date = date};
    dm_reader *reader = dm_reader_open(inputs, n, &options, error);
    dm_arena *arena = dm_arena_new();
    volatile dm_status status = !reader ? error->status : arena ? DM_OK : dm_fail(error, DM_SYSTEM, "out of memory");
    while (status == DM_OK) {
        dm_doc doc = {.arena = arena};
        dm_skip skip;
        dm_arena_reset(arena);
        if (setjmp(*dm_arena_guard(arena))) {
            status = dm_fail(error, DM_SYSTEM, "out of memory");
            break;
        }
        dm_read got = dm_reader_next(reader, &doc, &skip, error);
        if (got == DM_READ_END)
            break;
        if (got == DM_READ_FAILED) {
            status = error->status;
        } else if (got == DM_READ_SKIPPED && !skipped) {
            status = dm_fail(error, DM_INPUT, "%.*s: %s", DM_ARG(skip.input), skip.reason);
        } else if (got == DM_READ_SKIPPED) {
            ++*skipped;
            command_say(command, "%.*s: skipped: %s", DM_ARG(skip.input), skip.reason);
        } else {
            dm_classify_read(gazetteer, &doc);
            take(context, &doc);
        }
    }
    dm_arena_free(arena);
    dm_reader_close(reader);
    return status;
}
