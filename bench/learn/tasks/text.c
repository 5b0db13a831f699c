/*
 * learn/tasks/text.c: the next character of a book.
 *
 * The book is cut by position: nine tenths to train on, a twentieth to validate, the last twentieth to test. Each of
 * these is read as some streams side by side, chunk after chunk of T characters: state is carried from a chunk to the
 * next one, and gradients go back to the beginning of a chunk (truncated BPTT, k1 = k2 = T). The score is the
 * cross-entropy in bits a character, over all characters of a split but the first of each stream.
 *
 * A part of the training data is a stretch of it that begins at a place drawn by the subset's number and goes on round
 * the end: one that is longer has the shorter ones within it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/fingerprint.h"
#include "learn/cells.h"
#include "learn/learner.h"
#include "learn/tasks/book.h"

/* Streams of a split that is only looked at: few, as each begins without anything to go by. */
enum { STREAMS_LOOKED_AT = 16, TWENTIETHS_VALID = 1, TWENTIETHS_TEST = 1 };

struct text {
    struct book book;
    int64_t first[3], count[3]; /* characters of each split */
    double nothing;
};

static void split_book(struct text *text)
{
    const int64_t twentieth = text->book.count / 20;
    text->count[SPLIT_VALID] = TWENTIETHS_VALID * twentieth;
    text->count[SPLIT_TEST] = TWENTIETHS_TEST * twentieth;
    text->count[SPLIT_TRAIN] = text->book.count - text->count[SPLIT_VALID] - text->count[SPLIT_TEST];
    text->first[SPLIT_VALID] = text->count[SPLIT_TRAIN];
    text->first[SPLIT_TEST] = text->first[SPLIT_VALID] + text->count[SPLIT_VALID];
}

/* What it costs to know nothing but how often each character is in the training split, to which one of each is added:
   bits a character of the test split. */
static double frequency_cost(const struct text *text)
{
    double often[CHARACTERS_MOST], bits = 0.0;
    const uint8_t *train = text->book.characters, *test = train + text->first[SPLIT_TEST];
    for (int64_t k = 0; k < text->book.alphabet; k++)
        often[k] = 1.0;
    for (int64_t i = 0; i < text->count[SPLIT_TRAIN]; i++)
        often[train[i]] += 1.0;
    for (int64_t i = 0; i < text->count[SPLIT_TEST]; i++)
        bits -= log2(often[test[i]] / (double)(text->count[SPLIT_TRAIN] + text->book.alphabet));
    return bits / (double)text->count[SPLIT_TEST];
}

/* Characters that a stream predicts, when all of a split is read. */
static int64_t stream_of(const struct problem *problem, enum split split)
{
    const struct text *text = problem->data;
    return (text->count[split] - 1) / problem->rows[split];
}

static uint64_t fingerprint_of(const struct book *book)
{
    const uint64_t letters = fingerprint_add(FINGERPRINT_NONE, book->letter, (size_t)book->alphabet);
    return fingerprint_add(letters, book->characters, (size_t)book->count);
}

static bool open_text(struct problem *problem, const char *folder, struct why *why)
{
    struct text *text = problem->data = buffer_allocate(1, sizeof *text);
    if (!book_read(&text->book, folder, why))
        return false;
    split_book(text);
    problem->inputs = problem->outputs = text->book.alphabet;
    problem->steps = problem->length;
    problem->rows[SPLIT_VALID] = problem->rows[SPLIT_TEST] = STREAMS_LOOKED_AT;
    for (int split = SPLIT_TRAIN; split <= SPLIT_TEST; split++) {
        const int64_t stream = text->count[split] > 0 ? stream_of(problem, (enum split)split) : 0;
        problem->count[split] = problem->rows[split] * ((stream + problem->length - 1) / problem->length);
        if (stream > 0)
            continue;
        snprintf(why->text, sizeof why->text,
                 "the text has %" PRId64 " characters: too few for %" PRId64 " streams side by side", text->book.count,
                 problem->rows[split]);
        return false;
    }
    problem->fingerprint = fingerprint_of(&text->book);
    text->nothing = frequency_cost(text);
    return true;
}

static void close_text(struct problem *problem)
{
    struct text *text = problem->data;
    book_close(&text->book);
    free(text);
}

/* How many characters a stream predicts here. */
static int64_t stride_of(const struct problem *problem, enum split split)
{
    if (split == SPLIT_TRAIN && problem->part > 1)
        return problem->count[split] / problem->rows[split] * problem->length;
    return stream_of(problem, split);
}

static int64_t measure_text(const struct problem *problem, struct sequence *sequence)
{
    const int64_t rows = problem->rows[sequence->split];
    const int64_t chunk = sequence->index % problem->count[sequence->split] / rows;
    const int64_t left = stride_of(problem, sequence->split) - chunk * problem->length;
    return left < problem->length ? left : problem->length;
}

/* Where the data of a split begin: a subset of the training data anywhere within them. */
static int64_t offset_of(const struct problem *problem, enum split split)
{
    const struct text *text = problem->data;
    struct generator generator = {.state = (uint64_t)problem->subset};
    if (split != SPLIT_TRAIN || problem->part == 1)
        return 0;
    return (int64_t)random_below(&generator, (uint64_t)text->count[split]);
}

static void write_text(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row)
{
    const struct text *text = problem->data;
    const enum split split = sequence->split;
    const int64_t rows = problem->rows[split], place = sequence->index % problem->count[split];
    const int64_t from =
        offset_of(problem, split) + place % rows * stride_of(problem, split) + place / rows * problem->length;
    const uint8_t *characters = text->book.characters + text->first[split];
    for (int64_t t = 0; t < sequence->length; t++) {
        batch_x(batch, t, row)[characters[(from + t) % text->count[split]]] = 1.0F;
        *batch_class(batch, t, row) = characters[(from + t + 1) % text->count[split]];
    }
}

static double nothing_text(const struct problem *problem)
{
    const struct text *text = problem->data;
    return text->nothing;
}

/* --- stretches of the test split, for what a comparison says of it --- */

enum { STRETCHES = 8 };

static int64_t stretch_of(const struct problem *problem, const struct batch *batch, int64_t row)
{
    const int64_t rows = problem->rows[SPLIT_TEST], count = problem->count[SPLIT_TEST];
    const int64_t place = batch->sequences[row] % count;
    return place % rows * STRETCHES + place / rows * STRETCHES / (count / rows);
}

static void stretch_name(const struct problem *problem, int64_t group, char *text, size_t size)
{
    (void)problem;
    snprintf(text, size, "%" PRId64, group + 1);
}

/* --- what a net writes --- */

enum { WRITTEN = 600 };

/* One of the characters, each as likely as the softmax of y says (temperature 1). */
static int64_t draw_character(const float *y, int64_t alphabet, struct generator *generator)
{
    const double normal = softmax_log_sum(y, alphabet);
    double left = 0.5 * (random_signed(generator) + 1.0);
    int64_t k = 0;
    while (k + 1 < alphabet && (left -= exp((double)y[k] - normal)) >= 0.0)
        k++;
    return k;
}

/* From zero state, after the end of a line. */
static void examine_text(const struct problem *problem, struct learner *learner, struct findings *findings)
{
    const struct text *text = problem->data;
    const int64_t alphabet = text->book.alphabet;
    struct generator generator = {.state = learner->seed};
    float *state = buffer_allocate((size_t)weir_net_state_size(learner->net), sizeof *state);
    float *x = buffer_allocate((size_t)alphabet, sizeof *x), *y = buffer_allocate((size_t)alphabet, sizeof *y);
    int64_t character = 0;
    while (character + 1 < alphabet && text->book.letter[character] != '\n')
        character++;
    for (int i = 0; i < WRITTEN; i++) {
        x[character] = 1.0F;
        learner_run(learner, 1, 1, x, state, y);
        x[character] = 0.0F;
        character = draw_character(y, alphabet, &generator);
        findings->text[i] = (char)text->book.letter[character];
    }
    findings->text[WRITTEN] = '\0';
    free(state);
    free(x);
    free(y);
}

/* --- the tasks --- */

/* Chunks of 100 characters in 32 streams: a walk through the Bible's training split is 1,237 updates. */
#define TRAINING                                                                                                       \
    .scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .optimizer = WEIR_ADAM, .rate = 3e-3, .clip = 1.0, .bias = 1.0, .batch = 32

/* 0.05 nats, as of music. */
#define TEXT                                                                                                           \
    .unit = "bits a character", .has_length = true, .least_length = 2, .loss = WEIR_SOFTMAX_CROSS_ENTROPY,             \
    .scored = SCORED_ALL, .scale = 1.4426950408889634, .margin = 0.05 * 1.4426950408889634, .carries = true,           \
    .group = "stretch", .open = open_text, .close = close_text, .measure = measure_text, .write = write_text,          \
    .nothing = nothing_text, .group_of = stretch_of, .group_name = stretch_name

const struct task task_text = {
    .name = "text",
    .summary = "the next character of the King James Bible",
    .paper = "ours",
    .settings = {.training = {TRAINING, .every = 250, .budget = 3000, .patience = 8, .wait = 3}, .units = 128},
    .quick = {.units = 48, .budget = 300},
    .usual = {.lengths = {1, {100}}},
    .full = {.seeds = {5, {1, 2, 3, 4, 5}}, .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}}, .draws = 4, .units = 256},
    .examine = examine_text,
    TEXT,
};

const struct task task_text_subsets = {
    .name = "text-subsets",
    .summary = "the same, from a 64th of the text up: GRU and LSTM",
    .paper = "ours",
    .settings = {.training = {TRAINING, .every = 100, .budget = 3000, .patience = 10, .wait = 4},
                 .cells = {2, {2, 3}},
                 .equal = {2, {EQUAL_PARAMETERS, EQUAL_UNITS}},
                 .parts = {4, {1, 4, 16, 64}},
                 .units = 128},
    .quick = {.parts = {2, {16, 64}}, .units = 48, .budget = 200},
    .usual = {.lengths = {1, {100}}, .subsets = 2},
    .full = {.seeds = {5, {1, 2, 3, 4, 5}}, .subsets = 5, .parts = {3, {1, 8, 64}}, .draws = 6, .budget = 1500},
    TEXT,
};
