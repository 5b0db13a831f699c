/*
 * engine/engine.h: running one layer in one direction over the packed rows of a run.
 *
 * An engine knows products and steps; a cell (cell/cell.h) knows the arithmetic between them. A plan holds a pointer to
 * one engine: the one on CBLAS, or the native one, whose products have their weights packed beforehand.
 */
#ifndef WEIR_ENGINE_ENGINE_H
#define WEIR_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/plan.h>

#include "base/matrix.h"
#include "base/memory.h"
#include "base/team.h"
#include "cell/cell.h"
#include "engine/blocking.h"
#include "engine/cost.h"
#include "engine/steps.h"
#include "kern/kernels.h"

#define packed_walk_r REAL(packed_walk)
#define walk_r REAL(walk)
#define trace_r REAL(trace)
#define forward_run_r REAL(forward_run)
#define backward_run_r REAL(backward_run)
#define tangent_run_r REAL(tangent_run)
#define scratch_needs_r REAL(scratch_needs)
#define engine_r REAL(engine)
#define blas_engine_r REAL(blas_engine)
#define native_engine_r REAL(native_engine)
#define rows_before_r REAL(rows_before)

/* One layer in one direction. Parameters lie in the net's vector; NULL where the layer has none. */
struct walk_r {
    const struct cell_r *cell; /* NULL for a linear layer */
    const struct kernels_r *kernels;
    int64_t inputs, units, gate_count;
    bool reverse;
    weir_sharing sharing; /* never WEIR_SHARE_AUTO */
    const real *weight_ih, *weight_hh, *bias_ih, *bias_hh;
    real *bias;                   /* [G*H] the plan's: biases added up */
    real *recurrent_bias;         /* [H] the plan's: b_hn of a GRU that resets after; else NULL */
    struct packed_walk_r *packed; /* the weights as the engine wants them; NULL if as they are */
};

/* What training keeps of a walk, packed rows. Members that the cell does not keep are NULL. */
struct trace_r {
    real *gates; /* [N][gate_columns], laid out as the engine likes */
    real *c;     /* [N][H] */
    real *q;     /* [N][H] */
};

/* One walk over the steps [first, end), forward, as one member of the run's team goes through it. */
struct forward_run_r {
    const struct walk_r *walk;
    struct member member;
    const void *scratch; /* the engine's own: place_scratch */
    const struct steps *steps;
    int64_t first, end;
    struct matrix_r x;           /* row 0 is the first live row of step `first` */
    struct target_r y;           /* likewise; data NULL: not wanted */
    real *h, *c;                 /* [B][H] the sorted rows' state, in and out */
    const struct trace_r *trace; /* NULL in inference */
};

/* One walk over all steps, backward, likewise; or a piece of it. */
struct backward_run_r {
    const struct walk_r *walk;
    struct member member;
    const void *scratch;
    const struct steps *steps;
    /* Only for a piece: the tile of the walk that it is in (weir_pieces_of, by the rows of a tile), and its steps. */
    struct share tile, piece;
    struct matrix_r x;
    struct matrix_r y, dy;
    const real *h_initial, *c_initial; /* [B][H] */
    const struct trace_r *trace;
    real *dh, *dc;      /* [B][H] in: dL/d(final state); out: dL/d(initial state) */
    struct target_r dx; /* data NULL: not wanted */
    enum product_write dx_write;
    /* dL/d(parameter); NULL: not wanted, or the layer has none. Biases' are added to, weights' as dweight_write says */
    real *dweight_ih, *dweight_hh, *dbias_ih, *dbias_hh;
    enum product_write dweight_write;
};

/* One step of a walk, its tangent (cell/cell.h). What has no dot is as forward left it: rows without gaps, the gates
   too. */
struct tangent_run_r {
    const struct walk_r *walk;
    const void *scratch;
    int64_t rows;
    struct matrix_r x_dot; /* data NULL: zero */
    const real *h;         /* [rows][H] */
    const real *h_before, *c_before;
    const struct trace_r *trace; /* of these rows only */
    real *h_dot, *c_dot;         /* [rows][H] in: h'. and c'.; out: h. and c. */
};

/* The widest of the walks that share a scratch, and whether any of them wants a part of it. */
struct scratch_needs_r {
    const struct kernels_r *kernels;
    int64_t threads;
    int64_t batch, tile_rows; /* rows of a step; most packed rows whose input products are made at once, at least B */
    int64_t gates;            /* G*H */
    int64_t gate_columns;     /* as the engine lays them out */
    int64_t units;            /* H */
    int64_t inputs;           /* I */
    bool recurrent, reset, drecurrent, c_before;
    bool training, fleeting;
};

/* What decides how a walk is shared: so many threads at most, a plan of so many rows and steps, whose run makes
   `passes` times the products of an inference run; and the steps whose input products are made at once. */
struct sharing_terms {
    int64_t threads, batch, steps, passes, tile_steps;
};

struct engine_r {
    const char *name;
    bool uses_blas;
    /* Steps in a tile at full batch, where a row of a tile has up to `width` numbers. */
    int64_t (*tile_steps)(int64_t batch, int64_t step_count, int64_t width);
    /* Numbers that a row of a walk's gates takes. */
    int64_t (*gate_columns)(const struct kernels_r *kernels, int64_t gate_count, int64_t units);
    weir_sharing (*sharing)(const struct walk_r *walk, const struct sharing_terms *terms);
    /* Fills in how long a walk will take; NULL: nobody knows. */
    void (*predict)(const struct walk_r *walk, const struct work *work, int64_t threads, struct cost *cost);
    /* About how long a run of the walk takes, so shared: WEIR_SHARE_NONE, _UNITS or _ROWS. */
    double (*seconds)(const struct walk_r *walk, const struct sharing_terms *terms, weir_sharing sharing);
    /* About how long it takes until so many threads of a run are at work. */
    double (*start_seconds)(int64_t threads);
    /* Says how a walk's products are cut, of so many rows of inputs and of a step; NULL: nobody knows. */
    void (*blocking)(const struct walk_r *walk, int64_t input_rows, int64_t step_rows, struct blocking *blocking);
    /* Cuts what a walk's packed weights take. A plan that is `fleeting` takes the weights anew for each run, and has
       one tile. */
    void (*place_walk)(struct arena *arena, struct walk_r *walk, bool training, bool fleeting);
    /* Cuts scratch, memory that walks use one after the other, or one walk piece by piece; NULL while measuring. */
    void *(*place_scratch)(struct arena *arena, const struct scratch_needs_r *needs);
    /* Takes the parameters of a walk into the plan's copies: a member's part of them. */
    void (*prepare)(const struct walk_r *walk, struct member member);
    void (*forward)(const struct forward_run_r *run);
    void (*backward)(const struct backward_run_r *run);
    /* Likewise for a layer without recurrence. */
    void (*linear_forward)(const struct forward_run_r *run);
    void (*linear_backward)(const struct backward_run_r *run);
    /* Backward piece by piece, in the walk's order: the steps of the piece and their dx; and, when it has all of them,
       what the tile adds to the gradient. */
    void (*backward_piece)(const struct backward_run_r *run);
    void (*backward_tile)(const struct backward_run_r *run);
    void (*linear_backward_piece)(const struct backward_run_r *run);
    void (*linear_backward_tile)(const struct backward_run_r *run);
    /* Copies the gates of one of the `all` packed rows that a trace has to to[G*H], gate by gate without gaps. */
    void (*read_gates)(const struct walk_r *walk, const struct trace_r *trace, int64_t all, int64_t row, real *to);
    /* One step's tangent, in place; and, of a layer without recurrence, x. to y.: for diagnoses, on one engine only. */
    void (*tangent)(const struct tangent_run_r *run);
    void (*linear_tangent)(const struct walk_r *walk, int64_t rows, struct matrix_r x_dot, struct target_r y_dot);
};

extern const struct engine_r blas_engine_r, native_engine_r;

/* engine/before.c: what `sequence` (packed rows) held at the step that the rows of step t came from, or `initial`
   [B][units] for rows that began at t: where it lies, or collected into `memory` [B][units]. */
struct matrix_r rows_before_r(const struct steps *steps, bool reverse, int64_t t, struct matrix_r sequence,
                              const real *initial, int64_t units, real *memory);

#endif
