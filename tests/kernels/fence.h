/*
 * kernels/fence.h: memory between two pages that may not be touched, and what it should hold.
 *
 * An array lies at either end of its fence, so that reading or writing one number too many is a fault; cmocka reports
 * it as a failure of the test. All the rest, gaps within the array too, is filled with guards: bytes of ones, which are
 * NaN where they are taken for numbers. Beside the memory there is what it should look like after a kernel ran: guards,
 * what was put in, and what is expected to come out; a check compares all of it, byte by byte.
 */
#ifndef TEST_KERNELS_FENCE_H
#define TEST_KERNELS_FENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/real.h"

/* Begins on a page, or ends on one, and then has any alignment. */
enum place { AT_START, AT_END };

struct fence {
    unsigned char *memory; /* behind the first page that may not be touched */
    unsigned char *expected;
    int64_t bytes;               /* of each, up to the second such page */
    int64_t window, window_size; /* the bytes that are used, and some beside */
    int64_t array;               /* where the array begins, in bytes */
};

/* Room for arrays of up to `count` numbers. */
void fence_open(struct fence *fence, int64_t count);
void fence_close(struct fence *fence);

/* An array of nothing but guards. */
real *fence_place(struct fence *fence, enum place place, int64_t count);

/* Number i of the array: set, and expected to stay; what it holds; expected to come out. */
void fence_put(struct fence *fence, int64_t i, real number);
real fence_get(const struct fence *fence, int64_t i);
void fence_expect(struct fence *fence, int64_t i, real number);

/* Fails the test unless all is as expected. `what` is as for printf, and is only looked at then. */
__attribute__((format(printf, 2, 3))) void fence_check(const struct fence *fence, const char *what, ...);

/* Whether two numbers have the same bits. */
bool same_bits(real a, real b);

#endif
