/*
 * engine/blas_linear.c: y = x W^T + b over all live rows, on CBLAS.
 *
 *     dW += dy^T x     db += column sums of dy     dx = dy W     y. = x. W^T
 */
#include "engine/blas.h"

#include "kern/vector.h"

void blas_linear_forward_r(const struct forward_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const int64_t rows = weir_rows_between(run->steps, run->first, run->end);
    const struct matrix_r W = {walk->weight_ih, walk->inputs};
    times_transposed_r(rows, walk->units, walk->inputs, run->x, W, PRODUCT_OVERWRITE, run->y);
    if (walk->bias_ih)
        add_to_rows_r(rows, walk->units, walk->bias_ih, run->y.data, run->y.stride);
}

void blas_linear_backward_r(const struct backward_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const int64_t rows = weir_all_rows(run->steps);
    const struct matrix_r W = {walk->weight_ih, walk->inputs};
    if (run->dweight_ih)
        transposed_times_r(walk->units, walk->inputs, rows, run->dy, run->x, run->dweight_write,
                           (struct target_r){run->dweight_ih, walk->inputs});
    if (run->dbias_ih)
        walk->kernels->add_column_sums(rows, walk->units, run->dy.data, run->dy.stride, run->dbias_ih);
    if (run->dx.data)
        times_r(rows, walk->inputs, walk->units, run->dy, W, run->dx_write, run->dx);
}

void blas_linear_tangent_r(const struct walk_r *walk, int64_t rows, struct matrix_r x_dot, struct target_r y_dot)
{
    const struct matrix_r W = {walk->weight_ih, walk->inputs};
    times_transposed_r(rows, walk->units, walk->inputs, x_dot, W, PRODUCT_OVERWRITE, y_dot);
}
