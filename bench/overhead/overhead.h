/*
 * overhead/overhead.h: the time of a plan over that of its bare products, and how much of it is packing.
 */
#ifndef BENCH_OVERHEAD_OVERHEAD_H
#define BENCH_OVERHEAD_OVERHEAD_H

#include <stdio.h>

#include "command/session.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

/* One combination, and what was measured of it. */
struct overhead_row {
    struct point point;
    const struct shape_set *set; /* NULL: none */
    int64_t whole_steps;         /* of the set's sequence, where point.steps are fewer */
    bool measured;
    struct why skipped;
    int64_t tile_steps, products;
    struct estimate plan, bare; /* seconds a run */
    struct estimate ratio;      /* of neighbouring samples */
    struct estimate packing;    /* likewise of packing the weights to a run; training alone */
    double peak_before, peak_after;
    double busy; /* the part of its time in which it had its CPU */
};

struct overhead_rows {
    size_t count;
    struct overhead_row *rows;
};

/* Fills in what is measured of each row; shows progress; stops early on Ctrl-C. */
void overhead_measure(struct overhead_rows *rows, const struct machine *machine, const struct measure_options *options);

/* Saves, and prints to the session's report. */
void overhead_report(struct session *session, const struct overhead_rows *rows);

#endif
