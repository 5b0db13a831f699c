/**
 * @file
 * weir/diagnose.h: where the gradient goes: what a training forward tells of how a net remembers.
 *
 * All of these look at a tape that a forward has filled, and change nothing. They follow the rows' states back from
 * each row's own end: *lag* k is the state before the last k steps of a row, so k is 1 for the state before its last
 * step, and its length for its initial state. Where a layer reads its rows from their ends no state stands between what
 * was and what will be, and lags are refused; the gates of such a layer can be counted all the same. The mathematics is
 * in docs/math.md, "Where the gradient goes".
 *
 * Not for real time: a call takes memory from the plan's allocator and gives it back before it returns (it does not
 * grow with the number of steps), and multiplies on the BLAS, whatever the plan's engine. Numbers are as a backward run
 * of this precision has them: in f32, where denormals are flushed, nothing is below 1.2e-38, which a vanishing gradient
 * soon is; in f64 nothing is below 2.2e-308. What a row's states have come to (NaN, say) its results come to.
 *
 * Each returns WEIR_OK or, with a sentence in weir_plan_error: WEIR_ERROR_ARGUMENT, WEIR_ERROR_PRECISION,
 * WEIR_ERROR_MODE (an inference plan, or one that keeps states only: memory_limit), WEIR_ERROR_MISMATCH (a tape of
 * another plan), WEIR_ERROR_ORDER (no forward yet), WEIR_ERROR_STALE (the parameters changed after it),
 * WEIR_ERROR_SIZE, WEIR_ERROR_MEMORY; results are then untouched. The plan's thread.
 */
#ifndef WEIR_DIAGNOSE_H
#define WEIR_DIAGNOSE_H

#include <stdint.h>

#include <weir/error.h>
#include <weir/net.h>
#include <weir/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The gradient by lag. All zero bytes but lags, one of dy and dstate_out, and one of the norms. */
typedef struct weir_gradient_by_lag_args_f32 {
    weir_tape *tape;         /**< NULL: the plan's own */
    const float *dy;         /**< dL/dy at each row's last step, [rows][O]; a row of length 0 is not read. NULL: zero */
    const float *dstate_out; /**< dL/d(final state), [rows][S]; NULL: zero. One of the two is required */
    int64_t lags;            /**< how many, from 1 on: 1 to the steps of the forward; required */
    double *norms;      /**< [lags][rows]: |dL/d(state)| at lag k in row k-1; NaN where a row has no such step. Rows
                             differ by orders of magnitude: to combine them, take means of logarithms. NULL: not
                             wanted */
    double *view_norms; /**< [lags][rows][weir_net_state_view_count]: each layer's h and c apart; NULL: not wanted */
    int64_t reserved[4];
} weir_gradient_by_lag_args_f32;

/** As weir_gradient_by_lag_args_f32. */
typedef struct weir_gradient_by_lag_args_f64 {
    weir_tape *tape;
    const double *dy;
    const double *dstate_out;
    int64_t lags;
    double *norms;
    double *view_norms;
    int64_t reserved[4];
} weir_gradient_by_lag_args_f64;

/**
 * Euclidean norms of dL/d(state) by lag, for a loss L of each row's last output and final state only: the derivatives
 * that weir_backward_full_f32 carries from step to step, and of which the last is its dstate_in. O(lags) steps.
 */
WEIR_API weir_status weir_gradient_by_lag_f32(weir_plan *plan, const weir_gradient_by_lag_args_f32 *args);
WEIR_API weir_status weir_gradient_by_lag_f64(weir_plan *plan, const weir_gradient_by_lag_args_f64 *args);

/** A Jacobian of the state. All zero bytes but steps: row 0, of the plan's own tape, defaults. */
typedef struct weir_jacobian_args {
    weir_tape *tape;  /**< NULL: the plan's own */
    int64_t row;      /**< whose: 0 to the forward's rows - 1 */
    int64_t steps;    /**< k: 1 to the row's length; required */
    double tolerance; /**< > 0: enough is a residual of this share of the value; 0: 1e-6 in f64, 1e-3 in f32 */
    int64_t products; /**< at most so many with J and so many with its transpose, each of k steps; 0: 100. S are always
                           enough, and as many vectors of S numbers are kept */
    int64_t reserved[4];
} weir_jacobian_args;

/** A singular value, as far as it is known. */
typedef struct weir_singular_value {
    double value;      /**< but for rounding, not above the largest singular value */
    double residual;   /**< and a singular value lies within so much of it */
    int64_t products;  /**< made with J, and as many with its transpose */
    int32_t converged; /**< not 0: the residual is within the tolerance */
    int32_t reserved_flags;
    int64_t reserved[2];
} weir_singular_value;

/**
 * The largest singular value of J = d(final state)/d(state k steps before), h and c of all layers [S][S]: by how much a
 * change of the state can have grown or must have shrunk k steps later. J is not formed, but multiplied with vectors
 * (Golub & Kahan 1965; Lanczos), starting from one that is always the same. What rounding adds is about k times that of
 * a step: in f32 about 1e-6 k of the value.
 *
 * Values may be as far from 1 as a double can be, in either precision, as vectors are brought back into its range from
 * step to step; what is more than a double can hold is infinity, what is less is 0.
 *
 * @param result overwritten. WEIR_OK even if it has not converged; NaN if the states are not finite
 */
WEIR_API weir_status weir_jacobian_norm(weir_plan *plan, const weir_jacobian_args *args, weir_singular_value *result);

/** A direct path. All zero bytes but lags and logs: layer 0 of the plan's own tape. */
typedef struct weir_direct_path_args {
    weir_tape *tape; /**< NULL: the plan's own */
    int64_t layer;   /**< 0-based; an LSTM or a GRU */
    int64_t lags;    /**< 1 to the steps of the forward; required */
    double *logs;    /**< [lags][rows][H]; required */
    int64_t reserved[4];
} weir_direct_path_args;

/**
 * The derivative along the way that a unit's state has through its own gate, all else held: d c(T)/d c(T-k) of an LSTM
 * is the product of the last k forget gates, d h(T)/d h(T-k) of a GRU that of its z. Gets the natural logarithms of
 * these products, which do not underflow: -infinity where a gate was 0, NaN where a row has no such step.
 */
WEIR_API weir_status weir_direct_path(weir_plan *plan, const weir_direct_path_args *args);

/** Statistics of a layer's gates. All zero bytes but one of the results: layer 0 of the plan's own tape, defaults. */
typedef struct weir_gate_statistics_args {
    weir_tape *tape;          /**< NULL: the plan's own */
    int64_t layer;            /**< 0-based; an LSTM or a GRU */
    weir_direction direction; /**< which one of a layer that has both; else the layer's is taken, whatever this says */
    int32_t reserved_flags;
    double low;             /**< 0 <= low < high <= 1; both 0: 0.1 and 0.9 (Karpathy et al. 2015) */
    double high;            /**< likewise */
    double *means;          /**< [G][H], gates in the order of weir_view.gates: the mean of a unit's gate over all rows
                                 and steps; of the new content (g, n), from -1 to 1, that of its tanh. NULL: not wanted */
    double *below;          /**< [G][H]: the share of rows and steps with the gate below low (new content: below
                                 2 low - 1); NULL: not wanted */
    double *above;          /**< [G][H]: above high (2 high - 1), likewise */
    double *time_constants; /**< [H], in steps: -1/ln of the mean of the gate that keeps, f or z: the time in which a
                                 state that only decays by such a gate falls to 1/e. Infinity where the mean is 1. NULL:
                                 not wanted */
    int64_t reserved[4];
} weir_gate_statistics_args;

/** How a layer's gates are distributed, over all live steps of the tape; NaN if there are none. */
WEIR_API weir_status weir_gate_statistics(weir_plan *plan, const weir_gate_statistics_args *args);

#ifdef __cplusplus
}
#endif

#endif
