/*
 * diagnose/link.c: gathering a step from a tape, and going through its layers.
 *
 * The engine of the plan knows how it laid gates out; everything else on a tape is rows. The products are the blas
 * engine's, whose weights are the net's own.
 */
#include "diagnose/link.h"

#include <math.h>

#include "kern/vector.h"

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static const struct layer *layer_of(const struct link_r *link, int64_t k) { return &link->plan->shell.net->layers[k]; }

static const struct walk_r *walk_of(const struct link_r *link, int64_t k) { return &link->plan->layers[k].walks[0]; }

static int64_t row_count(const struct link_r *link) { return link->rows.end - link->rows.first; }

/* --- Memory ------------------------------------------------------------------------------------------------------- */

static real *take(struct arena *arena, int64_t rows, int64_t columns)
{
    return weir_arena_take_matrix(arena, rows, columns, sizeof(real));
}

/* Enough for any of the net's layers. */
static void *place_scratch(struct arena *arena, const struct plan_r *plan, int64_t most)
{
    struct scratch_needs_r needs = {
        .kernels = plan->kernels,
        .threads = 1,
        .batch = most,
        .tile_rows = most,
        .recurrent = true,
        .reset = true,
        .drecurrent = true,
        .c_before = true,
        .training = true,
    };
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++) {
        const struct layer *layer = &plan->shell.net->layers[k];
        needs.gates = larger(needs.gates, layer->shape->gate_count * layer->units);
        needs.units = larger(needs.units, layer->units);
    }
    return blas_engine_r.place_scratch(arena, &needs);
}

static int64_t widest_of(const weir_net *net)
{
    int64_t widest = 1;
    for (int64_t k = 0; k < net->layer_count; k++)
        widest = larger(widest, larger(net->layers[k].inputs, net->layers[k].outputs));
    return widest;
}

static struct link_layer_r place_layer(struct arena *arena, const struct layer *layer, const struct cell_r *cell,
                                       int64_t most)
{
    const int64_t H = layer->units;
    struct link_layer_r parts = {0};
    if (!cell)
        return parts;
    parts.h = take(arena, most, H);
    parts.h_before = take(arena, most, H);
    if (cell->keeps_gates)
        parts.trace.gates = take(arena, most, layer->shape->gate_count * H);
    if (cell->keeps_c) {
        parts.trace.c = take(arena, most, H);
        parts.c_before = take(arena, most, H);
    }
    if (cell->keeps_q)
        parts.trace.q = take(arena, most, H);
    return parts;
}

void link_place_r(struct arena *arena, struct link_r *link, const struct plan_r *plan, const struct tape_r *tape,
                  int64_t most)
{
    const weir_net *net = plan->shell.net;
    const int64_t widest = widest_of(net);
    *link = (struct link_r){.plan = plan, .tape = tape, .most = most};
    link->layers = weir_arena_take(arena, net->layer_count, sizeof *link->layers);
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct link_layer_r layer = place_layer(arena, &net->layers[k], plan->layers[k].walks[0].cell, most);
        if (link->layers)
            link->layers[k] = layer;
    }
    weir_steps_place(arena, &link->steps, most);
    link->scratch = place_scratch(arena, plan, most);
    link->inside[0] = take(arena, most, widest);
    link->inside[1] = take(arena, most, widest);
    link->zeros = take(arena, most, widest);
}

void link_open_r(struct link_r *link) { zero_rows_r(1, link->most * widest_of(link->plan->shell.net), link->zeros, 0); }

/* --- Gathering ---------------------------------------------------------------------------------------------------- */

/* The step that sorted row p is at. */
static int64_t step_of(const struct link_r *link, int64_t p)
{
    return link->tape->shell.steps.length[p] - 1 - link->lag;
}

/* Where a sequence of H numbers a packed row holds sorted row p at step t; before the first, in its initial state. */
static const real *row_at(const struct link_r *link, const real *sequence, int64_t H, int64_t state_offset, int64_t t,
                          int64_t p)
{
    if (t < 0)
        return link->tape->initial + state_offset * link->plan->shell.batch + p * H;
    return sequence + (weir_rows_before_step(&link->tape->shell.steps, t) + p) * H;
}

/* One row of a layer, into row `to` of the link. */
static void load_row(const struct link_r *link, int64_t k, int64_t p, int64_t to)
{
    const struct walk_r *walk = walk_of(link, k);
    const struct steps *steps = &link->tape->shell.steps;
    const struct layer_trace_r *from = &link->tape->layers[k];
    const struct trace_r *trace = &from->directions[0];
    const struct direction_offsets *at = &layer_of(link, k)->directions[0];
    const struct link_layer_r *layer = &link->layers[k];
    const int64_t H = walk->units, t = step_of(link, p), packed = weir_rows_before_step(steps, t) + p;
    copy_rows_r(1, H, from->outputs + packed * H, H, layer->h + to * H, H);
    copy_rows_r(1, H, row_at(link, from->outputs, H, at->state_h, t - 1, p), H, layer->h_before + to * H, H);
    if (walk->cell->keeps_gates)
        link->plan->engine->read_gates(walk, trace, weir_all_rows(steps), packed,
                                       layer->trace.gates + to * walk->gate_count * H);
    if (walk->cell->keeps_c) {
        copy_rows_r(1, H, trace->c + packed * H, H, layer->trace.c + to * H, H);
        copy_rows_r(1, H, row_at(link, trace->c, H, at->state_c, t - 1, p), H, layer->c_before + to * H, H);
    }
    if (walk->cell->keeps_q)
        copy_rows_r(1, H, trace->q + packed * H, H, layer->trace.q + to * H, H);
}

void link_load_r(struct link_r *link, struct share rows, int64_t lag)
{
    link->rows = rows;
    link->lag = lag;
    for (int64_t k = 0; k < link->plan->shell.net->layer_count; k++)
        for (int64_t p = rows.first; walk_of(link, k)->cell && p < rows.end; p++)
            load_row(link, k, p, p - rows.first);
    weir_steps_build(&link->steps, row_count(link), 1, NULL);
}

/* --- Through the layers ------------------------------------------------------------------------------------------- */

/* A block of a state; NULL if the layer has none. */
static real *block_of(const struct link_r *link, real *state, int64_t offset)
{
    return offset < 0 ? NULL : state + offset * link->most;
}

/* What happens to layer k's outputs on their way to the next, and to derivatives on the way back. */
static void drop(const struct link_r *link, int64_t k, const real *from, real *to)
{
    const int64_t width = layer_of(link, k)->outputs;
    for (int64_t p = link->rows.first; p < link->rows.end; p++, from += width, to += width)
        drop_row_r(link->plan, &link->tape->shell, k, step_of(link, p), p, from, to);
}

/* Layer k's y., from its x.; data NULL for zero. */
static struct matrix_r tangent_of_layer(const struct link_r *link, int64_t k, struct matrix_r x_dot, real *v)
{
    const struct link_layer_r *layer = &link->layers[k];
    const struct direction_offsets *at = &layer_of(link, k)->directions[0];
    const struct walk_r *walk = walk_of(link, k);
    struct target_r y_dot = {link->inside[k % 2], walk->units};
    if (!walk->cell) {
        if (x_dot.data)
            blas_engine_r.linear_tangent(walk, row_count(link), x_dot, y_dot);
        return x_dot.data ? (struct matrix_r){y_dot.data, y_dot.stride} : x_dot;
    }
    blas_engine_r.tangent(&(struct tangent_run_r){
        .walk = walk,
        .scratch = link->scratch,
        .rows = row_count(link),
        .x_dot = x_dot,
        .h = layer->h,
        .h_before = layer->h_before,
        .c_before = layer->c_before,
        .trace = &layer->trace,
        .h_dot = block_of(link, v, at->state_h),
        .c_dot = block_of(link, v, at->state_c),
    });
    return (struct matrix_r){block_of(link, v, at->state_h), walk->units};
}

void link_tangent_r(struct link_r *link, real *v)
{
    struct matrix_r y_dot = {0};
    for (int64_t k = 0; k < link->plan->shell.net->layer_count; k++) {
        y_dot = tangent_of_layer(link, k, y_dot, v);
        if (y_dot.data && drops_r(link->plan, k)) {
            drop(link, k, y_dot.data, link->inside[k % 2]);
            y_dot.data = link->inside[k % 2];
        }
    }
}

/* Layer k's dx, from its dy; data NULL for zero, and where nobody reads it. */
static struct matrix_r adjoint_of_layer(const struct link_r *link, int64_t k, struct matrix_r dy, real *u)
{
    const struct link_layer_r *layer = &link->layers[k];
    const struct direction_offsets *at = &layer_of(link, k)->directions[0];
    const struct walk_r *walk = walk_of(link, k);
    const struct target_r dx = {k > 0 ? link->inside[k % 2] : NULL, walk->inputs};
    struct backward_run_r run = {
        .walk = walk,
        .scratch = link->scratch,
        .steps = &link->steps,
        .y = {layer->h, walk->units},
        .dy = dy.data ? dy : (struct matrix_r){link->zeros, walk->units},
        .h_initial = layer->h_before,
        .c_initial = layer->c_before,
        .trace = &layer->trace,
        .dh = block_of(link, u, at->state_h),
        .dc = block_of(link, u, at->state_c),
        .dx = dx,
        .dx_write = PRODUCT_OVERWRITE,
    };
    if (!walk->cell && !dy.data)
        return dy;
    if (walk->cell)
        blas_engine_r.backward(&run);
    else
        blas_engine_r.linear_backward(&run);
    return (struct matrix_r){dx.data, dx.stride};
}

void link_adjoint_r(struct link_r *link, const real *dy, real *u)
{
    const weir_net *net = link->plan->shell.net;
    struct matrix_r above = {dy, net->outputs};
    for (int64_t k = net->layer_count - 1; k >= 0; k--) {
        above = adjoint_of_layer(link, k, above, u);
        if (above.data && drops_r(link->plan, k - 1))
            drop(link, k - 1, above.data, link->inside[k % 2]);
    }
}

double norm_of_r(int64_t n, const real *x)
{
    double largest = 0.0, sum = 0.0;
    for (int64_t j = 0; j < n; j++) {
        const double size = fabs((double)x[j]);
        largest = size <= largest ? largest : size;
    }
    if (largest == 0.0 || isinf(largest))
        return largest;
    for (int64_t j = 0; j < n; j++)
        sum += (double)x[j] / largest * ((double)x[j] / largest);
    return largest * sqrt(sum);
}
