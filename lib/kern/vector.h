/*
 * kern/vector.h: plain loops over vectors and rows.
 */
#ifndef WEIR_KERN_VECTOR_H
#define WEIR_KERN_VECTOR_H

#include <stdint.h>

#include "base/real.h"

#define copy_rows_r REAL(copy_rows)
#define zero_rows_r REAL(zero_rows)
#define add_rows_r REAL(add_rows)
#define add_to_rows_r REAL(add_to_rows)

void copy_rows_r(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride);
void zero_rows_r(int64_t rows, int64_t width, real *to, int64_t to_stride);

/* to[b][j] += from[b][j] */
void add_rows_r(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride);

/* to[b][j] += vector[j] */
void add_to_rows_r(int64_t rows, int64_t width, const real *vector, real *to, int64_t to_stride);

#endif
