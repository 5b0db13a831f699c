/*
 * gradient/gradient.h: where the gradient goes: how much of it is left at which lag, of nets that have not learned
 * anything yet and of nets that have.
 */
#ifndef BENCH_GRADIENT_GRADIENT_H
#define BENCH_GRADIENT_GRADIENT_H

#include <weir/weir.h>

#include "command/session.h"
#include "gradient/decay.h"
#include "gradient/training.h"
#include "work/stack.h"

enum { SPANS_MOST = 12 };

/* What the numbers of steps are over which the state's Jacobian is looked at: 1, 2, 5, 10, ... */
struct spans {
    size_t count;
    int64_t steps[SPANS_MOST];
};

/* One net at one length, and what its tape told. */
struct gradient_row {
    struct start start;
    bool trained;
    struct outcome outcome; /* if so */
    int64_t steps, hidden;
    double *norms, *least, *most; /* [steps] |dL/d(state)| at lag k+1: geometric mean over sequences, and their range */
    double *before;               /* the mean again, before training; NULL of a net that was not trained */
    struct decay decay;           /* of the mean */
    struct spans spans;
    weir_singular_value jacobian[SPANS_MOST]; /* of the first sequence */
    /* The direct path: of the unit where it is largest, and the mean over units; both geometric means over sequences;
       NaN where there is none. */
    double direct_most[SPANS_MOST], direct_mean[SPANS_MOST];
    double below, above;  /* shares of gate units, tanh's left out, below 0.1 and above 0.9; NaN likewise */
    double time_constant; /* of the gate that keeps: the median over units, in steps; NaN likewise */
};

struct gradient_rows {
    size_t count;
    struct gradient_row *rows;
};

struct gradient_settings {
    int64_t hidden;
    int64_t untrained_steps; /* of the sequences that untrained nets go through */
    struct numbers steps;    /* lengths to train at */
    struct lesson_settings training;
    uint64_t seed;
    bool (*takes)(const struct start *start, bool trained); /* which of the nets; NULL: all */
};

/* Measures all; shows progress; stops early on Ctrl-C. What does not work ends the program. */
struct gradient_rows gradient_run(const struct gradient_settings *settings);
void gradient_close(struct gradient_rows *rows);

/* gradient/measure.c: fills in what a net tells of `row->steps` steps; `parameters` are its own, as many as the net
 * has.
 */
void gradient_measure(struct gradient_row *row, const double *parameters, uint64_t seed);

/* gradient/report.c, gradient/plot.c: saves, draws, and prints to the session's report. */
void gradient_report(struct session *session, const struct gradient_rows *rows,
                     const struct gradient_settings *settings);
void gradient_plot(const struct session *session, const struct gradient_rows *rows);

/* Norms by lag as a block of data $<name><i> for gnuplot; without those that a logarithmic axis does not have. */
void gradient_print_norms(const char *name, size_t i, const double *norms, int64_t count, FILE *plot);

/* The smallest number that f32 does not flush to zero. */
#define GRADIENT_F32_FLOOR 1.17549435e-38

#endif
