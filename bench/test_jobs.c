/*
 * test_jobs.c: which trainings a job lists, what tells one from another, and what is claimed from them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/claim.h"
#include "learn/job.h"
#include "test_problem.h"
#include "test_support.h"

/* Ten, each by its own seed. */
static void expect_seeds_of_the_whole(const struct job *job)
{
    uint64_t seen = 0;
    const struct course *course;
    for (size_t k = 0; (course = job_training(job, &job->final, &job->entrants[0], k)) != NULL; k++) {
        assert_int_equal(course->trial->problem->part, 1);
        assert_int_equal(course->trial->settings.subset, 1);
        assert_in_range(course->trial->seed, 1, 10);
        seen |= UINT64_C(1) << course->trial->seed;
    }
    assert_int_equal(seen, 0x7FE);
}

static void jobs_have_a_training_for_each_part_and_subset(void **state)
{
    const char *folder = *state;
    static struct job job;
    write_numbered(folder);
    struct learn_settings settings = learn_settings_of(task_find("jsb-subsets"));
    settings.data = folder;
    settings.parts = (struct numbers){3, {1, 2, 4}};
    settings.subsets = 5;
    settings.seeds = (struct numbers){2, {1, 2}};
    settings.equal = (struct numbers){1, {EQUAL_UNITS}};
    settings.draws = 3;
    settings.tune_parameters = 3000;
    job_open(&job, task_find("jsb-subsets"), &settings);
    assert_int_equal(job.final_count, 3);
    job_list_search(&job);
    job_list_final(&job);
    assert_int_equal(job.search.count, 3 * 3 * 2);
    assert_int_equal(job.final.count, 2 * 2 * (5 + 5 + 5));
    expect_seeds_of_the_whole(&job);
    for (size_t i = 0; i < job.search.count; i++)
        assert_near((double)stack_parameters(&job.search.trials[i].stack), 3000.0, 400.0);
    for (size_t i = 0; i < job.final.count; i++)
        assert_int_equal(job.final.trials[i].stack.hidden, settings.units);
    job_close(&job);
}

static void ranges_that_are_not_searched_stay(void **state)
{
    (void)state;
    struct learn_settings all = learn_settings_of(task_find("jsb"));
    all.draws = 4;
    struct learn_settings some = all;
    some.clips = (struct range){1.0, 0.0};
    some.training.clip = 0.7;
    for (int64_t draw = 1; draw < 5; draw++) {
        const struct course_settings one = job_draw(&all, draw), other = job_draw(&some, draw);
        assert_near(one.rate, other.rate, 0.0);
        assert_near(one.bias, other.bias, 0.0);
        assert_near(other.clip, 0.7, 0.0);
        assert_true(one.clip != other.clip);
    }
}

/* A net that settings are tried on takes what the shorter problem has, whose minibatches are its own. */
static void settings_are_tried_on_nets_of_the_problem_that_they_are_tried_on(void **state)
{
    (void)state;
    static struct job job;
    struct learn_settings settings = learn_settings_of(task_find("long-lag"));
    settings.lengths = (struct numbers){1, {60}};
    settings.tune = 40;
    settings.draws = 2;
    job_open(&job, task_find("long-lag"), &settings);
    job_list_search(&job);
    job_list_final(&job);
    for (size_t i = 0; i < job.search.count; i++) {
        const struct trial *trial = &job.search.trials[i];
        assert_int_equal(trial->problem->length, 40);
        assert_int_equal(trial->stack.inputs, trial->problem->inputs);
        assert_int_equal(trial->stack.outputs, trial->problem->outputs);
    }
    for (size_t i = 0; i < job.final.count; i++) {
        const struct trial *trial = &job.final.trials[i];
        assert_int_equal(trial->stack.inputs, trial->problem->inputs);
        assert_true(job_training(&job, &job.search, &job.entrants[i % job.entrant_count], 1) != NULL);
    }
    job_close(&job);
}

/* One key of one step is other: a training of the old data does not go on with the new. */
static void other_data_are_told_apart(void **state)
{
    const char *folder = *state;
    struct problem problem;
    struct why why;
    char texts[3][TRIAL_TEXT], path[256];
    write_numbered(folder);
    for (int i = 0; i < 3; i++) {
        const struct trial trial = {.variety = &varieties[0], .problem = &problem};
        assert_true(problem_open(&problem, task_find("jsb"), 0, 1, folder, &why));
        trial_text(&trial, texts[i], sizeof texts[i]);
        assert_true(strlen(texts[i]) < TRIAL_TEXT - 1);
        problem_close(&problem);
        snprintf(path, sizeof path, "%s/jsb.valid.txt", folder);
        if (i == 1)
            write_text(path, "1\n2\n3\n");
    }
    assert_string_equal(texts[0], texts[1]);
    assert_string_not_equal(texts[1], texts[2]);
}

/* Test results by hand: GRU - LSTM is 0.2 + 0.03 log2(share), for every seed, subset and piece. */
static void check_slope(const char *folder, size_t seeds, int64_t subsets, const char *trainings, const char *verdict)
{
    static struct job job;
    char line[512];
    double slope = 0.0, low = 0.0, high = 0.0;
    write_numbered(folder);
    struct learn_settings settings = learn_settings_of(task_find("jsb-subsets"));
    settings.data = folder;
    settings.parts = (struct numbers){3, {1, 2, 8}};
    settings.subsets = subsets;
    settings.seeds = (struct numbers){seeds, {1, 2, 3, 4, 5}};
    settings.equal = (struct numbers){1, {EQUAL_UNITS}};
    job_open(&job, task_find("jsb-subsets"), &settings);
    job_list_search(&job);
    job_list_final(&job);
    for (size_t i = 0; i < job.final.count; i++) {
        struct course *course = &job.final.courses[i];
        const bool gru = course->trial->variety->kind == WEIR_GRU;
        course->progress.ending = ENDING_BUDGET;
        for (int piece = 0; piece < PIECES; piece++) {
            const double steps = 10.0 + piece;
            const double more = 0.2 - 0.03 * log2((double)course->trial->problem->part);
            course->test.groups[piece] =
                (struct tally){.loss = steps * (8.0 + (gru ? more : 0.0)), .steps = steps, .rows = 1.0};
        }
    }
    FILE *stream = tmpfile();
    learn_print_claims(&job, stream);
    rewind(stream);
    while (fgets(line, sizeof line, stream) != NULL) {
        const char *found = strstr(line, "adds to GRU - LSTM ");
        if (found != NULL) {
            assert_int_equal(sscanf(found, "adds to GRU - LSTM %lf (%lf to %lf", &slope, &low, &high), 3);
            assert_non_null(strstr(found, trainings));
            assert_non_null(strstr(found, verdict));
        }
        if (strstr(line, "1/8") != NULL)
            assert_non_null(strstr(line, "GRU - LSTM is +0.1100"));
    }
    assert_near(slope, 0.03, 1e-9);
    assert_near(low, 0.03, 1e-9);
    assert_near(high, 0.03, 1e-9);
    fclose(stream);
    job_close(&job);
}

static void slopes_are_over_the_logarithm_of_the_share(void **state)
{
    check_slope(*state, 5, 5, "5 seeds, 5 subsets, 50 pieces", "an LSTM with much): held.");
}

/* However many there are of the other. */
static void few_seeds_or_subsets_resolve_nothing(void **state)
{
    check_slope(*state, 2, 5, "2 seeds, 5 subsets, 50 pieces", "an LSTM with much): not resolved, by so few seeds.");
    check_slope(*state, 5, 3, "5 seeds, 3 subsets, 50 pieces", "an LSTM with much): not resolved, by so few subsets.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(jobs_have_a_training_for_each_part_and_subset, make_folder, remove_folder),
        cmocka_unit_test(settings_are_tried_on_nets_of_the_problem_that_they_are_tried_on),
        cmocka_unit_test_setup_teardown(other_data_are_told_apart, make_folder, remove_folder),
        cmocka_unit_test(ranges_that_are_not_searched_stay),
        cmocka_unit_test_setup_teardown(slopes_are_over_the_logarithm_of_the_share, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(few_seeds_or_subsets_resolve_nothing, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
