/*
 * work/sets.h: the shapes that others measure recurrent nets at, by name.
 */
#ifndef BENCH_WORK_SETS_H
#define BENCH_WORK_SETS_H

#include <stddef.h>

#include "work/workload.h"

/* Lists end with 0. Every combination of them is a point of the set. */
enum { SHAPE_VALUES_MOST = 10, SHAPE_CELLS_MOST = 4 };

struct shape_block {
    weir_kind cells[SHAPE_CELLS_MOST]; /* none: the source does not say */
    int64_t inputs[SHAPE_VALUES_MOST]; /* none: as many as hidden units */
    int64_t hidden[SHAPE_VALUES_MOST];
    int64_t batch[SHAPE_VALUES_MOST];
    int64_t steps[SHAPE_VALUES_MOST];
    int64_t layers; /* 0: one */
    bool bidirectional;
    bool training, inference; /* at least one */
};

struct shape_set {
    const char *name;
    const char *source;   /* where the points come from */
    const char *meaning;  /* how they are run here, where that is not what the source does */
    const char *left_out; /* what the source has and the set has not */
    size_t block_count;
    const struct shape_block *blocks;
};

/* The sets in the order of shape_set_names, which NULL ends as a set without a name ends these. */
extern const struct shape_set shape_sets[];
extern const char *const shape_set_names[];

/* How many points a set has; a point whose cell is open is one. */
size_t shape_set_count(const struct shape_set *set);

/* Point `index`, without precision and engine; its cell is NULL where that is open. */
struct point shape_set_point(const struct shape_set *set, size_t index);

#endif
