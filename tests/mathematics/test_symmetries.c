/*
 * mathematics/test_symmetries.c: what follows from the equations without knowing a single number of the result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "mathematics/lab.h"
#include "support/case.h"

/* --- Hidden units may change places ------------------------------------------------------------------------------- */

static int64_t units_of(const struct lab_r *lab, int64_t layer) { return lab->setting->layers[layer].units; }

static bool recurs(const struct lab_r *lab, int64_t layer) { return lab->setting->layers[layer].kind != WEIR_LINEAR; }

/* Where unit j of a layer goes: the units of each layer turn round by one. */
static int64_t place_of(const struct lab_r *lab, int64_t layer, int64_t j)
{
    return recurs(lab, layer) ? (j + 1) % units_of(lab, layer) : j;
}

/* The same for a number j of several blocks of units side by side: gates, or directions. */
static int64_t place_in_blocks(const struct lab_r *lab, int64_t layer, int64_t j)
{
    const int64_t H = units_of(lab, layer);
    return j / H * H + place_of(lab, layer, j % H);
}

static int64_t column_place(const struct lab_r *lab, const weir_view *view, int64_t column)
{
    if (view->role == WEIR_RECURRENT_WEIGHT)
        return place_of(lab, view->layer, column);
    const bool reads_units = view->role == WEIR_INPUT_WEIGHT && view->layer > 0;
    return reads_units ? place_in_blocks(lab, view->layer - 1, column) : column;
}

static void permute_view(const struct lab_r *lab, const weir_view *view, const real *from, real *to)
{
    for (int64_t i = 0; i < view->rows; i++)
        for (int64_t j = 0; j < view->columns; j++) {
            const int64_t row = place_in_blocks(lab, view->layer, i), column = column_place(lab, view, j);
            to[view->offset + row * view->columns + column] = from[view->offset + i * view->columns + j];
        }
}

static real *permute_parameters(struct lab_r *lab, const real *from)
{
    real *to = lab_room_r(lab, lab->parameter_count);
    for (int64_t i = 0; i < weir_net_view_count(lab->net); i++) {
        weir_view view;
        assert_int_equal(weir_net_view(lab->net, i, &view, NULL), WEIR_OK);
        permute_view(lab, &view, from, to);
    }
    return to;
}

static real *permute_states(struct lab_r *lab, const real *from)
{
    real *to = lab_room_r(lab, lab->state_count);
    for (int64_t b = 0; b < lab->setting->rows; b++)
        for (int64_t i = 0; i < weir_net_state_view_count(lab->net); i++) {
            weir_view view;
            assert_int_equal(weir_net_state_view(lab->net, i, &view, NULL), WEIR_OK);
            permute_view(lab, &view, from + b * lab->state_size, to + b * lab->state_size);
        }
    return to;
}

static real *permute_outputs(struct lab_r *lab, const real *from)
{
    const int64_t O = lab->outputs, last = setting_layer_count(lab->setting) - 1;
    real *to = lab_room_r(lab, lab->y_count);
    for (int64_t i = 0; i < lab->y_count; i++)
        to[i / O * O + place_in_blocks(lab, last, i % O)] = from[i];
    return to;
}

/* A lab whose net has its units in other places, so that each number is that of `lab` in another place. */
static void open_permuted(struct lab_r *permuted, struct lab_r *lab)
{
    lab_open_r(permuted, lab->setting);
    permuted->parameters = permute_parameters(permuted, lab->parameters);
    permuted->state = permute_states(permuted, lab->state);
    permuted->dy = permute_outputs(permuted, lab->dy);
    permuted->dstate = permute_states(permuted, lab->dstate);
    assert_int_equal(weir_net_set_parameters_r(permuted->net, permuted->parameters, lab->parameter_count, NULL),
                     WEIR_OK);
}

static struct outcome_r run_without_dropout(struct lab_r *lab)
{
    const weir_plan_options options = {
        .batch = lab->setting->rows, .steps = lab->setting->steps, .mode = WEIR_TRAINING, .dropout_off = 1};
    return lab_run_r(lab, lab_plan_r(lab, options));
}

static void test_permuted_units(void **state)
{
    struct lab_r lab, other;
    lab_open_r(&lab, *state);
    open_permuted(&other, &lab);
    const struct outcome_r out = run_without_dropout(&lab), permuted = run_without_dropout(&other);
    const struct outcome_r expected = {
        .y = permute_outputs(&lab, out.y),
        .state = permute_states(&lab, out.state),
        .gradient = permute_parameters(&lab, out.gradient),
        .dx = out.dx,
        .dstate = permute_states(&lab, out.dstate),
    };
    assert_outcomes_close_r(&lab, &permuted, &expected);
    lab_close_r(&other);
    lab_close_r(&lab);
}

/* --- Time may run the other way ----------------------------------------------------------------------------------- */

static bool is_one_layer(const struct setting *setting) { return setting_layer_count(setting) == 1; }

static bool is_one_forward_cell(const struct setting *setting)
{
    return is_one_layer(setting) && setting->layers[0].direction == WEIR_FORWARD &&
           setting->layers[0].kind != WEIR_LINEAR;
}

/* Each row turned round within its length. */
static real *turn_round(struct lab_r *lab, const real *from, int64_t width)
{
    const int64_t rows = lab->setting->rows;
    real *to = lab_copy_r(lab, from, lab->setting->steps * rows * width);
    for (int64_t b = 0; b < rows; b++)
        for (int64_t t = 0; t < lab->lengths[b]; t++)
            memcpy(to + (t * rows + b) * width, from + ((lab->lengths[b] - 1 - t) * rows + b) * width,
                   (size_t)width * sizeof *to);
    return to;
}

static void test_time_reversal(void **state)
{
    struct lab_r forward, reverse;
    struct setting turned = *(const struct setting *)*state;
    turned.layers[0].direction = WEIR_REVERSE;
    lab_open_r(&forward, *state);
    lab_open_r(&reverse, &turned);
    const struct outcome_r expected = lab_run_r(&forward, forward.plan);
    reverse.x = turn_round(&reverse, forward.x, turned.inputs);
    reverse.dy = turn_round(&reverse, forward.dy, forward.outputs);
    struct outcome_r out = lab_run_r(&reverse, reverse.plan);
    out.y = turn_round(&reverse, out.y, forward.outputs);
    out.dx = turn_round(&reverse, out.dx, turned.inputs);
    assert_outcomes_close_r(&forward, &out, &expected);
    lab_close_r(&reverse);
    lab_close_r(&forward);
}

/* --- Both ways are one way beside the other ----------------------------------------------------------------------- */

/* Takes the half that belongs to direction d out of rows [count][2*width]. */
static real *half(struct lab_r *lab, const real *from, int64_t count, int64_t width, int d)
{
    real *to = lab_room_r(lab, count * width);
    for (int64_t i = 0; i < count; i++)
        memcpy(to + i * width, from + (2 * i + d) * width, (size_t)width * sizeof *to);
    return to;
}

static void test_direction(struct lab_r *both, const struct outcome_r *out, int d, real *dx)
{
    struct lab_r one;
    struct setting alone = *both->setting;
    alone.layers[0].direction = d == 0 ? WEIR_FORWARD : WEIR_REVERSE;
    lab_open_r(&one, &alone);
    const int64_t rows = alone.rows, items = rows * alone.steps, P = one.parameter_count;
    assert_int_equal(weir_net_set_parameters_r(one.net, both->parameters + d * P, P, NULL), WEIR_OK);
    one.state = half(&one, both->state, rows, one.state_size, d);
    one.dstate = half(&one, both->dstate, rows, one.state_size, d);
    one.dy = half(&one, both->dy, items, one.outputs, d);
    const struct outcome_r ours = lab_run_r(&one, one.plan);
    const struct outcome_r expected = {
        .y = half(&one, out->y, items, one.outputs, d),
        .state = half(&one, out->state, rows, one.state_size, d),
        .gradient = out->gradient + d * P,
        .dx = ours.dx, /* both ways' add up */
        .dstate = half(&one, out->dstate, rows, one.state_size, d),
    };
    assert_outcomes_close_r(&one, &ours, &expected);
    for (int64_t i = 0; i < one.x_count; i++)
        dx[i] += ours.dx[i];
    lab_close_r(&one);
}

static void test_both_ways(void **state)
{
    struct lab_r lab;
    struct setting both_ways = *(const struct setting *)*state;
    both_ways.layers[0].direction = WEIR_BOTH;
    lab_open_r(&lab, &both_ways);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    real *dx = lab_room_r(&lab, lab.x_count);
    for (int d = 0; d < 2; d++)
        test_direction(&lab, &out, d, dx);
    assert_close_r("dx", dx, out.dx, lab.x_count);
    lab_close_r(&lab);
}

/* --- Without recurrence a cell is a perceptron -------------------------------------------------------------------- */

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

/* What one unit makes of its pre-activations a (biases included) once R is zero and its keep gate is shut. `q` is the
   recurrent bias of the candidate, which a reset gate is to multiply. */
static double rnn_unit(const double *a, double q)
{
    (void)q;
    return tanh(a[0]);
}

static double relu_unit(const double *a, double q)
{
    (void)q;
    return fmax(0.0, a[0]);
}

static double lstm_unit(const double *a, double q)
{
    (void)q;
    return sigmoid(a[3]) * tanh(sigmoid(a[0]) * tanh(a[2]));
}

static double gru_unit(const double *a, double q) { return tanh(a[2] - q + sigmoid(a[0]) * q); }

static double gru_reset_before_unit(const double *a, double q)
{
    (void)q;
    return tanh(a[2]);
}

static const struct perceptron {
    weir_kind kind;
    int gates, keep_gate;
    double (*unit)(const double *a, double q);
} perceptrons[] = {
    {WEIR_RNN, 1, -1, rnn_unit},
    {WEIR_RNN_RELU, 1, -1, relu_unit},
    {WEIR_LSTM, 4, 1, lstm_unit},
    {WEIR_GRU, 3, 1, gru_unit},
    {WEIR_GRU_RESET_BEFORE, 3, 1, gru_reset_before_unit},
};

static const struct perceptron *perceptron_of(weir_kind kind)
{
    for (size_t i = 0; i < sizeof perceptrons / sizeof *perceptrons; i++)
        if (perceptrons[i].kind == kind)
            return &perceptrons[i];
    return NULL;
}

static bool is_one_cell_with_biases(const struct setting *setting)
{
    return is_one_forward_cell(setting) && setting->layers[0].bias == WEIR_BIAS_TWO && !setting->starts_anew;
}

/* W [G*H][I], R [G*H][H], b_ih, b_hh: R becomes zero, and the bias of the keep gate so negative that the gate is. */
static void cut_recurrence(struct lab_r *lab, const struct perceptron *cell)
{
    const int64_t H = units_of(lab, 0), block = cell->gates * H;
    real *R = lab->parameters + block * lab->setting->inputs, *b_ih = R + block * H;
    memset(R, 0, (size_t)(block * H) * sizeof *R);
    for (int64_t j = 0; cell->keep_gate >= 0 && j < H; j++)
        b_ih[cell->keep_gate * H + j] = -1e4;
    assert_int_equal(weir_net_set_parameters_r(lab->net, lab->parameters, lab->parameter_count, NULL), WEIR_OK);
}

static double perceptron_output(const struct lab_r *lab, const struct perceptron *cell, const real *x, int64_t j)
{
    const int64_t H = units_of(lab, 0), I = lab->setting->inputs, block = cell->gates * H;
    const real *W = lab->parameters, *b_ih = W + block * (I + H), *b_hh = b_ih + block;
    double a[4];
    for (int g = 0; g < cell->gates; g++) {
        a[g] = (double)b_ih[g * H + j] + (double)b_hh[g * H + j];
        for (int64_t i = 0; i < I; i++)
            a[g] += (double)W[(g * H + j) * I + i] * (double)x[i];
    }
    return cell->unit(a, (double)b_hh[(cell->gates - 1) * H + j]);
}

static void test_perceptron(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct perceptron *cell = perceptron_of(lab.setting->layers[0].kind);
    cut_recurrence(&lab, cell);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    real *expected = lab_room_r(&lab, lab.y_count);
    for (int64_t i = 0; i < lab.setting->rows * lab.setting->steps; i++)
        for (int64_t j = 0; i / lab.setting->rows < lab.lengths[i % lab.setting->rows] && j < lab.outputs; j++)
            expected[i * lab.outputs + j] = (real)perceptron_output(&lab, cell, lab.x + i * lab.setting->inputs, j);
    assert_close_r("y", out.y, expected, lab.y_count);
    lab_close_r(&lab);
}

static const struct property properties[] = {
    {"permuted units permute what they touch", test_permuted_units, NULL},
    {"a reverse layer is a forward one on rows turned round", test_time_reversal, is_one_forward_cell},
    {"both ways are one beside the other", test_both_ways, is_one_forward_cell},
    {"without recurrence each step is a perceptron", test_perceptron, is_one_cell_with_biases},
};

int main(void)
{
    return run_table("symmetries", properties, sizeof properties / sizeof *properties, all_settings,
                     all_settings_count);
}
