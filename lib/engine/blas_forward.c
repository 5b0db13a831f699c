/*
 * engine/blas_forward.c: one layer, one direction, forward on CBLAS.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* One product with h' (or what the stage before made of it), then the stage's pass. */
static void run_stage(const struct X(walk) *walk, const struct X(stage) *stage, const struct X(forward_step) *step)
{
    const int64_t H = walk->units, width = walk->gate_count * H, first = stage->first_gate * H;
    const struct X(matrix) operand = {stage->operand_is_reset ? step->reset : step->h, H};
    const struct X(target) product = {(stage->product_apart ? step->recurrent : step->gates) + first, width};
    X(times_transposed)(step->rows, stage->gate_count * H, H, operand, X(stage_weight)(walk, stage),
                        stage->product_apart ? BLAS_OVERWRITE : BLAS_ADD, product);
    stage->forward(step);
}

/* Copies what backward will need. Gates are in the trace already: they were computed there. */
static void keep(const struct X(forward_run) *run, const struct X(forward_step) *step, int64_t packed)
{
    const struct X(trace) *trace = run->trace;
    const int64_t H = step->units, width = run->walk->gate_count * H;
    if (trace->c)
        X(copy_rows)(step->rows, H, step->c, H, trace->c + packed * H, H);
    if (trace->q)
        X(copy_rows)(step->rows, H, step->recurrent + width - H, width, trace->q + packed * H, H);
}

static void run_step(const struct X(forward_run) *run, int64_t t, real *gates)
{
    const struct X(walk) *walk = run->walk;
    const struct steps *steps = run->steps;
    const struct X(forward_step) step = {
        .rows = steps->live[t],
        .units = walk->units,
        .bias = walk->bias,
        .recurrent_bias = walk->recurrent_bias,
        .gates = gates,
        .recurrent = run->scratch->recurrent,
        .reset = run->scratch->reset,
        .h = run->h,
        .c = run->c,
    };
    for (int s = 0; s < walk->cell->stage_count; s++)
        run_stage(walk, &walk->cell->stages[s], &step);

    if (run->y.data) {
        const int64_t row = steps->offset[t] - steps->offset[run->first];
        X(copy_rows)(step.rows, walk->units, step.h, walk->units, run->y.data + row * run->y.stride, run->y.stride);
    }
    if (run->trace)
        keep(run, &step, steps->offset[t]);
}

/* The steps [first, end): their input product, then one after the other in the walk's direction. */
static void run_tile(const struct X(forward_run) *run, int64_t first, int64_t end)
{
    const struct X(walk) *walk = run->walk;
    const int64_t *offset = run->steps->offset, width = walk->gate_count * walk->units;
    const int64_t row = offset[first] - offset[run->first];
    real *gates = run->trace && run->trace->gates ? run->trace->gates + offset[first] * width : run->scratch->gates;

    const struct X(matrix) x = {run->x.data + row * run->x.stride, run->x.stride};
    const struct X(matrix) W = {walk->weight_ih, walk->inputs};
    X(times_transposed)(offset[end] - offset[first], width, walk->inputs, x, W, BLAS_OVERWRITE,
                        (struct X(target)){gates, width});

    for (int64_t k = 0; k < end - first; k++) {
        const int64_t t = walk->reverse ? end - 1 - k : first + k;
        run_step(run, t, gates + (offset[t] - offset[first]) * width);
    }
}

void X(blas_forward)(const struct X(forward_run) *run)
{
    const int64_t tile = run->scratch->tile_steps;
    if (run->walk->reverse)
        for (int64_t end = run->end; end > run->first; end -= tile)
            run_tile(run, end - tile > run->first ? end - tile : run->first, end);
    else
        for (int64_t first = run->first; first < run->end; first += tile)
            run_tile(run, first, first + tile < run->end ? first + tile : run->end);
}
