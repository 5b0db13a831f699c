/*
 * engine/native_sharing.c: how the threads of a run share a walk, by the model of engine/native_model.h
 * (docs/engine.md, "Threads").
 *
 * Threads that have units read a part of R each and wait for each other once a stage; threads that have rows read all
 * of it each and do not wait.
 */
#include "engine/native.h"
#include "engine/native_model.h"

/* What a step of a walk takes in one thread, with units, with rows; a way that cannot be gone takes for ever. */
struct ways {
    double alone, units, rows;
};

static struct ways ways_of(const struct walk_r *walk, const struct sharing_terms *terms)
{
    const int64_t threads = terms->threads, batch = terms->batch;
    const bool has_units = walk->units >= terms->threads * block_columns_r(walk->kernels);
    const bool has_rows = terms->batch >= 2 * terms->threads;
    return (struct ways){
        .alone = native_step_time_r(walk, WEIR_SHARE_NONE, threads, batch).seconds,
        .units = has_units ? native_step_time_r(walk, WEIR_SHARE_UNITS, threads, batch).seconds : 1e9,
        .rows = has_rows ? native_step_time_r(walk, WEIR_SHARE_ROWS, threads, batch).seconds : 1e9,
    };
}

weir_sharing native_sharing_r(const struct walk_r *walk, const struct sharing_terms *terms)
{
    const struct ways ways = ways_of(walk, terms);
    const bool rows_first = ways.rows <= ways.units;
    const double shared = rows_first ? ways.rows : ways.units;
    const double steps = (double)(terms->steps * terms->passes);
    if (terms->threads == 1 || shared * steps + native_start_seconds_r(terms->threads) > 0.9 * ways.alone * steps)
        return WEIR_SHARE_NONE;
    return rows_first ? WEIR_SHARE_ROWS : WEIR_SHARE_UNITS;
}

/* A step's part of the input product of a tile. */
static double input_seconds(const struct walk_r *walk, const struct sharing_terms *terms)
{
    const double tile = (double)terms->tile_steps;
    return walk->cell ? native_input_seconds_r(walk, tile * (double)terms->batch) / tile : 0;
}

double native_seconds_r(const struct walk_r *walk, const struct sharing_terms *terms, weir_sharing sharing)
{
    const struct ways ways = ways_of(walk, terms);
    const double inputs = input_seconds(walk, terms), steps = (double)(terms->steps * terms->passes);
    if (sharing == WEIR_SHARE_NONE)
        return (ways.alone + inputs) * steps;
    const double shared = sharing == WEIR_SHARE_UNITS ? ways.units : ways.rows;
    return (shared + inputs / (double)terms->threads) * steps + native_start_seconds_r(terms->threads);
}
