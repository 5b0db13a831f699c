/*
 * learn/estimate.c: how long a job takes, found out by a few updates of each kind.
 */
#include "learn/estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"

static const double look_seconds = 0.3;

/* Of one update, and of one sequence that is looked at. */
struct cost {
    double update, sequence;
};

static struct cost measure(const struct trial *trial)
{
    struct cost cost = {0};
    struct score score;
    struct learner *learner =
        learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, trial->seed);
    int64_t updates = 0, next = learner_read(learner, trial->seed, 0);
    learner_update(learner, 0, NULL, NULL);
    double started = clock_busy_seconds();
    for (; clock_busy_seconds() - started < look_seconds; updates++) {
        /* One after the other: not all are as long as the first. */
        next += learner_read(learner, trial->seed, next);
        learner_update(learner, 0, NULL, NULL);
    }
    cost.update = (clock_busy_seconds() - started) / (double)updates;
    started = clock_busy_seconds();
    learner_score(learner, SPLIT_VALID, trial->seed, 0, EVALUATION_ROWS, &score);
    cost.sequence = (clock_busy_seconds() - started) / fmax(score.all.rows, 1.0);
    learner_close(&learner);
    return cost;
}

static bool same_kind(const struct trial *one, const struct trial *other)
{
    return one->problem == other->problem && one->variety == other->variety && one->stack.hidden == other->stack.hidden;
}

static struct cost cost_of(const struct courses *courses, size_t i, const struct cost *known)
{
    for (size_t k = 0; k < i; k++)
        if (same_kind(&courses->trials[k], &courses->trials[i]) && known[k].update > 0.0)
            return known[k];
    return measure(&courses->trials[i]);
}

/* Those that confirm a success, and those of the test split. */
static double sequences_at_end(const struct trial *trial)
{
    const struct course_settings *settings = &trial->settings;
    const double count = (double)(trial->problem->count[SPLIT_TEST]);
    const double test = settings->test > 0 ? (double)settings->test : count;
    return (trial->problem->task->solved != NULL ? (double)settings->confirm : 0.0) + (trial->tested ? test : 0.0);
}

static double seconds_of(const struct course *course, struct cost cost)
{
    const struct trial *trial = course->trial;
    const struct course_settings *settings = &trial->settings;
    const double updates = (double)(settings->budget - course->progress.updates);
    const double looks = (double)course->room - (double)course->progress.moments;
    const double count = (double)(trial->problem->count[SPLIT_VALID]);
    const double valid = settings->valid > 0 ? (double)settings->valid : count;
    const double whole = updates * cost.update;
    const double capped = settings->seconds > 0.0 ? fmin(whole, settings->seconds) : whole;
    const double looked_at = (capped / whole) * looks * valid + sequences_at_end(trial);
    return capped + looked_at * cost.sequence;
}

double estimate_seconds(const struct courses *courses)
{
    struct cost *known = buffer_allocate(courses->count + 1, sizeof *known);
    double sum = 0.0;
    for (size_t i = 0; i < courses->count; i++) {
        if (courses->courses[i].progress.ending != ENDING_OPEN)
            continue;
        known[i] = cost_of(courses, i, known);
        sum += seconds_of(&courses->courses[i], known[i]);
    }
    free(known);
    return sum;
}

void estimate_format(double seconds, char *text, size_t size)
{
    const double minutes = ceil(seconds / 60.0);
    if (minutes < 60.0)
        snprintf(text, size, "%.0f min", minutes);
    else
        snprintf(text, size, "%.0f h %.0f min", floor(minutes / 60.0), fmod(minutes, 60.0));
}
