/*
 * net/run.h: plans and tapes in one precision, and running them.
 */
#ifndef WEIR_NET_RUN_H
#define WEIR_NET_RUN_H

#include "engine/engine.h"
#include "net/plan.h"

/* What a tape keeps of one layer, packed rows. */
struct X(layer_trace) {
    real *outputs;               /* [N][outputs] */
    real *dropped;               /* [N][outputs] what the next layer reads; NULL without dropout */
    struct X(trace) directions[2];
};

struct X(tape) {
    weir_tape shell;
    real *initial; /* the rows' initial state, laid out like a carry */
    struct X(layer_trace) *layers;
};

/* One direction of one layer of a plan. */
struct X(plan_layer) {
    struct X(walk) walks[2];
};

/*
 * A plan. A `carry` is the state of all sorted rows: the block of a state view with offset s and width H is [B][H] and
 * begins at s*B, so that every walk finds its rows without gaps.
 */
struct X(plan) {
    weir_plan shell;
    const struct X(engine) *engine;
    struct X(plan_layer) *layers;
    struct X(scratch) scratch;
    real *carry;
    real *x_rows;       /* [segment*B][I] packed inputs, where the caller's are not */
    real *sequences[2]; /* [segment*B][widest output]: inference, from layer to layer; training, derivatives likewise */
    real *dcarry;       /* training */
    struct steps steps; /* inference; in training those of the tape are used */
};

/* A sequence of the caller's: (t, b, j) at data[t*step_stride + b*row_stride + j]. */
struct X(sequence) {
    const real *data;
    int64_t step_stride, row_stride, width;
};
struct X(sequence_target) {
    real *data;
    int64_t step_stride, row_stride, width;
};

/* net/rows.c: between the caller's sequences and packed rows of the steps [first, end). */
/* The stride at which the live rows of consecutive steps already follow one another in the caller's memory; 0 if they do
   not. */
int64_t X(packed_stride)(const struct steps *steps, int64_t step_stride, int64_t row_stride);
struct X(matrix) X(sequence_rows)(const struct steps *steps, const struct X(sequence) *sequence, int64_t first,
                                  int64_t end, real *memory);
void X(rows_to_sequence)(const struct steps *steps, struct X(matrix) rows, int64_t first, int64_t end,
                         const struct X(sequence_target) *sequence);
void X(zero_past_ends)(const struct steps *steps, const struct X(sequence_target) *sequence);
void X(rows_to_last)(const struct steps *steps, struct X(matrix) rows, int64_t first, int64_t end, int64_t width, real *last);
void X(zero_last_of_empty)(const struct steps *steps, int64_t width, real *last);
void X(last_to_rows)(const struct steps *steps, const real *last, int64_t width, real *rows);

/* net/carry.c: between state rows of the caller's and a carry. */
void X(carry_from_state)(const weir_net *net, int64_t batch, const struct steps *steps, const real *state, real *carry);
void X(carry_to_state)(const weir_net *net, int64_t batch, const struct steps *steps, const real *carry, real *state);
void X(carry_start)(const weir_net *net, int64_t batch, const struct steps *steps, real *carry);
void X(carry_add_to_gradient)(const weir_net *net, int64_t batch, const struct steps *steps, const real *dcarry,
                              real *gradient);
void X(state_start)(const weir_net *net, int64_t rows, real *state);

/* net/dropout.c: to = from * mask / (1 - dropout) for all packed rows of layer k's output; from may be to. */
void X(drop)(const struct X(plan) *plan, const weir_tape *tape, int64_t k, const real *from, real *to);

/* net/forward.c, net/backward.c: args are complete and checked. */
void X(run_forward)(struct X(plan) *plan, const struct PUBLIC(weir_forward_args) *args);
void X(run_backward)(struct X(plan) *plan, const struct PUBLIC(weir_backward_args) *args);

#endif
