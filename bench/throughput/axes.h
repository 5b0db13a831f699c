/*
 * throughput/axes.h: the options that name axes and samples, for every subcommand that has them.
 */
#ifndef BENCH_THROUGHPUT_AXES_H
#define BENCH_THROUGHPUT_AXES_H

#include <argp.h>

#include "throughput/measure.h"
#include "throughput/sweep.h"

struct axes_options {
    struct sweep sweep;
    struct measure_options measure;
    uint32_t named; /* axes of which a list was given, as bits */
};

/* RNN, GRU and LSTM, one layer, f32, inference and training; 16 to 1024 steps of 64 and 256 units, batch 1 and 16; 11
   samples of at least 20 ms, 11 evictions, no limit in time. */
struct axes_options axes_default(void);

/* To be a child of a subcommand's parser, which sets its input to a struct axes_options, its defaults filled in. With
   --set, lists that were not given are empty afterwards. */
extern const struct argp axes_argp;

#endif
