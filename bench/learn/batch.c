/*
 * learn/batch.c: a minibatch, time-major and without gaps; its arrays are made once and used again.
 */
#include "learn/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

struct batch batch_open(int64_t inputs, int64_t outputs, int64_t rows, int64_t steps)
{
    struct batch batch = {.inputs = inputs, .outputs = outputs, .rows_most = rows, .steps_most = steps};
    const size_t places = (size_t)rows * (size_t)steps;
    batch.x = buffer_allocate(places, (size_t)inputs * sizeof *batch.x);
    batch.target = buffer_allocate(places, (size_t)outputs * sizeof *batch.target);
    batch.classes = buffer_allocate(places, sizeof *batch.classes);
    batch.marked = buffer_allocate(places, sizeof *batch.marked);
    batch.lengths = buffer_allocate((size_t)rows, sizeof *batch.lengths);
    batch.sequences = buffer_allocate((size_t)rows, sizeof *batch.sequences);
    return batch;
}

void batch_close(struct batch *batch)
{
    free(batch->x);
    free(batch->target);
    free(batch->classes);
    free(batch->marked);
    free(batch->lengths);
    free(batch->sequences);
    *batch = (struct batch){0};
}

void batch_clear(struct batch *batch, int64_t rows, int64_t steps)
{
    const size_t places = (size_t)rows * (size_t)steps;
    batch->rows = rows;
    batch->steps = steps;
    memset(batch->x, 0, places * (size_t)batch->inputs * sizeof *batch->x);
    memset(batch->target, 0, places * (size_t)batch->outputs * sizeof *batch->target);
    memset(batch->classes, 0, places * sizeof *batch->classes);
    memset(batch->marked, 0, places * sizeof *batch->marked);
    for (int64_t row = 0; row < rows; row++) {
        batch->lengths[row] = steps;
        batch->sequences[row] = row;
    }
}

static int64_t place(const struct batch *batch, int64_t step, int64_t row) { return step * batch->rows + row; }

float *batch_x(const struct batch *batch, int64_t step, int64_t row)
{
    return batch->x + place(batch, step, row) * batch->inputs;
}

float *batch_target(const struct batch *batch, int64_t step, int64_t row)
{
    return batch->target + place(batch, step, row) * batch->outputs;
}

int64_t *batch_class(const struct batch *batch, int64_t step, int64_t row)
{
    return batch->classes + place(batch, step, row);
}

unsigned char *batch_mark(const struct batch *batch, int64_t step, int64_t row)
{
    return batch->marked + place(batch, step, row);
}
