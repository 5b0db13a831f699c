/*
 * base/text.h: text that counts on past its end, as snprintf does.
 */
#ifndef WEIR_BASE_TEXT_H
#define WEIR_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* All zero bytes: nothing is written, only counted. */
struct text {
    char *at;
    size_t size; /* room, the final NUL included */
    int64_t length;
};

/* What stands there is always terminated, if there is any room. */
__attribute__((format(printf, 2, 3))) void weir_text_add(struct text *text, const char *format, ...);

#endif
