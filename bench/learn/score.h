/*
 * learn/score.h: how good a net's answers are.
 */
#ifndef BENCH_LEARN_SCORE_H
#define BENCH_LEARN_SCORE_H

#include <stdbool.h>

#include <weir/train.h>

#include "learn/batch.h"

enum { SCORE_GROUPS = 256 };

/* Sums over sequences. */
struct tally {
    double loss;  /* of all scored steps */
    double steps; /* scored */
    double rows;  /* sequences */
    double right; /* of them */
};

/* Of some sequences: all together, and by groups that the task sorts them into (bins of lag; pieces of music). */
struct score {
    struct tally all;
    struct tally groups[SCORE_GROUPS];
};

void tally_add(struct tally *tally, const struct tally *other);

/* The share of sequences that are right, 0 to 1. */
double tally_right(const struct tally *tally);

/*
 * The outputs at the scored steps of a minibatch, with what they should have been, one after the other: row b has those
 * from first[b] to first[b+1].
 */
struct answers {
    weir_loss loss;
    int64_t outputs;
    int64_t rows;
    int64_t *first;   /* [rows+1] */
    int64_t *steps;   /* [count] the step that an answer belongs to */
    float *y;         /* [count][outputs] */
    float *target;    /* [count][outputs] */
    int64_t *classes; /* [count] */
};

struct answers answers_open(weir_loss loss, const struct batch *batch);
void answers_close(struct answers *answers);

/* Lists the scored steps of a minibatch: the last one of each row, all live ones, or those that are marked. */
void answers_list_last(struct answers *answers, const struct batch *batch);
void answers_list_live(struct answers *answers, const struct batch *batch, bool marked);

/* Takes the listed outputs from y, which is [steps][rows][outputs], or [rows][outputs] if it holds last steps only; and
   puts derivatives that stand in answers.y back there. */
void answers_gather(struct answers *answers, const struct batch *batch, const float *y, bool last);
void answers_scatter(const struct answers *answers, const struct batch *batch, float *dy, bool last);

/* The mean loss of an answer; its derivative takes the place of y if `derive`. 0 without answers. */
double answers_loss(struct answers *answers, bool derive);

/* The loss of one row, summed over its answers. */
double answers_row_loss(const struct answers *answers, int64_t row);

/* The most that an output of a row is off: |y - target|, where y is what the net says after a softmax or a logistic
   function if the loss has one. */
double answers_row_error(const struct answers *answers, int64_t row);

/* log of the sum of exp(y), by which a softmax divides. */
double softmax_log_sum(const float *y, int64_t outputs);

#endif
