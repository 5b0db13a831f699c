/*
 * net/prepare.c: cutting the memory of plans and tapes.
 *
 *     plan  | struct | layers || (biases, packed) || carry | x | sequences | scratch | (dcarry) | (steps) || (tape) |
 *                               \___ weights ____/\__________________ workspace _______________________/
 *     tape  | struct | layers | steps | sequences | initial state | for each layer: outputs, dropped, gates, c, q |
 */
#include "net/run.h"

#include <string.h>

#include "base/fail.h"

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static const struct cell_r *cell_of(const struct plan_r *plan, const struct layer *layer)
{
    return cell_of_r(plan->kernels->level, layer->given.kind);
}

/* What the walks of a net want of a scratch, but for the size of a tile. */
static struct scratch_needs_r needs_of(const struct plan_r *plan, const weir_net *net)
{
    struct scratch_needs_r needs = {.kernels = plan->kernels, .gates = 1, .gate_columns = 1, .units = 1, .inputs = 1};
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct layer *layer = &net->layers[k];
        const struct cell_r *cell = cell_of(plan, layer);
        const int64_t gate_count = layer->shape->gate_count;
        needs.gates = larger(needs.gates, gate_count * layer->units);
        needs.inputs = larger(needs.inputs, layer->inputs);
        if (!cell)
            continue;
        needs.gate_columns =
            larger(needs.gate_columns, plan->engine->gate_columns(plan->kernels, gate_count, layer->units));
        needs.units = larger(needs.units, layer->units);
        needs.recurrent |= cell->stages[0].product_apart;
        needs.reset |= cell->stages[cell->stage_count - 1].operand_is_reset;
        needs.drecurrent |= cell->splits_derivative;
        needs.c_before |= cell->keeps_c;
    }
    return needs;
}

/* The widest sequence inside a net, the inputs included: derivatives of those go through the same buffers. */
static int64_t widest_sequence(const weir_net *net)
{
    int64_t widest = net->inputs;
    for (int64_t k = 0; k < net->layer_count; k++)
        widest = larger(widest, net->layers[k].outputs);
    return widest;
}

/* How the plan's threads share a walk. */
static weir_sharing sharing_of(const struct plan_r *plan, const struct walk_r *walk)
{
    const weir_plan *shell = &plan->shell;
    if (shell->threads == 1 || shell->sharing == WEIR_SHARE_NONE)
        return WEIR_SHARE_NONE;
    if (shell->sharing != WEIR_SHARE_AUTO)
        return shell->sharing;
    return plan->engine->sharing(walk, &(struct sharing_terms){
                                           .threads = shell->threads,
                                           .batch = shell->batch,
                                           .steps = shell->steps,
                                           .passes = shell->mode == WEIR_TRAINING ? 3 : 1,
                                       });
}

/* Whether each run takes the weights anew and multiplies inputs once. */
static bool is_fleeting(const weir_plan *plan)
{
    return plan->mode == WEIR_TRAINING && plan->steps <= plan->tile_steps;
}

static struct weights_terms_r terms_of(const struct plan_r *plan)
{
    return (struct weights_terms_r){
        .net = plan->shell.net,
        .engine = plan->engine,
        .kernels = plan->kernels,
        .training = plan->shell.mode == WEIR_TRAINING,
        .fleeting = is_fleeting(&plan->shell),
    };
}

/* Whether there is anything for a second thread to do. */
static bool shares(const struct plan_r *plan)
{
    const weir_net *net = plan->shell.net;
    const struct weights_terms_r terms = terms_of(plan);
    for (int64_t k = 0; k < net->layer_count; k++)
        for (int d = 0; d < net->layers[k].direction_count; d++) {
            const struct walk_r walk = bare_walk_r(&terms, &net->layers[k], d);
            if (sharing_of(plan, &walk) != WEIR_SHARE_NONE)
                return true;
        }
    return false;
}

/* Once the walks are there. */
static void share_walks(const struct plan_r *plan)
{
    const weir_net *net = plan->shell.net;
    for (int64_t k = 0; k < net->layer_count; k++)
        for (int d = 0; d < net->layers[k].direction_count; d++)
            plan->layers[k].walks[d].sharing = sharing_of(plan, &plan->layers[k].walks[d]);
}

static void place_workspace(struct arena *arena, struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    const bool training = shell->mode == WEIR_TRAINING;
    struct scratch_needs_r needs = needs_of(plan, shell->net);
    const int64_t rows = shell->segment_steps * shell->batch, width = widest_sequence(shell->net);
    plan->carry = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    plan->x_rows = weir_arena_take_matrix(arena, rows, shell->net->inputs, sizeof(real));
    for (int i = 0; i < 2; i++)
        plan->sequences[i] = weir_arena_take_matrix(arena, rows, width, sizeof(real));
    needs.threads = shell->threads;
    needs.batch = shell->batch;
    needs.tile_rows = shell->tile_steps * shell->batch;
    needs.training = training;
    needs.fleeting = is_fleeting(shell);
    plan->scratch = plan->engine->place_scratch(arena, &needs);
    if (training)
        plan->dcarry = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    else
        weir_steps_place(arena, &plan->steps, shell->batch);
}

static void place_trace(struct arena *arena, const struct plan_r *plan, const struct layer *layer, int64_t rows,
                        struct trace_r *trace)
{
    const struct cell_r *cell = cell_of(plan, layer);
    const int64_t H = layer->units;
    const int64_t columns = plan->engine->gate_columns(plan->kernels, layer->shape->gate_count, H);
    if (cell && cell->keeps_gates)
        trace->gates = weir_arena_take_matrix(arena, rows, columns, sizeof(real));
    if (cell && cell->keeps_c)
        trace->c = weir_arena_take_matrix(arena, rows, H, sizeof(real));
    if (cell && cell->keeps_q)
        trace->q = weir_arena_take_matrix(arena, rows, H, sizeof(real));
}

/* A tape; NULL while measuring. */
static struct tape_r *place_tape(struct arena *arena, const struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    const weir_net *net = shell->net;
    const int64_t rows = shell->steps * shell->batch;
    struct tape_r *tape = weir_arena_take(arena, 1, sizeof *tape), parts = {0};
    parts.layers = weir_arena_take(arena, net->layer_count, sizeof *parts.layers);
    weir_steps_place(arena, &parts.shell.steps, shell->batch);
    parts.shell.sequences = weir_arena_take(arena, shell->batch, sizeof *parts.shell.sequences);
    parts.initial = weir_arena_take_matrix(arena, net->state_size, shell->batch, sizeof(real));
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct layer *layer = &net->layers[k];
        struct layer_trace_r trace = {0};
        trace.outputs = weir_arena_take_matrix(arena, rows, layer->outputs, sizeof(real));
        if (shell->drops && layer->given.dropout > 0.0)
            trace.dropped = weir_arena_take_matrix(arena, rows, layer->outputs, sizeof(real));
        for (int d = 0; d < layer->direction_count; d++)
            place_trace(arena, plan, layer, rows, &trace.directions[d]);
        if (tape)
            parts.layers[k] = trace;
    }
    if (tape)
        *tape = parts;
    return tape;
}

/* Fills in *plan, whose memory begins at arena->base or is only counted. An inference plan's weights are a snapshot's.
 */
static weir_tape *place_plan(struct arena *arena, struct plan_r *plan)
{
    const bool training = plan->shell.mode == WEIR_TRAINING;
    const struct weights_terms_r terms = terms_of(plan);
    weir_arena_take(arena, 1, sizeof *plan);
    plan->layers = weir_arena_take(arena, plan->shell.net->layer_count, sizeof *plan->layers);
    const int64_t before_weights = arena->used;
    if (training)
        place_weights_r(arena, &terms, plan->layers);
    const int64_t before_workspace = arena->used;
    place_workspace(arena, plan);
    const int64_t before_tape = arena->used;
    struct tape_r *tape = training ? place_tape(arena, plan) : NULL;
    plan->shell.bytes = arena->used;
    plan->shell.size = (weir_plan_size){
        .weights = before_workspace - before_weights,
        .workspace = before_tape - before_workspace,
        .tape = arena->used - before_tape,
    };
    return tape ? &tape->shell : NULL;
}

/* All that a plan holds, a snapshot included. */
static weir_status size_memory(struct plan_r *plan, weir_error *error)
{
    const struct weights_terms_r terms = terms_of(plan);
    struct arena arena = {0};
    int64_t snapshot = 0, total;
    place_plan(&arena, plan);
    const bool counted = plan->shell.mode == WEIR_TRAINING || measure_snapshot_r(&terms, &snapshot);
    FAIL_IF(!counted || arena.overflow || __builtin_add_overflow(plan->shell.bytes, snapshot, &total), error,
            WEIR_ERROR_SIZE, "the plan has more bytes than this machine can count");
    plan->shell.size.total = total;
    plan->shell.size.weights += snapshot;
    return WEIR_OK;
}

/* All of a plan that can be said before it has memory. */
static weir_status size_plan(struct plan_r *plan, weir_net *net, const weir_plan_options *options,
                             const struct choice *choice, weir_error *error)
{
    enum level level;
    FORWARD_FAILURE(weir_level_choose(&level, error));
    memset(plan, 0, sizeof *plan);
    plan->engine = choice->engine == WEIR_ENGINE_BLAS ? &blas_engine_r : &native_engine_r;
    plan->kernels = kernels_at_r(level);
    plan->shell.engine_name = plan->engine->name;
    plan->shell.level_name = weir_level_name(level);
    plan->shell.uses_blas = plan->engine->uses_blas;
    plan->shell.threads = plan->engine->uses_blas ? 1 : choice->threads;
    plan->shell.sharing = choice->sharing;
    const int64_t width = larger(needs_of(plan, net).gate_columns, widest_sequence(net));
    plan->shell.tile_steps =
        choice->tile_steps > 0 ? choice->tile_steps : plan->engine->tile_steps(options->batch, options->steps, width);
    weir_plan_prepare_shell(&plan->shell, net, options);
    if (!shares(plan))
        plan->shell.threads = 1;
    return size_memory(plan, error);
}

weir_status plan_measure_r(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                           const struct choice *choice, weir_error *error)
{
    struct plan_r plan;
    FORWARD_FAILURE(size_plan(&plan, (weir_net *)net, options, choice, error)); /* only looked at */
    *size = plan.shell.size;
    return WEIR_OK;
}

static void claim_tape(const weir_plan *plan, weir_tape *tape)
{
    tape->allocator = plan->allocator;
    tape->bytes = plan->size.tape;
    tape->plan_identity = plan->identity;
}

/* Memory for all but a snapshot. */
static weir_status place_made(struct plan_r **made, struct plan_r *parts, weir_error *error)
{
    const weir_plan_size size = parts->shell.size;
    const int64_t bytes = parts->shell.bytes;
    struct arena arena = {.base = weir_allocate(&parts->shell.allocator, bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for a plan of %lld bytes", (long long)bytes);
    memset(arena.base, 0, (size_t)bytes); /* touches every page here, not in the first run */
    parts->shell.identity = weir_plan_next_identity();
    parts->shell.tape = place_plan(&arena, parts);
    parts->shell.size = size;
    if (parts->shell.tape)
        claim_tape(&parts->shell, parts->shell.tape);
    *made = (struct plan_r *)(void *)arena.base;
    **made = *parts;
    return WEIR_OK;
}

/* The walks of a snapshot, each shared among threads as the plan likes. */
static void adopt_snapshot(const struct plan_r *plan)
{
    memcpy(plan->layers, plan->snapshot->layers, (size_t)plan->shell.net->layer_count * sizeof *plan->layers);
    share_walks(plan);
}

void plan_repack_r(struct plan_r *plan)
{
    const struct weights_terms_r terms = terms_of(plan);
    plan->shell.generation = atomic_load(&plan->shell.net->generation);
    prepare_weights_r(&terms, plan->layers);
}

weir_status plan_make_r(weir_plan **plan, weir_net *net, const weir_plan_options *options, const struct choice *choice,
                        weir_error *error)
{
    struct plan_r parts, *made = NULL;
    FORWARD_FAILURE(size_plan(&parts, net, options, choice, error));
    const struct weights_terms_r terms = terms_of(&parts);
    if (!terms.training)
        FORWARD_FAILURE(take_snapshot_r(&parts.snapshot, &terms, &parts.shell.allocator, error));
    const weir_status status = place_made(&made, &parts, error);
    if (status != WEIR_OK) {
        plan_let_go_weights_r(&parts.shell);
        return status;
    }
    weir_net_hold(net);
    weir_pool_hold(made->shell.pool);
    if (terms.training) {
        share_walks(made);
        plan_repack_r(made);
    } else {
        made->shell.generation = made->snapshot->shell.generation;
        adopt_snapshot(made);
    }
    *plan = &made->shell;
    return WEIR_OK;
}

weir_status plan_refresh_r(weir_plan *shell)
{
    struct plan_r *plan = (struct plan_r *)shell;
    if (shell->mode == WEIR_TRAINING) {
        plan_repack_r(plan);
        return WEIR_OK;
    }
    FORWARD_FAILURE(renew_snapshot_r(&plan->snapshot, &shell->last_error));
    shell->generation = plan->snapshot->shell.generation;
    adopt_snapshot(plan);
    return WEIR_OK;
}

void plan_let_go_weights_r(weir_plan *shell)
{
    struct plan_r *plan = (struct plan_r *)shell;
    if (plan->snapshot)
        let_go_snapshot_r(plan->snapshot);
}

weir_sharing plan_sharing_r(const weir_plan *plan, int64_t layer)
{
    return ((const struct plan_r *)plan)->layers[layer].walks[0].sharing;
}

weir_tape *tape_put_r(const weir_plan *plan, void *memory)
{
    struct arena arena = {.base = memory};
    struct tape_r *tape = place_tape(&arena, (const struct plan_r *)plan);
    claim_tape(plan, &tape->shell);
    return &tape->shell;
}
