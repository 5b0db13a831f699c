/*
 * engine/blas_backward.c: one layer, one direction, backward on CBLAS.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* Collects what `sequence` (packed rows at `stride`) held at the step that a row came from before step t, or `initial`
   for rows that began at t, into to [live rows][H]. Forward rows come from step t-1 and all begin at 0; reverse rows
   come from t+1, and those that are no longer live there begin at t. */
static void gather_before(const struct backward_run_r *run, int64_t t, const real *sequence, int64_t stride,
                          const real *initial, real *to)
{
    const struct steps *steps = run->steps;
    const int64_t H = run->walk->units, before = run->walk->reverse ? t + 1 : t - 1;
    int64_t came = before < 0 || before >= steps->count ? 0 : steps->live[before];
    if (came > steps->live[t])
        came = steps->live[t];
    if (came > 0)
        copy_rows_r(came, H, sequence + steps->offset[before] * stride, stride, to, H);
    copy_rows_r(steps->live[t] - came, H, initial + came * H, H, to + came * H, H);
}

/* The stage's pass, then its product back through R. */
static void run_stage(const struct backward_run_r *run, const struct stage_r *stage, const struct backward_step_r *step)
{
    const int64_t H = step->units, width = run->walk->gate_count * H;
    stage->backward(step);
    const struct matrix_r derivative = {step->drecurrent + stage->first_gate * H, width};
    const struct target_r product = {stage->operand_is_reset ? run->scratch->dreset : run->dh, H};
    times_r(step->rows, H, stage->gate_count * H, derivative, stage_weight_r(run->walk, stage),
            stage->product_added ? BLAS_ADD : BLAS_OVERWRITE, product);
}

/* One step; `row` is the place of its first row in the tile. */
static void run_step(const struct backward_run_r *run, int64_t t, int64_t row)
{
    const struct scratch_r *scratch = run->scratch;
    const struct trace_r *trace = run->trace;
    const struct cell_r *cell = run->walk->cell;
    const int64_t packed = run->steps->offset[t], rows = run->steps->live[t];
    const int64_t H = run->walk->units, width = run->walk->gate_count * H;
    real *h_before = scratch->h_before + row * H, *dgates = scratch->dgates + row * width;

    gather_before(run, t, run->y.data, run->y.stride, run->h_initial, h_before);
    if (cell->keeps_c)
        gather_before(run, t, trace->c, H, run->c_initial, scratch->c_before);
    add_rows_r(rows, H, run->dy.data + packed * run->dy.stride, run->dy.stride, run->dh, H);

    const struct backward_step_r step = {
        .rows = rows,
        .units = H,
        .gates = trace->gates ? trace->gates + packed * width : NULL,
        .y = run->y.data + packed * run->y.stride,
        .y_stride = run->y.stride,
        .h_before = h_before,
        .c_before = scratch->c_before,
        .c = trace->c ? trace->c + packed * H : NULL,
        .q = trace->q ? trace->q + packed * H : NULL,
        .dh = run->dh,
        .dc = run->dc,
        .dgates = dgates,
        .drecurrent = cell->splits_derivative ? scratch->drecurrent + row * width : dgates,
        .reset = scratch->reset_operands ? scratch->reset_operands + row * H : NULL,
        .dreset = scratch->dreset,
    };
    for (int s = cell->stage_count - 1; s >= 0; s--)
        run_stage(run, &cell->stages[s], &step);
}

/* dR, stage by stage: each has its own operand. */
static void add_recurrent_weight(const struct backward_run_r *run, int64_t rows, const real *drecurrent)
{
    const struct cell_r *cell = run->walk->cell;
    const int64_t H = run->walk->units, width = run->walk->gate_count * H;
    for (int s = 0; s < cell->stage_count; s++) {
        const struct stage_r *stage = &cell->stages[s];
        const real *operand = stage->operand_is_reset ? run->scratch->reset_operands : run->scratch->h_before;
        add_transposed_times_r(
            stage->gate_count * H, H, rows, (struct matrix_r){drecurrent + stage->first_gate * H, width},
            (struct matrix_r){operand, H}, (struct target_r){run->dweight_hh + stage->first_gate * H * H, H});
    }
}

/* dW, dR, db and dx of the tile's rows, which begin at packed row `packed`. */
static void add_tile(const struct backward_run_r *run, int64_t packed, int64_t rows)
{
    const struct walk_r *walk = run->walk;
    const int64_t width = walk->gate_count * walk->units;
    const real *dgates = run->scratch->dgates;
    const real *drecurrent = walk->cell->splits_derivative ? run->scratch->drecurrent : dgates;
    const struct matrix_r derivative = {dgates, width}, W = {walk->weight_ih, walk->inputs};
    if (run->dweight_ih)
        add_transposed_times_r(width, walk->inputs, rows, derivative,
                               (struct matrix_r){run->x.data + packed * run->x.stride, run->x.stride},
                               (struct target_r){run->dweight_ih, walk->inputs});
    if (run->dweight_hh)
        add_recurrent_weight(run, rows, drecurrent);
    if (run->dbias_ih)
        add_column_sums_r(rows, width, dgates, width, run->dbias_ih);
    if (run->dbias_hh)
        add_column_sums_r(rows, width, drecurrent, width, run->dbias_hh);
    if (run->dx.data)
        times_r(rows, walk->inputs, width, derivative, W, run->dx_write,
                (struct target_r){run->dx.data + packed * run->dx.stride, run->dx.stride});
}

static void run_tile(const struct backward_run_r *run, int64_t first, int64_t end)
{
    const int64_t *offset = run->steps->offset;
    for (int64_t k = 0; k < end - first; k++) {
        const int64_t t = run->walk->reverse ? first + k : end - 1 - k;
        run_step(run, t, offset[t] - offset[first]);
    }
    add_tile(run, offset[first], offset[end] - offset[first]);
}

void blas_backward_r(const struct backward_run_r *run)
{
    const int64_t rows = run->scratch->tile_rows, count = run->steps->count;
    int64_t first, end;
    if (run->walk->reverse)
        for (first = 0; first < count; first = end) {
            end = weir_piece_end(run->steps, first, count, rows);
            run_tile(run, first, end);
        }
    else
        for (end = count; end > 0; end = first) {
            first = weir_piece_first(run->steps, end, 0, rows);
            run_tile(run, first, end);
        }
}
