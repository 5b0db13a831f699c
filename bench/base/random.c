/*
 * base/random.c: random numbers that are the same on every machine.
 */
#include "base/random.h"

#include <math.h>

uint64_t random_next(struct generator *generator)
{
    uint64_t z = generator->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double random_signed(struct generator *generator) { return (double)(random_next(generator) >> 40) * 0x1p-23 - 1.0; }

double random_unit(struct generator *generator) { return (double)(random_next(generator) >> 40) * 0x1p-24; }

uint64_t random_below(struct generator *generator, uint64_t limit)
{
    /* Numbers under `refused` would make the small remainders more frequent (Lemire 2019 explains it well). */
    const uint64_t refused = (UINT64_MAX - limit + 1) % limit;
    uint64_t number;
    do
        number = random_next(generator);
    while (number < refused);
    return number % limit;
}

void random_normal(struct generator *generator, double pair[2])
{
    /* In (0, 1], and an angle. */
    const double radius = sqrt(-2.0 * log((double)((random_next(generator) >> 11) + 1) * 0x1p-53));
    const double angle = (double)(random_next(generator) >> 11) * 0x1p-53 * 6.283185307179586;
    pair[0] = radius * cos(angle);
    pair[1] = radius * sin(angle);
}

enum { ROUNDS = 8 };

/* A Feistel network: whatever the function of a round, it is a permutation of the numbers of 2 * half bits. */
static uint64_t permute(uint64_t key, uint64_t number, unsigned half)
{
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    uint64_t left = number >> half, right = number & mask;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct generator generator = {.state = key};
        generator.state = random_next(&generator) + round;
        generator.state = random_next(&generator) + right;
        const uint64_t next = left ^ (random_next(&generator) & mask);
        left = right;
        right = next;
    }
    return left << half | right;
}

uint64_t random_place(uint64_t key, uint64_t index, uint64_t count)
{
    unsigned half = 1;
    while (half < 32 && (count - 1) >> (2 * half) != 0)
        half++;
    /* Numbers past the end are followed until they come back (Black & Rogaway 2002): still a permutation. */
    do
        index = permute(key, index, half);
    while (index >= count);
    return index;
}
