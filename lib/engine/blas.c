/*
 * engine/blas.c: the engine on CBLAS.
 *
 * Forward, for each tile of steps: one product for the inputs of all its live rows; then for each step one product for
 * all gates (two for a GRU that resets before) and one pass of gate arithmetic (Appleyard, Kocisky & Blunsom 2016).
 * Backward, for each tile from the other end: for each step one pass and one product (two); then one product each for
 * dW, dR (two) and dx over all its live rows.
 */
#include "engine/blas.h"

#include "kern/vector.h"

/* Tiles: enough rows that packing a weight matrix pays, few enough that a tile's gates stay in a cache of a megabyte
   until they are used (docs/architecture.md, "Tiles"). */
enum { TILE_BYTES = 1 << 19, TILE_LEAST_ROWS = 192 };

static int64_t tile_steps(int64_t batch, int64_t step_count, int64_t width)
{
    int64_t rows = TILE_BYTES / ((int64_t)sizeof(real) * width);
    rows = rows < TILE_LEAST_ROWS ? TILE_LEAST_ROWS : rows;
    const int64_t steps = (rows + batch - 1) / batch;
    return steps < step_count ? steps : step_count;
}

/* Room for rows by columns, or none. */
static real *take(struct arena *arena, bool wanted, int64_t rows, int64_t columns)
{
    return wanted ? weir_arena_take_matrix(arena, rows, columns, sizeof(real)) : NULL;
}

static void place_scratch(struct arena *arena, struct scratch_r *scratch, int64_t batch,
                          const struct scratch_needs *needs, bool training)
{
    const int64_t rows = scratch->tile_rows, gates = needs->gates, units = needs->units;
    scratch->gates = take(arena, true, rows, gates);
    scratch->recurrent = take(arena, needs->recurrent, batch, gates);
    scratch->reset = take(arena, needs->reset, batch, units);
    scratch->dgates = take(arena, training, rows, gates);
    scratch->drecurrent = take(arena, training && needs->drecurrent, rows, gates);
    scratch->h_before = take(arena, training, rows, units);
    scratch->reset_operands = take(arena, training && needs->reset, rows, units);
    scratch->dreset = take(arena, training && needs->reset, batch, units);
    scratch->c_before = take(arena, training && needs->c_before, batch, units);
}

/* Adds up the two biases, except that of a candidate which a reset gate is to multiply. */
static void prepare(const struct walk_r *walk)
{
    if (!walk->cell)
        return;
    const int64_t H = walk->units, block = walk->gate_count * H;
    const int64_t apart = walk->cell->has_recurrent_bias ? block - H : block;
    zero_rows_r(1, block, walk->bias, block);
    if (walk->bias_ih)
        add_rows_r(1, block, walk->bias_ih, block, walk->bias, block);
    if (walk->bias_hh)
        add_rows_r(1, apart, walk->bias_hh, block, walk->bias, block);
    if (walk->recurrent_bias) {
        zero_rows_r(1, H, walk->recurrent_bias, H);
        if (walk->bias_hh)
            add_rows_r(1, H, walk->bias_hh + apart, H, walk->recurrent_bias, H);
    }
}

const struct engine_r blas_engine_r = {
    .name = "blas",
    .tile_steps = tile_steps,
    .place_scratch = place_scratch,
    .prepare = prepare,
    .forward = blas_forward_r,
    .backward = blas_backward_r,
};
