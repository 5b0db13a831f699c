/*
 * engine/native_sharing.c: how the threads of a run share a walk, by a model of the machine (docs/engine.md,
 * "Threads").
 *
 * The time of a step is that of its arithmetic or that of bringing R from the cache that holds it, whichever is longer.
 * Threads that have units read a part of R each and wait for each other once a stage; threads that have rows read all
 * of it each and do not wait. All numbers are rough on purpose: where they decide wrongly, the ways are nearly equal.
 */
#include "engine/native.h"

static const double flops_a_second = 2e11 / (REAL_BITS / 32); /* of a tile with all its rows */
static const double second_cache = 1 << 20;                   /* bytes of a core's own */
static const double own_bytes_a_second = 2e11, shared_bytes_a_second = 8e10;
static const double barrier_seconds = 2e-7, start_seconds = 1e-6;
static const double full_tile_rows = 6;
static const double not_hidden = 0.1; /* of the time that R takes to come where arithmetic takes longer */

/* Seconds of a step with so many rows and so much of the matrix: R, or a linear layer's W. */
static double step_seconds(const struct walk_r *walk, double rows, double part)
{
    const int64_t depth = walk->cell ? walk->units : walk->inputs;
    const double numbers = (double)(walk->gate_count * walk->units) * (double)depth * part;
    const double bytes = numbers * REAL_BITS / 8;
    const double rate = bytes <= second_cache ? own_bytes_a_second : shared_bytes_a_second;
    const double whole_tiles = rows < full_tile_rows ? full_tile_rows : rows;
    const double arithmetic = 2 * numbers * (rows < full_tile_rows / 2 ? rows * 2 : whole_tiles) / flops_a_second;
    const double memory = bytes / rate;
    return arithmetic > memory ? arithmetic + not_hidden * memory : memory;
}

/* What a step of a walk takes in one thread, with units, with rows; a way that cannot be gone takes for ever. */
struct ways {
    double alone, units, rows;
};

static struct ways ways_of(const struct walk_r *walk, const struct sharing_terms *terms)
{
    const double threads = (double)terms->threads, batch = (double)terms->batch;
    const int64_t stages = walk->cell ? walk->cell->stage_count : 0;
    const bool has_units = walk->units >= terms->threads * block_columns_r(walk->kernels);
    const bool has_rows = terms->batch >= 2 * terms->threads;
    return (struct ways){
        .alone = step_seconds(walk, batch, 1),
        .units = has_units ? step_seconds(walk, batch, 1 / threads) + barrier_seconds * (double)stages : 1e9,
        .rows = has_rows ? step_seconds(walk, batch / threads, 1) : 1e9,
    };
}

weir_sharing native_sharing_r(const struct walk_r *walk, const struct sharing_terms *terms)
{
    const struct ways ways = ways_of(walk, terms);
    const bool rows_first = ways.rows <= ways.units;
    const double shared = rows_first ? ways.rows : ways.units;
    const double steps = (double)(terms->steps * terms->passes);
    if (terms->threads == 1 || shared * steps + start_seconds > 0.9 * ways.alone * steps)
        return WEIR_SHARE_NONE;
    return rows_first ? WEIR_SHARE_ROWS : WEIR_SHARE_UNITS;
}
