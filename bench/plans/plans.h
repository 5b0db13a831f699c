/*
 * plans/plans.h: what plans choose, by the model and by measuring, beside everything that they could have chosen.
 */
#ifndef BENCH_PLANS_PLANS_H
#define BENCH_PLANS_PLANS_H

#include <stdio.h>

#include "command/session.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

enum { CANDIDATES_MOST = 64, DESCRIPTION_MOST = 8192, LABEL_MOST = 64 };

/* How a plan can run a point: engine, sharing, threads, tile. */
struct candidate {
    char label[LABEL_MOST];  /* "native units x2 tile 12" */
    struct estimate seconds; /* a run */
    size_t samples;
};

/* One combination, and what was measured of it. */
struct plans_row {
    struct point point;
    int64_t threads; /* that plans may have */
    bool measured;
    struct why skipped;
    struct candidate candidates[CANDIDATES_MOST]; /* all different */
    size_t count;
    size_t model, learned, best;                /* the model's choice, the one that measuring found, the fastest */
    struct estimate model_ratio, learned_ratio; /* to the best, of samples taken in turn */
    double learning_seconds;                    /* that weir_plan_create took to measure */
    double peak_before, peak_after;
    double busy; /* the part of its time in which it had its CPU */
};

struct plans_rows {
    size_t count;
    struct plans_row *rows;
};

/* How far from the best a choice may be. */
#define PLANS_AIM 1.10

/* Fills in what is measured of each row; shows progress; stops early on Ctrl-C. */
void plans_measure(struct plans_rows *rows, const struct machine *machine, const struct measure_options *options);

/* Saves, and prints to the session's report. */
void plans_report(struct session *session, const struct plans_rows *rows);

#endif
