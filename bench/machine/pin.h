/*
 * machine/pin.h: on which CPUs everything runs.
 */
#ifndef BENCH_MACHINE_PIN_H
#define BENCH_MACHINE_PIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/numbers.h"

enum { CPUS_MOST = 256 };

struct cpus {
    size_t count;
    int ids[CPUS_MOST];
};

/*
 * Chooses `count` CPUs of those this process may use: the ones named in `wanted`, or, if none are, the one that it runs
 * on (schedulers put a busy thread on a fast core) and those that follow.
 */
bool pin_choose(struct cpus *cpus, const struct numbers *wanted, size_t count, struct why *why);

/* Binds all threads that the process has, a BLAS's included, to these CPUs; later ones inherit it. */
bool pin_process(const struct cpus *cpus);

/* Binds the calling thread to one CPU. */
bool pin_thread(int cpu);

#endif
