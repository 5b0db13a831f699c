/*
 * learn/tasks/forecast.c: how long forecasts of a chaotic system are any good.
 */
#include "learn/tasks/forecast.h"

#include <math.h>

static const double error_most = 0.4;

int64_t forecast_valid_steps(const double *forecast, const double *truth, int64_t steps)
{
    for (int64_t t = 0; t < steps; t++) {
        double squares = 0.0;
        for (int i = 0; i < LORENZ_DIMENSIONS; i++)
            squares += pow(forecast[t * LORENZ_DIMENSIONS + i] - truth[t * LORENZ_DIMENSIONS + i], 2.0);
        /* A NaN is off. */
        if (!(sqrt(squares / LORENZ_DIMENSIONS) <= error_most))
            return t;
    }
    return steps;
}
