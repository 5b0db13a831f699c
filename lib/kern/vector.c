/*
 * kern/vector.c: plain loops over vectors and rows.
 */
#include "kern/vector.h"

#include <string.h>

void copy_rows_r(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride)
{
    if (from_stride == width && to_stride == width) {
        width *= rows;
        rows = 1;
    }
    for (int64_t b = 0; b < rows; b++)
        memcpy(to + b * to_stride, from + b * from_stride, (size_t)width * sizeof *to);
}

void zero_rows_r(int64_t rows, int64_t width, real *to, int64_t to_stride)
{
    for (int64_t b = 0; b < rows; b++)
        memset(to + b * to_stride, 0, (size_t)width * sizeof *to);
}

static void add(int64_t n, const real *restrict from, real *restrict to)
{
    for (int64_t j = 0; j < n; j++)
        to[j] += from[j];
}

void add_rows_r(int64_t rows, int64_t width, const real *from, int64_t from_stride, real *to, int64_t to_stride)
{
    for (int64_t b = 0; b < rows; b++)
        add(width, from + b * from_stride, to + b * to_stride);
}

void add_to_rows_r(int64_t rows, int64_t width, const real *vector, real *to, int64_t to_stride)
{
    for (int64_t b = 0; b < rows; b++)
        add(width, vector, to + b * to_stride);
}
