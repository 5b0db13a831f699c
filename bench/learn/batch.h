/*
 * learn/batch.h: a minibatch, time-major and without gaps; its arrays are made once and used again.
 */
#ifndef BENCH_LEARN_BATCH_H
#define BENCH_LEARN_BATCH_H

#include <stdint.h>

struct batch {
    int64_t inputs, outputs, rows_most, steps_most;
    int64_t rows, steps;   /* of what is in it now */
    float *x;              /* [steps][rows][inputs] */
    float *target;         /* [steps][rows][outputs] */
    int64_t *classes;      /* [steps][rows] */
    unsigned char *marked; /* [steps][rows] 1 where a target counts, of a task that marks them */
    int64_t *lengths;      /* [rows] */
    int64_t *sequences;    /* [rows] their indices in the split */
};

/* Makes the arrays; batch_close frees them. */
struct batch batch_open(int64_t inputs, int64_t outputs, int64_t rows, int64_t steps);
void batch_close(struct batch *batch);

/* Begins a minibatch of so many rows and steps: everything zero, all lengths `steps`, sequences 0, 1, ... */
void batch_clear(struct batch *batch, int64_t rows, int64_t steps);

/* What belongs to one step of one row. */
float *batch_x(const struct batch *batch, int64_t step, int64_t row);            /* [inputs] */
float *batch_target(const struct batch *batch, int64_t step, int64_t row);       /* [outputs] */
int64_t *batch_class(const struct batch *batch, int64_t step, int64_t row);      /* one */
unsigned char *batch_mark(const struct batch *batch, int64_t step, int64_t row); /* one */

#endif
