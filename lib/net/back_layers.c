/*
 * net/back_layers.c: backward from the last layer down. All threads go through each layer together.
 */
#include "net/backward.h"

#include "kern/vector.h"

/* What layer k read in the forward run. */
static struct matrix_r input_of(const struct backward *run, int64_t k)
{
    if (k == 0)
        return run->x;
    const real *dropped = run->plan->paths[k - 1].dropped;
    return (struct matrix_r){dropped ? dropped : run->traces[k - 1].outputs,
                             run->plan->shell.net->layers[k - 1].outputs};
}

struct target_r back_dx_r(const struct backward *run, int64_t k)
{
    const struct weir_backward_args_r *args = run->args;
    real *memory = run->plan->paths[k].sequence;
    if (k > 0)
        return (struct target_r){memory, run->plan->shell.net->layers[k].inputs};
    if (!args->dx)
        return (struct target_r){0};
    const int64_t stride = packed_stride_r(back_steps_of_run(run), args->dx_step_stride, args->dx_row_stride);
    if (stride)
        return (struct target_r){args->dx + run->which.first * args->dx_step_stride, stride};
    return (struct target_r){memory, run->plan->shell.net->inputs};
}

/* dL/d(what layer k wrote). */
static struct matrix_r dy_of_layer(const struct backward *run, int64_t k)
{
    if (k == run->plan->shell.net->layer_count - 1)
        return run->dy;
    const struct target_r dx = back_dx_r(run, k + 1);
    return (struct matrix_r){dx.data, dx.stride};
}

static real *gradient_at(const struct backward *run, int64_t offset)
{
    return run->args->gradient && offset >= 0 ? run->args->gradient + offset : NULL;
}

static const real *initial_at(const struct backward *run, int64_t offset)
{
    return offset < 0 ? NULL : run->initial + offset * run->plan->shell.batch;
}

static real *dcarry_at(const struct backward *run, int64_t offset)
{
    return offset < 0 ? NULL : run->plan->dcarry + offset * run->plan->shell.batch;
}

/* One direction of layer k, with its derivatives by what it read going to dx. */
struct backward_run_r back_walk_run_r(const struct backward *run, int64_t k, int d, struct target_r dx)
{
    const struct plan_r *plan = run->plan;
    const struct layer *layer = &plan->shell.net->layers[k];
    const struct walk_r *walk = &plan->layers[k].walks[d];
    const struct direction_offsets *at = &layer->directions[d];
    const int64_t column = d * walk->units;
    const struct matrix_r dy = dy_of_layer(run, k);
    return (struct backward_run_r){
        .walk = walk,
        .member = run->member,
        .scratch = plan->paths[k].scratch[d],
        .steps = run->steps,
        .tile = run->tile,
        .piece = run->piece,
        .x = input_of(run, k),
        .y = {run->traces[k].outputs + column, layer->outputs},
        .dy = {dy.data + column, dy.stride},
        .h_initial = initial_at(run, at->state_h),
        .c_initial = initial_at(run, at->state_c),
        .trace = &run->traces[k].directions[d],
        .dh = dcarry_at(run, at->state_h),
        .dc = dcarry_at(run, at->state_c),
        .dx = dx,
        .dx_write = PRODUCT_OVERWRITE,
        .dweight_ih = gradient_at(run, at->weight_ih),
        .dweight_hh = gradient_at(run, at->weight_hh),
        .dbias_ih = gradient_at(run, at->bias_ih),
        .dbias_hh = gradient_at(run, at->bias_hh),
        .dweight_write = run->add ? PRODUCT_ADD : PRODUCT_OVERWRITE,
    };
}

/* Rows of some of the steps through the dropout of layer k - 1. `from` and `to` have the rows of all steps. */
static void drop_rows(const struct backward *run, int64_t k, struct share steps, const real *from, real *to)
{
    const struct share of_run = {run->which.first + steps.first, run->which.first + steps.end};
    const int64_t at = weir_rows_before_step(run->steps, steps.first) * run->plan->shell.net->layers[k].inputs;
    drop_r(run->plan, &run->tape->shell, k - 1, of_run, run->member, from + at, to + at);
    weir_team_wait(run->member);
}

/* Whether what was dropped of these steps is still there; a segment that is run again has left it. */
static bool has_dropped(const struct backward *run)
{
    return run->plan->shell.recomputes || run->plan->dropped_of == run->tape->shell.forward;
}

void back_drop_x_r(const struct backward *run, int64_t k, struct share steps)
{
    if (k > 0 && run->args->gradient && drops_r(run->plan, k - 1) && !has_dropped(run))
        drop_rows(run, k, steps, run->traces[k - 1].outputs, run->plan->paths[k - 1].dropped);
}

void back_drop_dx_r(const struct backward *run, int64_t k, struct share steps)
{
    const struct target_r dx = back_dx_r(run, k);
    if (k > 0 && drops_r(run->plan, k - 1))
        drop_rows(run, k, steps, dx.data, dx.data);
}

/* One direction after the other, the second adding its dx to the first's. */
static void run_directions(const struct backward *run, int64_t k)
{
    const struct engine_r *engine = run->plan->engine;
    for (int d = 0; d < run->plan->shell.net->layers[k].direction_count; d++) {
        struct backward_run_r walk_run = back_walk_run_r(run, k, d, back_dx_r(run, k));
        walk_run.dx_write = d == 0 ? PRODUCT_OVERWRITE : PRODUCT_ADD;
        if (walk_run.walk->cell)
            engine->backward(&walk_run);
        else
            engine->linear_backward(&walk_run);
        weir_team_wait(run->member);
    }
}

/* Both directions at the same time, each by half of the threads; then the second one's dx is added. */
static void run_beside(const struct backward *run, int64_t k)
{
    const struct plan_r *plan = run->plan;
    const struct target_r dx = back_dx_r(run, k);
    const int64_t width = plan->shell.net->layers[k].inputs;
    const struct target_r second = {dx.data ? plan->dbeside : NULL, width};
    for (int d = 0; d < 2; d++) {
        struct backward_run_r walk_run = back_walk_run_r(run, k, d, d == 0 ? dx : second);
        walk_run.member = weir_crew_member(&plan->halves[d], run->member);
        if (walk_run.member.team)
            plan->engine->backward(&walk_run);
    }
    weir_team_wait(run->member);
    if (!dx.data)
        return;
    const struct share rows = weir_share_of(run->member, back_live_rows(run), 1);
    add_rows_r(rows.end - rows.first, width, second.data + rows.first * width, width, dx.data + rows.first * dx.stride,
               dx.stride);
    weir_team_wait(run->member);
}

void back_layers_r(const struct backward *run)
{
    const struct share all = {0, run->steps->count};
    for (int64_t k = run->plan->shell.net->layer_count - 1; k >= 0; k--) {
        back_drop_x_r(run, k, all);
        if (run->plan->paths[k].beside)
            run_beside(run, k);
        else
            run_directions(run, k);
        back_drop_dx_r(run, k, all);
    }
}
