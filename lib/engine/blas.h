/*
 * engine/blas.h: the pieces of the engine on CBLAS.
 */
#ifndef WEIR_ENGINE_BLAS_H
#define WEIR_ENGINE_BLAS_H

#include "blas/blas.h"
#include "engine/engine.h"

#define blas_scratch_r REAL(blas_scratch)
#define blas_forward_r REAL(blas_forward)
#define blas_backward_r REAL(blas_backward)
#define blas_linear_forward_r REAL(blas_linear_forward)
#define blas_linear_backward_r REAL(blas_linear_backward)
#define blas_tangent_r REAL(blas_tangent)
#define blas_linear_tangent_r REAL(blas_linear_tangent)
#define stage_weight_r REAL(stage_weight)
#define stage_product_r REAL(stage_product)

/* Memory that walks use one after the other. */
struct blas_scratch_r {
    int64_t tile_rows;
    real *gates;     /* [tile_rows][G*H] */
    real *recurrent; /* [B][G*H], for cells that want R h' apart */
    real *reset;     /* [B][H], for cells whose operand is r h' */
    /* training only */
    real *dgates;         /* [tile_rows][G*H] */
    real *drecurrent;     /* [tile_rows][G*H], for cells that split the derivative */
    real *h_before;       /* [tile_rows][H] */
    real *reset_operands; /* [tile_rows][H], for cells whose operand is r h' */
    real *dreset;         /* [B][H], likewise */
    real *c_before;       /* [B][H], for cells that keep c */
};

void blas_forward_r(const struct forward_run_r *run);
void blas_backward_r(const struct backward_run_r *run);
void blas_linear_forward_r(const struct forward_run_r *run);
void blas_linear_backward_r(const struct backward_run_r *run);
void blas_tangent_r(const struct tangent_run_r *run);
void blas_linear_tangent_r(const struct walk_r *walk, int64_t rows, struct matrix_r x_dot, struct target_r y_dot);

/* engine/blas_forward.c: a stage's product with h' (or with what the stage before left in `reset`), added to `gates`
   [rows][G*H] or left in `recurrent`. */
void stage_product_r(const struct walk_r *walk, const struct stage_r *stage, const struct blas_scratch_r *scratch,
                     int64_t rows, struct matrix_r h_before, real *gates);

/* The rows of R that a stage multiplies with. */
static inline struct matrix_r stage_weight_r(const struct walk_r *walk, const struct stage_r *stage)
{
    return (struct matrix_r){walk->weight_hh + stage->first_gate * walk->units * walk->units, walk->units};
}

#endif
