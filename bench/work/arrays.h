/*
 * work/arrays.h: the sequences that a net is run on, in one precision.
 */
#ifndef BENCH_WORK_ARRAYS_H
#define BENCH_WORK_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <weir/plan.h>

/* How many numbers each array has; 0 for those that are not needed. */
struct array_sizes {
    size_t x, y, dy, dx, gradient;
};

struct arrays_f32 {
    struct array_sizes sizes;
    float *x, *y, *dy, *dx, *gradient;
};

struct arrays_f64 {
    struct array_sizes sizes;
    double *x, *y, *dy, *dx, *gradient;
};

/* Makes them, x and dy random, uniform on [-1, 1); false if there is no memory. Close in either case. */
bool arrays_open_f32(struct arrays_f32 *arrays, const struct array_sizes *sizes, uint64_t seed);
bool arrays_open_f64(struct arrays_f64 *arrays, const struct array_sizes *sizes, uint64_t seed);
void arrays_close_f32(struct arrays_f32 *arrays);
void arrays_close_f64(struct arrays_f64 *arrays);

/* One run: forward, and backward if there is a gradient. */
weir_status arrays_run_f32(const struct arrays_f32 *arrays, weir_plan *plan);
weir_status arrays_run_f64(const struct arrays_f64 *arrays, weir_plan *plan);

/* Whether every number in them is zero or normal: no infinity, no NaN, no denormal. */
bool arrays_are_normal_f32(const struct arrays_f32 *arrays);
bool arrays_are_normal_f64(const struct arrays_f64 *arrays);

#endif
