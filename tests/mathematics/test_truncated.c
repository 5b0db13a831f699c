/*
 * mathematics/test_truncated.c: truncated backpropagation is what it is said to be.
 *
 * Explicitly: window by window, a plain plan runs forward from the state before the window and backward with dL/dy zero
 * but at the last k1 steps; that state comes from plain runs too. And the window's gradient is the derivative of what
 * its last k1 steps cost, by differences in f64, the state before it held. Where one window is all, the gradient is
 * that of full backpropagation, bit for bit on the native engine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics/lab.h"

static const struct setting settings[] = {
    {"lstm", {{.kind = WEIR_LSTM, .units = 4}}, .inputs = 3, .rows = 2, .steps = 24},
    {"gru, started anew", {{.kind = WEIR_GRU, .units = 4}}, .inputs = 3, .rows = 1, .steps = 24, .starts_anew = true},
    {"rnn", {{.kind = WEIR_RNN, .units = 5, .bias = WEIR_BIAS_ONE}}, .inputs = 2, .rows = 3, .steps = 24},
    {"gru_reset_before", {{.kind = WEIR_GRU_RESET_BEFORE, .units = 3}}, .inputs = 2, .rows = 2, .steps = 24},
    {"learned states, dropout",
     {{.kind = WEIR_LSTM, .units = 3, .learned_state = 1, .dropout = 0.25},
      {.kind = WEIR_GRU, .units = 4, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 2}},
     .inputs = 2,
     .rows = 2,
     .steps = 24,
     .starts_anew = true},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

/* k1 and k2, k1 a divisor of 24: windows alone, windows of which the next begins within the last k1 steps or before,
   windows that never slide. */
static const int64_t lengths[][2] = {{1, 1}, {4, 4}, {1, 5}, {4, 5}, {4, 8}, {6, 9}, {4, 22}, {8, 24}, {3, 100}};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

/* What a sequence costs is sum dy y, so dL/dy = dy. */
struct window {
    int64_t first, end; /* steps of the sequence */
    int64_t every;
    const real *state; /* [B][S] before it; NULL: anew */
};

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t numbers_of(const struct lab_r *lab, int64_t width) { return lab->setting->rows * width; }

static weir_truncated *open_truncated(const struct lab_r *lab, int64_t every, int64_t through)
{
    const weir_plan_options options = {.batch = lab->setting->rows, .dropout_seed = 3};
    weir_truncated *truncated = NULL;
    weir_error error;
    if (weir_truncated_create(&truncated, lab->net, &options, every, through, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    if (!lab->setting->starts_anew)
        assert_int_equal(weir_truncated_start_r(truncated, lab->state), WEIR_OK);
    return truncated;
}

/* --- Plain runs ----------------------------------------------------------------------------------------------------
 */

/* Forward over steps [first, end) of the sequence. */
static void run_plain(struct lab_r *lab, int64_t first, int64_t end, const real *state_in, real *y, real *state_out)
{
    struct weir_forward_args_r args = {
        .rows = lab->setting->rows,
        .steps = end - first,
        .x = lab->x + first * numbers_of(lab, lab->setting->inputs),
        .state_in = state_in,
        .y = y,
        .state_out = state_out,
        .first_step = first,
    };
    lab_forward_r(lab->plan, &args);
}

/* The window's outputs at its last k1 steps, and its gradient. */
static void run_window(struct lab_r *lab, const struct window *window, real *y, real *gradient)
{
    const int64_t O = numbers_of(lab, lab->outputs), steps = window->end - window->first, k1 = window->every;
    real *all = lab_room_r(lab, steps * O), *dy = lab_room_r(lab, steps * O);
    memcpy(dy + (steps - k1) * O, lab->dy + (window->end - k1) * O, (size_t)(k1 * O) * sizeof(real));
    run_plain(lab, window->first, window->end, window->state, all, NULL);
    lab_backward_r(lab->plan, &(struct weir_backward_args_r){
                                  .x = lab->x + window->first * numbers_of(lab, lab->setting->inputs),
                                  .dy = dy,
                                  .gradient = gradient,
                              });
    memcpy(y, all + (steps - k1) * O, (size_t)(k1 * O) * sizeof(real));
}

/* --- What must hold ------------------------------------------------------------------------------------------------
 */

/* p -= rate g, in the net. */
static void descend(struct lab_r *lab, const real *gradient)
{
    real *moved = lab_copy_r(lab, weir_net_parameters_r(lab->net), lab->parameter_count);
    for (int64_t i = 0; i < lab->parameter_count; i++)
        moved[i] -= (real)0.01 * gradient[i];
    assert_int_equal(weir_net_set_parameters_r(lab->net, moved, lab->parameter_count, NULL), WEIR_OK);
}

/* Goes through the sequence. Where parameters move in between, a window's state is what its predecessor's steps left
   with the parameters of that moment. */
static void compare_windows(struct lab_r *lab, int64_t every, int64_t through, bool moves)
{
    const int64_t I = numbers_of(lab, lab->setting->inputs), O = numbers_of(lab, lab->outputs),
                  S = numbers_of(lab, lab->state_size), n = lab->parameter_count;
    weir_truncated *truncated = open_truncated(lab, every, through);
    real *y = lab_room_r(lab, every * O), *plain_y = lab_room_r(lab, every * O), *gradient = lab_room_r(lab, n),
         *plain = lab_room_r(lab, n), *state = lab_room_r(lab, S), *plain_state = lab_room_r(lab, S);
    real *before = lab_copy_r(lab, lab->state, S);
    struct window window = {.every = every, .state = lab->setting->starts_anew ? NULL : before};
    for (window.end = every; window.end <= lab->setting->steps; window.end += every) {
        assert_int_equal(weir_truncated_forward_r(truncated, lab->x + (window.end - every) * I, y), WEIR_OK);
        for (int again = 0; again < 2; again++)
            assert_int_equal(weir_truncated_backward_r(truncated, lab->dy + (window.end - every) * O, gradient),
                             WEIR_OK);
        assert_int_equal(weir_truncated_state_r(truncated, state), WEIR_OK);
        run_plain(lab, window.first, window.end, window.state, NULL, plain_state);
        run_window(lab, &window, plain_y, plain);
        assert_close_r("y", y, plain_y, every * O);
        assert_close_r("gradient", gradient, plain, n);
        assert_close_r("state", state, plain_state, S);
        const int64_t next = larger(0, window.end + every - through);
        if (next > window.first) {
            run_plain(lab, window.first, next, window.state, NULL, before);
            window.first = next;
            window.state = before;
        }
        if (moves)
            descend(lab, gradient);
    }
    weir_truncated_destroy(&truncated);
}

static void test_windows(void **state)
{
    for (int moves = 0; moves < 2; moves++)
        for (int i = 0; i < LENGTHS; i++) {
            struct lab_r lab;
            lab_open_r(&lab, *state);
            compare_windows(&lab, lengths[i][0], lengths[i][1], moves);
            lab_close_r(&lab);
        }
}

/* Fixed parameters: the gradients of all windows add up to the sum over the losses of each k1 steps, each derived
   through k2 steps from states of one plain run over the whole sequence. */
static void test_sum(void **state)
{
    const int64_t k1 = 4, k2 = 9;
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t I = numbers_of(&lab, lab.setting->inputs), O = numbers_of(&lab, lab.outputs),
                  S = numbers_of(&lab, lab.state_size), n = lab.parameter_count;
    weir_truncated *truncated = open_truncated(&lab, k1, k2);
    real *sum = lab_room_r(&lab, n), *plain_sum = lab_room_r(&lab, n), *gradient = lab_room_r(&lab, n),
         *y = lab_room_r(&lab, k1 * O), *at = lab_room_r(&lab, S);
    const real *start = lab.setting->starts_anew ? NULL : lab.state;
    for (int64_t end = k1; end <= lab.setting->steps; end += k1) {
        struct window window = {larger(0, end - k2), end, k1, start};
        assert_int_equal(weir_truncated_forward_r(truncated, lab.x + (end - k1) * I, y), WEIR_OK);
        assert_int_equal(weir_truncated_backward_r(truncated, lab.dy + (end - k1) * O, gradient), WEIR_OK);
        for (int64_t i = 0; i < n; i++)
            sum[i] += gradient[i];
        if (window.first > 0) {
            run_plain(&lab, 0, window.first, start, NULL, at);
            window.state = at;
        }
        run_window(&lab, &window, y, gradient);
        for (int64_t i = 0; i < n; i++)
            plain_sum[i] += gradient[i];
    }
    assert_close_r("sum of gradients", sum, plain_sum, n);
    weir_truncated_destroy(&truncated);
    lab_close_r(&lab);
}

/* What a window's last k1 steps cost, at parameters moved along a direction. */
static double cost_at(struct lab_r *lab, const struct window *window, const real *direction, double along)
{
    const int64_t O = numbers_of(lab, lab->outputs), steps = window->end - window->first;
    real *moved = lab_copy_r(lab, lab->parameters, lab->parameter_count), *y = lab_room_r(lab, steps * O);
    double cost = 0.0;
    for (int64_t i = 0; i < lab->parameter_count; i++)
        moved[i] += (real)(along * (double)direction[i]);
    assert_int_equal(weir_net_set_parameters_r(lab->net, moved, lab->parameter_count, NULL), WEIR_OK);
    run_plain(lab, window->first, window->end, window->state, y, NULL);
    for (int64_t i = (steps - window->every) * O; i < steps * O; i++)
        cost += (double)y[i] * (double)lab->dy[window->first * O + i];
    return cost;
}

static void test_differences(void **state)
{
    const int64_t k1 = 4, k2 = 9, ends = 16; /* its window begins at 7 */
    const double step = 1e-5;
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t I = numbers_of(&lab, lab.setting->inputs), O = numbers_of(&lab, lab.outputs), n = lab.parameter_count;
    weir_truncated *truncated = open_truncated(&lab, k1, k2);
    real *gradient = lab_room_r(&lab, n), *y = lab_room_r(&lab, k1 * O);
    real *before = lab_room_r(&lab, numbers_of(&lab, lab.state_size)), *direction = lab_draw_r(&lab, 9, n, 1.0);
    for (int64_t end = k1; end <= ends; end += k1)
        assert_int_equal(weir_truncated_forward_r(truncated, lab.x + (end - k1) * I, y), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy + (ends - k1) * O, gradient), WEIR_OK);
    run_plain(&lab, 0, ends - k2, lab.setting->starts_anew ? NULL : lab.state, NULL, before);
    const struct window window = {ends - k2, ends, k1, before};
    const double difference =
        (cost_at(&lab, &window, direction, step) - cost_at(&lab, &window, direction, -step)) / (2 * step);
    double slope = 0.0;
    for (int64_t i = 0; i < n; i++)
        slope += (double)gradient[i] * (double)direction[i];
    if (REAL_BITS == 64 && !(fabs(slope - difference) <= 1e-8 * (1.0 + fabs(slope))))
        fail_msg("along the direction: %.12g by backward, %.12g by differences", slope, difference);
    weir_truncated_destroy(&truncated);
    lab_close_r(&lab);
}

static bool on_blas(void)
{
    const char *named = getenv("WEIR_ENGINE");
    return named && strcmp(named, "blas") == 0;
}

static void test_whole(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r out = lab_outcome_r(&lab);
    struct weir_forward_args_r forward = lab_forward_args_r(&lab, &out);
    struct weir_backward_args_r backward = lab_backward_args_r(&lab, &out);
    forward.draw = 0;
    backward.dstate_out = NULL;
    lab_forward_r(lab.plan, &forward);
    lab_backward_r(lab.plan, &backward);
    weir_truncated *truncated = open_truncated(&lab, lab.setting->steps, 0);
    real *y = lab_room_r(&lab, lab.y_count), *gradient = lab_room_r(&lab, lab.parameter_count);
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, y), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, gradient), WEIR_OK);
    (on_blas() ? assert_close_r : assert_bits_r)("y", y, out.y, lab.y_count);
    (on_blas() ? assert_close_r : assert_bits_r)("gradient", gradient, out.gradient, lab.parameter_count);
    weir_truncated_destroy(&truncated);
    lab_close_r(&lab);
}

/* Sequences that end within the k1 steps: dy is zero behind their end, and so is what those steps add. */
static void test_rest(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t k1 = lab.setting->steps, end = k1 - 5, O = numbers_of(&lab, lab.outputs), n = lab.parameter_count;
    const struct window window = {0, end, end, lab.setting->starts_anew ? NULL : lab.state};
    weir_truncated *truncated = open_truncated(&lab, k1, 0);
    real *dy = lab_copy_r(&lab, lab.dy, lab.y_count), *y = lab_room_r(&lab, lab.y_count);
    real *gradient = lab_room_r(&lab, n), *plain = lab_room_r(&lab, n);
    memset(dy + end * O, 0, (size_t)((k1 - end) * O) * sizeof(real));
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, y), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, dy, gradient), WEIR_OK);
    run_window(&lab, &window, y, plain);
    assert_close_r("gradient up to the end", gradient, plain, n);
    weir_truncated_destroy(&truncated);
    lab_close_r(&lab);
}

/* Sequences that begin anew have nothing of those before, but other masks. */
static void test_start(void **state)
{
    const int64_t k1 = 4, k2 = 10;
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t I = numbers_of(&lab, lab.setting->inputs), O = numbers_of(&lab, lab.outputs);
    weir_truncated *truncated = open_truncated(&lab, k1, k2);
    real *y[2] = {lab_room_r(&lab, lab.y_count), lab_room_r(&lab, lab.y_count)};
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t end = k1; end <= lab.setting->steps; end += k1)
            assert_int_equal(weir_truncated_forward_r(truncated, lab.x + (end - k1) * I, y[pass] + (end - k1) * O),
                             WEIR_OK);
        assert_int_equal(weir_truncated_start_r(truncated, lab.setting->starts_anew ? NULL : lab.state), WEIR_OK);
    }
    const bool same = memcmp(y[0], y[1], (size_t)lab.y_count * sizeof(real)) == 0;
    assert_int_equal(same, !setting_has_dropout(lab.setting));
    weir_truncated_destroy(&truncated);
    lab_close_r(&lab);
}

static bool is_first(const struct setting *setting) { return setting == settings; }

/* What a reverse layer ends with belongs before the sequence: no window can go on from it. */
static void refuse_reverse(weir_truncated **none)
{
    const weir_direction directions[] = {WEIR_REVERSE, WEIR_BOTH};
    for (size_t i = 0; i < sizeof directions / sizeof *directions; i++) {
        const weir_layer layers[] = {{.kind = WEIR_GRU, .units = 2, .direction = directions[i]},
                                     {.kind = WEIR_LINEAR, .units = 1}};
        weir_net *net = NULL;
        weir_error error;
        assert_int_equal(weir_net_create(&net, REAL_PRECISION, 2, layers, 2, NULL), WEIR_OK);
        assert_int_equal(weir_truncated_create(none, net, NULL, 2, 2, &error), WEIR_ERROR_ARGUMENT);
        assert_non_null(strstr(error.message, "reverse"));
        weir_net_destroy(&net);
    }
}

/* Nothing is run that is refused, and the sentence says why. */
static void test_refusals(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    weir_truncated *truncated = open_truncated(&lab, 4, 6), *none = NULL;
    real *y = lab_room_r(&lab, lab.y_count), *gradient = lab_room_r(&lab, lab.parameter_count);
    const weir_plan_options steps = {.steps = 4}, batch = {.batch = -1};
    weir_error error;
    assert_int_equal(weir_truncated_create(&none, lab.net, NULL, 0, 0, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(&none, lab.net, NULL, 4, 3, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(&none, lab.net, NULL, 4, -4, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(&none, lab.net, &steps, 4, 4, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(&none, lab.net, &batch, 4, 4, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(&none, lab.net, NULL, 1, INT64_MAX, &error), WEIR_ERROR_SIZE);
    refuse_reverse(&none);
    assert_int_equal(weir_truncated_create(&none, NULL, NULL, 1, 1, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_create(NULL, lab.net, NULL, 1, 1, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_bytes(NULL, lab.net, NULL, 1, 1, &error), WEIR_ERROR_ARGUMENT);
    assert_null(none);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, gradient), WEIR_ERROR_ORDER);
    assert_int_equal(weir_truncated_state_r(truncated, y), WEIR_ERROR_ORDER);
    assert_int_equal(weir_truncated_forward_r(truncated, NULL, y), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, NULL), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_forward_r(NULL, lab.x, y), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, y), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, NULL, gradient), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, NULL), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_truncated_state_r(truncated, NULL), WEIR_ERROR_ARGUMENT);
    real *edited = NULL;
    assert_int_equal(weir_net_edit_r(lab.net, &edited, NULL), WEIR_OK);
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, y), WEIR_ERROR_STALE);
    assert_int_equal(weir_truncated_create(&none, lab.net, NULL, 1, 1, &error), WEIR_ERROR_ORDER);
    assert_int_equal(weir_net_commit(lab.net, NULL), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, gradient), WEIR_ERROR_STALE);
    assert_string_not_equal(weir_truncated_error(truncated), "");
    assert_int_equal(weir_truncated_forward_r(truncated, lab.x, y), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, gradient), WEIR_OK);
    assert_int_equal(weir_truncated_start_r(truncated, NULL), WEIR_OK);
    assert_int_equal(weir_truncated_backward_r(truncated, lab.dy, gradient), WEIR_ERROR_ORDER);
#if REAL_BITS == 64
    const float x32 = 0.0F;
    float y32 = 0.0F;
    assert_int_equal(weir_truncated_forward_f32(truncated, &x32, &y32), WEIR_ERROR_PRECISION);
    assert_int_equal(weir_truncated_start_f32(truncated, NULL), WEIR_ERROR_PRECISION);
#endif
    weir_truncated_destroy(&truncated);
    weir_truncated_destroy(&truncated);
    weir_truncated_destroy(NULL);
    assert_string_equal(weir_truncated_error(NULL), "");
    lab_close_r(&lab);
}

static const struct property properties[] = {
    {"a window is what plain runs make of it", test_windows, NULL},
    {"windows add up to the sum of plain ones", test_sum, NULL},
    {"a window's gradient is its derivative", test_differences, NULL},
    {"one window for all is full backpropagation", test_whole, NULL},
    {"steps behind an end add nothing", test_rest, NULL},
    {"sequences begin anew", test_start, NULL},
    {"what cannot be is refused", test_refusals, is_first},
};

int main(void)
{
    return run_table("truncated", properties, sizeof properties / sizeof *properties, settings, SETTINGS);
}
