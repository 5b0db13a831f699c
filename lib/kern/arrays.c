/*
 * kern/arrays.c: vector functions over plain arrays.
 */
#include "kern/lanes.h"
#include "kern/level.h"
#include "kern/math.h"

static int lanes_left(int64_t n, int64_t i) { return n - i < LANES ? (int)(n - i) : LANES; }

void exp_v(int64_t n, const real *x, real *y)
{
    for (int64_t i = 0; i < n; i += LANES)
        vec_store_part(y + i, vec_exp(vec_load_part(x + i, lanes_left(n, i))), lanes_left(n, i));
}

void sigmoid_v(int64_t n, const real *x, real *y)
{
    for (int64_t i = 0; i < n; i += LANES)
        vec_store_part(y + i, vec_sigmoid(vec_load_part(x + i, lanes_left(n, i))), lanes_left(n, i));
}

void tanh_v(int64_t n, const real *x, real *y)
{
    for (int64_t i = 0; i < n; i += LANES)
        vec_store_part(y + i, vec_tanh(vec_load_part(x + i, lanes_left(n, i))), lanes_left(n, i));
}

/* One vector of columns. */
static void add_columns(int64_t rows, int lanes, const real *from, int64_t stride, real *sum)
{
    vec total = vec_load_part(sum, lanes);
    for (int64_t b = 0; b < rows; b++)
        total += vec_load_part(from + b * stride, lanes);
    vec_store_part(sum, total, lanes);
}

/* Four side by side, so that one sum does not wait for the other. */
static void add_wide_columns(int64_t rows, const real *from, int64_t stride, real *sum)
{
    vec a = vec_load(sum), b = vec_load(sum + LANES), c = vec_load(sum + 2 * LANES), d = vec_load(sum + 3 * LANES);
    for (int64_t row = 0; row < rows; row++, from += stride) {
        a += vec_load(from);
        b += vec_load(from + LANES);
        c += vec_load(from + 2 * LANES);
        d += vec_load(from + 3 * LANES);
    }
    vec_store(sum, a);
    vec_store(sum + LANES, b);
    vec_store(sum + 2 * LANES, c);
    vec_store(sum + 3 * LANES, d);
}

void add_column_sums_v(int64_t rows, int64_t width, const real *from, int64_t stride, real *sum)
{
    int64_t j = 0;
    for (; j + 4 * LANES <= width; j += 4 * LANES)
        add_wide_columns(rows, from + j, stride, sum + j);
    for (; j < width; j += LANES)
        add_columns(rows, lanes_left(width, j), from + j, stride, sum + j);
}
