/*
 * net/backward.c: a backward run through what a tape holds, from the last layer down. All threads of the run go through
 * this together, as in net/forward.c.
 */
#include "net/run.h"

#include "base/environment.h"
#include "kern/vector.h"

struct backward {
    struct plan_r *plan;
    const struct weir_backward_args_r *args;
    const struct tape_r *tape;
    const struct steps *steps;
    struct matrix_r x, dy; /* packed rows: what the first layer read, dL/dy of the last */
    struct member member;
};

static int64_t live_rows(const struct backward *run) { return weir_all_rows(run->steps); }

static struct sequence_target_r dx_of(const struct backward *run)
{
    return (struct sequence_target_r){run->args->dx, run->args->dx_step_stride, run->args->dx_row_stride,
                                      run->plan->shell.net->inputs};
}

/* dL/dy of the last layer in packed rows, in the caller's memory or in `memory`. */
static struct matrix_r dy_rows(const struct backward *run, real *memory)
{
    const struct weir_backward_args_r *args = run->args;
    const int64_t width = run->plan->shell.net->outputs;
    if (args->dy && args->span == WEIR_ALL_STEPS) {
        const struct sequence_r dy = {args->dy, args->dy_step_stride, args->dy_row_stride, width};
        return sequence_rows_r(run->steps, &dy, 0, run->steps->count, memory);
    }
    if (args->dy)
        last_to_rows_r(run->steps, args->dy, width, memory);
    else
        zero_rows_r(1, live_rows(run) * width, memory, 0);
    return (struct matrix_r){memory, width};
}

/* What the first layer read; only looked at if the gradient is wanted. */
static struct matrix_r x_rows(const struct backward *run)
{
    const struct sequence_r x = {run->args->x, run->args->x_step_stride, run->args->x_row_stride,
                                 run->plan->shell.net->inputs};
    if (!run->args->gradient)
        return (struct matrix_r){0};
    return sequence_rows_r(run->steps, &x, 0, run->steps->count, run->plan->x_rows);
}

/* What layer k read in the forward run. */
static struct matrix_r input_of(const struct backward *run, int64_t k)
{
    if (k == 0)
        return run->x;
    const struct layer_trace_r *below = &run->tape->layers[k - 1];
    return (struct matrix_r){below->dropped ? below->dropped : below->outputs,
                             run->plan->shell.net->layers[k - 1].outputs};
}

/* Where layer k writes dL/d(what it read): `memory`, the caller's dx if that is packed, or nowhere. */
static struct target_r dx_target(const struct backward *run, int64_t k, real *memory)
{
    const struct weir_backward_args_r *args = run->args;
    if (k > 0)
        return (struct target_r){memory, run->plan->shell.net->layers[k].inputs};
    if (!args->dx)
        return (struct target_r){0};
    const int64_t stride = packed_stride_r(run->steps, args->dx_step_stride, args->dx_row_stride);
    if (stride)
        return (struct target_r){args->dx, stride};
    return (struct target_r){memory, run->plan->shell.net->inputs};
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

static void run_walk(const struct backward *run, int64_t k, int d, struct matrix_r x, struct matrix_r dy,
                     struct target_r dx)
{
    const struct plan_r *plan = run->plan;
    const struct layer *layer = &plan->shell.net->layers[k];
    const struct walk_r *walk = &plan->layers[k].walks[d];
    const struct direction_offsets *at = &layer->directions[d];
    const int64_t column = d * walk->units;
    const struct backward_run_r walk_run = {
        .walk = walk,
        .member = run->member,
        .scratch = plan->scratch,
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
        .dx_write = d == 0 ? PRODUCT_OVERWRITE : PRODUCT_ADD,
        .dweight_ih = gradient_at(run, at->weight_ih),
        .dweight_hh = gradient_at(run, at->weight_hh),
        .dbias_ih = gradient_at(run, at->bias_ih),
        .dbias_hh = gradient_at(run, at->bias_hh),
        .dweight_write = run->args->add ? PRODUCT_ADD : PRODUCT_OVERWRITE,
    };
    if (walk->cell)
        plan->engine->backward(&walk_run);
    else
        plan->engine->linear_backward(&walk_run);
    weir_team_wait(run->member);
}

/* A member's way through all layers. */
static void run_layers(void *data, struct member member)
{
    struct backward run = *(const struct backward *)data;
    const struct plan_r *plan = run.plan;
    const weir_net *net = plan->shell.net;
    struct environment environment;
    weir_environment_enter(&environment);
    run.member = member;
    struct matrix_r dy = run.dy;
    for (int64_t k = net->layer_count - 1; k >= 0; k--) {
        const struct matrix_r x = input_of(&run, k);
        const struct target_r dx = dx_target(&run, k, plan->sequences[k % 2]);
        for (int d = 0; d < net->layers[k].direction_count; d++)
            run_walk(&run, k, d, x, dy, dx);
        if (k > 0 && run.tape->layers[k - 1].dropped) {
            if (member.index == 0)
                drop_r(plan, &run.tape->shell, k - 1, dx.data, dx.data);
            weir_team_wait(member);
        }
        dy = (struct matrix_r){dx.data, dx.stride};
    }
    weir_environment_leave(&environment);
}

/* All of it, but for the weights' derivatives, which the layers overwrite unless no row is live. */
static void zero_gradient(const struct backward *run)
{
    const weir_net *net = run->plan->shell.net;
    for (int64_t v = 0; v < net->view_count; v++) {
        const weir_view *view = &net->views[v];
        const bool weight = view->role == WEIR_INPUT_WEIGHT || view->role == WEIR_RECURRENT_WEIGHT;
        if (!weight || run->steps->count == 0)
            zero_rows_r(1, view->rows * view->columns, run->args->gradient + view->offset, 0);
    }
}

static void begin(struct backward *run)
{
    const struct plan_r *plan = run->plan;
    const weir_net *net = plan->shell.net;
    run->x = x_rows(run);
    run->dy = dy_rows(run, plan->sequences[net->layer_count % 2]);
    if (run->args->dstate_out)
        carry_from_state_r(net, plan->shell.batch, run->steps, run->args->dstate_out, plan->dcarry);
    else
        zero_rows_r(1, net->state_size * plan->shell.batch, plan->dcarry, 0);
    if (run->args->gradient && !run->args->add)
        zero_gradient(run);
}

static void finish(const struct backward *run)
{
    const struct plan_r *plan = run->plan;
    const weir_net *net = plan->shell.net;
    const struct sequence_target_r dx = dx_of(run);
    const struct target_r made = dx_target(run, 0, plan->sequences[0]);
    if (dx.data && made.data != dx.data)
        rows_to_sequence_r(run->steps, (struct matrix_r){made.data, made.stride}, 0, run->steps->count, &dx);
    if (dx.data)
        zero_past_ends_r(run->steps, &dx);
    if (run->args->gradient && run->tape->shell.started_anew)
        carry_add_to_gradient_r(plan, run->steps, run->args->gradient);
    if (run->args->dstate_in)
        carry_to_state_r(net, plan->shell.batch, run->steps, plan->dcarry, run->args->dstate_in);
}

void run_backward_r(struct plan_r *plan, const struct weir_backward_args_r *args)
{
    struct environment environment;
    weir_environment_enter(&environment);

    const struct tape_r *tape = (const struct tape_r *)args->tape;
    struct backward run = {.plan = plan, .args = args, .tape = tape, .steps = &tape->shell.steps};
    begin(&run);
    if (run.steps->count > 0)
        weir_pool_run(plan->shell.pool, plan->shell.threads, run_layers, &run);
    finish(&run);

    weir_environment_leave(&environment);
}
