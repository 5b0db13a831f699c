/*
 * gradient/starts.h: how nets begin: every way in which the library draws weights, for each cell that it suits.
 */
#ifndef BENCH_GRADIENT_STARTS_H
#define BENCH_GRADIENT_STARTS_H

#include <stdbool.h>
#include <stddef.h>

#include <weir/net.h>

#include "work/stack.h"

enum { START_NAME = 32 };

struct start {
    const struct cell *cell;
    char name[START_NAME];
    weir_init_scheme scheme;
    weir_keep_bias keep_bias;
    double keep_value; /* WEIR_KEEP_BIAS_CHRONO: filled in by the length */
    bool learns;       /* the one that a training of this cell begins with */
};

/* All of them, cell by cell. */
extern const struct start starts[];
extern const size_t starts_count;

/* A net of one recurrent layer and a linear output, drawn so, for sequences of so many steps; what does not work ends
   the program. */
weir_net *start_net(const struct start *start, weir_precision precision, int64_t hidden, int64_t steps, uint64_t seed);

#endif
