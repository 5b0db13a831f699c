/*
 * cost/theory.c: what a GRU and an LSTM of H units and I = H inputs consist of, on paper.
 *
 * Forward, a row and step, in multiples of H (docs/engine.md, "What a run costs"; docs/math.md, "Cells"):
 *
 *              reads                        writes                       functions
 *     GRU      x, 3 sums, h'          = 5   3 sums, 3 gates, h     = 7   s s tanh
 *     LSTM     x, 4 sums, h', c'      = 7   4 sums, 4 gates, h, c  = 10  s s s tanh, tanh(c)
 *
 * Backward, d being the derivatives of the gates, read for dh, for dW and dR, and for dx:
 *
 *              reads                        writes
 *     GRU      tape, dy, x, 3 times 3 = 16  3 d, dh, dx            = 5
 *     LSTM     tape, dy, x, 3 times 4 = 20  4 d, dh, dx            = 6   tanh(c) again
 *
 * The tape has r z n q h, or i f g o c h. q = R_n h' + b is kept since it is multiplied by r, so it is no part of a
 * sum.
 */
#include "cost/theory.h"

#include <math.h>

const weir_kind cost_kinds[COST_CELLS] = {[COST_GRU] = WEIR_GRU, [COST_LSTM] = WEIR_LSTM};

static const struct {
    const char *name;
    double inference[COST_CELLS], training[COST_CELLS];
} quantities[] = {
    [QUANTITY_PARAMETERS] = {"parameters", {3, 4}, {3, 4}},
    [QUANTITY_FLOPS] = {"flops", {3, 4}, {9, 12}},
    [QUANTITY_FUNCTIONS] = {"functions", {3, 5}, {3, 6}},
    [QUANTITY_STATE] = {"state", {1, 2}, {1, 2}},
    [QUANTITY_ACTIVATIONS] = {"activation_bytes", {12, 17}, {33, 43}},
    [QUANTITY_TAPE] = {"tape_bytes", {0, 0}, {5, 6}},
    [QUANTITY_WEIGHTS] = {"weights_bytes", {(double)NAN, (double)NAN}, {(double)NAN, (double)NAN}},
    [QUANTITY_WORKSPACE] = {"workspace_bytes", {(double)NAN, (double)NAN}, {(double)NAN, (double)NAN}},
    [QUANTITY_PLAN] = {"plan_bytes", {(double)NAN, (double)NAN}, {(double)NAN, (double)NAN}},
};

const char *quantity_name(enum quantity quantity) { return quantities[quantity].name; }

double theory_count(enum quantity quantity, weir_mode mode, enum cost_cell cell)
{
    return mode == WEIR_INFERENCE ? quantities[quantity].inference[cell] : quantities[quantity].training[cell];
}

/* What one of it stands for: a row of W, of R and two biases for each unit; a product with each of these rows; or a
   number for each unit. */
static double scale_of(enum quantity quantity, const struct point *point)
{
    const double H = (double)point->stack.hidden, I = (double)point->stack.inputs, B = (double)point->batch;
    switch (quantity) {
    case QUANTITY_PARAMETERS:
        return H * (I + H + 2);
    case QUANTITY_FLOPS:
        return 2 * B * H * (I + H);
    case QUANTITY_ACTIVATIONS:
    case QUANTITY_TAPE:
        return B * H * point_bits(point) / 8.0;
    default:
        return B * H;
    }
}

double theory_amount(enum quantity quantity, const struct point *point, enum cost_cell cell)
{
    return theory_count(quantity, point->mode, cell) * scale_of(quantity, point);
}

double theory_ratio(enum quantity quantity, weir_mode mode)
{
    return theory_count(quantity, mode, COST_GRU) / theory_count(quantity, mode, COST_LSTM);
}
