/*
 * learn/tasks/multiplication.c: the product of two numbers that were marked in a long sequence of them (Hochreiter &
 * Schmidhuber 1997, experiment 5): what a cell state that only adds cannot do by itself.
 */
#include "learn/cells.h"
#include "learn/task.h"
#include "learn/tasks/marked.h"

static void write_product(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    marked_write_values(sequence, batch, row, 0.0);
    const struct marks marks = marked_draw_1997(problem, sequence, batch, row, 1.0F);
    marked_write_marks(batch, row, marks);
    *batch_target(batch, sequence->length - 1, row) =
        batch_x(batch, marks.first, row)[MARKED_VALUE] * batch_x(batch, marks.second, row)[MARKED_VALUE];
}

/* They had 482,000 where fewer than 140 were to be wrong, and 1,273,000 where fewer than 13 were. */
static int64_t bound_product(const struct problem *problem)
{
    (void)problem;
    return 1273000;
}

/* The variance of the product of two numbers from U(0, 1): 1/9 - 1/16. (One that is 1 at step 0 adds a little.) */
static double nothing_product(const struct problem *problem)
{
    (void)problem;
    return 7.0 / 144.0;
}

static const struct published published_product[] = {{100, "lstm", "1,273,000 seq.", 93}, {0, "", NULL, 0}};

const struct task task_multiplication = {
    .name = "multiplication",
    .summary = "the product of two marked numbers among T, a sequence at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 5",
    .success = "fewer than 13 of the last 2000 sequences of training off by 0.04 or more",
    .unit = "mean squared error",
    .has_length = true,
    .least_length = 24,
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 3e-3,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 1,
                              .every = 5000,
                              .valid = 200,
                              .test = 2560},
                 .units = 16},
    .quick = {.lengths = {1, {30}}, .budget = 200000},
    .usual = {.lengths = {1, {100}}, .cells = {4, {0, 2, 3, 4}}},
    .full = {.seeds = {3, {1, 2, 3}}, .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}}, .draws = 8},
    .loss = WEIR_MSE,
    .scored = SCORED_LAST,
    .tolerance = 0.04,
    .stop = {.window = 2000, .wrong = 12},
    .published = published_product,
    .open = marked_open_1997,
    .measure = marked_measure_1997,
    .write = write_product,
    .bound = bound_product,
    .nothing = nothing_product,
};
