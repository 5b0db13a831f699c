/*
 * cell/rnn.c: the vanilla RNN (Elman 1990), with tanh or, for Le et al. 2015, ReLU.
 *
 *     a = W x + b_ih + R h' + b_hh
 *     h = tanh(a)                 or  h = max(0, a)
 *
 *     da = dh (1 - h^2)           or  da = dh [h > 0]
 *     dh' = R^T da
 */
#include "cell/cell.h"

#include "kern/math.h"

static void forward_tanh(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        const real *restrict a = step->gates + b * H, *restrict bias = step->bias;
        real *restrict h = step->h + b * H;
        for (int64_t j = 0; j < H; j++)
            h[j] = tanh_r(a[j] + bias[j]);
    }
}

static void forward_relu(const struct forward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        const real *restrict a = step->gates + b * H, *restrict bias = step->bias;
        real *restrict h = step->h + b * H;
        for (int64_t j = 0; j < H; j++)
            h[j] = a[j] + bias[j] < 0 ? (real)0 : a[j] + bias[j]; /* NaN stays */
    }
}

static void backward_tanh(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        const real *restrict h = step->y + b * step->y_stride, *restrict dh = step->dh + b * H;
        real *restrict da = step->dgates + b * H;
        for (int64_t j = 0; j < H; j++)
            da[j] = dh[j] * (1 - h[j] * h[j]);
    }
}

static void backward_relu(const struct backward_step_r *step)
{
    const int64_t H = step->units;
    for (int64_t b = 0; b < step->rows; b++) {
        const real *restrict h = step->y + b * step->y_stride, *restrict dh = step->dh + b * H;
        real *restrict da = step->dgates + b * H;
        for (int64_t j = 0; j < H; j++) {
            const real passed = dh[j];
            da[j] = h[j] > 0 ? passed : (real)0;
        }
    }
}

const struct cell_r rnn_cell_r = {
    .stage_count = 1,
    .stages = {{.gate_count = 1, .forward = forward_tanh, .backward = backward_tanh}},
};

const struct cell_r rnn_relu_cell_r = {
    .stage_count = 1,
    .stages = {{.gate_count = 1, .forward = forward_relu, .backward = backward_relu}},
};
