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

/* Some of the seeds, subsets and pieces, by their places; `places` holds all three. */
struct drawn {
    size_t seeds, subsets, pieces;
    size_t *places;
};

static double mean_of(const struct paired *paired, const struct drawn *drawn)
{
    const size_t *seeds = drawn->places, *subsets = seeds + drawn->seeds, *pieces = subsets + drawn->subsets;
    double sum = 0.0, steps = 0.0;
    for (size_t p = 0; p < drawn->pieces; p++) {
        steps += paired->steps[pieces[p]];
        for (size_t s = 0; s < drawn->seeds; s++)
            for (size_t d = 0; d < drawn->subsets; d++)
                sum += paired->difference[(seeds[s] * subsets_of(paired) + subsets[d]) * paired->pieces + pieces[p]];
    }
    return sum / (steps * (double)(drawn->seeds * drawn->subsets));
}

static void list(size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        places[i] = i;
}

static size_t *draw(size_t *places, size_t count, size_t among, struct generator *generator)
{
    for (size_t i = 0; i < count; i++)
        places[i] = (size_t)random_below(generator, among);
    return places + count;
}

/* One less than there are: the mean of n - 1 drawn ones varies as the mean of all does, that of n less (Rao & Wu 1988).
 */
static size_t one_less(size_t count) { return count > 1 ? count - 1 : 1; }

double paired_mean(const struct paired *paired)
{
    struct drawn all = {.seeds = paired->seeds, .subsets = subsets_of(paired), .pieces = paired->pieces};
    all.places = buffer_allocate(count_of(paired), sizeof *all.places);
    list(all.places, all.seeds);
    list(all.places + all.seeds, all.subsets);
    list(all.places + all.seeds + all.subsets, all.pieces);
    const double mean = mean_of(paired, &all);
    free(all.places);
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
    const struct drawn drawn = {.seeds = one_less(paired->seeds),
                                .subsets = one_less(subsets_of(paired)),
                                .pieces = one_less(paired->pieces),
                                .places = buffer_allocate(count_of(paired), sizeof *drawn.places)};
    double *means = buffer_allocate(RESAMPLINGS, sizeof *means);
    for (size_t k = 0; k < RESAMPLINGS; k++) {
        size_t *next = draw(drawn.places, drawn.seeds, paired->seeds, &generator);
        next = draw(next, drawn.subsets, subsets_of(paired), &generator);
        draw(next, drawn.pieces, paired->pieces, &generator);
        means[k] = mean_of(paired, &drawn);
    }
    qsort(means, RESAMPLINGS, sizeof *means, compare);
    const struct interval interval = {means[RESAMPLINGS * 25 / 1000], means[RESAMPLINGS * 975 / 1000 - 1]};
    free(drawn.places);
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
