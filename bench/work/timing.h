/*
 * work/timing.h: how long something takes that can be run again and again.
 */
#ifndef BENCH_WORK_TIMING_H
#define BENCH_WORK_TIMING_H

#include <stdint.h>

#include "base/statistics.h"

struct subject {
    void (*run)(void *context);
    void *context;
};

struct timing {
    struct subject subject;
    int64_t runs_between_looks; /* at the clock, so that looking costs nothing */
    struct samples samples;     /* seconds a run */
    double passed, busy;        /* seconds of all samples, and those in which this thread had its CPU */
};

/* Runs the subject a few times, to warm caches and pages and to see how often to look at the clock. */
struct timing timing_open(struct subject subject);

/* Adds one sample: the mean of as many runs as fill at least so many seconds. */
void timing_sample(struct timing *timing, double seconds);

/* Samples two things in turn, `count` times each; the ratios of neighbours, ours over theirs. Fewer on Ctrl-C. */
struct samples timing_in_turn(struct timing *ours, struct timing *theirs, int64_t count, double seconds);

/* The part of the samples' time in which this thread had its CPU: less than 1 if somebody else wanted it too. */
double timing_busy_part(const struct timing *timing);

/* Seconds of a single run. */
double timing_once(struct subject subject);

#endif
