/*
 * learn/tasks/lorenz.c: the system of Lorenz 1963.
 */
#include "learn/tasks/lorenz.h"

#include <string.h>

#include "base/buffer.h"
#include "base/random.h"

const double lorenz_exponent = 0.9056;

/* Time until a start is forgotten. */
static const double transient = 50.0;

static const double sigma = 10.0, rho = 28.0, beta = 8.0 / 3.0;

static void find_slope(const double u[LORENZ_DIMENSIONS], double slope[LORENZ_DIMENSIONS])
{
    slope[0] = sigma * (u[1] - u[0]);
    slope[1] = u[0] * (rho - u[2]) - u[1];
    slope[2] = u[0] * u[1] - beta * u[2];
}

/* The slope at u + h * before. */
static void find_next_slope(const double u[LORENZ_DIMENSIONS], double h, const double before[LORENZ_DIMENSIONS],
                            double slope[LORENZ_DIMENSIONS])
{
    double there[LORENZ_DIMENSIONS];
    for (int i = 0; i < LORENZ_DIMENSIONS; i++)
        there[i] = u[i] + h * before[i];
    find_slope(there, slope);
}

void lorenz_advance(double u[LORENZ_DIMENSIONS], double h, int64_t steps)
{
    double a[LORENZ_DIMENSIONS], b[LORENZ_DIMENSIONS], c[LORENZ_DIMENSIONS], d[LORENZ_DIMENSIONS];
    for (int64_t k = 0; k < steps; k++) {
        find_slope(u, a);
        find_next_slope(u, 0.5 * h, a, b);
        find_next_slope(u, 0.5 * h, b, c);
        find_next_slope(u, h, c, d);
        for (int i = 0; i < LORENZ_DIMENSIONS; i++)
            u[i] += h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]);
    }
}

double *lorenz_series(uint64_t seed, double h, int64_t inner, int64_t length)
{
    struct generator generator = {.state = seed};
    double *series = buffer_allocate((size_t)length * LORENZ_DIMENSIONS, sizeof *series);
    double u[LORENZ_DIMENSIONS];
    for (int i = 0; i < LORENZ_DIMENSIONS; i++)
        u[i] = 10.0 * random_signed(&generator);
    u[2] += 25.0;
    lorenz_advance(u, h, (int64_t)(transient / h));
    for (int64_t t = 0; t < length; t++) {
        memcpy(series + t * LORENZ_DIMENSIONS, u, sizeof u);
        lorenz_advance(u, h, inner);
    }
    return series;
}
