/*
 * gradient/adding.c: the adding problem.
 */
#include "gradient/adding.h"

#include <stddef.h>

static void draw_row(struct generator *generator, int64_t rows, int64_t steps, double *x, double *target)
{
    const int64_t half = steps / 2;
    const int64_t first = (int64_t)random_below(generator, (uint64_t)half);
    const int64_t second = half + (int64_t)random_below(generator, (uint64_t)(steps - half));
    *target = 0.0;
    for (int64_t t = 0; t < steps; t++, x += rows * ADDING_INPUTS) {
        const double mark = t == first || t == second ? 1.0 : 0.0;
        x[0] = random_unit(generator);
        x[1] = mark;
        *target += mark * x[0];
    }
}

void adding_draw(struct generator *generator, int64_t rows, int64_t steps, double *x, double *target)
{
    for (int64_t b = 0; b < rows; b++)
        draw_row(generator, rows, steps, x + b * ADDING_INPUTS, target + b);
}
