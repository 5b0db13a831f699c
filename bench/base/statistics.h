/*
 * base/statistics.h: what a handful of timings says.
 */
#ifndef BENCH_BASE_STATISTICS_H
#define BENCH_BASE_STATISTICS_H

#include <stddef.h>

/* The most samples that are ever taken of one thing. */
enum { SAMPLES_MOST = 101 };

struct samples {
    size_t count;
    double values[SAMPLES_MOST];
};

/* A median and the interval in which it lies with 95 % confidence. */
struct estimate {
    double median;
    double low;
    double high;
};

/* Does nothing once SAMPLES_MOST are there. */
void samples_add(struct samples *samples, double value);

/* The mean of the two middle ones for an even count; 0 for none. */
double samples_median(const struct samples *samples);

/* The interval is the percentile bootstrap's (Efron 1979), from 1000 resamplings that are the same at every call. */
struct estimate samples_estimate(const struct samples *samples);

#endif
