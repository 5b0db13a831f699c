/*
 * base/size.h: the largest size that Weir counts with.
 */
#ifndef WEIR_BASE_SIZE_H
#define WEIR_BASE_SIZE_H

#include <stdint.h>

/* What a BLAS's int holds: a matrix's rows, columns and strides stay below. */
#define LARGEST_SIZE INT32_MAX

#endif
