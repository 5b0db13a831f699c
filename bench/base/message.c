/*
 * base/message.c: sentences for the person at the terminal.
 */
#include "base/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 1, 0))) static void print(const char *format, va_list arguments)
{
    fflush(stdout);
    fputs("weir-bench: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void message_warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
}

void message_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(format, arguments);
    va_end(arguments);
    exit(EXIT_FAILURE);
}
