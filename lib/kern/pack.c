/*
 * kern/pack.c: laying matrices out in the order in which a product reads them.
 */
#include "kern/lanes.h"
#include "kern/level.h"

void pack_rows_v(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t width)
{
    const int64_t whole = columns / LANES * LANES;
    const int rest = (int)(columns - whole);
    for (int64_t k = 0; k < depth; k++, from += stride, to += width) {
        for (int64_t j = 0; j < whole; j += LANES)
            vec_store(to + j, vec_load(from + j));
        if (rest > 0)
            vec_store(to + whole, vec_load_first(from + whole, rest));
    }
}

/* LANES columns by LANES steps of k. */
static void transpose_block(const real *from, int64_t stride, real *to, int64_t to_stride)
{
    vec block[LANES];
#pragma GCC unroll 16
    for (int j = 0; j < LANES; j++)
        block[j] = vec_load(from + j * stride);
    vec_transpose(block);
#pragma GCC unroll 16
    for (int k = 0; k < LANES; k++)
        vec_store(to + k * to_stride, block[k]);
}

/* Any number of columns up to LANES, and of steps. */
static void transpose_part(int64_t depth, int columns, const real *from, int64_t stride, real *to, int64_t to_stride)
{
    for (int64_t k = 0; k < depth; k++)
        for (int j = 0; j < LANES; j++)
            to[k * to_stride + j] = j < columns ? from[j * stride + k] : 0;
}

void pack_columns_v(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t to_stride)
{
    for (int64_t j = 0; j < columns; j += LANES, from += LANES * stride, to += LANES) {
        const int count = columns - j < LANES ? (int)(columns - j) : LANES;
        const int64_t whole = count == LANES ? depth / LANES * LANES : 0;
        for (int64_t k = 0; k < whole; k += LANES)
            transpose_block(from + k, stride, to + k * to_stride, to_stride);
        transpose_part(depth - whole, count, from + whole, stride, to + whole * to_stride, to_stride);
    }
}
