/*
 * learn/claim.c: whether a GRU and an LSTM differ.
 */
#include "learn/claim.h"

#include <inttypes.h>
#include <math.h>
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

/* GRU - LSTM, by seed, subset of the training data, and piece of the test split. */
struct differences {
    const struct job *job;
    struct paired paired;
    double *difference, *steps;
};

static struct differences differences_open(const struct job *job)
{
    struct differences all = {.job = job};
    all.paired.seeds = job->settings.seeds.count;
    all.paired.subsets = (size_t)job->settings.subsets;
    all.paired.difference = all.difference =
        buffer_allocate(all.paired.seeds * all.paired.subsets * SCORE_GROUPS, sizeof *all.difference);
    all.paired.steps = all.steps = buffer_allocate(SCORE_GROUPS, sizeof *all.steps);
    return all;
}

static void differences_close(struct differences *all)
{
    free(all->difference);
    free(all->steps);
}

static const struct course *find_course(const struct job *job, const struct entrant *entrant, size_t seed,
                                        size_t subset)
{
    const struct course *course;
    for (size_t k = 0; (course = job_training(job, &job->final, entrant, k)) != NULL; k++)
        if (course->trial->seed == job_seed(job, entrant->problem, seed, subset) &&
            course->trial->settings.subset == job_subset(entrant->problem, subset))
            return course;
    return NULL;
}

/* Adds `weight` times those of two trainings, where a piece has steps at all. */
static void subtract(struct differences *all, const struct course *gru, const struct course *lstm, double weight,
                     double *difference)
{
    size_t count, pieces = 0;
    const struct tally *left = pieces_of(gru, &count), *right = pieces_of(lstm, &count);
    const double scale = all->job->task->scale > 0.0 ? all->job->task->scale : 1.0;
    for (size_t p = 0; p < count; p++) {
        if (left[p].steps == 0.0)
            continue;
        difference[pieces] += weight * scale * (left[p].loss - right[p].loss);
        all->steps[pieces++] = left[p].steps;
    }
    all->paired.pieces = pieces;
}

/* Of all trainings of two cells. The test pieces of one are those of all. */
static void differences_add(struct differences *all, const struct entrant *gru, const struct entrant *lstm,
                            double weight)
{
    size_t count, pieces = 0;
    const struct tally *first = pieces_of(find_course(all->job, gru, 0, 0), &count);
    for (size_t p = 0; p < count; p++)
        pieces += first[p].steps > 0.0;
    for (size_t s = 0; s < all->paired.seeds; s++)
        for (size_t d = 0; d < all->paired.subsets; d++)
            subtract(all, find_course(all->job, gru, s, d), find_course(all->job, lstm, s, d), weight,
                     all->difference + (s * all->paired.subsets + d) * pieces);
}

/* Of the whole of the data alone: what stands for its subsets are further seeds. */
static void differences_are_of_seeds(struct differences *all)
{
    all->paired.seeds *= all->paired.subsets;
    all->paired.subsets = 1;
}

/* "-0.0123 (-0.0456 to +0.0078, 95 % over 3 seeds, 5 subsets, 77 pieces)" */
static void print_interval(const struct paired *paired, struct interval interval, FILE *stream)
{
    fprintf(stream, "%+.4f (%+.4f to %+.4f, 95 %% over ", paired_mean(paired), interval.low, interval.high);
    fprintf(stream, "%zu %s, ", paired->seeds, paired->seeds == 1 ? "seed" : "seeds");
    if (paired->subsets > 1)
        fprintf(stream, "%zu subsets, ", paired->subsets);
    fprintf(stream, "%zu pieces)", paired->pieces);
}

/*
 * The widest that an interval of resampled means can be is from the least to the largest of n trainings, between which
 * the truth lies with probability 1 - 2 / 2^n: with 0.94 from five on, with 0.75 for three. Where seeds and subsets are
 * crossed, each of them is resampled, and so there have to be as many of each: ten trainings of two seeds say
 * little of other seeds.
 */
enum { RESAMPLED_LEAST = 5 };

static const char *said_of(const struct paired *paired, struct interval interval, double from, double to)
{
    if (paired->seeds < RESAMPLED_LEAST)
        return "not resolved, by so few seeds";
    if (paired->subsets > 1 && paired->subsets < RESAMPLED_LEAST)
        return "not resolved, by so few subsets";
    return verdict_name(verdict_of(interval, from, to));
}

/* A cell of one comparison at one problem; NULL if it takes no part. */
static const struct entrant *take_part(const struct job *job, const struct problem *problem, enum equal equal,
                                       const char *cell)
{
    const struct entrant *entrants[ENTRANTS_MOST];
    return find(entrants, learn_compared(job, problem, equal, entrants), cell);
}

static void print_claim(const struct job *job, const struct problem *problem, enum equal equal, FILE *stream)
{
    const struct entrant *gru = take_part(job, problem, equal, "gru"), *lstm = take_part(job, problem, equal, "lstm");
    const double margin = job->task->margin;
    char name[96];
    if (gru == NULL || lstm == NULL)
        return;
    struct differences all = differences_open(job);
    differences_add(&all, gru, lstm, 1.0);
    if (problem->part == 1)
        differences_are_of_seeds(&all);
    const struct interval interval = paired_interval(&all.paired);
    problem_name(problem, name, sizeof name);
    fprintf(stream, "- %s, equal %s: GRU - LSTM is ", name, equal_names[equal]);
    print_interval(&all.paired, interval, stream);
    fprintf(stream, ". That they differ by less than %.3g: %s.\n", margin,
            said_of(&all.paired, interval, -margin, margin));
    differences_close(&all);
}

/* --- the slope over the share of the data --- */

static double share_of(const struct problem *problem) { return -log2((double)problem->part); }

/* A slope by least squares is a sum of what is measured at each part, with these factors. */
static void find_weights(const struct problem *const *problems, size_t count, double *weights)
{
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += share_of(problems[i]) / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (share_of(problems[i]) - mean) * (share_of(problems[i]) - mean);
    for (size_t i = 0; i < count; i++)
        weights[i] = (share_of(problems[i]) - mean) / squares;
}

static void print_slope(const struct job *job, int64_t length, enum equal equal, FILE *stream)
{
    const struct problem *problems[PROBLEMS_MOST];
    double weights[PROBLEMS_MOST];
    const size_t count = learn_parts(job, length, problems);
    if (count < 2 || take_part(job, problems[0], equal, "gru") == NULL ||
        take_part(job, problems[0], equal, "lstm") == NULL)
        return;
    struct differences all = differences_open(job);
    find_weights(problems, count, weights);
    for (size_t i = 0; i < count; i++)
        differences_add(&all, take_part(job, problems[i], equal, "gru"), take_part(job, problems[i], equal, "lstm"),
                        weights[i]);
    const struct interval interval = paired_interval(&all.paired);
    fprintf(stream, "- Equal %s: each doubling of the data adds to GRU - LSTM ", equal_names[equal]);
    print_interval(&all.paired, interval, stream);
    fprintf(stream, ". That it is more than 0 (a GRU with little data, an LSTM with much): %s.\n",
            said_of(&all.paired, interval, 0.0, HUGE_VAL));
    differences_close(&all);
}

void learn_print_claims(const struct job *job, FILE *stream)
{
    for (size_t e = 0; e < job->settings.equal.count; e++) {
        const enum equal equal = (enum equal)job->settings.equal.values[e];
        for (size_t i = 0; i < job->final_count; i++) {
            print_claim(job, &job->problems[i], equal, stream);
            if (i + 1 == job->final_count || job->problems[i + 1].length != job->problems[i].length)
                print_slope(job, job->problems[i].length, equal, stream);
        }
    }
}
