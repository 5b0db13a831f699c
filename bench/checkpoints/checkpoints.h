/*
 * checkpoints/checkpoints.h: time and memory of training over a plan's memory limit.
 */
#ifndef BENCH_CHECKPOINTS_CHECKPOINTS_H
#define BENCH_CHECKPOINTS_CHECKPOINTS_H

#include <stdio.h>

#include "command/session.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

enum { LIMITS_MOST = 24 };

/* A shape under one limit. */
struct limited {
    int64_t limit;         /* bytes */
    weir_plan_size size;   /* what the plan takes */
    int64_t kept_states;   /* 0: all is kept */
    int64_t segment_steps; /* that are run again at once */
    double again;          /* steps run again, over all, as the plan says */
    struct estimate ratio; /* its time over that of keeping all, of neighbouring samples */
    struct estimate seconds;
    double busy; /* the part of its time in which it had its CPU */
};

/* A shape, under every limit from what keeping all takes downwards. */
struct limits_row {
    struct point point;
    bool measured;
    struct why skipped; /* why nothing was measured */
    struct why refused; /* what the plan said of the first limit that it does not keep */
    weir_plan_size all; /* of the plan that keeps all */
    struct estimate all_seconds;
    struct limited limits[LIMITS_MOST];
    size_t count;
    double peak_before, peak_after;
};

struct limits_rows {
    size_t count;
    struct limits_row *rows;
};

/* How much longer a plan may take that runs each step again once (docs/benchmarks.md, "Checkpoints"). */
#define CHECKPOINTS_AIM 1.45

/* Fills in what is measured of each row; shows progress; stops early on Ctrl-C. */
void checkpoints_measure(struct limits_rows *rows, const struct machine *machine, const struct measure_options *options,
                         int64_t limits_an_octave);

/* Another process had more than a twentieth of the CPU, or the peak moved. */
bool checkpoints_is_flagged(const struct limits_row *row, const struct limited *limited);

/* "lstm, 256 units, batch 16, 2048 steps" */
void checkpoints_label(const struct limits_row *row, char *text, size_t size);

/* Saves, and prints to the session's report. */
void checkpoints_report(struct session *session, const struct limits_rows *rows);

/* Draws checkpoints.svg. */
void checkpoints_plot(const struct limits_rows *rows, const struct results *results);

#endif
