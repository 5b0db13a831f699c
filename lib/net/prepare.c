/*
 * net/prepare.c: cutting the memory of plans and tapes.
 *
 *     plan  | struct | layers || (biases, packed) || paths, crews | carry | x | sequences | scratches | (halves) | ...
 *                               \___ weights ____/\__________________________ workspace ___________________________
 *     ... (dcarry) | (steps) || (tape) |
 *         workspace ________/
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

/* What the walks of some layers of a net want of a scratch, but for the size of a tile. */
static struct scratch_needs_r needs_of(const struct plan_r *plan, const weir_net *net, struct share layers)
{
    struct scratch_needs_r needs = {.kernels = plan->kernels, .gates = 1, .gate_columns = 1, .units = 1, .inputs = 1};
    for (int64_t k = layers.first; k < layers.end; k++) {
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

/* Whether each run takes the weights anew and multiplies inputs once. */
static bool is_fleeting(const weir_plan *plan)
{
    return plan->mode == WEIR_TRAINING && plan->steps <= plan->tile_steps && plan->crew_count == 1;
}

struct weights_terms_r plan_weights_terms_r(const struct plan_r *plan)
{
    return (struct weights_terms_r){
        .net = plan->shell.net,
        .engine = plan->engine,
        .kernels = plan->kernels,
        .training = plan->shell.mode == WEIR_TRAINING,
        .fleeting = is_fleeting(&plan->shell),
    };
}

/* Once the walks are there. */
static void share_walks(const struct plan_r *plan)
{
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++)
        for (int d = 0; d < plan->shell.net->layers[k].direction_count; d++) {
            const struct path_r *path = &plan->paths[k];
            const int64_t threads = path->beside ? weir_crew_size(path->threads, 2, d) : path->threads;
            struct walk_r *walk = &plan->layers[k].walks[d];
            walk->sharing = ways_sharing_r(plan, walk, threads);
        }
}

/* --- Workspace -----------------------------------------------------------------------------------------------------
 */

/* Packed rows that go through the layers at once, of which the workspace has sequences: training has all of them. */
static int64_t segment_rows(const weir_plan *shell)
{
    return (shell->mode == WEIR_TRAINING ? shell->steps : shell->segment_steps) * shell->batch;
}

/* Who goes through which layers. */
static void place_crews(struct arena *arena, struct plan_r *plan)
{
    const int64_t count = plan->shell.crew_count;
    plan->paths = weir_arena_take(arena, plan->shell.net->layer_count, sizeof *plan->paths);
    plan->crews = weir_arena_take(arena, count, sizeof *plan->crews);
    struct crews_r crews = ways_crews_r(plan, count);
    while (plan->crews && ways_next_crew_r(&crews)) {
        plan->crews[crews.index].layers = crews.layers;
        weir_crew_form(&plan->crews[crews.index].threads, plan->shell.threads, count, crews.index);
        for (int64_t k = crews.layers.first; k < crews.layers.end; k++)
            plan->paths[k] =
                (struct path_r){.crew = crews.index, .threads = crews.threads, .beside = ways_beside_r(plan, k)};
    }
}

/* What layers read whose directions go side by side: the most numbers; 0 if there are none. */
static int64_t widest_beside(const struct plan_r *plan)
{
    int64_t widest = 0;
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++)
        if (ways_beside_r(plan, k))
            widest = larger(widest, plan->shell.net->layers[k].inputs);
    return widest;
}

/* Sequences go from layer to layer in two buffers in turn. */
static void place_two_sequences(struct arena *arena, struct plan_r *plan)
{
    const weir_net *net = plan->shell.net;
    real *both[2];
    for (int i = 0; i < 2; i++)
        both[i] = weir_arena_take_matrix(arena, segment_rows(&plan->shell), widest_sequence(net), sizeof(real));
    for (int64_t k = 0; plan->paths && k < net->layer_count; k++) {
        plan->paths[k].sequence = both[k % 2];
        plan->paths[k].slots = 1;
    }
    plan->dy_rows = both[net->layer_count % 2];
}

/* Segments of which there is room between two crews: so far may one be ahead of the next. */
enum { WAVE_SLOTS = 3 };

/* Or in one for each layer, as crews are at different steps at the same time. */
static void place_sequences_of_wave(struct arena *arena, struct plan_r *plan)
{
    const weir_net *net = plan->shell.net;
    const bool training = plan->shell.mode == WEIR_TRAINING;
    struct crews_r crews = ways_crews_r(plan, plan->shell.crew_count);
    while (ways_next_crew_r(&crews))
        for (int64_t k = crews.layers.first; k < crews.layers.end; k++) {
            const bool is_handed_on = k == crews.layers.end - 1 && k < net->layer_count - 1;
            const int64_t slots = is_handed_on && !training ? WAVE_SLOTS : 1;
            const int64_t width = training ? net->layers[k].inputs : net->layers[k].outputs * slots;
            real *sequence = weir_arena_take_matrix(arena, segment_rows(&plan->shell), width, sizeof(real));
            if (plan->paths) {
                plan->paths[k].sequence = sequence;
                plan->paths[k].slots = slots;
            }
        }
    if (training)
        plan->dy_rows = weir_arena_take_matrix(arena, segment_rows(&plan->shell), net->outputs, sizeof(real));
}

/* A scratch for the walks of some layers, by so many threads. */
static void *place_scratch(struct arena *arena, const struct plan_r *plan, struct share layers, int64_t threads)
{
    const weir_plan *shell = &plan->shell;
    struct scratch_needs_r needs = needs_of(plan, shell->net, layers);
    needs.threads = threads;
    needs.batch = shell->batch;
    needs.tile_rows = shell->tile_steps * shell->batch;
    needs.training = shell->mode == WEIR_TRAINING;
    needs.fleeting = is_fleeting(shell);
    return plan->engine->place_scratch(arena, &needs);
}

static void set_scratch(const struct plan_r *plan, struct share layers, void *scratch)
{
    for (int64_t k = layers.first; plan->paths && k < layers.end; k++)
        for (int d = 0; d < 2; d++)
            plan->paths[k].scratch[d] = scratch;
}

/* One for each crew, whose walks go one after the other; but backward a crew's layers take turns within a tile, and
   then each has its own. */
static void place_scratches(struct arena *arena, const struct plan_r *plan)
{
    const bool by_layer = plan->shell.crew_count > 1 && plan->shell.mode == WEIR_TRAINING;
    struct crews_r crews = ways_crews_r(plan, plan->shell.crew_count);
    while (ways_next_crew_r(&crews)) {
        const int64_t grain = by_layer ? 1 : crews.layers.end - crews.layers.first;
        for (int64_t k = crews.layers.first; k < crews.layers.end; k += grain) {
            const struct share layers = {k, k + grain};
            set_scratch(plan, layers, place_scratch(arena, plan, layers, crews.threads));
        }
    }
}

/* The halves of the threads that go different directions; the second one's scratch, and where it leaves its dx. */
static void place_halves(struct arena *arena, struct plan_r *plan)
{
    const weir_net *net = plan->shell.net;
    const int64_t width = widest_beside(plan);
    if (width == 0)
        return;
    plan->halves = weir_arena_take(arena, 2, sizeof *plan->halves);
    for (int d = 0; plan->halves && d < 2; d++)
        weir_crew_form(&plan->halves[d], plan->shell.threads, 2, d);
    const struct share all = {0, net->layer_count};
    void *scratch = place_scratch(arena, plan, all, weir_crew_size(plan->shell.threads, 2, 1));
    for (int64_t k = 0; plan->paths && k < net->layer_count; k++)
        if (plan->paths[k].beside)
            plan->paths[k].scratch[1] = scratch;
    if (plan->shell.mode == WEIR_TRAINING)
        plan->dbeside = weir_arena_take_matrix(arena, segment_rows(&plan->shell), width, sizeof(real));
}

static void place_workspace(struct arena *arena, struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    place_crews(arena, plan);
    plan->carry = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    plan->x_rows = weir_arena_take_matrix(arena, segment_rows(shell), shell->net->inputs, sizeof(real));
    if (shell->crew_count == 1)
        place_two_sequences(arena, plan);
    else
        place_sequences_of_wave(arena, plan);
    place_scratches(arena, plan);
    place_halves(arena, plan);
    if (shell->mode == WEIR_TRAINING)
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
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
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
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
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
    const struct share layers = {0, net->layer_count};
    const int64_t width = larger(needs_of(plan, net, layers).gate_columns, widest_sequence(net));
    plan->shell.tile_steps =
        choice->tile_steps > 0 ? choice->tile_steps : plan->engine->tile_steps(options->batch, options->steps, width);
    weir_plan_prepare_shell(&plan->shell, net, options);
    ways_choose_r(plan);
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

static void repack(struct plan_r *plan)
{
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    plan->shell.generation = atomic_load(&plan->shell.net->generation);
    prepare_weights_alone_r(&terms, plan->layers);
}

weir_status plan_make_r(weir_plan **plan, weir_net *net, const weir_plan_options *options, const struct choice *choice,
                        weir_error *error)
{
    struct plan_r parts, *made = NULL;
    FORWARD_FAILURE(size_plan(&parts, net, options, choice, error));
    const struct weights_terms_r terms = plan_weights_terms_r(&parts);
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
        repack(made);
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
        repack(plan);
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

struct layer_way plan_way_r(const weir_plan *shell, int64_t layer)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    const int last = shell->net->layers[layer].direction_count - 1;
    return (struct layer_way){
        .beside = plan->paths[layer].beside,
        .crew = plan->paths[layer].crew,
        .sharing = plan->layers[layer].walks[last].sharing,
    };
}

weir_tape *tape_put_r(const weir_plan *plan, void *memory)
{
    struct arena arena = {.base = memory};
    struct tape_r *tape = place_tape(&arena, (const struct plan_r *)plan);
    claim_tape(plan, &tape->shell);
    return &tape->shell;
}
