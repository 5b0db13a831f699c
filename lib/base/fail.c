/*
 * base/fail.c: statuses and their sentences.
 */
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>

weir_status weir_fail(weir_error *error, weir_status status, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        error->status = status;
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

bool weir_reserved_is_zero(const int64_t *reserved, int count)
{
    for (int i = 0; i < count; i++)
        if (reserved[i] != 0)
            return false;
    return true;
}

weir_status weir_succeed(weir_error *error)
{
    if (error) {
        error->status = WEIR_OK;
        error->message[0] = '\0';
    }
    return WEIR_OK;
}
