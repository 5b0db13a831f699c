/*
 * kern/level.c: the table of one level.
 */
#include "kern/level.h"

#include "kern/lanes.h"

#define LEVEL_ENUM REAL_JOIN(LEVEL_, LEVEL)

const struct kernels_r kernels_v = {
    .level = LEVEL_ENUM,
    .lanes = LANES,
    .product = product_v,
    .blocks = product_blocks_v,
    .pack_rows = pack_rows_v,
    .pack_columns = pack_columns_v,
    .add_column_sums = add_column_sums_v,
    .exp = exp_v,
    .sigmoid = sigmoid_v,
    .tanh = tanh_v,
};
