/*
 * base/paired.c: how much two things differ that were tried on the same pieces, with the same seeds.
 */
#include "base/paired.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/random.h"

enum { RESAMPLINGS = 2000 };

static size_t subsets_of(const struct paired *paired) { return paired->subsets > 0 ? paired->subsets : 1; }

/* All that can be drawn: seeds, then subsets, then pieces. */
static size_t count_of(const struct paired *paired) { return paired->seeds + subsets_of(paired) + paired->pieces; }

/* The mean with some of them drawn, by their places. */
static double mean_of(const struct paired *paired, const size_t *seeds)
{
    const size_t *subsets = seeds + paired->seeds, *pieces = subsets + subsets_of(paired);
    double sum = 0.0, steps = 0.0;
    for (size_t p = 0; p < paired->pieces; p++) {
        steps += paired->steps[pieces[p]];
        for (size_t s = 0; s < paired->seeds; s++)
            for (size_t d = 0; d < subsets_of(paired); d++)
                sum += paired->difference[(seeds[s] * subsets_of(paired) + subsets[d]) * paired->pieces + pieces[p]];
    }
    return sum / (steps * (double)(paired->seeds * subsets_of(paired)));
}

static void list(size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        places[i] = i;
}

static void draw(size_t *places, size_t count, struct generator *generator)
{
    for (size_t i = 0; i < count; i++)
        places[i] = (size_t)random_below(generator, count);
}

double paired_mean(const struct paired *paired)
{
    size_t *places = buffer_allocate(count_of(paired), sizeof *places);
    list(places, paired->seeds);
    list(places + paired->seeds, subsets_of(paired));
    list(places + paired->seeds + subsets_of(paired), paired->pieces);
    const double mean = mean_of(paired, places);
    free(places);
    return mean;
}

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct interval paired_interval(const struct paired *paired)
{
    struct generator generator = {.state = 1};
    size_t *places = buffer_allocate(count_of(paired), sizeof *places);
    double *means = buffer_allocate(RESAMPLINGS, sizeof *means);
    for (size_t k = 0; k < RESAMPLINGS; k++) {
        draw(places, paired->seeds, &generator);
        draw(places + paired->seeds, subsets_of(paired), &generator);
        draw(places + paired->seeds + subsets_of(paired), paired->pieces, &generator);
        means[k] = mean_of(paired, places);
    }
    qsort(means, RESAMPLINGS, sizeof *means, compare);
    const struct interval interval = {means[RESAMPLINGS * 25 / 1000], means[RESAMPLINGS * 975 / 1000 - 1]};
    free(places);
    free(means);
    return interval;
}

enum verdict verdict_of(struct interval interval, double from, double to)
{
    if (interval.low > from && interval.high < to)
        return VERDICT_HELD;
    return interval.high <= from || interval.low >= to ? VERDICT_CONTRADICTED : VERDICT_NOT_RESOLVED;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"held", "contradicted", "not resolved"};
    return names[verdict];
}
