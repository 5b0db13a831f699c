/*
 * throughput/sweep.h: the axes that a person names, and the rows that come of them.
 */
#ifndef BENCH_THROUGHPUT_SWEEP_H
#define BENCH_THROUGHPUT_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/numbers.h"
#include "base/statistics.h"
#include "work/sets.h"
#include "work/workload.h"

/* Every combination of these; or, of a set, those points that have one of these, an empty list allowing all. */
struct sweep {
    struct numbers cells; /* places in `cells` */
    struct numbers steps, hidden, batch, layers;
    struct numbers precisions;   /* places in precision_names */
    struct numbers modes;        /* places in mode_names */
    struct numbers engines;      /* places in engine_names */
    int64_t inputs;              /* 0: as many as hidden units */
    bool match_parameters;       /* `hidden` is an LSTM's; other cells get the size that has as many parameters */
    const struct shape_set *set; /* NULL: no set */
    int64_t cut_steps;           /* a set's longer sequences are cut to so many; 0: none are */
};

/* RNN, GRU and LSTM: what is run where nobody says what. */
extern const struct numbers usual_cells;

extern const char *const precision_names[];
extern const char *const mode_names[];
extern const char *const engine_names[];

/* One combination, and what was measured of it. */
struct row {
    struct point point;
    int64_t asked_hidden; /* as named; point.stack.hidden differs where parameters are matched */
    bool matched;
    const struct shape_set *set; /* NULL: none */
    int64_t whole_steps;         /* of the set's sequence; point.steps are fewer where it is cut */
    int64_t parameters;
    int64_t asked_parameters; /* of the LSTM that is matched; else the same as parameters */
    size_t group;             /* rows that differ in cell and engine only are measured in turn */
    bool measured;
    struct why skipped;      /* why it was not, or "" */
    struct estimate seconds; /* a run, caches hot */
    size_t samples;
    struct estimate evicted;        /* seconds of a run, caches evicted; 0 where not measured */
    double peak_before, peak_after; /* FLOP/s, around the group */
    double busy;                    /* the part of its time in which it had its CPU */
    weir_plan_size size;
    int64_t tile_steps; /* whose inputs are one product */
};

struct rows {
    size_t count;
    struct row *rows;
    size_t groups;
};

/* Appends a sweep's rows. Group by group, cells in the order named. Of a set that may be none. */
void rows_append(struct rows *rows, const struct sweep *sweep);
void rows_close(struct rows *rows);

/* A copy in which only the rows of one engine count as measured. */
struct rows rows_of_engine(const struct rows *rows, weir_engine engine);

/* How many rows were measured. */
size_t rows_measured(const struct rows *rows);

/* The engine that was named first, which tables and pictures are about. */
weir_engine rows_engine(const struct rows *rows);

/* The measured row of a cell and an engine in the group of row i, or NULL. */
const struct row *rows_in_group(const struct rows *rows, size_t i, const struct cell *cell, weir_engine engine);

/* Whether times are flagged: the peak drifted by more than 5 % around them, or another process had 5 % of the CPU. */
bool times_are_flagged(double peak_before, double peak_after, double busy);

/* What the numbers of a row come to. */
double row_peak(const struct row *row);                        /* the mean of before and after */
double row_drift(const struct row *row);                       /* |after/before - 1| */
bool row_is_flagged(const struct row *row);                    /* its times are */
double row_microseconds(const struct row *row);                /* a step of all rows of the batch */
double row_flops(const struct row *row);                       /* FLOP/s */
double row_share(const struct row *row);                       /* of the peak */
double row_sequences(const struct row *row);                   /* a second */
double row_steps(const struct row *row);                       /* a second, of one row of the batch each */
double row_weight_rate(const struct row *row, double seconds); /* bytes of R a second */

#endif
