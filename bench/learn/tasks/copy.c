/*
 * learn/tasks/copy.c: ten symbols, to be said again T steps later (Hochreiter & Schmidhuber 1997; Arjovsky, Shah &
 * Bengio 2016, whose setting this is; Bai, Kolter & Koltun 2018).
 *
 * Ten of eight symbols; T - 1 blanks; a sign to begin; ten blanks. What is wanted is T + 10 blanks, then the ten
 * symbols.
 */
#include <math.h>

#include "learn/cells.h"
#include "learn/task.h"

enum { SYMBOLS = 8, BLANK = SYMBOLS, BEGIN, INPUTS, OUTPUTS = SYMBOLS + 1, COPIED = 10 };

static bool open_copy(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = INPUTS;
    problem->outputs = OUTPUTS;
    problem->steps = problem->length + 2 * COPIED;
    return true;
}

static int64_t measure_copy(const struct problem *problem, struct sequence *sequence)
{
    (void)sequence;
    return problem->steps;
}

static void write_copy(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const int64_t begin = problem->length + COPIED - 1, says = problem->length + COPIED;
    for (int64_t t = COPIED; t < problem->steps; t++)
        batch_x(batch, t, row)[t == begin ? BEGIN : BLANK] = 1.0F;
    for (int64_t t = 0; t < says; t++)
        *batch_class(batch, t, row) = BLANK;
    for (int64_t t = 0; t < COPIED; t++) {
        const int64_t symbol = (int64_t)random_below(&sequence->generator, SYMBOLS);
        batch_x(batch, t, row)[symbol] = 1.0F;
        *batch_class(batch, says + t, row) = symbol;
    }
}

/* One that knows when to say something, but not what: 10 ln 8/(T + 20). */
static double nothing_copy(const struct problem *problem)
{
    return (double)COPIED * log((double)SYMBOLS) / (double)problem->steps;
}

static bool solved_copy(const struct problem *problem, const struct score *score)
{
    return problem_score(problem, &score->all) < 0.1 * nothing_copy(problem);
}

static const struct published published_copy[] = {
    {1000, "rnn", "0.0202", 16000}, {1000, "gru", "0.0197", 16000}, {1000, "lstm", "0.0204", 16000}, {0, "", NULL, 0}};

const struct task task_copy = {
    .name = "copy",
    .summary = "ten symbols, to be said again T steps later",
    .paper = "Arjovsky, Shah & Bengio 2016; published: Bai, Kolter & Koltun 2018",
    .success = "on 10,000 fresh sequences a tenth of the loss of one that has learned nothing",
    .unit = "cross-entropy (nats a step)",
    .has_length = true,
    .least_length = 1,
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_RMSPROP,
                              .rate = 1e-3,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 20,
                              .every = 200,
                              .budget = 20000,
                              .valid = 500,
                              .confirm = 10000,
                              .test = 10000},
                 .units = 40},
    .quick = {.lengths = {1, {10}}, .budget = 3000},
    .usual = {.lengths = {3, {10, 30, 100}}, .cells = {5, {0, 1, 2, 3, 4}}},
    .full = {.seeds = {5, {1, 2, 3, 4, 5}}, .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}}, .draws = 8},
    .loss = WEIR_SOFTMAX_CROSS_ENTROPY,
    .scored = SCORED_ALL,
    .tolerance = 0.5,
    .published = published_copy,
    .open = open_copy,
    .measure = measure_copy,
    .write = write_copy,
    .nothing = nothing_copy,
    .solved = solved_copy,
};
