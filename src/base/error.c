#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

dm_status dm_fail(dm_error *error, dm_status status, const char *format, ...)
{
    if (!error || error->status != DM_OK)
        return status;
    error->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return status;
}
