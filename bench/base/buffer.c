/*
 * base/buffer.c: memory for numbers, aligned to a cache line.
 */
#include "base/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

enum { CACHE_LINE = 64 };

void *buffer_try(size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - CACHE_LINE) / size)
        return NULL;
    /* C11 wants a size that is a multiple of the alignment. */
    const size_t bytes = (count * size + CACHE_LINE) / CACHE_LINE * CACHE_LINE;
    void *memory = aligned_alloc(CACHE_LINE, bytes);
    if (memory != NULL)
        memset(memory, 0, bytes);
    return memory;
}

void *buffer_allocate(size_t count, size_t size)
{
    void *memory = buffer_try(count, size);
    if (memory == NULL)
        message_fail("no memory for %zu elements of %zu bytes", count, size);
    return memory;
}
