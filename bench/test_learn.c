/*
 * test_learn.c: trainings that learn, and go on after an interruption; processes, settings, searches.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "learn/checkpoint.h"
#include "learn/job.h"
#include "learn/report.h"
#include "learn/schedule.h"
#include "test_echo.h"
#include "test_support.h"

static int64_t stop_after = 0; /* updates */

static bool stop_in_time(const struct course *course)
{
    return course->progress.updates > 0 && course->progress.updates % stop_after == 0;
}

/* --- trainings --- */

static void easy_tasks_are_solved_and_tested(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_SOLVED);
    assert_in_range(course.progress.updates, 20, 599);
    assert_int_equal(course.progress.updates % 20, 0);
    assert_near(course.test.all.rows, 100.0, 0.0);
    assert_true(problem_score(&bench.problem, &course.test.all) < 0.004);
    assert_true(tally_right(&course.test.all) > 0.9);
    course_close(&course);
    bench_close(&bench);
}

/* To an error half of that with which it would be solved. */
static void trainings_go_on_to_their_aim(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course usual = course_open(&bench.trial);
    course_run(&usual, path, never);
    const double aim = bench.trial.settings.aim = 0.5 * usual.curve[usual.progress.best].valid;
    bench.trial.settings.budget *= 10;
    bench_path(&bench, "other", path, sizeof path);
    struct course further = course_open(&bench.trial);
    course_run(&further, path, never);
    assert_int_equal(further.progress.ending, ENDING_SOLVED);
    assert_true(further.progress.updates > usual.progress.updates);
    assert_true(further.curve[further.progress.best].valid < aim);
    course_close(&usual);
    course_close(&further);
    bench_close(&bench);
}

/* What is kept, and tested, are the parameters of the best validation. */
static void assert_kept_the_best(const struct trial *trial, const char *path)
{
    struct course course = course_open(trial);
    struct learner *learner = learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, 1);
    struct why why;
    struct score valid;
    assert_true(checkpoint_load(path, &course, learner, &why));
    learner_return(learner);
    learner_score(learner, SPLIT_VALID, trial->seed, 0, trial->settings.valid, &valid);
    assert_near(problem_score(trial->problem, &valid.all), course.curve[course.progress.best].valid, 0.0);
    learner_close(&learner);
    course_close(&course);
}

static void trainings_end_by_budget_or_patience_and_lower_their_rate(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.open = echo_open_data;
    bench.task.solved = NULL;
    bench.task.settings.training.every = 0; /* an epoch: 3 updates */
    bench.task.settings.training.wait = 5;
    bench.task.settings.training.patience = 20;
    bench.task.settings.training.budget = 30000;
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    const struct progress *progress = &course.progress;
    assert_int_equal(progress->ending, ENDING_PATIENCE);
    assert_int_equal(progress->moments - 1 - progress->best, 20);
    assert_int_equal(progress->updates, 3 * progress->moments);
    assert_int_equal(progress->next, ECHO_DATA * progress->moments);
    assert_true(progress->rate <= 0.01 / 16.0);
    assert_near(course.test.all.rows, 10.0, 0.0);
    for (int64_t k = 0; k < progress->moments; k++)
        assert_true(course.curve[k].valid >= course.curve[progress->best].valid);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);

    bench.trial.settings.budget = 10;
    bench_path(&bench, "two", path, sizeof path);
    course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_BUDGET);
    assert_int_equal(course.progress.updates, 10);
    assert_int_equal(course.curve[course.progress.moments - 1].updates, 10);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);

    bench.trial.settings.every = 1000; /* the only evaluation is the last */
    bench_path(&bench, "three", path, sizeof path);
    course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.moments, 1);
    course_close(&course);
    assert_kept_the_best(&bench.trial, path);
    bench_close(&bench);
}

static void what_diverges_is_given_up(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.settings.training.optimizer = WEIR_SGD;
    bench.task.settings.training.rate = 1e30;
    bench.task.settings.training.clip = 0.0;
    bench_open(&bench);
    bench.trial.variety = &varieties[1];
    bench.trial.stack.cell = cell_of(WEIR_RNN_RELU);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    assert_int_equal(course.progress.ending, ENDING_DIVERGED);
    assert_true(course.progress.updates < 300);
    course_close(&course);
    bench_close(&bench);
}

/* --- interruptions --- */

/* Everything that a checkpoint holds is the same, but for the time that it took. */
static void assert_same_course(const struct trial *trial, const char *one, const char *other)
{
    struct course left = course_open(trial), right = course_open(trial);
    struct learner *learners[2];
    struct why why;
    for (int i = 0; i < 2; i++)
        learners[i] = learner_open(trial->problem, trial->variety, &trial->stack, &trial->settings, 99);
    assert_true(checkpoint_load(one, &left, learners[0], &why));
    assert_true(checkpoint_load(other, &right, learners[1], &why));
    for (int64_t k = 0; k < left.progress.moments; k++)
        left.curve[k].seconds = right.curve[k].seconds = 0.0;
    left.progress.seconds = right.progress.seconds = 0.0;
    assert_memory_equal(&left.progress, &right.progress, sizeof left.progress);
    assert_memory_equal(left.curve, right.curve, (size_t)left.progress.moments * sizeof *left.curve);
    assert_memory_equal(&left.test, &right.test, sizeof left.test);
    const size_t bytes = (size_t)learners[0]->parameters * sizeof(float);
    assert_memory_equal(weir_net_parameters_f32(learners[0]->net), weir_net_parameters_f32(learners[1]->net), bytes);
    assert_memory_equal(learners[0]->kept, learners[1]->kept, bytes);
    double states[2][1024];
    const int64_t size = weir_optimizer_state_size(learners[0]->optimizer);
    assert_in_range(size, 1, 1024);
    for (int i = 0; i < 2; i++)
        assert_int_equal(weir_optimizer_get_state(learners[i]->optimizer, states[i], size), WEIR_OK);
    assert_memory_equal(states[0], states[1], (size_t)size * sizeof(double));
    for (int i = 0; i < 2; i++)
        learner_close(&learners[i]);
    course_close(&left);
    course_close(&right);
}

/* One training without interruption, one that is interrupted after every `pieces` updates, by objects of its own each
   time: the same bits. */
static void assert_goes_on(struct bench *bench, int64_t pieces)
{
    char whole[128], parts[128];
    bench_open(bench);
    bench_path(bench, "whole", whole, sizeof whole);
    bench_path(bench, "parts", parts, sizeof parts);
    struct course course = course_open(&bench->trial);
    course_run(&course, whole, never);
    course_close(&course);
    stop_after = pieces;
    for (int64_t ending = ENDING_OPEN; ending == ENDING_OPEN;) {
        course = course_open(&bench->trial);
        const int64_t before = course.progress.updates;
        if (access(parts, F_OK) == 0) {
            struct why why;
            assert_true(checkpoint_load(parts, &course, NULL, &why));
            stop_after = course.progress.updates + pieces;
        }
        course_run(&course, parts, stop_in_time);
        assert_true(course.progress.updates > before);
        ending = course.progress.ending;
        course_close(&course);
    }
    assert_same_course(&bench->trial, whole, parts);
    bench_close(bench);
}

static void interrupted_trainings_go_on_with_the_same_bits(void **state)
{
    (void)state;
    struct bench adam = {.task = echo}, momentum = {.task = echo}, data = {.task = echo}, rule = {.task = echo};
    assert_goes_on(&adam, 37);
    momentum.task.settings.training.optimizer = WEIR_RMSPROP;
    momentum.task.settings.training.rate = 1e-3;
    momentum.task.settings.training.budget = 100;
    assert_goes_on(&momentum, 1);
    data.task.open = echo_open_data;
    data.task.solved = NULL;
    data.task.settings.training.every = 0;
    data.task.settings.training.wait = 3;
    data.task.settings.training.budget = 100;
    assert_goes_on(&data, 7);
    rule.task.stop = (struct stop_rule){.window = 64, .wrong = 0, .error = 0.05};
    assert_goes_on(&rule, 11);
}

static bool open_streams(struct problem *problem, const char *folder, struct why *why)
{
    problem->count[SPLIT_TRAIN] = 40; /* five minibatches of eight */
    problem->count[SPLIT_VALID] = problem->count[SPLIT_TEST] = 2 * EVALUATION_ROWS;
    return echo_open(problem, folder, why);
}

static void carried_state_dropout_and_noise_go_on_too(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    bench.task.open = open_streams;
    bench.task.solved = NULL;
    bench.task.carries = true;
    bench.task.scored = SCORED_ALL;
    bench.task.settings.training.budget = 43;
    bench.task.settings.training.dropout = 0.3;
    bench.task.settings.training.noise = 0.05;
    assert_goes_on(&bench, 4);
}

static void assert_refused(const struct trial *trial, const char *path, const char *reason)
{
    struct course course = course_open(trial);
    struct why why;
    assert_false(checkpoint_load(path, &course, NULL, &why));
    assert_non_null(strstr(why.text, reason));
    course_close(&course);
}

/* More of them than there can be: their number comes behind the section's name and size. */
static void spoil_findings(const char *path)
{
    static const int64_t many = INT64_C(1) << 40;
    char bytes[65536];
    FILE *stream = fopen(path, "r+b");
    assert_non_null(stream);
    const size_t count = fread(bytes, 1, sizeof bytes, stream);
    const char *section = memmem(bytes, count, "findings", 9);
    assert_non_null(section);
    assert_int_equal(fseek(stream, section - bytes + 16 + (long)sizeof(uint64_t), SEEK_SET), 0);
    assert_int_equal(fwrite(&many, sizeof many, 1, stream), 1);
    fclose(stream);
}

static void wrong_checkpoints_are_refused(void **state)
{
    (void)state;
    struct bench bench = {.task = echo};
    char path[128];
    bench.task.settings.training.budget = 20;
    bench_open(&bench);
    bench_path(&bench, "one", path, sizeof path);
    struct course course = course_open(&bench.trial);
    course_run(&course, path, never);
    course_close(&course);
    struct trial other = bench.trial;
    other.settings.rate *= 1.0 + 1e-15;
    assert_refused(&other, path, "is of a training with other settings");
    other = bench.trial;
    other.settings.aim = 0.001;
    assert_refused(&other, path, "is of a training with other settings");
    spoil_findings(path);
    assert_refused(&bench.trial, path, "is not whole");
    assert_int_equal(truncate(path, 1500), 0);
    assert_refused(&bench.trial, path, "is not whole");
    write_text(path, "no checkpoint");
    assert_refused(&bench.trial, path, "is no checkpoint of this program");
    assert_refused(&bench.trial, "/nowhere/at-all", "No such file");
    bench_close(&bench);
}

/* --- processes --- */

static struct courses list_courses(struct bench *bench, struct trial *trials, struct course *courses, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        trials[i] = bench->trial;
        trials[i].seed = 10 + i;
        courses[i] = course_open(&trials[i]);
    }
    return (struct courses){count, trials, courses};
}

static void assert_same_as_here(const struct schedule *schedule, struct bench *bench, const struct trial *trial)
{
    char here[128], there[2048];
    bench_path(bench, "here", here, sizeof here);
    schedule_path(schedule, trial, there, sizeof there);
    struct course course = course_open(trial);
    course_run(&course, here, never);
    course_close(&course);
    assert_same_course(trial, here, there);
    assert_int_equal(unlink(here), 0);
}

static void processes_side_by_side_come_to_the_same(void **state)
{
    (void)state;
    enum { COUNT = 5 };
    struct bench bench = {.task = echo};
    struct trial trials[COUNT];
    struct course open[COUNT];
    bench.task.settings.training.budget = 60;
    bench_open(&bench);
    struct schedule schedule = {.jobs = 2};
    snprintf(schedule.folder, sizeof schedule.folder, "%s", bench.folder);
    struct courses courses = list_courses(&bench, trials, open, COUNT);
    assert_true(schedule_run(&schedule, &courses));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(open[i].progress.ending != ENDING_OPEN);
        assert_same_as_here(&schedule, &bench, &trials[i]);
        course_close(&open[i]);
    }
    schedule_forget(&schedule, &courses);
    schedule_forget(&schedule, &courses); /* what is not there need not be removed */
    for (size_t i = 0; i < COUNT; i++) {
        char path[2048];
        schedule_path(&schedule, &trials[i], path, sizeof path);
        assert_int_equal(access(path, F_OK), -1);
    }
    bench_close(&bench);
}

/* Waits until no process holds the writing end of the pipe any more. */
static void wait_for_all(int reading)
{
    char byte;
    while (read(reading, &byte, 1) > 0)
        continue;
    close(reading);
}

static void a_killed_job_goes_on_with_the_same_bits(void **state)
{
    (void)state;
    enum { COUNT = 3 };
    struct bench bench = {.task = echo};
    struct trial trials[COUNT];
    struct course open[COUNT];
    int ends[2];
    bench.task.solved = NULL;
    bench.task.settings.training.budget = 6000;
    bench_open(&bench);
    struct schedule schedule = {.jobs = 2};
    snprintf(schedule.folder, sizeof schedule.folder, "%s", bench.folder);
    struct courses courses = list_courses(&bench, trials, open, COUNT);
    assert_int_equal(pipe(ends), 0);
    const pid_t job = fork();
    if (job == 0) {
        schedule_run(&schedule, &courses);
        _exit(0);
    }
    close(ends[1]);
    nanosleep(&(struct timespec){.tv_nsec = 60000000}, NULL);
    kill(job, SIGKILL);
    waitpid(job, NULL, 0);
    wait_for_all(ends[0]); /* the trainings notice, and leave checkpoints */
    assert_true(schedule_run(&schedule, &courses));
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(open[i].progress.updates, 6000);
        assert_same_as_here(&schedule, &bench, &trials[i]);
        course_close(&open[i]);
    }
    bench_close(&bench);
}

/* --- settings --- */

static void scales_change_what_they_name(void **state)
{
    (void)state;
    struct task task = echo;
    task.usual = (struct learn_scale){.seeds = {2, {1, 2}}, .units = 16};
    task.full = (struct learn_scale){.seeds = {3, {1, 2, 3}}, .cells = {1, {3}}, .units = 64, .budget = 9999};
    struct learn_settings settings = learn_settings_of(&task);
    assert_int_equal(settings.seeds.count, 2);
    assert_int_equal(settings.units, 16);
    assert_int_equal(settings.training.budget, 600);
    assert_int_equal(settings.cells.count, 3); /* what no task has to say */
    assert_int_equal(settings.layers, 1);
    assert_int_equal(settings.jobs, 1);
    settings = learn_settings_at(&task, &task.full);
    assert_int_equal(settings.training.budget, 9999);
    assert_int_equal(settings.cells.count, 1);
    assert_int_equal(settings.seeds.count, 3);
    assert_int_equal(settings.units, 64);
    assert_int_equal(settings.layers, 1);
    assert_int_equal(settings.jobs, 2);
}

static struct learn_settings settings_typed(const struct task *task, int argc, const char *const *words)
{
    static char name[] = "learn";
    char *argv[8] = {name};
    struct learn_options options = {.task = task};
    for (int i = 0; i < argc; i++)
        argv[i + 1] = (char *)words[i];
    learn_options_parse(&options, &learn_argp, argc + 1, argv, &options);
    return options.settings;
}

/* What is chosen stays, also where it is what the usual scale has, and on whichever side of the scale it stands. */
static void scales_leave_what_somebody_has_chosen(void **state)
{
    (void)state;
    static const char *const before[] = {"--units", "16", "--budget", "50", "--full"};
    static const char *const behind[] = {"--full", "--units", "16", "--jobs", "1"};
    static const char *const none[] = {"--budget", "50"};
    struct task task = echo;
    task.usual = (struct learn_scale){.seeds = {2, {1, 2}}, .units = 16};
    task.full = (struct learn_scale){.seeds = {3, {1, 2, 3}}, .units = 64, .budget = 9999};
    struct learn_settings settings = settings_typed(&task, 5, before);
    assert_int_equal(settings.units, 16);
    assert_int_equal(settings.training.budget, 50);
    assert_int_equal(settings.seeds.count, 3);
    assert_int_equal(settings.jobs, 2);
    assert_true(settings.full);
    settings = settings_typed(&task, 5, behind);
    assert_int_equal(settings.units, 16);
    assert_int_equal(settings.training.budget, 9999);
    assert_int_equal(settings.jobs, 1);
    settings = settings_typed(&task, 2, none);
    assert_int_equal(settings.units, 16);
    assert_int_equal(settings.seeds.count, 2);
    assert_false(settings.full);
}

/* --- searches --- */

static void draws_are_the_same_for_all_and_within_their_ranges(void **state)
{
    (void)state;
    enum { DRAWS = 1000 };
    struct learn_settings settings = learn_settings_of(&echo);
    double logarithms = 0.0, biases = 0.0;
    settings.draws = DRAWS;
    for (int64_t draw = 1; draw <= DRAWS; draw++) {
        const struct course_settings one = job_draw(&settings, draw), again = job_draw(&settings, draw);
        assert_true(one.rate == again.rate && one.clip == again.clip && one.bias == again.bias);
        assert_true(one.rate >= settings.rates.low && one.rate <= settings.rates.high);
        assert_true(one.clip >= settings.clips.low && one.clip <= settings.clips.high);
        assert_true(one.bias >= settings.biases.low && one.bias <= settings.biases.high);
        logarithms += log(one.rate / settings.rates.low) / log(settings.rates.high / settings.rates.low) / DRAWS;
        biases += (one.bias - settings.biases.low) / (settings.biases.high - settings.biases.low) / DRAWS;
    }
    assert_near(logarithms, 0.5, 0.03);
    assert_near(biases, 0.5, 0.03);
}

static void few_draws_leave_no_part_of_a_range_out(void **state)
{
    (void)state;
    enum { DRAWS = 8 };
    struct learn_settings settings = learn_settings_of(&echo);
    int rates[DRAWS] = {0}, biases[DRAWS] = {0}, together = 0;
    settings.draws = DRAWS;
    for (int64_t draw = 1; draw <= DRAWS; draw++) {
        const struct course_settings one = job_draw(&settings, draw);
        const double width = log(settings.rates.high / settings.rates.low);
        const int rate = (int)(log(one.rate / settings.rates.low) / width * DRAWS);
        const int bias = (int)((one.bias - settings.biases.low) / (settings.biases.high - settings.biases.low) * DRAWS);
        rates[rate]++;
        biases[bias]++;
        together += rate == bias;
    }
    for (int part = 0; part < DRAWS; part++)
        assert_true(rates[part] == 1 && biases[part] == 1);
    assert_true(together < DRAWS / 2);
}

static void settings_are_chosen_by_validation(void **state)
{
    (void)state;
    struct moment good = {.valid = 0.1}, bad = {.valid = 0.2};
    struct course early = {.progress = {.updates = 100, .ending = ENDING_SOLVED}};
    struct course late = {.progress = {.updates = 200, .ending = ENDING_SOLVED}};
    struct course better = {.progress = {.updates = 50, .ending = ENDING_BUDGET, .moments = 1}, .curve = &good};
    struct course worse = {.progress = {.updates = 50, .ending = ENDING_BUDGET, .moments = 1}, .curve = &bad};
    struct moment nothing = {.valid = (double)NAN};
    struct course lost = {.progress = {.updates = 50, .ending = ENDING_DIVERGED, .moments = 1}, .curve = &nothing};
    assert_true(course_is_better(&worse, &lost));
    assert_false(course_is_better(&lost, &worse));
    worse.test.all = (struct tally){.loss = 0.0, .steps = 1.0, .rows = 1.0, .right = 1.0};
    assert_true(course_is_better(&early, &late));
    assert_false(course_is_better(&late, &early));
    assert_true(course_is_better(&late, &better));
    assert_true(course_is_better(&better, &worse));
    assert_false(course_is_better(&worse, &better));
}

static void a_job_lists_each_training_once(void **state)
{
    (void)state;
    static struct job job;
    struct learn_settings settings = learn_settings_of(&echo);
    settings.equal = (struct numbers){2, {EQUAL_PARAMETERS, EQUAL_UNITS}};
    settings.seeds = (struct numbers){2, {1, 2}};
    settings.draws = 4;
    job_open(&job, &echo, &settings);
    assert_int_equal(job.entrant_count, 5); /* the LSTM is the same in both comparisons */
    job_list_search(&job);
    assert_int_equal(job.search.count, 5 * 4);
    /* Draw 3 is the only one that solved it, with each cell. */
    for (size_t i = 0; i < job.search.count; i++)
        job.search.courses[i].progress.ending = job.search.trials[i].draw == 3 ? ENDING_SOLVED : ENDING_BUDGET;
    job_list_final(&job);
    assert_int_equal(job.final.count, 5 * 2);
    for (size_t i = 0; i < job.final.count; i++) {
        assert_near(job.final.trials[i].settings.rate, job_draw(&settings, 3).rate, 0.0);
        assert_true(job.final.trials[i].tested && job.final.trials[i].draw == 0);
    }
    job_close(&job);
}

/* --- what trainings came to --- */

static void equal_seconds_count_only_what_was_reached_by_then(void **state)
{
    (void)state;
    static struct job job;
    struct learn_settings settings = learn_settings_of(&echo);
    settings.cells = (struct numbers){1, {2}};
    settings.seeds = (struct numbers){3, {1, 2, 3}};
    settings.draws = 0;
    job_open(&job, &echo, &settings);
    job_list_search(&job);
    job_list_final(&job);
    assert_int_equal(job.final.count, 3);
    for (size_t i = 0; i < job.final.count; i++) {
        struct course *course = &job.final.courses[i];
        course->progress.ending = ENDING_BUDGET;
        course->progress.updates = 300 - 100 * (int64_t)i;
        course->progress.seconds = 9.0;
        course->progress.moments = 3;
        course->curve[0] = (struct moment){.seconds = 1.0, .valid = 5.0 + (double)i};
        course->curve[1] = (struct moment){.seconds = 2.0 + (double)i, .valid = 2.0};
        course->curve[2] = (struct moment){.seconds = 9.0, .valid = 4.0};
        course->test.all = (struct tally){.loss = 1.0 + (double)i, .steps = 1.0, .rows = 1.0};
    }
    const struct entrant *entrant = &job.entrants[0];
    assert_true(isinf(learn_valid_within(&job, entrant, 0.5)));
    assert_near(learn_valid_within(&job, entrant, 1.0), 6.0, 0.0);
    assert_near(learn_valid_within(&job, entrant, 2.0), 6.0, 0.0); /* of 2, 6 and 7 */
    assert_near(learn_valid_within(&job, entrant, 9.0), 2.0, 0.0);
    const struct summary summary = learn_summary(&job, entrant);
    assert_near(summary.best, problem_score(entrant->problem, &job.final.courses[0].test.all), 0.0);
    assert_near(summary.worst, problem_score(entrant->problem, &job.final.courses[2].test.all), 0.0);
    assert_true(summary.best < summary.worst);
    assert_true(isinf(summary.updates));
    assert_near(summary.unsolved_updates, 100.0, 0.0);
    assert_near(summary.unsolved_seconds, 9.0, 0.0);
    job_close(&job);
}

static void trainings_that_did_not_end_are_named(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    struct bench bench = {.task = echo};
    struct trial trials[COUNT];
    struct course open[COUNT];
    char *text = NULL;
    size_t size;
    bench_open(&bench);
    const struct courses courses = list_courses(&bench, trials, open, COUNT);
    open[0].progress.ending = ENDING_BUDGET;
    open[1].progress.updates = 14;
    open[2].progress.ending = ENDING_PATIENCE;
    FILE *stream = open_memstream(&text, &size);
    assert_int_equal(learn_print_open(&courses, stream), 2);
    fflush(stream);
    assert_string_equal(text, "- echo-T0-lstm-H8-draw0-seed11 was stopped after 14 updates.\n"
                              "- 1 training had not begun.\n");
    open[1].progress.ending = open[3].progress.ending = ENDING_SOLVED;
    const long before = ftell(stream);
    assert_int_equal(learn_print_open(&courses, stream), 0);
    assert_int_equal(ftell(stream), before);
    fclose(stream);
    free(text);
    for (size_t i = 0; i < COUNT; i++)
        course_close(&open[i]);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(easy_tasks_are_solved_and_tested),
        cmocka_unit_test(trainings_go_on_to_their_aim),
        cmocka_unit_test(trainings_end_by_budget_or_patience_and_lower_their_rate),
        cmocka_unit_test(what_diverges_is_given_up),
        cmocka_unit_test(interrupted_trainings_go_on_with_the_same_bits),
        cmocka_unit_test(carried_state_dropout_and_noise_go_on_too),
        cmocka_unit_test(wrong_checkpoints_are_refused),
        cmocka_unit_test(processes_side_by_side_come_to_the_same),
        cmocka_unit_test(a_killed_job_goes_on_with_the_same_bits),
        cmocka_unit_test(scales_change_what_they_name),
        cmocka_unit_test(scales_leave_what_somebody_has_chosen),
        cmocka_unit_test(draws_are_the_same_for_all_and_within_their_ranges),
        cmocka_unit_test(few_draws_leave_no_part_of_a_range_out),
        cmocka_unit_test(settings_are_chosen_by_validation),
        cmocka_unit_test(a_job_lists_each_training_once),
        cmocka_unit_test(equal_seconds_count_only_what_was_reached_by_then),
        cmocka_unit_test(trainings_that_did_not_end_are_named),
    };
    return cmocka_run_group_tests_name("learn", tests, NULL, NULL);
}
