/*
 * learn/save.c: every training, curve and group, for programs.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "learn/report.h"

/* A number that JSON has; what is not finite is null. */
static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

/* The comparisons in which the trainings of a size take part: "parameters+units". */
static const char *comparisons(const struct job *job, const struct trial *trial)
{
    static const char *const texts[] = {"", "parameters", "units", "parameters+units"};
    unsigned which = 0;
    for (size_t i = 0; i < job->entrant_count; i++) {
        const struct entrant *entrant = &job->entrants[i];
        if (entrant->variety == trial->variety &&
            ((entrant->problem == trial->problem && entrant->stack.hidden == trial->stack.hidden) ||
             (entrant->tuned == trial->problem && entrant->tuned_stack.hidden == trial->stack.hidden)))
            which |= (entrant->equal[EQUAL_PARAMETERS] ? 1U : 0U) | (entrant->equal[EQUAL_UNITS] ? 2U : 0U);
    }
    return texts[which];
}

/* What names a training in each of the files. */
static json_t *name_of(const struct course *course)
{
    const struct trial *trial = course->trial;
    return json_pack("{s:s, s:I, s:I, s:I, s:s, s:I, s:I, s:I}", "task", trial->problem->task->name, "length",
                     (json_int_t)trial->problem->length, "part", (json_int_t)trial->problem->part, "subset",
                     (json_int_t)trial->settings.subset, "cell", trial->variety->name, "hidden",
                     (json_int_t)trial->stack.hidden, "draw", (json_int_t)trial->draw, "seed", (json_int_t)trial->seed);
}

static void put_settings(json_t *row, const struct trial *trial)
{
    const struct course_settings *settings = &trial->settings;
    json_object_set_new(row, "layers", json_integer(trial->stack.layers));
    json_object_set_new(row, "parameters", json_integer(stack_parameters(&trial->stack)));
    json_object_set_new(row, "rate", json_real(settings->rate));
    json_object_set_new(row, "clip", json_real(settings->clip));
    json_object_set_new(row, "gate_bias", json_real(settings->bias));
    json_object_set_new(row, "dropout", json_real(settings->dropout));
    json_object_set_new(row, "noise", json_real(settings->noise));
    json_object_set_new(row, "batch", json_integer(settings->batch));
    json_object_set_new(row, "budget", json_integer(settings->budget));
}

static void put_findings(json_t *row, const struct findings *findings)
{
    for (int64_t i = 0; i < findings->count; i++)
        json_object_set_new(row, findings->values[i].name, number(findings->values[i].value));
}

static void put_outcome(json_t *row, const struct course *course)
{
    const struct progress *progress = &course->progress;
    const bool tested = course->test.all.rows > 0.0;
    const double valid = progress->moments > 0 ? course->curve[progress->best].valid : (double)NAN;
    json_object_set_new(row, "end", json_string(ending_name(progress->ending)));
    json_object_set_new(row, "updates", json_integer(progress->updates));
    json_object_set_new(row, "sequences", json_integer(progress->next));
    json_object_set_new(row, "skipped", json_integer(progress->skipped));
    json_object_set_new(row, "seconds", json_real(progress->seconds));
    json_object_set_new(row, "valid", number(valid));
    json_object_set_new(row, "test",
                        tested ? number(problem_score(course->trial->problem, &course->test.all)) : json_null());
    json_object_set_new(row, "test_right", tested ? json_real(tally_right(&course->test.all)) : json_null());
    put_findings(row, &course->findings);
}

static void save_courses(const struct job *job, const struct courses *courses, json_t *rows)
{
    for (size_t i = 0; i < courses->count; i++) {
        json_t *row = name_of(&courses->courses[i]);
        json_object_set_new(row, "equal", json_string(comparisons(job, &courses->trials[i])));
        put_settings(row, &courses->trials[i]);
        put_outcome(row, &courses->courses[i]);
        json_array_append_new(rows, row);
    }
}

static void save_curves(const struct courses *courses, json_t *rows)
{
    for (size_t i = 0; i < courses->count; i++)
        for (int64_t k = 0; k < courses->courses[i].progress.moments; k++) {
            const struct moment *moment = &courses->courses[i].curve[k];
            json_t *row = name_of(&courses->courses[i]);
            json_object_set_new(row, "updates", json_integer(moment->updates));
            json_object_set_new(row, "seconds", json_real(moment->seconds));
            json_object_set_new(row, "train", number(moment->train));
            json_object_set_new(row, "valid", number(moment->valid));
            json_object_set_new(row, "valid_right", json_real(moment->right));
            json_object_set_new(row, "rate", json_real(moment->rate));
            json_array_append_new(rows, row);
        }
}

static void save_groups(const struct courses *courses, json_t *rows)
{
    for (size_t i = 0; i < courses->count; i++)
        for (int64_t g = 0; g < SCORE_GROUPS; g++) {
            const struct problem *problem = courses->trials[i].problem;
            const struct tally *tally = &courses->courses[i].test.groups[g];
            char name[64];
            if (tally->rows == 0.0)
                continue;
            problem->task->group_name(problem, g, name, sizeof name);
            json_t *row = name_of(&courses->courses[i]);
            json_object_set_new(row, problem->task->group, json_string(name));
            json_object_set_new(row, "sequences", json_real(tally->rows));
            json_object_set_new(row, "steps", json_real(tally->steps));
            json_object_set_new(row, "test", number(problem_score(problem, tally)));
            json_object_set_new(row, "test_right", json_real(tally_right(tally)));
            json_array_append_new(rows, row);
        }
}

static json_t *about_task(const struct task *task, double aim)
{
    char success[256];
    task_success(task, aim, success, sizeof success);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "task", task->summary, "setting", task->paper, "solved",
                     success[0] != '\0' ? success : "-", "scores", task->unit, "seconds",
                     "of the CPU, in updates; draw: of the search, 0 is a final training; part: of the training data "
                     "one of so many; hidden: units of a layer");
}

static void write(const struct results *results, const char *stem, const char *what, json_t *rows, const json_t *about)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", stem, what);
    if (json_array_size(rows) > 0)
        results_write(results, name, rows, about);
    json_decref(rows);
}

void learn_save(const struct results *results, const struct job *job, const char *stem)
{
    json_t *rows = json_array(), *curves = json_array(), *groups = json_array(),
           *about = about_task(job->task, job->settings.training.aim);
    save_courses(job, &job->search, rows);
    save_courses(job, &job->final, rows);
    save_curves(&job->search, curves);
    save_curves(&job->final, curves);
    if (job->task->group != NULL)
        save_groups(&job->final, groups);
    write(results, stem, "", rows, about);
    write(results, stem, "-curves", curves, about);
    write(results, stem, "-groups", groups, about);
    json_decref(about);
}
