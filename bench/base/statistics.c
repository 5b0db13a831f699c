/*
 * base/statistics.c: what a handful of timings says.
 */
#include "base/statistics.h"

#include <stdlib.h>

#include "base/random.h"

enum { RESAMPLINGS = 1000 };

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double sort_for_median(double *values, size_t count)
{
    if (count == 0)
        return 0.0;
    qsort(values, count, sizeof *values, compare);
    return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
}

void samples_add(struct samples *samples, double value)
{
    if (samples->count < SAMPLES_MOST)
        samples->values[samples->count++] = value;
}

double samples_median(const struct samples *samples)
{
    struct samples copy = *samples;
    return sort_for_median(copy.values, copy.count);
}

static double resampled_median(const struct samples *samples, struct generator *generator)
{
    double drawn[SAMPLES_MOST];
    for (size_t i = 0; i < samples->count; i++)
        drawn[i] = samples->values[random_below(generator, samples->count)];
    return sort_for_median(drawn, samples->count);
}

struct estimate samples_estimate(const struct samples *samples)
{
    struct estimate estimate = {.median = samples_median(samples)};
    estimate.low = estimate.high = estimate.median;
    if (samples->count < 2)
        return estimate;

    struct generator generator = {.state = 1};
    double medians[RESAMPLINGS];
    for (int k = 0; k < RESAMPLINGS; k++)
        medians[k] = resampled_median(samples, &generator);
    qsort(medians, RESAMPLINGS, sizeof *medians, compare);
    estimate.low = medians[RESAMPLINGS * 25 / 1000];
    estimate.high = medians[RESAMPLINGS * 975 / 1000 - 1];
    return estimate;
}
