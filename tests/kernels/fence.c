/*
 * kernels/fence.c: memory between two pages that may not be touched.
 */
#include "kernels/fence.h"

#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes beside an array that are looked at too. */
enum { MARGIN = 256, GUARD = 0xff };

static int64_t page_size(void) { return (int64_t)sysconf(_SC_PAGESIZE); }

void fence_open(struct fence *fence, int64_t count)
{
    const int64_t page = page_size(), bytes = count * (int64_t)sizeof(real) + MARGIN;
    *fence = (struct fence){.bytes = (bytes + page - 1) / page * page};
    unsigned char *all = mmap(NULL, (size_t)(fence->bytes + 2 * page), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(all != MAP_FAILED);
    fence->memory = all + page;
    assert_int_equal(mprotect(fence->memory, (size_t)fence->bytes, PROT_READ | PROT_WRITE), 0);
    fence->expected = malloc((size_t)fence->bytes);
    assert_non_null(fence->expected);
}

void fence_close(struct fence *fence)
{
    const int64_t page = page_size();
    if (fence->memory)
        munmap(fence->memory - page, (size_t)(fence->bytes + 2 * page));
    free(fence->expected);
    *fence = (struct fence){0};
}

real *fence_place(struct fence *fence, enum place place, int64_t count)
{
    const int64_t bytes = count * (int64_t)sizeof(real);
    assert_true(bytes + MARGIN <= fence->bytes);
    fence->window_size = bytes + MARGIN;
    fence->window = place == AT_START ? 0 : fence->bytes - fence->window_size;
    fence->array = place == AT_START ? 0 : fence->bytes - bytes;
    memset(fence->memory + fence->window, GUARD, (size_t)fence->window_size);
    memset(fence->expected + fence->window, GUARD, (size_t)fence->window_size);
    return (real *)(void *)(fence->memory + fence->array);
}

static unsigned char *number_at(const struct fence *fence, unsigned char *bytes, int64_t i)
{
    return bytes + fence->array + i * (int64_t)sizeof(real);
}

void fence_expect(struct fence *fence, int64_t i, real number)
{
    memcpy(number_at(fence, fence->expected, i), &number, sizeof number);
}

void fence_put(struct fence *fence, int64_t i, real number)
{
    memcpy(number_at(fence, fence->memory, i), &number, sizeof number);
    fence_expect(fence, i, number);
}

real fence_get(const struct fence *fence, int64_t i)
{
    real number;
    memcpy(&number, number_at(fence, fence->memory, i), sizeof number);
    return number;
}

/* Fails, with the first number that is not what it should be. */
static void report(const struct fence *fence, const char *what)
{
    const int64_t size = (int64_t)sizeof(real), first = (fence->window - fence->array) / size;
    for (int64_t i = first; i < first + fence->window_size / size; i++) {
        const unsigned char *ours = number_at(fence, fence->memory, i), *other = number_at(fence, fence->expected, i);
        real numbers[2];
        memcpy(&numbers[0], ours, sizeof(real));
        memcpy(&numbers[1], other, sizeof(real));
        if (!same_bits(numbers[0], numbers[1]))
            fail_msg("%s[%lld] is %a, not %a (a guard is %a)", what, (long long)i, (double)numbers[0],
                     (double)numbers[1], -__builtin_nan(""));
    }
    fail_msg("%s: bytes beside it were written", what);
}

void fence_check(const struct fence *fence, const char *what, ...)
{
    if (memcmp(fence->memory + fence->window, fence->expected + fence->window, (size_t)fence->window_size) == 0)
        return;
    char text[200];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    report(fence, text);
}

bool same_bits(real a, real b) { return memcmp(&a, &b, sizeof a) == 0; }
