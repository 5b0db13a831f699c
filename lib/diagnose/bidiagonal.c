/*
 * diagnose/bidiagonal.c: the largest singular value of a small bidiagonal matrix B.
 *
 * The singular values of B are the eigenvalues >= 0 of the symmetric matrix C of blocks 0, B^T, B, 0. With rows and
 * columns in turn that is tridiagonal: zeros on its diagonal, and beside it B's numbers, a_1 b_1 a_2 b_2 ... a_k (Golub
 * & Kahan 1965). x is above all eigenvalues if all pivots of x - C are positive, which bisection asks until two
 * neighbouring numbers are left. There x - C has no positive number beside its diagonal, so its inverse has no negative
 * one, and inverse iteration on a positive vector only adds up: every component of the eigenvector comes out to within
 * some roundings, however small it is.
 */
#include "diagnose/diagnose.h"

#include <math.h>
#include <stdbool.h>

enum { INVERSE_ITERATIONS = 4 };

/* Whether x is above the eigenvalues of the matrix with b [count] beside its diagonal; the pivots, as far as they are
   positive. */
static bool is_above(int64_t count, const double *b, double x, double *pivots)
{
    pivots[0] = x;
    for (int64_t i = 0; i < count; i++) {
        if (!(pivots[i] > 0.0))
            return false;
        pivots[i + 1] = x - b[i] * b[i] / pivots[i];
    }
    return pivots[count] > 0.0;
}

/* Makes of y the solution z of (x - C) z = y, with norm 1. */
static void iterate(int64_t count, const double *b, const double *pivots, double *y)
{
    for (int64_t i = 0; i < count; i++)
        y[i + 1] += b[i] / pivots[i] * y[i];
    y[count] /= pivots[count];
    for (int64_t i = count - 1; i >= 0; i--)
        y[i] = (y[i] + b[i] * y[i + 1]) / pivots[i];
    double square = 0.0;
    for (int64_t i = 0; i <= count; i++)
        square += y[i] * y[i];
    for (int64_t i = 0; i <= count; i++)
        y[i] /= sqrt(square);
}

double weir_bidiagonal_largest(int64_t count, const double *numbers, double *work, double *last)
{
    double *b = work, *pivots = b + count, *vector = pivots + count + 1, scale = 0.0, low = 0.0, high = 2.0;
    for (int64_t i = 0; i < count; i++)
        scale = numbers[i] > scale ? numbers[i] : scale;
    *last = 0.0;
    if (scale == 0.0)
        return 0.0;
    for (int64_t i = 0; i < count; i++)
        b[i] = numbers[i] / scale; /* so no eigenvalue is above 2, as no row has more than two of them */
    for (double x = 1.0; x > low && x < high; x = low + (high - low) / 2.0)
        *(is_above(count, b, x, pivots) ? &high : &low) = x;
    is_above(count, b, high, pivots);
    for (int64_t i = 0; i <= count; i++)
        vector[i] = 1.0;
    for (int i = 0; i < INVERSE_ITERATIONS; i++)
        iterate(count, b, pivots, vector);
    *last = vector[count] * sqrt(2.0); /* half of the vector is the left one, half the right one */
    return low * scale;
}
