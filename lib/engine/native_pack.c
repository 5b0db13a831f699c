/*
 * engine/native_pack.c: a walk's weights, as the native engine's products want them.
 */
#include "engine/native.h"

/* Gates [first_gate, first_gate + gates) of a matrix [G*H][depth] by panels: [panel][depth][gate][unit]. */
static void pack_panels(const struct walk_r *walk, const real *matrix, int64_t depth, int64_t first_gate, int64_t gates,
                        real *to)
{
    const int64_t H = walk->units;
    struct panel panel;
    for (int64_t first = 0; first < H; first += panel.units) {
        panel = panel_of_r(walk, first);
        real *block = to + first * gates * depth;
        for (int64_t g = 0; g < gates; g++)
            walk->kernels->pack_columns(depth, panel.units, matrix + ((first_gate + g) * H + first) * depth, depth,
                                        block + g * panel.padded, gates * panel.padded);
    }
}

/* Which gate's rows stand where block d of the derivatives does. */
typedef int gate_of_derivative(const struct walk_r *walk, int d);

static int input_gate(const struct walk_r *walk, int d) { return d - input_derivative_r(walk); }

/* Blocks [first_d, first_d + count) of rows of a matrix [G*H][columns], by blocks of columns: [block][panel, d,
   unit][columns of the block]. */
static void pack_rows(const struct walk_r *walk, const real *matrix, int64_t columns, int first_d, int count,
                      gate_of_derivative *gate_of, real *to)
{
    const int64_t H = walk->units, most = block_columns_r(walk->kernels);
    for (int64_t j = 0; j < columns; j += most) {
        const int64_t width = columns - j < most ? columns - j : most, padded = padded_r(walk->kernels, width);
        struct panel panel;
        for (int64_t first = 0; first < H; first += panel.units) {
            panel = panel_of_r(walk, first);
            for (int d = first_d; d < first_d + count; d++, to += panel.units * padded)
                walk->kernels->pack_rows(panel.units, width, matrix + (gate_of(walk, d) * H + first) * columns + j,
                                         columns, to, padded);
        }
    }
}

void pack_walk_r(const struct walk_r *walk)
{
    const struct packed_walk_r *packed = walk->packed;
    const int64_t I = walk->inputs, H = walk->units, G = walk->gate_count;
    pack_panels(walk, walk->weight_ih, I, 0, G, packed->input);
    if (packed->input_rows)
        pack_rows(walk, walk->weight_ih, I, input_derivative_r(walk), (int)G, input_gate, packed->input_rows);
    for (int s = 0; walk->cell && s < walk->cell->stage_count; s++) {
        const struct stage_r *stage = &walk->cell->stages[s];
        pack_panels(walk, walk->weight_hh, H, stage->first_gate, stage->gate_count, packed->recurrent[s]);
        if (packed->recurrent_rows[s])
            pack_rows(walk, walk->weight_hh, H, stage->first_gate, stage->gate_count, recurrent_gate_r,
                      packed->recurrent_rows[s]);
    }
}
