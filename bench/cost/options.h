/*
 * cost/options.h: the options of weir-bench cost.
 */
#ifndef BENCH_COST_OPTIONS_H
#define BENCH_COST_OPTIONS_H

#include <argp.h>

#include "command/options.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

struct cost_options {
    struct common_options common;
    struct sweep sweep;
    struct measure_options measure;
};

/* 16 to 1024 units by doubling, batch 1, 4, 16, 64, 50 steps, f32, both modes; the native engine. */
struct cost_options cost_options_default(void);

/* The whole parser; its input is a struct cost_options, its defaults filled in. */
extern const struct argp cost_argp;

#endif
