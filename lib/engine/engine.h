/*
 * engine/engine.h: running one layer in one direction over the packed rows of a run.
 *
 * An engine knows products and steps; a cell (cell/cell.h) knows the arithmetic between them. A plan holds a pointer to
 * one engine; there is one so far, on CBLAS.
 */
#ifndef WEIR_ENGINE_ENGINE_H
#define WEIR_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/real.h"
#include "blas/blas.h"
#include "cell/cell.h"
#include "engine/steps.h"

/* One layer in one direction. Parameters lie in the net's vector; NULL where the layer has none. */
struct X(walk) {
    const struct X(cell) *cell; /* NULL for a linear layer */
    int64_t inputs, units, gate_count;
    bool reverse;
    const real *weight_ih, *weight_hh, *bias_ih, *bias_hh;
    real *bias;           /* [G*H] the plan's: biases added up */
    real *recurrent_bias; /* [H] the plan's: b_hn of a GRU that resets after; else NULL */
};

/* What training keeps of a walk, packed rows. Members that the cell does not keep are NULL. */
struct X(trace) {
    real *gates; /* [N][G*H] */
    real *c;     /* [N][H] */
    real *q;     /* [N][H] */
};

/* Memory that walks use one after the other. */
struct X(scratch) {
    int64_t tile_steps; /* steps whose input products are made at once */
    real *gates;        /* [tile_steps*B][G*H] */
    real *recurrent;    /* [B][G*H] */
    real *reset;        /* [B][H] */
    /* training only */
    real *dgates, *drecurrent;       /* [tile_steps*B][G*H] */
    real *h_before, *reset_operands; /* [tile_steps*B][H] */
    real *c_before, *dreset;         /* [B][H] */
};

/* One walk over the steps [first, end), forward. */
struct X(forward_run) {
    const struct X(walk) *walk;
    const struct X(scratch) *scratch;
    const struct steps *steps;
    int64_t first, end;
    struct X(matrix) x;           /* row 0 is the first live row of step `first` */
    struct X(target) y;           /* likewise; data NULL: not wanted */
    real *h, *c;                  /* [B][H] the sorted rows' state, in and out */
    const struct X(trace) *trace; /* NULL in inference */
};

/* One walk over all steps, backward. */
struct X(backward_run) {
    const struct X(walk) *walk;
    const struct X(scratch) *scratch;
    const struct steps *steps;
    struct X(matrix) x;
    struct X(matrix) y, dy;
    const real *h_initial, *c_initial; /* [B][H] */
    const struct X(trace) *trace;
    real *dh, *dc;                     /* [B][H] in: dL/d(final state); out: dL/d(initial state) */
    struct X(target) dx;               /* data NULL: not wanted */
    enum blas_write dx_write;
    /* dL/d(parameter), added to; NULL: not wanted, or the layer has none */
    real *dweight_ih, *dweight_hh, *dbias_ih, *dbias_hh;
};

struct X(engine) {
    const char *name;
    /* Steps a tile for a walk whose widest gate block is `gates` numbers a row. */
    int64_t (*tile_steps)(int64_t batch, int64_t step_count, int64_t gates);
    /* Cuts scratch for walks of up to these sizes. */
    void (*place_scratch)(struct arena *arena, struct X(scratch) *scratch, int64_t batch, int64_t gates, int64_t units,
                          bool training);
    /* Takes the parameters of a walk into the plan's copies. */
    void (*prepare)(const struct X(walk) *walk);
    void (*forward)(const struct X(forward_run) *run);
    void (*backward)(const struct X(backward_run) *run);
};

extern const struct X(engine) X(blas_engine);

/* engine/linear.c: a layer without recurrence, on packed rows. */
void X(linear_forward)(const struct X(walk) *walk, int64_t rows, struct X(matrix) x, struct X(target) y);
void X(linear_backward)(const struct X(backward_run) *run);

#endif
