/*
 * learn/job.c: all trainings of a task: who takes part, which settings are tried, which are chosen.
 */
#include "learn/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/message.h"

/* The seed of all trainings of a search, which no final one has by chance. */
static const uint64_t search_seed = UINT64_C(1) << 40;

static void open_problem(struct job *job, int64_t length, int64_t part)
{
    struct why why;
    const struct learn_settings *settings = &job->settings;
    if (job->problem_count == PROBLEMS_MOST)
        message_fail("learn: more lengths and parts of the data than %d", PROBLEMS_MOST);
    struct problem *problem = &job->problems[job->problem_count++];
    if (!problem_open(problem, job->task, length, settings->training.batch, settings->data, &why) ||
        !problem_divide(problem, part, &why))
        message_fail("learn %s: %s", job->task->name, why.text);
}

static const struct problem *problem_at(const struct job *job, int64_t length, int64_t part)
{
    for (size_t i = 0; i < job->problem_count; i++)
        if (job->problems[i].length == length && job->problems[i].part == part)
            return &job->problems[i];
    return NULL;
}

static void open_problems(struct job *job)
{
    const struct learn_settings *settings = &job->settings;
    static const struct numbers usual = {1, {0}};
    const struct numbers *lengths = settings->lengths.count > 0 ? &settings->lengths : &usual;
    for (size_t i = 0; i < lengths->count; i++)
        for (size_t p = 0; p < settings->parts.count; p++)
            open_problem(job, lengths->values[i], settings->parts.values[p]);
    job->final_count = job->problem_count;
    for (size_t p = 0; p < settings->parts.count && settings->tune > 0; p++)
        if (problem_at(job, settings->tune, settings->parts.values[p]) == NULL)
            open_problem(job, settings->tune, settings->parts.values[p]);
}

static const struct problem *tuned_of(const struct job *job, const struct problem *problem)
{
    return job->settings.tune > 0 ? problem_at(job, job->settings.tune, problem->part) : problem;
}

/* The net on which the settings of an entrant are tried: of as many units, or of other parameters, and with the inputs
   and outputs of the problem that they are tried on, which a task may have more of where it is longer. */
static struct stack tuned_stack_of(const struct job *job, const struct problem *problem, const struct variety *variety,
                                   struct stack stack)
{
    const struct problem *tuned = tuned_of(job, problem);
    stack.inputs = tuned->inputs;
    stack.outputs = tuned->outputs;
    if (job->settings.tune_parameters > 0)
        return variety_stack(variety, EQUAL_PARAMETERS, stack, job->settings.tune_parameters);
    return stack;
}

static struct entrant *find_or_add(struct job *job, const struct problem *problem, const struct variety *variety,
                                   const struct stack *stack)
{
    for (size_t i = 0; i < job->entrant_count; i++) {
        struct entrant *known = &job->entrants[i];
        if (known->problem == problem && known->variety == variety && known->stack.hidden == stack->hidden)
            return known;
    }
    if (job->entrant_count == ENTRANTS_MOST)
        message_fail("learn: more cells, sizes and lengths than %d", ENTRANTS_MOST);
    struct entrant *entrant = &job->entrants[job->entrant_count++];
    *entrant = (struct entrant){.problem = problem,
                                .tuned = tuned_of(job, problem),
                                .variety = variety,
                                .stack = *stack,
                                .tuned_stack = tuned_stack_of(job, problem, variety, *stack),
                                .settings = job->settings.training};
    return entrant;
}

/* The trial of an entrant, its budget named: 0 is what the paper needed. */
static struct trial trial_of(const struct entrant *entrant, const struct problem *problem,
                             const struct course_settings *settings, uint64_t seed)
{
    struct trial trial = {
        .problem = problem, .variety = entrant->variety, .stack = entrant->stack, .settings = *settings, .seed = seed};
    if (settings->budget == 0)
        trial.settings.budget = problem->task->bound(problem);
    return trial;
}

static void enter(struct job *job, const struct problem *problem)
{
    const struct learn_settings *settings = &job->settings;
    const struct stack like = {
        .inputs = problem->inputs, .hidden = settings->units, .layers = settings->layers, .outputs = problem->outputs};
    for (size_t e = 0; e < settings->equal.count; e++)
        for (size_t c = 0; c < settings->cells.count; c++) {
            const enum equal equal = (enum equal)settings->equal.values[e];
            const struct variety *variety = &varieties[settings->cells.values[c]];
            const struct stack stack = variety_stack(variety, equal, like, settings->parameters);
            find_or_add(job, problem, variety, &stack)->equal[equal] = true;
        }
}

/* What zero can only mean where there is something that it stands for. */
static void check(const struct job *job)
{
    const struct problem *problem = &job->problems[0];
    const struct course_settings *settings = &job->settings.training;
    if (settings->budget == 0 && job->task->bound == NULL)
        message_fail("learn %s: --budget 0: its paper names none", job->task->name);
    if (settings->valid == 0 && problem->count[SPLIT_VALID] == 0)
        message_fail("learn %s: --valid 0: its sequences have no end", job->task->name);
    if (settings->test == 0 && problem->count[SPLIT_TEST] == 0)
        message_fail("learn %s: --test 0: its sequences have no end", job->task->name);
}

void job_open(struct job *job, const struct task *task, const struct learn_settings *settings)
{
    *job = (struct job){.task = task, .settings = *settings};
    open_problems(job);
    check(job);
    for (size_t i = 0; i < job->final_count; i++)
        enter(job, &job->problems[i]);
}

static void close_courses(struct courses *courses)
{
    for (size_t i = 0; i < courses->count; i++)
        course_close(&courses->courses[i]);
    free(courses->courses);
    free(courses->trials);
    *courses = (struct courses){0};
}

void job_close(struct job *job)
{
    close_courses(&job->search);
    close_courses(&job->final);
    for (size_t i = 0; i < job->problem_count; i++)
        problem_close(&job->problems[i]);
}

/* --- lists --- */

static bool is_listed(const struct courses *courses, const struct trial *trial)
{
    char name[TRIAL_NAME], other[TRIAL_NAME];
    trial_name(trial, name, sizeof name);
    for (size_t i = 0; i < courses->count; i++) {
        trial_name(&courses->trials[i], other, sizeof other);
        if (strcmp(name, other) == 0)
            return true;
    }
    return false;
}

static void add(struct courses *courses, const struct trial *trial)
{
    if (!is_listed(courses, trial))
        courses->trials[courses->count++] = *trial;
}

static void make_room(struct courses *courses, size_t most)
{
    *courses = (struct courses){.trials = buffer_allocate(most, sizeof *courses->trials),
                                .courses = buffer_allocate(most, sizeof *courses->courses)};
}

static void open_courses(struct courses *courses)
{
    for (size_t i = 0; i < courses->count; i++)
        courses->courses[i] = course_open(&courses->trials[i]);
}

void job_list_search(struct job *job)
{
    make_room(&job->search, job->entrant_count * (size_t)job->settings.draws);
    for (int64_t draw = 1; draw <= job->settings.draws; draw++)
        for (size_t i = 0; i < job->entrant_count; i++) {
            const struct entrant *entrant = &job->entrants[i];
            const struct course_settings settings = job_draw(&job->settings, draw);
            struct trial trial = trial_of(entrant, entrant->tuned, &settings, search_seed);
            trial.stack = entrant->tuned_stack;
            trial.draw = draw;
            add(&job->search, &trial);
        }
    open_courses(&job->search);
}

static void choose(struct job *job, struct entrant *entrant)
{
    const struct course *best = NULL, *course;
    for (size_t k = 0; (course = job_training(job, &job->search, entrant, k)) != NULL; k++)
        if (best == NULL || course_is_better(course, best))
            best = course;
    if (best == NULL)
        return;
    entrant->settings = job_draw(&job->settings, best->trial->draw);
    entrant->draw = best->trial->draw;
}

void job_close_final(struct job *job) { close_courses(&job->final); }

uint64_t job_seed(const struct job *job, const struct problem *problem, size_t seed, size_t subset)
{
    const struct numbers *seeds = &job->settings.seeds;
    int64_t least = seeds->values[0], most = seeds->values[0];
    for (size_t k = 1; k < seeds->count; k++) {
        least = seeds->values[k] < least ? seeds->values[k] : least;
        most = seeds->values[k] > most ? seeds->values[k] : most;
    }
    const uint64_t own = (uint64_t)seeds->values[seed];
    return problem->part > 1 ? own : own + (uint64_t)subset * (uint64_t)(most - least + 1);
}

int64_t job_subset(const struct problem *problem, size_t subset) { return problem->part > 1 ? (int64_t)subset + 1 : 1; }

static void add_final(struct job *job, const struct entrant *entrant, size_t seed, size_t subset)
{
    const struct problem *problem = entrant->problem;
    struct trial trial = trial_of(entrant, problem, &entrant->settings, job_seed(job, problem, seed, subset));
    trial.tested = true;
    trial.settings.subset = job_subset(problem, subset);
    add(&job->final, &trial);
}

void job_list_final(struct job *job)
{
    const struct numbers *seeds = &job->settings.seeds;
    const size_t subsets = (size_t)job->settings.subsets;
    make_room(&job->final, job->entrant_count * seeds->count * subsets);
    for (size_t i = 0; i < job->entrant_count; i++)
        choose(job, &job->entrants[i]);
    for (size_t k = 0; k < seeds->count; k++)
        for (size_t d = 0; d < subsets; d++)
            for (size_t i = 0; i < job->entrant_count; i++)
                add_final(job, &job->entrants[i], k, d);
    open_courses(&job->final);
}

const struct course *job_training(const struct job *job, const struct courses *courses, const struct entrant *entrant,
                                  size_t k)
{
    const bool searched = courses == &job->search;
    const struct problem *problem = searched ? entrant->tuned : entrant->problem;
    const struct stack *stack = searched ? &entrant->tuned_stack : &entrant->stack;
    for (size_t i = 0; i < courses->count; i++) {
        const struct trial *trial = &courses->trials[i];
        if (trial->problem == problem && trial->variety == entrant->variety && trial->stack.hidden == stack->hidden &&
            k-- == 0)
            return &courses->courses[i];
    }
    return NULL;
}
