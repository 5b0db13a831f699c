/*
 * test_gradient.c: the parts of `weir-bench gradient` that decide: which word a curve gets, what the adding problem is,
 * how nets begin, and that a training learns.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <weir/weir.h>

#include "gradient/adding.h"
#include "gradient/decay.h"
#include "gradient/training.h"
#include "test_support.h"

/* --- decay --- */

enum { LAGS = 60 };

/* norms[k] = start exp(slope (k+1)), times up to 1 + noise. */
static struct decay decay_of_line(double start, double slope, double noise)
{
    struct generator generator = {.state = 3};
    double norms[LAGS];
    for (int k = 0; k < LAGS; k++)
        norms[k] = start * exp(slope * (k + 1)) * (1.0 + noise * random_signed(&generator));
    return decay_of(norms, LAGS);
}

static void a_line_has_a_half_life(void **state)
{
    (void)state;
    const struct decay exact = decay_of_line(5.0, -log(2.0) / 7.0, 0.0), noisy = decay_of_line(5.0, -0.2, 0.2);
    assert_int_equal(exact.kind, DECAY_EXPONENTIAL);
    assert_near(exact.half_life, 7.0, 1e-9);
    assert_near(exact.r_squared, 1.0, 1e-12);
    assert_int_equal(noisy.kind, DECAY_EXPONENTIAL);
    assert_near(noisy.half_life, log(2.0) / 0.2, 0.1);
    assert_true(noisy.r_squared < 1.0 && noisy.r_squared >= DECAY_R_SQUARED);
}

static void what_hardly_moves_does_not_decay(void **state)
{
    (void)state;
    assert_int_equal(decay_of_line(3.0, 0.0, 0.0).kind, DECAY_NONE);
    assert_int_equal(decay_of_line(3.0, -0.011, 0.0).kind, DECAY_NONE); /* 0.52 of the first at the end */
    assert_int_equal(decay_of_line(3.0, -0.012, 0.0).kind, DECAY_EXPONENTIAL);
    assert_int_equal(decay_of_line(3.0, 0.011, 0.0).kind, DECAY_NONE);
    assert_int_equal(decay_of_line(3.0, 0.012, 0.0).kind, DECAY_GROWS);
}

static void what_bends_has_no_half_life(void **state)
{
    (void)state;
    double power[LAGS], hill[LAGS];
    for (int k = 0; k < LAGS; k++) {
        power[k] = 1.0 / (k + 1);
        hill[k] = exp(-0.01 * (k - 40) * (k - 40)); /* up, then down, to above where it began */
    }
    assert_int_equal(decay_of(power, LAGS).kind, DECAY_NOT_EXPONENTIAL);
    assert_int_equal(decay_of(hill, LAGS).kind, DECAY_GROWS);
}

static void zeros_are_not_fitted(void **state)
{
    (void)state;
    double norms[LAGS] = {0};
    for (int k = 0; k < 20; k++)
        norms[k] = exp(-30.0 * (k + 1));
    const struct decay decay = decay_of(norms, LAGS);
    assert_int_equal(decay.kind, DECAY_EXPONENTIAL);
    assert_int_equal(decay.lags, 20);
    assert_near(decay.slope, -30.0, 1e-9);
    assert_int_equal(decay_of(norms + 18, LAGS - 18).kind, DECAY_UNKNOWN);
    norms[0] = (double)NAN;
    assert_int_equal(decay_of(norms, LAGS).kind, DECAY_UNKNOWN);
}

/* Level, and then gone: that is not "no decay". */
static void a_sudden_end_is_a_decay(void **state)
{
    (void)state;
    double norms[LAGS] = {0};
    for (int k = 0; k < 20; k++)
        norms[k] = 1.0;
    assert_int_equal(decay_of(norms, LAGS).kind, DECAY_NOT_EXPONENTIAL);
}

static void decays_in_words(void **state)
{
    (void)state;
    char text[64];
    decay_print(&(struct decay){.kind = DECAY_EXPONENTIAL, .half_life = 12.345}, text, sizeof text);
    assert_string_equal(text, "half-life 12.3");
    decay_print(&(struct decay){.kind = DECAY_GROWS}, text, sizeof text);
    assert_string_equal(text, "grows");
}

/* --- the adding problem --- */

enum { ROWS = 3000, STEPS = 9 };

static double at(const double *x, int64_t step, int64_t row, int64_t input)
{
    return x[(step * ROWS + row) * ADDING_INPUTS + input];
}

/* Two marks, one in each half, at any of its steps; the target is the sum of what they mark. */
static void marks_and_targets(void **state)
{
    (void)state;
    double *x = calloc(STEPS * ROWS * ADDING_INPUTS, sizeof *x), *target = calloc(ROWS, sizeof *target);
    struct generator generator = {.state = 1};
    int64_t marked[STEPS] = {0};
    assert_true(x && target);
    adding_draw(&generator, ROWS, STEPS, x, target);
    for (int64_t b = 0; b < ROWS; b++) {
        double sum = 0.0;
        int64_t in_first = 0, in_second = 0;
        for (int64_t t = 0; t < STEPS; t++) {
            const bool mark = at(x, t, b, 1) == 1.0;
            assert_true(mark || at(x, t, b, 1) == 0.0);
            assert_true(at(x, t, b, 0) >= 0.0 && at(x, t, b, 0) < 1.0);
            assert_true((double)(float)at(x, t, b, 0) == at(x, t, b, 0));
            sum += mark ? at(x, t, b, 0) : 0.0;
            (t < STEPS / 2 ? &in_first : &in_second)[0] += mark;
            marked[t] += mark;
        }
        assert_true(in_first == 1 && in_second == 1 && target[b] == sum);
    }
    for (int64_t t = 0; t < STEPS; t++) /* five standard deviations */
        assert_near((double)marked[t], (double)ROWS / (t < STEPS / 2 ? 4.0 : 5.0), 130.0);
    free(x);
    free(target);
}

/* 1 is what one answers who knows nothing. */
static void nothing_learned_scores_a_sixth(void **state)
{
    (void)state;
    double *x = calloc(STEPS * ROWS * ADDING_INPUTS, sizeof *x), *target = calloc(ROWS, sizeof *target), error = 0.0;
    struct generator generator = {.state = 2};
    assert_true(x && target);
    adding_draw(&generator, ROWS, STEPS, x, target);
    for (int64_t b = 0; b < ROWS; b++)
        error += (target[b] - 1.0) * (target[b] - 1.0) / ROWS;
    assert_near(error, ADDING_NOTHING, 0.015);
    free(x);
    free(target);
}

/* --- starts and trainings --- */

static void every_start_is_a_net(void **state)
{
    (void)state;
    int learners = 0;
    for (size_t i = 0; i < starts_count; i++) {
        weir_net *net = start_net(&starts[i], WEIR_F64, 5, 40, 1);
        weir_layer layer;
        assert_int_equal(weir_net_layer(net, 0, &layer, NULL), WEIR_OK);
        assert_int_equal(layer.kind, starts[i].cell->kind);
        assert_int_equal(weir_net_outputs(net), 1);
        weir_net_destroy(&net);
        learners += starts[i].learns;
    }
    assert_int_equal(learners, 4);
}

/* The forget biases of an LSTM: as the name says; chrono's between log 1 and log of the length. */
static void biases_are_as_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < starts_count; i++) {
        weir_net *net = start_net(&starts[i], WEIR_F64, 5, 40, 1);
        weir_view view;
        assert_int_equal(weir_net_find(net, "bias_ih_l0", &view, NULL), WEIR_OK);
        const double *bias = weir_net_parameters_f64(net) + view.offset + 5; /* f, or z */
        for (int j = 0; starts[i].keep_bias == WEIR_KEEP_BIAS_CONSTANT && j < 5; j++)
            assert_near(bias[j], atof(strstr(starts[i].name, "bias ") + 5), 0.0);
        for (int j = 0; starts[i].keep_bias == WEIR_KEEP_BIAS_CHRONO && j < 5; j++)
            assert_true(bias[j] >= 0.0 && bias[j] <= log(39.0));
        weir_net_destroy(&net);
    }
}

static void show_nothing(const struct start *start, int64_t steps, const struct outcome *outcome, double done)
{
    (void)start;
    (void)steps;
    (void)outcome;
    assert_true(done >= 0.0 && done <= 1.0);
}

static const struct start *learner_of(weir_kind kind)
{
    size_t i = 0;
    while (starts[i].cell->kind != kind || !starts[i].learns)
        i++;
    return &starts[i];
}

/* A GRU of 8 units learns to add over 6 steps; the same seed learns the same; no update changes nothing. */
static void a_training_learns(void **state)
{
    (void)state;
    const struct start *gru = learner_of(WEIR_GRU);
    const struct lesson_settings settings = {.updates = 1500, .batch = 20, .clip = 1.0}, none = {.batch = 20};
    weir_net *net = start_net(gru, WEIR_F32, 8, 6, 4);
    const int64_t count = weir_net_parameter_count(net);
    double *first = calloc((size_t)count, sizeof *first), *second = calloc((size_t)count, sizeof *second);
    assert_true(first && second);
    const struct outcome outcome = gradient_train(gru, 8, 6, &settings, 4, first, show_nothing);
    const struct outcome again = gradient_train(gru, 8, 6, &settings, 4, second, show_nothing);
    assert_true(outcome.solved && outcome.error < ADDING_SOLVED && outcome.updates < 1500);
    assert_int_equal(outcome.updates, again.updates);
    assert_memory_equal(first, second, (size_t)count * sizeof *first);
    const struct outcome untouched = gradient_train(gru, 8, 6, &none, 4, first, show_nothing);
    assert_true(!untouched.solved && untouched.updates == 0 && untouched.error > 0.1);
    for (int64_t i = 0; i < count; i++)
        assert_true(first[i] == (double)weir_net_parameters_f32(net)[i]);
    weir_net_destroy(&net);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_a_half_life),      cmocka_unit_test(what_hardly_moves_does_not_decay),
        cmocka_unit_test(what_bends_has_no_half_life), cmocka_unit_test(zeros_are_not_fitted),
        cmocka_unit_test(a_sudden_end_is_a_decay),     cmocka_unit_test(decays_in_words),
        cmocka_unit_test(marks_and_targets),           cmocka_unit_test(nothing_learned_scores_a_sixth),
        cmocka_unit_test(every_start_is_a_net),        cmocka_unit_test(biases_are_as_named),
        cmocka_unit_test(a_training_learns),
    };
    return cmocka_run_group_tests_name("gradient", tests, NULL, NULL);
}
