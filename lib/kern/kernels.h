/*
 * kern/kernels.h: what is compiled for each instruction set, as a table for each level.
 */
#ifndef WEIR_KERN_KERNELS_H
#define WEIR_KERN_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cpu.h"
#include "base/matrix.h"
#include "kern/blocks.h"

#define factor_r REAL(factor)
#define product_r REAL(product)
#define kernels_r REAL(kernels)
#define kernels_at_r REAL(kernels_at)

/* A block of a packed matrix has at most as many vectors of columns: what a tile of a product holds in registers. */
enum { BLOCK_VECTORS = 4 };

/*
 * The left factor of a product: (row, k) at data[row*row_stride + k*k_stride]. Or, where it lies in chunks of k (the
 * gates of one panel after the other), k = chunk*chunk_length + l at
 * data[row*row_stride + chunk*chunk_stride + l*k_stride].
 */
struct factor_r {
    const real *data;
    int64_t row_stride, k_stride;
    int64_t chunk_count, chunk_length, chunk_stride;
};

/*
 * c[rows][columns] = a[rows][depth] b[depth][columns] (+ c), b one block of a packed matrix, depth being that of a.
 *
 * Each number of c is one chain of multiply-adds, over k from 0 on, that begins with what c held or with 0: the same
 * bits whatever the rows beside it, and for any cut of the depth into several products.
 */
struct product_r {
    int64_t rows, columns; /* columns <= BLOCK_VECTORS*lanes */
    struct factor_r a;
    const real *b;       /* [depth][columns, up to whole vectors] */
    bool b_is_afar;      /* not in this core's own caches */
    bool b_is_asked_for; /* ahead, where few rows use it, as the CPU's own prefetchers bring it too late */
    enum product_write write;
    struct target_r c; /* nothing is written behind its columns */
    const real *next;  /* what another product of this shape will begin to add to, asked for meanwhile; NULL: nothing */
    /* Of one row: another block by the same a, multiplied alongside, since one row has too few chains to keep the
       multipliers busy; and its sums. NULL: none. */
    const real *second_b;
    real *second_c;
};

struct kernels_r {
    enum level level;
    int lanes; /* reals in a vector */

    void (*product)(const struct product_r *product);

    /* How it cuts one with a single chunk of so much depth. */
    struct product_blocks (*blocks)(int64_t rows, int64_t columns, int64_t depth, bool b_is_afar);

    /* Packs: to[k][width], width being columns up to whole vectors and the rest zero, from rows (k, j) at
       from[k*stride + j], or from columns (k, j) at from[j*stride + k], which then go to to[k*to_stride]. */
    void (*pack_rows)(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t width);
    void (*pack_columns)(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t to_stride);

    /* sum[j] += from[0][j] + from[1][j] + ..., in that order */
    void (*add_column_sums)(int64_t rows, int64_t width, const real *from, int64_t stride, real *sum);

    /* y[i] of x[i], whose error kern/math.h states; exp for x <= 0. */
    void (*exp)(int64_t n, const real *x, real *y);
    void (*sigmoid)(int64_t n, const real *x, real *y);
    void (*tanh)(int64_t n, const real *x, real *y);
};

const struct kernels_r *kernels_at_r(enum level level);

#endif
