/*
 * base/matrix.h: a row-major matrix, with a stride from row to row.
 */
#ifndef WEIR_BASE_MATRIX_H
#define WEIR_BASE_MATRIX_H

#include <stdint.h>

#include "base/real.h"

#define matrix_r REAL(matrix)
#define target_r REAL(target)

/* One to read, and one to write. */
struct matrix_r {
    const real *data;
    int64_t stride;
};
struct target_r {
    real *data;
    int64_t stride;
};

/* How a product meets what its target holds. */
enum product_write { PRODUCT_OVERWRITE, PRODUCT_ADD };

#endif
