/*
 * net/backward.c: a backward run through what a tape holds. All threads go through the layers together
 * (net/back_layers.c), or are a wave of crews (net/back_wave.c).
 *
 * A plan that recomputes goes back through one segment of the run at a time (net/checkpoints.c): `struct backward` is
 * then about the steps of a segment, and finds what they left in the plan's record.
 */
#include "net/backward.h"

#include "base/environment.h"
#include "kern/vector.h"

static struct sequence_target_r dx_of(const struct backward *run)
{
    return (struct sequence_target_r){run->args->dx, run->args->dx_step_stride, run->args->dx_row_stride,
                                      run->plan->shell.net->inputs};
}

/* Packed rows of a sequence of the caller's: where they are, or copied into `memory` by the first of the crew. */
static struct matrix_r rows_of(const struct backward *run, const struct sequence_r *sequence, real *memory)
{
    if (!back_is_first(run) && !sequence_is_packed_r(back_steps_of_run(run), sequence))
        return (struct matrix_r){memory, sequence->width};
    return sequence_rows_r(back_steps_of_run(run), sequence, run->which.first, run->which.end, memory);
}

/* dL/dy of the last layer in packed rows, in the caller's memory or in `memory`. */
static struct matrix_r dy_rows(const struct backward *run, real *memory)
{
    const struct weir_backward_args_r *args = run->args;
    const int64_t width = run->plan->shell.net->outputs;
    if (args->dy && args->span == WEIR_ALL_STEPS) {
        const struct sequence_r dy = {args->dy, args->dy_step_stride, args->dy_row_stride, width};
        return rows_of(run, &dy, memory);
    }
    if (args->dy && back_is_first(run))
        last_to_rows_r(back_steps_of_run(run), args->dy, run->which.first, run->which.end, width, memory);
    else if (back_is_first(run))
        zero_rows_r(1, back_live_rows(run) * width, memory, 0);
    return (struct matrix_r){memory, width};
}

/* What the first layer read; only looked at if the gradient is wanted. */
static struct matrix_r x_rows(const struct backward *run)
{
    const struct sequence_r x = {run->args->x, run->args->x_step_stride, run->args->x_row_stride,
                                 run->plan->shell.net->inputs};
    if (!run->args->gradient)
        return (struct matrix_r){0};
    return rows_of(run, &x, run->plan->x_rows);
}

/* --- A segment -----------------------------------------------------------------------------------------------------
 */

/* Takes what the caller gave of these steps into packed rows. */
static void take_rows(struct backward *run)
{
    run->x = x_rows(run);
    run->dy = dy_rows(run, run->plan->dy_rows);
}

/* Hands dx of these steps to the caller, unless it was written there. */
static void deliver(const struct backward *run)
{
    const struct sequence_target_r dx = dx_of(run);
    const struct target_r made = back_dx_r(run, 0);
    if (dx.data && made.data != dx.data + run->which.first * dx.step_stride)
        rows_to_sequence_r(back_steps_of_run(run), (struct matrix_r){made.data, made.stride}, run->which.first,
                           run->which.end, &dx);
}

void back_segment_r(struct plan_r *plan, const struct weir_backward_args_r *args, const struct tape_r *tape,
                    struct share which, bool add, struct member member)
{
    struct backward run = {
        .plan = plan,
        .args = args,
        .tape = tape,
        .which = which,
        .steps = &plan->record.steps,
        .traces = plan->record.layers,
        .initial = plan->record.start,
        .add = add,
        .member = member,
    };
    take_rows(&run);
    weir_team_wait(member);
    back_layers_r(&run);
    if (back_is_first(&run))
        deliver(&run);
    weir_team_wait(member);
}

/* --- The run -------------------------------------------------------------------------------------------------------
 */

/* A member's way through all layers. */
static void run_member(void *data, struct member member)
{
    struct backward run = *(const struct backward *)data;
    struct environment environment;
    weir_environment_enter(&environment);
    run.member = member;
    if (run.plan->shell.recomputes)
        back_checkpointed_r(run.plan, run.args, member);
    else if (run.plan->shell.crew_count > 1)
        back_wave_r(&run, member);
    else
        back_layers_r(&run);
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
    if (!plan->shell.recomputes)
        take_rows(run);
    if (run->args->dstate_out)
        carry_from_state_r(net, plan->shell.batch, run->steps, run->args->dstate_out, plan->dcarry);
    else
        zero_rows_r(1, net->state_size * plan->shell.batch, plan->dcarry, 0);
    if (run->args->gradient && !run->args->add)
        zero_gradient(run);
    for (int64_t k = 0; k < plan->shell.crew_count; k++)
        weir_crew_set_done(&plan->crews[k].threads, 0);
}

static void finish(const struct backward *run)
{
    struct plan_r *plan = run->plan;
    const weir_net *net = plan->shell.net;
    const struct sequence_target_r dx = dx_of(run);
    if (!plan->shell.recomputes)
        deliver(run);
    if (run->args->gradient)
        plan->dropped_of = run->tape->shell.forward;
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
    struct backward run = {
        .plan = plan,
        .args = args,
        .tape = tape,
        .which = {0, tape->shell.steps.count},
        .steps = &tape->shell.steps,
        .traces = tape->layers,
        .initial = tape->initial,
        .add = args->add != 0,
    };
    begin(&run);
    if (run.steps->count > 0)
        weir_pool_run(plan->shell.pool, plan->shell.threads, run_member, &run);
    finish(&run);

    weir_environment_leave(&environment);
}
