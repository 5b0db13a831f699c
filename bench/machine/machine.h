/*
 * machine/machine.h: the machine that a result was measured on, and how fast it was.
 */
#ifndef BENCH_MACHINE_MACHINE_H
#define BENCH_MACHINE_MACHINE_H

#include <stdbool.h>

#include <jansson.h>

#include "machine/bandwidth.h"
#include "machine/caches.h"
#include "machine/peak.h"
#include "machine/pin.h"

/* What a person can choose. All zero: one BLAS thread, on the CPU that the process runs on. */
struct machine_options {
    int64_t blas_threads; /* 0 means 1 */
    int64_t threads;      /* that runs may have: CPUs, if they are more than the BLAS's threads */
    struct numbers cpus;
};

struct machine {
    struct cpus cpus; /* everything runs on these */
    bool pinned;
    int blas_threads;
    struct caches caches;
    double peak[2];                 /* FLOP/s in f32 and f64: see machine_peak */
    struct product_rate product[2]; /* the BLAS's own largest product */
    struct bandwidth bandwidth;
};

/* Sets the BLAS's threads, pins the process and looks at the machine; false, and why, if the options cannot be met. */
bool machine_open(struct machine *machine, const struct machine_options *options, struct why *why);

/* Measures peak, products and bandwidth: about two seconds. */
void machine_measure(struct machine *machine);

/* Of `bits` 32 or 64, as machine_measure found them. */
double machine_peak(const struct machine *machine, int bits);
struct product_rate machine_product(const struct machine *machine, int bits);

/* All that heads a result, as "key": "text" in a fixed order; yours. `command` is the line that was typed. */
json_t *machine_describe(const struct machine *machine, const char *command);

#endif
