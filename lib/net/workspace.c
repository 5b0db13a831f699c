/*
 * net/workspace.c: cutting the memory that a run works in.
 *
 *     workspace  | paths, crews | carry | x | sequences | (dropped) | scratches |
 *                | (halves) | (dcarry) | (record) | (steps) |
 */
#include "net/run.h"

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

int64_t widest_row_r(const struct plan_r *plan, const weir_net *net)
{
    return larger(needs_of(plan, net, (struct share){0, net->layer_count}).gate_columns, widest_sequence(net));
}

/* Packed rows that go through the layers at once, of which the workspace has sequences: training has all of them,
   unless it recomputes. */
static int64_t segment_rows(const weir_plan *shell)
{
    const bool whole = shell->mode == WEIR_TRAINING && !shell->recomputes;
    return (whole ? shell->steps : shell->segment_steps) * shell->batch;
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

/* Sequences of inputs that are read at the same time. */
static int64_t x_sequences(const struct plan_r *plan)
{
    const bool apart = plan->shell.mode == WEIR_INFERENCE && weir_goes_apart(plan->shell.net);
    return apart && ways_beside_r(plan, 0) ? 2 : 1;
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

/* What layers read of others that drop. */
static void place_dropped(struct arena *arena, struct plan_r *plan)
{
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++) {
        if (!drops_r(plan, k))
            continue;
        const int64_t width = plan->shell.net->layers[k].outputs;
        real *dropped = weir_arena_take_matrix(arena, segment_rows(&plan->shell), width, sizeof(real));
        if (plan->paths)
            plan->paths[k].dropped = dropped;
    }
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
    needs.fleeting = plan_weights_terms_r(plan).fleeting;
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

/* What the steps of a segment leave. */
static void place_record(struct arena *arena, struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    plan->record.layers = weir_arena_take(arena, shell->net->layer_count, sizeof *plan->record.layers);
    plan->record.start = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    weir_steps_place(arena, &plan->record.steps, shell->batch);
    place_traces_r(arena, plan, segment_rows(shell), plan->record.layers);
}

void place_workspace_r(struct arena *arena, struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    place_crews(arena, plan);
    plan->carry = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    plan->x_rows =
        weir_arena_take_matrix(arena, x_sequences(plan) * segment_rows(shell), shell->net->inputs, sizeof(real));
    if (shell->crew_count == 1)
        place_two_sequences(arena, plan);
    else
        place_sequences_of_wave(arena, plan);
    place_dropped(arena, plan);
    place_scratches(arena, plan);
    place_halves(arena, plan);
    if (shell->mode == WEIR_TRAINING)
        plan->dcarry = weir_arena_take_matrix(arena, shell->net->state_size, shell->batch, sizeof(real));
    else
        weir_steps_place(arena, &plan->steps, shell->batch);
    if (shell->recomputes)
        place_record(arena, plan);
}
