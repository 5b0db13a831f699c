/*
 * learn/tasks/adding.c: the sum of two numbers that were marked in a long sequence of them.
 *
 * At each step the net reads a number and a mark. Two steps are marked; what is wanted at the end is the sum of their
 * numbers. In "adding" they are anywhere (Bai, Kolter & Koltun 2018, Le et al. 2015), in "adding-halves" one lies in
 * each half (Arjovsky et al. 2016), so that the first is T/2 - 1 steps back or more; "adding-1997" is the form of
 * Hochreiter & Schmidhuber 1997, experiment 4, with their rule of when to stop.
 */
#include "learn/tasks/adding.h"

#include <inttypes.h>
#include <stdio.h>

#include "learn/tasks/marked.h"

static void write_sum(const struct sequence *sequence, struct batch *batch, int64_t row, struct marks marks)
{
    marked_write_marks(batch, row, marks);
    *batch_target(batch, sequence->length - 1, row) =
        batch_x(batch, marks.first, row)[MARKED_VALUE] + batch_x(batch, marks.second, row)[MARKED_VALUE];
}

static void write_anywhere(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    marked_write_values(sequence, batch, row, 0.0);
    const int64_t one = (int64_t)random_below(&sequence->generator, (uint64_t)problem->length);
    const int64_t other = marked_another(&sequence->generator, problem->length, one);
    write_sum(sequence, batch, row, (struct marks){one, other});
}

static void write_halves(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const int64_t half = problem->length / 2;
    marked_write_values(sequence, batch, row, 0.0);
    const int64_t first = (int64_t)random_below(&sequence->generator, (uint64_t)half);
    const int64_t second = half + (int64_t)random_below(&sequence->generator, (uint64_t)(problem->length - half));
    write_sum(sequence, batch, row, (struct marks){first, second});
}

/* The variance of the sum of two numbers from U(0, 1): what it costs to say 1 always. */
static double nothing_adding(const struct problem *problem)
{
    (void)problem;
    return 1.0 / 6.0;
}

static bool solved_adding(const struct problem *problem, const struct score *score)
{
    return problem_score(problem, &score->all) < 0.01;
}

/* --- by lag: how far back from the end the first marked step is, in twentieths of the length --- */

enum { BINS = 20 };

static int64_t lag_of(const struct problem *problem, const struct batch *batch, int64_t row)
{
    int64_t first = 0;
    while (batch_x(batch, first, row)[MARKED_MARK] != 1.0F)
        first++;
    return (problem->length - 1 - first) * BINS / problem->length;
}

struct lags adding_lags(const struct problem *problem, int64_t group)
{
    const int64_t T = problem->length;
    return (struct lags){(group * T + BINS - 1) / BINS, ((group + 1) * T - 1) / BINS};
}

static void lag_name(const struct problem *problem, int64_t group, char *text, size_t size)
{
    const struct lags lags = adding_lags(problem, group);
    if (lags.least == lags.most)
        snprintf(text, size, "%" PRId64, lags.least);
    else
        snprintf(text, size, "%" PRId64 " to %" PRId64, lags.least, lags.most);
}

/* --- Hochreiter & Schmidhuber 1997: numbers from U(-1, 1), 0.5 + sum/4 --- */

static void write_1997(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    marked_write_values(sequence, batch, row, -1.0);
    const struct marks marks = marked_draw_1997(problem, sequence, batch, row, 0.0F);
    float *target = batch_target(batch, sequence->length - 1, row);
    write_sum(sequence, batch, row, marks);
    *target = 0.5F + 0.25F * *target;
}

/* Of 0.5 + (X1 + X2)/4, each of U(-1, 1); that step 0 counts as 0 makes it less by one in twenty. */
static double nothing_1997(const struct problem *problem)
{
    (void)problem;
    return 1.0 / 24.0;
}

static const struct published published_anywhere[] = {
    {600, "rnn", "0.177", 70000}, {600, "gru", "5.3e-5", 70000}, {600, "lstm", "0.164", 70000}, {0, "", NULL, 0}};

static const struct published published_1997[] = {{100, "lstm", "74,000 seq.", 93},
                                                  {500, "lstm", "209,000 seq.", 93},
                                                  {1000, "lstm", "853,000 seq.", 93},
                                                  {0, "", NULL, 0}};

static int64_t bound_1997(const struct problem *problem)
{
    return problem->length <= 100 ? 74000 : problem->length <= 500 ? 209000 : 853000;
}

#define SETTINGS                                                                                                       \
    {                                                                                                                  \
        .training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,                                                            \
                     .optimizer = WEIR_ADAM,                                                                           \
                     .rate = 2e-3,                                                                                     \
                     .clip = 1.0,                                                                                      \
                     .bias = 1.0,                                                                                      \
                     .batch = 32,                                                                                      \
                     .every = 100,                                                                                     \
                     .budget = 20000,                                                                                  \
                     .valid = 1000,                                                                                    \
                     .confirm = 10000,                                                                                 \
                     .test = 10000},                                                                                   \
        .units = 130,                                                                                                  \
    }
#define QUICK                                                                                                          \
    {                                                                                                                  \
        .lengths = {3, {10, 30, 100}}, .seeds = {1, {1}}, .units = 32, .budget = 2000                                  \
    }
#define USUAL                                                                                                          \
    {                                                                                                                  \
        .lengths = {2, {50, 100}}, .cells = {4, {0, 1, 2, 3}}, .seeds = {3, {1, 2, 3}}, .units = 32, .budget = 10000   \
    }
#define FULL                                                                                                           \
    {                                                                                                                  \
        .lengths = {1, {600}}, .cells = {4, {0, 2, 3, 4}}, .seeds = {3, {1, 2, 3}}, .draws = 4, .tune = 200,           \
        .units = 130, .budget = 6000                                                                                   \
    }

/* What "adding" and "adding-halves" have in common: all but where the marks are. */
#define ADDING                                                                                                         \
    .success = "mean squared error below 0.01 on 10,000 fresh sequences", .unit = "mean squared error",                \
    .has_length = true, .least_length = 2, .settings = SETTINGS, .quick = QUICK, .usual = USUAL, .full = FULL,         \
    .loss = WEIR_MSE, .scored = SCORED_LAST, .tolerance = 0.04, .open = marked_open, .measure = marked_measure,        \
    .nothing = nothing_adding, .solved = solved_adding

const struct task task_adding = {
    .name = "adding",
    .summary = "the sum of two marked numbers among T",
    .paper = "Bai, Kolter & Koltun 2018",
    .published = published_anywhere,
    .write = write_anywhere,
    ADDING,
};

const struct task task_adding_halves = {
    .name = "adding-halves",
    .summary = "the same, one mark in each half; by lag",
    .paper = "Arjovsky, Shah & Bengio 2016",
    .group = "lag",
    .group_table = true,
    .write = write_halves,
    .group_of = lag_of,
    .group_name = lag_name,
    ADDING,
};

const struct task task_adding_1997 = {
    .name = "adding-1997",
    .summary = "the same as it was first, a sequence at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 4",
    .success = "the last 2000 sequences of training all within 0.04, their mean error below 0.01",
    .unit = "mean squared error",
    .has_length = true,
    .least_length = 24,
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 3e-3,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 1,
                              .every = 1000,
                              .valid = 200,
                              .test = 2560},
                 .units = 8},
    .quick = {.seeds = {1, {1}}},
    .usual = {.lengths = {1, {100}}, .cells = {4, {0, 2, 3, 4}}, .seeds = {3, {1, 2, 3}}},
    .full = {.lengths = {3, {100, 500, 1000}}, .seeds = {10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, .draws = 8, .tune = 100},
    .loss = WEIR_MSE,
    .scored = SCORED_LAST,
    .tolerance = 0.04,
    .stop = {.window = 2000, .wrong = 0, .error = 0.01},
    .published = published_1997,
    .open = marked_open_1997,
    .measure = marked_measure_1997,
    .write = write_1997,
    .bound = bound_1997,
    .nothing = nothing_1997,
};
