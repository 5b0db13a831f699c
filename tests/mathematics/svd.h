/*
 * mathematics/svd.h: singular values of a small matrix, all of it at hand.
 */
#ifndef TEST_MATHEMATICS_SVD_H
#define TEST_MATHEMATICS_SVD_H

#include <stdint.h>

/* The largest singular value of a matrix [n][n] whose columns come one after the other, and which is used up; its left
   singular vector goes to `left` [n], unless that is NULL. A test fails if it is not found. */
double svd_largest(int64_t n, double *columns, double *left);

#endif
