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

/* Where R h' of a group's i-th panel goes if the cell wants that apart. */
static struct target_r recurrent_of(const struct stand *stand, struct panel panel, int64_t i)
{
    const int64_t width = stand->run->walk->gate_count * panel.padded;
    return (struct target_r){stand->private->recurrent + i * width, width};
}

/* The product of a group's i-th panel with the operand. Inline, as the pass over it: a copy of either is as long as a
   pass over one row. */
static inline struct product_r product_of_panel(const struct stand *stand, const struct stage_run *run,
                                                struct panel panel, int64_t i)
{
    const struct walk_r *walk = stand->run->walk;
    const struct stage_r *stage = run->stage;
    const struct target_r sums =
        stage->product_apart ? recurrent_of(stand, panel, i) : panel_gates(stand, panel, run->place->row);
    return (struct product_r){
        .rows = run->place->rows,
        .columns = stage->gate_count * panel.padded,
        .a = rows_factor_r((struct matrix_r){run->operand.data, run->operand.stride}, walk->units),
        .b = run->weights + panel.first * stage->gate_count * walk->units,
        .b_is_afar = walk->packed->is_afar,
        .b_is_asked_for = walk->packed->is_asked_for[run->place->rows > 1],
        .write = stage->product_apart ? PRODUCT_OVERWRITE : PRODUCT_ADD,
        .c = {sums.data + stage->first_gate * panel.padded, sums.stride},
    };
}

/* What a pass over a group's i-th panel reads and writes. */
static inline struct forward_step_r step_of_panel(const struct stand *stand, const struct stage_run *run,
                                                  struct panel panel, int64_t i)
{
    const struct walk_r *walk = stand->run->walk;
    const struct trace_r *trace = stand->run->trace;
    const struct place *place = run->place;
    const struct target_r recurrent = recurrent_of(stand, panel, i);
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
        .recurrent = {recurrent.data, recurrent.stride},
        .reset = columns_of(rows_from((struct target_r){stand->scratch->reset, H}, row), first),
        .h_before = {h_before.data, h_before.stride},
        .h = columns_of(rows_from(run->h, row), first),
        .c = columns_of(rows_from((struct target_r){stand->run->c, H}, row), first),
        .kept_c = columns_of(rows_from((struct target_r){trace ? trace->c : NULL, H}, place->packed), first),
        .kept_q = columns_of(rows_from((struct target_r){trace ? trace->q : NULL, H}, place->packed), first),
    };
}

/* A panel's product, then its pass. */
static void run_panel(const struct stand *stand, const struct stage_run *run, struct panel panel)
{
    const struct forward_step_r step = step_of_panel(stand, run, panel, 0);
    const struct product_r product = product_of_panel(stand, run, panel, 0);
    stand->run->walk->kernels->product(&product);
    run->stage->forward(&step);
}

/* --- One row: one panel alone would leave the CPU waiting, in its product and in its pass ------------------------- */

/* Some panels side by side, all of as many vectors. */
struct group {
    int64_t first, count; /* its first unit, and its panels */
};

static struct panel panel_of_group(const struct stand *stand, const struct group *group, int64_t i)
{
    const struct walk_r *walk = stand->run->walk;
    return panel_of_r(walk, group->first + i * walk->packed->panel_units);
}

/* The group that begins with the k-th panel on the way. */
static struct group group_on_the_way(const struct stand *stand, bool fro, int64_t k)
{
    const int64_t units = stand->run->walk->packed->panel_units, left = stand->panels - k;
    const int64_t most = group_panels_r(stand->run->walk->kernels), count = left < most ? left : most;
    const int64_t at = to_and_fro(stand->part.units.first, stand->panels, units, k, fro);
    const struct group group = {fro ? at - (count - 1) * units : at, count};
    if (panel_of_group(stand, &group, count - 1).padded == panel_of_group(stand, &group, 0).padded)
        return group;
    return fro ? (struct group){at, 1} : (struct group){at, count - 1};
}

/* The products of a group, two by two: twice as many chains; but weights that are asked for come faster in one stream.
 */
static void multiply_group(const struct stand *stand, const struct stage_run *run, const struct group *group)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t at_once = walk->packed->is_asked_for[0] ? 1 : 2;
    for (int64_t i = 0; i < group->count; i += at_once) {
        struct product_r product = product_of_panel(stand, run, panel_of_group(stand, group, i), i);
        if (at_once == 2 && i + 1 < group->count) {
            const struct product_r next = product_of_panel(stand, run, panel_of_group(stand, group, i + 1), i + 1);
            product.second_b = next.b;
            product.second_c = next.c.data;
        }
        walk->kernels->product(&product);
    }
}

/* One pass over `count` panels of a group from the i-th on: they stand in for rows, of which a pass begins several
   before the first one ends. */
static void pass_panels(const struct stand *stand, const struct stage_run *run, const struct group *group, int64_t i,
                        int64_t count)
{
    struct forward_step_r step = step_of_panel(stand, run, panel_of_group(stand, group, i), i);
    const int64_t units = step.units;
    if (count > 1) {
        step.rows = count;
        step.bias_row_stride = units;
        step.gates.stride *= stand->gate_rows;
        step.h_before.stride = step.h.stride = step.reset.stride = units;
        step.c.stride = step.kept_c.stride = step.kept_q.stride = units;
    }
    run->stage->forward(&step);
}

static void run_group(const struct stand *stand, const struct stage_run *run, const struct group *group)
{
    const int64_t last = panel_of_group(stand, group, group->count - 1).units;
    const int64_t full = group->count - (last < stand->run->walk->packed->panel_units);
    multiply_group(stand, run, group);
    if (full > 0)
        pass_panels(stand, run, group, 0, full);
    if (full < group->count)
        pass_panels(stand, run, group, full, 1);
}

/* --- A stage ------------------------------------------------------------------------------------------------------ */

static void run_stage(const struct stand *stand, const struct stage_run *run)
{
    const struct walk_r *walk = stand->run->walk;
    const int64_t first = stand->part.units.first, units = walk->packed->panel_units;
    if (run->place->rows > 1 || stand->panels == 1) {
        for (int64_t k = 0; k < stand->panels; k++)
            run_panel(stand, run, panel_of_r(walk, to_and_fro(first, stand->panels, units, k, run->fro)));
        return;
    }
    struct group group;
    for (int64_t k = 0; k < stand->panels; k += group.count) {
        group = group_on_the_way(stand, run->fro, k);
        run_group(stand, run, &group);
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
