/*
 * learn/tasks/parity.c: whether the ones of a string of bits are odd in number; trained on strings of at most T bits,
 * judged on longer ones (after Deletang et al. 2023, who train to 40 as well).
 *
 * The answer is wanted at the end alone. Strings of few bits show the way; longer ones than were trained on show
 * whether a net has found the rule, or has learned lengths by heart.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "learn/cells.h"
#include "learn/task.h"

enum { BITS = 2, BINS = 6 };

/* T + 1 to 5/2 T, or somewhat fewer where 4 does not divide T, in six bins as wide as each other. */
static int64_t longest(const struct problem *problem) { return problem->length + problem->length / 4 * BINS; }

static bool open_parity(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = BITS;
    problem->outputs = BITS;
    problem->steps = longest(problem);
    return true;
}

static int64_t measure_parity(const struct problem *problem, struct sequence *sequence)
{
    const int64_t T = problem->length;
    if (sequence->split == SPLIT_TRAIN)
        return 1 + (int64_t)random_below(&sequence->generator, (uint64_t)T);
    return T + 1 + (int64_t)random_below(&sequence->generator, (uint64_t)(longest(problem) - T));
}

static void write_parity(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    int64_t parity = 0;
    (void)problem;
    for (int64_t t = 0; t < sequence->length; t++) {
        const int64_t bit = (int64_t)random_below(&sequence->generator, BITS);
        batch_x(batch, t, row)[bit] = 1.0F;
        parity ^= bit;
    }
    *batch_class(batch, sequence->length - 1, row) = parity;
}

static double nothing_parity(const struct problem *problem)
{
    (void)problem;
    return log(2.0);
}

static bool solved_parity(const struct problem *problem, const struct score *score)
{
    (void)problem;
    return tally_right(&score->all) >= 0.99;
}

static int64_t length_of(const struct problem *problem, const struct batch *batch, int64_t row)
{
    return (batch->lengths[row] - problem->length - 1) / (problem->length / 4);
}

static void length_name(const struct problem *problem, int64_t group, char *text, size_t size)
{
    const int64_t T = problem->length, width = T / 4;
    snprintf(text, size, "%" PRId64 " to %" PRId64, T + 1 + group * width, T + (group + 1) * width);
}

const struct task task_parity = {
    .name = "parity",
    .summary = "whether the ones of T bits are odd in number, judged on longer strings than trained on",
    .paper = "after Deletang et al. 2023",
    .success = "99 % right of 10,000 fresh strings of T + 1 to about 5/2 T bits; trained on 1 to T",
    .unit = "cross-entropy (nats)",
    .has_length = true,
    .least_length = 4,
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 3e-3,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 64,
                              .every = 100,
                              .budget = 20000,
                              .valid = 1000,
                              .confirm = 10000,
                              .test = 10000},
                 .units = 32},
    .quick = {.seeds = {1, {1}}, .budget = 5000},
    .usual = {.lengths = {1, {40}}, .seeds = {3, {1, 2, 3}}},
    .full = {.seeds = {10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
             .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}},
             .draws = 8,
             .budget = 50000},
    .loss = WEIR_SOFTMAX_CROSS_ENTROPY,
    .scored = SCORED_LAST,
    .tolerance = 0.5,
    .group = "bits",
    .group_table = true,
    .open = open_parity,
    .measure = measure_parity,
    .write = write_parity,
    .nothing = nothing_parity,
    .solved = solved_parity,
    .group_of = length_of,
    .group_name = length_name,
};
