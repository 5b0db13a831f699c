/*
 * engine/native_pack.c: a walk's weights, as the native engine's products want them.
 */
#include "engine/native.h"

void pack_panel_r(const struct walk_r *walk, const real *matrix, int64_t depth, struct share gates, struct panel panel,
                  real *to)
{
    const int64_t count = gates.end - gates.first;
    for (int64_t g = 0; g < count; g++)
        walk->kernels->pack_columns(depth, panel.units,
                                    matrix + ((gates.first + g) * walk->units + panel.first) * depth, depth,
                                    to + g * panel.padded, count * panel.padded);
}

/* The gate whose rows of W, or of R, block d of the derivatives multiplies. */
static int64_t gate_of(const struct walk_r *walk, bool recurrent, int d)
{
    return recurrent ? recurrent_gate_r(walk, d) : d - input_derivative_r(walk);
}

void pack_rows_block_r(const struct walk_r *walk, bool recurrent, struct share derivatives, int64_t columns, int64_t j,
                       real *to)
{
    const real *matrix = recurrent ? walk->weight_hh : walk->weight_ih;
    const int64_t left = columns - j, most = block_columns_r(walk->kernels), width = left < most ? left : most;
    const int64_t padded = padded_r(walk->kernels, width);
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        for (int d = (int)derivatives.first; d < derivatives.end; d++, to += panel.units * padded)
            walk->kernels->pack_rows(panel.units, width,
                                     matrix + (gate_of(walk, recurrent, d) * walk->units + first) * columns + j,
                                     columns, to, padded);
    }
}

/* The panels of a matrix that some units make, one after the other. */
static void pack_panels(const struct walk_r *walk, struct share units, const real *matrix, int64_t depth,
                        struct share gates, real *to)
{
    struct panel panel;
    for (int64_t first = units.first; to && first < units.end; first += panel.units) {
        panel = panel_of_r(walk, first);
        pack_panel_r(walk, matrix, depth, gates, panel, to + first * (gates.end - gates.first) * depth);
    }
}

/* A member's blocks of columns, likewise. */
static void pack_rows(const struct walk_r *walk, struct member member, bool recurrent, struct share derivatives,
                      int64_t columns, real *to)
{
    const int64_t depth = (derivatives.end - derivatives.first) * walk->units, most = block_columns_r(walk->kernels);
    const struct share mine = weir_share_of(member, columns, most);
    for (int64_t j = mine.first; to && j < mine.end; j += most)
        pack_rows_block_r(walk, recurrent, derivatives, columns, j, to + j * depth);
}

void pack_walk_r(const struct walk_r *walk, struct member member)
{
    const struct packed_walk_r *packed = walk->packed;
    const struct share units = weir_share_of(member, walk->units, packed->panel_units);
    pack_panels(walk, units, walk->weight_ih, walk->inputs, (struct share){0, walk->gate_count}, packed->input);
    pack_rows(walk, member, false, input_derivatives_r(walk), walk->inputs, packed->input_rows);
    for (int s = 0; walk->cell && s < walk->cell->stage_count; s++) {
        const struct share gates = stage_gates_r(&walk->cell->stages[s]);
        pack_panels(walk, units, walk->weight_hh, walk->units, gates, packed->recurrent[s]);
        pack_rows(walk, member, true, gates, walk->units, packed->recurrent_rows[s]);
    }
}
