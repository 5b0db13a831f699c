/*
 * contract/heap_calls.c: counting calls for memory.
 */
#undef _FILE_OFFSET_BITS /* with it, mmap would be another name of mmap64 */

#include "contract/heap_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What glibc's own malloc is also called, so that it can be passed on to before dlsym works. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *memory, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);
void __libc_free(void *memory);

static atomic_long calls;

long heap_calls(void) { return atomic_load(&calls); }

static void count(void) { atomic_fetch_add(&calls, 1); }

/* Counts, and finds the C library's function of that name; `function` is where its address goes. */
static void count_and_find(const char *name, void *function)
{
    count();
    void *const found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found); /* ISO C knows no cast from an object's address to a function's */
}

void *malloc(size_t bytes)
{
    count();
    return __libc_malloc(bytes);
}

void *calloc(size_t members, size_t bytes)
{
    count();
    return __libc_calloc(members, bytes);
}

void *realloc(void *memory, size_t bytes)
{
    count();
    return __libc_realloc(memory, bytes);
}

void free(void *memory)
{
    count();
    __libc_free(memory);
}

void *memalign(size_t alignment, size_t bytes)
{
    count();
    return __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    count();
    return __libc_memalign(alignment, bytes);
}

int posix_memalign(void **memory, size_t alignment, size_t bytes)
{
    count();
    void *got = __libc_memalign(alignment, bytes);
    if (!got)
        return ENOMEM;
    *memory = got;
    return 0;
}

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset)
{
    void *(*next)(void *, size_t, int, int, int, off_t);
    count_and_find("mmap", &next);
    return next(address, bytes, protection, flags, file, offset);
}

void *mmap64(void *address, size_t bytes, int protection, int flags, int file, off64_t offset)
{
    void *(*next)(void *, size_t, int, int, int, off64_t);
    count_and_find("mmap64", &next);
    return next(address, bytes, protection, flags, file, offset);
}

int munmap(void *address, size_t bytes)
{
    int (*next)(void *, size_t);
    count_and_find("munmap", &next);
    return next(address, bytes);
}

int brk(void *end)
{
    int (*next)(void *);
    count_and_find("brk", &next);
    return next(end);
}

void *sbrk(intptr_t by)
{
    void *(*next)(intptr_t);
    count_and_find("sbrk", &next);
    return next(by);
}
