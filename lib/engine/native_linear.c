/*
 * engine/native_linear.c: y = x W^T + b over all live rows, on packed weights.
 *
 *     dW += dy^T x     db += column sums of dy     dx = dy W
 */
#include "engine/native.h"

#include "kern/vector.h"

void native_linear_forward_r(const struct forward_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const int64_t rows = run->steps->offset[run->end] - run->steps->offset[run->first];
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        walk->kernels->product(&(struct product_r){
            .rows = rows,
            .columns = panel.units,
            .a = rows_factor_r(run->x, walk->inputs),
            .b = walk->packed->input + first * walk->inputs,
            .write = PRODUCT_OVERWRITE,
            .c = {run->y.data + first, run->y.stride},
        });
    }
    if (walk->bias_ih)
        add_to_rows_r(rows, walk->units, walk->bias_ih, run->y.data, run->y.stride);
}

/* dW of the packed rows [row, row + rows), as many as a block has room for. */
static void add_weight(const struct backward_run_r *run, int64_t row, int64_t rows)
{
    const struct walk_r *walk = run->walk;
    const struct native_scratch_r *scratch = run->scratch;
    const int64_t I = walk->inputs, most = block_columns_r(walk->kernels);
    for (int64_t j = 0; j < I; j += most) {
        const int64_t width = I - j < most ? I - j : most;
        walk->kernels->pack_rows(rows, width, run->x.data + row * run->x.stride + j, run->x.stride, scratch->block,
                                 padded_r(walk->kernels, width));
        walk->kernels->product(&(struct product_r){
            .rows = walk->units,
            .columns = width,
            .a = {run->dy.data + row * run->dy.stride, 1, run->dy.stride, 1, rows, 0},
            .b = scratch->block,
            .write = row == 0 ? run->dweight_write : PRODUCT_ADD,
            .c = {run->dweight_ih + j, I},
        });
    }
}

static void multiply_back(const struct backward_run_r *run, int64_t rows)
{
    const struct walk_r *walk = run->walk;
    const int64_t I = walk->inputs, most = block_columns_r(walk->kernels);
    for (int64_t j = 0; j < I; j += most)
        walk->kernels->product(&(struct product_r){
            .rows = rows,
            .columns = I - j < most ? I - j : most,
            .a = rows_factor_r(run->dy, walk->units),
            .b = walk->packed->input_rows + j * walk->units,
            .write = run->dx_write,
            .c = {run->dx.data + j, run->dx.stride},
        });
}

void native_linear_backward_r(const struct backward_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const int64_t rows = run->steps->offset[run->steps->count];
    const int64_t most = ((const struct native_scratch_r *)run->scratch)->tile_rows;
    for (int64_t row = 0; run->dweight_ih && row < rows; row += most)
        add_weight(run, row, rows - row < most ? rows - row : most);
    if (run->dbias_ih)
        walk->kernels->add_column_sums(rows, walk->units, run->dy.data, run->dy.stride, run->dbias_ih);
    if (run->dx.data)
        multiply_back(run, rows);
}
