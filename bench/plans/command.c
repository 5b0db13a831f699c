/*
 * plans/command.c: weir-bench plans.
 */
#include <argp.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "command/command.h"
#include "plans/plans.h"
#include "throughput/axes.h"

enum { KEY_THREADS = 0x200, KEY_QUICK };

struct plans_options {
    struct common_options common;
    struct axes_options axes;
    struct numbers threads;
};

static const struct argp_option options[] = {
    {"threads", KEY_THREADS, "LIST", 0, "Threads that plans may have (default: 1, and 2 where there are two CPUs)", 1},
    {"quick", KEY_QUICK, 0, 0, "A small grid: LSTM of 32 and 256 units, batch 1 and 16", 1},
    {0},
};

static void make_quick(struct sweep *sweep)
{
    sweep->cells = (struct numbers){1, {4}};
    sweep->hidden = (struct numbers){2, {32, 256}};
    sweep->batch = (struct numbers){2, {1, 16}};
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct plans_options *plans = state->input;
    struct why why;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &plans->axes;
        state->child_inputs[1] = &plans->common;
        return 0;
    case KEY_THREADS:
        option_require(numbers_parse(&plans->threads, argument, 1, WEIR_POOL_MOST_THREADS, &why), state, "threads",
                       &why);
        return 0;
    case KEY_QUICK:
        make_quick(&plans->axes.sweep);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct plans_options options_default(void)
{
    struct plans_options plans = {.axes = axes_default(), .threads = {1, {1}}};
    struct sweep *sweep = &plans.axes.sweep;
    struct cpus two;
    struct why why;
    sweep->steps = (struct numbers){1, {50}};
    sweep->hidden = (struct numbers){4, {16, 64, 256, 1024}};
    sweep->batch = (struct numbers){3, {1, 16, 64}};
    sweep->engines = (struct numbers){1, {0}};
    plans.axes.measure.samples = 9;
    plans.axes.measure.sample_seconds = 0.01;
    if (pin_choose(&two, &(struct numbers){0}, 2, &why))
        plans.threads = (struct numbers){2, {1, 2}};
    return plans;
}

static int64_t largest_of(const struct numbers *numbers)
{
    int64_t largest = 0;
    for (size_t i = 0; i < numbers->count; i++)
        largest = numbers->values[i] > largest ? numbers->values[i] : largest;
    return largest;
}

static struct plans_rows list_rows(const struct plans_options *plans)
{
    struct rows listed = {0};
    rows_append(&listed, &plans->axes.sweep);
    struct plans_rows rows = {.rows = buffer_allocate(listed.count * plans->threads.count, sizeof *rows.rows)};
    for (size_t i = 0; i < listed.count; i++)
        for (size_t k = 0; k < plans->threads.count; k++)
            rows.rows[rows.count++] =
                (struct plans_row){.point = listed.rows[i].point, .threads = plans->threads.values[k]};
    rows_close(&listed);
    return rows;
}

int command_plans(int argc, char **argv)
{
    static const struct argp_child children[] = {{&axes_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .doc = "Shows how good plans choose: for each shape the model's choice (WEIR_ESTIMATE) and the measured one "
               "(WEIR_MEASURE) beside every candidate: engines, ways to share, threads, tiles, sampled in turn.\v"
               "A choice is to be within 10 % of the best candidate. All defaults together take some ten minutes.",
        .children = children,
    };
    struct plans_options plans = options_default();
    struct session session;
    argp_parse(&argp, argc, argv, 0, NULL, &plans);
    plans.common.machine.threads = largest_of(&plans.threads);
    session_open(&session, &plans.common, argc, argv);
    struct plans_rows rows = list_rows(&plans);
    plans_measure(&rows, &session.machine, &plans.axes.measure);
    plans_report(&session, &rows);
    free(rows.rows);
    return session_close(&session);
}
