/*
 * net/run.h: plans and tapes in one precision, and running them.
 */
#ifndef WEIR_NET_RUN_H
#define WEIR_NET_RUN_H

#include "base/public.h"
#include "engine/engine.h"
#include "net/plan.h"
#include "net/weights.h"

#define layer_trace_r REAL(layer_trace)
#define tape_r REAL(tape)
#define plan_r REAL(plan)
#define sequence_r REAL(sequence)
#define sequence_target_r REAL(sequence_target)
#define packed_stride_r REAL(packed_stride)
#define sequence_is_packed_r REAL(sequence_is_packed)
#define sequence_rows_r REAL(sequence_rows)
#define rows_to_sequence_r REAL(rows_to_sequence)
#define zero_past_ends_r REAL(zero_past_ends)
#define rows_to_last_r REAL(rows_to_last)
#define zero_last_of_empty_r REAL(zero_last_of_empty)
#define last_to_rows_r REAL(last_to_rows)
#define carry_from_state_r REAL(carry_from_state)
#define carry_to_state_r REAL(carry_to_state)
#define carry_start_r REAL(carry_start)
#define carry_add_to_gradient_r REAL(carry_add_to_gradient)
#define state_start_r REAL(state_start)
#define drop_r REAL(drop)
#define run_forward_r REAL(run_forward)
#define run_backward_r REAL(run_backward)
#define initialise_r REAL(initialise)
#define plan_make_r REAL(plan_make)
#define plan_measure_r REAL(plan_measure)
#define plan_refresh_r REAL(plan_refresh)
#define plan_repack_r REAL(plan_repack)
#define plan_let_go_weights_r REAL(plan_let_go_weights)
#define plan_sharing_r REAL(plan_sharing)
#define tape_put_r REAL(tape_put)

/* What a tape keeps of one layer, packed rows. */
struct layer_trace_r {
    real *outputs; /* [N][outputs] */
    real *dropped; /* [N][outputs] what the next layer reads; NULL without dropout */
    struct trace_r directions[2];
};

struct tape_r {
    weir_tape shell;
    real *initial; /* the rows' initial state, laid out like a carry */
    struct layer_trace_r *layers;
};

/*
 * A plan. A `carry` is the state of all sorted rows: the block of a state view with offset s and width H is [B][H] and
 * begins at s*B, so that every walk finds its rows without gaps.
 */
struct plan_r {
    weir_plan shell;
    const struct engine_r *engine;
    const struct kernels_r *kernels;
    struct layer_walks_r *layers;
    struct snapshot_r *snapshot; /* inference: what the layers are a copy of; training has its own weights */
    void *scratch;               /* the engine's own */
    real *carry;
    real *x_rows;       /* [segment*B][I] packed inputs, where the caller's are not */
    real *sequences[2]; /* [segment*B][widest output]: inference, from layer to layer; training, derivatives likewise */
    real *dcarry;       /* training */
    struct steps steps; /* inference; in training those of the tape are used */
};

/* A sequence of the caller's: (t, b, j) at data[t*step_stride + b*row_stride + j]. */
struct sequence_r {
    const real *data;
    int64_t step_stride, row_stride, width;
};
struct sequence_target_r {
    real *data;
    int64_t step_stride, row_stride, width;
};

/* net/rows.c: between the caller's sequences and packed rows of the steps [first, end). */
/* The stride at which the live rows of consecutive steps already follow one another in the caller's memory; 0 if they
   do not. */
int64_t packed_stride_r(const struct steps *steps, int64_t step_stride, int64_t row_stride);
bool sequence_is_packed_r(const struct steps *steps, const struct sequence_r *sequence);
struct matrix_r sequence_rows_r(const struct steps *steps, const struct sequence_r *sequence, int64_t first,
                                int64_t end, real *memory);
void rows_to_sequence_r(const struct steps *steps, struct matrix_r rows, int64_t first, int64_t end,
                        const struct sequence_target_r *sequence);
void zero_past_ends_r(const struct steps *steps, const struct sequence_target_r *sequence);
void rows_to_last_r(const struct steps *steps, struct matrix_r rows, int64_t first, int64_t end, int64_t width,
                    real *last);
void zero_last_of_empty_r(const struct steps *steps, int64_t width, real *last);
void last_to_rows_r(const struct steps *steps, const real *last, int64_t width, real *rows);

/* net/carry.c: between state rows of the caller's and a carry. */
void carry_from_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *state, real *carry);
void carry_to_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *carry, real *state);
void carry_start_r(const weir_net *net, int64_t batch, const struct steps *steps, real *carry);
void carry_add_to_gradient_r(const struct plan_r *plan, const struct steps *steps, real *gradient);
void state_start_r(const weir_net *net, int64_t rows, real *state);

/* net/dropout.c: to = from * mask / (1 - dropout) for all packed rows of layer k's output; from may be to. */
void drop_r(const struct plan_r *plan, const weir_tape *tape, int64_t k, const real *from, real *to);

/* net/prepare.c: a training plan takes the parameters as they are. Fails for nothing. */
void plan_repack_r(struct plan_r *plan);

/* net/forward.c, net/backward.c: args are complete and checked. */
void run_forward_r(struct plan_r *plan, const struct weir_forward_args_r *args);
void run_backward_r(struct plan_r *plan, const struct weir_backward_args_r *args);

#endif
