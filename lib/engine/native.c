/*
 * engine/native.c: the engine whose products are Weir's own.
 *
 * A BLAS packs the weights anew in every product; here a plan packs them once, in panels in which the gates of the same
 * units stand side by side (engine/native.h). A step is then, panel by panel, one product with h' and at once the pass
 * of gate arithmetic over what it left in the first cache. Forward and backward go through time in the same tiles as
 * on a BLAS (engine/blas.c), whose shapes the products have; only their order of summing is fixed (kern/kernels.h).
 */
#include "engine/native.h"

#include "base/processor.h"
#include "engine/bias.h"
#include "engine/native_model.h"
#include "kern/vector.h"

/* Tiles: so many rows that the products over a tile read weights rarely, so few that its gates stay in the cache
   (docs/engine.md, "Tiles"). */
enum { TILE_BYTES = 1 << 19, TILE_LEAST_ROWS = 512 };

static int64_t tile_steps(int64_t batch, int64_t step_count, int64_t width)
{
    return weir_tile_steps(batch, step_count, width * (int64_t)sizeof(real), TILE_BYTES, TILE_LEAST_ROWS);
}

static int64_t gate_columns(const struct kernels_r *kernels, int64_t gate_count, int64_t units)
{
    return gate_count * padded_r(kernels, units);
}

static real *take(struct arena *arena, int64_t rows, int64_t columns)
{
    return weir_arena_take_matrix(arena, rows, columns, sizeof(real));
}

/* Bytes that a core's own caches hold, on most machines; and a third one of R, which others use too. */
enum { OWN_CACHE = 3 << 19, THIRD_CACHE = 12 << 20 };

/* Room for W and, in training, its rows; then, stage by stage, for R. */
static void place_walk(struct arena *arena, struct walk_r *walk, bool training, bool fleeting)
{
    const int64_t I = walk->inputs, H = walk->units, G = walk->gate_count, padded = padded_r(walk->kernels, H);
    const int64_t recurrent = walk->cell ? G * H * H : 0;
    struct packed_walk_r *packed = weir_arena_take(arena, 1, sizeof *packed);
    struct packed_walk_r parts = {
        .panel_units = walk->kernels->lanes * (BLOCK_VECTORS / G),
        .is_afar = recurrent > OWN_CACHE / (int64_t)sizeof(real),
    };
    parts.is_asked_for[0] = parts.is_afar && weir_processor_wants_asking();
    parts.is_asked_for[1] = parts.is_asked_for[0] || (vector_bytes_r(walk->kernels) == VECTOR_AVX2 &&
                                                      recurrent > THIRD_CACHE / (int64_t)sizeof(real));
    if (!fleeting)
        parts.input = take(arena, G * I, padded);
    if (training && !fleeting)
        parts.input_rows = take(arena, G * H, padded_r(walk->kernels, I));
    for (int s = 0; walk->cell && s < walk->cell->stage_count; s++) {
        const int64_t gates = walk->cell->stages[s].gate_count;
        parts.recurrent[s] = take(arena, gates * H, padded);
        if (training)
            parts.recurrent_rows[s] = take(arena, gates * H, padded);
    }
    if (packed)
        *packed = parts;
    walk->packed = packed;
}

static struct native_private_r place_private(struct arena *arena, const struct scratch_needs_r *needs)
{
    const int64_t block = block_columns_r(needs->kernels), group = group_panels_r(needs->kernels);
    struct native_private_r own = {0};
    if (needs->recurrent)
        own.recurrent = take(arena, needs->batch > group ? needs->batch : group, block);
    if (needs->fleeting)
        own.weights = take(arena, needs->inputs > needs->gates ? needs->inputs : needs->gates, block);
    if (needs->training) {
        const int64_t columns = needs->inputs > needs->units ? needs->inputs : needs->units;
        own.block = take(arena, needs->tile_rows, operand_columns_r(needs->kernels, columns));
        own.h_before = take(arena, needs->batch, needs->units);
    }
    if (needs->training && needs->c_before)
        own.c_before = take(arena, needs->batch, needs->units);
    return own;
}

static void *place_scratch(struct arena *arena, const struct scratch_needs_r *needs)
{
    const int64_t rows = needs->tile_rows, batch = needs->batch, units = needs->units;
    const int64_t dq_columns = needs->drecurrent ? padded_r(needs->kernels, units) : 0;
    struct native_scratch_r *scratch = weir_arena_take(arena, 1, sizeof *scratch);
    struct native_scratch_r parts = {.tile_rows = rows};
    parts.privates = weir_arena_take(arena, needs->threads, sizeof *parts.privates);
    for (int64_t k = 0; k < needs->threads; k++) {
        const struct native_private_r private = place_private(arena, needs);
        if (parts.privates)
            parts.privates[k] = private;
    }
    parts.gates = take(arena, rows, needs->gate_columns);
    parts.h[0] = take(arena, batch, units);
    parts.h[1] = take(arena, batch, units);
    if (needs->reset)
        parts.reset = take(arena, batch, units);
    if (needs->training)
        parts.derivatives = take(arena, rows, needs->gate_columns + dq_columns);
    if (needs->training && needs->reset) {
        parts.reset_operands = take(arena, rows, units);
        parts.dreset = take(arena, batch, units);
    }
    if (scratch)
        *scratch = parts;
    return scratch;
}

/* Rows [first, end) that have as many live steps as everybody else's: rows are sorted, the longest first. */
static struct share rows_of(const struct steps *steps, struct member member)
{
    const int64_t all = weir_all_rows(steps), size = member.team->size;
    int64_t before = 0, row = 0;
    struct share share = {.end = steps->rows};
    for (int64_t k = 1; k <= member.index + 1 && k < size; k++) {
        while (row < steps->rows && before < all * k / size)
            before += steps->length[row++];
        share.first = k <= member.index ? row : share.first;
        share.end = k == member.index + 1 ? row : share.end;
    }
    return share;
}

struct native_part_r part_of_r(const struct walk_r *walk, const struct steps *steps, struct member member)
{
    const struct native_part_r all = {{0, steps->rows}, {0, walk->units}};
    switch (walk->sharing) {
    case WEIR_SHARE_UNITS:
        return (struct native_part_r){all.rows, weir_share_of(member, walk->units, block_columns_r(walk->kernels))};
    case WEIR_SHARE_ROWS:
        return (struct native_part_r){rows_of(steps, member), all.units};
    default:
        break;
    }
    return member.index == 0 ? all : (struct native_part_r){{0, 0}, {0, 0}};
}

static void tell_blocking(const struct walk_r *walk, int64_t input_rows, int64_t step_rows, struct blocking *blocking)
{
    const struct kernels_r *kernels = walk->kernels;
    const struct panel panel = panel_of_r(walk, 0);
    const bool is_afar = walk->packed->is_afar;
    *blocking = (struct blocking){
        .panel_units = panel.units,
        .keeps_input = walk->packed->input != NULL,
        .is_afar = is_afar,
        .is_asked_for = walk->packed->is_asked_for[step_rows > 1],
        .input = kernels->blocks(input_rows, walk->gate_count * panel.padded, walk->inputs, false),
        .stage_count = walk->cell ? walk->cell->stage_count : 0,
    };
    for (int s = 0; s < blocking->stage_count; s++)
        blocking->stages[s] =
            kernels->blocks(step_rows, walk->cell->stages[s].gate_count * panel.padded, walk->units, is_afar);
}

static void read_gates(const struct walk_r *walk, const struct trace_r *trace, int64_t all, int64_t row, real *to)
{
    const int64_t G = walk->gate_count;
    struct panel panel;
    for (int64_t first = 0; first < walk->units; first += panel.units) {
        panel = panel_of_r(walk, first);
        const real *gates = trace->gates + first * G * all + row * G * panel.padded;
        copy_rows_r(G, panel.units, gates, panel.padded, to + first, walk->units);
    }
}

static void prepare(const struct walk_r *walk, struct member member)
{
    if (member.index == 0)
        add_biases_r(walk);
    pack_walk_r(walk, member);
}

const struct engine_r native_engine_r = {
    .name = "native",
    .start_seconds = native_start_seconds_r,
    .tile_steps = tile_steps,
    .gate_columns = gate_columns,
    .sharing = native_sharing_r,
    .predict = native_predict_r,
    .seconds = native_seconds_r,
    .blocking = tell_blocking,
    .place_walk = place_walk,
    .place_scratch = place_scratch,
    .prepare = prepare,
    .forward = native_forward_r,
    .backward = native_backward_r,
    .linear_forward = native_linear_forward_r,
    .linear_backward = native_linear_backward_r,
    .backward_piece = native_backward_piece_r,
    .backward_tile = native_backward_tile_r,
    .linear_backward_piece = native_linear_backward_piece_r,
    .linear_backward_tile = native_linear_backward_tile_r,
    .read_gates = read_gates,
};
