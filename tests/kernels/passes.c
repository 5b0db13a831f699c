/*
 * kernels/passes.c: the equations of the cells' passes, with bounds.
 */
#include "kernels/passes.h"

#include <float.h>
#include <math.h>

#include "support/ulps.h"

#if REAL_BITS == 32
static const wide u = 0x1p-24, smallest = (wide)FLT_MIN;
#else
static const wide u = 0x1p-53L, smallest = (wide)DBL_MIN;
_Static_assert(LDBL_MANT_DIG >= 64, "the reference is wider than double");
#endif

/* --- Arithmetic with bounds --------------------------------------------------------------------------------------- */

static wide size_of(struct estimate a) { return WIDE(fabs)(a.value); }

static struct estimate exactly(wide value) { return (struct estimate){value, 0}; }

static struct estimate rounded(wide value, wide error)
{
    return (struct estimate){value, error + u * (WIDE(fabs)(value) + error) + smallest};
}

static struct estimate plus(struct estimate a, struct estimate b)
{
    return rounded(a.value + b.value, a.error + b.error);
}

static struct estimate minus(struct estimate a, struct estimate b)
{
    return rounded(a.value - b.value, a.error + b.error);
}

static struct estimate times(struct estimate a, struct estimate b)
{
    return rounded(a.value * b.value, size_of(a) * b.error + size_of(b) * a.error + a.error * b.error);
}

static struct estimate of_function(wide (*f)(wide x), double ulps, struct estimate a)
{
    const wide value = f(a.value), above = f(a.value + a.error) - value, below = value - f(a.value - a.error);
    const wide brought = above > below ? above : below;
    return (struct estimate){value, brought + (wide)ulps * 2 * u * (WIDE(fabs)(value) + brought) + smallest};
}

static wide exact_sigmoid(wide x) { return x < 0 ? WIDE(exp)(x) / (1 + WIDE(exp)(x)) : 1 / (1 + WIDE(exp)(-x)); }
static wide exact_tanh(wide x) { return WIDE(tanh)(x); }

static struct estimate sigmoid(struct estimate a) { return of_function(exact_sigmoid, SIGMOID_ULPS, a); }
static struct estimate hyperbolic_tangent(struct estimate a) { return of_function(exact_tanh, TANH_ULPS, a); }

/* s (1-s) and 1 - t^2 */
static struct estimate sigmoid_slope(struct estimate s) { return times(s, minus(exactly(1), s)); }
static struct estimate tanh_slope(struct estimate t) { return minus(exactly(1), times(t, t)); }

/* (1-z) n + z h' */
static struct estimate blend(struct estimate z, struct estimate n, struct estimate h)
{
    return plus(times(minus(exactly(1), z), n), times(z, h));
}

/* --- Forward ------------------------------------------------------------------------------------------------------ */

static struct estimate gate_sum(const struct unit *unit, int g) { return plus(unit->of[GATES][g], unit->of[BIAS][g]); }

static void rnn_forward(struct unit *unit) { unit->of[H][0] = hyperbolic_tangent(gate_sum(unit, 0)); }

/* Either side of zero is within the bound: it cuts off no more than it is off. */
static void rnn_relu_forward(struct unit *unit)
{
    const struct estimate a = gate_sum(unit, 0);
    unit->of[H][0] = (struct estimate){a.value > 0 ? a.value : 0, a.error};
}

static void lstm_forward(struct unit *unit)
{
    const struct estimate i = sigmoid(gate_sum(unit, 0)), f = sigmoid(gate_sum(unit, 1));
    const struct estimate g = hyperbolic_tangent(gate_sum(unit, 2)), o = sigmoid(gate_sum(unit, 3));
    const struct estimate c = plus(times(f, unit->of[C][0]), times(i, g)), gates[] = {i, f, g, o};
    for (int k = 0; k < 4; k++)
        unit->of[GATES][k] = gates[k];
    unit->of[C][0] = unit->of[KEPT_C][0] = c;
    unit->of[H][0] = times(o, hyperbolic_tangent(c));
}

static void gru_forward(struct unit *unit)
{
    const struct estimate r = sigmoid(plus(gate_sum(unit, 0), unit->of[RECURRENT][0]));
    const struct estimate z = sigmoid(plus(gate_sum(unit, 1), unit->of[RECURRENT][1]));
    const struct estimate q = plus(unit->of[RECURRENT][2], unit->of[RECURRENT_BIAS][0]);
    const struct estimate n = hyperbolic_tangent(plus(gate_sum(unit, 2), times(r, q))), gates[] = {r, z, n};
    for (int k = 0; k < 3; k++)
        unit->of[GATES][k] = gates[k];
    unit->of[KEPT_Q][0] = q;
    unit->of[H][0] = blend(z, n, unit->of[H_BEFORE][0]);
}

static void gru_before_forward_reset(struct unit *unit)
{
    const struct estimate r = sigmoid(gate_sum(unit, 0)), z = sigmoid(gate_sum(unit, 1));
    unit->of[GATES][0] = r;
    unit->of[GATES][1] = z;
    unit->of[RESET][0] = times(r, unit->of[H_BEFORE][0]);
}

static void gru_before_forward_new(struct unit *unit)
{
    const struct estimate n = hyperbolic_tangent(gate_sum(unit, 2));
    unit->of[GATES][2] = n;
    unit->of[H][0] = blend(unit->of[GATES][1], n, unit->of[H_BEFORE][0]);
}

/* --- Backward ----------------------------------------------------------------------------------------------------- */

static struct estimate dh_of(const struct unit *unit) { return plus(unit->of[DH][0], unit->of[DY][0]); }

static void rnn_backward(struct unit *unit) { unit->of[DGATES][0] = times(dh_of(unit), tanh_slope(unit->of[Y][0])); }

static void rnn_relu_backward(struct unit *unit)
{
    unit->of[DGATES][0] = unit->of[Y][0].value > 0 ? dh_of(unit) : exactly(0);
}

static void lstm_backward(struct unit *unit)
{
    const struct estimate *gates = unit->of[GATES], i = gates[0], f = gates[1], g = gates[2], o = gates[3];
    const struct estimate t = hyperbolic_tangent(unit->of[C][0]), dh = dh_of(unit);
    const struct estimate dc = plus(times(times(dh, o), tanh_slope(t)), unit->of[DC][0]);
    unit->of[DGATES][0] = times(times(dc, g), sigmoid_slope(i));
    unit->of[DGATES][1] = times(times(dc, unit->of[C_BEFORE][0]), sigmoid_slope(f));
    unit->of[DGATES][2] = times(times(dc, i), tanh_slope(g));
    unit->of[DGATES][3] = times(times(dh, t), sigmoid_slope(o));
    unit->of[DC][0] = times(dc, f);
}

/* dz, dn, and what goes on to h'. */
static void blend_backward(struct unit *unit)
{
    const struct estimate z = unit->of[GATES][1], n = unit->of[GATES][2], dh = dh_of(unit);
    unit->of[DGATES][1] = times(times(dh, minus(unit->of[H_BEFORE][0], n)), sigmoid_slope(z));
    unit->of[DGATES][2] = times(times(dh, minus(exactly(1), z)), tanh_slope(n));
    unit->of[DH][0] = times(dh, z);
}

static void gru_backward(struct unit *unit)
{
    const struct estimate r = unit->of[GATES][0];
    blend_backward(unit);
    unit->of[DGATES][0] = times(times(unit->of[DGATES][2], unit->of[Q][0]), sigmoid_slope(r));
    unit->of[DQ][0] = times(unit->of[DGATES][2], r);
}

static void gru_before_backward_reset(struct unit *unit)
{
    const struct estimate r = unit->of[GATES][0], h_before = unit->of[H_BEFORE][0], du = unit->of[DRESET][0];
    unit->of[DGATES][0] = times(times(du, h_before), sigmoid_slope(r));
    unit->of[DH][0] = plus(unit->of[DH][0], times(du, r));
    unit->of[RESET][0] = times(r, h_before);
}

/* --- Tangent ------------------------------------------------------------------------------------------------------ */

static void rnn_tangent(struct unit *unit)
{
    unit->of[H_DOT][0] = times(unit->of[GATES_DOT][0], tanh_slope(unit->of[Y][0]));
}

static void rnn_relu_tangent(struct unit *unit)
{
    unit->of[H_DOT][0] = unit->of[Y][0].value > 0 ? unit->of[GATES_DOT][0] : exactly(0);
}

/* The dot of a product. */
static struct estimate product_dot(struct estimate a, struct estimate b, struct estimate a_dot, struct estimate b_dot)
{
    return plus(times(a_dot, b), times(a, b_dot));
}

static void lstm_tangent(struct unit *unit)
{
    const struct estimate *gates = unit->of[GATES], *sums = unit->of[GATES_DOT], t = hyperbolic_tangent(unit->of[C][0]);
    const struct estimate i_dot = times(sums[0], sigmoid_slope(gates[0]));
    const struct estimate f_dot = times(sums[1], sigmoid_slope(gates[1]));
    const struct estimate g_dot = times(sums[2], tanh_slope(gates[2]));
    const struct estimate o_dot = times(sums[3], sigmoid_slope(gates[3]));
    const struct estimate c_dot = plus(product_dot(gates[1], unit->of[C_BEFORE][0], f_dot, unit->of[C_DOT][0]),
                                       product_dot(gates[0], gates[2], i_dot, g_dot));
    unit->of[C_DOT][0] = c_dot;
    unit->of[H_DOT][0] = plus(times(o_dot, t), times(times(gates[3], tanh_slope(t)), c_dot));
}

/* (1-z) n + z h' */
static struct estimate blend_dot(const struct unit *unit, struct estimate z_dot, struct estimate n_dot)
{
    const struct estimate z = unit->of[GATES][1], moved = minus(unit->of[H_BEFORE][0], unit->of[GATES][2]);
    return plus(plus(times(minus(exactly(1), z), n_dot), times(z_dot, moved)), times(z, unit->of[H_BEFORE_DOT][0]));
}

static void gru_tangent(struct unit *unit)
{
    const struct estimate *gates = unit->of[GATES], *sums = unit->of[GATES_DOT], *products = unit->of[RECURRENT_DOT];
    const struct estimate r_dot = times(plus(sums[0], products[0]), sigmoid_slope(gates[0]));
    const struct estimate z_dot = times(plus(sums[1], products[1]), sigmoid_slope(gates[1]));
    const struct estimate u_dot = product_dot(gates[0], unit->of[Q][0], r_dot, products[2]);
    unit->of[H_DOT][0] = blend_dot(unit, z_dot, times(plus(sums[2], u_dot), tanh_slope(gates[2])));
}

static void gru_before_tangent_reset(struct unit *unit)
{
    const struct estimate *gates = unit->of[GATES], r_dot = times(unit->of[GATES_DOT][0], sigmoid_slope(gates[0]));
    unit->of[GATES_DOT][1] = times(unit->of[GATES_DOT][1], sigmoid_slope(gates[1]));
    unit->of[RESET_DOT][0] = product_dot(gates[0], unit->of[H_BEFORE][0], r_dot, unit->of[H_BEFORE_DOT][0]);
}

static void gru_before_tangent_new(struct unit *unit)
{
    const struct estimate n_dot = times(unit->of[GATES_DOT][2], tanh_slope(unit->of[GATES][2]));
    unit->of[H_DOT][0] = blend_dot(unit, unit->of[GATES_DOT][1], n_dot);
}

/* --- All of them -------------------------------------------------------------------------------------------------- */

#define ALL(field, count)                                                                                              \
    {                                                                                                                  \
        field, 0, count, false                                                                                         \
    }
#define ONE(field)                                                                                                     \
    {                                                                                                                  \
        field, 0, 1, false                                                                                             \
    }
#define KEPT(field, count)                                                                                             \
    {                                                                                                                  \
        field, 0, count, true                                                                                          \
    }

const struct pass passes[] = {
    {.name = "rnn forward",
     .kind = WEIR_RNN,
     .gates = 1,
     .reads = {ONE(GATES), ONE(BIAS)},
     .writes = {ONE(H)},
     .equations = rnn_forward},
    {.name = "rnn backward",
     .kind = WEIR_RNN,
     .gates = 1,
     .way = BACKWARD,
     .reads = {ONE(Y), ONE(DY), ONE(DH)},
     .writes = {ONE(DGATES)},
     .equations = rnn_backward},
    {.name = "rnn_relu forward",
     .kind = WEIR_RNN_RELU,
     .gates = 1,
     .reads = {ONE(GATES), ONE(BIAS)},
     .writes = {ONE(H)},
     .equations = rnn_relu_forward},
    {.name = "rnn_relu backward",
     .kind = WEIR_RNN_RELU,
     .gates = 1,
     .way = BACKWARD,
     .reads = {ONE(Y), ONE(DY), ONE(DH)},
     .writes = {ONE(DGATES)},
     .equations = rnn_relu_backward},
    {.name = "lstm forward",
     .kind = WEIR_LSTM,
     .gates = 4,
     .keeps = true,
     .reads = {ALL(GATES, 4), ALL(BIAS, 4), ONE(C)},
     .writes = {ONE(H), ONE(C), KEPT(GATES, 4), KEPT(KEPT_C, 1)},
     .equations = lstm_forward},
    {.name = "lstm backward",
     .kind = WEIR_LSTM,
     .gates = 4,
     .way = BACKWARD,
     .reads = {ALL(GATES, 4), ONE(C), ONE(C_BEFORE), ONE(DY), ONE(DH), ONE(DC)},
     .writes = {ALL(DGATES, 4), ONE(DC)},
     .equations = lstm_backward},
    {.name = "gru forward",
     .kind = WEIR_GRU,
     .gates = 3,
     .keeps = true,
     .reads = {ALL(GATES, 3), ALL(BIAS, 3), ALL(RECURRENT, 3), ONE(RECURRENT_BIAS), ONE(H_BEFORE)},
     .writes = {ONE(H), KEPT(GATES, 3), KEPT(KEPT_Q, 1)},
     .equations = gru_forward},
    {.name = "gru backward",
     .kind = WEIR_GRU,
     .gates = 3,
     .way = BACKWARD,
     .reads = {ALL(GATES, 3), ONE(Q), ONE(H_BEFORE), ONE(DY), ONE(DH)},
     .writes = {ALL(DGATES, 3), ONE(DQ), ONE(DH)},
     .equations = gru_backward},
    {.name = "gru_reset_before forward, reset",
     .kind = WEIR_GRU_RESET_BEFORE,
     .gates = 3,
     .reads = {ALL(GATES, 2), ALL(BIAS, 2), ONE(H_BEFORE)},
     .writes = {ALL(GATES, 2), ONE(RESET)},
     .equations = gru_before_forward_reset},
    {.name = "gru_reset_before forward, new",
     .kind = WEIR_GRU_RESET_BEFORE,
     .stage = 1,
     .gates = 3,
     .reads = {{GATES, 1, 2, false}, {BIAS, 2, 1, false}, ONE(H_BEFORE)},
     .writes = {{GATES, 2, 1, false}, ONE(H)},
     .equations = gru_before_forward_new},
    {.name = "gru_reset_before backward, new",
     .kind = WEIR_GRU_RESET_BEFORE,
     .stage = 1,
     .gates = 3,
     .way = BACKWARD,
     .reads = {{GATES, 1, 2, false}, ONE(H_BEFORE), ONE(DY), ONE(DH)},
     .writes = {{DGATES, 1, 2, false}, ONE(DH)},
     .equations = blend_backward},
    {.name = "gru_reset_before backward, reset",
     .kind = WEIR_GRU_RESET_BEFORE,
     .gates = 3,
     .way = BACKWARD,
     .reads = {ONE(GATES), ONE(H_BEFORE), ONE(DRESET), ONE(DH)},
     .writes = {ONE(DGATES), ONE(DH), ONE(RESET)},
     .equations = gru_before_backward_reset},
    {.name = "rnn tangent",
     .kind = WEIR_RNN,
     .gates = 1,
     .way = TANGENT,
     .reads = {ONE(GATES_DOT), ONE(Y)},
     .writes = {ONE(H_DOT)},
     .equations = rnn_tangent},
    {.name = "rnn_relu tangent",
     .kind = WEIR_RNN_RELU,
     .gates = 1,
     .way = TANGENT,
     .reads = {ONE(GATES_DOT), ONE(Y)},
     .writes = {ONE(H_DOT)},
     .equations = rnn_relu_tangent},
    {.name = "lstm tangent",
     .kind = WEIR_LSTM,
     .gates = 4,
     .way = TANGENT,
     .reads = {ALL(GATES, 4), ALL(GATES_DOT, 4), ONE(C), ONE(C_BEFORE), ONE(C_DOT)},
     .writes = {ONE(H_DOT), ONE(C_DOT)},
     .equations = lstm_tangent},
    {.name = "gru tangent",
     .kind = WEIR_GRU,
     .gates = 3,
     .way = TANGENT,
     .reads = {ALL(GATES, 3), ALL(GATES_DOT, 3), ALL(RECURRENT_DOT, 3), ONE(Q), ONE(H_BEFORE), ONE(H_BEFORE_DOT)},
     .writes = {ONE(H_DOT)},
     .equations = gru_tangent},
    {.name = "gru_reset_before tangent, reset",
     .kind = WEIR_GRU_RESET_BEFORE,
     .gates = 3,
     .way = TANGENT,
     .reads = {ALL(GATES, 2), ALL(GATES_DOT, 2), ONE(H_BEFORE), ONE(H_BEFORE_DOT)},
     .writes = {{GATES_DOT, 1, 1, false}, ONE(RESET_DOT)},
     .equations = gru_before_tangent_reset},
    {.name = "gru_reset_before tangent, new",
     .kind = WEIR_GRU_RESET_BEFORE,
     .stage = 1,
     .gates = 3,
     .way = TANGENT,
     .reads = {{GATES, 1, 2, false}, {GATES_DOT, 1, 2, false}, ONE(H_BEFORE), ONE(H_BEFORE_DOT)},
     .writes = {ONE(H_DOT)},
     .equations = gru_before_tangent_new},
};
_Static_assert(sizeof passes / sizeof *passes <= MOST_PASSES, "there is room for all passes");
const int pass_count = sizeof passes / sizeof *passes;
