/*
 * machine/caches.h: how much each level of cache holds.
 */
#ifndef BENCH_MACHINE_CACHES_H
#define BENCH_MACHINE_CACHES_H

#include <stdbool.h>
#include <stdint.h>

struct caches {
    int64_t l1; /* data, bytes */
    int64_t l2;
    int64_t l3;   /* of the first CPU's group; 0 if there is none */
    bool assumed; /* the system does not say, and these are a guess */
};

struct caches caches_find(void);

#endif
