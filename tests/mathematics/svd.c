/*
 * mathematics/svd.c: one-sided Jacobi (Hestenes 1958): pairs of columns are turned until all are orthogonal; their
 * norms are then the singular values. What is left of columns that depend on others is rounding, and is let be.
 */
#include "mathematics/svd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>

enum { MOST_SWEEPS = 60 };

/* Makes columns a and b orthogonal; false if they were, or beside `all`, the square of all numbers, as good as. */
static bool turn(int64_t n, double all, double *a, double *b)
{
    double aa = 0.0, bb = 0.0, ab = 0.0;
    for (int64_t i = 0; i < n; i++) {
        aa += a[i] * a[i];
        bb += b[i] * b[i];
        ab += a[i] * b[i];
    }
    if (fabs(ab) <= 1e-15 * sqrt(aa) * sqrt(bb) || fabs(ab) <= 1e-17 * all)
        return false;
    const double zeta = (bb - aa) / (2.0 * ab);
    const double t = copysign(1.0, zeta) / (fabs(zeta) + sqrt(1.0 + zeta * zeta)), c = 1.0 / sqrt(1.0 + t * t);
    for (int64_t i = 0; i < n; i++) {
        const double x = a[i], y = b[i];
        a[i] = c * (x - t * y);
        b[i] = c * (t * x + y);
    }
    return true;
}

static bool sweep(int64_t n, double *columns)
{
    bool turned = false;
    double all = 0.0;
    for (int64_t i = 0; i < n * n; i++)
        all += columns[i] * columns[i];
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = i + 1; j < n; j++)
            turned |= turn(n, all, columns + i * n, columns + j * n);
    return turned;
}

static double norm_of(int64_t n, const double *x)
{
    double norm = 0.0;
    for (int64_t i = 0; i < n; i++)
        norm = hypot(norm, x[i]);
    return norm;
}

double svd_largest(int64_t n, double *columns, double *left)
{
    double largest = 0.0;
    int64_t which = 0;
    int sweeps = 0;
    while (sweep(n, columns))
        assert_true(++sweeps < MOST_SWEEPS);
    for (int64_t j = 0; j < n; j++)
        if (norm_of(n, columns + j * n) > largest)
            largest = norm_of(n, columns + (which = j) * n);
    for (int64_t i = 0; left && i < n; i++)
        left[i] = columns[which * n + i] / largest;
    return largest;
}
