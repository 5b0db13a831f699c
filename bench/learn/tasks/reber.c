/*
 * learn/tasks/reber.c: strings of the embedded Reber grammar: which symbols can come next (Cleeremans et al. 1989;
 * Hochreiter & Schmidhuber 1997, experiment 1).
 *
 * A Reber string walks from node to node of a small graph, each way as likely as the other:
 *
 *     B, then 0: T 1, P 2;   1: S 1, X 3;   2: T 2, V 4;   3: X 2, S 5;   4: P 3, V 5;   5: E
 *
 * An embedded one is B, then T or P, then a whole Reber string, then the T or P of the beginning once more, then E. The
 * last but one is what has to be remembered.
 */
#include <math.h>

#include "learn/cells.h"
#include "learn/task.h"

enum { B, T, P, S, X, V, E, SYMBOLS };
enum { NODES = 5, LONGEST = 64, TRAINING_STRINGS = 256, SHOWN = 2 };

static const struct {
    int symbol[2], next[2];
} graph[NODES] = {{{T, P}, {1, 2}}, {{S, X}, {1, 3}}, {{T, V}, {2, 4}}, {{X, S}, {2, 5}}, {{P, V}, {3, 5}}};

/* A string, and which symbols could have stood at each place, as bits. */
struct string {
    int64_t length;
    int symbols[LONGEST];
    unsigned possible[LONGEST];
};

static void append(struct string *string, int symbol, unsigned possible)
{
    string->symbols[string->length] = symbol;
    string->possible[string->length++] = possible;
}

static void append_only(struct string *string, int symbol) { append(string, symbol, 1U << symbol); }

/* From node 0 to node 5; false if it becomes too long. */
static bool append_walk(struct string *string, struct generator *generator)
{
    for (int node = 0; node < NODES;) {
        const int way = (int)random_below(generator, 2);
        if (string->length > LONGEST - 5)
            return false;
        append(string, graph[node].symbol[way], 1U << graph[node].symbol[0] | 1U << graph[node].symbol[1]);
        node = graph[node].next[way];
    }
    return true;
}

static bool try_string(struct string *string, struct generator *generator)
{
    const int remembered = random_below(generator, 2) == 0 ? T : P;
    string->length = 0;
    append_only(string, B);
    append(string, remembered, 1U << T | 1U << P);
    append_only(string, B);
    if (!append_walk(string, generator))
        return false;
    append_only(string, E);
    append_only(string, remembered);
    append_only(string, E);
    return true;
}

/* Longer ones, one in a hundred million, are drawn anew. */
static struct string draw_string(struct generator generator)
{
    struct string string;
    while (!try_string(&string, &generator))
        continue;
    return string;
}

/* Trained on 256 strings of the seed, in any order; validated on these, then on fresh ones; tested on fresh ones. */
static struct string string_of(const struct sequence *sequence)
{
    struct generator generator = sequence->generator;
    int64_t known = -1;
    if (sequence->split == SPLIT_TRAIN)
        known = (int64_t)random_below(&generator, TRAINING_STRINGS);
    else if (sequence->split == SPLIT_VALID && sequence->index < TRAINING_STRINGS)
        known = sequence->index;
    /* No sequence has a negative index: those belong to the 256. */
    return draw_string(known >= 0 ? sequence_start(SPLIT_TRAIN, sequence->seed, -1 - known) : generator);
}

static bool open_reber(struct problem *problem, const char *folder, struct why *why)
{
    (void)folder;
    (void)why;
    problem->inputs = SYMBOLS;
    problem->outputs = SYMBOLS;
    problem->steps = LONGEST - 1;
    return true;
}

/* Each symbol but the first is to be foretold from those before it. */
static int64_t measure_reber(const struct problem *problem, struct sequence *sequence)
{
    (void)problem;
    return string_of(sequence).length - 1;
}

/* The class is the next symbol, the target the set of those that could have come. */
static void write_reber(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    (void)problem;
    const struct string string = string_of(sequence);
    for (int64_t t = 0; t < sequence->length; t++) {
        batch_x(batch, t, row)[string.symbols[t]] = 1.0F;
        *batch_class(batch, t, row) = string.symbols[t + 1];
        for (int k = 0; k < SYMBOLS; k++)
            batch_target(batch, t, row)[k] = (float)(string.possible[t + 1] >> k & 1U);
    }
}

/* One that says everywhere how frequent each symbol is. A string has 12 symbols on average, of which 11 are foretold.
 */
static double nothing_reber(const struct problem *problem)
{
    /* Expected visits v of a walk: v0 = 1, v1 = v0/2 + v1/2, v2 = v0/2 + v2/2 + v3/2, v3 = v1/2 + v4/2, v4 = v2/2. */
    static const double visits[NODES] = {1.0, 1.0, 2.0, 1.0, 1.0};
    double counts[SYMBOLS] = {[B] = 1.0, [T] = 1.0, [P] = 1.0, [E] = 2.0}, sum = 0.0, loss = 0.0;
    (void)problem;
    for (int node = 0; node < NODES; node++)
        for (int way = 0; way < 2; way++)
            counts[graph[node].symbol[way]] += 0.5 * visits[node];
    for (int k = 0; k < SYMBOLS; k++)
        sum += counts[k];
    for (int k = 0; k < SYMBOLS; k++)
        loss -= counts[k] / sum * log(counts[k] / sum);
    return loss;
}

/* All strings of an evaluation. */
static bool solved_reber(const struct problem *problem, const struct score *score)
{
    (void)problem;
    return score->all.right == score->all.rows;
}

/* Whether each symbol that can come has a larger output than each that cannot. */
static bool sets_apart(const float *y, const float *target)
{
    for (int can = 0; can < SYMBOLS; can++)
        for (int cannot = 0; cannot < SYMBOLS; cannot++)
            if (target[can] == 1.0F && target[cannot] == 0.0F && !(y[can] > y[cannot]))
                return false;
    return true;
}

/* A string is right if that is so at every step. */
static bool right_reber(const struct problem *problem, const struct answers *answers, int64_t row)
{
    (void)problem;
    for (int64_t i = answers->first[row]; i < answers->first[row + 1]; i++)
        if (!sets_apart(answers->y + i * SYMBOLS, answers->target + i * SYMBOLS))
            return false;
    return true;
}

/* Elman's net solved it never in 200,000 sequences; other nets without gates sometimes, after 25,000 to 182,000. */
static const struct published published_reber[] = {
    {0, "lstm", "8,440 seq.", 276}, {0, "rnn", "Elman: none", 0}, {0, "", NULL, 0}};

const struct task task_reber = {
    .name = "reber",
    .summary = "which symbols can come next in an embedded Reber string, a string at a time",
    .paper = "Hochreiter & Schmidhuber 1997, experiment 1; Cleeremans et al. 1989",
    .success =
        "in all of 256 training strings and 256 others, and then in 256 fresh ones, the possible symbols have the "
        "largest outputs",
    .unit = "cross-entropy (nats a symbol)",
    .settings = {.training = {.scheme = WEIR_INIT_GLOROT_ORTHOGONAL,
                              .optimizer = WEIR_ADAM,
                              .rate = 0.01,
                              .clip = 1.0,
                              .bias = 1.0,
                              .batch = 1,
                              .every = 100,
                              .budget = 50000,
                              .valid = SHOWN * TRAINING_STRINGS,
                              .confirm = TRAINING_STRINGS,
                              .test = 2560},
                 .units = 7},
    .quick = {.seeds = {1, {1}}, .budget = 20000},
    .usual = {.seeds = {3, {1, 2, 3}}},
    .full = {.seeds = {10, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
             .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}},
             .draws = 8,
             .budget = 200000},
    .loss = WEIR_SOFTMAX_CROSS_ENTROPY,
    .scored = SCORED_ALL,
    .published = published_reber,
    .open = open_reber,
    .measure = measure_reber,
    .write = write_reber,
    .nothing = nothing_reber,
    .solved = solved_reber,
    .right = right_reber,
};
