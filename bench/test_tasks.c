/*
 * test_tasks.c: the tasks that nets learn: sequences by hand, their statistics, and what counts as right.
 */
#include <inttypes.h>
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

#include "learn/task.h"

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.9g is not %.9g to %g", value, expected, tolerance);
}

/* --- all tasks --- */

static const struct task *task_named(const char *name)
{
    size_t i = 0;
    while (tasks[i] != NULL && strcmp(tasks[i]->name, name) != 0)
        i++;
    assert_non_null(tasks[i]);
    return tasks[i];
}

enum { ROWS = 50 };

/* A task that is open, and a minibatch of it. */
struct bed {
    struct problem problem;
    struct batch batch;
};

static struct bed bed_open(const struct task *task, int64_t length)
{
    struct bed bed;
    struct why why;
    if (!problem_open(&bed.problem, task, length, ROWS, NULL, &why))
        fail_msg("%s", why.text);
    bed.batch = batch_open(bed.problem.inputs, bed.problem.outputs, ROWS, bed.problem.steps);
    return bed;
}

static void bed_close(struct bed *bed)
{
    batch_close(&bed->batch);
    problem_close(&bed->problem);
}

static void fill(struct bed *bed, int64_t first)
{
    assert_int_equal(problem_fill(&bed->problem, SPLIT_TRAIN, 7, first, ROWS, &bed->batch), ROWS);
}

/* One row's inputs, targets, classes and marks added up with factors of their own: equal where the row is. */
static double fingerprint(const struct batch *batch, int64_t row)
{
    double sum = 0.0;
    for (int64_t t = 0; t < batch->lengths[row]; t++) {
        for (int64_t i = 0; i < batch->inputs; i++)
            sum += (double)batch_x(batch, t, row)[i] * cos((double)(3 * t + 7 * i + 1));
        for (int64_t o = 0; o < batch->outputs; o++)
            sum += (double)batch_target(batch, t, row)[o] * sin((double)(5 * t + 11 * o + 1));
        sum += (double)*batch_class(batch, t, row) * sin((double)(13 * t + 2));
        sum += (double)*batch_mark(batch, t, row) * cos((double)(17 * t + 3));
    }
    return sum;
}

static void sequences_do_not_depend_on_their_minibatch(void **state)
{
    (void)state;
    for (size_t k = 0; tasks[k] != NULL; k++) {
        struct bed bed = bed_open(tasks[k], 0);
        fill(&bed, 0);
        const int64_t length = bed.batch.lengths[9];
        const double ninth = fingerprint(&bed.batch, 9);
        assert_int_equal(problem_fill(&bed.problem, SPLIT_TRAIN, 7, 9, 3, &bed.batch), 3);
        assert_int_equal(bed.batch.lengths[0], length);
        assert_near(fingerprint(&bed.batch, 0), ninth, 0.0);
        bed_close(&bed);
    }
}

static void sequences_are_of_the_length_that_was_promised(void **state)
{
    (void)state;
    for (size_t k = 0; tasks[k] != NULL; k++) {
        struct bed bed = bed_open(tasks[k], 0);
        fill(&bed, 0);
        for (int64_t row = 0; row < ROWS; row++)
            assert_in_range(bed.batch.lengths[row], 1, bed.problem.steps);
        for (int64_t t = 0; t < bed.batch.steps; t++)
            for (int64_t row = 0; row < ROWS; row++)
                assert_in_range(*batch_class(&bed.batch, t, row), 0, bed.problem.outputs - 1);
        bed_close(&bed);
    }
}

/* How many rows of two minibatches of 50 are the same: none, of tasks whose sequences are drawn from many. */
static int64_t rows_alike(struct bed *bed, enum split split, uint64_t seed)
{
    double first[ROWS];
    int64_t alike = 0;
    fill(bed, 0);
    for (int64_t row = 0; row < ROWS; row++)
        first[row] = fingerprint(&bed->batch, row);
    problem_fill(&bed->problem, split, seed, 0, ROWS, &bed->batch);
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t k = 0; k < ROWS; k++)
            alike += fingerprint(&bed->batch, row) == first[k];
    return alike;
}

static void splits_and_seeds_have_sequences_of_their_own(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_named("adding"), 40);
    assert_int_equal(rows_alike(&bed, SPLIT_TRAIN, 7), ROWS); /* the same once more */
    assert_int_equal(rows_alike(&bed, SPLIT_VALID, 7), 0);
    assert_int_equal(rows_alike(&bed, SPLIT_TEST, 7), 0);
    assert_int_equal(rows_alike(&bed, SPLIT_TRAIN, 8), 0);
    bed_close(&bed);
}

/* --- adding --- */

/* Mean and variance of the targets of many sequences, and where the marks were. */
struct sums {
    double count, target, squares, first, second, values;
};

static struct sums sum_adding(struct bed *bed, float marked)
{
    struct sums sums = {0};
    for (int64_t batch = 0; batch < 200; batch++) {
        fill(bed, batch * ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            const int64_t last = bed->batch.lengths[row] - 1;
            const double target = (double)batch_target(&bed->batch, last, row)[0];
            int64_t marks[2] = {-1, -1}, count = 0;
            for (int64_t t = 0; t <= last; t++)
                if (batch_x(&bed->batch, t, row)[1] == marked)
                    marks[count++ < 1 ? 0 : 1] = t;
            sums.count += 1.0;
            sums.target += target;
            sums.squares += target * target;
            sums.first += (double)marks[0];
            sums.second += (double)marks[1];
            sums.values += (double)batch_x(&bed->batch, last / 2, row)[0];
        }
    }
    return sums;
}

static double variance_of(const struct sums *sums)
{
    const double mean = sums->target / sums->count;
    return sums->squares / sums->count - mean * mean;
}

static void adding_sums_what_is_marked(void **state)
{
    (void)state;
    const char *const names[] = {"adding", "adding-halves"};
    for (size_t k = 0; k < 2; k++) {
        struct bed bed = bed_open(task_named(names[k]), 11);
        fill(&bed, 0);
        for (int64_t row = 0; row < ROWS; row++) {
            double sum = 0.0, marks = 0.0, early = 0.0;
            for (int64_t t = 0; t < 11; t++) {
                const float *x = batch_x(&bed.batch, t, row);
                assert_true(x[0] >= 0.0F && x[0] < 1.0F && (x[1] == 0.0F || x[1] == 1.0F));
                sum += (double)x[0] * (double)x[1];
                marks += (double)x[1];
                early += t < 5 ? (double)x[1] : 0.0;
            }
            assert_near(marks, 2.0, 0.0);
            assert_near((double)batch_target(&bed.batch, 10, row)[0], sum, 1e-6);
            assert_true(k == 0 || early == 1.0);
        }
        bed_close(&bed);
    }
}

static void adding_is_spread_as_its_paper_says(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_named("adding"), 11);
    struct sums sums = sum_adding(&bed, 1.0F);
    assert_near(sums.target / sums.count, 1.0, 0.02);
    assert_near(variance_of(&sums), task_named("adding")->nothing(&bed.problem), 0.006);
    /* Two of 0..10 without order: the smaller is 3 on average, the larger 7. */
    assert_near(sums.first / sums.count, 3.0, 0.1);
    assert_near(sums.second / sums.count, 7.0, 0.1);
    bed_close(&bed);

    bed = bed_open(task_named("adding-halves"), 11);
    sums = sum_adding(&bed, 1.0F);
    assert_near(sums.first / sums.count, 2.0, 0.1);  /* of 0..4 */
    assert_near(sums.second / sums.count, 7.5, 0.1); /* of 5..10 */
    bed_close(&bed);
}

static void adding_of_1997_is_spread_as_its_paper_says(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_named("adding-1997"), 100);
    const struct sums sums = sum_adding(&bed, 1.0F);
    assert_int_equal(bed.problem.steps, 110);
    assert_near(sums.target / sums.count, 0.5, 0.01);
    /* 2/3/16; one sequence in ten has its first mark at 0, whose number then counts as 0, so half as much: 0.95 of it.
     */
    assert_near(variance_of(&sums), 0.95 * 0.04167 - 0.0005, 0.003);
    assert_near(sums.values / sums.count, 0.0, 0.02);
    for (int64_t row = 0; row < ROWS; row++) {
        const int64_t last = bed.batch.lengths[row] - 1;
        assert_in_range(last, 99, 109);
        assert_near((double)batch_x(&bed.batch, last, row)[1], -1.0, 0.0);
        if (batch_x(&bed.batch, 0, row)[1] != -1.0F)
            assert_near((double)batch_x(&bed.batch, 0, row)[0], 0.0, 0.0);
    }
    bed_close(&bed);
}

static void lags_are_counted_from_the_end(void **state)
{
    (void)state;
    const struct task *task = task_named("adding-halves");
    struct bed bed = bed_open(task, 40);
    char name[64];
    fill(&bed, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        int64_t first = 0, low, high;
        while (batch_x(&bed.batch, first, row)[1] != 1.0F)
            first++;
        task->group_name(&bed.problem, task->group_of(&bed.problem, &bed.batch, row), name, sizeof name);
        assert_int_equal(sscanf(name, "%" SCNd64 " to %" SCNd64, &low, &high), 2);
        assert_in_range(39 - first, low, high);
        assert_int_equal(high - low, 1);
    }
    bed_close(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_do_not_depend_on_their_minibatch),
        cmocka_unit_test(sequences_are_of_the_length_that_was_promised),
        cmocka_unit_test(splits_and_seeds_have_sequences_of_their_own),
        cmocka_unit_test(adding_sums_what_is_marked),
        cmocka_unit_test(adding_is_spread_as_its_paper_says),
        cmocka_unit_test(adding_of_1997_is_spread_as_its_paper_says),
        cmocka_unit_test(lags_are_counted_from_the_end),
    };
    return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
