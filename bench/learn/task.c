/*
 * learn/task.c: a task of one size, and the minibatches that are read from it.
 */
#include "learn/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool problem_open(struct problem *problem, const struct task *task, int64_t length, int64_t batch, const char *folder,
                  struct why *why)
{
    *problem = (struct problem){.task = task, .length = length, .part = 1, .subset = 1};
    problem->rows[SPLIT_TRAIN] = batch;
    problem->rows[SPLIT_VALID] = problem->rows[SPLIT_TEST] = EVALUATION_ROWS;
    if (task->has_length && length == 0)
        problem->length = task->usual.lengths.values[0];
    return task->open(problem, folder, why);
}

bool problem_divide(struct problem *problem, int64_t part, struct why *why)
{
    const int64_t count = problem->count[SPLIT_TRAIN], taken = count / part;
    const int64_t whole = problem->task->carries ? problem->rows[SPLIT_TRAIN] : 1;
    problem->part = part;
    if (part > 1 && taken < whole) {
        snprintf(why->text, sizeof why->text,
                 count > 0 ? "1/%" PRId64 " of the training data is too little"
                           : "there are no data to take 1/%" PRId64 " of",
                 part);
        return false;
    }
    problem->count[SPLIT_TRAIN] = taken - taken % whole;
    return true;
}

void problem_close(struct problem *problem)
{
    if (problem->task != NULL && problem->task->close != NULL)
        problem->task->close(problem);
    *problem = (struct problem){0};
}

void problem_name(const struct problem *problem, char *text, size_t size)
{
    char length[32] = "", part[48] = "";
    if (problem->task->has_length)
        snprintf(length, sizeof length, " T=%" PRId64, problem->length);
    if (problem->part > 1)
        snprintf(part, sizeof part, ", 1/%" PRId64 " of the data", problem->part);
    snprintf(text, size, "%s%s%s", problem->task->name, length, part);
}

/* Three rounds of splitmix64, each of which takes in one number. */
struct generator sequence_start(enum split split, uint64_t seed, int64_t index)
{
    struct generator generator = {.state = seed};
    generator.state = random_next(&generator) + (uint64_t)split;
    generator.state = random_next(&generator) + (uint64_t)index;
    generator.state = random_next(&generator);
    return generator;
}

static struct sequence sequence_of(const struct problem *problem, enum split split, uint64_t seed, int64_t index)
{
    struct sequence sequence = {.split = split, .seed = seed, .index = index};
    sequence.generator = sequence_start(split, seed, index);
    sequence.length = problem->task->measure(problem, &sequence);
    return sequence;
}

/* Rows up to the next end of a data set; all of them of a stream without end. */
static int64_t rows_left(const struct problem *problem, enum split split, int64_t first, int64_t rows)
{
    const int64_t count = problem->count[split];
    if (count == 0)
        return rows;
    const int64_t left = count - first % count;
    return left < rows ? left : rows;
}

int64_t problem_fill(const struct problem *problem, enum split split, uint64_t seed, int64_t first, int64_t rows,
                     struct batch *batch)
{
    const int64_t filled = rows_left(problem, split, first, rows);
    int64_t steps = 1;
    for (int64_t row = 0; row < filled; row++) {
        const int64_t length = sequence_of(problem, split, seed, first + row).length;
        steps = length > steps ? length : steps;
    }
    batch_clear(batch, filled, steps);
    for (int64_t row = 0; row < filled; row++) {
        struct sequence sequence = sequence_of(problem, split, seed, first + row);
        batch->lengths[row] = sequence.length;
        batch->sequences[row] = sequence.index;
        problem->task->write(problem, &sequence, batch, row);
    }
    return filled;
}

bool problem_solved(const struct problem *problem, const struct score *score, double aim)
{
    const struct task *task = problem->task;
    return task->solved != NULL && task->solved(problem, score) &&
           (aim == 0.0 || problem_score(problem, &score->all) < aim);
}

void task_success(const struct task *task, double aim, char *text, size_t size)
{
    snprintf(text, size, "%s", task->success != NULL ? task->success : "");
    const size_t used = strlen(text);
    if (aim > 0.0)
        snprintf(text + used, size - used, ", and %s below %g", task->unit, aim);
}

double problem_score(const struct problem *problem, const struct tally *tally)
{
    const double scale = problem->task->scale > 0.0 ? problem->task->scale : 1.0;
    return tally->steps > 0.0 ? scale * tally->loss / tally->steps : 0.0;
}
