/*
 * overhead/command.c: weir-bench overhead.
 */
#include <argp.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "command/command.h"
#include "overhead/overhead.h"
#include "throughput/axes.h"

enum { KEY_ENGINE = 0x200 };

struct overhead_options {
    struct common_options common;
    struct axes_options axes;
};

static const struct argp_option options[] = {
    {"engine", KEY_ENGINE, "LIST", 0, "Of native, blas: that of the plan (default: blas)", 1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct overhead_options *overhead = state->input;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &overhead->axes;
        state->child_inputs[1] = &overhead->common;
        return 0;
    case KEY_ENGINE:
        option_require(names_parse(&overhead->axes.sweep.engines, argument, engine_names, &why), state, "engine", &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct overhead_rows list_rows(const struct machine *machine, const struct axes_options *axes)
{
    struct rows listed = {0};
    rows_append(&listed, &axes->sweep);
    measure_announce(&listed, machine, &axes->measure, 2);
    struct overhead_rows rows = {.count = listed.count, .rows = buffer_allocate(listed.count, sizeof *rows.rows)};
    for (size_t i = 0; i < listed.count; i++) {
        const struct row *row = &listed.rows[i];
        rows.rows[i] = (struct overhead_row){.point = row->point, .set = row->set, .whole_steps = row->whole_steps};
    }
    rows_close(&listed);
    return rows;
}

int command_overhead(int argc, char **argv)
{
    static const struct argp_child children[] = {{&axes_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Measures how much longer a plan takes than the bare CBLAS products in it: the same shapes, strides and "
               "order, without gate arithmetic or anything else; and in training, how much of a run is packing. All "
               "are sampled in turn.",
        .children = children,
    };
    struct overhead_options overhead = {.axes = axes_default()};
    overhead.axes.sweep.engines = (struct numbers){1, {1}}; /* the one that has BLAS products */
    overhead.axes.sweep.steps = (struct numbers){1, {64}};
    overhead.axes.sweep.hidden = (struct numbers){3, {64, 256, 1024}};
    overhead.axes.sweep.batch = (struct numbers){3, {1, 16, 64}};
    overhead.axes.measure.samples = 5;
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &overhead);
    session_open(&session, &overhead.common, argc, argv);
    struct overhead_rows rows = list_rows(&session.machine, &overhead.axes);
    overhead_measure(&rows, &session.machine, &overhead.axes.measure);
    overhead_report(&session, &rows);
    free(rows.rows);
    return session_close(&session);
}
