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
#define drops_r REAL(drops)
#define drop_r REAL(drop)
#define drop_row_r REAL(drop_row)
#define run_forward_r REAL(run_forward)
#define run_backward_r REAL(run_backward)
#define initialise_r REAL(initialise)
#define plan_make_r REAL(plan_make)
#define plan_measure_r REAL(plan_measure)
#define plan_refresh_r REAL(plan_refresh)
#define plan_let_go_weights_r REAL(plan_let_go_weights)
#define plan_way_r REAL(plan_way)
#define plan_weights_terms_r REAL(plan_weights_terms)
#define path_r REAL(path)
#define crews_r REAL(crews)
#define ways_choose_r REAL(ways_choose)
#define ways_sharing_r REAL(ways_sharing)
#define ways_beside_r REAL(ways_beside)
#define ways_crews_r REAL(ways_crews)
#define ways_next_crew_r REAL(ways_next_crew)
#define tape_put_r REAL(tape_put)
#define place_workspace_r REAL(place_workspace)
#define widest_row_r REAL(widest_row)
#define place_tape_r REAL(place_tape)
#define claim_tape_r REAL(claim_tape)
#define place_traces_r REAL(place_traces)
#define record_r REAL(record)
#define plan_lay_out_r REAL(plan_lay_out)
#define plan_count_r REAL(plan_count)
#define plan_limit_r REAL(plan_limit)
#define segment_steps_r REAL(segment_steps)
#define run_segment_r REAL(run_segment)
#define back_segment_r REAL(back_segment)
#define run_checkpointed_r REAL(run_checkpointed)
#define back_checkpointed_r REAL(back_checkpointed)

/* What a tape keeps of one layer, packed rows. */
struct layer_trace_r {
    real *outputs; /* [N][outputs], before dropout */
    struct trace_r directions[2];
};

struct tape_r {
    weir_tape shell;
    real *initial;                /* the rows' initial state, laid out like a carry */
    struct layer_trace_r *layers; /* NULL where the plan recomputes */
    real *states;                 /* there: [slots] likewise */
};

/* What the steps of one segment of a run left, where tapes keep states only (net/checkpoints.c). */
struct record_r {
    struct layer_trace_r *layers; /* room for segment_steps*B packed rows */
    real *start;                  /* the state at its beginning, laid out like a carry */
    struct steps steps;           /* its own: its step 0 is its first */
    uint64_t forward;             /* of which run, as its tape says; 0: nothing is recorded */
    int64_t segment;
};

/* How a run goes through one layer. */
struct path_r {
    void *scratch[2]; /* the engine's own, of a walk; most walks have one in turn */
    bool beside;      /* its directions go side by side */
    int64_t crew;     /* whose it is */
    int64_t threads;  /* that go through it */
    real *sequence;   /* inference: what it writes; training: dL/d(what it read) */
    int64_t slots;    /* inference: segments in turn of which `sequence` has room for at once */
    real *dropped;    /* [..][outputs] training: what the next layer reads of it; NULL: its outputs as they are */
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
    struct path_r *paths;        /* one for each layer */
    struct layer_crew *crews;    /* [crew_count] */
    struct crew *halves;         /* [2] of the threads; NULL where no directions go side by side */
    real *carry;
    real *x_rows;  /* [segment*B][I] packed inputs, where the caller's are not; in training, unless it recomputes, of
                      the whole run; in inference once more where directions go apart side by side */
    real *dy_rows; /* training: [..][widest] dL/dy likewise */
    real *dbeside; /* training: [T*B][inputs] dx of a second direction that goes beside the first; NULL if none does */
    real *dcarry;  /* training */
    uint64_t dropped_of;    /* training: the run whose dropped outputs the paths have, as its tape says */
    struct record_r record; /* where the plan recomputes */
    struct steps steps;     /* inference; in training those of the tape are used */
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
                    struct target_r last);
void zero_last_of_empty_r(const struct steps *steps, int64_t width, real *last);
void last_to_rows_r(const struct steps *steps, const real *last, int64_t first, int64_t end, int64_t width, real *rows);

/* net/carry.c: between state rows of the caller's and a carry. */
void carry_from_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *state, real *carry);
void carry_to_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *carry, real *state);
void carry_start_r(const weir_net *net, int64_t batch, const struct steps *steps, real *carry);
void carry_add_to_gradient_r(const struct plan_r *plan, const struct steps *steps, real *gradient);
void state_start_r(const weir_net *net, int64_t rows, real *state);

/* net/dropout.c: whether layer k's outputs are dropped; to = from * mask / (1 - dropout) for a member's part of the
   packed rows of some steps of them, row 0 being the first of all; or for sorted row b at step t. from may be to. */
bool drops_r(const struct plan_r *plan, int64_t k);
void drop_r(const struct plan_r *plan, const weir_tape *tape, int64_t k, struct share steps, struct member member,
            const real *from, real *to);
void drop_row_r(const struct plan_r *plan, const weir_tape *tape, int64_t k, int64_t t, int64_t b, const real *from,
                real *to);

/* net/ways.c: how threads go through the layers. Decides for a plan, whose shell is prepared, whether it takes as many
   as that says, or fewer if it may, in how many crews; then says how they share a walk, and whether layer k's
   directions go side by side. */
void ways_choose_r(struct plan_r *plan, bool or_fewer);
weir_sharing ways_sharing_r(const struct plan_r *plan, const struct walk_r *walk, int64_t threads);
bool ways_beside_r(const struct plan_r *plan, int64_t k);

/* Goes from crew to crew, up the layers: `index`, its threads and its layers. */
struct crews_r {
    const struct plan_r *plan;
    int64_t count, index, threads;
    struct share layers;
    double before, all; /* seconds of the layers of the crews so far, and of all */
};
struct crews_r ways_crews_r(const struct plan_r *plan, int64_t count);
bool ways_next_crew_r(struct crews_r *crews);

/* net/prepare.c: whose weights a plan has. */
struct weights_terms_r plan_weights_terms_r(const struct plan_r *plan);

/* net/workspace.c: cuts a plan's workspace; the most numbers that a row of a tile has. */
void place_workspace_r(struct arena *arena, struct plan_r *plan);
int64_t widest_row_r(const struct plan_r *plan, const weir_net *net);

/* net/prepare.c: says how threads and tiles go through a plan that runs so many steps at a time; counts its bytes,
   false if that is too many. */
void plan_lay_out_r(struct plan_r *plan, const struct choice *choice, int64_t steps);
bool plan_count_r(struct plan_r *plan);

/* net/limit.c: makes of a plan that is laid out, and counted, one that takes at most so many bytes. */
weir_status plan_limit_r(struct plan_r *plan, const struct choice *choice, int64_t limit, weir_error *error);

/* net/tape.c: cuts what the layers leave of so many packed rows, into `layers` unless that is NULL; cuts a tape, NULL
   while measuring; says whose it is. */
void place_traces_r(struct arena *arena, const struct plan_r *plan, int64_t rows, struct layer_trace_r *layers);
struct tape_r *place_tape_r(struct arena *arena, const struct plan_r *plan);
void claim_tape_r(const weir_plan *plan, weir_tape *tape);

/* net/forward.c, net/backward.c: args are complete and checked. */
void run_forward_r(struct plan_r *plan, const struct weir_forward_args_r *args);
void run_backward_r(struct plan_r *plan, const struct weir_backward_args_r *args);

/* Where the plan recomputes, one member's way: through the steps `which` of the run on a tape, from the carry, leaving
   a record or not; and back through the record of these steps, which adds to the gradient, unless it is the first to
   and overwrites. */
void run_segment_r(struct plan_r *plan, const struct weir_forward_args_r *args, struct tape_r *tape, struct share which,
                   bool record, struct member member);
void back_segment_r(struct plan_r *plan, const struct weir_backward_args_r *args, const struct tape_r *tape,
                    struct share which, bool add, struct member member);

/* net/checkpoints.c: and through all of them, as a schedule says. */
void run_checkpointed_r(struct plan_r *plan, const struct weir_forward_args_r *args, struct member member);
void back_checkpointed_r(struct plan_r *plan, const struct weir_backward_args_r *args, struct member member);

#endif
