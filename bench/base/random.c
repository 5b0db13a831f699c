/*
 * base/random.c: random numbers that are the same on every machine.
 */
#include "base/random.h"

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
