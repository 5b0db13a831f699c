/*
 * base/text.c: text that counts on past its end.
 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

void weir_text_add(struct text *text, const char *format, ...)
{
    const size_t left = (size_t)text->length < text->size ? text->size - (size_t)text->length : 0;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(left ? text->at + text->length : NULL, left, format, arguments);
    va_end(arguments);
    text->length += length > 0 ? length : 0;
}
