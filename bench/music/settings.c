/*
 * music/settings.c: what a person can choose about the music job.
 */
#include "music/settings.h"

#include <stdio.h>

#include "command/number_option.h"
#include "command/options.h"

enum {
    KEY_LONG = 0x300,
    KEY_CELLS,
    KEY_SEEDS,
    KEY_DATA,
    KEY_PARAMETERS,
    KEY_LAYERS,
    KEY_DROPOUT,
    KEY_BATCH,
    KEY_RATE,
    KEY_WEIGHT_DECAY,
    KEY_CLIP,
    KEY_WAIT,
    KEY_DECAY,
    KEY_EPOCHS,
    KEY_PATIENCE,
    KEY_SECONDS,
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "What to train:", 1},
    {"long", KEY_LONG, 0, 0, "Train as long as it takes to reach published results: changes the defaults below", 1},
    {"cells", KEY_CELLS, "LIST", 0, "Of rnn, rnn-relu, gru, gru-reset-before, lstm (default: rnn,gru,lstm)", 1},
    {"parameters", KEY_PARAMETERS, "N", 0, "Parameters of every net; the hidden size is what comes nearest", 1},
    {"layers", KEY_LAYERS, "N", 0, "Recurrent layers", 1},
    {"dropout", KEY_DROPOUT, "P", 0, "Share of a recurrent layer's outputs that is dropped", 1},
    {"seeds", KEY_SEEDS, "LIST", 0, "One training for each (default: 1)", 1},
    {"data", KEY_DATA, "FOLDER", 0,
     "Where jsb.train.txt, jsb.valid.txt and jsb.test.txt are (default: those that come with Weir)", 1},
    {0, 0, 0, 0, "How to train:", 2},
    {"batch", KEY_BATCH, "N", 0, "Pieces of a minibatch", 2},
    {"rate", KEY_RATE, "R", 0, "Adam's learning rate; 0 is what suits each cell: 0.01, or 0.002 without gates", 2},
    {"weight-decay", KEY_WEIGHT_DECAY, "D", 0, "AdamW's weight decay; 0 is Adam", 2},
    {"clip", KEY_CLIP, "N", 0, "The most that the norm of a gradient may be", 2},
    {"wait", KEY_WAIT, "N", 0, "Epochs without a better validation before the rate is lowered", 2},
    {"decay", KEY_DECAY, "F", 0, "By how much it is then multiplied", 2},
    {0, 0, 0, 0, "When to stop, for each net:", 3},
    {"epochs", KEY_EPOCHS, "N", 0, "After so many epochs", 3},
    {"patience", KEY_PATIENCE, "N", 0, "After so many epochs without a better validation", 3},
    {"seconds", KEY_SECONDS, "S", 0, "After so many seconds", 3},
    {0},
};

#define COUNT(...) COUNT_OPTION(struct training_settings, __VA_ARGS__)
#define REAL(...) REAL_OPTION(struct training_settings, __VA_ARGS__)

static const struct number_option number_options[] = {
    COUNT(KEY_PARAMETERS, "parameters", 1000, 1e8, network.parameters),
    COUNT(KEY_LAYERS, "layers", 1, 64, network.layers),
    REAL(KEY_DROPOUT, "dropout", 0.0, 0.99, network.dropout),
    COUNT(KEY_BATCH, "batch", 1, 1024, network.batch),
    REAL(KEY_RATE, "rate", 0.0, 10.0, network.rate),
    REAL(KEY_WEIGHT_DECAY, "weight-decay", 0.0, 10.0, network.weight_decay),
    REAL(KEY_CLIP, "clip", 1e-6, 1e6, network.clip),
    COUNT(KEY_WAIT, "wait", 1, 1e6, wait),
    REAL(KEY_DECAY, "decay", 0.01, 1.0, decay),
    COUNT(KEY_EPOCHS, "epochs", 1, 1e6, epochs),
    COUNT(KEY_PATIENCE, "patience", 1, 1e6, patience),
    REAL(KEY_SECONDS, "seconds", 1.0, 1e7, seconds),
    {0},
};

struct music_settings music_settings_short(void)
{
    return (struct music_settings){
        .training =
            {
                .network = {.parameters = 100000, .layers = 1, .batch = 16, .dropout = 0.5, .clip = 1.0},
                .epochs = 80,
                .patience = 20,
                .wait = 6,
                .decay = 0.5,
                .seconds = 40.0,
            },
        .cells = {3, {0, 2, 4}},
        .seeds = {1, {1}},
    };
}

struct music_settings music_settings_long(void)
{
    struct music_settings settings = music_settings_short();
    struct training_settings *training = &settings.training;
    training->network.parameters = 300000;
    training->network.weight_decay = 0.3;
    training->epochs = 500;
    training->patience = 40;
    training->wait = 10;
    training->seconds = 1800.0;
    return settings;
}

/* --long changes defaults, not what was said before it. */
static void lengthen(struct training_settings *settings)
{
    const struct training_settings from = music_settings_short().training, to = music_settings_long().training;
    number_option_change(number_options, settings, &from, &to);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct music_settings *settings = state->input;
    struct why why;
    if (number_option_parse(number_options, key, argument, &settings->training, state))
        return 0;
    switch (key) {
    case KEY_LONG:
        lengthen(&settings->training);
        return 0;
    case KEY_CELLS:
        option_require(names_parse(&settings->cells, argument, cell_names, &why), state, "cells", &why);
        return 0;
    case KEY_SEEDS:
        option_require(numbers_parse(&settings->seeds, argument, 0, INT64_MAX, &why), state, "seeds", &why);
        return 0;
    case KEY_DATA:
        settings->data = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Adds both defaults to the help of an option. */
static char *add_default(int key, const char *text, void *input)
{
    (void)input;
    const struct number_option *option = number_option_find(number_options, key);
    char brief[64], lengthy[64], *whole;
    if (option == NULL)
        return (char *)text;
    const struct training_settings usual = music_settings_short().training, longer = music_settings_long().training;
    number_option_print(option, &usual, brief, sizeof brief);
    number_option_print(option, &longer, lengthy, sizeof lengthy);
    if (asprintf(&whole, "%s (default: %s; long: %s)", text, brief, lengthy) < 0)
        return (char *)text;
    return whole;
}

const struct argp music_argp = {.options = options, .parser = parse, .help_filter = add_default};
