/*
 * learn/course.c: training one net until it has solved its task, learns no more, or has used up its budget.
 */
#include "learn/course.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/message.h"
#include "learn/checkpoint.h"

/* So many updates in a row without a finite gradient, and there will be none. */
enum { SKIPPED_MOST = 100 };

static const double checkpoint_seconds = 20.0;

/* --- updates --- */

static void judge(struct learner *learner, void *context)
{
    struct course *course = context;
    for (int64_t row = 0; row < learner->batch.rows; row++)
        rule_meet(&learner->problem->task->stop, &course->progress.recent, course->errors,
                  answers_row_error(&learner->answers, row), learner_right(learner, row));
}

static int64_t every_of(const struct trial *trial)
{
    const int64_t batch = trial->settings.batch, count = trial->problem->count[SPLIT_TRAIN];
    if (trial->settings.every > 0 || count == 0)
        return trial->settings.every > 0 ? trial->settings.every : 1000;
    return (count + batch - 1) / batch;
}

static void update(struct course *course, struct learner *learner)
{
    struct progress *progress = &course->progress;
    const bool judged = course->trial->problem->task->stop.window > 0;
    progress->next += learner_read(learner, course->trial->seed, progress->next);
    const double loss = learner_update(learner, progress->updates, judged ? judge : NULL, course);
    progress->updates++;
    if (isfinite(loss)) {
        progress->loss += loss;
        progress->losses++;
        progress->skipped_in_a_row = 0;
    } else {
        progress->skipped++;
        progress->skipped_in_a_row++;
    }
}

/* Updates are timed many at once: the clock takes a part of a microsecond, and so does a step of a small net. */
static void start_clock(struct course *course) { course->since = clock_busy_seconds(); }

static void stop_clock(struct course *course) { course->progress.seconds += clock_busy_seconds() - course->since; }

/* --- evaluations --- */

static bool stops(const struct course *course)
{
    return rule_is_met(&course->trial->problem->task->stop, &course->progress.recent);
}

static void note(struct course *course, const struct score *valid)
{
    struct progress *progress = &course->progress;
    const struct problem *problem = course->trial->problem;
    const struct tally met = {.loss = progress->loss, .steps = (double)progress->losses};
    if (progress->moments == course->room)
        message_fail("learn: more evaluations than were planned");
    course->curve[progress->moments++] = (struct moment){
        .updates = progress->updates,
        .seconds = progress->seconds,
        .train = problem_score(problem, &met),
        .valid = problem_score(problem, &valid->all),
        .right = tally_right(&valid->all),
        .rate = progress->rate,
    };
    progress->loss = 0.0;
    progress->losses = 0;
}

/* Lowers the rate each time that `wait` evaluations have passed without a better validation or a lower rate. */
static void lower_rate(struct course *course, struct learner *learner)
{
    struct progress *progress = &course->progress;
    const struct course_settings *settings = &course->trial->settings;
    const int64_t now = progress->moments - 1;
    const int64_t since = progress->best > progress->lowered ? progress->best : progress->lowered;
    if (settings->wait == 0 || now - since < settings->wait)
        return;
    progress->lowered = now;
    progress->rate *= settings->decay;
    if (weir_optimizer_set_rate(learner->optimizer, progress->rate) != WEIR_OK)
        message_fail("learn: %s", weir_optimizer_error(learner->optimizer));
}

/* Whether what has passed the test of success passes it on fresh sequences too, that no evaluation has seen. */
static bool confirm(const struct course *course, struct learner *learner, const struct score *valid)
{
    const struct trial *trial = course->trial;
    struct score fresh;
    if (trial->problem->task->stop.window > 0 || !problem_solved(trial->problem, valid, trial->settings.aim))
        return false;
    const int64_t first = trial->settings.valid + course->progress.moments * trial->settings.confirm;
    learner_score(learner, SPLIT_VALID, trial->seed, first, trial->settings.confirm, &fresh);
    return problem_solved(trial->problem, &fresh, trial->settings.aim);
}

/* A score that is no number is worse than any. */
static bool is_better(double valid, double best) { return valid < best || (isnan(best) && !isnan(valid)); }

static void look(struct course *course, struct learner *learner)
{
    struct progress *progress = &course->progress;
    struct score valid;
    learner_score(learner, SPLIT_VALID, course->trial->seed, 0, course->trial->settings.valid, &valid);
    note(course, &valid);
    const bool solved = confirm(course, learner, &valid) || stops(course);
    const int64_t now = progress->moments - 1;
    if (solved)
        progress->ending = ENDING_SOLVED;
    if (solved || now == 0 || is_better(course->curve[now].valid, course->curve[progress->best].valid)) {
        progress->best = now;
        learner_keep(learner);
    }
    lower_rate(course, learner);
}

static int64_t ending_of(const struct course *course)
{
    const struct progress *progress = &course->progress;
    const struct course_settings *settings = &course->trial->settings;
    const int64_t waited = progress->moments - 1 - progress->best;
    if (progress->ending != ENDING_OPEN)
        return progress->ending;
    return settings->patience > 0 && waited >= settings->patience              ? ENDING_PATIENCE
           : progress->skipped_in_a_row >= SKIPPED_MOST                        ? ENDING_DIVERGED
           : progress->updates >= settings->budget                             ? ENDING_BUDGET
           : settings->seconds > 0.0 && progress->seconds >= settings->seconds ? ENDING_SECONDS
                                                                               : ENDING_OPEN;
}

/* Evaluates where it is time to, or where there will be no later time. */
static void look_in_time(struct course *course, struct learner *learner)
{
    struct progress *progress = &course->progress;
    const bool over = progress->updates >= course->trial->settings.budget ||
                      progress->skipped_in_a_row >= SKIPPED_MOST || stops(course);
    if (progress->updates % every_of(course->trial) != 0 && !over)
        return;
    stop_clock(course);
    look(course, learner);
    progress->ending = ending_of(course);
    start_clock(course);
}

/* --- a whole training --- */

/* The test split is scored here and nowhere else. */
static void finish(struct course *course, struct learner *learner)
{
    const struct trial *trial = course->trial;
    const struct task *task = trial->problem->task;
    if (!trial->tested)
        return;
    learner_return(learner);
    learner_score(learner, SPLIT_TEST, trial->seed, 0, trial->settings.test, &course->test);
    if (task->examine != NULL)
        task->examine(trial->problem, learner, &course->findings);
}

static void save(struct course *course, struct learner *learner, const char *path)
{
    stop_clock(course);
    checkpoint_save(path, course, learner);
    start_clock(course);
}

static void train(struct course *course, struct learner *learner, const char *path,
                  bool (*stop)(const struct course *course))
{
    double saved = clock_seconds();
    start_clock(course);
    while (course->progress.ending == ENDING_OPEN && !stop(course)) {
        update(course, learner);
        look_in_time(course, learner);
        if (clock_seconds() - saved < checkpoint_seconds)
            continue;
        save(course, learner, path);
        saved = clock_seconds();
    }
    stop_clock(course);
    if (course->progress.ending != ENDING_OPEN)
        finish(course, learner);
    checkpoint_save(path, course, learner);
}

void course_run(struct course *course, const char *path, bool (*stop)(const struct course *course))
{
    const struct trial *trial = course->trial;
    struct why why;
    if (access(path, F_OK) == 0 && !checkpoint_load(path, course, NULL, &why))
        message_fail("learn: %s", why.text);
    if (course->progress.ending != ENDING_OPEN)
        return;
    struct learner *learner =
        learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, trial->seed);
    if (access(path, F_OK) == 0 && !checkpoint_load(path, course, learner, &why))
        message_fail("learn: %s", why.text);
    train(course, learner, path, stop);
    learner_close(&learner);
}

struct course course_open(const struct trial *trial)
{
    struct course course = {.trial = trial, .progress = {.rate = trial->settings.rate}};
    const int64_t window = trial->problem->task->stop.window;
    course.room = trial->settings.budget / every_of(trial) + 2;
    course.curve = buffer_allocate((size_t)course.room, sizeof *course.curve);
    course.errors = buffer_allocate((size_t)window + 1, sizeof *course.errors);
    return course;
}

void course_close(struct course *course)
{
    free(course->curve);
    free(course->errors);
    *course = (struct course){0};
}

const char *ending_name(int64_t ending)
{
    static const char *const names[] = {"interrupted",     "solved",       "no longer better",
                                        "updates used up", "time used up", "diverged"};
    return names[ending];
}
