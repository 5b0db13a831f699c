/*
 * mathematics/suffix.h: one row of a lab, cut a few steps before its end: those steps are a run of their own.
 */
#ifndef TEST_MATHEMATICS_SUFFIX_H
#define TEST_MATHEMATICS_SUFFIX_H

#include "mathematics/lab.h"

#define suffix_r REAL_PUBLIC(suffix)
#define suffix_open_r REAL_PUBLIC(suffix_open)
#define suffix_run_r REAL_PUBLIC(suffix_run)

struct suffix_r {
    struct lab_r *lab;
    weir_plan *plan; /* training, of one row */
    int64_t row, steps;
    real *state; /* [S] before those steps */
};

/* The last `steps` steps of a row, 0 < steps <= its length; `plan` is a training plan of one row. Memory is the lab's.
 */
struct suffix_r suffix_open_r(struct lab_r *lab, weir_plan *plan, int64_t row, int64_t steps);

/* Runs them from a state, onto the plan's tape, with the dropout of the whole row; what comes out may be NULL. */
void suffix_run_r(const struct suffix_r *suffix, const real *state_in, real *state_out);

#endif
