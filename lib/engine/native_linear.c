/*
 * engine/native_linear.c: y = x W^T + b over all live rows, on packed weights.
 *
 *     dW += dy^T x     db += column sums of dy     dx = dy W
 *
 * Threads share y and dx by rows, dW and db by units.
 */
#include "engine/native.h"

#include "kern/vector.h"

/* A member's share of count rows or units. */
static struct share share_of(const struct walk_r *walk, struct member member, int64_t count, int64_t grain)
{
    if (walk->sharing == WEIR_SHARE_NONE)
        return member.index == 0 ? (struct share){0, count} : (struct share){0, 0};
    return weir_share_of(member, count, grain);
}

static real *weights_of(const void *scratch, struct member member)
{
    return ((const struct native_scratch_r *)scratch)->privates[member.index].weights;
}

/* A panel of W, packed: as the plan keeps it, or now. */
static const real *panel_weights(const struct forward_run_r *run, struct panel panel)
{
    const struct walk_r *walk = run->walk;
    real *weights = weights_of(run->scratch, run->member);
    if (walk->packed->input)
        return walk->packed->input + panel.first * walk->inputs;
    pack_panel_r(walk, walk->weight_ih, walk->inputs, (struct share){0, 1}, panel, weights);
    return weights;
}

/* And a block of its columns. */
static const real *block_weights(const struct backward_run_r *run, int64_t j)
{
    const struct walk_r *walk = run->walk;
    real *weights = weights_of(run->scratch, run->member);
    if (walk->packed->input_rows)
        return walk->packed->input_rows + j * walk->units;
    pack_rows_block_r(walk, false, (struct share){0, 1}, walk->inputs, j, weights);
    return weights;
}

static void multiply(const struct forward_run_r *run, int64_t rows, struct matrix_r x, struct target_r y)
{
    const struct walk_r *walk = run->walk;
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        walk->kernels->product(&(struct product_r){
            .rows = rows,
            .columns = panel.units,
            .a = rows_factor_r(x, walk->inputs),
            .b = panel_weights(run, panel),
            .write = PRODUCT_OVERWRITE,
            .c = {y.data + first, y.stride},
        });
    }
    if (walk->bias_ih)
        add_to_rows_r(rows, walk->units, walk->bias_ih, y.data, y.stride);
}

void native_linear_forward_r(const struct forward_run_r *run)
{
    const int64_t all = weir_rows_between(run->steps, run->first, run->end);
    const struct share rows = share_of(run->walk, run->member, all, 1);
    if (rows.first < rows.end)
        multiply(run, rows.end - rows.first, (struct matrix_r){run->x.data + rows.first * run->x.stride, run->x.stride},
                 (struct target_r){run->y.data + rows.first * run->y.stride, run->y.stride});
}

/* dW of a share of the units, over the packed rows [first, end), as many as a block has room for, the last first: a
   number of dW is one chain over all rows, from the sequences' ends to their beginnings, however they are cut. */
static void add_weight(const struct backward_run_r *run, struct share units, int64_t first, int64_t end,
                       enum product_write write)
{
    const struct walk_r *walk = run->walk;
    real *block = ((const struct native_scratch_r *)run->scratch)->privates[run->member.index].block;
    const int64_t I = walk->inputs, most = block_columns_r(walk->kernels), rows = end - first;
    const real *x = run->x.data + (end - 1) * run->x.stride, *dy = run->dy.data + (end - 1) * run->dy.stride;
    for (int64_t j = 0; j < I; j += most) {
        const int64_t width = I - j < most ? I - j : most;
        walk->kernels->pack_rows(rows, width, x + j, -run->x.stride, block, padded_r(walk->kernels, width));
        walk->kernels->product(&(struct product_r){
            .rows = units.end - units.first,
            .columns = width,
            .a = {dy + units.first, 1, -run->dy.stride, 1, rows, 0},
            .b = block,
            .write = write,
            .c = {run->dweight_ih + units.first * I + j, I},
        });
    }
}

static void add_parameters(const struct backward_run_r *run, struct share units, struct share rows)
{
    const struct walk_r *walk = run->walk;
    const int64_t most = ((const struct native_scratch_r *)run->scratch)->tile_rows;
    enum product_write write = run->dweight_write;
    for (int64_t end = rows.end; run->dweight_ih && end > rows.first; end -= most, write = PRODUCT_ADD)
        add_weight(run, units, end - most > rows.first ? end - most : rows.first, end, write);
    if (run->dbias_ih && rows.end > rows.first)
        walk->kernels->add_column_sums(rows.end - rows.first, units.end - units.first,
                                       run->dy.data + (rows.end - 1) * run->dy.stride + units.first, -run->dy.stride,
                                       run->dbias_ih + units.first);
}

static void multiply_back(const struct backward_run_r *run, struct share rows)
{
    const struct walk_r *walk = run->walk;
    const int64_t I = walk->inputs, most = block_columns_r(walk->kernels);
    const struct matrix_r dy = {run->dy.data + rows.first * run->dy.stride, run->dy.stride};
    for (int64_t j = 0; j < I; j += most)
        walk->kernels->product(&(struct product_r){
            .rows = rows.end - rows.first,
            .columns = I - j < most ? I - j : most,
            .a = rows_factor_r(dy, walk->units),
            .b = block_weights(run, j),
            .write = run->dx_write,
            .c = {run->dx.data + rows.first * run->dx.stride + j, run->dx.stride},
        });
}

/* The packed rows of some steps. */
static struct share rows_of(const struct backward_run_r *run, struct share steps)
{
    return (struct share){weir_rows_before_step(run->steps, steps.first), weir_rows_before_step(run->steps, steps.end)};
}

void native_linear_backward_piece_r(const struct backward_run_r *run)
{
    const struct share all = rows_of(run, run->piece);
    const struct share rows = share_of(run->walk, run->member, all.end - all.first, 1);
    if (run->dx.data && rows.first < rows.end)
        multiply_back(run, (struct share){all.first + rows.first, all.first + rows.end});
}

void native_linear_backward_tile_r(const struct backward_run_r *run)
{
    const struct walk_r *walk = run->walk;
    const struct share units = share_of(walk, run->member, walk->units, walk->packed->panel_units);
    if (units.first < units.end)
        add_parameters(run, units, rows_of(run, run->tile));
}

void native_linear_backward_r(const struct backward_run_r *run)
{
    struct backward_run_r all = *run;
    all.tile = all.piece = (struct share){0, run->steps->count};
    native_linear_backward_tile_r(&all);
    native_linear_backward_piece_r(&all);
}
