/*
 * gradient/decay.h: how a norm depends on the lag, in a word, and in a number where there is one.
 */
#ifndef BENCH_GRADIENT_DECAY_H
#define BENCH_GRADIENT_DECAY_H

#include <stddef.h>

enum decay_kind {
    DECAY_NONE,            /* it stays within a factor of two: no decay */
    DECAY_EXPONENTIAL,     /* log norm falls along a line: it has a half-life */
    DECAY_GROWS,           /* it rises, along a line or not, to more than twice what it was */
    DECAY_NOT_EXPONENTIAL, /* it falls, but a line does not describe it: it has no half-life */
    DECAY_UNKNOWN          /* too few lags with a norm that is not 0 */
};

/* The least R^2 of a line of which one says that it describes the points. */
#define DECAY_R_SQUARED 0.99

struct decay {
    enum decay_kind kind;
    size_t lags;      /* that were looked at: up to the first norm that is 0 */
    double slope;     /* of ln norm against the lag, by least squares */
    double r_squared; /* how much of the variance of ln norm the line accounts for */
    double half_life; /* in steps, of DECAY_EXPONENTIAL: ln 2 / -slope; else 0 */
};

/* norms[k] is that at lag k + 1. */
struct decay decay_of(const double *norms, size_t count);

/* "half-life 12.3", "no decay", "grows", ... */
void decay_print(const struct decay *decay, char *text, size_t size);

#endif
