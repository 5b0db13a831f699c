/*
 * all/learned.h: what committed runs of weir-bench learn have found: their files learn.csv.
 */
#ifndef BENCH_ALL_LEARNED_H
#define BENCH_ALL_LEARNED_H

#include <stdio.h>

#include "all/committed.h"
#include "base/statistics.h"

/* The test scores of a cell's final trainings at equal parameters, on one of so many parts of the data (1: all). */
struct samples learned_scores(const struct committed *full, const char *cell, int64_t part);

/* The median test score of a cell's final trainings at equal parameters, on all of the data; NaN if there are none. */
double learned_score(const struct committed *full, const char *cell);

/* Which share of them has solved the task; NaN if there are none. */
double learned_solved(const struct committed *full, const char *cell);

/* A panel (all/learned_panel.c): a name of its own among those of a picture, what it shows, the unit of its scores. */
struct learned_panel {
    const char *name, *title, *unit;
};

/* GRU and LSTM at equal parameters: the median test score by the share of the training data, and a band from the best
   training to the worst. An empty panel if the run has none. */
void learned_draw_parts(const struct committed *full, const struct learned_panel *panel, FILE *plot);

#endif
