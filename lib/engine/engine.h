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

#define walk_r REAL(walk)
#define trace_r REAL(trace)
#define scratch_r REAL(scratch)
#define forward_run_r REAL(forward_run)
#define backward_run_r REAL(backward_run)
#define engine_r REAL(engine)
#define blas_engine_r REAL(blas_engine)
#define linear_forward_r REAL(linear_forward)
#define linear_backward_r REAL(linear_backward)

/* One layer in one direction. Parameters lie in the net's vector; NULL where the layer has none. */
struct walk_r {
    const struct cell_r *cell; /* NULL for a linear layer */
    int64_t inputs, units, gate_count;
    bool reverse;
    const real *weight_ih, *weight_hh, *bias_ih, *bias_hh;
    real *bias;           /* [G*H] the plan's: biases added up */
    real *recurrent_bias; /* [H] the plan's: b_hn of a GRU that resets after; else NULL */
};

/* What training keeps of a walk, packed rows. Members that the cell does not keep are NULL. */
struct trace_r {
    real *gates; /* [N][G*H] */
    real *c;     /* [N][H] */
    real *q;     /* [N][H] */
};

/* Memory that walks use one after the other. */
struct scratch_r {
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
struct forward_run_r {
    const struct walk_r *walk;
    const struct scratch_r *scratch;
    const struct steps *steps;
    int64_t first, end;
    struct matrix_r x;           /* row 0 is the first live row of step `first` */
    struct target_r y;           /* likewise; data NULL: not wanted */
    real *h, *c;                 /* [B][H] the sorted rows' state, in and out */
    const struct trace_r *trace; /* NULL in inference */
};

/* One walk over all steps, backward. */
struct backward_run_r {
    const struct walk_r *walk;
    const struct scratch_r *scratch;
    const struct steps *steps;
    struct matrix_r x;
    struct matrix_r y, dy;
    const real *h_initial, *c_initial; /* [B][H] */
    const struct trace_r *trace;
    real *dh, *dc;      /* [B][H] in: dL/d(final state); out: dL/d(initial state) */
    struct target_r dx; /* data NULL: not wanted */
    enum blas_write dx_write;
    /* dL/d(parameter), added to; NULL: not wanted, or the layer has none */
    real *dweight_ih, *dweight_hh, *dbias_ih, *dbias_hh;
};

struct engine_r {
    const char *name;
    /* Steps a tile for a walk whose widest gate block is `gates` numbers a row. */
    int64_t (*tile_steps)(int64_t batch, int64_t step_count, int64_t gates);
    /* Cuts scratch for walks of up to these sizes. */
    void (*place_scratch)(struct arena *arena, struct scratch_r *scratch, int64_t batch, int64_t gates, int64_t units,
                          bool training);
    /* Takes the parameters of a walk into the plan's copies. */
    void (*prepare)(const struct walk_r *walk);
    void (*forward)(const struct forward_run_r *run);
    void (*backward)(const struct backward_run_r *run);
};

extern const struct engine_r blas_engine_r;

/* engine/linear.c: a layer without recurrence, on packed rows. */
void linear_forward_r(const struct walk_r *walk, int64_t rows, struct matrix_r x, struct target_r y);
void linear_backward_r(const struct backward_run_r *run);

#endif
