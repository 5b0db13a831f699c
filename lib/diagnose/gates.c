/*
 * diagnose/gates.c: what a layer's gates let through: the direct path of its state, and how its gates are distributed.
 */
#include "diagnose/link.h"

#include <math.h>

#include "base/environment.h"
#include "base/fail.h"

/* Of each unit of each gate. */
enum { SUM, BELOW, ABOVE, SUMS };

/* A layer in one direction, and room for one row's gates. */
struct gates_r {
    const struct plan_r *plan;
    const struct tape_r *tape;
    int64_t layer;
    int direction;
    real *row;    /* [G*H] */
    double *sums; /* [SUMS][G*H], for statistics */
};

static const struct walk_r *walk_of(const struct gates_r *gates)
{
    return &gates->plan->layers[gates->layer].walks[gates->direction];
}

static const struct shape *shape_of(const struct gates_r *gates)
{
    return gates->plan->shell.net->layers[gates->layer].shape;
}

static int64_t width_of(const struct gates_r *gates) { return walk_of(gates)->gate_count * walk_of(gates)->units; }

static void read_row(const struct gates_r *gates, int64_t packed)
{
    gates->plan->engine->read_gates(walk_of(gates), &gates->tape->layers[gates->layer].directions[gates->direction],
                                    weir_all_rows(&gates->tape->shell.steps), packed, gates->row);
}

static void place(struct arena *arena, struct gates_r *gates, bool with_sums)
{
    gates->row = weir_arena_take(arena, width_of(gates), sizeof *gates->row);
    if (with_sums)
        gates->sums = weir_arena_take_matrix(arena, SUMS, width_of(gates), sizeof *gates->sums);
}

static void fill(int64_t n, double with, double *to)
{
    for (int64_t j = 0; j < n; j++)
        to[j] = with;
}

/* --- The direct path ---------------------------------------------------------------------------------------------- */

/* Logs of the keeping gate in gates->row, added to what the lag before came to; NULL: to nothing. */
static void add_logs(const struct gates_r *gates, const double *before, double *to)
{
    const int64_t H = walk_of(gates)->units;
    const real *keep = gates->row + shape_of(gates)->keep_gate * H;
    for (int64_t j = 0; j < H; j++)
        to[j] = log((double)keep[j]) + (before ? before[j] : 0.0);
}

/* Of sorted row p, from its end back. */
static void follow_row(const struct gates_r *gates, int64_t p, const weir_direct_path_args *args)
{
    const struct steps *steps = &gates->tape->shell.steps;
    const int64_t H = walk_of(gates)->units, stride = steps->rows * H;
    double *to = args->logs + steps->order[p] * H;
    for (int64_t lag = 0; lag < args->lags; lag++, to += stride) {
        const int64_t t = steps->length[p] - 1 - lag;
        if (t >= 0) {
            read_row(gates, weir_rows_before_step(steps, t) + p);
            add_logs(gates, lag > 0 ? to - stride : NULL, to);
        } else
            fill(H, (double)NAN, to);
    }
}

weir_status direct_path_r(weir_plan *shell, const weir_direct_path_args *args)
{
    struct gates_r gates = {
        .plan = (const struct plan_r *)shell, .tape = (const struct tape_r *)args->tape, .layer = args->layer};
    struct environment environment;
    struct arena arena = {0};
    place(&arena, &gates, false);
    FORWARD_FAILURE(weir_diagnose_allocate(&arena, shell));
    place(&arena, &gates, false);
    weir_environment_enter(&environment);
    for (int64_t p = 0; p < gates.tape->shell.steps.rows; p++)
        follow_row(&gates, p, args);
    weir_environment_leave(&environment);
    weir_release(&shell->allocator, arena.base, arena.used);
    return WEIR_OK;
}

/* --- Statistics --------------------------------------------------------------------------------------------------- */

/* A gate's rows run from 0 to 1, but for the new content's, from -1 to 1. */
static double threshold_of(const struct gates_r *gates, int64_t gate, double threshold)
{
    return gate == shape_of(gates)->new_gate ? 2.0 * threshold - 1.0 : threshold;
}

/* gates->row, into the sums. */
static void count_row(const struct gates_r *gates, const weir_gate_statistics_args *args)
{
    const int64_t H = walk_of(gates)->units, width = width_of(gates);
    for (int64_t i = 0; i < width; i++) {
        const double value = (double)gates->row[i];
        gates->sums[SUM * width + i] += value;
        gates->sums[BELOW * width + i] += value < threshold_of(gates, i / H, args->low) ? 1.0 : 0.0;
        gates->sums[ABOVE * width + i] += value > threshold_of(gates, i / H, args->high) ? 1.0 : 0.0;
    }
}

/* Sums over so many rows, as means. */
static void put_means(int64_t n, const double *sums, int64_t rows, double *to)
{
    for (int64_t i = 0; to && i < n; i++)
        to[i] = rows > 0 ? sums[i] / (double)rows : (double)NAN;
}

/* -1/ln of the keeping gate's mean; infinity for 1. */
static void put_time_constants(const struct gates_r *gates, int64_t rows, double *to)
{
    const int64_t H = walk_of(gates)->units;
    if (!to)
        return;
    put_means(H, gates->sums + shape_of(gates)->keep_gate * H, rows, to);
    for (int64_t j = 0; j < H; j++)
        to[j] = 1.0 / fabs(log(to[j]));
}

static void run_statistics(const struct gates_r *gates, const weir_gate_statistics_args *args)
{
    const int64_t width = width_of(gates), rows = weir_all_rows(&gates->tape->shell.steps);
    fill(SUMS * width, 0.0, gates->sums);
    for (int64_t n = 0; n < rows; n++) {
        read_row(gates, n);
        count_row(gates, args);
    }
    put_means(width, gates->sums + SUM * width, rows, args->means);
    put_means(width, gates->sums + BELOW * width, rows, args->below);
    put_means(width, gates->sums + ABOVE * width, rows, args->above);
    put_time_constants(gates, rows, args->time_constants);
}

/* Which of a layer's walks goes that way. */
static int walk_along(const weir_plan *plan, const weir_gate_statistics_args *args)
{
    return plan->net->layers[args->layer].direction_count == 2 && args->direction == WEIR_REVERSE;
}

weir_status gate_statistics_r(weir_plan *shell, const weir_gate_statistics_args *args)
{
    struct gates_r gates = {.plan = (const struct plan_r *)shell,
                            .tape = (const struct tape_r *)args->tape,
                            .layer = args->layer,
                            .direction = walk_along(shell, args)};
    struct environment environment;
    struct arena arena = {0};
    place(&arena, &gates, true);
    FORWARD_FAILURE(weir_diagnose_allocate(&arena, shell));
    place(&arena, &gates, true);
    weir_environment_enter(&environment);
    run_statistics(&gates, args);
    weir_environment_leave(&environment);
    weir_release(&shell->allocator, arena.base, arena.used);
    return WEIR_OK;
}
