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

#endif
