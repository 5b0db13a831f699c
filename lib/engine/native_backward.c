/*
 * engine/native_backward.c: one layer, one direction, backward on packed weights.
 */
#include "engine/native.h"

#include "kern/vector.h"

/* A tile of a walk. */
struct stand {
    const struct backward_run_r *run;
    const struct native_scratch_r *scratch;
    const struct pieces *tile;
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

/* c[rows][columns] = derivatives * matrix (+ c): blocks [d, d + count) with packed rows of as many. */
static void multiply_derivatives(const struct stand *stand, int64_t row, int64_t rows, int d, int count,
                                 const real *packed, int64_t columns, enum product_write write, struct target_r c)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t H = walk->units, full = H / walk->packed->panel_units * walk->packed->panel_units;
    const int64_t most = block_columns_r(walk->kernels);
    for (int64_t j = 0; j < columns; j += most) {
        const int64_t width = columns - j < most ? columns - j : most;
        struct product_r product = {
            .rows = rows,
            .columns = width,
            .b = packed + j * count * H,
            .write = write,
            .c = {c.data + j, c.stride},
        };
        if (full > 0) {
            product.a = full_panels(stand, row, d, count);
            walk->kernels->product(&product);
            product.b += full * count * padded_r(walk->kernels, width);
            product.write = PRODUCT_ADD;
        }
        if (full < H) {
            product.a = last_panel(stand, row, d, count);
            walk->kernels->product(&product);
        }
    }
}

/* --- One step ------------------------------------------------------------------------------------------------------
 */

static struct matrix_r columns_of(struct matrix_r rows, int64_t first)
{
    return rows.data ? (struct matrix_r){rows.data + first, rows.stride} : rows;
}

static struct target_r target_columns_of(real *data, int64_t stride, int64_t first)
{
    return data ? (struct target_r){data + first, stride} : (struct target_r){0};
}

/* A step's rows of all units, from which panels take theirs. */
static struct backward_step_r step_of_layer(const struct stand *stand, int64_t t)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct trace_r *trace = run->trace;
    const int64_t H = walk->units, packed = run->steps->offset[t];
    struct backward_step_r step = {
        .rows = run->steps->live[t],
        .y = {run->y.data + packed * run->y.stride, run->y.stride},
        .h_before = rows_before_r(run->steps, walk->reverse, t, run->y, run->h_initial, H, stand->scratch->h_before),
        .dy = {run->dy.data + packed * run->dy.stride, run->dy.stride},
    };
    if (walk->cell->keeps_c) {
        step.c = (struct matrix_r){trace->c + packed * H, H};
        step.c_before = rows_before_r(run->steps, walk->reverse, t, (struct matrix_r){trace->c, H}, run->c_initial, H,
                                      stand->scratch->c_before);
    }
    if (walk->cell->keeps_q)
        step.q = (struct matrix_r){trace->q + packed * H, H};
    return step;
}

static struct backward_step_r step_of_panel(const struct stand *stand, const struct backward_step_r *layer,
                                            struct panel panel, int64_t row)
{
    const struct backward_run_r *run = stand->run;
    const struct native_scratch_r *scratch = stand->scratch;
    const int64_t H = run->walk->units, first = panel.first, width = run->walk->gate_count * panel.padded;
    const int64_t all_rows = run->steps->offset[run->steps->count];
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
        .dh = target_columns_of(run->dh, H, first),
        .dc = target_columns_of(run->dc, H, first),
        .dgates = derivatives_of(stand, panel, row, input_derivative_r(run->walk)),
        .dq = derivatives_of(stand, panel, row, 0),
        .reset = target_columns_of(scratch->reset_operands, H, row * H + first),
        .dreset = columns_of((struct matrix_r){scratch->dreset, H}, first),
    };
    if (run->walk->cell->keeps_gates)
        step.gates = (struct matrix_r){
            run->trace->gates + first * run->walk->gate_count * all_rows + (stand->packed + row) * width, width};
    return step;
}

/* The stage's pass, panel by panel, then its product back through R. */
static void run_stage(const struct stand *stand, int s, const struct backward_step_r *layer, int64_t row)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct stage_r *stage = &walk->cell->stages[s];
    const int64_t H = walk->units;
    struct panel panel;
    for (int64_t first = 0; first < H; first += panel.units) {
        panel = panel_of_r(walk, first);
        const struct backward_step_r step = step_of_panel(stand, layer, panel, row);
        stage->backward(&step);
    }
    multiply_derivatives(stand, row, layer->rows, stage->first_gate, stage->gate_count, walk->packed->recurrent_rows[s],
                         H, stage->product_added ? PRODUCT_ADD : PRODUCT_OVERWRITE,
                         (struct target_r){stage->operand_is_reset ? stand->scratch->dreset : run->dh, H});
}

/* --- What a tile adds to the gradient ------------------------------------------------------------------------------
 */

/* What a weight matrix multiplied, column j on, packed for the tile's rows. */
typedef void pack_operand(const struct stand *stand, int64_t j, int64_t width, int64_t padded);

static void pack_x(const struct stand *stand, int64_t j, int64_t width, int64_t padded)
{
    const struct matrix_r x = stand->run->x;
    stand->run->walk->kernels->pack_rows(stand->rows, width, x.data + stand->packed * x.stride + j, x.stride,
                                         stand->scratch->block, padded);
}

static void pack_h_before(const struct stand *stand, int64_t j, int64_t width, int64_t padded)
{
    const struct backward_run_r *run = stand->run;
    const struct steps *steps = run->steps;
    for (int64_t t = stand->tile->first; t < stand->tile->end; t++) {
        const struct matrix_r before = rows_before_r(steps, run->walk->reverse, t, run->y, run->h_initial,
                                                     run->walk->units, stand->scratch->h_before);
        run->walk->kernels->pack_rows(steps->live[t], width, before.data + j, before.stride,
                                      stand->scratch->block + (steps->offset[t] - stand->packed) * padded, padded);
    }
}

static void pack_reset_operand(const struct stand *stand, int64_t j, int64_t width, int64_t padded)
{
    const int64_t H = stand->run->walk->units;
    stand->run->walk->kernels->pack_rows(stand->rows, width, stand->scratch->reset_operands + j, H,
                                         stand->scratch->block, padded);
}

/* dweight[gate*H + unit][columns] = derivative of (gate, unit) times the operand, over the tile's rows (+ dweight): one
   block of columns after the other. */
static void add_weight(const struct stand *stand, int first_d, int count, bool recurrent, pack_operand *pack,
                       int64_t columns, real *dweight)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t H = walk->units, most = block_columns_r(walk->kernels);
    for (int64_t j = 0; j < columns; j += most) {
        const int64_t width = columns - j < most ? columns - j : most;
        pack(stand, j, width, padded_r(walk->kernels, width));
        struct panel panel;
        for (int64_t first = 0; first < H; first += panel.units) {
            panel = panel_of_r(walk, first);
            for (int d = first_d; d < first_d + count; d++) {
                const struct target_r from = derivatives_of(stand, panel, 0, d);
                const int64_t gate = recurrent ? recurrent_gate_r(walk, d) : d - first_d;
                walk->kernels->product(&(struct product_r){
                    .rows = panel.units,
                    .columns = width,
                    .a = {from.data, 1, from.stride, 1, stand->rows, 0},
                    .b = stand->scratch->block,
                    .write = stand->dweight_write,
                    .c = {dweight + (gate * H + first) * columns + j, columns},
                });
            }
        }
    }
}

static void add_bias(const struct stand *stand, bool recurrent, real *dbias)
{
    const struct walk_r *walk = stand->run->walk;
    const int first_d = recurrent ? 0 : input_derivative_r(walk);
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        for (int d = first_d; d < first_d + walk->gate_count; d++) {
            const struct target_r from = derivatives_of(stand, panel, 0, d);
            const int64_t gate = recurrent ? recurrent_gate_r(walk, d) : d - first_d;
            walk->kernels->add_column_sums(stand->rows, panel.units, from.data, from.stride,
                                           dbias + gate * walk->units + first);
        }
    }
}

/* dW, dR, db and dx of the tile's rows. */
static void add_tile(const struct stand *stand)
{
    const struct backward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const int G = (int)walk->gate_count, input_d = input_derivative_r(walk);
    if (run->dweight_ih)
        add_weight(stand, input_d, G, false, pack_x, walk->inputs, run->dweight_ih);
    for (int s = 0; run->dweight_hh && s < walk->cell->stage_count; s++) {
        const struct stage_r *stage = &walk->cell->stages[s];
        add_weight(stand, stage->first_gate, stage->gate_count, true,
                   stage->operand_is_reset ? pack_reset_operand : pack_h_before, walk->units, run->dweight_hh);
    }
    if (run->dbias_ih)
        add_bias(stand, false, run->dbias_ih);
    if (run->dbias_hh)
        add_bias(stand, true, run->dbias_hh);
    if (run->dx.data)
        multiply_derivatives(stand, 0, stand->rows, input_d, G, walk->packed->input_rows, walk->inputs, run->dx_write,
                             (struct target_r){run->dx.data + stand->packed * run->dx.stride, run->dx.stride});
}

static void run_tile(const struct stand *stand)
{
    const int64_t *offset = stand->run->steps->offset;
    for (int64_t k = 0; k < stand->tile->end - stand->tile->first; k++) {
        const int64_t t = weir_pieces_step(stand->tile, k);
        const struct backward_step_r layer = step_of_layer(stand, t);
        for (int s = stand->run->walk->cell->stage_count - 1; s >= 0; s--)
            run_stage(stand, s, &layer, offset[t] - stand->packed);
    }
    add_tile(stand);
}

void native_backward_r(const struct backward_run_r *run)
{
    const struct native_scratch_r *scratch = run->scratch;
    const int64_t *offset = run->steps->offset;
    struct pieces tile = weir_pieces_of(run->steps, 0, run->steps->count, scratch->tile_rows, !run->walk->reverse);
    enum product_write dweight_write = run->dweight_write;
    while (weir_pieces_next(&tile)) {
        run_tile(&(struct stand){
            .run = run,
            .scratch = scratch,
            .tile = &tile,
            .packed = offset[tile.first],
            .rows = offset[tile.end] - offset[tile.first],
            .dweight_write = dweight_write,
        });
        dweight_write = PRODUCT_ADD;
    }
}
