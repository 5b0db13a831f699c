/*
 * engine/native_model.c: how long the native engine takes, by a model of the machine.
 */
#include "engine/native_model.h"

#include "engine/native.h"

static const double flops_a_lane = 1.25e10; /* a second, of a tile with all its rows: 200 GFLOP/s of 16 lanes */
static const double second_cache = 3 << 18; /* bytes of a core's own that weights have: three quarters of 1 MiB */
static const double own_bytes_a_second = 2e11, shared_bytes_a_second = 8e10;
static const double barrier_seconds = 2e-7, start_seconds = 3e-6; /* of two threads */
static const double gates_a_lane = 2.5e8; /* a second: numbers of gates that a pass goes through */
static const double full_tile_rows = 6;
static const double not_hidden = 0.1; /* of the time that weights take to come where arithmetic takes longer */

/* A product of so many rows with a matrix of so many numbers. */
static struct step_time product_time(const struct kernels_r *kernels, double rows, double numbers)
{
    const double bytes = numbers * REAL_BITS / 8;
    const bool is_own = bytes <= second_cache;
    const double whole_tiles = rows < full_tile_rows ? full_tile_rows : rows;
    const double counted = rows < full_tile_rows / 2 ? rows * 2 : whole_tiles;
    const double arithmetic = 2 * numbers * counted / (flops_a_lane * kernels->lanes);
    const double memory = bytes / (is_own ? own_bytes_a_second : shared_bytes_a_second);
    if (arithmetic > memory)
        return (struct step_time){arithmetic + not_hidden * memory, BOUND_ARITHMETIC};
    return (struct step_time){memory, is_own ? BOUND_OWN_CACHE : BOUND_SHARED_CACHE};
}

/* The step of so many rows, and of such a part of the units. */
static struct step_time part_time(const struct walk_r *walk, double rows, double part)
{
    const double gates = (double)(walk->gate_count * walk->units) * part;
    struct step_time step =
        product_time(walk->kernels, rows, gates * (double)(walk->cell ? walk->units : walk->inputs));
    const double pass = walk->cell ? rows * gates / (gates_a_lane * walk->kernels->lanes) : 0.0;
    if (pass > step.seconds)
        step.bound = BOUND_GATES;
    step.seconds += pass;
    return step;
}

/* A barrier and a start take longer with more threads, which one after the other write where all of them meet. */
static double of_threads(double of_two, int64_t threads) { return of_two * (double)threads / 2; }

double native_start_seconds_r(int64_t threads) { return of_threads(start_seconds, threads); }

/* The largest part of the units that one of the threads has: they are shared out in whole blocks. */
static double largest_part(const struct walk_r *walk, int64_t threads)
{
    struct team team = {.size = threads};
    int64_t most = 0;
    for (int64_t k = 0; k < threads; k++) {
        const struct share share =
            weir_share_of((struct member){&team, k}, walk->units, block_columns_r(walk->kernels));
        most = share.end - share.first > most ? share.end - share.first : most;
    }
    return (double)most / (double)walk->units;
}

struct step_time native_step_time_r(const struct walk_r *walk, weir_sharing sharing, int64_t threads, int64_t batch)
{
    struct step_time step;
    if (sharing == WEIR_SHARE_ROWS)
        return part_time(walk, (double)((batch + threads - 1) / threads), 1);
    if (sharing != WEIR_SHARE_UNITS)
        return part_time(walk, (double)batch, 1);
    step = part_time(walk, (double)batch, largest_part(walk, threads));
    step.seconds += walk->cell ? of_threads(barrier_seconds, threads) * walk->cell->stage_count : 0.0;
    return step;
}

double native_input_seconds_r(const struct walk_r *walk, double rows)
{
    return product_time(walk->kernels, rows, (double)(walk->gate_count * walk->units * walk->inputs)).seconds;
}

/* The products over a tile: W x; in training also dx, dW and dR, of which the latter have W's and R's numbers; and W x
   again. */
static double tile_seconds(const struct walk_r *walk, const struct work *work)
{
    const double rows = (double)(work->tile_steps * work->batch), gates = (double)(walk->gate_count * walk->units);
    const double input = native_input_seconds_r(walk, rows);
    const double recurrent = walk->cell ? product_time(walk->kernels, rows, gates * (double)walk->units).seconds : 0.0;
    return work->training ? (3 + work->again) * input + recurrent : input;
}

void native_predict_r(const struct walk_r *walk, const struct work *work, int64_t threads, struct cost *cost)
{
    const struct step_time step = native_step_time_r(walk, walk->sharing, threads, work->batch);
    const double steps = walk->cell ? (double)work->steps : 0.0, passes = (work->training ? 2 : 1) + work->again;
    const double tiles = (double)work->steps / (double)work->tile_steps;
    const double sharers = walk->sharing == WEIR_SHARE_NONE ? 1.0 : (double)threads;
    cost->step_seconds = step.seconds;
    cost->bound = step.bound;
    cost->seconds = passes * steps * step.seconds + tiles * tile_seconds(walk, work) / sharers;
}
