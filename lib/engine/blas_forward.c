/*
 * engine/blas_forward.c: one layer, one direction, forward on CBLAS.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* One product with h' (or what the stage before made of it), then the stage's pass. */
static void run_stage(const struct walk_r *walk, const struct stage_r *stage, const struct forward_step_r *step)
{
    const int64_t H = walk->units, width = walk->gate_count * H, first = stage->first_gate * H;
    const struct matrix_r operand = {stage->operand_is_reset ? step->reset : step->h, H};
    const struct target_r product = {(stage->product_apart ? step->recurrent : step->gates) + first, width};
    times_transposed_r(step->rows, stage->gate_count * H, H, operand, stage_weight_r(walk, stage),
                       stage->product_apart ? BLAS_OVERWRITE : BLAS_ADD, product);
    stage->forward(step);
}

/* Copies what backward will need. Gates are in the trace already: they were computed there. */
static void keep(const struct forward_run_r *run, const struct forward_step_r *step, int64_t packed)
{
    const struct trace_r *trace = run->trace;
    const int64_t H = step->units, width = run->walk->gate_count * H;
    if (trace->c)
        copy_rows_r(step->rows, H, step->c, H, trace->c + packed * H, H);
    if (trace->q)
        copy_rows_r(step->rows, H, step->recurrent + width - H, width, trace->q + packed * H, H);
}

static void run_step(const struct forward_run_r *run, int64_t t, real *gates)
{
    const struct walk_r *walk = run->walk;
    const struct steps *steps = run->steps;
    const struct forward_step_r step = {
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
        copy_rows_r(step.rows, walk->units, step.h, walk->units, run->y.data + row * run->y.stride, run->y.stride);
    }
    if (run->trace)
        keep(run, &step, steps->offset[t]);
}

/* The steps [first, end): their input product, then one after the other in the walk's direction. */
static void run_tile(const struct forward_run_r *run, int64_t first, int64_t end)
{
    const struct walk_r *walk = run->walk;
    const int64_t *offset = run->steps->offset, width = walk->gate_count * walk->units;
    const int64_t row = offset[first] - offset[run->first];
    real *gates = run->trace && run->trace->gates ? run->trace->gates + offset[first] * width : run->scratch->gates;

    const struct matrix_r x = {run->x.data + row * run->x.stride, run->x.stride};
    const struct matrix_r W = {walk->weight_ih, walk->inputs};
    times_transposed_r(offset[end] - offset[first], width, walk->inputs, x, W, BLAS_OVERWRITE,
                       (struct target_r){gates, width});

    for (int64_t k = 0; k < end - first; k++) {
        const int64_t t = walk->reverse ? end - 1 - k : first + k;
        run_step(run, t, gates + (offset[t] - offset[first]) * width);
    }
}

void blas_forward_r(const struct forward_run_r *run)
{
    const int64_t rows = run->scratch->tile_rows;
    int64_t first, end;
    if (run->walk->reverse)
        for (end = run->end; end > run->first; end = first) {
            first = weir_piece_first(run->steps, end, run->first, rows);
            run_tile(run, first, end);
        }
    else
        for (first = run->first; first < run->end; first = end) {
            end = weir_piece_end(run->steps, first, run->end, rows);
            run_tile(run, first, end);
        }
}
