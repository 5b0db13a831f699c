/*
 * checkpoints/command.c: weir-bench checkpoints.
 */
#include <argp.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "checkpoints/checkpoints.h"
#include "command/command.h"
#include "throughput/axes.h"

enum { KEY_PER_OCTAVE = 0x200 };

struct checkpoints_options {
    struct common_options common;
    struct axes_options axes;
    int64_t limits_an_octave;
};

static const struct argp_option options[] = {
    {"per-octave", KEY_PER_OCTAVE, "N", 0, "Limits from one to half of it (default: 1)", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct checkpoints_options *checkpoints = state->input;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &checkpoints->axes;
        state->child_inputs[1] = &checkpoints->common;
        return 0;
    case KEY_PER_OCTAVE:
        option_require(number_parse(&checkpoints->limits_an_octave, argument, 1, 4, &why), state, "per-octave", &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct checkpoints_options options_default(void)
{
    struct checkpoints_options checkpoints = {.axes = axes_default(), .limits_an_octave = 1};
    struct sweep *sweep = &checkpoints.axes.sweep;
    sweep->cells = (struct numbers){1, {4}};
    sweep->steps = (struct numbers){1, {4096}};
    sweep->hidden = (struct numbers){1, {256}};
    sweep->modes = (struct numbers){1, {1}};
    sweep->engines = (struct numbers){1, {0}};
    checkpoints.axes.measure.samples = 7;
    return checkpoints;
}

/* One for each shape that is trained. */
static struct limits_rows list_rows(const struct sweep *sweep)
{
    struct rows listed = {0};
    rows_append(&listed, sweep);
    struct limits_rows rows = {.rows = buffer_allocate(listed.count, sizeof *rows.rows)};
    for (size_t i = 0; i < listed.count; i++)
        if (listed.rows[i].point.mode == WEIR_TRAINING)
            rows.rows[rows.count++] = (struct limits_row){.point = listed.rows[i].point};
    rows_close(&listed);
    return rows;
}

int command_checkpoints(int argc, char **argv)
{
    static const struct argp_child children[] = {{&axes_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Trains under a memory limit: for limits from what keeping everything takes down to the least that a "
               "plan can do with, the bytes that it takes, the states that it keeps, and its time over that of "
               "keeping everything, sampled in turn. A table and a picture.\v"
               "By default an LSTM of 256 units, batch 1 and 16, 4096 steps: four to ten minutes. docs/benchmarks.md, "
               "Checkpoints, says how to read it.",
        .children = children,
    };
    struct checkpoints_options checkpoints = options_default();
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &checkpoints);
    session_open(&session, &checkpoints.common, argc, argv);
    struct limits_rows rows = list_rows(&checkpoints.axes.sweep);
    checkpoints_measure(&rows, &session.machine, &checkpoints.axes.measure, checkpoints.limits_an_octave);
    checkpoints_report(&session, &rows);
    free(rows.rows);
    return session_close(&session);
}
