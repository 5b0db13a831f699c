/*
 * work/timing.c: how long something takes that can be run again and again.
 */
#include "work/timing.h"

#include "base/clock.h"
#include "base/interrupt.h"

/* A look at the clock costs about 50 ns: once in this time is not seen in a sample. */
static const double look_seconds = 0.0005;
static const double long_seconds = 0.05;

double timing_once(struct subject subject)
{
    const double start = clock_seconds();
    subject.run(subject.context);
    return clock_seconds() - start;
}

struct timing timing_open(struct subject subject)
{
    struct timing timing = {.subject = subject, .runs_between_looks = 1};
    /* The first run touches pages for the first time; where it is long all the same, it has told enough. */
    if (timing_once(subject) > long_seconds)
        return timing;
    const double start = clock_seconds();
    int64_t runs = 0;
    do {
        subject.run(subject.context);
        runs++;
    } while (clock_seconds() - start < look_seconds);
    timing.runs_between_looks = runs;
    return timing;
}

void timing_sample(struct timing *timing, double seconds)
{
    const double start = clock_seconds(), busy_start = clock_busy_seconds();
    double passed;
    int64_t runs = 0;
    do {
        for (int64_t k = 0; k < timing->runs_between_looks; k++)
            timing->subject.run(timing->subject.context);
        runs += timing->runs_between_looks;
        passed = clock_seconds() - start;
    } while (passed < seconds);
    timing->passed += passed;
    timing->busy += clock_busy_seconds() - busy_start;
    samples_add(&timing->samples, passed / (double)runs);
}

/* Who is first changes, so that what disturbs the machine at regular times is not always the same one's. */
struct samples timing_in_turn(struct timing *ours, struct timing *theirs, int64_t count, double seconds)
{
    struct samples ratios = {0};
    for (int64_t k = 0; k < count && !interrupted(); k++) {
        timing_sample(k % 2 ? ours : theirs, seconds);
        timing_sample(k % 2 ? theirs : ours, seconds);
        samples_add(&ratios,
                    ours->samples.values[ours->samples.count - 1] / theirs->samples.values[theirs->samples.count - 1]);
    }
    return ratios;
}

double timing_busy_part(const struct timing *timing)
{
    return timing->passed > 0.0 ? timing->busy / timing->passed : 1.0;
}
