/*
 * cost/heat.h: a map of ratios over units and batch, a panel of a picture.
 */
#ifndef BENCH_COST_HEAT_H
#define BENCH_COST_HEAT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/statistics.h"

/* A shape's. */
struct heat_field {
    int64_t hidden, batch;
    struct estimate ratio;
    bool flagged;
};

struct heat {
    size_t count;
    struct heat_field *fields;
};

/* Draws a map whose numbers are gnuplot's data block `name`, below a title for gnuplot's double quotes. Units and batch
   in the order in which they occur first, a field for each pair that there is. */
void heat_draw(const struct heat *heat, const char *name, const char *title, FILE *plot);

/* What a title says of its figures. */
#define HEAT_LEGEND "small: 95 % intervals; !: not quiet"

#endif
