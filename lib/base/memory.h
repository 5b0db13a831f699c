/*
 * base/memory.h: allocators, and arenas that are first measured, then placed.
 */
#ifndef WEIR_BASE_MEMORY_H
#define WEIR_BASE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

enum { MEMORY_ALIGNMENT = 64 };

/* The C library's. */
extern const weir_allocator weir_default_allocator;

/* 64-byte aligned memory, or NULL; bytes > 0. */
void *weir_allocate(const weir_allocator *allocator, int64_t bytes);
void weir_release(const weir_allocator *allocator, void *memory, int64_t bytes);

/*
 * An object's whole memory is one block, cut by one function that runs twice: with base NULL it only counts (so the
 * byte count told beforehand is the one allocated), with a base it hands out pointers.
 */
struct arena {
    char *base;    /* 64-byte aligned; NULL while measuring */
    int64_t used;  /* bytes, a multiple of MEMORY_ALIGNMENT */
    bool overflow; /* a size did not fit into int64_t */
};

/* Room for count elements of `size` bytes; NULL while measuring. count >= 0. */
void *weir_arena_take(struct arena *arena, int64_t count, int64_t size);

/* Room for rows*columns elements. */
void *weir_arena_take_matrix(struct arena *arena, int64_t rows, int64_t columns, int64_t size);

#endif
