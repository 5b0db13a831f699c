/*
 * engine/cost.h: what a full run of one layer in one direction computes, reads and writes, counted from its sizes
 * (docs/engine.md, "What a run costs").
 */
#ifndef WEIR_ENGINE_COST_H
#define WEIR_ENGINE_COST_H

#include <stdbool.h>
#include <stdint.h>

/* What the time of a step goes by. */
enum bound { BOUND_UNKNOWN, BOUND_ARITHMETIC, BOUND_GATES, BOUND_OWN_CACHE, BOUND_SHARED_CACHE };

/* A walk of `steps` steps of `batch` rows. */
struct work {
    int64_t inputs, units, gate_count;
    bool recurs, has_c;
    int64_t kept; /* numbers of a unit, row and step that the tape keeps, h included */
    int64_t real_bytes;
    int64_t batch, steps, tile_steps;
    bool training;
    double again; /* training: steps that backward runs forward again, over all */
};

/* As doubles: what is too much to be done can still be told. */
struct cost {
    double forward_flops, backward_flops; /* of products; a multiplication and an addition are two */
    double again_flops;                   /* of forward, run again in backward */
    double step_weight_bytes;             /* R, which each step reads anew */
    double weight_bytes;                  /* of the whole run */
    double read_bytes, written_bytes;     /* of all but the weights and their gradient; the tape's included */
    double tape_bytes;                    /* written to the tape */
    double seconds, step_seconds;         /* by the engine's model; 0 if it has none */
    enum bound bound;                     /* of a step */
};

/* All but the times. */
struct cost weir_cost_of(const struct work *work);

/* Adds one walk to others; of the times and bounds the larger step's. */
void weir_cost_add(struct cost *sum, const struct cost *cost);

/* "arithmetic" */
const char *weir_bound_name(enum bound bound);

#endif
