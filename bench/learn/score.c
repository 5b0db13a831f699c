/*
 * learn/score.c: how good a net's answers are.
 */
#include "learn/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/buffer.h"
#include "base/message.h"

void tally_add(struct tally *tally, const struct tally *other)
{
    tally->loss += other->loss;
    tally->steps += other->steps;
    tally->rows += other->rows;
    tally->right += other->right;
}

double tally_right(const struct tally *tally) { return tally->rows > 0.0 ? tally->right / tally->rows : 0.0; }

struct answers answers_open(weir_loss loss, const struct batch *batch)
{
    struct answers answers = {.loss = loss, .outputs = batch->outputs};
    const size_t places = (size_t)batch->rows_most * (size_t)batch->steps_most;
    answers.first = buffer_allocate((size_t)batch->rows_most + 1, sizeof *answers.first);
    answers.steps = buffer_allocate(places, sizeof *answers.steps);
    answers.y = buffer_allocate(places, (size_t)batch->outputs * sizeof *answers.y);
    answers.target = buffer_allocate(places, (size_t)batch->outputs * sizeof *answers.target);
    answers.classes = buffer_allocate(places, sizeof *answers.classes);
    return answers;
}

void answers_close(struct answers *answers)
{
    free(answers->first);
    free(answers->steps);
    free(answers->y);
    free(answers->target);
    free(answers->classes);
    *answers = (struct answers){0};
}

static void add(struct answers *answers, const struct batch *batch, int64_t step, int64_t row)
{
    const int64_t place = answers->first[row + 1]++;
    answers->steps[place] = step;
    answers->classes[place] = *batch_class(batch, step, row);
    memcpy(answers->target + place * answers->outputs, batch_target(batch, step, row),
           (size_t)answers->outputs * sizeof *answers->target);
}

void answers_list_last(struct answers *answers, const struct batch *batch)
{
    answers->rows = batch->rows;
    for (int64_t row = 0; row < batch->rows; row++) {
        answers->first[row + 1] = answers->first[row];
        add(answers, batch, batch->lengths[row] - 1, row);
    }
}

void answers_list_live(struct answers *answers, const struct batch *batch, bool marked)
{
    answers->rows = batch->rows;
    for (int64_t row = 0; row < batch->rows; row++) {
        answers->first[row + 1] = answers->first[row];
        for (int64_t step = 0; step < batch->lengths[row]; step++)
            if (!marked || *batch_mark(batch, step, row))
                add(answers, batch, step, row);
    }
}

/* Where the output that belongs to an answer begins. */
static int64_t output_of(const struct answers *answers, const struct batch *batch, int64_t place, int64_t row,
                         bool last)
{
    return (last ? row : answers->steps[place] * batch->rows + row) * answers->outputs;
}

void answers_gather(struct answers *answers, const struct batch *batch, const float *y, bool last)
{
    for (int64_t row = 0; row < answers->rows; row++)
        for (int64_t i = answers->first[row]; i < answers->first[row + 1]; i++)
            memcpy(answers->y + i * answers->outputs, y + output_of(answers, batch, i, row, last),
                   (size_t)answers->outputs * sizeof *y);
}

void answers_scatter(const struct answers *answers, const struct batch *batch, float *dy, bool last)
{
    const int64_t places = last ? batch->rows : batch->steps * batch->rows;
    memset(dy, 0, (size_t)(places * answers->outputs) * sizeof *dy);
    for (int64_t row = 0; row < answers->rows; row++)
        for (int64_t i = answers->first[row]; i < answers->first[row + 1]; i++)
            memcpy(dy + output_of(answers, batch, i, row, last), answers->y + i * answers->outputs,
                   (size_t)answers->outputs * sizeof *dy);
}

/* Of `count` answers from `first` on. */
static double find_loss(const struct answers *answers, int64_t first, int64_t count, weir_reduction reduction,
                        float *dy)
{
    double value = 0.0;
    weir_error error;
    if (count == 0)
        return 0.0;
    const weir_loss_args_f32 args = {
        .loss = answers->loss,
        .reduction = reduction,
        .rows = count,
        .steps = 1,
        .width = answers->outputs,
        .y = answers->y + first * answers->outputs,
        .target = answers->target + first * answers->outputs,
        .classes = answers->classes + first,
        .dy = dy,
    };
    if (weir_loss_f32(&value, &args, &error) != WEIR_OK)
        message_fail("learn: the loss: %s", error.message);
    return value;
}

double answers_loss(struct answers *answers, bool derive)
{
    return find_loss(answers, 0, answers->first[answers->rows], WEIR_MEAN_PER_STEP, derive ? answers->y : NULL);
}

double answers_row_loss(const struct answers *answers, int64_t row)
{
    const int64_t first = answers->first[row];
    return find_loss(answers, first, answers->first[row + 1] - first, WEIR_SUM, NULL);
}

static double logistic(double y) { return 1.0 / (1.0 + exp(-y)); }

double softmax_log_sum(const float *y, int64_t outputs)
{
    double largest = (double)y[0], sum = 0.0;
    for (int64_t k = 1; k < outputs; k++) /* gcc 12.2 for AArch64 dies of fmax in a loop from float to double */
        largest = (double)y[k] > largest ? (double)y[k] : largest;
    for (int64_t k = 0; k < outputs; k++)
        sum += exp((double)y[k] - largest);
    return largest + log(sum);
}

static double answer_error(const struct answers *answers, int64_t place)
{
    const float *y = answers->y + place * answers->outputs, *target = answers->target + place * answers->outputs;
    const bool softmax = answers->loss == WEIR_SOFTMAX_CROSS_ENTROPY;
    const double normal = softmax ? softmax_log_sum(y, answers->outputs) : 0.0;
    double most = 0.0;
    for (int64_t k = 0; k < answers->outputs; k++) {
        const double wanted = softmax ? (double)(answers->classes[place] == k) : (double)target[k];
        const double said = softmax                                         ? exp((double)y[k] - normal)
                            : answers->loss == WEIR_BERNOULLI_CROSS_ENTROPY ? logistic((double)y[k])
                                                                            : (double)y[k];
        /* A NaN is as wrong as can be. */
        const double off = fabs(said - wanted);
        most = off > most || isnan(off) ? (isnan(off) ? HUGE_VAL : off) : most;
    }
    return most;
}

double answers_row_error(const struct answers *answers, int64_t row)
{
    double most = 0.0;
    for (int64_t i = answers->first[row]; i < answers->first[row + 1]; i++)
        most = fmax(most, answer_error(answers, i));
    return most;
}
