/*
 * engine/linear.c: y = x W^T + b over all live rows.
 *
 *     dW += dy^T x     db += column sums of dy     dx = dy W
 */
#include "engine/engine.h"

#include "kern/vector.h"

void X(linear_forward)(const struct X(walk) *walk, int64_t rows, struct X(matrix) x, struct X(target) y)
{
    const struct X(matrix) W = {walk->weight_ih, walk->inputs};
    X(times_transposed)(rows, walk->units, walk->inputs, x, W, BLAS_OVERWRITE, y);
    if (walk->bias_ih)
        X(add_to_rows)(rows, walk->units, walk->bias_ih, y.data, y.stride);
}

void X(linear_backward)(const struct X(backward_run) *run)
{
    const struct X(walk) *walk = run->walk;
    const int64_t rows = run->steps->offset[run->steps->count];
    const struct X(matrix) W = {walk->weight_ih, walk->inputs};
    if (run->dweight_ih)
        X(add_transposed_times)(walk->units, walk->inputs, rows, run->dy, run->x,
                                (struct X(target)){run->dweight_ih, walk->inputs});
    if (run->dbias_ih)
        X(add_column_sums)(rows, walk->units, run->dy.data, run->dy.stride, run->dbias_ih);
    if (run->dx.data)
        X(times)(rows, walk->inputs, walk->units, run->dy, W, run->dx_write, run->dx);
}
