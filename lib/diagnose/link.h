/*
 * diagnose/link.h: one step of some rows through all layers, as a forward run left it: a link of the chain rule.
 */
#ifndef WEIR_DIAGNOSE_LINK_H
#define WEIR_DIAGNOSE_LINK_H

#include "diagnose/typed.h"
#include "net/run.h"

#define link_layer_r REAL(link_layer)
#define link_r REAL(link)
#define link_place_r REAL(link_place)
#define link_open_r REAL(link_open)
#define link_load_r REAL(link_load)
#define link_tangent_r REAL(link_tangent)
#define link_adjoint_r REAL(link_adjoint)
#define norm_of_r REAL(norm_of)

/* What the step left of a layer with a state: rows without gaps. */
struct link_layer_r {
    struct trace_r trace;
    real *h, *h_before, *c_before;
};

/*
 * A link. A state, and what its derivatives and tangents are, is laid out like a carry: the block of a state view with
 * offset s is [rows][H] and begins at s*most.
 */
struct link_r {
    const struct plan_r *plan;
    const struct tape_r *tape;
    int64_t most;      /* rows that there is room for */
    struct share rows; /* sorted rows that it holds, */
    int64_t lag;       /* each of them at its last step but so many */
    struct link_layer_r *layers;
    struct steps steps; /* that one step, for the engine */
    void *scratch;      /* the engine's */
    real *inside[2];    /* [most][widest] what goes from layer to layer, in turn */
    real *zeros;        /* [most][widest] */
};

/* Cuts a link's memory; pointers in it are NULL while measuring. */
void link_place_r(struct arena *arena, struct link_r *link, const struct plan_r *plan, const struct tape_r *tape,
                  int64_t most);

/* Makes it ready, once its memory is there. */
void link_open_r(struct link_r *link);

/* Gathers the step that is the last but `lag` of each of these sorted rows, all of which are longer than that. */
void link_load_r(struct link_r *link, struct share rows, int64_t lag);

/* v, of the state before the step, becomes J v, of the state after it. */
void link_tangent_r(struct link_r *link, real *v);

/* u, of the state after, becomes J^T u, of the state before; where L depends on the step's output too, dy is dL/dy
   [rows][O], else NULL. */
void link_adjoint_r(struct link_r *link, const real *dy, real *u);

/* The Euclidean norm of n numbers, none of whose squares is too small or too large. */
double norm_of_r(int64_t n, const real *x);

#endif
