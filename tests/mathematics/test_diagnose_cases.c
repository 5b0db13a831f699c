/*
 * mathematics/test_diagnose_cases.c: diagnoses of nets whose gradient goes a way that is known on paper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"

#define weir_gradient_by_lag_args_here struct weir_gradient_by_lag_args_r

enum { STEPS = 40, ROWS = 2, INPUTS = 1, MOST_UNITS = 4, MOST_STATE = 8 };

/* Sums over T steps of what rounds to about u. */
static const double close = REAL_BITS == 64 ? 1e-12 : 1e-4;

/* A layer with weights by hand, that has gone forward through inputs that change, from the state 0. */
struct rig {
    weir_net *net;
    weir_plan *plan;
    int64_t units, state_size;
};

static void rig_open(struct rig *rig, weir_kind kind, int64_t units)
{
    const weir_layer layer = {.kind = kind, .units = units, .bias = WEIR_BIAS_ONE};
    assert_int_equal(weir_net_create(&rig->net, REAL_PRECISION, INPUTS, &layer, 1, NULL), WEIR_OK);
    const weir_plan_options options = {.batch = ROWS, .steps = STEPS, .mode = WEIR_TRAINING};
    assert_int_equal(weir_plan_create(&rig->plan, rig->net, &options, NULL), WEIR_OK);
    rig->units = units;
    rig->state_size = weir_net_state_size(rig->net);
}

static void rig_close(struct rig *rig)
{
    weir_plan_destroy(&rig->plan);
    weir_net_destroy(&rig->net);
}

/* A parameter, all of one number; or number by number. */
static void set_all(struct rig *rig, const char *name, double value)
{
    weir_view view;
    real values[4 * MOST_UNITS * MOST_UNITS];
    assert_int_equal(weir_net_find(rig->net, name, &view, NULL), WEIR_OK);
    for (int64_t i = 0; i < view.rows * view.columns; i++)
        values[i] = (real)value;
    assert_int_equal(weir_net_set_r(rig->net, name, values, view.rows, view.columns, NULL), WEIR_OK);
}

static void set(struct rig *rig, const char *name, const double *numbers)
{
    weir_view view;
    real values[4 * MOST_UNITS * MOST_UNITS];
    assert_int_equal(weir_net_find(rig->net, name, &view, NULL), WEIR_OK);
    for (int64_t i = 0; i < view.rows * view.columns; i++)
        values[i] = (real)numbers[i];
    assert_int_equal(weir_net_set_r(rig->net, name, values, view.rows, view.columns, NULL), WEIR_OK);
}

/* Biases, a number for each gate. */
static void set_biases(struct rig *rig, const double *gates, int count)
{
    double biases[4 * MOST_UNITS];
    for (int64_t i = 0; i < count * rig->units; i++)
        biases[i] = gates[i / rig->units];
    set(rig, "bias_ih_l0", biases);
}

static void go_forward(struct rig *rig)
{
    real x[STEPS * ROWS * INPUTS], y[STEPS * ROWS * MOST_UNITS];
    for (int i = 0; i < STEPS * ROWS * INPUTS; i++)
        x[i] = (real)(1 + i % 7) / 8;
    assert_int_equal(weir_forward_r(rig->plan, x, NULL, y), WEIR_OK);
}

/* Norms by lag for dL/d(final state) of the same numbers in both rows. */
static void norms_of(struct rig *rig, const double *dstate, double norms[STEPS][ROWS])
{
    real given[ROWS * MOST_STATE];
    for (int64_t i = 0; i < ROWS * rig->state_size; i++)
        given[i] = (real)dstate[i % rig->state_size];
    const weir_gradient_by_lag_args_here args = {.dstate_out = given, .lags = STEPS, .norms = norms[0]};
    assert_int_equal(weir_gradient_by_lag_r(rig->plan, &args), WEIR_OK);
}

static weir_singular_value norm_over(struct rig *rig, int64_t row, int64_t steps)
{
    weir_singular_value found;
    const weir_jacobian_args args = {.row = row, .steps = steps, .tolerance = REAL_BITS == 64 ? 1e-12 : 1e-5};
    assert_int_equal(weir_jacobian_norm(rig->plan, &args, &found), WEIR_OK);
    assert_true(found.converged);
    return found;
}

static void assert_near(double ours, double expected, const char *what, int64_t k)
{
    if (!(fabs(ours - expected) <= close * fabs(expected)))
        fail_msg("%s, %lld: %.15g, not %.15g", what, (long long)k, ours, expected);
}

/* --- A linear RNN ------------------------------------------------------------------------------------------------- */

/* ReLU of positive numbers: h = W x + b + R h', and J over k steps is R^k. */
static void open_linear(struct rig *rig, const double *R)
{
    rig_open(rig, WEIR_RNN_RELU, 2);
    set_all(rig, "weight_ih_l0", 0.5);
    set_all(rig, "bias_ih_l0", 0.25);
    set(rig, "weight_hh_l0", R);
    go_forward(rig);
}

/* R = [[0.5 0.25] [0.25 0.5]]: eigenvalues 0.75 along (1 1), 0.25 along (1 -1), and so are the singular values. */
static void test_symmetric(void **state)
{
    (void)state;
    const double R[] = {0.5, 0.25, 0.25, 0.5}, along[] = {sqrt(0.5), sqrt(0.5)}, across[] = {sqrt(0.5), -sqrt(0.5)};
    double norms[STEPS][ROWS];
    struct rig rig;
    open_linear(&rig, R);
    norms_of(&rig, along, norms);
    for (int k = 1; k <= STEPS; k++)
        for (int b = 0; b < ROWS; b++)
            assert_near(norms[k - 1][b], pow(0.75, k), "along (1 1), lag", k);
    norms_of(&rig, across, norms);
    for (int k = 1; k <= (REAL_BITS == 64 ? 12 : 4); k++) /* rounding grows along the other vector, as 3^k */
        assert_true(fabs(norms[k - 1][0] - pow(0.25, k)) <= close * pow(0.75, k));
    for (int k = 1; k <= STEPS; k++)
        assert_near(norm_over(&rig, k % ROWS, k).value, pow(0.75, k), "singular value over", k);
    rig_close(&rig);
}

/* R = [[a b] [0 a]]: R^k = a^(k-1) [[a k b] [0 a]], whose singular values have the sum of squares F and the product of
   squares D, so that the larger one is sqrt((F + sqrt(F^2 - 4 D)) / 2): it grows before it decays. */
static void test_not_normal(void **state)
{
    (void)state;
    const double a = 0.875, b = 1.5, R[] = {a, b, 0.0, a};
    struct rig rig;
    open_linear(&rig, R);
    for (int k = 1; k <= STEPS; k++) {
        const double F = 2.0 * a * a + k * b * k * b, D = a * a * a * a;
        const double expected = pow(a, k - 1) * sqrt((F + sqrt(F * F - 4.0 * D)) / 2.0);
        const weir_singular_value found = norm_over(&rig, 0, k);
        assert_near(found.value, expected, "singular value over", k);
        assert_true(found.products <= 2);
    }
    rig_close(&rig);
}

/* Numbers whose squares f64, and whose norms f32, cannot hold: there they end at zero; but the Jacobian's do not. */
static void test_tiny(void **state)
{
    (void)state;
    const double R[] = {0x1p-18, 0.0, 0.0, 0x1p-18}, along[] = {0.6, 0.8};
    double norms[STEPS][ROWS];
    struct rig rig;
    open_linear(&rig, R);
    norms_of(&rig, along, norms);
    for (int k = 1; k <= STEPS; k++) {
        const double expected = ldexp(1.0, -18 * k);
        if (REAL_BITS == 64 || k <= 6)
            assert_near(norms[k - 1][0], expected, "lag", k);
        else
            assert_true(norms[k - 1][0] == 0.0);
        assert_near(norm_over(&rig, 0, k).value, expected, "singular value over", k);
    }
    assert_true(norm_over(&rig, 0, STEPS).value < 1e-200);
    rig_close(&rig);
}

/* A state that stays 0, where tanh is linear: J over k steps is R^k, until no double can hold it. */
static void test_huge(void **state)
{
    (void)state;
    const double R[] = {0x1p30, 0.0, 0.0, 0x1p20};
    struct rig rig;
    rig_open(&rig, WEIR_RNN, 2);
    set_all(&rig, "weight_ih_l0", 0.0);
    set_all(&rig, "bias_ih_l0", 0.0);
    set(&rig, "weight_hh_l0", R);
    go_forward(&rig);
    for (int k = 1; 30 * k < 1024; k++)
        assert_near(norm_over(&rig, 0, k).value, ldexp(1.0, 30 * k), "singular value over", k);
    assert_true(isinf(norm_over(&rig, 0, STEPS).value));
    rig_close(&rig);
}

/* --- Gates that are open ------------------------------------------------------------------------------------------ */

static void direct_path_of(struct rig *rig, double logs[STEPS][ROWS][MOST_UNITS])
{
    double room[STEPS * ROWS * MOST_UNITS];
    const weir_direct_path_args args = {.lags = STEPS, .logs = room};
    assert_int_equal(weir_direct_path(rig->plan, &args), WEIR_OK);
    for (int64_t i = 0; i < STEPS * ROWS * rig->units; i++)
        logs[i / (ROWS * rig->units)][i / rig->units % ROWS][i % rig->units] = room[i];
}

/* z = 1: the state is kept, whatever else there is. */
static void test_open_gru(weir_kind kind)
{
    const double dstate[] = {0.6, 0.0, -0.8}, biases[] = {0.5, 50.0, -0.5};
    double norms[STEPS][ROWS], logs[STEPS][ROWS][MOST_UNITS], above[9], time_constants[3];
    struct rig rig;
    rig_open(&rig, kind, 3);
    set_biases(&rig, biases, 3);
    go_forward(&rig);
    norms_of(&rig, dstate, norms);
    direct_path_of(&rig, logs);
    for (int k = 1; k <= STEPS; k++) {
        assert_near(norms[k - 1][1], 1.0, "lag", k);
        assert_near(norm_over(&rig, 1, k).value, 1.0, "singular value over", k);
        for (int j = 0; j < 3; j++)
            assert_true(logs[k - 1][1][j] == 0.0);
    }
    const weir_gate_statistics_args args = {.above = above, .time_constants = time_constants};
    assert_int_equal(weir_gate_statistics(rig.plan, &args), WEIR_OK);
    for (int j = 0; j < 3; j++) {
        assert_true(above[3 + j] == 1.0);
        assert_true(isinf(time_constants[j]));
    }
    rig_close(&rig);
}

static void test_gru(void **state)
{
    (void)state;
    test_open_gru(WEIR_GRU);
    test_open_gru(WEIR_GRU_RESET_BEFORE);
}

/* f = 1, i = 0, R = 0: c stays c_0, here 0, and h = o tanh(c) passes nothing on. J over any k steps, of (h, c), is
   [[0 o] [0 1]] for each unit, as tanh's slope at 0 is 1: its norm is sqrt(1 + o^2). */
static void test_lstm(void **state)
{
    (void)state;
    const double biases[] = {-90.0, 50.0, 0.5, 0.25}, dh[] = {1.0, 0.0, 0.0, 0.0}, dc[] = {0.0, 0.0, 0.6, 0.8};
    const double o = 1.0 / (1.0 + exp(-0.25));
    double norms[STEPS][ROWS], logs[STEPS][ROWS][MOST_UNITS];
    struct rig rig;
    rig_open(&rig, WEIR_LSTM, 2);
    set_all(&rig, "weight_ih_l0", 0.0);
    set_all(&rig, "weight_hh_l0", 0.0);
    set_biases(&rig, biases, 4);
    go_forward(&rig);
    direct_path_of(&rig, logs);
    norms_of(&rig, dc, norms);
    for (int k = 1; k <= STEPS; k++) {
        assert_near(norms[k - 1][0], 1.0, "dL/dc, lag", k);
        assert_true(logs[k - 1][0][0] == 0.0 && logs[k - 1][1][1] == 0.0);
        assert_near(norm_over(&rig, 0, k).value, sqrt(1.0 + o * o), "singular value over", k);
    }
    norms_of(&rig, dh, norms);
    for (int k = 1; k <= STEPS; k++)
        assert_near(norms[k - 1][0], o, "dL/dh, lag", k);
    rig_close(&rig);
}

/* --- Gates that are known ----------------------------------------------------------------------------------------- */

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

/* Without weights a gate is its bias' function at every step: below, above, or between the thresholds. */
static void test_known_gates(void **state)
{
    (void)state;
    const double biases[] = {-3.0, 2.0, 1.2, 3.0}; /* i below 0.1; f 0.88; g = tanh 1.2 = 0.83; o above 0.9 */
    double means[8], below[8], above[8], time_constants[2], logs[STEPS][ROWS][MOST_UNITS];
    struct rig rig;
    rig_open(&rig, WEIR_LSTM, 2);
    set_all(&rig, "weight_ih_l0", 0.0);
    set_all(&rig, "weight_hh_l0", 0.0);
    set_biases(&rig, biases, 4);
    go_forward(&rig);
    weir_gate_statistics_args args = {.means = means, .below = below, .above = above, .time_constants = time_constants};
    assert_int_equal(weir_gate_statistics(rig.plan, &args), WEIR_OK);
    for (int i = 0; i < 8; i++) {
        const int gate = i / 2;
        assert_near(means[i], gate == 2 ? tanh(biases[gate]) : sigmoid(biases[gate]), "mean", i);
        assert_true(below[i] == (gate == 0 ? 1.0 : 0.0));
        assert_true(above[i] == (gate >= 2 ? 1.0 : 0.0)); /* g: above 0.8 */
    }
    assert_near(time_constants[1], -1.0 / log(sigmoid(2.0)), "time constant", 1);
    args.low = 0.2;
    args.high = 0.96; /* g: 0.92 */
    assert_int_equal(weir_gate_statistics(rig.plan, &args), WEIR_OK);
    assert_true(above[4] == 0.0 && above[6] == 0.0 && below[0] == 1.0);
    direct_path_of(&rig, logs);
    for (int k = 1; k <= STEPS; k++)
        assert_near(logs[k - 1][1][0], k * log(sigmoid(2.0)), "direct path over", k);
    rig_close(&rig);
}

/* A gate that is open in some steps only: shares between 0 and 1. x is k/8, k from 1 to 7 in turn; with w = 16 and
   b = -7, z = s(2k - 7), which is below 0.1 for k = 1, 2 and above 0.9 for k = 5, 6, 7. */
static void test_shares(void **state)
{
    (void)state;
    const double biases[] = {0.0, -7.0, 0.0};
    double below[6], above[6], means[6], mean = 0.0;
    int lows = 0, highs = 0;
    struct rig rig;
    rig_open(&rig, WEIR_GRU, 2);
    set_all(&rig, "weight_ih_l0", 16.0);
    set_all(&rig, "weight_hh_l0", 0.0);
    set_biases(&rig, biases, 3);
    go_forward(&rig);
    for (int i = 0; i < STEPS * ROWS; i++) {
        const double z = sigmoid(2.0 * (1 + i % 7) - 7.0);
        lows += z < 0.1;
        highs += z > 0.9;
        mean += z / (STEPS * ROWS);
    }
    const weir_gate_statistics_args args = {.means = means, .below = below, .above = above};
    assert_int_equal(weir_gate_statistics(rig.plan, &args), WEIR_OK);
    for (int j = 0; j < 2; j++) {
        assert_near(means[2 + j], mean, "mean", j);
        assert_near(below[2 + j], (double)lows / (STEPS * ROWS), "below", j);
        assert_near(above[2 + j], (double)highs / (STEPS * ROWS), "above", j);
    }
    rig_close(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_symmetric),   cmocka_unit_test(test_not_normal), cmocka_unit_test(test_tiny),
        cmocka_unit_test(test_huge),        cmocka_unit_test(test_gru),        cmocka_unit_test(test_lstm),
        cmocka_unit_test(test_known_gates), cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests_name("diagnose cases", tests, NULL, NULL);
}
