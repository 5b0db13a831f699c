/*
 * learn/tasks/forecast.h: how long forecasts of a chaotic system are any good.
 */
#ifndef BENCH_LEARN_TASKS_FORECAST_H
#define BENCH_LEARN_TASKS_FORECAST_H

#include <stdint.h>

#include "learn/tasks/lorenz.h"

/*
 * Steps that are forecast before the error of one is above 0.4 for the first time; `steps` if none is. Both are series
 * [steps][LORENZ_DIMENSIONS] of coordinates of mean 0 and variance 1, and the error is |forecast - truth| /
 * sqrt(LORENZ_DIMENSIONS): the Euclidean norm, over the root mean square of |truth| on the attractor (the valid time of
 * Pathak et al. 2018, in steps).
 */
int64_t forecast_valid_steps(const double *forecast, const double *truth, int64_t steps);

#endif
