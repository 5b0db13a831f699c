/*
 * base/random.h: random numbers that are the same on every machine.
 */
#ifndef BENCH_BASE_RANDOM_H
#define BENCH_BASE_RANDOM_H

#include <stdint.h>

/* The splitmix64 generator (Steele, Lea & Flood 2014). Any start is a good one. */
struct generator {
    uint64_t state;
};

uint64_t random_next(struct generator *generator);

/* Uniform on [-1, 1), a multiple of 2^-23: zero or far from a denormal, and exact in float. */
double random_signed(struct generator *generator);

/* Uniform on [0, 1), a multiple of 2^-24, and exact in float. */
double random_unit(struct generator *generator);

/* Uniform on 0..limit-1; limit >= 1. */
uint64_t random_below(struct generator *generator, uint64_t limit);

/* Two numbers, each with the normal distribution of mean 0 and variance 1 (Box & Muller 1958). */
void random_normal(struct generator *generator, double pair[2]);

/* Where `index` of 0..count-1 stands in a permutation of them that `key` draws, in any order of asking. */
uint64_t random_place(uint64_t key, uint64_t index, uint64_t count);

#endif
