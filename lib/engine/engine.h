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
    int64_t tile_rows; /* most packed rows whose input products are made at once, at least B */
    real *gates;       /* [tile_rows][G*H] */
    real *recurrent;   /* [B][G*H], for cells that want R h' apart */
    real *reset;       /* [B][H], for cells whose operand is r h' */
    /* training only */
    real *dgates;         /* [tile_rows][G*H] */
    real *drecurrent;     /* [tile_rows][G*H], for cells that split the derivative */
    real *h_before;       /* [tile_rows][H] */
    real *reset_operands; /* [tile_rows][H], for cells whose operand is r h' */
    real *dreset;         /* [B][H], likewise */
    real *c_before;       /* [B][H], for cells that keep c */
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

/* The widest of the walks that share a scratch, and whether any of them wants a part of it. */
struct scratch_needs {
    int64_t gates; /* G*H */
    int64_t units; /* H */
    bool recurrent, reset, drecurrent, c_before;
};

struct engine_r {
    const char *name;
    /* Steps in a tile at full batch, where a row of a tile has up to `width` numbers. */
    int64_t (*tile_steps)(int64_t batch, int64_t step_count, int64_t width);
    /* Cuts scratch whose tile_rows is set. */
    void (*place_scratch)(struct arena *arena, struct scratch_r *scratch, int64_t batch,
                          const struct scratch_needs *needs, bool training);
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
