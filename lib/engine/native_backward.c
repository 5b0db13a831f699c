/*
 * engine/native_backward.c: one layer, one direction, backward on packed weights.
 *
 * Where threads have units, each makes the derivatives of its own, all wait, and each multiplies all of them back to
 * its own dh. Where they have rows, they wait only at the end of a tile. There, in both cases, dW and dR are shared out
 * by units, for each of their numbers is one sum over the rows; dx by rows.
 */
#include "engine/native.h"

#include "kern/vector.h"

/* A tile of a walk, and a member of the team in it. */
struct stand {
    const struct backward_run_r *run;
    const struct native_scratch_r *scratch;
    const struct native_private_r *private;
    struct native_part_r part; /* of the steps */
    struct share tile;
    int64_t packed, rows;             /* its first packed row, and how many it has */
    enum product_write dweight_write; /* the first tile may overwrite, the others add */
};

/* Rows of a panel's derivatives, from block d on. */
static struct target_r derivatives_of(const struct stand *stand, struct panel panel, int64_t row, int d)
{
    const int64_t D = derivative_count_r(stand->run->walk), width = D * panel.padded;
    return (struct target_r){
        stand->scratch->derivatives + panel.first * D * stand->rows + row * width + d * panel.padded, width};
}

/* --- Derivatives back through a matrix -----------------------------------------------------------------------------
 */

/* Blocks [d, d + count) of the derivatives of `rows` rows, as the left factor of a product: those of all panels that
   are full, or those of the last one if that is not. */
static struct factor_r full_panels(const struct stand *stand, int64_t row, int d, int count)
{
    const struct walk_r *walk = stand->run->walk;
    const struct target_r from = derivatives_of(stand, panel_of_r(walk, 0), row, d);
    const int64_t units = walk->packed->panel_units;
    return (struct factor_r){from.data, from.stride, 1, walk->units / units, count * units, from.stride * stand->rows};
}

static struct factor_r last_panel(const struct stand *stand, int64_t row, int d, int count)
{
    const struct walk_r *walk = stand->run->walk;
    const struct panel panel = panel_of_r(walk, walk->units / walk->packed->panel_units * walk->packed->panel_units);
    const struct target_r from = derivatives_of(stand, panel, row, d);
    return (struct factor_r){from.data, from.stride, 1, count, panel.units, panel.padded};
}

/* A matrix that derivatives are multiplied with: W or R, its rows packed by blocks of columns, or packed block by block
   as they are used. */
struct rows_matrix {
    bool recurrent;
    const real *packed; /* NULL: as they are used */
    struct share derivatives;
    int64_t columns; /* of all blocks */
};

/* Its block from column j on. */
static const real *block_of(const struct stand *stand, const struct rows_matrix *matrix, int64_t j)
{
    const struct walk_r *walk = stand->run->walk;
    if (matrix->packed)
        return matrix->packed + j * (matrix->derivatives.end - matrix->derivatives.first) * walk->units;
    pack_rows_block_r(walk, matrix->recurrent, matrix->derivatives, matrix->columns, j, stand->private->weights);
    return stand->private->weights;
}

/* c[rows][...] = one block of columns of derivatives * matrix (+ c), that from column j on. */
static void multiply_block(const struct stand *stand, const struct rows_matrix *matrix, int64_t j, int64_t row,
                           int64_t rows, enum product_write write, struct target_r c)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t H = walk->units, full = H / walk->packed->panel_units * walk->packed->panel_units;
    const int64_t left = matrix->columns - j, most = block_columns_r(walk->kernels);
    const int d = (int)matrix->derivatives.first, count = (int)(matrix->derivatives.end - matrix->derivatives.first);
    struct product_r product = {
        .rows = rows,
        .columns = left < most ? left : most,
        .b = block_of(stand, matrix, j),
        .b_is_afar = matrix->recurrent && walk->packed->is_afar,
        .b_is_asked_for = matrix->recurrent && walk->packed->is_asked_for[rows > 1],
        .write = write,
        .c = c,
    };
    if (full > 0) {
        product.a = full_panels(stand, row, d, count);
        walk->kernels->product(&product);
        product.b += full * count * padded_r(walk->kernels, product.columns);
        product.write = PRODUCT_ADD;
    }
    if (full < H) {
        product.a = last_panel(stand, row, d, count);
        walk->kernels->product(&product);
    }
}

/* Columns [columns.first, columns.end) of all that. `row` is the first of the rows in the tile. */
static void multiply_derivatives(const struct stand *stand, const struct rows_matrix *matrix, struct share columns,
                                 bool fro, int64_t row, int64_t rows, enum product_write write, struct target_r c)
{
    const int64_t most = block_columns_r(stand->run->walk->kernels);
    const int64_t blocks = (columns.end - columns.first + most - 1) / most;
    for (int64_t k = 0; rows > 0 && k < blocks; k++) {
        const int64_t j = to_and_fro(columns.first, blocks, most, k, fro);
        multiply_block(stand, matrix, j, row, rows, write, (struct target_r){c.data + j, c.stride});
    }
}

/* --- One step ------------------------------------------------------------------------------------------------------
 */

static struct matrix_r columns_of(struct matrix_r rows, int64_t first)
{
    return rows.data ? (struct matrix_r){rows.data + first, rows.stride} : rows;
}

static struct matrix_r rows_from(struct matrix_r rows, int64_t first)
{
    return (struct matrix_r){rows.data + first * rows.stride, rows.stride};
}

static struct target_r target_columns_of(real *data, int64_t stride, int64_t first)
{
    return data ? (struct target_r){data + first, stride} : (struct target_r){0};
}

/* The member's rows of a step, all units, from which panels take theirs. */
static struct backward_step_r step_of_layer(const struct stand *stand, int64_t t)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct trace_r *trace = run->trace;
    const struct share rows = stand->part.rows;
    const int64_t H = walk->units, packed = weir_rows_before_step(run->steps, t) + rows.first;
    struct backward_step_r step = {
        .rows = rows_within(rows, weir_live_rows(run->steps, t)),
        .y = {run->y.data + packed * run->y.stride, run->y.stride},
        .h_before =
            rows_from(rows_before_r(run->steps, walk->reverse, t, run->y, run->h_initial, H, stand->private->h_before),
                      rows.first),
        .dy = {run->dy.data + packed * run->dy.stride, run->dy.stride},
    };
    if (walk->cell->keeps_c) {
        step.c = (struct matrix_r){trace->c + packed * H, H};
        step.c_before = rows_from(rows_before_r(run->steps, walk->reverse, t, (struct matrix_r){trace->c, H},
                                                run->c_initial, H, stand->private->c_before),
                                  rows.first);
    }
    if (walk->cell->keeps_q)
        step.q = (struct matrix_r){trace->q + packed * H, H};
    return step;
}

/* One panel of those; `row` is the member's first in the tile. */
static struct backward_step_r step_of_panel(const struct stand *stand, const struct backward_step_r *layer,
                                            struct panel panel, int64_t row)
{
    const struct backward_run_r *run = stand->run;
    const struct native_scratch_r *scratch = stand->scratch;
    const int64_t H = run->walk->units, first = panel.first, width = run->walk->gate_count * panel.padded;
    const int64_t all_rows = weir_all_rows(run->steps), state = stand->part.rows.first * H + first;
    struct backward_step_r step = {
        .rows = layer->rows,
        .units = panel.units,
        .gate_stride = panel.padded,
        .y = columns_of(layer->y, first),
        .h_before = columns_of(layer->h_before, first),
        .c_before = columns_of(layer->c_before, first),
        .c = columns_of(layer->c, first),
        .q = columns_of(layer->q, first),
        .dy = columns_of(layer->dy, first),
        .dh = target_columns_of(run->dh, H, state),
        .dc = target_columns_of(run->dc, H, state),
        .dgates = derivatives_of(stand, panel, row, input_derivative_r(run->walk)),
        .dq = derivatives_of(stand, panel, row, 0),
        .reset = target_columns_of(scratch->reset_operands, H, row * H + first),
        .dreset = columns_of((struct matrix_r){scratch->dreset, H}, state),
    };
    if (run->walk->cell->keeps_gates)
        step.gates = (struct matrix_r){
            run->trace->gates + first * run->walk->gate_count * all_rows + (stand->packed + row) * width, width};
    return step;
}

/* The stage's pass, panel by panel, then its product back through R. */
static void run_stage(const struct stand *stand, int s, const struct backward_step_r *layer, int64_t row, bool fro)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct stage_r *stage = &walk->cell->stages[s];
    const struct share units = stand->part.units;
    const int64_t H = walk->units, state = stand->part.rows.first * H;
    struct panel panel;
    for (int64_t first = units.first; first < units.end; first += panel.units) {
        panel = panel_of_r(walk, first);
        const struct backward_step_r step = step_of_panel(stand, layer, panel, row);
        stage->backward(&step);
    }
    if (walk->sharing == WEIR_SHARE_UNITS)
        weir_team_wait(run->member);
    const struct rows_matrix R = {true, walk->packed->recurrent_rows[s], stage_gates_r(stage), H};
    multiply_derivatives(stand, &R, units, fro, row, layer->rows,
                         stage->product_added ? PRODUCT_ADD : PRODUCT_OVERWRITE,
                         (struct target_r){(stage->operand_is_reset ? stand->scratch->dreset : run->dh) + state, H});
}

/* --- What a tile adds to the gradient ------------------------------------------------------------------------------
 */

/* Rows of a tile in the order in which the walk comes by, from its end to its beginning. So a number of dW or db is one
   chain over the whole walk, wherever tiles begin and end. */
static struct matrix_r in_walk_order(const struct stand *stand, struct matrix_r rows, int64_t count)
{
    if (stand->run->walk->reverse)
        return rows;
    return (struct matrix_r){rows.data + (count - 1) * rows.stride, -rows.stride};
}

/* A panel's derivatives of block d, likewise. */
static struct matrix_r derivatives_in_walk_order(const struct stand *stand, struct panel panel, int d)
{
    const struct target_r from = derivatives_of(stand, panel, 0, d);
    return in_walk_order(stand, (struct matrix_r){from.data, from.stride}, stand->rows);
}

/* What a weight matrix multiplied, columns [j, j + width), packed for the tile's rows: [rows][padded]. */
typedef void pack_operand(const struct stand *stand, int64_t j, int64_t width, int64_t padded, real *to);

static void pack_x(const struct stand *stand, int64_t j, int64_t width, int64_t padded, real *to)
{
    const struct matrix_r x = stand->run->x;
    const struct matrix_r rows = in_walk_order(stand, rows_from(columns_of(x, j), stand->packed), stand->rows);
    stand->run->walk->kernels->pack_rows(stand->rows, width, rows.data, rows.stride, to, padded);
}

static void pack_h_before(const struct stand *stand, int64_t j, int64_t width, int64_t padded, real *to)
{
    const struct backward_run_r *run = stand->run;
    const struct steps *steps = run->steps;
    for (int64_t t = stand->tile.first; t < stand->tile.end; t++) {
        const struct matrix_r before = rows_before_r(steps, run->walk->reverse, t, run->y, run->h_initial,
                                                     run->walk->units, stand->private->h_before);
        const int64_t live = weir_live_rows(steps, t);
        const struct matrix_r rows = in_walk_order(stand, columns_of(before, j), live);
        const int64_t first = run->walk->reverse ? weir_rows_between(steps, stand->tile.first, t)
                                                 : weir_rows_between(steps, t + 1, stand->tile.end);
        run->walk->kernels->pack_rows(live, width, rows.data, rows.stride, to + first * padded, padded);
    }
}

static void pack_reset_operand(const struct stand *stand, int64_t j, int64_t width, int64_t padded, real *to)
{
    const struct matrix_r operands = {stand->scratch->reset_operands + j, stand->run->walk->units};
    const struct matrix_r rows = in_walk_order(stand, operands, stand->rows);
    stand->run->walk->kernels->pack_rows(stand->rows, width, rows.data, rows.stride, to, padded);
}

/* A part of dW or dR: of the gates that some blocks of derivatives are about. */
struct weight_sums {
    real *dweight; /* [G*H][columns] */
    int64_t columns;
    bool recurrent;
    int first_d, end_d;
};

/* Where column j of the sums of a unit and the gate of block d is. */
static real *sums_at(const struct stand *stand, const struct weight_sums *sums, int64_t unit, int d, int64_t j)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t gate = sums->recurrent ? recurrent_gate_r(walk, d) : d - sums->first_d;
    return sums->dweight + (gate * walk->units + unit) * sums->columns + j;
}

/* What begins after columns [j, j + width) of block d of a panel, in the order of add_panel_weights; then unit `next`,
   -1 for none. */
static const real *sums_after(const struct stand *stand, const struct weight_sums *sums, struct panel panel, int d,
                              struct share columns, int64_t j, int64_t next)
{
    if (j < columns.end)
        return sums_at(stand, sums, panel.first, d, j);
    if (d + 1 < sums->end_d)
        return sums_at(stand, sums, panel.first, d + 1, columns.first);
    return next >= 0 ? sums_at(stand, sums, next, sums->first_d, columns.first) : NULL;
}

/* Those columns of a panel's sums, one gate after the other: its derivatives stay in the first cache meanwhile. */
static void add_panel_weights(const struct stand *stand, const struct weight_sums *sums, struct panel panel,
                              int64_t next, struct share columns)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t most = block_columns_r(walk->kernels);
    for (int d = sums->first_d; d < sums->end_d; d++) {
        const struct matrix_r from = derivatives_in_walk_order(stand, panel, d);
        for (int64_t j = columns.first; j < columns.end; j += most)
            walk->kernels->product(&(struct product_r){
                .rows = panel.units,
                .columns = columns.end - j < most ? columns.end - j : most,
                .a = {from.data, 1, from.stride, 1, stand->rows, 0},
                .b = stand->private->block + (j - columns.first) * stand->rows,
                .write = stand->dweight_write,
                .c = {sums_at(stand, sums, panel.first, d, j), sums->columns},
                .next = sums_after(stand, sums, panel, d, columns, j + most, next),
            });
    }
}

/* What these columns multiplied, packed block by block. */
static void pack_operands(const struct stand *stand, struct share columns, pack_operand *pack)
{
    const struct kernels_r *kernels = stand->run->walk->kernels;
    const int64_t most = block_columns_r(kernels);
    for (int64_t j = columns.first; j < columns.end; j += most) {
        const int64_t width = columns.end - j < most ? columns.end - j : most;
        pack(stand, j, width, padded_r(kernels, width), stand->private->block + (j - columns.first) * stand->rows);
    }
}

/* dweight[gate*H + unit][columns] = derivative of (gate, unit) times the operand, over the tile's rows (+ dweight): for
   some blocks of columns at a time, so that the derivatives, which come from afar in a large layer, come less often. */
static void add_weight(const struct stand *stand, struct share units, const struct weight_sums *sums,
                       pack_operand *pack)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t most = operand_columns_r(walk->kernels, sums->columns);
    for (int64_t j = 0; j < sums->columns; j += most) {
        const struct share columns = {j, sums->columns - j < most ? sums->columns : j + most};
        pack_operands(stand, columns, pack);
        struct panel panel;
        for (int64_t first = units.first; first < units.end; first += panel.units) {
            panel = panel_of_r(walk, first);
            const int64_t next = first + panel.units < units.end ? first + panel.units : -1;
            add_panel_weights(stand, sums, panel, next, columns);
        }
    }
}

static void add_bias(const struct stand *stand, struct share units, bool recurrent, real *dbias)
{
    const struct walk_r *walk = stand->run->walk;
    const int first_d = recurrent ? 0 : input_derivative_r(walk);
    struct panel panel;
    for (int64_t first = units.first; first < units.end; first += panel.units) {
        panel = panel_of_r(walk, first);
        for (int d = first_d; d < first_d + walk->gate_count; d++) {
            const struct matrix_r from = derivatives_in_walk_order(stand, panel, d);
            const int64_t gate = recurrent ? recurrent_gate_r(walk, d) : d - first_d;
            walk->kernels->add_column_sums(stand->rows, panel.units, from.data, from.stride,
                                           dbias + gate * walk->units + first);
        }
    }
}

/* dW, dR and db of a share of the units, over the tile's rows. */
static void add_parameters(const struct stand *stand, struct share units)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    if (run->dweight_ih)
        add_weight(stand, units,
                   &(struct weight_sums){run->dweight_ih, walk->inputs, false, input_derivative_r(walk),
                                         derivative_count_r(walk)},
                   pack_x);
    for (int s = 0; run->dweight_hh && s < walk->cell->stage_count; s++) {
        const struct stage_r *stage = &walk->cell->stages[s];
        add_weight(stand, units,
                   &(struct weight_sums){run->dweight_hh, walk->units, true, stage->first_gate,
                                         stage->first_gate + stage->gate_count},
                   stage->operand_is_reset ? pack_reset_operand : pack_h_before);
    }
    if (run->dbias_ih)
        add_bias(stand, units, false, run->dbias_ih);
    if (run->dbias_hh)
        add_bias(stand, units, true, run->dbias_hh);
}

/* dx += derivatives * matrix, each block of columns as a sum of its own: the same bits whichever direction of a layer
   is added to the other. */
static void add_dx(const struct stand *stand, const struct rows_matrix *W, struct share rows, struct target_r dx)
{
    const int64_t most = block_columns_r(stand->run->walk->kernels), count = rows.end - rows.first;
    real *block = stand->private->block;
    for (int64_t j = 0; count > 0 && j < W->columns; j += most) {
        multiply_block(stand, W, j, rows.first, count, PRODUCT_OVERWRITE, (struct target_r){block, most});
        add_rows_r(count, W->columns - j < most ? W->columns - j : most, block, most, dx.data + j, dx.stride);
    }
}

/* dx of a share of the tile's rows. */
static void make_dx(const struct stand *stand, struct share rows)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct rows_matrix W = {false, walk->packed->input_rows, input_derivatives_r(walk), walk->inputs};
    const struct target_r dx = {run->dx.data + (stand->packed + rows.first) * run->dx.stride, run->dx.stride};
    if (run->dx_write == PRODUCT_ADD)
        add_dx(stand, &W, rows, dx);
    else
        multiply_derivatives(stand, &W, (struct share){0, walk->inputs}, false, rows.first, rows.end - rows.first,
                             PRODUCT_OVERWRITE, dx);
}

static void run_steps(const struct stand *stand, struct share steps)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    for (int64_t k = 0; k < steps.end - steps.first; k++) {
        const int64_t t = walk->reverse ? steps.first + k : steps.end - 1 - k;
        if (rows_within(stand->part.rows, weir_live_rows(run->steps, t)) == 0)
            continue; /* none of the member's rows has begun, or all have ended */
        const struct backward_step_r layer = step_of_layer(stand, t);
        const int64_t row = weir_rows_between(run->steps, stand->tile.first, t) + stand->part.rows.first;
        for (int s = walk->cell->stage_count - 1; s >= 0; s--)
            run_stage(stand, s, &layer, row, t % 2);
    }
}

/* The member's share of what the threads share out anew at the end of a tile: of all of them, or it is all this one's.
 */
static struct share share_of(const struct stand *stand, int64_t count, int64_t grain)
{
    if (stand->run->walk->sharing == WEIR_SHARE_NONE)
        return (struct share){0, count};
    return weir_share_of(stand->run->member, count, grain);
}

static void meet(const struct stand *stand)
{
    if (stand->run->walk->sharing != WEIR_SHARE_NONE)
        weir_team_wait(stand->run->member);
}

static struct stand stand_of(const struct backward_run_r *run, struct share tile, enum product_write dweight_write)
{
    const struct native_scratch_r *scratch = run->scratch;
    return (struct stand){
        .run = run,
        .scratch = scratch,
        .private = &scratch->privates[run->member.index],
        .part = part_of_r(run->walk, run->steps, run->member),
        .tile = tile,
        .packed = weir_rows_before_step(run->steps, tile.first),
        .rows = weir_rows_between(run->steps, tile.first, tile.end),
        .dweight_write = dweight_write,
    };
}

/* Where one thread does it all, and this is another. */
static bool is_idle(const struct backward_run_r *run)
{
    return run->walk->sharing == WEIR_SHARE_NONE && run->member.index > 0;
}

static void run_tile(const struct stand *stand)
{
    run_steps(stand, stand->tile);
    meet(stand); /* all derivatives are there */
    add_parameters(stand, share_of(stand, stand->run->walk->units, stand->run->walk->packed->panel_units));
    if (stand->run->dx.data)
        make_dx(stand, share_of(stand, stand->rows, 1));
    meet(stand); /* nobody reads them any more */
}

void native_backward_r(const struct backward_run_r *run)
{
    const struct native_scratch_r *scratch = run->scratch;
    if (is_idle(run))
        return;
    struct pieces tile = weir_pieces_of(run->steps, 0, run->steps->count, scratch->tile_rows, !run->walk->reverse);
    enum product_write dweight_write = run->dweight_write;
    while (weir_pieces_next(&tile)) {
        const struct stand stand = stand_of(run, (struct share){tile.first, tile.end}, dweight_write);
        run_tile(&stand);
        dweight_write = PRODUCT_ADD;
    }
}

void native_backward_piece_r(const struct backward_run_r *run)
{
    if (is_idle(run))
        return;
    const struct steps *steps = run->steps;
    const struct stand stand = stand_of(run, run->tile, run->dweight_write);
    run_steps(&stand, run->piece);
    meet(&stand);
    const int64_t row = weir_rows_between(steps, run->tile.first, run->piece.first);
    const struct share rows = share_of(&stand, weir_rows_between(steps, run->piece.first, run->piece.end), 1);
    if (run->dx.data)
        make_dx(&stand, (struct share){row + rows.first, row + rows.end});
}

void native_backward_tile_r(const struct backward_run_r *run)
{
    if (is_idle(run))
        return;
    const struct stand stand = stand_of(run, run->tile, run->dweight_write);
    add_parameters(&stand, share_of(&stand, run->walk->units, run->walk->packed->panel_units));
}
