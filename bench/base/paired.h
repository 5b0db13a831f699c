/*
 * base/paired.h: how much two things differ that were tried on the same pieces, with the same seeds.
 */
#ifndef BENCH_BASE_PAIRED_H
#define BENCH_BASE_PAIRED_H

#include <stddef.h>

#include "base/proportion.h"

/* Losses of one thing less those of the other. */
struct paired {
    size_t seeds, pieces;
    const double *difference; /* [seeds][subsets][pieces] summed over the steps of a piece */
    const double *steps;      /* [pieces] of each piece */
    size_t subsets;           /* of the training data, each trained on with each seed; 0: 1 */
};

/* The mean over the seeds and subsets of the difference a step. */
double paired_mean(const struct paired *paired);

/* In which it lies with 95 % confidence: percentile bootstrap over seeds, subsets and pieces, crossed with each
   other (Efron 1979), of each one less than there are, so that few of them do not look surer than they are (Rao & Wu
   1988); 2000 resamplings that are the same at every call. From one seed (or piece) nothing is drawn on that side, and
   from two to four seeds the interval is still too narrow. */
struct interval paired_interval(const struct paired *paired);

enum verdict { VERDICT_HELD, VERDICT_CONTRADICTED, VERDICT_NOT_RESOLVED };

/* Of the claim that a difference lies between `from` and `to`, which may be infinite: held if all of the interval does,
   contradicted if none of it does. */
enum verdict verdict_of(struct interval interval, double from, double to);

/* "held", "contradicted", "not resolved" */
const char *verdict_name(enum verdict verdict);

#endif
