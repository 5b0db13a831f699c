/*
 * engine/blas_forward.c: one layer, one direction, forward on CBLAS.
 */
#include "engine/blas.h"

#include "kern/vector.h"

void stage_product_r(const struct walk_r *walk, const struct stage_r *stage, const struct blas_scratch_r *scratch,
                     int64_t rows, struct matrix_r h_before, real *gates)
{
    const int64_t H = walk->units, width = walk->gate_count * H, first = stage->first_gate * H;
    const struct matrix_r operand = stage->operand_is_reset ? (struct matrix_r){scratch->reset, H} : h_before;
    const struct target_r product = {(stage->product_apart ? scratch->recurrent : gates) + first, width};
    times_transposed_r(rows, stage->gate_count * H, H, operand, stage_weight_r(walk, stage),
                       stage->product_apart ? PRODUCT_OVERWRITE : PRODUCT_ADD, product);
}

/* Where training keeps the rows of a step that begin at packed row `packed`. */
static struct target_r kept(real *sequence, int64_t packed, int64_t units)
{
    return sequence ? (struct target_r){sequence + packed * units, units} : (struct target_r){0};
}

static void run_step(const struct forward_run_r *run, int64_t t, real *gates)
{
    const struct walk_r *walk = run->walk;
    const struct steps *steps = run->steps;
    const struct blas_scratch_r *scratch = run->scratch;
    const int64_t H = walk->units, width = walk->gate_count * H, packed = weir_rows_before_step(steps, t);
    const struct forward_step_r step = {
        .rows = weir_live_rows(steps, t),
        .units = H,
        .gate_stride = H,
        .bias_stride = H,
        .bias = walk->bias,
        .recurrent_bias = walk->recurrent_bias,
        .gates = {gates, width},
        .recurrent = {scratch->recurrent, width},
        .reset = {scratch->reset, H},
        .h_before = {run->h, H},
        .h = {run->h, H},
        .c = {run->c, H},
        .kept_c = kept(run->trace ? run->trace->c : NULL, packed, H),
        .kept_q = kept(run->trace ? run->trace->q : NULL, packed, H),
    };
    for (int s = 0; s < walk->cell->stage_count; s++) {
        stage_product_r(walk, &walk->cell->stages[s], scratch, step.rows, step.h_before, gates);
        walk->cell->stages[s].forward(&step);
    }

    if (run->y.data) {
        const int64_t row = weir_rows_between(steps, run->first, t);
        copy_rows_r(step.rows, H, run->h, H, run->y.data + row * run->y.stride, run->y.stride);
    }
}

/* One tile: its input product, then step after step in the walk's direction. */
static void run_tile(const struct forward_run_r *run, const struct pieces *tile)
{
    const struct walk_r *walk = run->walk;
    const struct blas_scratch_r *scratch = run->scratch;
    const struct steps *steps = run->steps;
    const int64_t width = walk->gate_count * walk->units;
    const int64_t packed = weir_rows_before_step(steps, tile->first);
    const int64_t row = weir_rows_between(steps, run->first, tile->first);
    real *gates = run->trace && run->trace->gates ? run->trace->gates + packed * width : scratch->gates;

    const struct matrix_r x = {run->x.data + row * run->x.stride, run->x.stride};
    const struct matrix_r W = {walk->weight_ih, walk->inputs};
    times_transposed_r(weir_rows_between(steps, tile->first, tile->end), width, walk->inputs, x, W, PRODUCT_OVERWRITE,
                       (struct target_r){gates, width});

    for (int64_t k = 0; k < tile->end - tile->first; k++) {
        const int64_t t = weir_pieces_step(tile, k);
        run_step(run, t, gates + weir_rows_between(steps, tile->first, t) * width);
    }
}

void blas_forward_r(const struct forward_run_r *run)
{
    const struct blas_scratch_r *scratch = run->scratch;
    struct pieces tile = weir_pieces_of(run->steps, run->first, run->end, scratch->tile_rows, run->walk->reverse);
    while (weir_pieces_next(&tile))
        run_tile(run, &tile);
}
