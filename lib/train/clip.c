/*
 * train/clip.c: keeping gradients bounded.
 */
#include "train/typed.h"

#include <math.h>

#include "base/environment.h"

double clip_norm_r(real *gradient, int64_t n, double max_norm)
{
    struct environment environment;
    weir_environment_enter(&environment);
    double square = 0.0;
    for (int64_t i = 0; i < n; i++)
        square += (double)gradient[i] * (double)gradient[i];
    const double norm = sqrt(square);
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
    const real bound = (real)limit;
    for (int64_t i = 0; i < n; i++) {
        const real g = gradient[i];
        gradient[i] = g > bound ? bound : g < -bound ? -bound : g;
    }
}
