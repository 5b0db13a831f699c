/*
 * gradient/decay.c: a line through log norms.
 */
#include "gradient/decay.h"

#include <math.h>
#include <stdio.h>

enum { LEAST_LAGS = 5 };

/* Where the norms end: at 0, or at what is no number. */
static size_t usable(const double *norms, size_t count)
{
    size_t lags = 0;
    while (lags < count && norms[lags] > 0.0 && isfinite(norms[lags]))
        lags++;
    return lags;
}

/* Least squares of ln norm against the lag. */
static void fit(struct decay *decay, const double *norms)
{
    const double n = (double)decay->lags, mean_lag = 0.5 * (n + 1.0);
    double mean = 0.0, lag_squares = 0.0, squares = 0.0, products = 0.0;
    for (size_t k = 0; k < decay->lags; k++)
        mean += log(norms[k]) / n;
    for (size_t k = 0; k < decay->lags; k++) {
        const double lag = (double)(k + 1) - mean_lag, height = log(norms[k]) - mean;
        lag_squares += lag * lag;
        squares += height * height;
        products += lag * height;
    }
    decay->slope = products / lag_squares;
    decay->r_squared = squares > 0.0 ? products * products / (lag_squares * squares) : 0.0;
}

/* The largest norm over the smallest. */
static double spread_of(const double *norms, size_t count)
{
    double least = HUGE_VAL, most = 0.0;
    for (size_t k = 0; k < count; k++) {
        least = fmin(least, norms[k]);
        most = fmax(most, norms[k]);
    }
    return most / least;
}

struct decay decay_of(const double *norms, size_t count)
{
    struct decay decay = {.kind = DECAY_UNKNOWN, .lags = usable(norms, count)};
    if (decay.lags < LEAST_LAGS)
        return decay;
    fit(&decay, norms);
    if (spread_of(norms, decay.lags) <= 2.0 && decay.lags == count)
        decay.kind = DECAY_NONE;
    else if (norms[decay.lags - 1] > 2.0 * norms[0] || (decay.r_squared >= DECAY_R_SQUARED && decay.slope > 0.0))
        decay.kind = DECAY_GROWS;
    else if (decay.r_squared >= DECAY_R_SQUARED) {
        decay.kind = DECAY_EXPONENTIAL;
        decay.half_life = log(2.0) / -decay.slope;
    } else
        decay.kind = DECAY_NOT_EXPONENTIAL;
    return decay;
}

void decay_print(const struct decay *decay, char *text, size_t size)
{
    static const char *const words[] = {[DECAY_NONE] = "no decay",
                                        [DECAY_GROWS] = "grows",
                                        [DECAY_NOT_EXPONENTIAL] = "not exponential",
                                        [DECAY_UNKNOWN] = "-"};
    if (decay->kind == DECAY_EXPONENTIAL)
        snprintf(text, size, "half-life %.3g", decay->half_life);
    else
        snprintf(text, size, "%s", words[decay->kind]);
}
