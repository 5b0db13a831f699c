/*
 * net/tape.c: cutting the memory of tapes.
 *
 *     tape  | struct | layers | steps | sequences | initial state | for each layer: outputs, dropped, gates, c, q |
 */
#include "net/run.h"

static void place_trace(struct arena *arena, const struct plan_r *plan, const struct layer *layer, int64_t rows,
                        struct trace_r *trace)
{
    const struct cell_r *cell = cell_of_r(plan->kernels->level, layer->given.kind);
    const int64_t H = layer->units;
    const int64_t columns = plan->engine->gate_columns(plan->kernels, layer->shape->gate_count, H);
    if (cell && cell->keeps_gates)
        trace->gates = weir_arena_take_matrix(arena, rows, columns, sizeof(real));
    if (cell && cell->keeps_c)
        trace->c = weir_arena_take_matrix(arena, rows, H, sizeof(real));
    if (cell && cell->keeps_q)
        trace->q = weir_arena_take_matrix(arena, rows, H, sizeof(real));
}

struct tape_r *place_tape_r(struct arena *arena, const struct plan_r *plan)
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

void claim_tape_r(const weir_plan *plan, weir_tape *tape)
{
    tape->allocator = plan->allocator;
    tape->bytes = plan->size.tape;
    tape->plan_identity = plan->identity;
}

weir_tape *tape_put_r(const weir_plan *plan, void *memory)
{
    struct arena arena = {.base = memory};
    struct tape_r *tape = place_tape_r(&arena, (const struct plan_r *)plan);
    claim_tape_r(plan, &tape->shell);
    return &tape->shell;
}
