/*
 * base/random.h: numbers that depend on integers only, the same on every machine.
 */
#ifndef WEIR_BASE_RANDOM_H
#define WEIR_BASE_RANDOM_H

#include <stdint.h>

/* The finaliser of splitmix64 (Steele, Lea & Flood 2014): a bijection that spreads every input bit over all. */
static inline uint64_t weir_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A key for the pair (key, word), to hash a tuple of integers one by one. */
static inline uint64_t weir_mix_in(uint64_t key, uint64_t word)
{
    return weir_mix(key + UINT64_C(0x9E3779B97F4A7C15) * (word + 1));
}

/* A stream of numbers: the splitmix64 generator. */
struct generator {
    uint64_t state;
};

static inline uint64_t weir_next(struct generator *generator)
{
    generator->state += UINT64_C(0x9E3779B97F4A7C15);
    return weir_mix(generator->state);
}

/* Uniform on [0, 1), a multiple of 2^-53. */
static inline double weir_uniform(struct generator *generator)
{
    return (double)(weir_next(generator) >> 11) * 0x1p-53;
}

/* Standard normal (Marsaglia & Bray 1964), with weir_log below. */
double weir_normal(struct generator *generator);

/* Natural logarithm of a positive normal number, to about 1e-15 relative, in operations that IEEE 754 rounds correctly.
 */
double weir_log(double x);

#endif
