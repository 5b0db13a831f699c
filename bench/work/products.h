/*
 * work/products.h: the bare CBLAS products of a run, with nothing around them: what a plan cannot be faster than.
 */
#ifndef BENCH_WORK_PRODUCTS_H
#define BENCH_WORK_PRODUCTS_H

#include "work/workload.h"

struct products;

/*
 * Makes matrices for the products of `point`, in the shapes, strides and order in which the blas engine asks for them,
 * the inputs' product in tiles of so many steps. One direction only. NULL if there is no memory.
 */
struct products *products_open(const struct point *point, int64_t tile_steps);
void products_close(struct products **products);

/* All products of one run. */
void products_run(struct products *products);

/* How many CBLAS calls that is. */
int64_t products_count(const struct products *products);

#endif
