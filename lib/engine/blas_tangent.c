/*
 * engine/blas_tangent.c: the tangent of one step of one layer on CBLAS: the products of a forward step, between other
 * passes.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* W x., or 0. */
static void begin_sums(const struct tangent_run_r *run, real *sums)
{
    const struct walk_r *walk = run->walk;
    const int64_t width = walk->gate_count * walk->units;
    if (run->x_dot.data)
        times_transposed_r(run->rows, width, walk->inputs, run->x_dot, (struct matrix_r){walk->weight_ih, walk->inputs},
                           PRODUCT_OVERWRITE, (struct target_r){sums, width});
    else
        zero_rows_r(1, run->rows * width, sums, 0);
}

void blas_tangent_r(const struct tangent_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const struct blas_scratch_r *scratch = run->scratch;
    const int64_t H = walk->units, width = walk->gate_count * H;
    const struct tangent_step_r step = {
        .rows = run->rows,
        .units = H,
        .gate_stride = H,
        .gates = {run->trace->gates, width},
        .h = {run->h, H},
        .h_before = {run->h_before, H},
        .c = {run->trace->c, H},
        .c_before = {run->c_before, H},
        .q = {run->trace->q, H},
        .gates_dot = {scratch->gates, width},
        .recurrent_dot = {scratch->recurrent, width},
        .reset_dot = {scratch->reset, H},
        .h_before_dot = {run->h_dot, H},
        .h_dot = {run->h_dot, H},
        .c_dot = {run->c_dot, H},
    };
    begin_sums(run, scratch->gates);
    for (int s = 0; s < walk->cell->stage_count; s++) {
        stage_product_r(walk, &walk->cell->stages[s], scratch, step.rows, step.h_before_dot, scratch->gates);
        walk->cell->stages[s].tangent(&step);
    }
}
