/*
 * blas/blas.h: the CBLAS seam. Nothing else in Weir calls a BLAS.
 *
 * Sizes have been checked against LARGEST_SIZE.
 */
#ifndef WEIR_BLAS_BLAS_H
#define WEIR_BLAS_BLAS_H

#include <stdint.h>

#include "base/matrix.h"

#define times_transposed_r REAL(times_transposed)
#define times_r REAL(times)
#define transposed_times_r REAL(transposed_times)

/* c[m][n] = a[m][k] b[n][k]^T (+ c): rows through a weight matrix. One product; a matrix-vector one if m is 1. */
void times_transposed_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
                        struct target_r c);

/* c[m][n] = a[m][k] b[k][n] (+ c): derivatives back through a weight matrix. One product, as above. */
void times_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
             struct target_r c);

/* c[m][n] = a[k][m]^T b[k][n] (+ c): the derivative of a weight matrix, summed over k rows. One product. */
void transposed_times_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
                        struct target_r c);

#endif
