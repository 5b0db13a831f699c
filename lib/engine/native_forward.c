/*
 * engine/native_forward.c: one layer, one direction, forward on packed weights.
 */
#include "engine/native.h"

#include "kern/vector.h"

/* A walk, and where it stands. */
struct stand {
    const struct forward_run_r *run;
    const struct native_scratch_r *scratch;
    bool in_y;                /* h is written to y at once, and read back from there in the next step */
    real *gates;              /* [panel][gate_rows][G][units], of the tile or of the whole trace */
    int64_t gate_rows, row;   /* its rows, and the row at which the tile begins */
    struct matrix_r h_before; /* h' of the rows live at the step to come */
};

/* The row of the tile's first step in a panel's gates. */
static struct target_r panel_gates(const struct stand *stand, struct panel panel, int64_t row)
{
    const int64_t G = stand->run->walk->gate_count, width = G * panel.padded;
    return (struct target_r){stand->gates + panel.first * G * stand->gate_rows + (stand->row + row) * width, width};
}

/* W x of all rows of the tile. */
static void multiply_inputs(const struct stand *stand, struct matrix_r x, int64_t rows)
{
    const struct walk_r *walk = stand->run->walk;
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        walk->kernels->product(&(struct product_r){
            .rows = rows,
            .columns = walk->gate_count * panel.padded,
            .a = rows_factor_r(x, walk->inputs),
            .b = walk->packed->input + first * walk->gate_count * walk->inputs,
            .write = PRODUCT_OVERWRITE,
            .c = panel_gates(stand, panel, 0),
        });
    }
}

/* Columns of rows from `first` on; nowhere if they are nowhere. */
static struct target_r columns_of(real *data, int64_t stride, int64_t first)
{
    return data ? (struct target_r){data + first, stride} : (struct target_r){0};
}

/* What a stage's pass over one panel reads and writes. */
static struct forward_step_r step_of_panel(const struct stand *stand, struct panel panel, int64_t rows, int64_t row,
                                           int64_t packed, struct target_r h)
{
    const struct forward_run_r *run = stand->run;
    const struct walk_r *walk = run->walk;
    const struct trace_r *trace = run->trace;
    const int64_t H = walk->units, first = panel.first;
    return (struct forward_step_r){
        .rows = rows,
        .units = panel.units,
        .gate_stride = panel.padded,
        .bias_stride = H,
        .bias = walk->bias + first,
        .recurrent_bias = walk->recurrent_bias ? walk->recurrent_bias + first : NULL,
        .gates = panel_gates(stand, panel, row),
        .recurrent = {stand->scratch->recurrent, walk->gate_count * panel.padded},
        .reset = columns_of(stand->scratch->reset, H, first),
        .h_before = {stand->h_before.data + first, stand->h_before.stride},
        .h = columns_of(h.data, h.stride, first),
        .c = columns_of(run->c, H, first),
        .kept_c = columns_of(trace && trace->c ? trace->c + packed * H : NULL, H, first),
        .kept_q = columns_of(trace && trace->q ? trace->q + packed * H : NULL, H, first),
    };
}

/* Panel by panel: the product with the operand, then the pass. */
static void run_stage(const struct stand *stand, int s, int64_t rows, int64_t row, int64_t packed, struct target_r h)
{
    const struct walk_r *walk = stand->run->walk;
    const struct stage_r *stage = &walk->cell->stages[s];
    const int64_t H = walk->units;
    const struct matrix_r operand =
        stage->operand_is_reset ? (struct matrix_r){stand->scratch->reset, H} : stand->h_before;
    struct panel panel;
    for (int64_t first = 0; first < H; first += panel.units) {
        panel = panel_of_r(walk, first);
        const struct forward_step_r step = step_of_panel(stand, panel, rows, row, packed, h);
        real *sums = stage->product_apart ? stand->scratch->recurrent : step.gates.data;
        walk->kernels->product(&(struct product_r){
            .rows = rows,
            .columns = stage->gate_count * panel.padded,
            .a = rows_factor_r(operand, H),
            .b = walk->packed->recurrent[s] + first * stage->gate_count * H,
            .write = stage->product_apart ? PRODUCT_OVERWRITE : PRODUCT_ADD,
            .c = {sums + stage->first_gate * panel.padded, step.gates.stride},
        });
        stage->forward(&step);
    }
}

/* Rows live at the step after t in the walk's direction, if this run still comes to it. */
static int64_t rows_after(const struct forward_run_r *run, int64_t t)
{
    const int64_t after = run->walk->reverse ? t - 1 : t + 1;
    return after < run->first || after >= run->end ? 0 : run->steps->live[after];
}

/* Rows that begin at step t of a reverse walk join those that came from the step after it in time. */
static void join_rows(const struct stand *stand, int64_t t)
{
    const struct forward_run_r *run = stand->run;
    const int64_t H = run->walk->units, rows = run->steps->live[t];
    if (!run->walk->reverse || stand->h_before.data == run->h)
        return;
    const int64_t came = run->steps->live[t + 1];
    if (came < rows)
        copy_rows_r(rows - came, H, run->h + came * H, H, (real *)stand->h_before.data + came * H, H);
}

static void run_step(struct stand *stand, int64_t t, int64_t row)
{
    const struct forward_run_r *run = stand->run;
    const struct steps *steps = run->steps;
    const int64_t H = run->walk->units, rows = steps->live[t], packed = steps->offset[t];
    const struct target_r y =
        columns_of(run->y.data, run->y.stride, (packed - steps->offset[run->first]) * run->y.stride);
    const struct target_r h =
        stand->in_y ? y : (struct target_r){stand->scratch->h[stand->h_before.data == stand->scratch->h[0]], H};

    join_rows(stand, t);
    for (int s = 0; s < run->walk->cell->stage_count; s++)
        run_stage(stand, s, rows, row, packed, h);
    if (y.data && !stand->in_y)
        copy_rows_r(rows, H, h.data, h.stride, y.data, y.stride);

    const int64_t going_on = rows_after(run, t);
    if (going_on < rows)
        copy_rows_r(rows - going_on, H, h.data + going_on * h.stride, h.stride, run->h + going_on * H, H);
    stand->h_before = (struct matrix_r){h.data, h.stride};
}

/* One tile: its input product, then step after step in the walk's direction. */
static void run_tile(struct stand *stand, const struct pieces *tile)
{
    const struct forward_run_r *run = stand->run;
    const int64_t *offset = run->steps->offset, packed = offset[tile->first], row = packed - offset[run->first];
    const bool kept = run->trace && run->trace->gates;
    stand->gates = kept ? run->trace->gates : stand->scratch->gates;
    stand->gate_rows = kept ? offset[run->steps->count] : offset[tile->end] - packed;
    stand->row = kept ? packed : 0;

    const struct matrix_r x = {run->x.data + row * run->x.stride, run->x.stride};
    multiply_inputs(stand, x, offset[tile->end] - packed);
    for (int64_t k = 0; k < tile->end - tile->first; k++) {
        const int64_t t = weir_pieces_step(tile, k);
        run_step(stand, t, offset[t] - packed);
    }
}

void native_forward_r(const struct forward_run_r *run)
{
    const struct native_scratch_r *scratch = run->scratch;
    struct stand stand = {
        .run = run,
        .scratch = scratch,
        .in_y = run->y.data && (!run->walk->reverse || run->steps->uniform), /* else rows join in between */
        .h_before = {run->h, run->walk->units},
    };
    struct pieces tile = weir_pieces_of(run->steps, run->first, run->end, scratch->tile_rows, run->walk->reverse);
    while (weir_pieces_next(&tile))
        run_tile(&stand, &tile);
}
