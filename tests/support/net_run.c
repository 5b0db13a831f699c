/*
 * support/net_run.c: one forward and backward of a golden case in one precision.
 */
#include "support/net_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void must(weir_status status, const char *message)
{
    if (status != WEIR_OK) {
        fprintf(stderr, "%s\n", message);
        abort();
    }
}

static real *room(int64_t count) { return calloc((size_t)count + 1, sizeof(real)); }

static real *draw(const struct golden_case *one, int stream, int64_t count, double scale)
{
    real *numbers = room(count);
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)(golden_number(one->seed, (uint64_t)stream, (uint64_t)i) * scale);
    return numbers;
}

/* What lies past a row's end must not matter. */
static void spoil_past_ends(const struct golden_case *one, int64_t width, real *sequence)
{
    for (int64_t b = 0; b < one->rows; b++)
        for (int64_t t = one->lengths[b]; t < one->steps; t++)
            for (int64_t j = 0; j < width; j++)
                sequence[(t * one->rows + b) * width + j] = (real)NAN;
}

void net_run_open_r(struct net_run_r *run, const struct golden_case *one)
{
    weir_error error;
    *run = (struct net_run_r){0};
    must(weir_net_create(&run->net, REAL_PRECISION, one->inputs, one->layers, one->layer_count, &error), error.message);
    const weir_plan_options options = {
        .batch = one->rows, .steps = one->steps, .mode = WEIR_TRAINING, .dropout_off = 1};
    must(weir_plan_create(&run->plan, run->net, &options, &error), error.message);

    const int64_t sequence = one->rows * one->steps;
    run->x_count = sequence * one->inputs;
    run->y_count = sequence * weir_net_outputs(run->net);
    run->state_count = one->rows * weir_net_state_size(run->net);
    run->parameter_count = weir_net_parameter_count(run->net);
    run->parameters = draw(one, STREAM_PARAMETERS, run->parameter_count, 0.5);
    run->x = draw(one, STREAM_X, run->x_count, 1.0);
    run->state = draw(one, STREAM_STATE, run->state_count, 1.0);
    run->dy = draw(one, STREAM_DY, run->y_count, 1.0);
    run->dstate = draw(one, STREAM_DSTATE, run->state_count, 1.0);
    spoil_past_ends(one, one->inputs, run->x);
    spoil_past_ends(one, weir_net_outputs(run->net), run->dy);
    run->y = room(run->y_count);
    run->state_out = room(run->state_count);
    run->gradient = room(run->parameter_count);
    run->dx = room(run->x_count);
    run->dstate_in = room(run->state_count);
    must(weir_net_set_parameters_r(run->net, run->parameters, run->parameter_count, &error), error.message);
}

void net_run_close_r(struct net_run_r *run)
{
    real *arrays[] = {run->parameters, run->x,         run->state,    run->dy, run->dstate,
                      run->y,          run->state_out, run->gradient, run->dx, run->dstate_in};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    weir_plan_destroy(&run->plan);
    weir_net_destroy(&run->net);
}

void net_run_go_r(struct net_run_r *run, const struct golden_case *one)
{
    const struct weir_forward_args_r forward = {
        .rows = one->rows,
        .steps = one->steps,
        .lengths = one->lengths,
        .x = run->x,
        .state_in = one->state_given ? run->state : NULL,
        .y = run->y,
        .state_out = run->state_out,
    };
    must(weir_forward_full_r(run->plan, &forward), weir_plan_error(run->plan));
    const struct weir_backward_args_r backward = {
        .x = run->x,
        .dy = run->dy,
        .dstate_out = run->dstate,
        .gradient = run->gradient,
        .dx = run->dx,
        .dstate_in = run->dstate_in,
    };
    must(weir_backward_full_r(run->plan, &backward), weir_plan_error(run->plan));
}
