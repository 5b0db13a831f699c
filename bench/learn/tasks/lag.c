/*
 * learn/tasks/lag.c: the first symbol, to be said again at the end, with nothing new in between (Hochreiter &
 * Schmidhuber 1997, experiment 2a).
 *
 * There are two sequences, x a1 a2 ... a(p-1) x and y a1 a2 ... a(p-1) y, and each symbol is to be foretold from those
 * before it. All but the last follow from the one before. Here p = T.
 */
#include <math.h>

#include "learn/cells.h"
#include "learn/task.h"

static bool open_lag(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = problem->outputs = problem->length + 1;
    problem->steps = problem->length;
    return true;
}

static int64_t measure_lag(const struct problem *problem, struct sequence *sequence)
{
    (void)sequence;
    return problem->length;
}

/* Symbols 0 and 1 are x and y, symbol k + 1 is a(k). */
static void write_lag(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const int64_t remembered = (int64_t)random_below(&sequence->generator, 2), p = problem->length;
    for (int64_t t = 0; t < p; t++) {
        batch_x(batch, t, row)[t == 0 ? remembered : t + 1] = 1.0F;
        *batch_class(batch, t, row) = t == p - 1 ? remembered : t + 2;
    }
}

/* One that knows all but the last, for which there are two ways. */
static double nothing_lag(const struct problem *problem) { return log(2.0) / (double)problem->length; }

static bool solved_lag(const struct problem *problem, const struct score *score)
{
    (void)problem;
    return score->all.right == score->all.rows;
}

static const struct published published_lag[] = {{100, "lstm", "5,040 seq.", 10504}, {0, "", NULL, 0}};

const struct task task_long_lag = {
    .name = "long-lag",
    .summary = "the first of T + 1 symbols, to be said again at the end, with no noise between, a sequence at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 2a",
    .success = "in both sequences no output is off by 0.25 (of 10,000 successive ones each is one of the two)",
    .unit = "cross-entropy (nats a step)",
    .has_length = true,
    .least_length = 2,
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 5e-3,
                              .clip = 1.0,
                              .bias = 5.0, /* their cells had no gate that forgets */
                              .batch = 1,
                              .every = 100,
                              .budget = 20000,
                              .valid = 20,
                              .confirm = 64,
                              .test = 64},
                 .units = 64},
    .quick = {.lengths = {2, {10, 20}}, .seeds = {1, {1}}},
    .usual = {.lengths = {1, {100}}, .cells = {4, {0, 2, 3, 4}}, .seeds = {3, {1, 2, 3}}},
    .full = {.seeds = {10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
             .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}},
             .draws = 8,
             .budget = 50000},
    .loss = WEIR_SOFTMAX_CROSS_ENTROPY,
    .scored = SCORED_ALL,
    .tolerance = 0.25,
    .published = published_lag,
    .open = open_lag,
    .measure = measure_lag,
    .write = write_lag,
    .nothing = nothing_lag,
    .solved = solved_lag,
};
