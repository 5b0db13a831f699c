/*
 * learn/tasks/order.c: in which order the symbols X and Y came, long ago, among others that mean nothing (Hochreiter &
 * Schmidhuber 1997, experiments 6a and 6b; Pascanu et al. 2013).
 *
 * A sequence begins with E, ends with B, and is of symbols a, b, c, d at random, but for two (6a) or three (6b) that
 * are X or Y: 4 or 8 classes, to be named at the end.
 */
#include <math.h>

#include "learn/cells.h"
#include "learn/task.h"

enum { SYMBOL_X = 4, SYMBOL_Y, SYMBOL_E, SYMBOL_B, SYMBOLS, DISTRACTORS = 4, RELEVANT_MOST = 3 };

/* Where each X or Y is: one of 11 steps from here on, in a sequence of 100. */
static const int64_t from_two[] = {10, 50}, from_three[] = {10, 33, 66};

static bool open_order(struct problem *problem, int64_t classes)
{
    problem->inputs = SYMBOLS;
    problem->outputs = classes;
    problem->steps = problem->length + problem->length / 10;
    return true;
}

static bool open_two(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    return open_order(problem, 4);
}

static bool open_three(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    return open_order(problem, 8);
}

/* T to 1.1 T. */
static int64_t measure_order(const struct problem *problem, struct sequence *sequence)
{
    return problem->length + (int64_t)random_below(&sequence->generator, (uint64_t)(problem->length / 10 + 1));
}

static void write_symbol(struct batch *batch, int64_t step, int64_t row, int64_t symbol)
{
    float *x = batch_x(batch, step, row);
    for (int64_t i = 0; i < SYMBOLS; i++)
        x[i] = i == symbol ? 1.0F : 0.0F;
}

static void write_distractors(struct sequence *sequence, struct batch *batch, int64_t row)
{
    const int64_t last = sequence->length - 1;
    write_symbol(batch, 0, row, SYMBOL_E);
    for (int64_t t = 1; t < last; t++)
        write_symbol(batch, t, row, (int64_t)random_below(&sequence->generator, DISTRACTORS));
    write_symbol(batch, last, row, SYMBOL_B);
}

/* The class is a number whose binary digits are the symbols in their order: X 0, Y 1. */
static void write_order(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const int64_t T = problem->length, count = problem->outputs == 4 ? 2 : 3;
    const int64_t *from = count == 2 ? from_two : from_three;
    int64_t class = 0;
    write_distractors(sequence, batch, row);
    for (int64_t k = 0; k < count; k++) {
        const int64_t step = from[k] * T / 100 + (int64_t)random_below(&sequence->generator, (uint64_t)(T / 10 + 1));
        const int64_t which = (int64_t)random_below(&sequence->generator, 2);
        write_symbol(batch, step, row, SYMBOL_X + which);
        class = 2 * class + which;
    }
    *batch_class(batch, sequence->length - 1, row) = class;
}

static int64_t bound_order(const struct problem *problem) { return problem->outputs == 4 ? 31390 : 571100; }

/* All classes are as frequent. */
static double nothing_order(const struct problem *problem) { return log((double)problem->outputs); }

static const struct published published_two[] = {{100, "lstm", "31,390 seq.", 156}, {0, "", NULL, 0}};
static const struct published published_three[] = {{100, "lstm", "571,100 seq.", 308}, {0, "", NULL, 0}};

#define SUCCESS                                                                                                        \
    "the last 2000 sequences of training right, no output off by 0.3, and on average its worst output off by less "    \
    "than 0.1"
#define SETTINGS                                                                                                       \
    {                                                                                                                  \
        .training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,                                                            \
                     .optimizer = WEIR_ADAM,                                                                           \
                     .rate = 0.01,                                                                                     \
                     .clip = 1.0,                                                                                      \
                     .bias = 1.0,                                                                                      \
                     .batch = 1,                                                                                       \
                     .every = 500,                                                                                     \
                     .valid = 200,                                                                                     \
                     .test = 2560},                                                                                    \
        .units = 10,                                                                                                   \
    }

#define QUICK .lengths = {1, {30}}, .seeds = {1, {1}}
#define USUAL                                                                                                          \
    {                                                                                                                  \
        .lengths = {1, {100}}, .cells = {4, {0, 2, 3, 4}}, .seeds = { 3, {1, 2, 3} }                                   \
    }
#define FULL                                                                                                           \
    {                                                                                                                  \
        .seeds = {10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}}, .draws = 8      \
    }
#define ORDER                                                                                                          \
    .success = SUCCESS, .unit = "cross-entropy (nats)", .has_length = true, .least_length = 10, .settings = SETTINGS,  \
    .usual = USUAL, .full = FULL, .loss = WEIR_SOFTMAX_CROSS_ENTROPY, .scored = SCORED_LAST, .tolerance = 0.3,         \
    .stop = {.window = 2000, .wrong = 0, .error = 0.1}, .measure = measure_order, .write = write_order,                \
    .bound = bound_order, .nothing = nothing_order

const struct task task_temporal_order_4 = {
    .name = "temporal-order-4",
    .summary = "the order of two symbols among T, 4 classes, a sequence at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 6a",
    .quick = {QUICK},
    .published = published_two,
    .open = open_two,
    ORDER,
};

const struct task task_temporal_order_8 = {
    .name = "temporal-order-8",
    .summary = "the order of three symbols among T, 8 classes, a sequence at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 6b",
    .quick = {QUICK, .budget = 100000},
    .published = published_three,
    .open = open_three,
    ORDER,
};
