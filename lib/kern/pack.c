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

/* As many steps of k at once as keep what is written in the first cache. */
enum { PACK_DEPTH = 64 };

void pack_columns_v(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t to_stride)
{
    const int64_t padded = (columns + LANES - 1) / LANES * LANES;
    for (int64_t first = 0; first < depth; first += PACK_DEPTH) {
        const int64_t end = first + PACK_DEPTH < depth ? first + PACK_DEPTH : depth;
        for (int64_t j = 0; j < columns; j++)
            for (int64_t k = first; k < end; k++)
                to[k * to_stride + j] = from[j * stride + k];
        for (int64_t j = columns; j < padded; j++)
            for (int64_t k = first; k < end; k++)
                to[k * to_stride + j] = 0;
    }
}
