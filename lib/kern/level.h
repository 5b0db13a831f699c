/*
 * kern/level.h: the kernels of one level, which kern/level.c collects into its table.
 */
#ifndef WEIR_KERN_LEVEL_H
#define WEIR_KERN_LEVEL_H

#include "base/level.h"
#include "kern/kernels.h"

#define product_v AT_LEVEL(product)
#define product_blocks_v AT_LEVEL(product_blocks)
#define pack_rows_v AT_LEVEL(pack_rows)
#define pack_columns_v AT_LEVEL(pack_columns)
#define add_column_sums_v AT_LEVEL(add_column_sums)
#define exp_v AT_LEVEL(exp)
#define sigmoid_v AT_LEVEL(sigmoid)
#define tanh_v AT_LEVEL(tanh)
#define kernels_v AT_LEVEL(kernels)

/* kern/product.c */
void product_v(const struct product_r *product);
struct product_blocks product_blocks_v(int64_t rows, int64_t columns, int64_t depth, bool b_is_afar);

/* kern/pack.c */
void pack_rows_v(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t width);
void pack_columns_v(int64_t depth, int64_t columns, const real *from, int64_t stride, real *to, int64_t to_stride);

/* kern/arrays.c */
void add_column_sums_v(int64_t rows, int64_t width, const real *from, int64_t stride, real *sum);
void exp_v(int64_t n, const real *x, real *y);
void sigmoid_v(int64_t n, const real *x, real *y);
void tanh_v(int64_t n, const real *x, real *y);

extern const struct kernels_r kernels_v;

#endif
