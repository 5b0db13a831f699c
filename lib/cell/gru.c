/*
 * cell/gru.c: the GRU that resets after the product, as PyTorch, cuDNN and Keras have it.
 *
 *     r = s(W_r x + b_ir + R_r h' + b_hr)
 *     z = s(W_z x + b_iz + R_z h' + b_hz)
 *     q = R_n h' + b_hn
 *     n = tanh(W_n x + b_in + r q)
 *     h = (1-z) n + z h'
 *
 *     dz = dh (h' - n) z(1-z)    dn = dh (1-z) (1-n^2)    dq = dn r    dr = dn q r(1-r)
 *     dh' = dh z + R^T [dr dz dq]        (and W's side gets [dr dz dn])
 *
 *     r. = a_r. r(1-r)   z. = a_z. z(1-z)   q. = R_n h'.                              (a: before its function)
 *     n. = (W_n x. + r. q + r q.) (1-n^2)
 *     h. = (1-z) n. + z. (h' - n) + z h'.
 */
#include "cell/pass.h"

/* Gate g's share of R h'. */
LANES_INLINE vec recurrent_of(const struct forward_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return get(step->recurrent, b, g * step->gate_stride + j, n);
}

struct forward_middle {
    vec r, z, q;
};

LANES_INLINE struct forward_middle forward_begin(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = vec_sigmoid(gate_sum(step, 0, b, j, n) + recurrent_of(step, 0, b, j, n));
    const vec z = vec_sigmoid(gate_sum(step, 1, b, j, n) + recurrent_of(step, 1, b, j, n));
    const vec q =
        recurrent_of(step, 2, b, j, n) + vec_load_part(step->recurrent_bias + b * step->bias_row_stride + j, n);
    return (struct forward_middle){r, z, q};
}

LANES_INLINE void forward_end(const struct forward_step_r *step, int64_t b, int64_t j, int n,
                              struct forward_middle middle)
{
    const vec r = middle.r, z = middle.z, q = middle.q;
    const vec new = vec_tanh(vec_multiply_add(r, q, gate_sum(step, 2, b, j, n)));
    put(step->h, b, j, n, vec_multiply_add(z, get(step->h_before, b, j, n), (vec_set(1) - z) * new));
    if (step->kept_q.data) {
        put_gate(step, 0, b, j, n, r);
        put_gate(step, 1, b, j, n, z);
        put_gate(step, 2, b, j, n, new);
        put(step->kept_q, b, j, n, q);
    }
}

PASS_IN_TWO(forward, forward_step_r)

LANES_INLINE void backward_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = gate_of(step, 0, b, j, n), z = gate_of(step, 1, b, j, n), new = gate_of(step, 2, b, j, n);
    const vec dh = dh_of(step, b, j, n), dn = dh * (vec_set(1) - z) * tanh_slope(new);
    put_dgate(step, 0, b, j, n, dn * get(step->q, b, j, n) * sigmoid_slope(r));
    put_dgate(step, 1, b, j, n, dh * (get(step->h_before, b, j, n) - new) * sigmoid_slope(z));
    put_dgate(step, 2, b, j, n, dn);
    put(step->dq, b, j, n, dn * r);
    put(step->dh, b, j, n, dh * z);
}

PASS(backward, backward_step_r)

/* The dot of R h', gate g's share. */
LANES_INLINE vec recurrent_dot(const struct tangent_step_r *step, int g, int64_t b, int64_t j, int n)
{
    return get(step->recurrent_dot, b, g * step->gate_stride + j, n);
}

LANES_INLINE void tangent_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    const vec r = kept_gate(step, 0, b, j, n), z = kept_gate(step, 1, b, j, n), new = kept_gate(step, 2, b, j, n);
    const vec r_dot = (gate_dot(step, 0, b, j, n) + recurrent_dot(step, 0, b, j, n)) * sigmoid_slope(r);
    const vec z_dot = (gate_dot(step, 1, b, j, n) + recurrent_dot(step, 1, b, j, n)) * sigmoid_slope(z);
    const vec reset_dot = r_dot * get(step->q, b, j, n) + r * recurrent_dot(step, 2, b, j, n);
    const vec new_dot = (gate_dot(step, 2, b, j, n) + reset_dot) * tanh_slope(new);
    put(step->h_dot, b, j, n, blend_dot(step, b, j, n, z, new, z_dot, new_dot));
}

PASS(tangent, tangent_step_r)

const struct cell_r gru_cell_v = {
    .stage_count = 1,
    .keeps_gates = true,
    .keeps_q = true,
    .has_recurrent_bias = true,
    .splits_derivative = true,
    .stages = {{.gate_count = 3,
                .product_apart = true,
                .product_added = true,
                .forward = forward,
                .backward = backward,
                .tangent = tangent}},
};
