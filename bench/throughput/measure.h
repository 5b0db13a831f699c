/*
 * throughput/measure.h: measuring rows, group by group.
 */
#ifndef BENCH_THROUGHPUT_MEASURE_H
#define BENCH_THROUGHPUT_MEASURE_H

#include "machine/machine.h"
#include "throughput/sweep.h"

struct measure_options {
    int64_t samples;       /* of each row, at most; at least 3 are taken */
    double sample_seconds; /* the shortest sample */
    int64_t evictions;     /* samples with evicted caches, at batch 1 */
    double seconds;        /* for all rows together: with less time, fewer samples. 0: as long as it takes */
};

/* Tells the person at the terminal how many points a set has and how long they will roughly take, `subjects` things
   being sampled of each row. Does nothing without a set. */
void measure_announce(const struct rows *rows, const struct machine *machine, const struct measure_options *options,
                      int subjects);

/* Fills in what is measured of each row; shows progress; stops early on Ctrl-C. */
void measure_rows(struct rows *rows, const struct machine *machine, const struct measure_options *options);

#endif
