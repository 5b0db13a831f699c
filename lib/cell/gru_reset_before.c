/*
 * cell/gru_reset_before.c: the GRU that resets before the product (Cho et al. 2014; ONNX' default).
 *
 *     r = s(W_r x + b_ir + R_r h' + b_hr)
 *     z = s(W_z x + b_iz + R_z h' + b_hz)
 *     u = r h'
 *     n = tanh(W_n x + b_in + R_n u + b_hn)
 *     h = (1-z) n + z h'
 *
 *     dz = dh (h' - n) z(1-z)    dn = dh (1-z) (1-n^2)
 *     du = R_n^T dn              dr = du h' r(1-r)
 *     dh' = dh z + du r + [R_r R_z]^T [dr dz]
 *
 *     r. = a_r. r(1-r)   z. = a_z. z(1-z)   u. = r. h' + r h'.                        (a: before its function)
 *     n. = (W_n x. + R_n u.) (1-n^2)
 *     h. = (1-z) n. + z. (h' - n) + z h'.
 *
 * Two dependent products a step: its price against resetting after.
 */
#include "cell/pass.h"

LANES_INLINE void forward_reset_lanes(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = vec_sigmoid(gate_sum(step, 0, b, j, n));
    put_gate(step, 0, b, j, n, r);
    put_gate(step, 1, b, j, n, vec_sigmoid(gate_sum(step, 1, b, j, n)));
    put(step->reset, b, j, n, r * get(step->h_before, b, j, n));
}

LANES_INLINE void forward_new_lanes(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec z = held(step->gates, b, step->gate_stride + j, n), new = vec_tanh(gate_sum(step, 2, b, j, n));
    put_gate(step, 2, b, j, n, new);
    put(step->h, b, j, n, vec_multiply_add(z, get(step->h_before, b, j, n), (vec_set(1) - z) * new));
}

PASS(forward_reset, forward_step_r)
PASS(forward_new, forward_step_r)

LANES_INLINE void backward_new_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec z = gate_of(step, 1, b, j, n), new = gate_of(step, 2, b, j, n), dh = dh_of(step, b, j, n);
    put_dgate(step, 1, b, j, n, dh * (get(step->h_before, b, j, n) - new) * sigmoid_slope(z));
    put_dgate(step, 2, b, j, n, dh * (vec_set(1) - z) * tanh_slope(new));
    put(step->dh, b, j, n, dh * z);
}

LANES_INLINE void backward_reset_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = gate_of(step, 0, b, j, n), h_before = get(step->h_before, b, j, n), du = get(step->dreset, b, j, n);
    put_dgate(step, 0, b, j, n, du * h_before * sigmoid_slope(r));
    put(step->dh, b, j, n, vec_multiply_add(du, r, held(step->dh, b, j, n)));
    put(step->reset, b, j, n, r * h_before);
}

PASS(backward_new, backward_step_r)
PASS(backward_reset, backward_step_r)

LANES_INLINE void tangent_reset_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = kept_gate(step, 0, b, j, n), z = kept_gate(step, 1, b, j, n);
    const vec r_dot = gate_dot(step, 0, b, j, n) * sigmoid_slope(r);
    put(step->gates_dot, b, step->gate_stride + j, n, gate_dot(step, 1, b, j, n) * sigmoid_slope(z));
    put(step->reset_dot, b, j, n, r_dot * get(step->h_before, b, j, n) + r * get(step->h_before_dot, b, j, n));
}

LANES_INLINE void tangent_new_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    const vec z = kept_gate(step, 1, b, j, n), new = kept_gate(step, 2, b, j, n);
    const vec z_dot = gate_dot(step, 1, b, j, n), new_dot = gate_dot(step, 2, b, j, n) * tanh_slope(new);
    put(step->h_dot, b, j, n, blend_dot(step, b, j, n, z, new, z_dot, new_dot));
}

PASS(tangent_reset, tangent_step_r)
PASS(tangent_new, tangent_step_r)

const struct cell_r gru_reset_before_cell_v = {
    .stage_count = 2,
    .keeps_gates = true,
    .stages =
        {
            {.gate_count = 2,
             .product_added = true,
             .forward = forward_reset,
             .backward = backward_reset,
             .tangent = tangent_reset},
            {.first_gate = 2,
             .gate_count = 1,
             .operand_is_reset = true,
             .forward = forward_new,
             .backward = backward_new,
             .tangent = tangent_new},
        },
};
