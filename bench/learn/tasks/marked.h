/*
 * learn/tasks/marked.h: sequences of numbers, two of which are marked: what adding and multiplication have in common.
 */
#ifndef BENCH_LEARN_TASKS_MARKED_H
#define BENCH_LEARN_TASKS_MARKED_H

#include "learn/task.h"

enum { MARKED_VALUE, MARKED_MARK, MARKED_INPUTS };

/* The marked steps. */
struct marks {
    int64_t first, second;
};

/* Sequences of T steps. */
bool marked_open(struct problem *problem, const char *folder, struct why *why);
int64_t marked_measure(const struct problem *problem, struct sequence *sequence);

/* Sequences of T to 1.1 T steps, as in Hochreiter & Schmidhuber 1997. */
bool marked_open_1997(struct problem *problem, const char *folder, struct why *why);
int64_t marked_measure_1997(const struct problem *problem, struct sequence *sequence);

/* Numbers from U(low, 1). */
void marked_write_values(struct sequence *sequence, struct batch *batch, int64_t row, double low);

/* A mark of 1 at both steps. */
void marked_write_marks(const struct batch *batch, int64_t row, struct marks marks);

/* One of 0..below-1 that is not `taken`. */
int64_t marked_another(struct generator *generator, int64_t below, int64_t taken);

/*
 * Marks of Hochreiter & Schmidhuber 1997: the first is among the first ten steps, the second among the first T/2 - 1;
 * both ends have the mark -1, unless one of the two is there. If it is at step 0, the number there becomes `neutral`.
 */
struct marks marked_draw_1997(const struct problem *problem, struct sequence *sequence, struct batch *batch,
                              int64_t row, float neutral);

#endif
