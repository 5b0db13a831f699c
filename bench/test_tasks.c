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
#include <unistd.h>

#include <cmocka.h>

#include "learn/task.h"
#include "test_support.h"

/* --- all tasks --- */

enum { ROWS = 50 };

/* A task that is open, and a minibatch of it. */
struct bed {
    struct problem problem;
    struct batch batch;
};

/* The tasks on text read one of the tests'. */
static char text_folder[] = "/tmp/weir-tasks-XXXXXX";

static int write_numbers(void **state)
{
    char path[64];
    (void)state;
    assert_non_null(mkdtemp(text_folder));
    snprintf(path, sizeof path, "%s/text.txt", text_folder);
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    for (int i = 0; i < 8000; i++)
        fprintf(stream, "%d ", i * i % 9973);
    return fclose(stream);
}

static int remove_text(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/text.txt", text_folder);
    return unlink(path) != 0 || rmdir(text_folder) != 0;
}

static struct bed bed_open(const struct task *task, int64_t length)
{
    struct bed bed;
    struct why why;
    const char *folder = strncmp(task->name, "text", 4) == 0 ? text_folder : NULL;
    if (!problem_open(&bed.problem, task, length, ROWS, folder, &why))
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
    struct bed bed = bed_open(task_find("adding"), 40);
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
        struct bed bed = bed_open(task_find(names[k]), 11);
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
    struct bed bed = bed_open(task_find("adding"), 11);
    struct sums sums = sum_adding(&bed, 1.0F);
    assert_near(sums.target / sums.count, 1.0, 0.02);
    assert_near(variance_of(&sums), task_find("adding")->nothing(&bed.problem), 0.006);
    /* Two of 0..10 without order: the smaller is 3 on average, the larger 7. */
    assert_near(sums.first / sums.count, 3.0, 0.1);
    assert_near(sums.second / sums.count, 7.0, 0.1);
    bed_close(&bed);

    bed = bed_open(task_find("adding-halves"), 11);
    sums = sum_adding(&bed, 1.0F);
    assert_near(sums.first / sums.count, 2.0, 0.1);  /* of 0..4 */
    assert_near(sums.second / sums.count, 7.5, 0.1); /* of 5..10 */
    bed_close(&bed);
}

static void adding_of_1997_is_spread_as_its_paper_says(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("adding-1997"), 100);
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

static int64_t lag_at(const struct bed *bed, int64_t row)
{
    int64_t first = 0;
    while (batch_x(&bed->batch, first, row)[1] != 1.0F)
        first++;
    return bed->problem.length - 1 - first;
}

static void lags_are_counted_from_the_end(void **state)
{
    (void)state;
    const struct task *task = task_find("adding-halves");
    struct bed long_one = bed_open(task, 40), short_one = bed_open(task, 10);
    char name[64], expected[64];
    fill(&long_one, 0);
    fill(&short_one, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        int64_t low, high;
        task->group_name(&long_one.problem, task->group_of(&long_one.problem, &long_one.batch, row), name, sizeof name);
        assert_int_equal(sscanf(name, "%" SCNd64 " to %" SCNd64, &low, &high), 2);
        assert_in_range(lag_at(&long_one, row), low, high);
        assert_int_equal(high - low, 1);
        task->group_name(&short_one.problem, task->group_of(&short_one.problem, &short_one.batch, row), name,
                         sizeof name);
        snprintf(expected, sizeof expected, "%" PRId64, lag_at(&short_one, row));
        assert_string_equal(name, expected);
    }
    bed_close(&long_one);
    bed_close(&short_one);
}

/* --- multiplication --- */

static void multiplication_multiplies_what_is_marked(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("multiplication"), 100);
    for (int64_t row = 0; row < ROWS; row++) {
        double product = 1.0, marks = 0.0;
        fill(&bed, 0);
        for (int64_t t = 0; t < bed.batch.lengths[row]; t++) {
            const float *x = batch_x(&bed.batch, t, row);
            assert_true(x[0] >= 0.0F && x[0] <= 1.0F);
            product *= x[1] == 1.0F ? (double)x[0] : 1.0;
            marks += x[1] == 1.0F ? 1.0 : 0.0;
        }
        assert_near(marks, 2.0, 0.0);
        assert_near((double)batch_target(&bed.batch, bed.batch.lengths[row] - 1, row)[0], product, 1e-6);
    }
    const struct sums sums = sum_adding(&bed, 1.0F);
    /* One sequence in eight has a mark at step 0 (1/10 the first, 1/10 * 1/48 ... the second), whose number is 1. */
    const double neutral = 0.1 + 0.9 / 48.0;
    assert_near(sums.target / sums.count, 0.25 + neutral * 0.25, 0.01);
    assert_near(variance_of(&sums), 7.0 / 144.0 + 0.014, 0.006);
    bed_close(&bed);
}

/* --- temporal order --- */

static int64_t symbol_at(const struct batch *batch, int64_t step, int64_t row)
{
    int64_t symbol = -1;
    for (int64_t i = 0; i < batch->inputs; i++)
        if (batch_x(batch, step, row)[i] == 1.0F) {
            assert_int_equal(symbol, -1);
            symbol = i;
        }
    return symbol;
}

/* Reads the X (4) and Y (5) of a row, whose places have to be within ten steps of `from`, as binary digits. */
static int64_t read_order(const struct batch *batch, int64_t row, const int64_t *from, int64_t count)
{
    const int64_t last = batch->lengths[row] - 1;
    int64_t class = 0, seen = 0;
    assert_in_range(last, 99, 109);
    assert_int_equal(symbol_at(batch, 0, row), 6);
    assert_int_equal(symbol_at(batch, last, row), 7);
    for (int64_t t = 1; t < last; t++) {
        const int64_t symbol = symbol_at(batch, t, row);
        if (symbol < 4)
            continue;
        assert_in_range(symbol, 4, 5);
        assert_true(seen < count);
        assert_in_range(t, from[seen], from[seen] + 10);
        class = 2 * class + symbol - 4;
        seen++;
    }
    assert_int_equal(seen, count);
    return class;
}

static void orders_are_classes(void **state)
{
    (void)state;
    static const int64_t two[] = {10, 50}, three[] = {10, 33, 66};
    for (int64_t count = 2; count <= 3; count++) {
        struct bed bed = bed_open(task_find(count == 2 ? "temporal-order-4" : "temporal-order-8"), 100);
        int64_t classes[8] = {0};
        for (int64_t batch = 0; batch < 40; batch++) {
            fill(&bed, batch * ROWS);
            for (int64_t row = 0; row < ROWS; row++) {
                const int64_t class = read_order(&bed.batch, row, count == 2 ? two : three, count);
                assert_int_equal(*batch_class(&bed.batch, bed.batch.lengths[row] - 1, row), class);
                classes[class]++;
            }
        }
        for (int64_t k = 0; k < bed.problem.outputs; k++)
            assert_near((double)classes[k], 2000.0 / (double)bed.problem.outputs, 80.0);
        assert_near(bed.problem.task->nothing(&bed.problem), log((double)bed.problem.outputs), 1e-12);
        bed_close(&bed);
    }
}

/* --- embedded Reber strings --- */

/* The string of a row, its last symbol being the last class. */
static void read_string(const struct batch *batch, int64_t row, char *text)
{
    static const char symbols[] = "BTPSXVE";
    const int64_t length = batch->lengths[row];
    for (int64_t t = 0; t < length; t++)
        text[t] = symbols[symbol_at(batch, t, row)];
    text[length] = symbols[*batch_class(batch, length - 1, row)];
    text[length + 1] = '\0';
}

/* Whether a text is a Reber string, by its regular expression: B(TS*X|P) ... E, taken apart by hand. */
static bool is_reber(const char *text, size_t length)
{
    size_t i = 0;
    if (length < 5 || text[0] != 'B' || text[length - 1] != 'E')
        return false;
    if (text[1] == 'T') {
        for (i = 2; text[i] == 'S'; i++)
            continue;
        if (text[i++] != 'X')
            return false;
        if (text[i] == 'S')
            return i + 2 == length;
        if (text[i++] != 'X')
            return false;
    } else if (text[1] == 'P')
        i = 2;
    else
        return false;
    for (;;) { /* at the node that T leads back to */
        for (; text[i] == 'T'; i++)
            continue;
        if (text[i++] != 'V')
            return false;
        if (text[i] == 'V')
            return i + 2 == length;
        if (text[i++] != 'P')
            return false;
        if (text[i] == 'S')
            return i + 2 == length;
        if (text[i++] != 'X')
            return false;
    }
}

static void strings_are_of_the_embedded_grammar(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("reber"), 0);
    double symbols = 0.0, shortest = 0.0, counts[7] = {0}, entropy = 0.0;
    char text[128];
    for (int64_t batch = 0; batch < 200; batch++) {
        assert_int_equal(problem_fill(&bed.problem, SPLIT_TEST, 1, batch * ROWS, ROWS, &bed.batch), ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            read_string(&bed.batch, row, text);
            const size_t length = strlen(text);
            assert_true(text[0] == 'B' && text[length - 1] == 'E' && text[1] == text[length - 2]);
            assert_true(text[1] == 'T' || text[1] == 'P');
            assert_true(is_reber(text + 2, length - 4));
            symbols += (double)length / (200.0 * ROWS);
            shortest += (strcmp(text, "BTBTXSETE") == 0) / (200.0 * ROWS);
            for (int64_t t = 0; t < bed.batch.lengths[row]; t++) {
                counts[*batch_class(&bed.batch, t, row)]++;
                assert_near((double)batch_target(&bed.batch, t, row)[*batch_class(&bed.batch, t, row)], 1.0, 0.0);
            }
        }
    }
    assert_near(symbols, 12.0, 0.1);
    assert_near(shortest, 1.0 / 16.0, 0.008); /* T, then T, X, S by halves */
    for (int k = 0; k < 7; k++) {
        const double share = counts[k] / ((symbols - 1.0) * 200.0 * ROWS);
        entropy -= share * log(share);
    }
    assert_near(bed.problem.task->nothing(&bed.problem), entropy, 0.005);
    bed_close(&bed);
}

static void possible_symbols_are_those_of_the_grammar(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("reber"), 0);
    char text[128];
    int64_t seen = 0;
    /* B: T or P; BT: B; BTB: T or P; BTBT: S or X; BTBTX: X or S; ...TXS: E; ...SE: T, not P; then E. */
    static const char *const possible[] = {"TP", "B", "TP", "SX", "SX", "E", "T", "E"};
    for (int64_t batch = 0; batch < 10; batch++) {
        problem_fill(&bed.problem, SPLIT_TEST, 1, batch * ROWS, ROWS, &bed.batch);
        for (int64_t row = 0; row < ROWS; row++) {
            read_string(&bed.batch, row, text);
            for (size_t t = 0; strcmp(text, "BTBTXSETE") == 0 && t < 8; t++, seen++)
                for (int k = 0; k < 7; k++)
                    assert_int_equal(batch_target(&bed.batch, (int64_t)t, row)[k] == 1.0F,
                                     strchr(possible[t], "BTPSXVE"[k]) != NULL);
        }
    }
    assert_true(seen > 0);
    bed_close(&bed);
}

static void strings_are_trained_on_again_and_again(void **state)
{
    (void)state;
    enum { STRINGS = 256, BATCHES = 40 };
    struct bed bed = bed_open(task_find("reber"), 0);
    double known[STRINGS];
    int64_t found = 0;
    for (int64_t i = 0; i < STRINGS; i++) {
        problem_fill(&bed.problem, SPLIT_VALID, 7, i, 1, &bed.batch);
        known[i] = fingerprint(&bed.batch, 0);
    }
    for (int64_t batch = 0; batch < BATCHES; batch++) {
        fill(&bed, batch * ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            int64_t k = 0;
            while (k < STRINGS && known[k] != fingerprint(&bed.batch, row))
                k++;
            found += k < STRINGS;
        }
    }
    assert_int_equal(found, BATCHES * ROWS);
    bed_close(&bed);
}

static void strings_are_right_if_possible_symbols_are_largest(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("reber"), 0);
    const struct task *task = bed.problem.task;
    struct answers answers = answers_open(task->loss, &bed.batch);
    fill(&bed, 0);
    answers_list_live(&answers, &bed.batch, false);
    for (int64_t i = 0; i < answers.first[1] * 7; i++)
        answers.y[i] = answers.target[i] == 1.0F ? -1.0F : -1.5F;
    assert_true(task->right(&bed.problem, &answers, 0));
    answers.y[0] = answers.target[0] == 1.0F ? -2.0F : -0.5F;
    assert_false(task->right(&bed.problem, &answers, 0));
    answers.y[0] = (float)NAN;
    answers.y[1] = (float)NAN;
    answers.y[2] = (float)NAN;
    assert_false(task->right(&bed.problem, &answers, 0));
    answers_close(&answers);
    bed_close(&bed);
}

/* --- copy --- */

static void ten_symbols_are_wanted_again(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("copy"), 7);
    int64_t symbols[8] = {0};
    assert_int_equal(bed.problem.steps, 27);
    fill(&bed, 0);
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t t = 0; t < 27; t++) {
            const int64_t symbol = symbol_at(&bed.batch, t, row), class = *batch_class(&bed.batch, t, row);
            if (t < 10) {
                assert_in_range(symbol, 0, 7);
                symbols[symbol]++;
            } else {
                assert_int_equal(symbol, t == 16 ? 9 : 8); /* ten symbols, six blanks, the sign, ten blanks */
            }
            assert_int_equal(class, t < 17 ? 8 : symbol_at(&bed.batch, t - 17, row));
        }
    for (int k = 0; k < 8; k++)
        assert_in_range(symbols[k], 30, 100); /* of 500/8 */
    assert_near(bed.problem.task->nothing(&bed.problem), 10.0 * log(8.0) / 27.0, 1e-12);
    bed_close(&bed);
}

static void copying_is_scored_as_in_its_paper(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("copy"), 7);
    struct answers answers = answers_open(bed.problem.task->loss, &bed.batch);
    fill(&bed, 0);
    answers_list_live(&answers, &bed.batch, false);
    /* Blanks where they belong, then any of eight symbols. */
    for (int64_t i = 0; i < answers.first[ROWS]; i++)
        for (int64_t k = 0; k < 9; k++)
            answers.y[i * 9 + k] = (answers.steps[i] < 17) == (k == 8) ? 30.0F : -30.0F;
    assert_near(answers_loss(&answers, false), bed.problem.task->nothing(&bed.problem), 1e-5);
    answers_close(&answers);
    bed_close(&bed);
}

/* --- parity --- */

static void parities_are_those_of_the_bits(void **state)
{
    (void)state;
    static const enum split splits[] = {SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST};
    const struct task *task = task_find("parity");
    struct bed bed = bed_open(task, 40);
    char name[64];
    for (size_t s = 0; s < 3; s++) {
        double odd = 0.0, lengths = 0.0;
        for (int64_t batch = 0; batch < 40; batch++) {
            problem_fill(&bed.problem, splits[s], 1, batch * ROWS, ROWS, &bed.batch);
            for (int64_t row = 0; row < ROWS; row++) {
                const int64_t length = bed.batch.lengths[row];
                int64_t ones = 0, low, high;
                for (int64_t t = 0; t < length; t++)
                    ones += symbol_at(&bed.batch, t, row);
                assert_int_equal(*batch_class(&bed.batch, length - 1, row), ones % 2);
                odd += (double)(ones % 2) / 2000.0;
                lengths += (double)length / 2000.0;
                assert_in_range(length, s == 0 ? 1 : 41, s == 0 ? 40 : 100);
                if (s == 0)
                    continue;
                task->group_name(&bed.problem, task->group_of(&bed.problem, &bed.batch, row), name, sizeof name);
                assert_int_equal(sscanf(name, "%" SCNd64 " to %" SCNd64, &low, &high), 2);
                assert_in_range(length, low, high);
                assert_int_equal(high - low, 9);
            }
        }
        assert_near(odd, 0.5, 0.04);
        assert_near(lengths, s == 0 ? 20.5 : 70.5, 1.5);
    }
    bed_close(&bed);
}

/* --- noise-free long lags --- */

static void lags_have_two_sequences(void **state)
{
    (void)state;
    struct bed bed = bed_open(task_find("long-lag"), 5);
    int64_t second = 0;
    fill(&bed, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        const int64_t first = symbol_at(&bed.batch, 0, row);
        second += first;
        assert_in_range(first, 0, 1);
        for (int64_t t = 0; t < 5; t++) {
            assert_int_equal(*batch_class(&bed.batch, t, row), t == 4 ? first : t + 2);
            assert_true(t == 0 || symbol_at(&bed.batch, t, row) == t + 1);
        }
    }
    assert_in_range(second, 10, 40);
    assert_near(bed.problem.task->nothing(&bed.problem), log(2.0) / 5.0, 1e-12);
    bed_close(&bed);
}

/* --- tests of success --- */

static void success_is_what_it_says(void **state)
{
    (void)state;
    struct score score = {.all = {.loss = 0.0099, .steps = 1.0, .rows = 100.0, .right = 99.0}};
    struct problem problem = {.task = task_find("adding"), .length = 10, .steps = 30};
    assert_true(problem.task->solved(&problem, &score));
    score.all.loss = 0.01;
    assert_false(problem.task->solved(&problem, &score));
    problem.task = task_find("parity");
    assert_true(problem.task->solved(&problem, &score));
    problem.task = task_find("reber");
    assert_false(problem.task->solved(&problem, &score));
    problem.task = task_find("long-lag");
    assert_false(problem.task->solved(&problem, &score));
    score.all.right = 100.0;
    assert_true(problem.task->solved(&problem, &score));
    problem.task = task_find("copy");
    score.all.loss = 0.099 * 10.0 * log(8.0) / 30.0;
    assert_true(problem.task->solved(&problem, &score));
    score.all.loss *= 1.02;
    assert_false(problem.task->solved(&problem, &score));
}

static void success_can_be_made_harder(void **state)
{
    (void)state;
    const struct score score = {.all = {.loss = 0.005, .steps = 1.0, .rows = 100.0, .right = 100.0}};
    struct problem problem = {.task = task_find("adding"), .length = 10, .steps = 30};
    char text[256];
    assert_true(problem_solved(&problem, &score, 0.0));
    assert_true(problem_solved(&problem, &score, 0.006));
    assert_false(problem_solved(&problem, &score, 0.005));
    assert_false(problem_solved(&problem, &score, 0.004));
    task_success(problem.task, 0.004, text, sizeof text);
    assert_string_equal(text,
                        "mean squared error below 0.01 on 10,000 fresh sequences, and mean squared error below 0.004");
    const struct score worse = {.all = {.loss = 0.02, .steps = 1.0}};
    assert_false(problem_solved(&problem, &worse, 0.03)); /* the task's own test stays */
    problem.task = task_find("jsb");
    assert_false(problem_solved(&problem, &score, 0.0));
    task_success(problem.task, 0.0, text, sizeof text);
    assert_string_equal(text, "");
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
        cmocka_unit_test(multiplication_multiplies_what_is_marked),
        cmocka_unit_test(orders_are_classes),
        cmocka_unit_test(strings_are_of_the_embedded_grammar),
        cmocka_unit_test(possible_symbols_are_those_of_the_grammar),
        cmocka_unit_test(strings_are_trained_on_again_and_again),
        cmocka_unit_test(strings_are_right_if_possible_symbols_are_largest),
        cmocka_unit_test(ten_symbols_are_wanted_again),
        cmocka_unit_test(copying_is_scored_as_in_its_paper),
        cmocka_unit_test(parities_are_those_of_the_bits),
        cmocka_unit_test(lags_have_two_sequences),
        cmocka_unit_test(success_is_what_it_says),
        cmocka_unit_test(success_can_be_made_harder),
    };
    return cmocka_run_group_tests_name("tasks", tests, write_numbers, remove_text);
}
