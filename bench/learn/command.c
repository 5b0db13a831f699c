/*
 * learn/command.c: weir-bench learn.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "command/command.h"
#include "learn/estimate.h"
#include "learn/report.h"
#include "learn/schedule.h"

struct command_options {
    struct learn_options learn;
    struct common_options common;
};

static void print_tasks(void)
{
    printf(
        "Usage: weir-bench learn TASK [OPTION...]\n"
        "Trains vanilla RNN, GRU and LSTM, at equal parameters or at equal units, on a task, and says which solve it,\n"
        "how often, and after how much training.\n\n");
    for (size_t i = 0; tasks[i] != NULL; i++)
        printf("  %-18s %s\n", tasks[i]->name, tasks[i]->summary);
    printf("\nweir-bench learn TASK --help lists the options and the task's defaults; --quick is a glance, --full the\n"
           "whole published setting. Ctrl-C stops it, and --resume FOLDER goes on.\n");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    struct command_options *options = state->input;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = &options->learn;
    state->child_inputs[1] = &options->common;
    return 0;
}

static char *describe(int key, const char *text, void *input)
{
    const struct command_options *options = input;
    char *whole;
    if (key != ARGP_KEY_HELP_PRE_DOC || options == NULL)
        return (char *)text;
    const struct task *task = options->learn.task;
    if (asprintf(&whole, "%s (%s).%s%s", task->summary, task->paper, task->success != NULL ? "\nSolved: " : "",
                 task->success != NULL ? task->success : "") < 0)
        return (char *)text;
    return whole;
}

static bool any_begun(const struct courses *courses)
{
    for (size_t i = 0; i < courses->count; i++)
        if (courses->courses[i].progress.updates > 0)
            return true;
    return false;
}

/* Of what a job does first nothing has begun: the folder is another job's, or none's. */
static void warn_of_nothing_to_resume(const struct job *job, const struct courses *courses)
{
    const bool first = (courses == &job->search) == (job->settings.draws > 0);
    if (first && !any_begun(courses))
        message_warn("learn %s: %s holds no such training: all of them begin anew", job->task->name,
                     job->settings.resume);
}

/* A job that goes on looks how far it was; another one begins anew, also in a folder that has been used before. */
static void look_or_forget(const struct job *job, const struct schedule *schedule, struct courses *courses)
{
    if (job->settings.resume == NULL) {
        schedule_forget(schedule, courses);
        return;
    }
    schedule_look(schedule, courses);
    warn_of_nothing_to_resume(job, courses);
}

static void announce(const struct job *job, const struct schedule *schedule)
{
    char search[64], final[64];
    struct job all = *job;
    job_list_final(&all);
    if (job->settings.resume != NULL)
        schedule_look(schedule, &all.final);
    const double jobs = (double)schedule->jobs;
    estimate_format(estimate_seconds(&job->search) / jobs, search, sizeof search);
    estimate_format(estimate_seconds(&all.final) / jobs, final, sizeof final);
    message_warn(
        "learn %s: %zu trainings to choose settings, at most %s; %zu with what is chosen, at most %s: less where "
        "they are solved early",
        job->task->name, job->search.count, search, all.final.count, final);
    job_close_final(&all);
}

static void run(struct job *job, const struct schedule *schedule)
{
    job_list_search(job);
    look_or_forget(job, schedule, &job->search);
    if (job->settings.full)
        announce(job, schedule);
    const double part = job->settings.draws > 0 ? 0.5 : 0.0;
    progress_stage(0.0, part);
    if (!schedule_run(schedule, &job->search))
        return;
    job_list_final(job);
    look_or_forget(job, schedule, &job->final);
    progress_stage(part, 1.0);
    schedule_run(schedule, &job->final);
}

static void check_resume(struct command_options *options)
{
    struct stat status;
    const char *resume = options->learn.settings.resume;
    if (resume == NULL)
        return;
    if (options->common.output != NULL)
        message_fail("learn: --resume names the folder of the results already: leave --output out");
    if (stat(resume, &status) != 0 || !S_ISDIR(status.st_mode))
        message_fail("learn: --resume: there is no folder %s", resume);
    options->common.output = resume;
}

static int learn(const struct task *task, int argc, char **argv)
{
    static const struct argp_child children[] = {{&learn_argp, 0, NULL, 0}, {&common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .parser = parse,
        .doc = "\vSettings are chosen and trainings are stopped by validation; the test split is scored once.",
        .children = children,
        .help_filter = describe,
    };
    static struct job job;
    struct command_options options = {.learn = {.task = task}};
    struct session session;
    learn_options_parse(&options.learn, &argp, argc, argv, &options);
    check_resume(&options);
    job_open(&job, task, &options.learn.settings);
    options.common.machine.threads = options.learn.settings.jobs;
    session_open(&session, &options.common, argc, argv);
    const struct schedule schedule =
        schedule_open(session.results.folder, options.learn.settings.jobs, &session.machine.cpus);
    run(&job, &schedule);
    learn_report(&session, &job, "learn", true);
    job_close(&job);
    return session_close(&session);
}

int command_learn(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0) {
        print_tasks();
        return EXIT_SUCCESS;
    }
    const struct task *task = task_find(argv[1]);
    if (task == NULL)
        message_fail("learn: there is no task '%s'; weir-bench learn lists them", argv[1]);
    char name[128];
    snprintf(name, sizeof name, "%s %s", argv[0], argv[1]);
    argv[1] = name;
    return learn(task, argc - 1, argv + 1);
}
