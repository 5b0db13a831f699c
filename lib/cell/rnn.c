/*
 * cell/rnn.c: the vanilla RNN (Elman 1990), with tanh or, for Le et al. 2015, ReLU.
 *
 *     a = W x + b_ih + R h' + b_hh
 *     h = tanh(a)                 or  h = max(0, a)
 *
 *     da = dh (1 - h^2)           or  da = dh [h > 0]
 *     dh' = R^T da
 *
 *     h. = a. (1 - h^2)           or  h. = a. [h > 0]
 */
#include "cell/pass.h"

LANES_INLINE void forward_tanh_lanes(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    put(step->h, b, j, n, vec_tanh(gate_sum(step, 0, b, j, n)));
}

LANES_INLINE void forward_relu_lanes(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    put(step->h, b, j, n, vec_at_least(vec_set(0), gate_sum(step, 0, b, j, n)));
}

PASS(forward_tanh, forward_step_r)
PASS(forward_relu, forward_step_r)

LANES_INLINE void backward_tanh_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    put_dgate(step, 0, b, j, n, dh_of(step, b, j, n) * tanh_slope(get(step->y, b, j, n)));
}

LANES_INLINE void backward_relu_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec zero = vec_set(0), h = get(step->y, b, j, n);
    put_dgate(step, 0, b, j, n, vec_where_less(zero, h, dh_of(step, b, j, n), zero));
}

PASS(backward_tanh, backward_step_r)
PASS(backward_relu, backward_step_r)

LANES_INLINE void tangent_tanh_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    put(step->h_dot, b, j, n, gate_dot(step, 0, b, j, n) * tanh_slope(get(step->h, b, j, n)));
}

LANES_INLINE void tangent_relu_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    const vec zero = vec_set(0), h = get(step->h, b, j, n);
    put(step->h_dot, b, j, n, vec_where_less(zero, h, gate_dot(step, 0, b, j, n), zero));
}

PASS(tangent_tanh, tangent_step_r)
PASS(tangent_relu, tangent_step_r)

const struct cell_r rnn_cell_v = {
    .stage_count = 1,
    .stages = {{.gate_count = 1, .forward = forward_tanh, .backward = backward_tanh, .tangent = tangent_tanh}},
};

const struct cell_r rnn_relu_cell_v = {
    .stage_count = 1,
    .stages = {{.gate_count = 1, .forward = forward_relu, .backward = backward_relu, .tangent = tangent_relu}},
};
