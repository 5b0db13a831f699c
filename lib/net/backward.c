/*
 * net/backward.c: a backward run through what a tape holds, from the last layer down. All threads of the run go through
 * this together, or are a wave of crews, as in net/forward.c. A wave comes down, from the last step to the first: a
 * crew makes dx of its layers for one segment after the other, so that the crew below can begin, and what a tile of a
 * walk adds to the gradient when it has all of the tile.
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
    struct member member;  /* of a crew */
    /* Where crews are a wave: which; the tile that it is in and the piece of it; how many pieces were before. */
    int64_t crew;
    struct share tile, piece;
    int64_t pieces;
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

/* Where layer k writes dL/d(what it read): the plan's memory, the caller's dx if that is packed, or nowhere. */
static struct target_r dx_of_layer(const struct backward *run, int64_t k)
{
    const struct weir_backward_args_r *args = run->args;
    real *memory = run->plan->paths[k].sequence;
    if (k > 0)
        return (struct target_r){memory, run->plan->shell.net->layers[k].inputs};
    if (!args->dx)
        return (struct target_r){0};
    const int64_t stride = packed_stride_r(run->steps, args->dx_step_stride, args->dx_row_stride);
    if (stride)
        return (struct target_r){args->dx, stride};
    return (struct target_r){memory, run->plan->shell.net->inputs};
}

/* dL/d(what layer k wrote). */
static struct matrix_r dy_of_layer(const struct backward *run, int64_t k)
{
    if (k == run->plan->shell.net->layer_count - 1)
        return run->dy;
    const struct target_r dx = dx_of_layer(run, k + 1);
    return (struct matrix_r){dx.data, dx.stride};
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

/* One direction of layer k, with its derivatives by what it read going to dx. */
static struct backward_run_r walk_run_of(const struct backward *run, int64_t k, int d, struct target_r dx)
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
        .y = {run->tape->layers[k].outputs + column, layer->outputs},
        .dy = {dy.data + column, dy.stride},
        .h_initial = initial_at(run, at->state_h),
        .c_initial = initial_at(run, at->state_c),
        .trace = &run->tape->layers[k].directions[d],
        .dh = dcarry_at(run, at->state_h),
        .dc = dcarry_at(run, at->state_c),
        .dx = dx,
        .dx_write = PRODUCT_OVERWRITE,
        .dweight_ih = gradient_at(run, at->weight_ih),
        .dweight_hh = gradient_at(run, at->weight_hh),
        .dbias_ih = gradient_at(run, at->bias_ih),
        .dbias_hh = gradient_at(run, at->bias_hh),
        .dweight_write = run->args->add ? PRODUCT_ADD : PRODUCT_OVERWRITE,
    };
}

/* A share of the rows of what layer k read: their derivatives back through its dropout. */
static void drop_dx(const struct backward *run, int64_t k, struct share steps)
{
    if (k == 0 || !run->tape->layers[k - 1].dropped)
        return;
    const struct target_r dx = dx_of_layer(run, k);
    real *rows = dx.data + weir_rows_before_step(run->steps, steps.first) * dx.stride;
    if (run->member.index == 0)
        drop_r(run->plan, &run->tape->shell, k - 1, steps, rows, rows);
    weir_team_wait(run->member);
}

/* --- All threads together ------------------------------------------------------------------------------------------
 */

/* One direction after the other, the second adding its dx to the first's. */
static void run_directions(const struct backward *run, int64_t k)
{
    const struct engine_r *engine = run->plan->engine;
    for (int d = 0; d < run->plan->shell.net->layers[k].direction_count; d++) {
        struct backward_run_r walk_run = walk_run_of(run, k, d, dx_of_layer(run, k));
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
    const struct target_r dx = dx_of_layer(run, k);
    const int64_t width = plan->shell.net->layers[k].inputs;
    const struct target_r second = {dx.data ? plan->dbeside : NULL, width};
    for (int d = 0; d < 2; d++) {
        struct backward_run_r walk_run = walk_run_of(run, k, d, d == 0 ? dx : second);
        walk_run.member = weir_crew_member(&plan->halves[d], run->member);
        if (walk_run.member.team)
            plan->engine->backward(&walk_run);
    }
    weir_team_wait(run->member);
    if (!dx.data)
        return;
    const struct share rows = weir_share_of(run->member, live_rows(run), 1);
    add_rows_r(rows.end - rows.first, width, second.data + rows.first * width, width, dx.data + rows.first * dx.stride,
               dx.stride);
    weir_team_wait(run->member);
}

static void run_layers(const struct backward *run)
{
    for (int64_t k = run->plan->shell.net->layer_count - 1; k >= 0; k--) {
        if (run->plan->paths[k].beside)
            run_beside(run, k);
        else
            run_directions(run, k);
        drop_dx(run, k, (struct share){0, run->steps->count});
    }
}

/* --- A wave --------------------------------------------------------------------------------------------------------
 */

/* A piece's steps, through the crew's layers. */
static void run_piece(struct backward *run)
{
    const struct plan_r *plan = run->plan;
    struct layer_crew *crew = &plan->crews[run->crew];
    if (run->crew + 1 < plan->shell.crew_count)
        weir_crew_wait(&plan->crews[run->crew + 1].threads, run->pieces + 1);
    for (int64_t k = crew->layers.end - 1; k >= crew->layers.first; k--) {
        const struct backward_run_r walk_run = walk_run_of(run, k, 0, dx_of_layer(run, k));
        if (walk_run.walk->cell)
            plan->engine->backward_piece(&walk_run);
        else
            plan->engine->linear_backward_piece(&walk_run);
        weir_team_wait(run->member);
        drop_dx(run, k, run->piece);
    }
    run->pieces++;
    if (run->member.index == 0)
        weir_crew_set_done(&crew->threads, run->pieces);
}

/* What the tile adds to the gradient of the crew's layers. */
static void run_tile(const struct backward *run)
{
    const struct plan_r *plan = run->plan;
    const struct share layers = plan->crews[run->crew].layers;
    for (int64_t k = layers.first; k < layers.end; k++) {
        struct backward_run_r walk_run = walk_run_of(run, k, 0, (struct target_r){0});
        if (run->tile.end < run->steps->count)
            walk_run.dweight_write = PRODUCT_ADD;
        if (walk_run.walk->cell)
            plan->engine->backward_tile(&walk_run);
        else
            plan->engine->linear_backward_tile(&walk_run);
    }
    weir_team_wait(run->member);
}

/* A crew's way from the last step to the first. */
static void run_crew(struct backward *run)
{
    const weir_plan *shell = &run->plan->shell;
    const int64_t tile_rows = shell->tile_steps * shell->batch, piece_rows = shell->segment_steps * shell->batch;
    struct pieces tile = weir_pieces_of(run->steps, 0, run->steps->count, tile_rows, true);
    run->pieces = 0;
    while (weir_pieces_next(&tile)) {
        struct pieces piece = weir_pieces_of(run->steps, tile.first, tile.end, piece_rows, true);
        run->tile = (struct share){tile.first, tile.end};
        while (weir_pieces_next(&piece)) {
            run->piece = (struct share){piece.first, piece.end};
            run_piece(run);
        }
        run_tile(run);
    }
}

/* Who runs alone is one crew after the other, from the last one down. */
static void run_wave(struct backward *run, struct member member)
{
    for (run->crew = run->plan->shell.crew_count - 1; run->crew >= 0; run->crew--) {
        run->member = weir_crew_member(&run->plan->crews[run->crew].threads, member);
        if (run->member.team)
            run_crew(run);
    }
}

/* A member's way through all layers. */
static void run_member(void *data, struct member member)
{
    struct backward run = *(const struct backward *)data;
    struct environment environment;
    weir_environment_enter(&environment);
    run.member = member;
    if (run.plan->shell.crew_count > 1)
        run_wave(&run, member);
    else
        run_layers(&run);
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
    run->dy = dy_rows(run, plan->dy_rows);
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
    const struct plan_r *plan = run->plan;
    const weir_net *net = plan->shell.net;
    const struct sequence_target_r dx = dx_of(run);
    const struct target_r made = dx_of_layer(run, 0);
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
        weir_pool_run(plan->shell.pool, plan->shell.threads, run_member, &run);
    finish(&run);

    weir_environment_leave(&environment);
}
