/*
 * mathematics/witness.h: a net computed number by number, each with a bound on its error in a given precision.
 *
 * The witness knows only the forward equations; derivatives come from going back through every sum and product that was
 * made. Beside each number it carries how far one may be off that was computed in floating point with unit roundoff u,
 * in any order of summation, with functions as exact as kern/math.h states: a running error analysis (docs/math.md,
 * "Error of a pass"). It computes in double, so it is exact to about 1e-14 itself.
 */
#ifndef TEST_MATHEMATICS_WITNESS_H
#define TEST_MATHEMATICS_WITNESS_H

#include <stdint.h>

#include <weir/weir.h>

#include "mathematics/bounded_graph.h"

/* What goes in; arrays as in weir/plan.h, time-major without gaps. */
struct witness_case {
    const weir_layer *layers;
    int64_t layer_count, inputs, rows, steps;
    const int64_t *lengths;                             /* [rows] */
    const double *parameters, *x, *state, *dy, *dstate; /* state NULL: rows start anew */
};

/* What comes out. Free with witness_free. */
struct witness {
    struct bounded *y, *state, *gradient, *dx, *dstate;
};

struct witness witness_run(const struct witness_case *in, double unit_roundoff);
void witness_free(struct witness *witness);

#endif
