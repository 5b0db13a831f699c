/*
 * cell/pass.h: a pass is a loop over rows and over vectors of units around arithmetic on one vector.
 */
#ifndef WEIR_CELL_PASS_H
#define WEIR_CELL_PASS_H

#include "base/level.h"
#include "cell/cell.h"
#include "kern/lanes.h"
#include "kern/math.h"

#define rnn_cell_v AT_LEVEL(rnn_cell)
#define rnn_relu_cell_v AT_LEVEL(rnn_relu_cell)
#define lstm_cell_v AT_LEVEL(lstm_cell)
#define gru_cell_v AT_LEVEL(gru_cell)
#define gru_reset_before_cell_v AT_LEVEL(gru_reset_before_cell)

extern const struct cell_r rnn_cell_v, rnn_relu_cell_v, lstm_cell_v, gru_cell_v, gru_reset_before_cell_v;

/*
 * Defines the pass `name` from `name`_lanes(step, b, j, n), which computes units j to j+n-1 of row b; n is LANES but at
 * the end of a row, where what lies behind is neither read nor written. The step is copied, so that no store can be
 * taken to change it.
 */
#define PASS(name, step_struct)                                                                                        \
    static void name(const struct step_struct *given)                                                                  \
    {                                                                                                                  \
        const struct step_struct step = *given;                                                                        \
        const int rest = (int)(step.units % LANES);                                                                    \
        for (int64_t b = 0; b < step.rows; b++) {                                                                      \
            for (int64_t j = 0; j < step.units - rest; j += LANES)                                                     \
                name##_lanes(&step, b, j, LANES);                                                                      \
            if (rest > 0)                                                                                              \
                name##_lanes(&step, b, step.units - rest, rest);                                                       \
        }                                                                                                              \
    }

/* Rows that a pass in two parts takes at once. */
enum { PASS_ROWS = 4 };

/*
 * Likewise from `name`_begin, which returns what it computes as a struct `name`_middle, and `name`_end, which gets
 * that. A chain of two exponentials is longer than a CPU looks ahead: so several rows begin before the first of them
 * ends. Compiled twice, as rows that share their biases load them once.
 */
#define PASS_IN_TWO(name, step_struct)                                                                                 \
    LANES_INLINE void name##_rows(const int rows, const struct step_struct *step, int64_t b, int64_t j, int n)         \
    {                                                                                                                  \
        struct name##_middle middle[PASS_ROWS];                                                                        \
        _Pragma("GCC unroll 4") for (int r = 0; r < rows; r++) middle[r] = name##_begin(step, b + r, j, n);            \
        _Pragma("GCC unroll 4") for (int r = 0; r < rows; r++) name##_end(step, b + r, j, n, middle[r]);               \
    }                                                                                                                  \
                                                                                                                       \
    LANES_INLINE void name##_columns(const int rows, const struct step_struct *step, int64_t b)                        \
    {                                                                                                                  \
        const int rest = (int)(step->units % LANES);                                                                   \
        for (int64_t j = 0; j < step->units - rest; j += LANES)                                                        \
            name##_rows(rows, step, b, j, LANES);                                                                      \
        if (rest > 0)                                                                                                  \
            name##_rows(rows, step, b, step->units - rest, rest);                                                      \
    }                                                                                                                  \
                                                                                                                       \
    LANES_INLINE void name##_all(struct step_struct step, const int64_t bias_row_stride)                               \
    {                                                                                                                  \
        step.bias_row_stride = bias_row_stride;                                                                        \
        int64_t b = 0;                                                                                                 \
        for (; b + PASS_ROWS <= step.rows; b += PASS_ROWS)                                                             \
            name##_columns(PASS_ROWS, &step, b);                                                                       \
        for (; b < step.rows; b++)                                                                                     \
            name##_columns(1, &step, b);                                                                               \
    }                                                                                                                  \
                                                                                                                       \
    static void name(const struct step_struct *given)                                                                  \
    {                                                                                                                  \
        if (given->bias_row_stride == 0)                                                                               \
            name##_all(*given, 0);                                                                                     \
        else                                                                                                           \
            name##_all(*given, given->bias_row_stride);                                                                \
    }

/* n numbers of row b from column j on. */
LANES_INLINE vec get(struct matrix_r from, int64_t b, int64_t j, int n)
{
    return vec_load_part(from.data + b * from.stride + j, n);
}

LANES_INLINE void put(struct target_r to, int64_t b, int64_t j, int n, vec x)
{
    vec_store_part(to.data + b * to.stride + j, x, n);
}

/* What a target holds. */
LANES_INLINE vec held(struct target_r target, int64_t b, int64_t j, int n)
{
    return vec_load_part(target.data + b * target.stride + j, n);
}

/* a - b c */
LANES_INLINE vec minus_product(vec a, vec b, vec c) { return vec_multiply_add(vec_negative(b), c, a); }

/* 1 - x^2, the slope of tanh where it is x. */
LANES_INLINE vec tanh_slope(vec x) { return minus_product(vec_set(1), x, x); }

/* x (1-x), the slope of the sigmoid where it is x. */
LANES_INLINE vec sigmoid_slope(vec x) { return x * (vec_set(1) - x); }

/* Gate g before its function: W x + R h' (where it is added to that) + b. */
LANES_INLINE vec gate_sum(const struct forward_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return held(step->gates, b, g * step->gate_stride + j, n) +
           vec_load_part(step->bias + b * step->bias_row_stride + g * step->bias_stride + j, n);
}

LANES_INLINE void put_gate(const struct forward_step_r *step, int g, int64_t b, int64_t j, int n, vec x)
{
    put(step->gates, b, g * step->gate_stride + j, n, x);
}

LANES_INLINE vec gate_of(const struct backward_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return get(step->gates, b, g * step->gate_stride + j, n);
}

LANES_INLINE void put_dgate(const struct backward_step_r *step, int g, int64_t b, int64_t j, int n, vec x)
{
    put(step->dgates, b, g * step->gate_stride + j, n, x);
}

/* Likewise of a tangent. */
LANES_INLINE vec kept_gate(const struct tangent_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return get(step->gates, b, g * step->gate_stride + j, n);
}

/* The dot of a gate before its function, of what is added to `gates_dot`. */
LANES_INLINE vec gate_dot(const struct tangent_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return held(step->gates_dot, b, g * step->gate_stride + j, n);
}

/* The dot of a GRU's h = (1-z) n + z h'. */
LANES_INLINE vec blend_dot(const struct tangent_step_r *step, int64_t b, int64_t j, int n, vec z, vec new, vec z_dot,
                           vec new_dot)
{
    const vec moved = z_dot * (get(step->h_before, b, j, n) - new);
    return (vec_set(1) - z) * new_dot + moved + z * get(step->h_before_dot, b, j, n);
}

/* dL/dh: from the step after, and of this step's own output. */
LANES_INLINE vec dh_of(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    return held(step->dh, b, j, n) + get(step->dy, b, j, n);
}

#endif
