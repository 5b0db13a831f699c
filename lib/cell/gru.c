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
 */
#include "cell/cell.h"

#include "kern/math.h"

static __attribute__((noinline)) void forward_row(int64_t H, const real *restrict bias, const real *restrict bq,
                                                  const real *restrict product, real *restrict q, real *restrict r,
                                                  real *restrict z, real *restrict n, real *restrict h)
{
    for (int64_t j = 0; j < H; j++) {
        r[j] = sigmoid_r(r[j] + product[j] + bias[j]);
        z[j] = sigmoid_r(z[j] + product[H + j] + bias[H + j]);
        q[j] = q[j] + bq[j];
        n[j] = tanh_r(n[j] + bias[2 * H + j] + r[j] * q[j]);
        h[j] = (1 - z[j]) * n[j] + z[j] * h[j];
    }
}

static void forward(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *gates = step->gates + b * 3 * H, *recurrent = step->recurrent + b * 3 * H;
        forward_row(H, step->bias, step->recurrent_bias, recurrent, recurrent + 2 * H, gates, gates + H, gates + 2 * H,
                    step->h + b * H);
    }
}

static __attribute__((noinline)) void backward_row(int64_t H, const real *restrict gates, const real *restrict q,
                                                   const real *restrict h_before, real *restrict dh, real *restrict dr,
                                                   real *restrict dz, real *restrict dn, real *restrict dr_recurrent,
                                                   real *restrict dz_recurrent, real *restrict dq)
{
    for (int64_t j = 0; j < H; j++) {
        const real r = gates[j], z = gates[H + j], n = gates[2 * H + j];
        dz[j] = dh[j] * (h_before[j] - n) * z * (1 - z);
        dn[j] = dh[j] * (1 - z) * (1 - n * n);
        dr[j] = dn[j] * q[j] * r * (1 - r);
        dr_recurrent[j] = dr[j];
        dz_recurrent[j] = dz[j];
        dq[j] = dn[j] * r;
        dh[j] = dh[j] * z;
    }
}

static void backward(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *dgates = step->dgates + b * 3 * H, *drecurrent = step->drecurrent + b * 3 * H;
        backward_row(H, step->gates + b * 3 * H, step->q + b * H, step->h_before + b * H, step->dh + b * H, dgates,
                     dgates + H, dgates + 2 * H, drecurrent, drecurrent + H, drecurrent + 2 * H);
    }
}

const struct cell_r gru_cell_r = {
    .stage_count = 1,
    .keeps_gates = true,
    .keeps_q = true,
    .splits_derivative = true,
    .has_recurrent_bias = true,
    .stages =
        {{.gate_count = 3, .product_apart = true, .product_added = true, .forward = forward, .backward = backward}},
};
