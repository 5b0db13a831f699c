/*
 * learn/tasks/music.c: the next step of a piece of music, as the keys that sound.
 *
 * A step is 88 numbers, 1 for each key that sounds; what is wanted at each step is the next one, as 88 independent
 * Bernoulli outputs. The score is the negative log-likelihood in nats: summed over the keys, added over all predicted
 * steps of a split, divided by their number (Boulanger-Lewandowski, Bengio & Vincent 2012). A minibatch is whole
 * pieces; the validation pieces decide, the test pieces decide nothing.
 *
 * "jsb" and "nottingham" are in the setting of Bai, Kolter & Koltun 2018 (300,000 and 1,000,000 parameters), those of
 * "-2014" in that of Chung et al. 2014 (20,000, with weight noise); "jsb-subsets" asks how much data each cell needs.
 */
#include "learn/tasks/music.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/fingerprint.h"
#include "learn/cells.h"
#include "work/pieces.h"

struct music {
    struct pieces splits[3];
    double nothing;
};

static const char *const split_names[] = {"train", "valid", "test"};

/* Pieces of a minibatch that is only looked at: padded to the longest, they take much memory. */
enum { ROWS_LOOKED_AT = 16 };

/* A piece of one step has nothing to predict. */
static bool have_steps(const struct pieces *pieces, const char *name, const char *split, struct why *why)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (piece_length(pieces, i) < 2) {
            snprintf(why->text, sizeof why->text, "%s.%s.txt: piece %zu has one step only, and nothing to predict",
                     name, split, i + 1);
            return false;
        }
    return true;
}

static bool read_splits(struct music *music, const char *folder, const char *name, struct why *why)
{
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++)
        if (!pieces_read_split(&music->splits[split], folder, name, split_names[split], why) ||
            !have_steps(&music->splits[split], name, split_names[split], why))
            return false;
    return true;
}

/* Of all keys of all steps, and of where pieces begin. */
static uint64_t fingerprint_of(const struct music *music)
{
    uint64_t fingerprint = FINGERPRINT_NONE;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) {
        const struct pieces *pieces = &music->splits[split];
        const size_t steps = (size_t)pieces->first[pieces->count];
        fingerprint = fingerprint_add(fingerprint, pieces->first, (pieces->count + 1) * sizeof *pieces->first);
        fingerprint = fingerprint_add(fingerprint, pieces->sounds, steps * sizeof *pieces->sounds);
    }
    return fingerprint;
}

static void close_music(struct problem *problem)
{
    struct music *music = problem->data;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++)
        pieces_close(&music->splits[split]);
    free(music);
}

static bool open_music(struct problem *problem, const char *folder, const char *name, struct why *why)
{
    struct music *music = problem->data = buffer_allocate(1, sizeof *music);
    if (!read_splits(music, folder, name, why))
        return false;
    problem->inputs = problem->outputs = KEYS;
    problem->rows[SPLIT_VALID] = problem->rows[SPLIT_TEST] = ROWS_LOOKED_AT;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) {
        const int64_t steps = pieces_longest(&music->splits[split]) - 1;
        problem->steps = steps > problem->steps ? steps : problem->steps;
        problem->count[split] = (int64_t)music->splits[split].count;
    }
    problem->fingerprint = fingerprint_of(music);
    music->nothing = pieces_frequency_cost(&music->splits[SPLIT_TRAIN], &music->splits[SPLIT_TEST]);
    return true;
}

static bool open_jsb(struct problem *problem, const char *folder, struct why *why)
{
    return open_music(problem, folder, "jsb", why);
}

static bool open_nottingham(struct problem *problem, const char *folder, struct why *why)
{
    return open_music(problem, folder, "nottingham", why);
}

/* Training pieces come in a new order at each walk through them; and those of a subset are the first of a permutation
   that the subset's number draws, so that fewer are among more. */
static size_t piece_of(const struct problem *problem, const struct sequence *sequence)
{
    const struct music *music = problem->data;
    const uint64_t count = (uint64_t)problem->count[sequence->split], index = (uint64_t)sequence->index;
    struct generator generator = {.state = sequence->seed};
    if (sequence->split != SPLIT_TRAIN)
        return (size_t)(index % count);
    generator.state = random_next(&generator) + index / count;
    const uint64_t place = random_place(random_next(&generator), index % count, count);
    return (size_t)random_place((uint64_t)problem->subset, place, (uint64_t)music->splits[SPLIT_TRAIN].count);
}

static int64_t measure_music(const struct problem *problem, struct sequence *sequence)
{
    const struct music *music = problem->data;
    return piece_length(&music->splits[sequence->split], piece_of(problem, sequence)) - 1;
}

static void write_music(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const struct music *music = problem->data;
    const struct pieces *pieces = &music->splits[sequence->split];
    const uint8_t(*sounds)[KEYS] =
        (const uint8_t(*)[KEYS])(pieces->sounds + pieces->first[piece_of(problem, sequence)]);
    for (int64_t t = 0; t < sequence->length; t++)
        for (int key = 0; key < KEYS; key++) {
            batch_x(batch, t, row)[key] = (float)sounds[t][key];
            batch_target(batch, t, row)[key] = (float)sounds[t + 1][key];
        }
}

/* What it costs to know nothing but how often each key sounds in the training pieces. */
static double nothing_music(const struct problem *problem)
{
    const struct music *music = problem->data;
    return music->nothing;
}

/* Test pieces are scored one by one: a comparison of cells is one of pieces too. */
static int64_t test_piece_of(const struct problem *problem, const struct batch *batch, int64_t row)
{
    (void)problem;
    return batch->sequences[row] % SCORE_GROUPS;
}

static void piece_name(const struct problem *problem, int64_t group, char *text, size_t size)
{
    (void)problem;
    snprintf(text, size, "%" PRId64, group + 1);
}

/* Bai, Kolter & Koltun 2018, table 1; Chung et al. 2014, table 2. */
static const struct published jsb_2018[] = {
    {0, "rnn", "8.91", 300000}, {0, "gru", "8.43", 300000}, {0, "lstm", "8.45", 300000}, {0, "", NULL, 0}};
static const struct published jsb_2014[] = {
    {0, "rnn", "9.10", 20000}, {0, "gru", "8.54", 20000}, {0, "lstm", "8.67", 20000}, {0, "", NULL, 0}};
static const struct published nottingham_2018[] = {
    {0, "rnn", "4.05", 1000000}, {0, "gru", "3.46", 1000000}, {0, "lstm", "3.29", 1000000}, {0, "", NULL, 0}};
static const struct published nottingham_2014[] = {
    {0, "rnn", "3.13", 20000}, {0, "gru", "3.23", 20000}, {0, "lstm", "3.20", 20000}, {0, "", NULL, 0}};

/* Minibatches of a walk through all training pieces: of one piece, or of eight. */
enum { JSB_EPOCH = 229, NOTTINGHAM_EPOCH = 694, NOTTINGHAM_EPOCH_BY_8 = (NOTTINGHAM_EPOCH + 7) / 8 };

#define MUSIC                                                                                                          \
    .unit = "nats a step", .loss = WEIR_BERNOULLI_CROSS_ENTROPY, .scored = SCORED_ALL, .margin = 0.05,                 \
    .group = "piece", .close = close_music, .measure = measure_music, .write = write_music, .nothing = nothing_music,  \
    .group_of = test_piece_of, .group_name = piece_name

/* What is not in the papers, or not as there, stands in docs/benchmarks.md. */
#define SETTING_2018                                                                                                   \
    .scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .optimizer = WEIR_ADAM, .rate = 1e-3, .clip = 1.0, .bias = 1.0,             \
    .dropout = 0.2
#define SETTING_2014                                                                                                   \
    .scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .optimizer = WEIR_RMSPROP, .rate = 1e-3, .clip = 1.0, .noise = 0.075
/* Natural logarithms from U(-12, -6); nothing else is searched for. */
#define RANGES_2014 .rates = {6.1442e-6, 2.4788e-3}, .clips = {1.0, 0.0}, .biases = {1.0, 0.0}
#define SEEDS_5                                                                                                        \
    {                                                                                                                  \
        5, { 1, 2, 3, 4, 5 }                                                                                           \
    }
#define SEEDS_10                                                                                                       \
    {                                                                                                                  \
        10, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }                                                                          \
    }

const struct task task_jsb = {
    .name = "jsb",
    .summary = "the next step of Bach's chorales (JSB Chorales)",
    .paper = "Bai, Kolter & Koltun 2018, 300,000 parameters",
    .settings = {.training = {SETTING_2018, .batch = 1, .budget = 60 * JSB_EPOCH, .patience = 10, .wait = 4},
                 .units = 228,
                 .parameters = 300000},
    .quick = {.parameters = 20000, .budget = 10 * JSB_EPOCH},
    .full = {.seeds = SEEDS_10, .draws = 8},
    .published = jsb_2018,
    .open = open_jsb,
    MUSIC,
};

const struct task task_jsb_2014 = {
    .name = "jsb-2014",
    .summary = "the same, small nets with weight noise",
    .paper = "Chung et al. 2014, 20,000 parameters",
    .settings = {.training = {SETTING_2014, .batch = 1, .budget = 200 * JSB_EPOCH, .patience = 20},
                 .units = 36,
                 .parameters = 20000,
                 RANGES_2014},
    .quick = {.budget = 10 * JSB_EPOCH},
    .full = {.seeds = SEEDS_5, .draws = 10},
    .published = jsb_2014,
    .open = open_jsb,
    MUSIC,
};

const struct task task_jsb_subsets = {
    .name = "jsb-subsets",
    .summary = "the same, from a sixteenth of the data up: GRU and LSTM",
    .paper = "ours, 100,000 parameters",
    .settings = {.training = {SETTING_2018, .batch = 1, .every = JSB_EPOCH / 4, .budget = 40 * JSB_EPOCH,
                              .patience = 20},
                 .units = 112,
                 .cells = {2, {2, 3}},
                 .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}},
                 .parts = {5, {1, 2, 4, 8, 16}}},
    .quick = {.parts = {2, {4, 16}}, .units = 28, .budget = 2 * JSB_EPOCH},
    .usual = {.subsets = 2},
    .full = {.seeds = SEEDS_5, .subsets = 5, .draws = 8},
    .open = open_jsb,
    MUSIC,
};

const struct task task_nottingham = {
    .name = "nottingham",
    .summary = "the next step of English folk tunes (Nottingham)",
    .paper = "Bai, Kolter & Koltun 2018, 1,000,000 parameters",
    .settings = {.training = {SETTING_2018, .batch = 8, .budget = 30 * NOTTINGHAM_EPOCH_BY_8, .patience = 5, .wait = 2},
                 .units = 456,
                 .parameters = 1000000},
    .quick = {.parameters = 20000, .budget = 5 * NOTTINGHAM_EPOCH_BY_8},
    .usual = {.parameters = 100000},
    .full = {.parameters = 1000000, .seeds = {3, {1, 2, 3}}, .draws = 6, .tune_parameters = 100000},
    .published = nottingham_2018,
    .open = open_nottingham,
    MUSIC,
};

const struct task task_nottingham_2014 = {
    .name = "nottingham-2014",
    .summary = "the same, small nets with weight noise",
    .paper = "Chung et al. 2014, 20,000 parameters",
    .settings = {.training = {SETTING_2014, .batch = 1, .budget = 100 * NOTTINGHAM_EPOCH, .patience = 10},
                 .units = 36,
                 .parameters = 20000,
                 RANGES_2014},
    .quick = {.budget = 5 * NOTTINGHAM_EPOCH},
    .full = {.seeds = SEEDS_5, .draws = 10},
    .published = nottingham_2014,
    .open = open_nottingham,
    MUSIC,
};
