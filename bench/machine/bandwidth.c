/*
 * machine/bandwidth.c: how fast one thread can read memory, by where it lies; and how to empty the caches.
 */
#include "machine/bandwidth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "machine/vector.h"

/* Short, so that on a busy machine some fall between its neighbours' turns. */
enum { REPEATS = 25 };

static const double repeat_seconds = 0.002;
static const size_t bytes_between_looks = (size_t)1 << 20; /* at the clock */
static const size_t smallest_walk = (size_t)64 << 20;

/* Keeps results alive. */
static volatile double sink;

const char *memory_level_name(enum memory_level level)
{
    static const char *const names[] = {"L1", "L2", "L3", "DRAM"};
    return names[level];
}

static double last_cache(const struct caches *caches)
{
    return (double)(caches->l3 > caches->l2 ? caches->l3 : caches->l2);
}

enum memory_level memory_level_of(const struct caches *caches, double bytes)
{
    if (bytes <= (double)caches->l1)
        return LEVEL_L1;
    if (bytes <= (double)caches->l2)
        return LEVEL_L2;
    return bytes <= (double)caches->l3 ? LEVEL_L3 : LEVEL_DRAM;
}

/* A size that fits this level well and the one below it badly. */
static double typical_bytes(const struct caches *caches, enum memory_level level)
{
    switch (level) {
    case LEVEL_L1:
        return 0.5 * (double)caches->l1;
    case LEVEL_L2:
        return 0.5 * (double)caches->l2;
    case LEVEL_L3:
        return caches->l3 == 0 ? 0.0 : fmax(0.25 * (double)caches->l3, 1.5 * (double)caches->l2);
    default:
        return fmax(4.0 * last_cache(caches), (double)smallest_walk);
    }
}

static size_t whole_reads(double bytes) { return (size_t)bytes / VECTOR_READ_BYTES * VECTOR_READ_BYTES; }

static double read_rate(const void *memory, size_t bytes)
{
    const struct vector_loops *loops = vector_loops_widest(32);
    const double start = clock_seconds();
    const size_t passes = 1 + bytes_between_looks / bytes;
    double seconds, read = 0.0;
    do {
        for (size_t k = 0; k < passes; k++)
            sink = loops->read(memory, bytes);
        read += (double)passes * (double)bytes;
        seconds = clock_seconds() - start;
    } while (seconds < repeat_seconds);
    return read / seconds;
}

static double best_read_rate(double wanted_bytes)
{
    const size_t bytes = whole_reads(wanted_bytes);
    if (bytes == 0)
        return 0.0;
    void *memory = buffer_allocate(bytes, 1);
    double best = 0.0;
    for (int k = 0; k < REPEATS; k++)
        best = fmax(best, read_rate(memory, bytes));
    free(memory);
    return best;
}

struct bandwidth bandwidth_measure(const struct caches *caches)
{
    struct bandwidth bandwidth;
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++)
        bandwidth.bytes_per_second[level] = best_read_rate(typical_bytes(caches, level));
    return bandwidth;
}

struct eviction eviction_open(const struct caches *caches)
{
    struct eviction eviction = {.bytes = whole_reads(fmax(2.0 * last_cache(caches), (double)smallest_walk))};
    eviction.memory = buffer_allocate(eviction.bytes, 1);
    return eviction;
}

void eviction_walk(const struct eviction *eviction)
{
    sink = vector_loops_widest(32)->read(eviction->memory, eviction->bytes);
}

void eviction_close(struct eviction *eviction)
{
    free(eviction->memory);
    *eviction = (struct eviction){0};
}
