/*
 * cost/cost.h: what a GRU costs beside an LSTM of as many units.
 */
#ifndef BENCH_COST_COST_H
#define BENCH_COST_COST_H

#include <stdio.h>

#include "command/session.h"
#include "cost/theory.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

/* A shape in one mode, and what was measured there of both cells. */
struct cost_row {
    struct row cells[COST_CELLS];
    bool measured;
    struct samples rounds; /* the GRU's time over the LSTM's, of neighbouring samples */
    struct estimate ratio; /* their median */
    double amounts[QUANTITIES][COST_CELLS];
};

struct cost_rows {
    size_t count;
    struct cost_row *rows;
};

/* "A GRU costs 3/4 of an LSTM", and how near to that is near enough. */
#define COST_CLAIM 0.75
#define COST_NEAR 0.05

/* One for each combination of the axes. The sweep's cells are the two, and its engine one. */
struct cost_rows cost_list(const struct sweep *sweep);
void cost_close(struct cost_rows *rows);

/* Fills in what is measured of each row; shows progress; stops early on Ctrl-C. */
void cost_measure(struct cost_rows *rows, const struct machine *machine, const struct measure_options *options);

/* What both cells' rows have in common. */
const struct point *cost_point(const struct cost_row *row);

/* If one of the two is. */
bool cost_is_flagged(const struct cost_row *row);

/* All numbers of all measured rows, an array; and how they came about; yours. */
json_t *cost_to_json(const struct cost_rows *rows);
json_t *cost_about(void);

/* Saves, and prints to the session's report: tables with the sweep's axes. */
void cost_report(struct session *session, const struct cost_rows *rows, const struct sweep *sweep);

/* Draws cost.svg: a map for each mode and precision. */
void cost_plot(const struct cost_rows *rows, const struct results *results);

#endif
