/*
 * base/proportion.c: what k successes of n say, and how long they took.
 */
#include "base/proportion.h"

#include <math.h>
#include <stdlib.h>

static const double tail = 0.025; /* on each side of a 95 % interval */

/* The chance of `least` or more successes of n, each with probability p. */
static double at_least(int64_t least, int64_t n, double p)
{
    double sum = 0.0;
    if (least <= 0 || p >= 1.0)
        return 1.0;
    for (int64_t k = least; k <= n && p > 0.0; k++)
        sum += exp(lgamma((double)n + 1.0) - lgamma((double)k + 1.0) - lgamma((double)(n - k) + 1.0) +
                   (double)k * log(p) + (double)(n - k) * log1p(-p));
    return sum;
}

/* The p at which `least` or more successes have that chance, which grows with p. */
static double chance_at(int64_t least, int64_t n, double chance)
{
    double low = 0.0, high = 1.0;
    for (int halving = 0; halving < 60; halving++) {
        const double middle = 0.5 * (low + high);
        if (at_least(least, n, middle) < chance)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

struct interval proportion_interval(int64_t successes, int64_t n)
{
    return (struct interval){
        .low = successes == 0 ? 0.0 : chance_at(successes, n, tail),
        .high = successes == n ? 1.0 : chance_at(successes + 1, n, 1.0 - tail),
    };
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double censored_median(double *times, size_t count)
{
    if (count == 0)
        return HUGE_VAL;
    qsort(times, count, sizeof *times, compare);
    return 0.5 * (times[(count - 1) / 2] + times[count / 2]);
}
