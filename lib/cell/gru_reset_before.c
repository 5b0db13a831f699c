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
 * Two dependent products a step: its price against resetting after.
 */
#include "cell/cell.h"

#include "kern/math.h"

static __attribute__((noinline)) void forward_reset_row(int64_t H, const real *restrict bias, const real *restrict h,
                                                        real *restrict r, real *restrict z, real *restrict u)
{
    for (int64_t j = 0; j < H; j++) {
        r[j] = sigmoid_r(r[j] + bias[j]);
        z[j] = sigmoid_r(z[j] + bias[H + j]);
        u[j] = r[j] * h[j];
    }
}

static void forward_reset(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *gates = step->gates + b * 3 * H;
        forward_reset_row(H, step->bias, step->h + b * H, gates, gates + H, step->reset + b * H);
    }
}

static __attribute__((noinline)) void forward_new_row(int64_t H, const real *restrict bias, const real *restrict z,
                                                      real *restrict n, real *restrict h)
{
    for (int64_t j = 0; j < H; j++) {
        n[j] = tanh_r(n[j] + bias[j]);
        h[j] = (1 - z[j]) * n[j] + z[j] * h[j];
    }
}

static void forward_new(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *gates = step->gates + b * 3 * H;
        forward_new_row(H, step->bias + 2 * H, gates + H, gates + 2 * H, step->h + b * H);
    }
}

static __attribute__((noinline)) void backward_new_row(int64_t H, const real *restrict gates,
                                                       const real *restrict h_before, real *restrict dh,
                                                       real *restrict dz, real *restrict dn)
{
    for (int64_t j = 0; j < H; j++) {
        const real z = gates[H + j], n = gates[2 * H + j];
        dz[j] = dh[j] * (h_before[j] - n) * z * (1 - z);
        dn[j] = dh[j] * (1 - z) * (1 - n * n);
        dh[j] = dh[j] * z;
    }
}

static void backward_new(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *dgates = step->dgates + b * 3 * H;
        backward_new_row(H, step->gates + b * 3 * H, step->h_before + b * H, step->dh + b * H, dgates + H,
                         dgates + 2 * H);
    }
}

static __attribute__((noinline)) void backward_reset_row(int64_t H, const real *restrict r,
                                                         const real *restrict h_before, const real *restrict du,
                                                         real *restrict dh, real *restrict dr, real *restrict u)
{
    for (int64_t j = 0; j < H; j++) {
        dr[j] = du[j] * h_before[j] * r[j] * (1 - r[j]);
        dh[j] += du[j] * r[j];
        u[j] = r[j] * h_before[j];
    }
}

static void backward_reset(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++)
        backward_reset_row(H, step->gates + b * 3 * H, step->h_before + b * H, step->dreset + b * H, step->dh + b * H,
                           step->dgates + b * 3 * H, step->reset + b * H);
}

const struct cell_r gru_reset_before_cell_r = {
    .stage_count = 2,
    .keeps_gates = true,
    .stages =
        {
            {.gate_count = 2, .product_added = true, .forward = forward_reset, .backward = backward_reset},
            {.first_gate = 2,
             .gate_count = 1,
             .operand_is_reset = true,
             .forward = forward_new,
             .backward = backward_new},
        },
};
