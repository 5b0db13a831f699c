/*
 * net/tape.c: cutting the memory of tapes.
 *
 *     tape  | struct | layers | steps | sequences | initial state | for each layer: outputs, gates, c, q |
 *
 * or, where the plan recomputes,
 *
 *     tape  | struct | steps | sequences | initial state | states | which |
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

void place_traces_r(struct arena *arena, const struct plan_r *plan, int64_t rows, struct layer_trace_r *layers)
{
    const weir_net *net = plan->shell.net;
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct layer *layer = &net->layers[k];
        struct layer_trace_r trace = {0};
        trace.outputs = weir_arena_take_matrix(arena, rows, layer->outputs, sizeof(real));
        for (int d = 0; d < layer->direction_count; d++)
            place_trace(arena, plan, layer, rows, &trace.directions[d]);
        if (layers)
            layers[k] = trace;
    }
}

/* The states that a tape keeps instead of what the layers leave. */
static void place_states(struct arena *arena, const weir_plan *shell, struct tape_r *parts)
{
    int64_t numbers;
    if (__builtin_mul_overflow(shell->net->state_size, shell->batch, &numbers))
        arena->overflow = true;
    else
        parts->states = weir_arena_take_matrix(arena, shell->slots, numbers, sizeof(real));
    parts->shell.kept = weir_arena_take(arena, shell->slots, sizeof *parts->shell.kept);
}

struct tape_r *place_tape_r(struct arena *arena, const struct plan_r *plan)
{
    const weir_plan *shell = &plan->shell;
    const weir_net *net = shell->net;
    struct tape_r *tape = weir_arena_take(arena, 1, sizeof *tape), parts = {0};
    if (!shell->recomputes)
        parts.layers = weir_arena_take(arena, net->layer_count, sizeof *parts.layers);
    weir_steps_place(arena, &parts.shell.steps, shell->batch);
    parts.shell.sequences = weir_arena_take(arena, shell->batch, sizeof *parts.shell.sequences);
    parts.initial = weir_arena_take_matrix(arena, net->state_size, shell->batch, sizeof(real));
    if (shell->recomputes)
        place_states(arena, shell, &parts);
    else
        place_traces_r(arena, plan, shell->steps * shell->batch, parts.layers);
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
