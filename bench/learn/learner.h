/*
 * learn/learner.h: a net with its plans, and one update of it.
 */
#ifndef BENCH_LEARN_LEARNER_H
#define BENCH_LEARN_LEARNER_H

#include <weir/weir.h>

#include "learn/cells.h"
#include "learn/task.h"

struct learner {
    const struct problem *problem; /* `own` */
    struct problem own;            /* with the training's subset of the data */
    struct course_settings settings;
    struct stack stack;
    weir_net *net;
    weir_plan *training, *inference;
    weir_optimizer *optimizer;
    int64_t parameters; /* numbers in the vectors below */
    struct batch batch;
    struct answers answers;
    float *y;        /* [steps][rows][outputs], or last steps only */
    float *state;    /* [rows][S] carried from minibatch to minibatch, of a task that does so; else NULL */
    float *looked;   /* [rows][S] the same of an evaluation */
    float *gradient; /* [parameters] */
    float *kept;     /* [parameters] see learner_keep */
    float *quiet;    /* [parameters] those without noise, while there is some on the net's; NULL: there never is */
    uint64_t seed;
};

/* Makes one; what does not work ends the program. */
struct learner *learner_open(const struct problem *problem, const struct variety *variety, const struct stack *stack,
                             const struct course_settings *settings, uint64_t seed);
void learner_close(struct learner **learner);

/* Reads a minibatch of the training split, sequences from `first` on, into learner->batch; how many there were. */
int64_t learner_read(struct learner *learner, uint64_t seed, int64_t first);

/* One update on the minibatch that was read, the `number`th (which dropout is drawn by). The mean loss of a scored step
   before it; NaN if the update was skipped because its gradient was not finite. The answers as they were before it are
   judged into `judge`, if that is not NULL. */
double learner_update(struct learner *learner, int64_t number, void (*judge)(struct learner *learner, void *context),
                      void *context);

/* The score on sequences first .. first+count-1 of a split, without dropout; to the end of a data set if there are
   fewer, or if count is 0. */
void learner_score(struct learner *learner, enum split split, uint64_t seed, int64_t first, int64_t count,
                   struct score *score);

/* Whether row `row` of the answers is right. */
bool learner_right(const struct learner *learner, int64_t row);

/* Runs `rows` x `steps` inputs x [steps][rows][inputs] through the net as it is: y [steps][rows][outputs], state
   [rows][S] in and out (NULL: from zero, forgotten). At most as many rows as an evaluation has
   (problem->rows), and problem->steps steps. Call
   learner_refresh once after an update. */
void learner_run(struct learner *learner, int64_t rows, int64_t steps, const float *x, float *state, float *y);
void learner_refresh(struct learner *learner);

/* Keeps the parameters as they are now, and goes back to those that were kept. */
void learner_keep(struct learner *learner);
void learner_return(struct learner *learner);

#endif
