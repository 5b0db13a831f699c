/*
 * learn/claim.c: whether a GRU and an LSTM differ.
 */
#include "learn/claim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/paired.h"

static const struct entrant *find(const struct entrant *const *entrants, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(entrants[i]->variety->name, name) == 0)
            return entrants[i];
    return NULL;
}

/* The groups of a test split as pieces; one piece where a task has no groups. */
static const struct tally *pieces_of(const struct course *course, size_t *count)
{
    const struct score *test = &course->test;
    *count = course->trial->problem->task->group != NULL ? SCORE_GROUPS : 1;
    return course->trial->problem->task->group != NULL ? test->groups : &test->all;
}

/* Differences of one seed, where the pieces have steps at all; their number. */
static size_t subtract(const struct course *gru, const struct course *lstm, double scale, double *difference,
                       double *steps)
{
    size_t count, pieces = 0;
    const struct tally *left = pieces_of(gru, &count), *right = pieces_of(lstm, &count);
    for (size_t p = 0; p < count; p++) {
        if (left[p].steps == 0.0)
            continue;
        difference[pieces] = scale * (left[p].loss - right[p].loss);
        steps[pieces++] = left[p].steps;
    }
    return pieces;
}

static void print_claim(const struct job *job, const struct problem *problem, const struct paired *paired, FILE *stream)
{
    const struct interval interval = paired_interval(paired);
    const double margin = job->task->margin;
    char name[64];
    problem_name(problem, name, sizeof name);
    fprintf(stream,
            "- %s: GRU - LSTM is %+.4f (%+.4f to %+.4f, 95 %% over %zu seeds and %zu pieces). That they differ by less "
            "than %g: %s.\n",
            name, paired_mean(paired), interval.low, interval.high, paired->seeds, paired->pieces, margin,
            verdict_name(verdict_of(interval, -margin, margin)));
}

static void compare(const struct job *job, const struct problem *problem, const struct entrant *gru,
                    const struct entrant *lstm, FILE *stream)
{
    const size_t seeds = job->settings.seeds.count;
    const double scale = job->task->scale > 0.0 ? job->task->scale : 1.0;
    double *difference = buffer_allocate(seeds * SCORE_GROUPS, sizeof *difference);
    double *steps = buffer_allocate(SCORE_GROUPS, sizeof *steps);
    struct paired paired = {.difference = difference, .steps = steps};
    for (size_t k = 0; k < seeds; k++) {
        const struct course *left = job_training(job, &job->final, gru, k);
        const struct course *right = job_training(job, &job->final, lstm, k);
        paired.pieces = subtract(left, right, scale, difference + k * paired.pieces, steps);
        paired.seeds++;
    }
    print_claim(job, problem, &paired, stream);
    free(difference);
    free(steps);
}

void learn_print_claims(const struct job *job, FILE *stream)
{
    const struct entrant *entrants[ENTRANTS_MOST];
    for (size_t e = 0; e < job->settings.equal.count; e++)
        for (size_t i = 0; i < job->problem_count; i++) {
            const enum equal equal = (enum equal)job->settings.equal.values[e];
            const size_t count = learn_compared(job, &job->problems[i], equal, entrants);
            const struct entrant *gru = find(entrants, count, "gru"), *lstm = find(entrants, count, "lstm");
            if (gru == NULL || lstm == NULL)
                continue;
            fprintf(stream, "- At equal %s:\n", equal_names[equal]);
            compare(job, &job->problems[i], gru, lstm, stream);
        }
}
