/**
 * @file
 * weir/train.h: what a training loop needs around forward and backward: losses, clipping, optimisers; and truncated
 * backpropagation through time.
 *
 * Losses and clipping work on plain vectors; optimisers and truncated runs know a net. Sums are made in double
 * precision, in a fixed order.
 */
#ifndef WEIR_TRAIN_H
#define WEIR_TRAIN_H

#include <stdint.h>

#include <weir/error.h>
#include <weir/net.h>
#include <weir/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a loss measures at one live step of one row, between y [O] and its target. */
typedef enum weir_loss {
    WEIR_MSE = 1,                    /**< sum over O of (y - target)^2; target [O] */
    WEIR_SOFTMAX_CROSS_ENTROPY = 2,  /**< -log softmax(y)[class], y logits; class 0..O-1 */
    WEIR_BERNOULLI_CROSS_ENTROPY = 3 /**< sum over O of log(1 + exp(y)) - target*y, y logits, target in [0, 1]; [O] */
} weir_loss;

/** How the losses of the live steps become one number. */
typedef enum weir_reduction {
    WEIR_MEAN = 0, /**< PyTorch's mean: WEIR_MSE and WEIR_BERNOULLI_CROSS_ENTROPY divided by live steps times O,
                        WEIR_SOFTMAX_CROSS_ENTROPY by live steps */
    WEIR_MEAN_PER_STEP = 1, /**< divided by the live steps of all rows */
    WEIR_SUM = 2            /**< not divided: to be added over microbatches or ranks, whose live steps differ */
} weir_reduction;

/** A loss over sequences. All zero bytes are defaults; loss, y and a target have none. Strides as in weir/plan.h. */
typedef struct weir_loss_args_f32 {
    weir_loss loss;           /**< required */
    weir_reduction reduction; /**< WEIR_MEAN */
    int64_t rows;             /**< B >= 1 */
    int64_t steps;            /**< T >= 1 */
    int64_t width;            /**< O >= 1 */
    const int64_t *lengths;   /**< [rows], 0..steps each; only live steps count, nothing past them is read. NULL: all */
    const float *y;           /**< [T][B][O], or by strides */
    int64_t y_step_stride;
    int64_t y_row_stride;
    const float *target; /**< like y; not for WEIR_SOFTMAX_CROSS_ENTROPY */
    int64_t target_step_stride;
    int64_t target_row_stride;
    const int64_t *classes; /**< [T][B], or by strides, for WEIR_SOFTMAX_CROSS_ENTROPY; counted from 0 */
    int64_t classes_step_stride;
    int64_t classes_row_stride;
    float *dy; /**< dL/dy, like y, zero past a row's end; may be y itself, at the same strides. NULL: not wanted */
    int64_t dy_step_stride;
    int64_t dy_row_stride;
    int64_t *live_steps; /**< gets the number of live steps of all rows; NULL: not wanted */
    int64_t reserved[4];
} weir_loss_args_f32;

/** As weir_loss_args_f32. */
typedef struct weir_loss_args_f64 {
    weir_loss loss;
    weir_reduction reduction;
    int64_t rows;
    int64_t steps;
    int64_t width;
    const int64_t *lengths;
    const double *y;
    int64_t y_step_stride;
    int64_t y_row_stride;
    const double *target;
    int64_t target_step_stride;
    int64_t target_row_stride;
    const int64_t *classes;
    int64_t classes_step_stride;
    int64_t classes_row_stride;
    double *dy;
    int64_t dy_step_stride;
    int64_t dy_row_stride;
    int64_t *live_steps;
    int64_t reserved[4];
} weir_loss_args_f64;

/**
 * A loss and its derivative by y.
 *
 * @param value gets the loss; 0 if no step is live
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT (a class outside 0..O-1 too), WEIR_ERROR_SIZE (sizes or strides that cannot be
 *         counted), WEIR_ERROR_LENGTH. Any thread.
 */
WEIR_API weir_status weir_loss_f32(double *value, const weir_loss_args_f32 *args, weir_error *error);
WEIR_API weir_status weir_loss_f64(double *value, const weir_loss_args_f64 *args, weir_error *error);

/**
 * The mean of (y - target)^2 over n numbers, all of which count, and its derivative. (Ragged rows: weir_loss_f32.)
 *
 * @param dy [n], 2 (y - target)/n; may be y; NULL: not wanted
 * @return the loss; NaN if y or target is NULL or n < 1. Any thread.
 */
WEIR_API double weir_mse_f32(const float *y, const float *target, int64_t n, float *dy);
WEIR_API double weir_mse_f64(const double *y, const double *target, int64_t n, double *dy);

/**
 * Scales a gradient of n numbers so that its Euclidean norm is at most max_norm (Pascanu et al. 2013; PyTorch
 * divides by 1e-6 more).
 *
 * @return the norm before; if it is not finite the gradient is left as it is, and the update is better skipped. NaN,
 *         and nothing done, if gradient is NULL, n < 1 or max_norm is not > 0. Any thread.
 */
WEIR_API double weir_clip_norm_f32(float *gradient, int64_t n, double max_norm);
WEIR_API double weir_clip_norm_f64(double *gradient, int64_t n, double max_norm);

/**
 * Clamps each number to [-limit, limit]; NaN stays. WEIR_ERROR_ARGUMENT if gradient is NULL, n < 1 or limit is not > 0.
 * Any thread.
 */
WEIR_API weir_status weir_clip_value_f32(float *gradient, int64_t n, double limit);
WEIR_API weir_status weir_clip_value_f64(double *gradient, int64_t n, double limit);

/** How parameters p follow a gradient g; m and v are the optimiser's own, zero at first, k the number of the step. */
typedef enum weir_optimizer_kind {
    WEIR_SGD = 1,     /**< m = momentum m + g; p -= rate m. weight_decay adds weight_decay p to g */
    WEIR_RMSPROP = 2, /**< v = beta2 v + (1-beta2) g^2; m = momentum m + g/(sqrt(v) + epsilon); p -= rate m (Hinton
                         2012). weight_decay adds weight_decay p to g */
    WEIR_ADAM = 3,    /**< m = beta1 m + (1-beta1) g; v = beta2 v + (1-beta2) g^2;
                           p -= rate m/(1-beta1^k) / (sqrt(v/(1-beta2^k)) + epsilon) (Kingma & Ba 2015).
                           weight_decay adds weight_decay p to g */
    WEIR_ADAMW = 4    /**< Adam, after p -= rate weight_decay p (Loshchilov & Hutter 2019) */
} weir_optimizer_kind;

/** Settings. kind and learning_rate are required; 0 elsewhere is the default named. */
typedef struct weir_optimizer_options {
    weir_optimizer_kind kind; /**< required */
    int32_t reserved_flags;
    double learning_rate; /**< > 0 and finite */
    double momentum;      /**< in [0, 1): SGD and RMSProp; default none */
    double beta1;         /**< in (0, 1): Adam and AdamW; default 0.9 */
    double beta2;         /**< in (0, 1): Adam and AdamW, default 0.999; RMSProp, default 0.99 */
    double epsilon;       /**< > 0; default 1e-8 */
    double weight_decay;  /**< >= 0; default none (PyTorch's AdamW has 0.01) */
    int64_t reserved[4];
} weir_optimizer_options;

/** An optimiser of one net, which it keeps alive. One thread at a time. */
typedef struct weir_optimizer weir_optimizer;

/**
 * Makes an optimiser for a net, of its precision, in its allocator.
 *
 * @param optimizer gets it; yours: weir_optimizer_destroy. Untouched on failure.
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT (also for a setting that is 0, 1 or infinite once rounded to the net's
 * precision), WEIR_ERROR_SIZE, WEIR_ERROR_MEMORY. Any thread.
 */
WEIR_API weir_status weir_optimizer_create(weir_optimizer **optimizer, weir_net *net,
                                           const weir_optimizer_options *options, weir_error *error);

/** How many bytes such an optimiser would allocate, without allocating; exact. Errors likewise. Any thread. */
WEIR_API weir_status weir_optimizer_bytes(int64_t *bytes, const weir_net *net, const weir_optimizer_options *options,
                                          weir_error *error);

/** Frees it and sets *optimizer to NULL. NULL and *optimizer NULL are allowed. Any thread; none using it. */
WEIR_API void weir_optimizer_destroy(weir_optimizer **optimizer);

/**
 * One update of the net's parameters: an edit and a commit.
 *
 * @param gradient weir_net_parameter_count numbers, not changed. A parameter whose gradient is zero still moves by
 * momentum and decay.
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT (also if a number of the gradient is not finite: then nothing has changed),
 *         WEIR_ERROR_PRECISION, WEIR_ERROR_MISMATCH (the optimiser is another net's), WEIR_ERROR_ORDER (an edit is
 *         open). No thread may run on the net meanwhile.
 */
WEIR_API weir_status weir_optimizer_step_f32(weir_optimizer *optimizer, weir_net *net, const float *gradient);
WEIR_API weir_status weir_optimizer_step_f64(weir_optimizer *optimizer, weir_net *net, const double *gradient);

/** The sentence for the last call that failed to change this optimiser; "" if none has, or for NULL. */
WEIR_API const char *weir_optimizer_error(const weir_optimizer *optimizer);

/** Sets the learning rate from the next step on (a schedule). 0 is allowed; WEIR_ERROR_ARGUMENT if it is
 *  negative or not finite, or 0 or infinite only once rounded to the net's precision. */
WEIR_API weir_status weir_optimizer_set_rate(weir_optimizer *optimizer, double learning_rate);

/** How many numbers its state has: its kind, the steps made, and its vectors; not its settings. 0 for NULL. */
WEIR_API int64_t weir_optimizer_state_size(const weir_optimizer *optimizer);

/**
 * Copies its state out, or back in: `state` holds weir_optimizer_state_size numbers, always double, so that a training
 * continued from them goes on with the same bits. WEIR_ERROR_ARGUMENT if optimizer or state is NULL, `count` is another
 * number, or the state is that of another kind, or holds what that kind cannot have in the net's precision.
 */
WEIR_API weir_status weir_optimizer_get_state(const weir_optimizer *optimizer, double *state, int64_t count);
WEIR_API weir_status weir_optimizer_set_state(weir_optimizer *optimizer, const double *state, int64_t count);

/**
 * Truncated backpropagation through time, for sequences that are too long for one backward, or have no end: every k1
 * steps a gradient, of what those k1 steps cost, through the last k2 >= k1 steps (Williams & Peng 1990: BPTT(k2; k1)).
 *
 * Each forward takes the next k1 steps and runs the *window* that ends with them, k2 steps or as many as there have
 * been, from the state before it, which counts as a constant; so y and the gradient are those of one function of the
 * parameters as they now are, also where they were changed since the window's first steps. Backward is that function's
 * exact derivative. With k2 = k1 a window is the k1 steps alone; otherwise each step is run k2/k1 times or so. The
 * state is carried on inside. To go on from it elsewhere: weir_truncated_state_f32.
 *
 * Rows that end within k1 steps: fill x up with any finite numbers, and dy with zeros; then what lies behind an end
 * adds nothing to the gradient. (The state afterwards is not theirs at their end; begin anew.)
 *
 * One thread at a time.
 */
typedef struct weir_truncated weir_truncated;

/**
 * Makes one for a net, of its precision, with a training plan, a second tape, and the last k2 steps of x inside.
 *
 * @param truncated gets it; yours: weir_truncated_destroy. It keeps the net alive. Untouched on failure.
 * @param options   of that plan, all its fields as for weir_plan_create (a memory_limit is the plan's alone); NULL: one
 *                  row. `steps` must be 0, as k1 and k2 say it; `mode` is taken as WEIR_TRAINING
 * @param every     k1 >= 1
 * @param through   k2 >= k1, or 0 for k1
 * @return as weir_plan_create; WEIR_ERROR_ARGUMENT for a net with a layer that runs in reverse too. No edit may be
 * open. Any thread.
 */
WEIR_API weir_status weir_truncated_create(weir_truncated **truncated, weir_net *net, const weir_plan_options *options,
                                           int64_t every, int64_t through, weir_error *error);

/** How many bytes that would allocate, the plan's included, without allocating; as exact as weir_plan_bytes. Errors as
 *  weir_truncated_create. Any thread. */
WEIR_API weir_status weir_truncated_bytes(int64_t *bytes, const weir_net *net, const weir_plan_options *options,
                                          int64_t every, int64_t through, weir_error *error);

/** Frees it and sets *truncated to NULL. NULL and *truncated NULL are allowed. Any thread; none using it. */
WEIR_API void weir_truncated_destroy(weir_truncated **truncated);

/**
 * Begins new sequences: the next forward's first step is their step 0, its window has nothing before it, and dropout
 * draws new masks. (A new one begins by itself.)
 *
 * @param state [B][S], what they begin with; copied. NULL: anew, as weir_state_start_f32 has it; then the first
 * windows' gradients have learned initial states in them
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION
 */
WEIR_API weir_status weir_truncated_start_f32(weir_truncated *truncated, const float *state);
WEIR_API weir_status weir_truncated_start_f64(weir_truncated *truncated, const double *state);

/**
 * Runs forward: the next k1 steps of all rows, time-major.
 *
 * @param x [k1][B][I]; copied, so that the next ones can be written over them
 * @param y [k1][B][O]. May not overlap x (not checked).
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, WEIR_ERROR_STALE (an edit of the net is open)
 */
WEIR_API weir_status weir_truncated_forward_f32(weir_truncated *truncated, const float *x, float *y);
WEIR_API weir_status weir_truncated_forward_f64(weir_truncated *truncated, const double *x, double *y);

/**
 * Runs backward through the window of the last forward. May run again on it.
 *
 * @param dy       dL/dy of the last k1 steps, [k1][B][O]
 * @param gradient dL/dparameters, weir_net_parameter_count numbers, overwritten
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, WEIR_ERROR_ORDER (no forward yet since they began),
 *         WEIR_ERROR_STALE (the parameters changed after the forward)
 */
WEIR_API weir_status weir_truncated_backward_f32(weir_truncated *truncated, const float *dy, float *gradient);
WEIR_API weir_status weir_truncated_backward_f64(weir_truncated *truncated, const double *dy, double *gradient);

/**
 * Copies out the state after the last forward's steps, [B][S].
 *
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION, WEIR_ERROR_ORDER (no forward yet since they began)
 */
WEIR_API weir_status weir_truncated_state_f32(weir_truncated *truncated, float *state);
WEIR_API weir_status weir_truncated_state_f64(weir_truncated *truncated, double *state);

/** The sentence for the last call on it that failed; "" if none has, or for NULL. Valid until the next one. */
WEIR_API const char *weir_truncated_error(const weir_truncated *truncated);

#ifdef __cplusplus
}
#endif

#endif
