/*
 * roofline/model.h: what a run computes and reads, and what of it the machine allows at most.
 *
 * The model of Williams, Waterman & Patterson (2009): FLOP/s cannot exceed the arithmetic peak, nor intensity (FLOPs
 * for each byte that comes from memory) times the bandwidth of the memory that the bytes come from.
 */
#ifndef BENCH_ROOFLINE_MODEL_H
#define BENCH_ROOFLINE_MODEL_H

#include "machine/bandwidth.h"
#include "work/workload.h"

/* Of one run. Bytes are those of weights: what is read again and again. */
struct work {
    double step_flops; /* products of a single step: with R, forward and backward */
    double step_bytes; /* R, in each step anew; in training for backward again */
    double tile_flops; /* products over a tile of steps: with W, and in training for dW, dR and dx */
    double tile_bytes; /* W, in each tile anew; in training for dx again */
};

struct work work_of(const struct point *point, int64_t tile_steps);

/* Bytes of one layer's R in one direction: what a step after step reads again. */
double work_recurrent_bytes(const struct point *point);

/* FLOPs for each byte of weights. */
double work_intensity(const struct work *work);

/* How fast the machine is: bandwidths of one thread, and FLOP/s in the precision in question. */
struct limits {
    struct caches caches;
    struct bandwidth bandwidth;
    double peak;
};

/* The roof over a point. */
struct roof {
    struct work work;
    double intensity;
    enum memory_level level; /* that holds R */
    double bandwidth;        /* of that level, bytes a second */
    double flops;            /* the least of peak and intensity times bandwidth, FLOP/s */
    bool is_peak;            /* which of the two it is */
    double phase_flops;      /* FLOP/s if step products and tile products, one after the other, each reach their roof */
};

struct roof roof_of(const struct point *point, int64_t tile_steps, const struct limits *limits);

#endif
