/*
 * mathematics/lab.h: nets with random numbers, and what comes out of them, in one precision.
 *
 * A setting says which net and which rows; a lab is that net with everything that goes in, NaN past the rows' ends. All
 * memory that a test takes from its lab goes with the lab.
 */
#ifndef TEST_MATHEMATICS_LAB_H
#define TEST_MATHEMATICS_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/weir.h>

#include "base/public.h"
#include "mathematics/table.h"
#include "mathematics/witness.h"

#define lab_r REAL_PUBLIC(lab)
#define outcome_r REAL_PUBLIC(outcome)
#define lab_open_r REAL_PUBLIC(lab_open)
#define lab_close_r REAL_PUBLIC(lab_close)
#define lab_room_r REAL_PUBLIC(lab_room)
#define lab_draw_r REAL_PUBLIC(lab_draw)
#define lab_copy_r REAL_PUBLIC(lab_copy)
#define lab_plan_r REAL_PUBLIC(lab_plan)
#define lab_tape_r REAL_PUBLIC(lab_tape)
#define lab_outcome_r REAL_PUBLIC(lab_outcome)
#define lab_forward_args_r REAL_PUBLIC(lab_forward_args)
#define lab_backward_args_r REAL_PUBLIC(lab_backward_args)
#define lab_forward_r REAL_PUBLIC(lab_forward)
#define lab_backward_r REAL_PUBLIC(lab_backward)
#define lab_run_r REAL_PUBLIC(lab_run)
#define lab_witness_r REAL_PUBLIC(lab_witness)
#define assert_close_r REAL_PUBLIC(assert_close)
#define assert_bits_r REAL_PUBLIC(assert_bits)
#define assert_outcomes_close_r REAL_PUBLIC(assert_outcomes_close)
#define assert_outcomes_same_bits_r REAL_PUBLIC(assert_outcomes_same_bits)

/* How far two ways of computing the same may differ, times the largest number if that is more than 1: about nine
   thousand units of roundoff in either precision, 1e-12 in f64. */
#if REAL_BITS == 64
#define CLOSE 1e-12
#else
#define CLOSE (1e-12 * 0x1p29)
#endif

/* How many of a witness' bounds a number may be away from it: in f64 the witness, which computes in double, may be off
   by one itself. */
#if REAL_BITS == 64
#define UNIT_ROUNDOFF 0x1p-53
#define WITNESS_BOUNDS 2.0
#else
#define UNIT_ROUNDOFF 0x1p-24
#define WITNESS_BOUNDS 1.0
#endif

struct lab_r {
    const struct setting *setting;
    weir_net *net;
    weir_plan *plan; /* training, of just this size */
    int64_t outputs, state_size;
    int64_t x_count, y_count, state_count, parameter_count;
    real *parameters, *x, *state, *dy, *dstate; /* what goes in */
    int64_t lengths[SETTING_ROWS];              /* also where all rows are full */
    struct lab_block *blocks;
};

/* What comes out of a forward and a backward. */
struct outcome_r {
    real *y, *state, *gradient, *dx, *dstate;
};

/* Makes net, plan and numbers; a test fails if it cannot. */
void lab_open_r(struct lab_r *lab, const struct setting *setting);
void lab_close_r(struct lab_r *lab);

/* Memory of the lab's: zeros, random numbers of a stream times `scale`, a copy. */
real *lab_room_r(struct lab_r *lab, int64_t count);
real *lab_draw_r(struct lab_r *lab, int stream, int64_t count, double scale);
real *lab_copy_r(struct lab_r *lab, const real *numbers, int64_t count);
weir_plan *lab_plan_r(struct lab_r *lab, weir_plan_options options);
weir_tape *lab_tape_r(struct lab_r *lab, weir_plan *plan);
struct outcome_r lab_outcome_r(struct lab_r *lab);

/* The full calls' arguments, time-major without gaps. */
struct weir_forward_args_r lab_forward_args_r(const struct lab_r *lab, const struct outcome_r *out);
struct weir_backward_args_r lab_backward_args_r(const struct lab_r *lab, const struct outcome_r *out);

/* The full calls; a test fails if they do. */
void lab_forward_r(weir_plan *plan, const struct weir_forward_args_r *args);
void lab_backward_r(weir_plan *plan, const struct weir_backward_args_r *args);

/* Forward and backward with those arguments. */
struct outcome_r lab_run_r(struct lab_r *lab, weir_plan *plan);

/* What should come out of that, and how far each number of this precision may be off (docs/math.md, "Error of a pass").
   Nets without dropout; free with witness_free. */
struct witness lab_witness_r(struct lab_r *lab);

void assert_close_r(const char *what, const real *ours, const real *other, int64_t count);
void assert_bits_r(const char *what, const real *ours, const real *other, int64_t count);
void assert_outcomes_close_r(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other);
void assert_outcomes_same_bits_r(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other);

#endif
