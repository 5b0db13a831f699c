/*
 * throughput/axes.c: the options that name axes and samples, for every subcommand that has them.
 */
#include "throughput/axes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/number_option.h"
#include "command/options.h"

enum {
    KEY_CELLS = 0x100,
    KEY_STEPS,
    KEY_HIDDEN,
    KEY_BATCH,
    KEY_LAYERS,
    KEY_PRECISION,
    KEY_MODE,
    KEY_INPUTS,
    KEY_MATCH,
    KEY_SET,
    KEY_CUT_STEPS,
    KEY_SAMPLES,
    KEY_SAMPLE_TIME,
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "What to run; a LIST is 1,2,3 or, by doubling, 16..1024:", 1},
    {"cells", KEY_CELLS, "LIST", 0, "Of rnn, rnn-relu, gru, gru-reset-before, lstm", 1},
    {"steps", KEY_STEPS, "LIST", 0, "Steps of a sequence", 1},
    {"hidden", KEY_HIDDEN, "LIST", 0, "Hidden units of a layer", 1},
    {"batch", KEY_BATCH, "LIST", 0, "Rows that are run at once", 1},
    {"layers", KEY_LAYERS, "LIST", 0, "Layers", 1},
    {"precision", KEY_PRECISION, "LIST", 0, "Of f32, f64", 1},
    {"mode", KEY_MODE, "LIST", 0, "Of inference, training", 1},
    {"inputs", KEY_INPUTS, "N", 0, "Inputs of the first layer (default: as many as --hidden)", 1},
    {"match", KEY_MATCH, "WHAT", 0,
     "hidden: all cells have --hidden units (default). parameters: an LSTM has, and the others get the size that "
     "brings "
     "them nearest to as many parameters",
     1},
    {"set", KEY_SET, "NAME", 0,
     "Instead of combinations the points of one of the literature's sets: deepbench-server, deepbench-device, "
     "deepbench-training, benchdnn, haste, rtneural, rnnt. The lists above then choose among its points. 'list' says "
     "what each is, and how many points it has",
     1},
    {"cut-steps", KEY_CUT_STEPS, "N", 0, "Cut a set's longer sequences to N steps: time is linear in them", 1},
    {0, 0, 0, 0, "How to measure:", 2},
    {"samples", KEY_SAMPLES, "N", 0, "Samples of each row, 3 to 101", 2},
    {"sample-time", KEY_SAMPLE_TIME, "MS", 0, "Least milliseconds of a sample", 2},
    {0},
};

#define COUNT(...) COUNT_OPTION(struct axes_options, __VA_ARGS__)
#define REAL(...) REAL_OPTION(struct axes_options, __VA_ARGS__)

static const struct number_option number_options[] = {
    COUNT(KEY_INPUTS, "inputs", 1, 65536, sweep.inputs),
    COUNT(KEY_CUT_STEPS, "cut-steps", 1, 1 << 20, sweep.cut_steps),
    COUNT(KEY_SAMPLES, "samples", 3, SAMPLES_MOST, measure.samples),
    REAL(KEY_SAMPLE_TIME, "sample-time", 1.0, 10000.0, measure.sample_seconds), /* milliseconds, as it is read */
    {0},
};

static const char *const match_names[] = {"hidden", "parameters", NULL};

struct axes_options axes_default(void)
{
    return (struct axes_options){
        .sweep =
            {
                .cells = usual_cells,
                .steps = {7, {16, 32, 64, 128, 256, 512, 1024}},
                .hidden = {2, {64, 256}},
                .batch = {2, {1, 16}},
                .layers = {1, {1}},
                .precisions = {1, {0}},
                .modes = {2, {0, 1}},
                .engines = {2, {0, 1}},
            },
        .measure = {.samples = 11, .sample_seconds = 0.02, .evictions = 11},
    };
}

static void require_match(struct sweep *sweep, const char *argument, const struct argp_state *state)
{
    struct numbers match = {0};
    struct why why;
    option_require(names_parse(&match, argument, match_names, &why), state, "match", &why);
    if (match.count > 1)
        argp_error(state, "--match: '%s' names more than one way", argument);
    sweep->match_parameters = match.values[0] == 1;
}

static void print_sets(void)
{
    for (const struct shape_set *set = shape_sets; set->name != NULL; set++)
        printf("%s: %zu points\n  from %s\n  run as: %s\n  left out: %s\n", set->name, shape_set_count(set),
               set->source, set->meaning, set->left_out);
}

static void require_set(struct sweep *sweep, const char *argument, const struct argp_state *state)
{
    struct numbers set = {0};
    struct why why;
    if (strcmp(argument, "list") == 0) {
        print_sets();
        exit(EXIT_SUCCESS);
    }
    option_require(names_parse(&set, argument, shape_set_names, &why), state, "set", &why);
    if (set.count > 1)
        argp_error(state, "--set: '%s' names more than one set", argument);
    sweep->set = &shape_sets[set.values[0]];
}

static error_t parse_method(int key, const char *argument, const struct argp_state *state, struct axes_options *axes)
{
    if (number_option_parse(number_options, key, argument, axes, state)) {
        if (key == KEY_SAMPLE_TIME)
            axes->measure.sample_seconds *= 1e-3;
        return 0;
    }
    switch (key) {
    case KEY_SET:
        require_set(&axes->sweep, argument, state);
        return 0;
    case KEY_MATCH:
        require_match(&axes->sweep, argument, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* An axis: a list of names, or of numbers from 1 to `most`. */
struct axis {
    int key;
    const char *option;
    const char *const *names;
    int64_t most;
    size_t offset; /* of the list in struct sweep */
};

static const struct axis axes_table[] = {
    {KEY_CELLS, "cells", cell_names, 0, offsetof(struct sweep, cells)},
    {KEY_STEPS, "steps", NULL, 1 << 20, offsetof(struct sweep, steps)},
    {KEY_HIDDEN, "hidden", NULL, 65536, offsetof(struct sweep, hidden)},
    {KEY_BATCH, "batch", NULL, 65536, offsetof(struct sweep, batch)},
    {KEY_LAYERS, "layers", NULL, 64, offsetof(struct sweep, layers)},
    {KEY_PRECISION, "precision", precision_names, 0, offsetof(struct sweep, precisions)},
    {KEY_MODE, "mode", mode_names, 0, offsetof(struct sweep, modes)},
};

static const struct axis *find_axis(int key)
{
    for (size_t i = 0; i < sizeof axes_table / sizeof axes_table[0]; i++)
        if (axes_table[i].key == key)
            return &axes_table[i];
    return NULL;
}

static struct numbers *list_of(const struct axis *axis, struct sweep *sweep)
{
    return (struct numbers *)((char *)sweep + axis->offset);
}

/* Of a set, a list that was not given leaves all points in; precision is of no point, and keeps its default. */
static void forget_defaults(struct axes_options *axes)
{
    for (size_t i = 0; i < sizeof axes_table / sizeof axes_table[0]; i++)
        if ((axes->named & (UINT32_C(1) << i)) == 0 && axes_table[i].key != KEY_PRECISION)
            list_of(&axes_table[i], &axes->sweep)->count = 0;
}

/* What options mean together. */
static error_t conclude(struct axes_options *axes, const struct argp_state *state)
{
    struct sweep *sweep = &axes->sweep;
    if (sweep->set == NULL && sweep->cut_steps > 0)
        argp_error(state, "--cut-steps: there is no --set whose sequences it could cut");
    if (sweep->set == NULL)
        return 0;
    if (sweep->match_parameters)
        argp_error(state, "--match: the points of a --set have sizes of their own");
    forget_defaults(axes);
    struct rows rows = {0};
    rows_append(&rows, sweep);
    if (rows.count == 0)
        argp_error(state, "--set: none of the %zu points of %s is what the lists ask for", shape_set_count(sweep->set),
                   sweep->set->name);
    rows_close(&rows);
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct axes_options *axes = state->input;
    const struct axis *axis = find_axis(key);
    struct why why;
    if (key == ARGP_KEY_END)
        return conclude(axes, state);
    if (axis == NULL)
        return parse_method(key, argument, state, axes);
    axes->named |= UINT32_C(1) << (axis - axes_table);
    struct numbers *list = list_of(axis, &axes->sweep);
    option_require(axis->names != NULL ? names_parse(list, argument, axis->names, &why)
                                       : numbers_parse(list, argument, 1, axis->most, &why),
                   state, axis->option, &why);
    return 0;
}

static void print_default(const struct axis *axis, struct sweep *sweep, char *text, size_t size)
{
    const struct numbers *list = list_of(axis, sweep);
    text[0] = '\0';
    for (size_t i = 0; i < list->count; i++) {
        const size_t used = strlen(text);
        const char *separator = i == 0 ? "" : ",";
        if (axis->names != NULL)
            snprintf(text + used, size - used, "%s%s", separator, axis->names[list->values[i]]);
        else
            snprintf(text + used, size - used, "%s%" PRId64, separator, list->values[i]);
    }
}

/* Adds to the help what each subcommand does when an option is not given. */
static char *add_default(int key, const char *text, void *input)
{
    struct axes_options *axes = input;
    const struct axis *axis = find_axis(key);
    char value[256] = "";
    char *whole = NULL;
    if (axes != NULL && axis != NULL)
        print_default(axis, &axes->sweep, value, sizeof value);
    if (axes != NULL && key == KEY_SAMPLES)
        snprintf(value, sizeof value, "%" PRId64, axes->measure.samples);
    if (axes != NULL && key == KEY_SAMPLE_TIME)
        snprintf(value, sizeof value, "%g", 1e3 * axes->measure.sample_seconds);
    if (value[0] == '\0' || asprintf(&whole, "%s (default: %s)", text, value) < 0)
        return (char *)text;
    return whole;
}

const struct argp axes_argp = {.options = options, .parser = parse, .help_filter = add_default};
