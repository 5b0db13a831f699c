/*
 * base/buffer.h: memory for numbers, aligned to a cache line.
 */
#ifndef BENCH_BASE_BUFFER_H
#define BENCH_BASE_BUFFER_H

#include <stddef.h>

/* `count` elements of `size` bytes, all zero; free() them. NULL if there is no memory for them. */
void *buffer_try(size_t count, size_t size);

/* The same; without memory it ends the program with a sentence. */
void *buffer_allocate(size_t count, size_t size);

#endif
