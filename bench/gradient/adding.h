/*
 * gradient/adding.h: the adding problem (Hochreiter & Schmidhuber 1997, in the form of Le et al. 2015): a sequence of
 * pairs, a number from U[0, 1) and a mark, which is 1 at one step of the first half and at one of the second, else 0.
 * The answer, after the last step, is the sum of the two marked numbers. Whoever answers 1 is off by 1/6 in the mean
 * square: that is what having learned nothing scores.
 */
#ifndef BENCH_GRADIENT_ADDING_H
#define BENCH_GRADIENT_ADDING_H

#include <stdint.h>

#include "base/random.h"

enum { ADDING_INPUTS = 2, ADDING_LEAST_STEPS = 2 };

/* Mean squared errors: of a net that has solved it, and of one that has learned nothing. */
#define ADDING_SOLVED 0.01
#define ADDING_NOTHING (1.0 / 6.0)

/* Draws `rows` sequences: x [steps][rows][2], target [rows]. Every number is exact in float. */
void adding_draw(struct generator *generator, int64_t rows, int64_t steps, double *x, double *target);

#endif
