/*
 * all/memory.h: how much a plan takes to learn from sequences of some length.
 */
#ifndef BENCH_ALL_MEMORY_H
#define BENCH_ALL_MEMORY_H

#include <weir/plan.h>

#include "work/stack.h"

enum { MEMORY_UNITS = 256, MEMORY_STEPS = 12, MEMORY_CURVES = 4 };

/* One cell's training plans, one row, f32, as many inputs as units, by length. */
struct memory_curve {
    const struct cell *cell;
    int64_t limit; /* bytes; 0: none */
    size_t count;  /* of lengths; a plan that its limit cannot hold ends them */
    int64_t steps[MEMORY_STEPS];
    weir_plan_size sizes[MEMORY_STEPS];
};

/* RNN, GRU, LSTM without a limit, then an LSTM under one. Asked of the library, nothing is run. What does not work ends
   the program. */
struct memory {
    struct memory_curve curves[MEMORY_CURVES];
};
struct memory memory_ask(void);

/* Bytes that a further step adds to what a curve's plans take, and to their tapes; NaN if it has not two lengths. */
double memory_step(const struct memory_curve *curve);
double memory_tape_step(const struct memory_curve *curve);

#endif
