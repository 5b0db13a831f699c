/*
 * base/memory.c: allocators and arenas.
 */
#include "base/memory.h"

#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* From so many bytes on, large pages pay: a step of a large layer reads more small ones than a CPU can remember. */
enum { LARGE_PAGE = 1 << 21, LARGE_BLOCK = 2 * LARGE_PAGE };

/* Asks for large pages, which the system may refuse. */
static void *allocate_large(size_t bytes)
{
    void *memory = aligned_alloc(LARGE_PAGE, (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE);
#if defined(MADV_HUGEPAGE)
    if (memory)
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

static void *allocate_from_library(void *context, size_t bytes, size_t alignment)
{
    (void)context;
    return bytes >= LARGE_BLOCK ? allocate_large(bytes) : aligned_alloc(alignment, bytes);
}

static void release_to_library(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)bytes;
    free(memory);
}

const weir_allocator weir_default_allocator = {allocate_from_library, release_to_library, NULL};

void *weir_allocate(const weir_allocator *allocator, int64_t bytes)
{
    if ((uint64_t)bytes > SIZE_MAX)
        return NULL;
    return allocator->allocate(allocator->context, (size_t)bytes, MEMORY_ALIGNMENT);
}

void weir_release(const weir_allocator *allocator, void *memory, int64_t bytes)
{
    if (memory)
        allocator->release(allocator->context, memory, (size_t)bytes);
}

void *weir_arena_take(struct arena *arena, int64_t count, int64_t size)
{
    int64_t bytes, end;
    if (arena->overflow || __builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, (int64_t)(MEMORY_ALIGNMENT - 1), &bytes) ||
        __builtin_add_overflow(arena->used, bytes / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT, &end)) {
        arena->overflow = true;
        return NULL;
    }
    void *taken = arena->base ? arena->base + arena->used : NULL;
    arena->used = end;
    return taken;
}

void *weir_arena_take_matrix(struct arena *arena, int64_t rows, int64_t columns, int64_t size)
{
    int64_t count;
    if (__builtin_mul_overflow(rows, columns, &count)) {
        arena->overflow = true;
        return NULL;
    }
    return weir_arena_take(arena, count, size);
}
