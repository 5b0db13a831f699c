/*
 * engine/native_forward.c: one layer, one direction, forward on packed weights.
 *
 * Where threads have units, each makes the gates of its own from the h' of all, so all wait for each other after each
 * stage. Where they have rows, they wait for each other only around the input product of a tile, whose rows they share
 * out anew.
 */
#include "engine/native.h"

#include "kern/vector.h"

/* A walk, and where a member of the team stands in it. */
struct stand {
    const struct forward_run_r *run;
    const struct native_scratch_r *scratch;
    const struct native_private_r *private;
    struct native_part_r part;
    int64_t panels;           /* of its units */
    bool in_y;                /* h is written to y at once, and read back from there in the next step */
    real *gates;              /* [panel][gate_rows][G][units], of the tile or of the whole trace */
    int64_t gate_rows, row;   /* its rows, and the row at which the tile begins */
    struct target_r h_before; /* h' of the rows live at the step to come */
};

/* Rows of a step: how many of the member's, and where the first of them is. */
struct place {
    int64_t rows;
    int64_t row;    /* in the tile */
    int64_t packed; /* in the whole run */
};

/* A panel's gates, from a row of the tile on. */
static struct target_r panel_gates(const struct stand *stand, struct panel panel, int64_t row)
{
    const int64_t G = stand->run->walk->gate_count, width = G * panel.padded;
    return (struct target_r){stand->gates + panel.first * G * stand->gate_rows + (stand->row + row) * width, width};
}

/* A panel of W, packed: as the plan keeps it, or now. */
static const real *input_panel(const struct stand *stand, struct panel panel)
{
    const struct walk_r *walk = stand->run->walk;
    if (walk->packed->input)
        return walk->packed->input + panel.first * walk->gate_count * walk->inputs;
    pack_panel_r(walk, walk->weight_ih, walk->inputs, (struct share){0, walk->gate_count}, panel,
                 stand->private->weights);
    return stand->private->weights;
}

/* W x of rows [rows.first, rows.end) of the tile, for the units of a share. */
static void multiply_inputs(const struct stand *stand, struct matrix_r x, struct share rows, struct share units)
{
    const struct walk_r *walk = stand->run->walk;
    const struct matrix_r from = {x.data + rows.first * x.stride, x.stride};
    if (rows.first == rows.end)
        return;
    struct panel panel;
    for (int64_t first = units.first; first < units.end; first += panel.units) {
        panel = panel_of_r(walk, first);
        walk->kernels->product(&(struct product_r){
            .rows = rows.end - rows.first,
            .columns = walk->gate_count * panel.padded,
            .a = rows_factor_r(from, walk->inputs),
            .b = input_panel(stand, panel),
            .write = PRODUCT_OVERWRITE,
            .c = panel_gates(stand, panel, rows.first),
        });
    }
}

/* Columns of rows from `first` on; nowhere if they are nowhere. */
static struct target_r columns_of(struct target_r rows, int64_t first)
{
    return rows.data ? (struct target_r){rows.data + first, rows.stride} : rows;
}

static struct target_r rows_from(struct target_r rows, int64_t first) { return columns_of(rows, first * rows.stride); }

/* A stage of a step, as the member goes through it. */
struct stage_run {
    const struct stage_r *stage;
    const real *weights; /* [panel][H][gates of the stage][units] */
    const struct place *place;
    struct target_r operand, h;
    bool fro;
};

/* What a pass over one panel reads and writes; `recurrent` is where R h' goes if the cell wants that apart. */
static struct forward_step_r step_of_panel(const struct stand *stand, struct panel panel, const struct stage_run *run,
                                           const real *recurrent)
{
    const struct walk_r *walk = stand->run->walk;
    const struct trace_r *trace = stand->run->trace;
    const struct place *place = run->place;
    const int64_t H = walk->units, first = panel.first, row = stand->part.rows.first;
    const struct target_r h_before = columns_of(rows_from(stand->h_before, row), first);
    return (struct forward_step_r){
        .rows = place->rows,
        .units = panel.units,
        .gate_stride = panel.padded,
        .bias_stride = H,
        .bias = walk->bias + first,
        .recurrent_bias = walk->recurrent_bias ? walk->recurrent_bias + first : NULL,
        .gates = panel_gates(stand, panel, place->row),
        .recurrent = {recurrent, walk->gate_count * panel.padded},
        .reset = columns_of(rows_from((struct target_r){stand->scratch->reset, H}, row), first),
        .h_before = {h_before.data, h_before.stride},
        .h = columns_of(rows_from(run->h, row), first),
        .c = columns_of(rows_from((struct target_r){stand->run->c, H}, row), first),
        .kept_c = columns_of(rows_from((struct target_r){trace ? trace->c : NULL, H}, place->packed), first),
        .kept_q = columns_of(rows_from((struct target_r){trace ? trace->q : NULL, H}, place->packed), first),
    };
}

/* The k-th panel on the way through the member's. */
static struct panel panel_on_the_way(const struct stand *stand, bool fro, int64_t k)
{
    const struct walk_r *walk = stand->run->walk;
    return panel_of_r(walk, to_and_fro(stand->part.units.first, stand->panels, walk->packed->panel_units, k, fro));
}

/* A panel's product with the operand. */
static struct product_r product_of_panel(const struct stand *stand, const struct stage_run *run, struct panel panel,
                                         const struct forward_step_r *step, real *recurrent)
{
    const struct walk_r *walk = stand->run->walk;
    const struct stage_r *stage = run->stage;
    real *sums = stage->product_apart ? recurrent : step->gates.data;
    return (struct product_r){
        .rows = step->rows,
        .columns = stage->gate_count * panel.padded,
        .a = rows_factor_r((struct matrix_r){run->operand.data, run->operand.stride}, walk->units),
        .b = run->weights + panel.first * stage->gate_count * walk->units,
        .b_is_afar = walk->packed->is_afar,
        .b_is_in_memory = walk->packed->is_in_memory,
        .write = stage->product_apart ? PRODUCT_OVERWRITE : PRODUCT_ADD,
        .c = {sums + stage->first_gate * panel.padded, step->gates.stride},
    };
}

/* Whether the k-th panel is multiplied side by side with the next: one row leaves the multipliers waiting, unless they
   wait for weights from afar anyway. */
static bool goes_with_next(const struct stand *stand, const struct stage_run *run, int64_t k)
{
    return k + 1 < stand->panels && run->place->rows == 1 && !stand->run->walk->packed->is_afar &&
           panel_on_the_way(stand, run->fro, k).padded == panel_on_the_way(stand, run->fro, k + 1).padded;
}

/* Panel by panel, or two by two: the product, then the pass. */
static void run_stage(const struct stand *stand, const struct stage_run *run)
{
    const struct kernels_r *kernels = stand->run->walk->kernels;
    real *const *recurrent = stand->private->recurrent;
    for (int64_t k = 0; k < stand->panels; k++) {
        const struct panel panel = panel_on_the_way(stand, run->fro, k);
        const struct forward_step_r step = step_of_panel(stand, panel, run, recurrent[0]);
        struct product_r product = product_of_panel(stand, run, panel, &step, recurrent[0]);
        if (!goes_with_next(stand, run, k)) {
            kernels->product(&product);
            run->stage->forward(&step);
            continue;
        }
        const struct panel next = panel_on_the_way(stand, run->fro, ++k);
        const struct forward_step_r next_step = step_of_panel(stand, next, run, recurrent[1]);
        const struct product_r next_product = product_of_panel(stand, run, next, &next_step, recurrent[1]);
        product.second_b = next_product.b;
        product.second_c = next_product.c.data;
        kernels->product(&product);
        run->stage->forward(&step);
        run->stage->forward(&next_step);
    }
}

/* Copies rows [first, end) within the member's rows, of its units. */
static void copy_part(const struct stand *stand, int64_t first, int64_t end, struct target_r from, struct target_r to)
{
    const struct share rows = stand->part.rows, units = stand->part.units;
    const int64_t low = first > rows.first ? first : rows.first, high = end < rows.end ? end : rows.end;
    if (low < high)
        copy_rows_r(high - low, units.end - units.first, from.data + low * from.stride + units.first, from.stride,
                    to.data + low * to.stride + units.first, to.stride);
}

/* Rows live at the step after t in the walk's direction, if this run still comes to it. */
static int64_t rows_after(const struct forward_run_r *run, int64_t t)
{
    const int64_t after = run->walk->reverse ? t - 1 : t + 1;
    return after < run->first || after >= run->end ? 0 : weir_live_rows(run->steps, after);
}

/* What a stage's part of R multiplies. */
static struct target_r operand_of(const struct stand *stand, int s)
{
    const struct walk_r *walk = stand->run->walk;
    if (walk->cell->stages[s].operand_is_reset)
        return (struct target_r){stand->scratch->reset, walk->units};
    return stand->h_before;
}

static void run_step(struct stand *stand, int64_t t, int64_t row)
{
    const struct forward_run_r *run = stand->run;
    const struct steps *steps = run->steps;
    const struct share mine = stand->part.rows;
    const int64_t packed = weir_rows_before_step(steps, t), rows = weir_live_rows(steps, t),
                  going_on = rows_after(run, t);
    const struct place place = {rows_within(mine, rows), row + mine.first, packed + mine.first};
    const struct target_r y = rows_from(run->y, weir_rows_between(steps, run->first, t));
    real *const *both = stand->scratch->h;
    const struct target_r carry = {run->h, run->walk->units};
    const struct target_r h =
        stand->in_y ? y : (struct target_r){both[stand->h_before.data == both[0]], run->walk->units};

    for (int s = 0; s < run->walk->cell->stage_count; s++) {
        if (place.rows > 0)
            run_stage(stand, &(struct stage_run){
                                 .stage = &run->walk->cell->stages[s],
                                 .weights = run->walk->packed->recurrent[s],
                                 .place = &place,
                                 .operand = rows_from(operand_of(stand, s), mine.first),
                                 .h = h,
                                 .fro = t % 2,
                             });
        if (run->walk->sharing == WEIR_SHARE_UNITS && s + 1 < run->walk->cell->stage_count)
            weir_team_wait(run->member);
    }
    if (y.data && !stand->in_y)
        copy_part(stand, 0, rows, h, y);
    copy_part(stand, rows, going_on, carry, h); /* rows that begin with the next step */
    stand->h_before = h;
    if (run->walk->sharing == WEIR_SHARE_UNITS)
        weir_team_wait(run->member);
    copy_part(stand, going_on, rows, h, carry); /* rows that ended; only now does nobody read the carry as h' */
}

/* One tile: its input product, then step after step in the walk's direction. */
static void run_tile(struct stand *stand, const struct pieces *tile)
{
    const struct forward_run_r *run = stand->run;
    const struct steps *steps = run->steps;
    const int64_t packed = weir_rows_before_step(steps, tile->first);
    const int64_t row = weir_rows_between(steps, run->first, tile->first);
    const int64_t rows = weir_rows_between(steps, tile->first, tile->end);
    const bool kept = run->trace && run->trace->gates, share_rows = run->walk->sharing == WEIR_SHARE_ROWS;
    stand->gates = kept ? run->trace->gates : stand->scratch->gates;
    stand->gate_rows = kept ? weir_all_rows(steps) : rows;
    stand->row = kept ? packed : 0;

    const struct matrix_r x = {run->x.data + row * run->x.stride, run->x.stride};
    if (share_rows)
        weir_team_wait(run->member); /* the tile before is done with */
    multiply_inputs(stand, x, share_rows ? weir_share_of(run->member, rows, 1) : (struct share){0, rows},
                    stand->part.units);
    if (share_rows)
        weir_team_wait(run->member);
    for (int64_t k = 0; k < tile->end - tile->first; k++) {
        const int64_t t = weir_pieces_step(tile, k);
        run_step(stand, t, weir_rows_between(steps, tile->first, t));
    }
}

void native_forward_r(const struct forward_run_r *run)
{
    const struct native_scratch_r *scratch = run->scratch;
    struct stand stand = {
        .run = run,
        .scratch = scratch,
        .private = &scratch->privates[run->member.index],
        .part = part_of_r(run->walk, run->steps, run->member),
        .in_y = run->y.data && (!run->walk->reverse || run->steps->uniform), /* else rows join in between */
        .h_before = {run->h, run->walk->units},
    };
    if (run->walk->sharing == WEIR_SHARE_NONE && run->member.index > 0)
        return;
    const int64_t most = run->walk->packed->panel_units;
    stand.panels = (stand.part.units.end - stand.part.units.first + most - 1) / most;
    struct pieces tile = weir_pieces_of(run->steps, run->first, run->end, scratch->tile_rows, run->walk->reverse);
    while (weir_pieces_next(&tile))
        run_tile(&stand, &tile);
}
