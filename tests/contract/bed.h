/*
 * contract/bed.h: a net with plans, a tape and an optimiser in good order, on which wrong calls are tried; in one
 * precision. Afterwards everything must be as it was.
 */
#ifndef TEST_CONTRACT_BED_H
#define TEST_CONTRACT_BED_H

#include <weir/weir.h>

#include "base/public.h"

#define bed_r REAL_PUBLIC(bed)
#define bed_outputs_r REAL_PUBLIC(bed_outputs)
#define bed_open_r REAL_PUBLIC(bed_open)
#define bed_close_r REAL_PUBLIC(bed_close)
#define bed_forward_args_r REAL_PUBLIC(bed_forward_args)
#define bed_backward_args_r REAL_PUBLIC(bed_backward_args)
#define bed_assert_nothing_written_r REAL_PUBLIC(bed_assert_nothing_written)
#define bed_assert_as_before_r REAL_PUBLIC(bed_assert_as_before)

/* The other precision: what a call of the wrong one is made with. */
#if REAL_BITS == 32
#define OTHER(name) name##_f64
typedef double other_real;
#else
#define OTHER(name) name##_f32
typedef float other_real;
#endif

/* Sizes of the bed's net and plans. */
enum { BED_BATCH = 3, BED_STEPS = 4, BED_INPUTS = 2, BED_OUTPUTS = 2, BED_STATE = 8, BED_PARAMETERS = 138 };
enum { BED_X = BED_STEPS * BED_BATCH * BED_INPUTS, BED_Y = BED_STEPS * BED_BATCH * BED_OUTPUTS };
enum { BED_OPTIMIZER_STATE = 2 + 2 * BED_PARAMETERS };

/* All that a call may write. Wrong calls get these, full of a sentinel. */
struct bed_outputs_r {
    weir_net *net;
    weir_plan *plan;
    weir_tape *tape;
    weir_optimizer *optimizer;
    weir_layer layer;
    weir_view view;
    weir_plan_size size;
    int64_t bytes, live_steps;
    double value, numbers[BED_OPTIMIZER_STATE];
    real *edit;
    other_real *other_edit;
    other_real other[BED_PARAMETERS];
    real y[BED_Y], state[BED_BATCH * BED_STATE], gradient[BED_PARAMETERS], dx[BED_X], dstate[BED_BATCH * BED_STATE];
};

/* What the runs of a bed leave. */
struct bed_results_r {
    real inferred[BED_Y], y[BED_Y], state[BED_BATCH * BED_STATE];
    real gradient[BED_PARAMETERS], dx[BED_X], dstate[BED_BATCH * BED_STATE];
    double optimizer[BED_OPTIMIZER_STATE];
    real parameters[BED_PARAMETERS];
};

struct bed_r {
    weir_net *net;
    weir_plan *plan, *inference; /* the former is a training plan, with a forward on its tape */
    weir_tape *tape;             /* a further one of that plan, nothing on it */
    weir_plan *stranger;         /* a training plan of the same net and size, but another */
    weir_tape *strange_tape;     /* its further tape */
    weir_net *clone;
    weir_optimizer *optimizer, *mirror; /* Adam, one step made; the latter the clone's, with the same numbers */
    weir_layer layers[3];
    real x[BED_X], dy[BED_Y], state[BED_BATCH * BED_STATE], parameters[BED_PARAMETERS];
    real numbers[BED_PARAMETERS]; /* whatever a wrong call reads */
    other_real other_numbers[BED_PARAMETERS];
    struct bed_outputs_r out;
    struct bed_results_r before;
};

void bed_open_r(struct bed_r *bed);
void bed_close_r(struct bed_r *bed);

/* Right arguments, everything wanted, into bed->out. */
struct weir_forward_args_r bed_forward_args_r(struct bed_r *bed);
struct weir_backward_args_r bed_backward_args_r(struct bed_r *bed);

/* bed->out is still full of the sentinel. */
void bed_assert_nothing_written_r(const struct bed_r *bed);

/* Parameters, tape and optimiser are what they were, no plan is stale, every run gives the same bits, and so does the
   optimiser's next step. (Once: that step changes the parameters.) */
void bed_assert_as_before_r(struct bed_r *bed);

#endif
