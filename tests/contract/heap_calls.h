/*
 * contract/heap_calls.h: how often a program asks for memory or gives it back.
 *
 * heap_calls.c defines malloc and its family, mmap, mmap64, munmap, brk and sbrk for the whole program, shared
 * libraries included, passes them on to the C library, and counts. glibc only; not with a sanitizer, which does the
 * same.
 */
#ifndef TEST_CONTRACT_HEAP_CALLS_H
#define TEST_CONTRACT_HEAP_CALLS_H

/* Calls of all threads since the program began. */
long heap_calls(void);

#endif
