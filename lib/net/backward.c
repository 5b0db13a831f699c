/*
 * net/backward.c: a backward run through what a tape holds, from the last layer down.
 */
#include "net/run.h"

#include "base/environment.h"
#include "kern/vector.h"

struct backward {
    struct X(plan) *plan;
    const struct PUBLIC(weir_backward_args) *args;
    const struct X(tape) *tape;
    const struct steps *steps;
};

static int64_t live_rows(const struct backward *run) { return run->steps->offset[run->steps->count]; }

static struct X(sequence_target) dx_of(const struct backward *run)
{
    return (struct X(sequence_target)){run->args->dx, run->args->dx_step_stride, run->args->dx_row_stride,
                                       run->plan->shell.net->inputs};
}

/* dL/dy of the last layer in packed rows, in the caller's memory or in `memory`. */
static struct X(matrix) dy_rows(const struct backward *run, real *memory)
{
    const struct PUBLIC(weir_backward_args) *args = run->args;
    const int64_t width = run->plan->shell.net->outputs;
    if (args->dy && args->span == WEIR_ALL_STEPS) {
        const struct X(sequence) dy = {args->dy, args->dy_step_stride, args->dy_row_stride, width};
        return X(sequence_rows)(run->steps, &dy, 0, run->steps->count, memory);
    }
    if (args->dy)
        X(last_to_rows)(run->steps, args->dy, width, memory);
    else
        X(zero_rows)(1, live_rows(run) * width, memory, 0);
    return (struct X(matrix)){memory, width};
}

/* What layer k read in the forward run; only looked at if the gradient is wanted. */
static struct X(matrix) input_of(const struct backward *run, int64_t k)
{
    const struct X(sequence) x = {run->args->x, run->args->x_step_stride, run->args->x_row_stride,
                                  run->plan->shell.net->inputs};
    if (!run->args->gradient)
        return (struct X(matrix)){0};
    if (k == 0)
        return X(sequence_rows)(run->steps, &x, 0, run->steps->count, run->plan->x_rows);
    const struct X(layer_trace) *below = &run->tape->layers[k - 1];
    return (struct X(matrix)){below->dropped ? below->dropped : below->outputs,
                              run->plan->shell.net->layers[k - 1].outputs};
}

/* Where layer k writes dL/d(what it read): `memory`, the caller's dx if that is packed, or nowhere. */
static struct X(target) dx_target(const struct backward *run, int64_t k, real *memory)
{
    const struct PUBLIC(weir_backward_args) *args = run->args;
    if (k > 0)
        return (struct X(target)){memory, run->plan->shell.net->layers[k].inputs};
    if (!args->dx)
        return (struct X(target)){0};
    const int64_t stride = X(packed_stride)(run->steps, args->dx_step_stride, args->dx_row_stride);
    if (stride)
        return (struct X(target)){args->dx, stride};
    return (struct X(target)){memory, run->plan->shell.net->inputs};
}

static real *gradient_at(const struct backward *run, int64_t offset)
{
    return run->args->gradient && offset >= 0 ? run->args->gradient + offset : NULL;
}

static const real *initial_at(const struct backward *run, int64_t offset)
{
    return offset < 0 ? NULL : run->tape->initial + offset * run->plan->shell.batch;
}

static real *dcarry_at(const struct backward *run, int64_t offset)
{
    return offset < 0 ? NULL : run->plan->dcarry + offset * run->plan->shell.batch;
}

static void run_walk(const struct backward *run, int64_t k, int d, struct X(matrix) x, struct X(matrix) dy,
                     struct X(target) dx)
{
    const struct X(plan) *plan = run->plan;
    const struct layer *layer = &plan->shell.net->layers[k];
    const struct X(walk) *walk = &plan->layers[k].walks[d];
    const struct direction_offsets *at = &layer->directions[d];
    const int64_t column = d * walk->units;
    const struct X(backward_run) walk_run = {
        .walk = walk,
        .scratch = &plan->scratch,
        .steps = run->steps,
        .x = x,
        .y = {run->tape->layers[k].outputs + column, layer->outputs},
        .dy = {dy.data + column, dy.stride},
        .h_initial = initial_at(run, at->state_h),
        .c_initial = initial_at(run, at->state_c),
        .trace = &run->tape->layers[k].directions[d],
        .dh = dcarry_at(run, at->state_h),
        .dc = dcarry_at(run, at->state_c),
        .dx = dx,
        .dx_write = d == 0 ? BLAS_OVERWRITE : BLAS_ADD,
        .dweight_ih = gradient_at(run, at->weight_ih),
        .dweight_hh = gradient_at(run, at->weight_hh),
        .dbias_ih = gradient_at(run, at->bias_ih),
        .dbias_hh = gradient_at(run, at->bias_hh),
    };
    if (walk->cell)
        plan->engine->backward(&walk_run);
    else
        X(linear_backward)(&walk_run);
}

static void run_layers(const struct backward *run)
{
    const struct X(plan) *plan = run->plan;
    const weir_net *net = plan->shell.net;
    struct X(matrix) dy = dy_rows(run, plan->sequences[net->layer_count % 2]);
    for (int64_t k = net->layer_count - 1; k >= 0; k--) {
        const struct X(matrix) x = input_of(run, k);
        const struct X(target) dx = dx_target(run, k, plan->sequences[k % 2]);
        for (int d = 0; d < net->layers[k].direction_count; d++)
            run_walk(run, k, d, x, dy, dx);
        if (k > 0 && run->tape->layers[k - 1].dropped)
            X(drop)(plan, &run->tape->shell, k - 1, dx.data, dx.data);
        dy = (struct X(matrix)){dx.data, dx.stride};
    }
    const struct X(sequence_target) dx = dx_of(run);
    if (dx.data && dy.data != dx.data)
        X(rows_to_sequence)(run->steps, dy, 0, run->steps->count, &dx);
}

static void begin(const struct backward *run)
{
    const struct X(plan) *plan = run->plan;
    const weir_net *net = plan->shell.net;
    if (run->args->dstate_out)
        X(carry_from_state)(net, plan->shell.batch, run->steps, run->args->dstate_out, plan->dcarry);
    else
        X(zero_rows)(1, net->state_size * plan->shell.batch, plan->dcarry, 0);
    if (run->args->gradient && !run->args->add)
        X(zero_rows)(1, net->parameter_count, run->args->gradient, 0);
}

static void finish(const struct backward *run)
{
    const struct X(plan) *plan = run->plan;
    const weir_net *net = plan->shell.net;
    const struct X(sequence_target) dx = dx_of(run);
    if (dx.data)
        X(zero_past_ends)(run->steps, &dx);
    if (run->args->gradient && run->tape->shell.started_anew)
        X(carry_add_to_gradient)(net, plan->shell.batch, run->steps, plan->dcarry, run->args->gradient);
    if (run->args->dstate_in)
        X(carry_to_state)(net, plan->shell.batch, run->steps, plan->dcarry, run->args->dstate_in);
}

void X(run_backward)(struct X(plan) *plan, const struct PUBLIC(weir_backward_args) *args)
{
    struct environment environment;
    weir_environment_enter(&environment);

    const struct X(tape) *tape = (const struct X(tape) *)args->tape;
    const struct backward run = {.plan = plan, .args = args, .tape = tape, .steps = &tape->shell.steps};
    begin(&run);
    if (run.steps->count > 0)
        run_layers(&run);
    finish(&run);

    weir_environment_leave(&environment);
}
