/*
 * test_chaos.c: noise on weights, and the Lorenz system.
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

#include "base/buffer.h"
#include "learn/learner.h"
#include "learn/noise.h"
#include "learn/tasks/forecast.h"
#include "test_problem.h"
#include "test_support.h"

/* --- noise on weights --- */

static struct learner *noisy_learner(const struct problem *problem, double noise)
{
    const struct stack like = {.inputs = problem->inputs, .hidden = 5, .layers = 1, .outputs = problem->outputs};
    const struct stack stack = variety_stack(&varieties[2], EQUAL_UNITS, like, 0);
    /* No parameter is zero, and p - 1e-30 g is p. */
    const struct course_settings settings = {
        .optimizer = WEIR_SGD, .rate = 1e-30, .clip = 1e6, .batch = 4, .noise = noise};
    return learner_open(problem, &varieties[2], &stack, &settings, 7);
}

static void noise_is_gone_after_an_update(void **state)
{
    (void)state;
    struct problem problem = problem_of("adding", 10, 4, NULL);
    struct learner *noisy = noisy_learner(&problem, 0.1), *quiet = noisy_learner(&problem, 0.0);
    const size_t bytes = (size_t)quiet->parameters * sizeof(float);
    float *parameters = malloc(bytes), *before = malloc(bytes);
    memcpy(before, weir_net_parameters_f32(noisy->net), bytes);
    learner_read(noisy, 7, 0);
    const double loss = learner_update(noisy, 3, NULL, NULL);
    assert_memory_equal(weir_net_parameters_f32(noisy->net), before, bytes);

    /* Its loss and gradient are those of the net with the noise on it. */
    memcpy(parameters, before, bytes);
    noise_add(parameters, quiet->parameters, 0.1, 7, 3);
    assert_int_equal(weir_net_set_parameters_f32(quiet->net, parameters, quiet->parameters, NULL), WEIR_OK);
    learner_read(quiet, 7, 0);
    assert_near(learner_update(quiet, 3, NULL, NULL), loss, 0.0);
    assert_memory_equal(quiet->gradient, noisy->gradient, bytes);

    /* The next update has another. */
    learner_read(noisy, 7, 0);
    assert_true(learner_update(noisy, 4, NULL, NULL) != loss);
    free(parameters);
    free(before);
    learner_close(&noisy);
    learner_close(&quiet);
    problem_close(&problem);
}

static void noise_is_normal(void **state)
{
    (void)state;
    enum { N = 200001 };
    float *noise = buffer_allocate(N, sizeof *noise);
    double mean = 0.0, square = 0.0, fourth = 0.0, neighbours = 0.0;
    noise_add(noise, N, 0.5, 1, 1);
    for (int i = 0; i < N; i++) {
        const double x = (double)noise[i] / 0.5;
        mean += x / N;
        square += x * x / N;
        fourth += x * x * x * x / N;
        neighbours += i > 0 ? x * (double)noise[i - 1] / 0.5 / N : 0.0;
    }
    assert_near(mean, 0.0, 0.01);
    assert_near(square, 1.0, 0.015);
    assert_near(fourth, 3.0, 0.1);
    assert_near(neighbours, 0.0, 0.01);
    free(noise);
}

static void places_are_permutations(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 14, 16, 17, 229, 1000};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++)
        for (uint64_t key = 0; key < 5; key++) {
            int seen[1000] = {0};
            for (uint64_t i = 0; i < counts[c]; i++)
                seen[random_place(key, i, counts[c])]++;
            for (uint64_t i = 0; i < counts[c]; i++)
                assert_int_equal(seen[i], 1);
        }
    /* Where the first of 14 comes to, over keys: 1000 times each, +- 4.5 deviations. */
    int first[14] = {0};
    for (uint64_t key = 0; key < 14000; key++)
        first[random_place(key, 0, 14)]++;
    for (int i = 0; i < 14; i++)
        assert_in_range(first[i], 863, 1137);
}

/* --- the Lorenz system --- */

/* How far one unit of time in steps of h is from the same in very small ones. */
static double error_of(double h)
{
    double u[3] = {-5.0, -7.0, 20.0}, fine[3] = {-5.0, -7.0, 20.0}, squares = 0.0;
    lorenz_advance(u, h, (int64_t)lround(1.0 / h));
    lorenz_advance(fine, 1e-4, 10000);
    for (int i = 0; i < 3; i++)
        squares += (u[i] - fine[i]) * (u[i] - fine[i]);
    return sqrt(squares);
}

static void integrating_is_of_order_four(void **state)
{
    (void)state;
    assert_near(log2(error_of(0.005) / error_of(0.0025)), 4.0, 0.2);
    assert_near(log2(error_of(0.0025) / error_of(0.00125)), 4.0, 0.2);
    /* x = y = sqrt(beta (rho - 1)), z = rho - 1 does not move. */
    double u[3] = {sqrt(72.0), sqrt(72.0), 27.0};
    lorenz_advance(u, 0.01, 100);
    assert_near(u[0], sqrt(72.0), 1e-10);
    assert_near(u[2], 27.0, 1e-10);
}

/* Two solutions, put back to a small distance each unit of time (Benettin et al. 1980). */
static void errors_grow_by_the_exponent(void **state)
{
    (void)state;
    enum { UNITS = 3000 };
    const double small = 1e-7;
    double u[3] = {1.0, 2.0, 25.0}, v[3], sum = 0.0;
    lorenz_advance(u, 0.005, 10000);
    memcpy(v, u, sizeof v);
    v[0] += small;
    for (int k = 0; k < UNITS; k++) {
        double squares = 0.0;
        lorenz_advance(u, 0.005, 200);
        lorenz_advance(v, 0.005, 200);
        for (int i = 0; i < 3; i++)
            squares += (v[i] - u[i]) * (v[i] - u[i]);
        sum += log(sqrt(squares) / small);
        for (int i = 0; i < 3; i++)
            v[i] = u[i] + (v[i] - u[i]) * small / sqrt(squares);
    }
    assert_near(sum / UNITS, lorenz_exponent, 0.02);
}

static void forecasts_are_valid_until_they_are_off(void **state)
{
    (void)state;
    const double truth[4][3] = {{0.0}};
    /* |error| / sqrt 3 of 0.4: 0.692820. */
    const double good[4][3] = {{0.69, 0.0, 0.0}, {0.0, 0.69, 0.0}, {0.39, 0.4, 0.4}, {0.0, 0.0, -0.69}};
    const double bad[4][3] = {{0.69, 0.0, 0.0}, {0.1, 0.1, 0.1}, {0.41, 0.4, 0.4}, {0.0, 0.0, 0.0}};
    const double nan[4][3] = {{0.1, 0.0, 0.0}, {(double)NAN, 0.0, 0.0}, {0.0}, {0.0}};
    assert_int_equal(forecast_valid_steps(&good[0][0], &truth[0][0], 4), 4);
    assert_int_equal(forecast_valid_steps(&bad[0][0], &truth[0][0], 4), 2);
    assert_int_equal(forecast_valid_steps(&nan[0][0], &truth[0][0], 4), 1);
}

/* Mean and variance of a coordinate, and mean square of its target, over windows of the training series. */
static void chaos_is_normalised(void **state)
{
    (void)state;
    struct problem problem = problem_of("chaos", 0, 50, NULL);
    struct batch batch = batch_open(3, 3, 50, problem.steps);
    double sum[3] = {0.0}, squares[3] = {0.0}, changes[3] = {0.0};
    const double count = 5000.0 * (double)problem.steps;
    for (int64_t first = 0; first < 5000; first += 50) {
        problem_fill(&problem, SPLIT_TRAIN, 1, first, 50, &batch);
        for (int64_t row = 0; row < 50; row++)
            for (int64_t t = 0; t < problem.steps; t++)
                for (int i = 0; i < 3; i++) {
                    sum[i] += (double)batch_x(&batch, t, row)[i];
                    squares[i] += pow((double)batch_x(&batch, t, row)[i], 2.0);
                    changes[i] += pow((double)batch_target(&batch, t, row)[i], 2.0);
                }
    }
    for (int i = 0; i < 3; i++) {
        assert_near(sum[i] / count, 0.0, 0.03);
        assert_near(squares[i] / count, 1.0, 0.03);
        assert_near(changes[i] / count, 1.0, 0.03);
    }
    batch_close(&batch);
    problem_close(&problem);
}

/* What a target is: the change to the next step, in units of its own for each coordinate. */
static void chaos_wants_the_next_change(void **state)
{
    (void)state;
    struct problem problem = problem_of("chaos", 0, 4, NULL);
    struct batch batch = batch_open(3, 3, 4, problem.steps);
    problem_fill(&problem, SPLIT_VALID, 1, 0, 4, &batch);
    for (int i = 0; i < 3; i++) {
        double unit = 0.0;
        for (int64_t row = 0; row < 4; row++)
            for (int64_t t = 0; t + 1 < problem.steps; t++) {
                const double change = (double)batch_x(&batch, t + 1, row)[i] - (double)batch_x(&batch, t, row)[i];
                const double wanted = (double)batch_target(&batch, t, row)[i];
                unit = unit > 0.0 || fabs(wanted) < 0.5 ? unit : change / wanted;
                assert_near(change, unit * wanted, unit > 0.0 ? 1e-5 : HUGE_VAL);
            }
        assert_true(unit > 0.01 && unit < 0.2);
    }
    assert_int_equal(*batch_mark(&batch, 0, 0), 0);
    assert_int_equal(*batch_mark(&batch, problem.steps - 1, 3), 1);
    batch_close(&batch);
    problem_close(&problem);
}

/* A net that always says 0 is persistence, in score and in forecasts. */
static void persistence_is_to_say_nothing_changes(void **state)
{
    (void)state;
    const float bias[3] = {0.0F, 0.0F, 0.0F};
    struct findings findings = {0};
    struct score score;
    struct problem problem = problem_of("chaos", 0, 4, NULL);
    struct learner *learner = known_learner(&problem, bias);
    learner_score(learner, SPLIT_TEST, 1, 0, 0, &score);
    assert_near(problem_score(&problem, &score.all), problem.task->nothing(&problem), 0.02);
    problem.task->examine(&problem, learner, &findings);
    assert_string_equal(findings.values[0].name, "valid time (Lyapunov times)");
    assert_string_equal(findings.values[3].name, "of persistence");
    assert_near(findings.values[0].value, findings.values[3].value, 1e-12);
    assert_true(findings.values[3].value > 0.02 && findings.values[3].value < 0.2);
    assert_true(findings.values[4].value < findings.values[3].value);
    learner_close(&learner);
    problem_close(&problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_gone_after_an_update),
        cmocka_unit_test(noise_is_normal),
        cmocka_unit_test(places_are_permutations),
        cmocka_unit_test(integrating_is_of_order_four),
        cmocka_unit_test(errors_grow_by_the_exponent),
        cmocka_unit_test(forecasts_are_valid_until_they_are_off),
        cmocka_unit_test(chaos_is_normalised),
        cmocka_unit_test(chaos_wants_the_next_change),
        cmocka_unit_test(persistence_is_to_say_nothing_changes),
    };
    return cmocka_run_group_tests_name("chaos", tests, NULL, NULL);
}
