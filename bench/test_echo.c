/*
 * test_echo.c: a task that is easily learned: say the first number again.
 */
#include "test_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

bool echo_open(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = 1;
    problem->outputs = 1;
    problem->steps = ECHO_STEPS;
    return true;
}

bool echo_open_data(struct problem *problem, const char *folder, struct why *why)
{
    problem->count[SPLIT_TRAIN] = ECHO_DATA;
    problem->count[SPLIT_VALID] = problem->count[SPLIT_TEST] = 10;
    return echo_open(problem, folder, why);
}

static int64_t measure_echo(const struct problem *problem, struct sequence *sequence)
{
    return problem->steps - (int64_t)random_below(&sequence->generator, 3);
}

static void write_echo(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    (void)problem;
    for (int64_t t = 0; t < sequence->length; t++) {
        *batch_x(batch, t, row) = (float)random_signed(&sequence->generator);
        *batch_target(batch, t, row) = 0.5F * *batch_x(batch, 0, row);
    }
    *batch_mark(batch, sequence->length - 1, row) = 1;
}

static double nothing_echo(const struct problem *problem)
{
    (void)problem;
    return 1.0 / 12.0;
}

static bool solved_echo(const struct problem *problem, const struct score *score)
{
    return problem_score(problem, &score->all) < 0.002;
}

const struct task echo = {
    .name = "echo",
    .success = "mean squared error below 0.002",
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 0.01,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 8,
                              .every = 20,
                              .budget = 600,
                              .valid = 50,
                              .confirm = 100,
                              .test = 100},
                 .units = 8},
    .loss = WEIR_MSE,
    .scored = SCORED_LAST,
    .tolerance = 0.1,
    .open = echo_open,
    .measure = measure_echo,
    .write = write_echo,
    .nothing = nothing_echo,
    .solved = solved_echo,
};

void bench_open(struct bench *bench)
{
    struct why why;
    const struct learn_settings settings = learn_settings_of(&bench->task);
    const struct stack like = {.hidden = 8, .layers = 1, .inputs = 1, .outputs = 1};
    assert_true(problem_open(&bench->problem, &bench->task, 0, settings.training.batch, NULL, &why));
    bench->trial = (struct trial){.problem = &bench->problem,
                                  .variety = &varieties[3],
                                  .stack = variety_stack(&varieties[3], EQUAL_UNITS, like, 0),
                                  .settings = settings.training,
                                  .seed = 5,
                                  .tested = true};
    snprintf(bench->folder, sizeof bench->folder, "/tmp/weir-learn-XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
}

void bench_close(struct bench *bench)
{
    char command[128];
    problem_close(&bench->problem);
    snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
    assert_int_equal(system(command), 0);
}

void bench_path(const struct bench *bench, const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", bench->folder, name);
}

bool never(const struct course *course)
{
    (void)course;
    return false;
}
