/*
 * cost/options.c: the options of weir-bench cost.
 */
#include "cost/options.h"

#include "command/number_option.h"

enum { KEY_HIDDEN = 0x100, KEY_BATCH, KEY_STEPS, KEY_PRECISION, KEY_MODE, KEY_QUICK, KEY_SAMPLES, KEY_SAMPLE_TIME };

static const struct argp_option options[] = {
    {0, 0, 0, 0, "What to run; a LIST is 1,2,3 or, by doubling, 16..1024:", 1},
    {"hidden", KEY_HIDDEN, "LIST", 0, "Units of both cells, and inputs (default: 16..1024)", 1},
    {"batch", KEY_BATCH, "LIST", 0, "Rows that are run at once (default: 1,4,16,64)", 1},
    {"steps", KEY_STEPS, "N", 0, "Steps of a sequence (default: 50)", 1},
    {"precision", KEY_PRECISION, "LIST", 0, "Of f32, f64 (default: f32)", 1},
    {"mode", KEY_MODE, "LIST", 0, "Of inference, training (default: inference,training)", 1},
    {"quick", KEY_QUICK, 0, 0, "A small grid: 32 and 256 units, batch 1 and 16", 1},
    {0, 0, 0, 0, "How to measure:", 2},
    {"samples", KEY_SAMPLES, "N", 0, "Samples of each cell, 3 to 101 (default: 15)", 2},
    {"sample-time", KEY_SAMPLE_TIME, "MS", 0, "Least milliseconds of a sample (default: 20)", 2},
    {0},
};

#define COUNT(...) COUNT_OPTION(struct cost_options, __VA_ARGS__)
#define REAL(...) REAL_OPTION(struct cost_options, __VA_ARGS__)

static const struct number_option number_options[] = {
    COUNT(KEY_STEPS, "steps", 1, 1 << 20, sweep.steps.values[0]),
    COUNT(KEY_SAMPLES, "samples", 3, SAMPLES_MOST, measure.samples),
    REAL(KEY_SAMPLE_TIME, "sample-time", 1.0, 10000.0, measure.sample_seconds), /* milliseconds, as it is read */
    {0},
};

struct cost_options cost_options_default(void)
{
    return (struct cost_options){
        .sweep =
            {
                .cells = {2, {2, 4}}, /* gru, lstm */
                .steps = {1, {50}},
                .hidden = {7, {16, 32, 64, 128, 256, 512, 1024}},
                .batch = {4, {1, 4, 16, 64}},
                .layers = {1, {1}},
                .precisions = {1, {0}},
                .modes = {2, {0, 1}},
                .engines = {1, {0}},
            },
        .measure = {.samples = 15, .sample_seconds = 0.02},
    };
}

static void make_quick(struct sweep *sweep)
{
    sweep->hidden = (struct numbers){2, {32, 256}};
    sweep->batch = (struct numbers){2, {1, 16}};
}

static error_t parse_number(int key, const char *argument, const struct argp_state *state, struct cost_options *cost)
{
    if (!number_option_parse(number_options, key, argument, cost, state))
        return ARGP_ERR_UNKNOWN;
    if (key == KEY_SAMPLE_TIME)
        cost->measure.sample_seconds *= 1e-3;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct cost_options *cost = state->input;
    struct sweep *sweep = &cost->sweep;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &cost->common;
        return 0;
    case KEY_HIDDEN:
        option_require(numbers_parse(&sweep->hidden, argument, 1, 65536, &why), state, "hidden", &why);
        return 0;
    case KEY_BATCH:
        option_require(numbers_parse(&sweep->batch, argument, 1, 65536, &why), state, "batch", &why);
        return 0;
    case KEY_PRECISION:
        option_require(names_parse(&sweep->precisions, argument, precision_names, &why), state, "precision", &why);
        return 0;
    case KEY_MODE:
        option_require(names_parse(&sweep->modes, argument, mode_names, &why), state, "mode", &why);
        return 0;
    case KEY_QUICK:
        make_quick(sweep);
        return 0;
    default:
        return parse_number(key, argument, state, cost);
    }
}

static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};

const struct argp cost_argp = {
    .options = options,
    .parser = parse,
    .doc =
        "Tests the sentence \"a GRU costs 3/4 of an LSTM\": both with as many units and inputs, sampled in turn, over "
        "sizes and batches; the ratio of their times with intervals, and of what paper and plans say that they "
        "consist of. Tables and a map.\v"
        "The defaults take some three minutes. docs/benchmarks.md, \"Cost\", says how to read it.",
    .children = children,
};
