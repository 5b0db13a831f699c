/*
 * learn/options.c: what a person can choose about a task's trainings.
 */
#include <inttypes.h>

#include "command/number_option.h"
#include "command/options.h"
#include "learn/cells.h"
#include "learn/task.h"

enum {
    KEY_QUICK = 0x400,
    KEY_FULL,
    KEY_CELLS,
    KEY_EQUAL,
    KEY_LENGTH,
    KEY_PARTS,
    KEY_SUBSETS,
    KEY_SEEDS,
    KEY_DATA,
    KEY_RESUME,
    KEY_UNITS,
    KEY_PARAMETERS,
    KEY_LAYERS,
    KEY_DROPOUT,
    KEY_NOISE,
    KEY_RATE,
    KEY_CLIP,
    KEY_BIAS,
    KEY_WEIGHT_DECAY,
    KEY_BATCH,
    KEY_WAIT,
    KEY_DECAY,
    KEY_EVERY,
    KEY_BUDGET,
    KEY_PATIENCE,
    KEY_SECONDS,
    KEY_AIM,
    KEY_VALID,
    KEY_CONFIRM,
    KEY_TEST,
    KEY_DRAWS,
    KEY_TUNE,
    KEY_TUNE_PARAMETERS,
    KEY_JOBS,
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "How much of it:", 1},
    {"quick", KEY_QUICK, 0, 0, "A glance, in a minute or so: changes defaults below", 1},
    {"full", KEY_FULL, 0, 0,
     "All of it, two trainings side by side; says first how long that may take: changes "
     "defaults below",
     1},
    {"resume", KEY_RESUME, "FOLDER", 0,
     "Go on with the job that left its results there; all other options have to be as they were", 1},
    {0, 0, 0, 0, "What to train:", 2},
    {"cells", KEY_CELLS, "LIST", 0, "Of rnn, rnn-identity, gru, lstm, lstm-chrono, gru-chrono", 2},
    {"equal", KEY_EQUAL, "LIST", 0, "By what cells are made equal: parameters, units", 2},
    {"length", KEY_LENGTH, "LIST", 0, "Lengths T of sequences, of a task that has them", 2},
    {"parts", KEY_PARTS, "LIST", 0,
     "Train on one of so many of the data, of a task that has data: 1..16 is all, halves, ... sixteenths", 2},
    {"subsets", KEY_SUBSETS, "N", 0,
     "Draw so many subsets for each part, each for each seed; for the whole so many times as many seeds", 2},
    {"seeds", KEY_SEEDS, "LIST", 0, "One training for each", 2},
    {"units", KEY_UNITS, "N", 0, "Units of the LSTM that others are made equal to", 2},
    {"parameters", KEY_PARAMETERS, "N", 0, "Parameters of every net at equal parameters; 0: as that LSTM has", 2},
    {"layers", KEY_LAYERS, "N", 0, "Recurrent layers", 2},
    {"data", KEY_DATA, "FOLDER", 0, "Where a task's data are (default: those that come with Weir)", 2},
    {0, 0, 0, 0, "How to train:", 3},
    {"batch", KEY_BATCH, "N", 0, "Sequences of a minibatch", 3},
    {"rate", KEY_RATE, "R", 0, "Learning rate", 3},
    {"clip", KEY_CLIP, "N", 0, "The most that the norm of a gradient may be; 0: any", 3},
    {"bias", KEY_BIAS, "B", 0, "Bias at first of the gate that keeps; 0: as all other weights are drawn", 3},
    {"dropout", KEY_DROPOUT, "P", 0, "Share of a recurrent layer's outputs that is dropped", 3},
    {"noise", KEY_NOISE, "D", 0, "Standard deviation of noise on all parameters while a gradient is found", 3},
    {"weight-decay", KEY_WEIGHT_DECAY, "D", 0, "Weight decay", 3},
    {"wait", KEY_WAIT, "N", 0, "Evaluations without a better validation before the rate is lowered; 0: never", 3},
    {"decay", KEY_DECAY, "F", 0, "By how much it is then multiplied", 3},
    {"every", KEY_EVERY, "N", 0, "Updates between evaluations; 0: as many as the training data have minibatches", 3},
    {0, 0, 0, 0, "When a training stops, if it has not solved its task:", 4},
    {"budget", KEY_BUDGET, "N", 0, "After so many updates; 0: as many as the paper needed", 4},
    {"patience", KEY_PATIENCE, "N", 0, "After so many evaluations without a better validation; 0: never", 4},
    {"seconds", KEY_SECONDS, "S", 0, "After so many seconds of the CPU; 0: never", 4},
    {"aim", KEY_AIM, "E", 0, "Has solved it only with a score below this too, at validation; 0: with any", 4},
    {0, 0, 0, 0, "How its settings are chosen, on the validation split:", 5},
    {"draws", KEY_DRAWS, "N", 0,
     "Try so many random rates, clips and gate biases, the same for each cell; 0: take those above", 5},
    {"tune-length", KEY_TUNE, "T", 0, "The length at which they are tried; 0: each at its own", 5},
    {"tune-parameters", KEY_TUNE_PARAMETERS, "N", 0, "Parameters of the nets with which they are; 0: as many as then",
     5},
    {0, 0, 0, 0, "How many sequences are looked at:", 6},
    {"valid", KEY_VALID, "N", 0, "Of the validation split, at each evaluation; 0: all", 6},
    {"confirm", KEY_CONFIRM, "N", 0, "Fresh ones, where those pass the test of success", 6},
    {"test", KEY_TEST, "N", 0, "Of the test split, once, at the end; 0: all", 6},
    {"jobs", KEY_JOBS, "N", 0, "Trainings side by side, each in one thread", 6},
    {0},
};

#define COUNT(...) COUNT_OPTION(struct learn_settings, __VA_ARGS__)
#define REAL(...) REAL_OPTION(struct learn_settings, __VA_ARGS__)

static const struct number_option number_options[] = {
    COUNT(KEY_UNITS, "units", 1, 65536, units),
    COUNT(KEY_PARAMETERS, "parameters", 0, 1e8, parameters),
    COUNT(KEY_LAYERS, "layers", 1, 64, layers),
    COUNT(KEY_SUBSETS, "subsets", 1, 1000, subsets),
    COUNT(KEY_BATCH, "batch", 1, 4096, training.batch),
    REAL(KEY_RATE, "rate", 1e-9, 10.0, training.rate),
    REAL(KEY_CLIP, "clip", 0.0, 1e6, training.clip),
    REAL(KEY_BIAS, "bias", 0.0, 100.0, training.bias),
    REAL(KEY_DROPOUT, "dropout", 0.0, 0.99, training.dropout),
    REAL(KEY_NOISE, "noise", 0.0, 10.0, training.noise),
    REAL(KEY_WEIGHT_DECAY, "weight-decay", 0.0, 10.0, training.weight_decay),
    COUNT(KEY_WAIT, "wait", 0, 1e6, training.wait),
    REAL(KEY_DECAY, "decay", 0.01, 1.0, training.decay),
    COUNT(KEY_EVERY, "every", 0, 1e9, training.every),
    COUNT(KEY_BUDGET, "budget", 0, 1e9, training.budget),
    COUNT(KEY_PATIENCE, "patience", 0, 1e6, training.patience),
    REAL(KEY_SECONDS, "seconds", 0.0, 1e7, training.seconds),
    REAL(KEY_AIM, "aim", 0.0, 1e6, training.aim),
    COUNT(KEY_VALID, "valid", 0, 1e6, training.valid),
    COUNT(KEY_CONFIRM, "confirm", 1, 1e6, training.confirm),
    COUNT(KEY_TEST, "test", 0, 1e6, training.test),
    COUNT(KEY_DRAWS, "draws", 0, 1000, draws),
    COUNT(KEY_TUNE, "tune-length", 0, 1e6, tune),
    COUNT(KEY_TUNE_PARAMETERS, "tune-parameters", 0, 1e8, tune_parameters),
    COUNT(KEY_JOBS, "jobs", 1, 64, jobs),
    {0},
};

static void check_tune(const struct learn_options *learn, struct argp_state *state)
{
    const int64_t tune = learn->settings.tune;
    if (tune > 0 && !learn->task->has_length)
        argp_error(state, "--tune-length: %s has no lengths to choose from", learn->task->name);
    if (tune > 0 && tune < learn->task->least_length)
        argp_error(state, "--tune-length: %s has at least %" PRId64, learn->task->name, learn->task->least_length);
}

static void check_aim(const struct learn_options *learn, struct argp_state *state)
{
    const struct task *task = learn->task;
    if (learn->settings.training.aim > 0.0 && (task->solved == NULL || task->stop.window > 0))
        argp_error(state, "--aim: %s is not solved by a score", task->name);
}

static void parse_length(struct learn_options *learn, const char *argument, struct argp_state *state)
{
    struct why why;
    if (!learn->task->has_length)
        argp_error(state, "--length: %s has no lengths to choose from", learn->task->name);
    option_require(numbers_parse(&learn->settings.lengths, argument, learn->task->least_length, 100000, &why), state,
                   "length", &why);
}

static error_t parse_list(int key, char *argument, struct argp_state *state)
{
    struct learn_options *learn = state->input;
    struct learn_settings *settings = &learn->settings;
    struct why why;
    switch (key) {
    case KEY_CELLS:
        option_require(names_parse(&settings->cells, argument, variety_names, &why), state, "cells", &why);
        return 0;
    case KEY_EQUAL:
        option_require(names_parse(&settings->equal, argument, equal_names, &why), state, "equal", &why);
        return 0;
    case KEY_SEEDS:
        option_require(numbers_parse(&settings->seeds, argument, 0, INT64_MAX, &why), state, "seeds", &why);
        return 0;
    case KEY_PARTS:
        option_require(numbers_parse(&settings->parts, argument, 1, 1000000, &why), state, "parts", &why);
        return 0;
    case KEY_LENGTH:
        parse_length(learn, argument, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct learn_options *learn = state->input;
    if (number_option_parse(number_options, key, argument, &learn->settings, state)) {
        if (key == KEY_TUNE)
            check_tune(learn, state);
        if (key == KEY_AIM)
            check_aim(learn, state);
        return 0;
    }
    switch (key) {
    case KEY_QUICK:
        learn->scale = &learn->task->quick;
        return 0;
    case KEY_FULL:
        learn->scale = &learn->task->full;
        return 0;
    case KEY_DATA:
        learn->settings.data = argument;
        return 0;
    case KEY_RESUME:
        learn->settings.resume = argument;
        return 0;
    default:
        return parse_list(key, argument, state);
    }
}

/* Adds the task's default to the help of an option. */
static char *add_default(int key, const char *text, void *input)
{
    const struct learn_options *learn = input;
    if (learn == NULL)
        return (char *)text;
    const struct learn_settings settings = learn_settings_of(learn->task);
    return number_option_help(number_options, key, text, &settings);
}

const struct argp learn_argp = {.options = options, .parser = parse, .help_filter = add_default};

void learn_options_parse(struct learn_options *learn, const struct argp *argp, int argc, char **argv, void *input)
{
    learn->settings = learn_settings_of(learn->task);
    argp_parse(argp, argc, argv, 0, NULL, input);
    if (learn->scale == NULL)
        return;
    learn->settings = learn_settings_at(learn->task, learn->scale);
    argp_parse(argp, argc, argv, 0, NULL, input);
}
