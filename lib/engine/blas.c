/*
 * engine/blas.c: the engine on CBLAS.
 *
 * Forward, for each tile of steps: one product for the inputs of all its live rows; then for each step one product for
 * all gates (two for a GRU that resets before) and one pass of gate arithmetic (Appleyard, Kocisky & Blunsom 2016).
 * Backward, for each tile from the other end: for each step one pass and one product (two); then one product each for
 * dW, dR (two) and dx over all its live rows.
 */
#include "engine/blas.h"

#include "engine/bias.h"
#include "kern/vector.h"

/* Tiles: enough rows that packing a weight matrix pays, few enough that a tile's gates stay in a cache of a megabyte
   until they are used (docs/architecture.md, "Tiles"). */
enum { TILE_BYTES = 1 << 19, TILE_LEAST_ROWS = 192 };

static int64_t tile_steps(int64_t batch, int64_t step_count, int64_t width)
{
    return weir_tile_steps(batch, step_count, width * (int64_t)sizeof(real), TILE_BYTES, TILE_LEAST_ROWS);
}

static int64_t gate_columns(const struct kernels_r *kernels, int64_t gate_count, int64_t units)
{
    (void)kernels;
    return gate_count * units;
}

/* Threads are the BLAS's own. */
static weir_sharing no_sharing(const struct walk_r *walk, const struct sharing_terms *terms)
{
    (void)walk;
    (void)terms;
    return WEIR_SHARE_NONE;
}

/* The weights are used as they are. */
static void place_walk(struct arena *arena, struct walk_r *walk, bool training, bool fleeting)
{
    (void)arena;
    (void)walk;
    (void)training;
    (void)fleeting;
}

/* Room for rows by columns, or none. */
static real *take(struct arena *arena, bool wanted, int64_t rows, int64_t columns)
{
    return wanted ? weir_arena_take_matrix(arena, rows, columns, sizeof(real)) : NULL;
}

static void *place_scratch(struct arena *arena, const struct scratch_needs_r *needs)
{
    const int64_t rows = needs->tile_rows, batch = needs->batch, gates = needs->gates, units = needs->units;
    const bool training = needs->training;
    struct blas_scratch_r *scratch = weir_arena_take(arena, 1, sizeof *scratch);
    const struct blas_scratch_r parts = {
        .tile_rows = rows,
        .gates = take(arena, true, rows, gates),
        .recurrent = take(arena, needs->recurrent, batch, gates),
        .reset = take(arena, needs->reset, batch, units),
        .dgates = take(arena, training, rows, gates),
        .drecurrent = take(arena, training && needs->drecurrent, rows, gates),
        .h_before = take(arena, training, rows, units),
        .reset_operands = take(arena, training && needs->reset, rows, units),
        .dreset = take(arena, training && needs->reset, batch, units),
        .c_before = take(arena, training && needs->c_before, batch, units),
    };
    if (scratch)
        *scratch = parts;
    return scratch;
}

static void read_gates(const struct walk_r *walk, const struct trace_r *trace, int64_t all, int64_t row, real *to)
{
    (void)all;
    const int64_t width = walk->gate_count * walk->units;
    copy_rows_r(1, width, trace->gates + row * width, width, to, width);
}

static void prepare(const struct walk_r *walk, struct member member)
{
    if (member.index == 0)
        add_biases_r(walk);
}

const struct engine_r blas_engine_r = {
    .name = "blas",
    .uses_blas = true,
    .tile_steps = tile_steps,
    .gate_columns = gate_columns,
    .sharing = no_sharing,
    .place_walk = place_walk,
    .place_scratch = place_scratch,
    .prepare = prepare,
    .forward = blas_forward_r,
    .backward = blas_backward_r,
    .linear_forward = blas_linear_forward_r,
    .linear_backward = blas_linear_backward_r,
    .read_gates = read_gates,
    .tangent = blas_tangent_r,
    .linear_tangent = blas_linear_tangent_r,
};
