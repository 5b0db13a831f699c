/*
 * learn/search.c: which settings are tried, and which of them are better.
 */
#include <math.h>

#include "learn/job.h"

/* Any number will do; each draw and each range has its own. */
static const uint64_t search_start = UINT64_C(0x5EED0F5EA2C4);

enum { RATES = 1, CLIPS, BIASES };

/*
 * How far into a range a draw lies, from 0 to 1. Of N draws each N-th part of a range has one, in an order of its own
 * for each range (Latin hypercube: McKay, Beckman & Conover 1979): few draws leave no wide gap, which would favour the
 * cell whose best happens not to lie there.
 */
static double part_of(const struct learn_settings *settings, int64_t draw, uint64_t range)
{
    struct generator generator = {.state = search_start + (range << 32) + (uint64_t)draw};
    const uint64_t key = search_start + range, draws = (uint64_t)settings->draws;
    generator.state = random_next(&generator);
    return ((double)random_place(key, (uint64_t)draw - 1, draws) + random_unit(&generator)) / (double)draws;
}

static double between(struct range range, double part, double otherwise)
{
    return range.high < range.low ? otherwise : range.low + (range.high - range.low) * part;
}

static double between_in_logarithm(struct range range, double part, double otherwise)
{
    if (range.high < range.low)
        return otherwise;
    return exp(between((struct range){log(range.low), log(range.high)}, part, otherwise));
}

struct course_settings job_draw(const struct learn_settings *settings, int64_t draw)
{
    struct course_settings drawn = settings->training;
    drawn.rate = between_in_logarithm(settings->rates, part_of(settings, draw, RATES), drawn.rate);
    drawn.clip = between_in_logarithm(settings->clips, part_of(settings, draw, CLIPS), drawn.clip);
    drawn.bias = between(settings->biases, part_of(settings, draw, BIASES), drawn.bias);
    return drawn;
}

static double best_valid(const struct course *course)
{
    const struct progress *progress = &course->progress;
    const double valid = progress->moments > 0 ? course->curve[progress->best].valid : HUGE_VAL;
    return isnan(valid) ? HUGE_VAL : valid;
}

bool course_is_better(const struct course *one, const struct course *other)
{
    const bool solved = one->progress.ending == ENDING_SOLVED, other_solved = other->progress.ending == ENDING_SOLVED;
    if (solved != other_solved)
        return solved;
    if (solved)
        return one->progress.updates < other->progress.updates;
    return best_valid(one) < best_valid(other);
}
