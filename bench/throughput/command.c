/*
 * throughput/command.c: weir-bench throughput.
 */
#include <argp.h>

#include "command/command.h"
#include "command/options.h"
#include "throughput/axes.h"
#include "throughput/report.h"
#include "throughput/throughput.h"

enum { KEY_ENGINE = 0x200, KEY_EVICTIONS, KEY_SECONDS };

struct throughput_options {
    struct common_options common;
    struct axes_options axes;
    bool evictions_named;
};

static const struct argp_option options[] = {
    {"engine", KEY_ENGINE, "LIST", 0,
     "Of native, blas (default: native,blas); tables and plots are about the first, beside which the other's time "
     "stands",
     1},
    {"evictions", KEY_EVICTIONS, "N", 0, "Samples with evicted caches, at batch 1 (default: 11, of a set 0: none)", 2},
    {"seconds", KEY_SECONDS, "S", 0, "Take fewer samples if all would take longer than this (default: no limit)", 2},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct throughput_options *throughput = state->input;
    struct measure_options *measure = &throughput->axes.measure;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &throughput->axes;
        state->child_inputs[1] = &throughput->common;
        return 0;
    case KEY_ENGINE:
        option_require(names_parse(&throughput->axes.sweep.engines, argument, engine_names, &why), state, "engine",
                       &why);
        return 0;
    case KEY_EVICTIONS:
        throughput->evictions_named = true;
        option_require(number_parse(&measure->evictions, argument, 0, SAMPLES_MOST, &why), state, "evictions", &why);
        return 0;
    case KEY_SECONDS:
        option_require(real_parse(&measure->seconds, argument, 1.0, 1e6, &why), state, "seconds", &why);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print_tables(const struct rows *rows, const struct machine *machine, struct throughput_style style,
                         FILE *stream)
{
    throughput_print_overview(rows, machine, stream);
    if (style.detailed)
        throughput_print_details(rows, machine, stream);
}

void throughput_report(struct session *session, const struct rows *rows, struct throughput_style style)
{
    json_t *records = throughput_to_json(rows, &session->machine), *about = throughput_about();
    results_write(&session->results, "throughput", records, about);
    json_decref(records);
    json_decref(about);
    const bool is_set = rows->count > 0 && rows->rows[0].set != NULL;
    struct rows main_rows = rows_of_engine(rows, rows_engine(rows));
    const bool drawn = !session->plots || is_set || rows_measured(rows) == 0 ||
                       throughput_plot(&main_rows, &session->machine, &session->results);

    FILE *stream = session->report;
    fprintf(stream, "\nTHROUGHPUT (us/step: one step of all rows of the batch, median; %% peak: of the FMA peak)\n");
    if (is_set)
        throughput_print_points(rows, stream);
    else
        print_tables(rows, &session->machine, style, stream);
    throughput_print_caches(&main_rows, &session->machine, style.cache_steps, stream);
    throughput_print_remarks(rows, stream);
    if (!drawn)
        fprintf(stream, "No plots: they need more than one length (--steps) or size (--hidden).\n");
    fputc('\n', stream);
    throughput_print_findings(rows, stream);
    session_expect(session, rows_measured(rows));
    rows_close(&main_rows);
}

int command_throughput(int argc, char **argv)
{
    static const struct argp_child children[] = {{&axes_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc =
            "Measures inference and training over every combination of the axes below, or over a set of points from "
            "the literature: time of a step, sequences and steps a second, GFLOP/s, share of this machine's arithmetic "
            "peak, and memory.\v"
            "The number of rows is the product of all lists: weir-bench throughput --cells lstm --hidden 256 is quick, "
            "all defaults together take minutes. A set says first how long it will roughly take, which may be hours: "
            "weir-bench throughput --set deepbench-server --samples 3 --cut-steps 50. How the numbers come about: "
            "docs/benchmarks.md.",
        .children = children,
    };
    struct throughput_options throughput = {.axes = axes_default()};
    struct session session;
    struct rows rows = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &throughput);
    if (throughput.axes.sweep.set != NULL && !throughput.evictions_named)
        throughput.axes.measure.evictions = 0;
    session_open(&session, &throughput.common, argc, argv);
    rows_append(&rows, &throughput.axes.sweep);
    measure_announce(&rows, &session.machine, &throughput.axes.measure, 1);
    measure_rows(&rows, &session.machine, &throughput.axes.measure);
    throughput_report(&session, &rows, (struct throughput_style){.detailed = true});
    rows_close(&rows);
    return session_close(&session);
}
