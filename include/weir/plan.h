/**
 * @file
 * weir/plan.h: a plan runs one net, forward and backward.
 *
 * Everything that can fail for want of memory fails in weir_plan_create. A run then allocates nothing, prints nothing,
 * takes no lock of Weir's and returns a status: WEIR_OK, or the contract that was broken, found before any output was
 * touched; weir_plan_error has the sentence. Within a run floating-point traps are masked and denormals flushed in the
 * calling thread, whose control word and flags come back as they were; a BLAS's own threads keep the environment that
 * they were started in.
 *
 * Two engines can be behind a plan, and compute the same to within rounding (docs/math.md). The native one calls no
 * BLAS. What it computes is reproducible: outputs, states, dx and dL/d(state) of a row have the same bits in any batch
 * and, where no layer runs in reverse, in any chunks of time; a gradient has the same bits for the same rows in the
 * same order, on plans of any maxima, memory limits and threads, and, where all rows are as long and no layer runs in
 * reverse, for any chunks of time that are added up from the last to the first; on the same build and level of
 * instructions (weir/cpu.h).
 *
 * Weir starts no thread but those of a pool that you make (weir/pool.h). A plan on the blas engine inherits what the
 * BLAS does: OpenBLAS, say, takes locks, may allocate, and runs as many threads as the whole process has set, by
 * default one a core. Weir never touches that number: set it to 1 (openblas_set_num_threads, OPENBLAS_NUM_THREADS)
 * where ranks, threads or small nets share a machine.
 *
 * NaN and infinities are numbers like others: they stay in their row, go on in its state, and are not reported.
 */
#ifndef WEIR_PLAN_H
#define WEIR_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <weir/choices.h>
#include <weir/error.h>
#include <weir/net.h>
#include <weir/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a plan is for. */
typedef enum weir_mode {
    WEIR_INFERENCE = 0,
    WEIR_TRAINING = 1 /**< has a tape, so backward can run; dropout is on unless switched off; follows the net's
                           parameters by itself */
} weir_mode;

/** What computes. */
typedef enum weir_engine {
    WEIR_ENGINE_AUTO = 0,  /**< the plan chooses, and says which: weir_plan_describe. The environment variable
                                WEIR_ENGINE, "native" or "blas", chooses for all such plans made while it is set */
    WEIR_ENGINE_BLAS = 1,  /**< one CBLAS product a step for all gates */
    WEIR_ENGINE_NATIVE = 2 /**< products of Weir's own, weights packed beforehand, and no BLAS call: fit for real time,
                                and reproducible */
} weir_engine;

/** How threads share a walk through a layer. */
typedef enum weir_sharing {
    WEIR_SHARE_AUTO = 0,  /**< the plan chooses for each layer, and says what: weir_plan_describe */
    WEIR_SHARE_NONE = 1,  /**< one thread does it all */
    WEIR_SHARE_UNITS = 2, /**< each has units, and keeps their weights in its own cache; all wait for each other once a
                               step (twice in a GRU that resets before) */
    WEIR_SHARE_ROWS = 3,  /**< each has rows of the batch */
    WEIR_SHARE_DIRECTIONS = 4, /**< half of them goes forward through a layer of both directions while the other half
                                    goes in reverse; each half, and all of them in other layers, share as AUTO has it.
                                    Where no layer has both directions: AUTO */
    WEIR_SHARE_LAYERS = 5 /**< a wave: each thread, or crew of threads, owns some consecutive layers, and goes on to the
                               next steps while the owner of the layers above works on these. A crew shares its layers
                               as AUTO has it. Where a layer goes in reverse, or there is one layer only: AUTO */
} weir_sharing;

/** How a plan chooses what it was not told: engine, sharing, number of threads, tiles. */
typedef enum weir_planning {
    WEIR_ESTIMATE = 0, /**< by a model of the machine (docs/engine.md): at once */
    WEIR_MEASURE = 1   /**< weir_plan_create runs the net on made-up numbers in each way that could be the fastest, and
                            keeps the fastest; the model's, where none is faster by 3 %. Small shapes take half a
                            second, large ones a few runs of each way. Meanwhile there are up to two plans at a time,
                            and sequences and a gradient for them, in the plan's allocator; afterwards only the plan.
                            Nothing else should run on these CPUs, or on the pool, meanwhile */
} weir_planning;

/** All zero bytes: one row, one step, inference, the net's allocator. */
typedef struct weir_plan_options {
    int64_t batch;         /**< most rows a run may have; 0 means 1 */
    int64_t steps;         /**< most steps a run may have; 0 means 1 */
    weir_mode mode;        /**< WEIR_INFERENCE */
    weir_engine engine;    /**< WEIR_ENGINE_AUTO */
    uint64_t dropout_seed; /**< see `draw` of weir_forward_args_f32; plans that train one net on different data need
                                different ones */
    const weir_allocator *allocator; /**< NULL: the net's; copied */
    int32_t dropout_off;             /**< not 0: a training plan without dropout (adjoints, gradient checks) */
    weir_sharing sharing;            /**< WEIR_SHARE_AUTO; without a pool there is nothing to share */
    weir_pool *pool; /**< threads that runs may share with the caller's; kept alive by the plan. NULL: the caller's
                          thread only. For the native engine: the blas engine leaves threads to its BLAS */
    int64_t threads; /**< how many of the pool's to use at most, the caller's included; 0: all. A plan takes as many of
                          them as pay, but all where `sharing` asks for a way that they can go */
    weir_planning planning; /**< WEIR_ESTIMATE. On the native engine no choice changes a bit of what is computed */
    int32_t reproducible;   /**< not 0: only engines whose bits are promised, that is, the native one; so measuring does
                                 not try the blas engine. Refused where the blas engine is asked for, here or by the
                                 environment. 0: a plan that measures takes the blas engine where that is faster, whose
                                 bits are others */
    weir_choices *choices; /**< what other plans have measured: where there is a choice for this very shape, it is taken
                                and nothing is measured, whatever `planning` says; a plan that measures adds its own.
                                Used by weir_plan_create and weir_plan_bytes only, not kept. NULL: none */
    int64_t memory_limit; /**< training: the most bytes that the plan may take (weir_plan_size.total, so with one tape).
                               Where keeping all that backward needs takes more, a tape keeps states at some steps only,
                               and backward runs the steps between them again (docs/engine.md, "Under a memory limit"):
                               about a third more time, more where the limit is tight; weir_plan_describe says how much.
                               No bit of what a reproducible plan computes changes. A net of which one part goes forward
                               and another in reverse keeps all (a linear layer goes forward). A limit that cannot
                               be kept is refused (WEIR_ERROR_ARGUMENT), and said are the least that could be on the
                               engine chosen, with which each step is run again half as often as there are steps, and
                               the least with which none is run again more than once. A plan that measures takes more
                               meanwhile. 0: none */
    int64_t reserved[4];
} weir_plan_options;

/** A net made ready to run. One thread at a time; different plans of one net may run in different threads. */
typedef struct weir_plan weir_plan;

/** What one training forward leaves for its backwards. */
typedef struct weir_tape weir_tape;

/**
 * Makes a plan.
 *
 * @param plan    gets the plan, which you own: weir_plan_destroy. It keeps the net alive. Untouched on failure.
 * @param options NULL: all defaults
 * @param error   may be NULL
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_SIZE, WEIR_ERROR_MEMORY, or WEIR_ERROR_ORDER while an edit is open.
 *         Any thread.
 */
WEIR_API weir_status weir_plan_create(weir_plan **plan, weir_net *net, const weir_plan_options *options,
                                      weir_error *error);

/** Frees a plan with its own tape and sets *plan to NULL. NULL and *plan NULL are allowed. Any thread; none running it.
 */
WEIR_API void weir_plan_destroy(weir_plan **plan);

/** What a plan holds, in bytes. */
typedef struct weir_plan_size {
    int64_t total;     /**< all that weir_plan_create allocates, the next three included */
    int64_t weights;   /**< copies made of the parameters. Inference plans of one net, engine and allocator share them:
                            only the first of them allocates these bytes */
    int64_t workspace; /**< scratch of a run. In inference it does not grow with the steps beyond a tile of them, but
                            where one of several layers goes another way than another: that needs whole sequences */
    int64_t tape;      /**< the plan's own tape, which is also the size of each further one; 0 for inference. At most
                            G + 2 numbers a unit, row and step, G being the unit's gates, with dropout too; gates are
                            padded to whole vectors of units (docs/engine.md, "Memory") */
    int64_t reserved[4];
} weir_plan_size;

/** How many bytes such a plan would allocate if it shared no weights, without allocating; exact, but where
 *  weir_plan_create would measure: then those of the model's choice. Errors as weir_plan_create. Any thread. */
WEIR_API weir_status weir_plan_bytes(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                                     weir_error *error);

/**
 * Takes the net's parameters anew (after a commit). Where other plans still hold the weights that this one shared with
 * them, and none has taken the new ones yet, it allocates as many bytes again (weir_plan_size.weights); else nothing.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT (plan is NULL), WEIR_ERROR_ORDER while an edit is open, WEIR_ERROR_MEMORY (the
 *         plan is then as stale as before). The plan's thread.
 */
WEIR_API weir_status weir_plan_refresh(weir_plan *plan);

/**
 * Writes what the plan is (engine, sharing and blocking of each layer, tiling, bytes, FLOPs), how that was chosen, and
 * what is predicted of a full run (docs/engine.md, "What a plan chooses"), lines "key: value", as snprintf would: at
 * most `size` bytes with the final NUL, and returns the length that the whole text has. Of NULL there is nothing to
 * write: "", and 0. The plan's thread.
 */
WEIR_API int64_t weir_plan_describe(const weir_plan *plan, char *text, size_t size);

/** The sentence for the last call on this plan that failed; "" if none has, or for NULL. Valid until the next one. */
WEIR_API const char *weir_plan_error(const weir_plan *plan);

/**
 * Starts streams: fills state [rows][S] with what a row has before its first step, zeros or the learned initial state.
 * (A run with no state starts the same way.) Where no layer has learned_state, setting the memory to zero does as well.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION. Any thread.
 */
WEIR_API weir_status weir_state_start_f32(const weir_net *net, int64_t rows, float *state, weir_error *error);
WEIR_API weir_status weir_state_start_f64(const weir_net *net, int64_t rows, double *state, weir_error *error);

/**
 * Runs forward: as many rows and steps as the plan has, time-major, all rows full length.
 *
 * @param x     [T][B][I]
 * @param state [B][S], in and out: what each stream carries from call to call. NULL: every row starts anew, and its
 *              final state is forgotten. (Between the chunks of a sequence only forward layers can carry it on: what a
 *              reverse layer ends with belongs before the sequence, not behind it.)
 * @param y     [T][B][O], O = weir_net_outputs. May not overlap x or state (not checked).
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, WEIR_ERROR_STALE
 *
 * In a training plan each such call draws new dropout masks (draw 0, 1, 2, ... counted by the plan, full calls not
 * counted); where the same masks are wanted again, as in a gradient check, use the full call.
 */
WEIR_API weir_status weir_forward_f32(weir_plan *plan, const float *x, float *state, float *y);
WEIR_API weir_status weir_forward_f64(weir_plan *plan, const double *x, double *state, double *y);

/**
 * Runs backward through the last forward on the plan's own tape: given dL/dy of some loss L, how L changes with the
 * parameters and the inputs. May run again on the same forward. It goes through that one call only: to go back through
 * several, give each forward a tape of its own and run the full backward on them last to first, each call's dstate_in
 * being the next one's dstate_out.
 *
 * @param x        what that forward read, with the same numbers in it (not checked): [T][B][I]. May be NULL if gradient
 * is NULL too, unless the plan keeps states only (memory_limit)
 * @param dy       dL/dy, [T][B][O]
 * @param gradient dL/dparameters, weir_net_parameter_count numbers, overwritten. NULL: not wanted, and not computed.
 * @param dx       dL/dx, [T][B][I], overwritten. NULL: not wanted, and not computed.
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, WEIR_ERROR_MODE (an inference plan), WEIR_ERROR_ORDER (no
 *         forward yet), WEIR_ERROR_STALE (the parameters changed after the forward)
 */
WEIR_API weir_status weir_backward_f32(weir_plan *plan, const float *x, const float *dy, float *gradient, float *dx);
WEIR_API weir_status weir_backward_f64(weir_plan *plan, const double *x, const double *dy, double *gradient,
                                       double *dx);

/** Which steps y and dy hold. */
typedef enum weir_span {
    WEIR_SPAN_DEFAULT = 0, /**< forward: all steps; backward: what the forward was about */
    WEIR_ALL_STEPS = 1,    /**< y (or dy) is [T][B][O]; past a row's end y is zero and dy is not read */
    WEIR_LAST_STEP = 2 /**< y (or dy) is [B][O], gapless: the output at each row's last live step of this call. A row of
                            length 0 has y zero, and its dy is not read. Of a reverse layer that is the output after
                            *one* step; the one after all of them is its final state */
} weir_span;

/**
 * The full forward call. All zero bytes but rows, steps, x and y: what weir_forward_f32 does with no state, draw 0.
 *
 * Strides are in numbers. A sequence with both strides 0 is time-major without gaps: row stride = width, step stride =
 * rows*width. Batch-first in a buffer of N steps a row is row stride = N*width, step stride = width. Any other strides
 * must keep elements apart (WEIR_ERROR_ARGUMENT if not); the stride of a dimension of size 1 does not matter.
 */
typedef struct weir_forward_args_f32 {
    int64_t rows;           /**< 1 to the plan's batch; required: 0 is refused, it never means "all" */
    int64_t steps;          /**< 1 to the plan's steps; required */
    const int64_t *lengths; /**< [rows], 0 to steps each, in any order: row b is live at steps 0..lengths[b]-1, and what
                                 lies past that is never read. Its final state is that of its last live step (a row of
                                 length 0 keeps its initial state); a reverse layer starts there. NULL: all `steps`.
                                 Copied: backward does not read it again */
    const float *x;         /**< (t, b, i) at x[t*x_step_stride + b*x_row_stride + i]; required */
    int64_t x_step_stride;
    int64_t x_row_stride;
    const float *state_in; /**< [rows][S]; NULL: every row starts anew. Copied. A reverse layer's part enters at the
                                row's end, so between chunks only a net without reverse layers can carry it on */
    float *y;              /**< like x with O numbers; zero past a row's end. NULL: not wanted */
    int64_t y_step_stride; /**< both 0 with WEIR_LAST_STEP */
    int64_t y_row_stride;
    float *state_out; /**< [rows][S]; may be state_in; NULL: not wanted */
    weir_span span;   /**< which steps y holds */
    int32_t reserved_flags;
    weir_tape *tape; /**< where a training plan leaves what backward needs; NULL: the plan's own tape */
    /* Dropout: an output is dropped as (plan's seed, draw, layer, sequence, absolute step, unit) say, nothing else. So
       cutting a sequence into chunks does not change its mask; and masks repeat unless one of these differs. */
    uint64_t draw;            /**< a new number for each minibatch, or for each pass over the data if `sequences` are
                                   numbered through it (and through all microbatches and ranks) */
    int64_t first_step;       /**< absolute step of step 0 of this call, >= 0: where this chunk begins */
    const int64_t *sequences; /**< [rows], the number of each row's sequence; NULL: row b is sequence b */
    int64_t reserved[4];
} weir_forward_args_f32;

/** The full backward call. Rows, steps, lengths, initial state and dropout are those of the forward on the tape. */
typedef struct weir_backward_args_f32 {
    weir_tape *tape; /**< NULL: the plan's own */
    const float *x;  /**< what that forward read: the same numbers (not checked), by any strides; required if
                          gradient is wanted, or the plan keeps states only (memory_limit) */
    int64_t x_step_stride;
    int64_t x_row_stride;
    const float *dy; /**< dL/dy; NULL: zero, then dstate_out is required. What lies past a row's end is not read */
    int64_t dy_step_stride; /**< both 0 with WEIR_LAST_STEP */
    int64_t dy_row_stride;
    const float *dstate_out; /**< dL/d(final state), [rows][S]; NULL: zero */
    float *gradient;         /**< dL/dparameters, weir_net_parameter_count numbers; NULL: not wanted. Learned initial
                                  states have one if the forward was given no state_in (one made by weir_state_start is
                                  a given one); else theirs is zero */
    float *dx;               /**< dL/dx, zero past a row's end; NULL: not wanted */
    int64_t dx_step_stride;
    int64_t dx_row_stride;
    float *dstate_in; /**< dL/d(initial state), [rows][S]; may be dstate_out; NULL: not wanted */
    weir_span span;   /**< which steps dy holds; default: as the forward's y */
    int32_t add;      /**< 0: gradient is overwritten; not 0: added to. (dx and dstate_in are overwritten) */
    int64_t reserved[4];
} weir_backward_args_f32;

/** As weir_forward_args_f32. */
typedef struct weir_forward_args_f64 {
    int64_t rows;
    int64_t steps;
    const int64_t *lengths;
    const double *x;
    int64_t x_step_stride;
    int64_t x_row_stride;
    const double *state_in;
    double *y;
    int64_t y_step_stride;
    int64_t y_row_stride;
    double *state_out;
    weir_span span;
    int32_t reserved_flags;
    weir_tape *tape;
    uint64_t draw;
    int64_t first_step;
    const int64_t *sequences;
    int64_t reserved[4];
} weir_forward_args_f64;

/** As weir_backward_args_f32. */
typedef struct weir_backward_args_f64 {
    weir_tape *tape;
    const double *x;
    int64_t x_step_stride;
    int64_t x_row_stride;
    const double *dy;
    int64_t dy_step_stride;
    int64_t dy_row_stride;
    const double *dstate_out;
    double *gradient;
    double *dx;
    int64_t dx_step_stride;
    int64_t dx_row_stride;
    double *dstate_in;
    weir_span span;
    int32_t add;
    int64_t reserved[4];
} weir_backward_args_f64;

/**
 * Runs forward as args say. Outputs may not overlap inputs, except state_out = state_in.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_SIZE (strides that cannot be counted), WEIR_ERROR_LENGTH,
 *         WEIR_ERROR_PRECISION, WEIR_ERROR_MODE (a tape given to an inference plan), WEIR_ERROR_MISMATCH (a tape of
 *         another plan), WEIR_ERROR_STALE
 */
WEIR_API weir_status weir_forward_full_f32(weir_plan *plan, const weir_forward_args_f32 *args);
WEIR_API weir_status weir_forward_full_f64(weir_plan *plan, const weir_forward_args_f64 *args);

/**
 * Runs backward as args say, in reverse through what the tape holds. Outputs may not overlap inputs, except dstate_in =
 * dstate_out. The tape is not changed: backward may run again on it, with other dy, until the next forward on it.
 *
 * @return as weir_backward_f32, and WEIR_ERROR_SIZE (strides that cannot be counted), WEIR_ERROR_MISMATCH (a tape of
 *         another plan)
 */
WEIR_API weir_status weir_backward_full_f32(weir_plan *plan, const weir_backward_args_f32 *args);
WEIR_API weir_status weir_backward_full_f64(weir_plan *plan, const weir_backward_args_f64 *args);

/**
 * Makes one more tape for a training plan, so that several forwards may wait for their backwards. Memory from the
 * plan's allocator. It may be destroyed before or after the plan.
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_MODE, WEIR_ERROR_MEMORY. *tape is untouched on failure. Any thread.
 */
WEIR_API weir_status weir_tape_create(weir_tape **tape, weir_plan *plan, weir_error *error);

/**
 * Makes it in memory of yours: `memory` is 64-byte aligned and holds `bytes` >= weir_plan_size.tape, and stays yours.
 * WEIR_ERROR_ARGUMENT if it is too small; else as
 * weir_tape_create.
 */
WEIR_API weir_status weir_tape_place(weir_tape **tape, weir_plan *plan, void *memory, int64_t bytes, weir_error *error);

/** Frees a tape (memory of yours is only let go) and sets *tape to NULL. NULL and *tape NULL are allowed. Any thread.
 */
WEIR_API void weir_tape_destroy(weir_tape **tape);

#ifdef __cplusplus
}
#endif

#endif
