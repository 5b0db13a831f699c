/*
 * machine/bandwidth.h: how fast one thread can read memory, by where it lies.
 */
#ifndef BENCH_MACHINE_BANDWIDTH_H
#define BENCH_MACHINE_BANDWIDTH_H

#include <stddef.h>
#include <stdint.h>

#include "machine/caches.h"

enum memory_level { LEVEL_L1, LEVEL_L2, LEVEL_L3, LEVEL_DRAM, LEVEL_COUNT };

struct bandwidth {
    double bytes_per_second[LEVEL_COUNT]; /* 0 where there is no such level */
};

/* "L1", "L2", "L3", "DRAM" */
const char *memory_level_name(enum memory_level level);

/* Where so many bytes fit. */
enum memory_level memory_level_of(const struct caches *caches, double bytes);

/* Takes about a second. */
struct bandwidth bandwidth_measure(const struct caches *caches);

/* Memory larger than the last cache: walking it puts everything else out of the caches. */
struct eviction {
    size_t bytes;
    void *memory;
};

struct eviction eviction_open(const struct caches *caches);
void eviction_walk(const struct eviction *eviction);
void eviction_close(struct eviction *eviction);

#endif
