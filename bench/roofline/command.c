/*
 * roofline/command.c: weir-bench roofline.
 */
#include <argp.h>
#include <math.h>

#include "base/interrupt.h"
#include "command/command.h"
#include "roofline/roofline.h"
#include "throughput/axes.h"
#include "throughput/report.h"

enum { KEY_ENGINE = 0x200, KEY_SECONDS };

struct roofline_options {
    struct common_options common;
    struct axes_options axes;
};

static const struct argp_option options[] = {
    {"engine", KEY_ENGINE, "LIST", 0, "Of native, blas (default: native)", 1},
    {"seconds", KEY_SECONDS, "S", 0, "Take fewer samples if all would take longer than this (default: no limit)", 2},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct roofline_options *roofline = state->input;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &roofline->axes;
        state->child_inputs[1] = &roofline->common;
        return 0;
    case KEY_ENGINE:
        option_require(names_parse(&roofline->axes.sweep.engines, argument, engine_names, &why), state, "engine", &why);
        return 0;
    case KEY_SECONDS:
        option_require(real_parse(&roofline->axes.measure.seconds, argument, 1.0, 1e6, &why), state, "seconds", &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The grid of small to large nets, from one row to many. */
static struct roofline_options options_default(void)
{
    struct roofline_options roofline = {.axes = axes_default()};
    struct sweep *sweep = &roofline.axes.sweep;
    sweep->steps = (struct numbers){1, {50}};
    sweep->hidden = (struct numbers){7, {16, 32, 64, 128, 256, 512, 1024}};
    sweep->batch = (struct numbers){4, {1, 4, 16, 64}};
    sweep->engines = (struct numbers){1, {0}};
    roofline.axes.measure.samples = 5;
    roofline.axes.measure.evictions = 0;
    return roofline;
}

/* A neighbour can only make a bandwidth look smaller than it is: the best of before and after all rows counts. */
static struct bandwidth best_bandwidth(const struct machine *machine)
{
    struct bandwidth best = machine->bandwidth;
    if (interrupted())
        return best;
    const struct bandwidth again = bandwidth_measure(&machine->caches);
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++)
        best.bytes_per_second[level] = fmax(best.bytes_per_second[level], again.bytes_per_second[level]);
    return best;
}

static void report(struct session *session, const struct rows *rows)
{
    const struct bandwidth bandwidth = best_bandwidth(&session->machine);
    struct roofline roofline = roofline_open(rows, &session->machine, &bandwidth);
    roofline_save(&roofline, &session->results);
    if (session->plots)
        roofline_plot(&roofline, &session->results);
    roofline_print(&roofline, session->report);
    throughput_print_remarks(rows, session->report);
    fputc('\n', session->report);
    roofline_print_findings(&roofline, session->report);
    session_expect(session, rows_measured(rows));
    roofline_close(&roofline);
}

int command_roofline(int argc, char **argv)
{
    static const struct argp_child children[] = {{&axes_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Measures inference and training as points under this machine's roofs: its arithmetic peak, and what "
               "the bandwidth of L1, L2, L3 and DRAM allows at a point's arithmetic intensity. A table, a picture, "
               "and what they show.\v"
               "Intensity is FLOPs for each byte of weights that are read: R in each step, W in each tile of steps. "
               "The level that R fits in gives the bandwidth: docs/benchmarks.md, Roofline. All defaults together take "
               "a few minutes.",
        .children = children,
    };
    struct roofline_options roofline = options_default();
    struct session session;
    struct rows rows = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &roofline);
    session_open(&session, &roofline.common, argc, argv);
    rows_append(&rows, &roofline.axes.sweep);
    measure_announce(&rows, &session.machine, &roofline.axes.measure, 1);
    measure_rows(&rows, &session.machine, &roofline.axes.measure);
    report(&session, &rows);
    rows_close(&rows);
    return session_close(&session);
}
