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
 */
#include "cell/cell.h"

#include "kern/math.h"

static __attribute__((noinline)) void forward_row(int64_t H, const real *restrict bi, const real *restrict bf,
                                                  const real *restrict bg, const real *restrict bo, real *restrict i,
                                                  real *restrict f, real *restrict g, real *restrict o,
                                                  real *restrict h, real *restrict c)
{
    for (int64_t j = 0; j < H; j++) {
        i[j] = sigmoid_r(i[j] + bi[j]);
        f[j] = sigmoid_r(f[j] + bf[j]);
        g[j] = tanh_r(g[j] + bg[j]);
        o[j] = sigmoid_r(o[j] + bo[j]);
        c[j] = f[j] * c[j] + i[j] * g[j];
        h[j] = o[j] * tanh_r(c[j]);
    }
}

static void forward(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    const real *bias = step->bias;
    for (int64_t b = 0; b < step->rows; b++) {
        real *gates = step->gates + b * 4 * H;
        forward_row(H, bias, bias + H, bias + 2 * H, bias + 3 * H, gates, gates + H, gates + 2 * H, gates + 3 * H,
                    step->h + b * H, step->c + b * H);
    }
}

static __attribute__((noinline)) void backward_row(int64_t H, const real *restrict gates, const real *restrict c_before,
                                                   const real *restrict c, const real *restrict dh, real *restrict dc,
                                                   real *restrict di, real *restrict df, real *restrict dg,
                                                   real *restrict d_o)
{
    for (int64_t j = 0; j < H; j++) {
        const real i = gates[j], f = gates[H + j], g = gates[2 * H + j], o = gates[3 * H + j];
        const real tanh_c = tanh_r(c[j]);
        const real dc_all = dc[j] + dh[j] * o * (1 - tanh_c * tanh_c);
        di[j] = dc_all * g * i * (1 - i);
        df[j] = dc_all * c_before[j] * f * (1 - f);
        dg[j] = dc_all * i * (1 - g * g);
        d_o[j] = dh[j] * tanh_c * o * (1 - o);
        dc[j] = dc_all * f;
    }
}

static void backward(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        real *dgates = step->dgates + b * 4 * H;
        backward_row(H, step->gates + b * 4 * H, step->c_before + b * H, step->c + b * H, step->dh + b * H,
                     step->dc + b * H, dgates, dgates + H, dgates + 2 * H, dgates + 3 * H);
    }
}

const struct cell_r lstm_cell_r = {
    .stage_count = 1,
    .keeps_gates = true,
    .keeps_c = true,
    .stages = {{.gate_count = 4, .forward = forward, .backward = backward}},
};
