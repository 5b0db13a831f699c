/*
 * net/backward.h: a backward run, or its way through a segment, as those see it who go through the layers.
 */
#ifndef WEIR_NET_BACKWARD_H
#define WEIR_NET_BACKWARD_H

#include "net/run.h"

#define back_dx_r REAL(back_dx)
#define back_walk_run_r REAL(back_walk_run)
#define back_drop_x_r REAL(back_drop_x)
#define back_drop_dx_r REAL(back_drop_dx)
#define back_layers_r REAL(back_layers)
#define back_wave_r REAL(back_wave)

struct backward {
    struct plan_r *plan;
    const struct weir_backward_args_r *args;
    const struct tape_r *tape;
    struct share which;        /* the steps gone back through: all, or those of a segment */
    const struct steps *steps; /* those, as a run of their own */
    const struct layer_trace_r *traces;
    const real *initial;   /* the state at their beginning, laid out like a carry */
    bool add;              /* not the first to add to the gradient */
    struct matrix_r x, dy; /* packed rows: what the first layer read, dL/dy of the last */
    struct member member;  /* of a crew */
    /* Where crews are a wave: which; the tile that it is in and the piece of it; how many pieces were before. */
    int64_t crew;
    struct share tile, piece;
    int64_t pieces;
};

static inline int64_t back_live_rows(const struct backward *run) { return weir_all_rows(run->steps); }

/* The steps of the whole run. */
static inline const struct steps *back_steps_of_run(const struct backward *run) { return &run->tape->shell.steps; }

/* What is done by one, then seen by the crew. */
static inline bool back_is_first(const struct backward *run) { return run->member.index == 0; }

/* net/back_layers.c: all threads together, from the last layer down. */
void back_layers_r(const struct backward *run);

/* net/back_wave.c: or as a wave of crews. */
void back_wave_r(struct backward *run, struct member member);

/* net/back_layers.c: what both do to layer k. Where its dL/d(what it read) goes: the plan's memory, the caller's dx if
   that is packed, or nowhere; one direction, with dx going there; and, through the dropout of the layer below, what it
   read in some of the steps, before its walks, made again where the gradient is wanted and another run has been since,
   and dx of some, after. */
struct target_r back_dx_r(const struct backward *run, int64_t k);
struct backward_run_r back_walk_run_r(const struct backward *run, int64_t k, int d, struct target_r dx);
void back_drop_x_r(const struct backward *run, int64_t k, struct share steps);
void back_drop_dx_r(const struct backward *run, int64_t k, struct share steps);

#endif
