/*
 * engine/blas.h: the two directions of the engine on CBLAS.
 */
#ifndef WEIR_ENGINE_BLAS_H
#define WEIR_ENGINE_BLAS_H

#include "engine/engine.h"

void X(blas_forward)(const struct X(forward_run) *run);
void X(blas_backward)(const struct X(backward_run) *run);

/* The rows of R that a stage multiplies with. */
static inline struct X(matrix) X(stage_weight)(const struct X(walk) *walk, const struct X(stage) *stage)
{
    return (struct X(matrix)){walk->weight_hh + stage->first_gate * walk->units * walk->units, walk->units};
}

#endif
