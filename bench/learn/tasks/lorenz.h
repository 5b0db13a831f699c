/*
 * learn/tasks/lorenz.h: the system of Lorenz 1963 with sigma = 10, rho = 28, beta = 8/3:
 *
 *     dx/dt = sigma (y - x)    dy/dt = x (rho - z) - y    dz/dt = x y - beta z
 */
#ifndef BENCH_LEARN_TASKS_LORENZ_H
#define BENCH_LEARN_TASKS_LORENZ_H

#include <stdint.h>

enum { LORENZ_DIMENSIONS = 3 };

/* The largest Lyapunov exponent, by which small errors grow, e-fold in a unit of time (Sprott 2003: 0.9056). */
extern const double lorenz_exponent;

/* Goes on in `steps` steps of `h` each, by the classical method of Runge and Kutta, of order 4. */
void lorenz_advance(double u[LORENZ_DIMENSIONS], double h, int64_t steps);

/* A series [length][LORENZ_DIMENSIONS] on the attractor, from a start that `seed` draws; `inner` steps of `h` from one
   of its steps to the next. free() it. */
double *lorenz_series(uint64_t seed, double h, int64_t inner, int64_t length);

#endif
