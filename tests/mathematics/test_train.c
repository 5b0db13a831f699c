/*
 * mathematics/test_train.c: losses at their edges, clipping, and a loop that learns.
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
#include "support/case.h"

/* --- Losses ------------------------------------------------------------------------------------------------------- */

/* One step of one row of two logits. */
static double loss_of(weir_loss loss, const real *y, const real *target, int64_t class, real *dy)
{
    double value = (double)NAN;
    const struct weir_loss_args_r args = {
        .loss = loss, .rows = 1, .steps = 1, .width = 2, .y = y, .target = target, .classes = &class, .dy = dy};
    assert_int_equal(weir_loss_r(&value, &args, NULL), WEIR_OK);
    return value;
}

static void test_large_logits(void **state)
{
    (void)state;
    const struct {
        weir_loss loss;
        real y[2], target[2];
        int64_t class;
        double value;
        real dy[2];
    } cases[] = {
        {WEIR_SOFTMAX_CROSS_ENTROPY, {1000, -1000}, {0, 0}, 0, 0.0, {0, 0}},
        {WEIR_SOFTMAX_CROSS_ENTROPY, {1000, -1000}, {0, 0}, 1, 2000.0, {1, -1}},
        {WEIR_SOFTMAX_CROSS_ENTROPY, {1000, 1000}, {0, 0}, 1, 0.693147180559945309, {(real)0.5, (real)-0.5}},
        {WEIR_SOFTMAX_CROSS_ENTROPY, {-1000, -1000}, {0, 0}, 0, 0.693147180559945309, {(real)-0.5, (real)0.5}},
        {WEIR_BERNOULLI_CROSS_ENTROPY, {1000, -1000}, {0, 1}, 0, 1000.0, {(real)0.5, (real)-0.5}},
        {WEIR_BERNOULLI_CROSS_ENTROPY, {1000, -1000}, {1, 0}, 0, 0.0, {0, 0}},
        {WEIR_BERNOULLI_CROSS_ENTROPY, {-1000, -1000}, {(real)0.25, 0}, 0, 125.0, {(real)-0.125, 0}},
        {WEIR_MSE, {1000, -1000}, {-1000, 1000}, 0, 4e6, {2000, -2000}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        real dy[2] = {(real)NAN, (real)NAN};
        const double value = loss_of(cases[i].loss, cases[i].y, cases[i].target, cases[i].class, dy);
        if (!(fabs(value - cases[i].value) <= 1e-13 * cases[i].value) || dy[0] != cases[i].dy[0] ||
            dy[1] != cases[i].dy[1])
            fail_msg("case %zu: %.17g, dy %g %g", i, value, (double)dy[0], (double)dy[1]);
    }
}

static void test_no_live_step(void **state)
{
    (void)state;
    const int64_t lengths[] = {0, 0};
    const real y[4] = {(real)NAN, (real)NAN, (real)NAN, (real)NAN};
    for (int loss = WEIR_MSE; loss <= WEIR_BERNOULLI_CROSS_ENTROPY; loss++)
        for (int reduction = WEIR_MEAN; reduction <= WEIR_SUM; reduction++) {
            real dy[4] = {1, 1, 1, 1};
            double value = 1.0;
            int64_t live_steps = 9, classes[] = {-1, -1};
            const struct weir_loss_args_r args = {.loss = (weir_loss)loss,
                                                  .reduction = (weir_reduction)reduction,
                                                  .rows = 2,
                                                  .steps = 1,
                                                  .width = 2,
                                                  .lengths = lengths,
                                                  .y = y,
                                                  .target = y,
                                                  .classes = classes,
                                                  .dy = dy,
                                                  .live_steps = &live_steps};
            assert_int_equal(weir_loss_r(&value, &args, NULL), WEIR_OK);
            assert_true(value == 0.0 && live_steps == 0);
            for (int i = 0; i < 4; i++)
                assert_true(dy[i] == 0);
        }
}

static void test_mse(void **state)
{
    (void)state;
    real y[] = {1, 2, -3}, target[] = {0, 4, -3}, dy[3];
    assert_true(fabs(weir_mse_r(y, target, 3, dy) - 5.0 / 3.0) < 1e-15);
    const real expected[] = {(real)(2.0 / 3.0), (real)(-4.0 / 3.0), 0};
    assert_memory_equal(dy, expected, sizeof dy);
    assert_true(fabs(weir_mse_r(y, target, 3, NULL) - 5.0 / 3.0) < 1e-15);
    assert_true(fabs(weir_mse_r(y, target, 3, y) - 5.0 / 3.0) < 1e-15); /* in y's place */
    assert_memory_equal(y, expected, sizeof y);
    assert_true(isnan(weir_mse_r(NULL, target, 3, dy)));
    assert_true(isnan(weir_mse_r(y, NULL, 3, dy)));
    assert_true(isnan(weir_mse_r(y, target, 0, dy)));
}

/* --- Clipping ----------------------------------------------------------------------------------------------------- */

static void test_clip_norm(void **state)
{
    (void)state;
    real gradient[] = {3, -4, 12};
    assert_true(weir_clip_norm_r(gradient, 3, 6.5) == 13.0);
    const real half[] = {(real)1.5, -2, 6};
    assert_memory_equal(gradient, half, sizeof half);
    assert_true(weir_clip_norm_r(gradient, 3, 6.5) == 6.5); /* is small enough */
    assert_memory_equal(gradient, half, sizeof half);
    assert_true(weir_clip_norm_r(gradient, 3, (double)INFINITY) == 6.5);
    assert_memory_equal(gradient, half, sizeof half);
}

static void test_clip_norm_of_what_is_not_finite(void **state)
{
    (void)state;
    const real bad[] = {(real)INFINITY, (real)NAN};
    for (int i = 0; i < 2; i++) {
        real gradient[] = {1, bad[i], 100}, before[3];
        memcpy(before, gradient, sizeof before);
        assert_true(!isfinite(weir_clip_norm_r(gradient, 3, 1.0)));
        assert_memory_equal(gradient, before, sizeof before);
    }
    real gradient[] = {1};
    assert_true(isnan(weir_clip_norm_r(NULL, 1, 1.0)));
    assert_true(isnan(weir_clip_norm_r(gradient, 0, 1.0)));
    assert_true(isnan(weir_clip_norm_r(gradient, 1, 0.0)));
    assert_true(isnan(weir_clip_norm_r(gradient, 1, (double)NAN)));
}

/* Numbers whose squares overflow, or in f32 would vanish, have a norm all the same. */
static void test_clip_norm_in_double(void **state)
{
    (void)state;
    const double size = REAL_BITS == 32 ? 1e37 : 1e300;
    real large[] = {(real)(3 * size), (real)(4 * size)}, small[] = {(real)3e-30, (real)4e-30};
    assert_true(fabs(weir_clip_norm_r(large, 2, 1.0) / size - 5.0) < 1e-6);
    assert_true(fabs((double)large[0] - 0.6) < 1e-6 && fabs((double)large[1] - 0.8) < 1e-6);
    assert_true(fabs(weir_clip_norm_r(small, 2, 1.0) - 5e-30) < 1e-36);
}

static void test_clip_value(void **state)
{
    (void)state;
    real gradient[] = {2, -3, (real)0.5, (real)-0.5, (real)INFINITY, -(real)INFINITY, (real)NAN};
    const real expected[] = {1, -1, (real)0.5, (real)-0.5, 1, -1};
    assert_int_equal(weir_clip_value_r(gradient, 7, 1.0), WEIR_OK);
    assert_memory_equal(gradient, expected, sizeof expected);
    assert_true(isnan(gradient[6]));
    assert_int_equal(weir_clip_value_r(NULL, 7, 1.0), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_clip_value_r(gradient, 0, 1.0), WEIR_ERROR_ARGUMENT);
    assert_int_equal(weir_clip_value_r(gradient, 7, 0.0), WEIR_ERROR_ARGUMENT);
}

/* --- All of it together ------------------------------------------------------------------------------------------- */

enum { ROWS = 16, STEPS = 12, EPOCHS = 300 };

/* What went in first, to be told at the end: a row's target is its first input. */
static void draw_task(uint64_t seed, real *x, real *target)
{
    for (int i = 0; i < STEPS * ROWS; i++)
        x[i] = (real)golden_number(seed, 1, (uint64_t)i);
    memcpy(target, x, ROWS * sizeof *x);
}

/* Forward, loss, backward, clip, step; returns the loss. */
static double train_once(weir_plan *plan, weir_optimizer *optimizer, weir_net *net, uint64_t seed)
{
    static real x[STEPS * ROWS], target[ROWS], y[ROWS], dy[ROWS], gradient[1000];
    draw_task(seed, x, target);
    const struct weir_forward_args_r forward = {
        .rows = ROWS, .steps = STEPS, .x = x, .y = y, .span = WEIR_LAST_STEP, .draw = seed};
    const struct weir_backward_args_r backward = {.x = x, .dy = dy, .gradient = gradient};
    assert_true(weir_net_parameter_count(net) <= 1000);
    assert_int_equal(weir_forward_full_r(plan, &forward), WEIR_OK);
    const double loss = weir_mse_r(y, target, ROWS, dy);
    assert_int_equal(weir_backward_full_r(plan, &backward), WEIR_OK);
    weir_clip_norm_r(gradient, weir_net_parameter_count(net), 1.0);
    assert_int_equal(weir_optimizer_step_r(optimizer, net, gradient), WEIR_OK);
    return loss;
}

/* Squared inputs are 1/3 on average: that is the loss of saying nothing. */
static void test_learns_to_remember(void **state)
{
    const weir_kind kind = *(const weir_kind *)*state;
    const weir_layer layers[] = {{.kind = kind, .units = 12}, {.kind = WEIR_LINEAR, .units = 1}};
    const weir_plan_options options = {.batch = ROWS, .steps = STEPS, .mode = WEIR_TRAINING};
    const weir_optimizer_options adam = {.kind = WEIR_ADAM, .learning_rate = 0.01};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    weir_optimizer *optimizer = NULL;
    const weir_init init = {.keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = STEPS};
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, layers, 2, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(net, &init, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_optimizer_create(&optimizer, net, &adam, NULL), WEIR_OK);
    double first = 0.0, last = 0.0;
    for (int i = 0; i < EPOCHS; i++) {
        const double loss = train_once(plan, optimizer, net, (uint64_t)i);
        first += i < 20 ? loss / 20.0 : 0.0;
        last += i >= EPOCHS - 20 ? loss / 20.0 : 0.0;
    }
    print_message("# loss %.4f at first, %.4f at last\n", first, last);
    assert_true(last < 0.5 * first);
    weir_optimizer_destroy(&optimizer);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

int main(void)
{
    static weir_kind kinds[] = {WEIR_RNN, WEIR_LSTM, WEIR_GRU, WEIR_GRU_RESET_BEFORE};
    const struct CMUnitTest tests[] = {
        {"logits of a thousand give finite losses", test_large_logits, NULL, NULL, NULL},
        {"no live step gives no loss and no derivative", test_no_live_step, NULL, NULL, NULL},
        {"weir_mse is the mean of squares and its derivative", test_mse, NULL, NULL, NULL},
        {"clipping by norm scales what is too long", test_clip_norm, NULL, NULL, NULL},
        {"clipping leaves what is not finite", test_clip_norm_of_what_is_not_finite, NULL, NULL, NULL},
        {"a norm does not overflow where squares do", test_clip_norm_in_double, NULL, NULL, NULL},
        {"clipping by value clamps", test_clip_value, NULL, NULL, NULL},
        {"learns to remember: rnn", test_learns_to_remember, NULL, NULL, &kinds[0]},
        {"learns to remember: lstm", test_learns_to_remember, NULL, NULL, &kinds[1]},
        {"learns to remember: gru", test_learns_to_remember, NULL, NULL, &kinds[2]},
        {"learns to remember: gru_reset_before", test_learns_to_remember, NULL, NULL, &kinds[3]},
    };
    return cmocka_run_group_tests_name("train", tests, NULL, NULL);
}
