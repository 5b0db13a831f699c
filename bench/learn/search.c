/*
 * learn/search.c: which settings are tried, and which of them are better.
 */
#include <math.h>

#include "learn/job.h"

/* Any number will do; each draw has its own start. */
static const uint64_t search_start = UINT64_C(0x5EED0F5EA2C4);

/* The number is drawn in any case: what one range has does not change what another comes to. */
static double between(struct range range, struct generator *generator, double otherwise)
{
    const double part = random_unit(generator);
    return range.high < range.low ? otherwise : range.low + (range.high - range.low) * part;
}

static double between_in_logarithm(struct range range, struct generator *generator, double otherwise)
{
    if (range.high < range.low)
        return between(range, generator, otherwise);
    return exp(between((struct range){log(range.low), log(range.high)}, generator, otherwise));
}

struct course_settings job_draw(const struct learn_settings *settings, int64_t draw)
{
    struct course_settings drawn = settings->training;
    struct generator generator = {.state = search_start + (uint64_t)draw};
    generator.state = random_next(&generator);
    drawn.rate = between_in_logarithm(settings->rates, &generator, drawn.rate);
    drawn.clip = between_in_logarithm(settings->clips, &generator, drawn.clip);
    drawn.bias = between(settings->biases, &generator, drawn.bias);
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
