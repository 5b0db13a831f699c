/*
 * cell/lstm.c: the LSTM with a forget gate (Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000).
 *
 *     [i f g o] = W x + b_ih + R h' + b_hh
 *     i = s(i)  f = s(f)  g = tanh(g)  o = s(o)
 *     c = f c' + i g
 *     h = o tanh(c)
 *
 *     dc += dh o (1 - tanh(c)^2)
 *     di = dc g i(1-i)   df = dc c' f(1-f)   dg = dc i (1-g^2)   do = dh tanh(c) o(1-o)
 *     dc' = dc f         dh' = R^T [di df dg do]
 *
 *     i. = a_i. i(1-i)   f. = a_f. f(1-f)   g. = a_g. (1-g^2)   o. = a_o. o(1-o)      (a: before its function)
 *     c. = f. c' + f c'. + i. g + i g.
 *     h. = o. tanh(c) + o (1 - tanh(c)^2) c.
 */
#include "cell/pass.h"

struct forward_middle {
    vec o, c;
};

LANES_INLINE struct forward_middle forward_begin(const struct forward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec i = vec_sigmoid(gate_sum(step, 0, b, j, n));
    const vec f = vec_sigmoid(gate_sum(step, 1, b, j, n));
    const vec g = vec_tanh(gate_sum(step, 2, b, j, n));
    const vec o = vec_sigmoid(gate_sum(step, 3, b, j, n));
    const vec c = vec_multiply_add(f, held(step->c, b, j, n), i * g);
    put(step->c, b, j, n, c);
    if (step->kept_c.data) {
        put_gate(step, 0, b, j, n, i);
        put_gate(step, 1, b, j, n, f);
        put_gate(step, 2, b, j, n, g);
        put_gate(step, 3, b, j, n, o);
        put(step->kept_c, b, j, n, c);
    }
    return (struct forward_middle){o, c};
}

LANES_INLINE void forward_end(const struct forward_step_r *step, int64_t b, int64_t j, int n,
                              struct forward_middle middle)
{
    put(step->h, b, j, n, middle.o * vec_tanh(middle.c));
}

PASS_IN_TWO(forward, forward_step_r)

LANES_INLINE void backward_lanes(const struct backward_step_r *step, int64_t b, int64_t j, int n)
{
    const vec i = gate_of(step, 0, b, j, n), f = gate_of(step, 1, b, j, n);
    const vec g = gate_of(step, 2, b, j, n), o = gate_of(step, 3, b, j, n);
    const vec tanh_c = vec_tanh(get(step->c, b, j, n)), dh = dh_of(step, b, j, n);
    const vec dc = vec_multiply_add(dh * o, tanh_slope(tanh_c), held(step->dc, b, j, n));
    put_dgate(step, 0, b, j, n, dc * g * sigmoid_slope(i));
    put_dgate(step, 1, b, j, n, dc * get(step->c_before, b, j, n) * sigmoid_slope(f));
    put_dgate(step, 2, b, j, n, dc * i * tanh_slope(g));
    put_dgate(step, 3, b, j, n, dh * tanh_c * sigmoid_slope(o));
    put(step->dc, b, j, n, dc * f);
}

PASS(backward, backward_step_r)

LANES_INLINE void tangent_lanes(const struct tangent_step_r *step, int64_t b, int64_t j, int n)
{
    const vec i = kept_gate(step, 0, b, j, n), f = kept_gate(step, 1, b, j, n);
    const vec g = kept_gate(step, 2, b, j, n), o = kept_gate(step, 3, b, j, n);
    const vec i_dot = gate_dot(step, 0, b, j, n) * sigmoid_slope(i);
    const vec f_dot = gate_dot(step, 1, b, j, n) * sigmoid_slope(f);
    const vec g_dot = gate_dot(step, 2, b, j, n) * tanh_slope(g);
    const vec o_dot = gate_dot(step, 3, b, j, n) * sigmoid_slope(o);
    const vec tanh_c = vec_tanh(get(step->c, b, j, n));
    const vec forgotten = f_dot * get(step->c_before, b, j, n) + f * held(step->c_dot, b, j, n);
    const vec c_dot = forgotten + (i_dot * g + i * g_dot);
    put(step->c_dot, b, j, n, c_dot);
    put(step->h_dot, b, j, n, o_dot * tanh_c + o * tanh_slope(tanh_c) * c_dot);
}

PASS(tangent, tangent_step_r)

const struct cell_r lstm_cell_v = {
    .stage_count = 1,
    .keeps_gates = true,
    .keeps_c = true,
    .stages = {{.gate_count = 4, .forward = forward, .backward = backward, .tangent = tangent}},
};
