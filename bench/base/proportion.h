/*
 * base/proportion.h: what k successes of n say, and how long they took.
 */
#ifndef BENCH_BASE_PROPORTION_H
#define BENCH_BASE_PROPORTION_H

#include <stddef.h>
#include <stdint.h>

struct interval {
    double low, high;
};

/* In which the chance of a success lies with 95 % confidence, exactly (Clopper & Pearson 1934); 0 to 1 for n = 0. */
struct interval proportion_interval(int64_t successes, int64_t n);

/* The median of times, of which those that were never reached are HUGE_VAL: they are censored, not averaged. HUGE_VAL
   if half of them or more were not reached, or if there are none. Sorts the times. */
double censored_median(double *times, size_t count);

#endif
