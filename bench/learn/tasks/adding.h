/*
 * learn/tasks/adding.h: what others want to know of adding-halves.
 */
#ifndef BENCH_LEARN_TASKS_ADDING_H
#define BENCH_LEARN_TASKS_ADDING_H

#include "learn/task.h"

extern const struct task task_adding_halves;

/* How far back from the end the first marked step is, in steps, of the sequences of a group. */
struct lags {
    int64_t least, most;
};
struct lags adding_lags(const struct problem *problem, int64_t group);

#endif
