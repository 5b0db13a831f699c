/*
 * learn/summary.c: what trainings came to, and which of them have not ended.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/proportion.h"
#include "learn/report.h"

size_t learn_compared(const struct job *job, const struct problem *problem, enum equal equal,
                      const struct entrant *entrants[])
{
    size_t count = 0;
    for (size_t c = 0; c < job->settings.cells.count; c++)
        for (size_t i = 0; i < job->entrant_count; i++) {
            const struct entrant *entrant = &job->entrants[i];
            if (entrant->problem == problem && entrant->equal[equal] &&
                entrant->variety == &varieties[job->settings.cells.values[c]])
                entrants[count++] = entrant;
        }
    return count;
}

size_t learn_parts(const struct job *job, int64_t length, const struct problem *problems[])
{
    size_t count = 0;
    for (size_t i = 0; i < job->final_count; i++)
        if (job->problems[i].length == length)
            problems[count++] = &job->problems[i];
    return count;
}

static bool has_ended(const struct course *course) { return course->progress.ending != ENDING_OPEN; }

/* The median of one number of each training that has ended: HUGE_VAL stands for never. */
static double median_of(const struct job *job, const struct entrant *entrant,
                        double (*number)(const struct course *course, const void *about), const void *about)
{
    const struct course *course;
    double *numbers = buffer_allocate(job->final.count + 1, sizeof *numbers);
    size_t count = 0;
    for (size_t k = 0; (course = job_training(job, &job->final, entrant, k)) != NULL; k++)
        if (has_ended(course))
            numbers[count++] = number(course, about);
    const double median = censored_median(numbers, count);
    free(numbers);
    return median;
}

static double updates_to_solve(const struct course *course, const void *about)
{
    (void)about;
    return course->progress.ending == ENDING_SOLVED ? (double)course->progress.updates : HUGE_VAL;
}

static double seconds_to_solve(const struct course *course, const void *about)
{
    (void)about;
    return course->progress.ending == ENDING_SOLVED ? course->progress.seconds : HUGE_VAL;
}

static double test_score(const struct course *course, const void *about)
{
    (void)about;
    const double score = problem_score(course->trial->problem, &course->test.all);
    return isfinite(score) ? score : HUGE_VAL;
}

static void add_solved(struct summary *summary, const struct progress *progress)
{
    if (progress->ending == ENDING_SOLVED) {
        summary->solved++;
        return;
    }
    summary->unsolved_updates = fmin(summary->unsolved_updates, (double)progress->updates);
    summary->unsolved_seconds = fmin(summary->unsolved_seconds, progress->seconds);
}

struct summary learn_summary(const struct job *job, const struct entrant *entrant)
{
    const struct course *course;
    double right = 0.0, seconds = 0.0, updates = 0.0;
    struct summary summary = {
        .unsolved_updates = HUGE_VAL,
        .unsolved_seconds = HUGE_VAL,
        .best = HUGE_VAL,
        .worst = -HUGE_VAL,
        .updates = median_of(job, entrant, updates_to_solve, NULL),
        .seconds = median_of(job, entrant, seconds_to_solve, NULL),
        .score = median_of(job, entrant, test_score, NULL),
    };
    for (size_t k = 0; (course = job_training(job, &job->final, entrant, k)) != NULL; k++) {
        if (!has_ended(course))
            continue;
        summary.courses++;
        add_solved(&summary, &course->progress);
        summary.best = fmin(summary.best, test_score(course, NULL));
        summary.worst = fmax(summary.worst, test_score(course, NULL));
        right += tally_right(&course->test.all);
        seconds += course->progress.seconds;
        updates += (double)course->progress.updates;
    }
    if (summary.courses > 0) {
        summary.right = right / (double)summary.courses;
        summary.spent = seconds / (double)summary.courses;
        summary.milliseconds = 1e3 * seconds / updates;
    }
    return summary;
}

/* `about`: the number of the finding. */
static double finding(const struct course *course, const void *about)
{
    const int64_t i = *(const int64_t *)about;
    return i < course->findings.count ? course->findings.values[i].value : HUGE_VAL;
}

double learn_finding(const struct job *job, const struct entrant *entrant, int64_t i, const char **name)
{
    const struct course *course;
    *name = NULL;
    for (size_t k = 0; (course = job_training(job, &job->final, entrant, k)) != NULL; k++)
        if (i < course->findings.count)
            *name = course->findings.values[i].name;
    return *name != NULL ? median_of(job, entrant, finding, &i) : (double)NAN;
}

/* The best of the evaluations within `about` seconds. */
static double best_within(const struct course *course, const void *about)
{
    const double seconds = *(const double *)about;
    double best = HUGE_VAL;
    for (int64_t i = 0; i < course->progress.moments && course->curve[i].seconds <= seconds; i++)
        best = fmin(best, course->curve[i].valid);
    return best;
}

double learn_valid_within(const struct job *job, const struct entrant *entrant, double seconds)
{
    return median_of(job, entrant, best_within, &seconds);
}

void learn_test_score(const struct job *job, const struct entrant *entrant, struct score *score)
{
    const struct course *course;
    *score = (struct score){0};
    for (size_t k = 0; (course = job_training(job, &job->final, entrant, k)) != NULL; k++) {
        if (!has_ended(course))
            continue;
        tally_add(&score->all, &course->test.all);
        for (size_t g = 0; g < SCORE_GROUPS; g++)
            tally_add(&score->groups[g], &course->test.groups[g]);
    }
}

size_t learn_print_open(const struct courses *courses, FILE *stream)
{
    size_t stopped = 0, waiting = 0;
    char name[TRIAL_NAME];
    for (size_t i = 0; i < courses->count; i++) {
        const struct course *course = &courses->courses[i];
        if (course->progress.ending != ENDING_OPEN)
            continue;
        trial_name(course->trial, name, sizeof name);
        if (course->progress.updates > 0)
            fprintf(stream, "- %s was stopped after %" PRId64 " updates.\n", name, course->progress.updates);
        stopped += course->progress.updates > 0;
        waiting += course->progress.updates == 0;
    }
    if (waiting > 0)
        fprintf(stream, "- %zu training%s had not begun.\n", waiting, waiting == 1 ? "" : "s");
    return stopped + waiting;
}
