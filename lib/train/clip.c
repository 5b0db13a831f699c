/*
 * train/clip.c: keeping gradients bounded.
 */
#include "train/typed.h"

#include <math.h>

#include "base/environment.h"

/* sqrt(sum (g/unit)^2) */
static double norm_in(const real *gradient, int64_t n, double unit)
{
    double square = 0.0;
    for (int64_t i = 0; i < n; i++)
        square += ((double)gradient[i] / unit) * ((double)gradient[i] / unit);
    return sqrt(square);
}

/* Squares of doubles may overflow where the norm does not: then in units of the largest number. */
static double norm_of(const real *gradient, int64_t n)
{
    const double norm = norm_in(gradient, n, 1.0);
    if (isfinite(norm) || isnan(norm))
        return norm;
    double largest = 0.0;
    for (int64_t i = 0; i < n; i++) { /* gcc 12.2 for AArch64 dies of fmax in a loop from float to double */
        const double size = fabs((double)gradient[i]);
        largest = size > largest ? size : largest;
    }
    return isfinite(largest) ? largest * norm_in(gradient, n, largest) : norm;
}

double clip_norm_r(real *gradient, int64_t n, double max_norm)
{
    struct environment environment;
    weir_environment_enter(&environment);
    const double norm = norm_of(gradient, n);
    if (isfinite(norm) && norm > max_norm) {
        const double scale = max_norm / norm;
        for (int64_t i = 0; i < n; i++)
            gradient[i] = (real)((double)gradient[i] * scale);
    }
    weir_environment_leave(&environment);
    return norm;
}

void clip_value_r(real *gradient, int64_t n, double limit)
{
    struct environment environment;
    weir_environment_enter(&environment);
    const real bound = (real)limit;
    for (int64_t i = 0; i < n; i++) {
        const real g = gradient[i];
        gradient[i] = g > bound ? bound : g < -bound ? -bound : g;
    }
    weir_environment_leave(&environment);
}
