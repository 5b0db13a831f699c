/*
 * engine/blas_backward.c: one layer, one direction, backward on CBLAS.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* The stage's pass, then its product back through R. */
static void run_stage(const struct backward_run_r *run, const struct stage_r *stage, const struct backward_step_r *step,
                      const real *drecurrent)
{
    const struct blas_scratch_r *scratch = run->scratch;
    const int64_t H = step->units, width = run->walk->gate_count * H;
    stage->backward(step);
    if (run->walk->cell->splits_derivative) /* only the last block differs, and is there already */
        copy_rows_r(step->rows, width - H, step->dgates.data, width, step->dq.data - (width - H), width);
    const struct matrix_r derivative = {drecurrent + stage->first_gate * H, width};
    const struct target_r product = {stage->operand_is_reset ? scratch->dreset : run->dh, H};
    times_r(step->rows, H, stage->gate_count * H, derivative, stage_weight_r(run->walk, stage),
            stage->product_added ? PRODUCT_ADD : PRODUCT_OVERWRITE, product);
}

/* h' of a step's rows, into the tile: dR will need all of them side by side. */
static struct matrix_r keep_h_before(const struct backward_run_r *run, int64_t t, real *to)
{
    const int64_t H = run->walk->units;
    const struct matrix_r before = rows_before_r(run->steps, run->walk->reverse, t, run->y, run->h_initial, H, to);
    if (before.data != to)
        copy_rows_r(weir_live_rows(run->steps, t), H, before.data, before.stride, to, H);
    return (struct matrix_r){to, H};
}

/* One step; `row` is the place of its first row in the tile. */
static void run_step(const struct backward_run_r *run, int64_t t, int64_t row)
{
    const struct blas_scratch_r *scratch = run->scratch;
    const struct trace_r *trace = run->trace;
    const struct cell_r *cell = run->walk->cell;
    const int64_t packed = weir_rows_before_step(run->steps, t), H = run->walk->units,
                  width = run->walk->gate_count * H;
    real *drecurrent = (cell->splits_derivative ? scratch->drecurrent : scratch->dgates) + row * width;

    struct backward_step_r step = {
        .rows = weir_live_rows(run->steps, t),
        .units = H,
        .gate_stride = H,
        .y = {run->y.data + packed * run->y.stride, run->y.stride},
        .h_before = keep_h_before(run, t, scratch->h_before + row * H),
        .dy = {run->dy.data + packed * run->dy.stride, run->dy.stride},
        .dh = {run->dh, H},
        .dc = {run->dc, H},
        .dgates = {scratch->dgates + row * width, width},
        .dq = {drecurrent + width - H, width},
        .dreset = {scratch->dreset, H},
    };
    if (cell->keeps_gates)
        step.gates = (struct matrix_r){trace->gates + packed * width, width};
    if (cell->keeps_c) {
        step.c = (struct matrix_r){trace->c + packed * H, H};
        step.c_before = rows_before_r(run->steps, run->walk->reverse, t, (struct matrix_r){trace->c, H}, run->c_initial,
                                      H, scratch->c_before);
    }
    if (cell->keeps_q)
        step.q = (struct matrix_r){trace->q + packed * H, H};
    if (scratch->reset_operands)
        step.reset = (struct target_r){scratch->reset_operands + row * H, H};
    for (int s = cell->stage_count - 1; s >= 0; s--)
        run_stage(run, &cell->stages[s], &step, drecurrent);
}

/* dR, stage by stage: each has its own operand. */
static void add_recurrent_weight(const struct backward_run_r *run, int64_t rows, const real *drecurrent,
                                 enum product_write write)
{
    const struct cell_r *cell = run->walk->cell;
    const struct blas_scratch_r *scratch = run->scratch;
    const int64_t H = run->walk->units, width = run->walk->gate_count * H;
    for (int s = 0; s < cell->stage_count; s++) {
        const struct stage_r *stage = &cell->stages[s];
        const real *operand = stage->operand_is_reset ? scratch->reset_operands : scratch->h_before;
        transposed_times_r(stage->gate_count * H, H, rows, (struct matrix_r){drecurrent + stage->first_gate * H, width},
                           (struct matrix_r){operand, H}, write,
                           (struct target_r){run->dweight_hh + stage->first_gate * H * H, H});
    }
}

/* dW, dR, db and dx of the tile's rows, which begin at packed row `packed`. */
static void add_tile(const struct backward_run_r *run, int64_t packed, int64_t rows, enum product_write write)
{
    const struct walk_r *walk = run->walk;
    const struct blas_scratch_r *scratch = run->scratch;
    const int64_t width = walk->gate_count * walk->units;
    const real *dgates = scratch->dgates;
    const real *drecurrent = walk->cell->splits_derivative ? scratch->drecurrent : dgates;
    const struct matrix_r derivative = {dgates, width}, W = {walk->weight_ih, walk->inputs};
    if (run->dweight_ih)
        transposed_times_r(width, walk->inputs, rows, derivative,
                           (struct matrix_r){run->x.data + packed * run->x.stride, run->x.stride}, write,
                           (struct target_r){run->dweight_ih, walk->inputs});
    if (run->dweight_hh)
        add_recurrent_weight(run, rows, drecurrent, write);
    if (run->dbias_ih)
        walk->kernels->add_column_sums(rows, width, dgates, width, run->dbias_ih);
    if (run->dbias_hh)
        walk->kernels->add_column_sums(rows, width, drecurrent, width, run->dbias_hh);
    if (run->dx.data)
        times_r(rows, walk->inputs, width, derivative, W, run->dx_write,
                (struct target_r){run->dx.data + packed * run->dx.stride, run->dx.stride});
}

static void run_tile(const struct backward_run_r *run, const struct pieces *tile, enum product_write dweight_write)
{
    const int64_t packed = weir_rows_before_step(run->steps, tile->first);
    for (int64_t k = 0; k < tile->end - tile->first; k++) {
        const int64_t t = weir_pieces_step(tile, k);
        run_step(run, t, weir_rows_between(run->steps, tile->first, t));
    }
    add_tile(run, packed, weir_rows_between(run->steps, tile->first, tile->end), dweight_write);
}

void blas_backward_r(const struct backward_run_r *run)
{
    const struct blas_scratch_r *scratch = run->scratch;
    struct pieces tile = weir_pieces_of(run->steps, 0, run->steps->count, scratch->tile_rows, !run->walk->reverse);
    enum product_write dweight_write = run->dweight_write;
    while (weir_pieces_next(&tile)) {
        run_tile(run, &tile, dweight_write);
        dweight_write = PRODUCT_ADD;
    }
}
