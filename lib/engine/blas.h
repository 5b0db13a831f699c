/*
 * engine/blas.h: the two directions of the engine on CBLAS.
 */
#ifndef WEIR_ENGINE_BLAS_H
#define WEIR_ENGINE_BLAS_H

#include "engine/engine.h"

#define blas_forward_r REAL(blas_forward)
#define blas_backward_r REAL(blas_backward)
#define stage_weight_r REAL(stage_weight)

void blas_forward_r(const struct forward_run_r *run);
void blas_backward_r(const struct backward_run_r *run);

/* The rows of R that a stage multiplies with. */
static inline struct matrix_r stage_weight_r(const struct walk_r *walk, const struct stage_r *stage)
{
    return (struct matrix_r){walk->weight_hh + stage->first_gate * walk->units * walk->units, walk->units};
}

#endif
