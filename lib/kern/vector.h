/*
 * kern/vector.h: plain loops over vectors and rows.
 */
#ifndef WEIR_KERN_VECTOR_H
#define WEIR_KERN_VECTOR_H

#include <stdint.h>

#include "base/real.h"

void X(copy_rows)(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride);
void X(zero_rows)(int64_t rows, int64_t width, real *to, int64_t to_stride);

/* to[b][j] += from[b][j] */
void X(add_rows)(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride);

/* to[b][j] += vector[j] */
void X(add_to_rows)(int64_t rows, int64_t width, const real *vector, real *to, int64_t to_stride);

/* sum[j] += from[0][j] + from[1][j] + ..., in that order */
void X(add_column_sums)(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *sum);

#endif
