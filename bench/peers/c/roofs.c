/*
 * peers/c/roofs.c: the machine's own limits, to be measured in turn with the subjects: the harness's loops, on as many
 * CPUs at once as a row has threads.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "machine/peak.h"
#include "machine/vector.h"

enum { PASSES_AT_LEAST = 2 };

static const double walk_seconds = 0.01;

double roofs_peak(const int *ids, int count, int bits);
double roofs_bandwidth(const int *ids, int count, int64_t bytes);

static struct cpus cpus_of(const int *ids, int count)
{
    struct cpus cpus = {.count = (size_t)count};
    memcpy(cpus.ids, ids, (size_t)count * sizeof *ids);
    return cpus;
}

double roofs_peak(const int *ids, int count, int bits)
{
    const struct cpus cpus = cpus_of(ids, count);
    return peak_measure(bits, &cpus);
}

/* One CPU's part of what is read. */
struct share {
    pthread_t thread;
    pthread_barrier_t *start;
    int cpu;
    size_t bytes;
    double rate;
};

/* Keeps results alive. */
static volatile double sink;

static double read_again_and_again(const void *memory, size_t bytes)
{
    const struct vector_loops *loops = vector_loops_widest(32);
    const size_t passes = PASSES_AT_LEAST + ((size_t)1 << 20) / bytes; /* between looks at the clock */
    double read = 0.0, seconds;
    sink = loops->read(memory, bytes);
    const double start = clock_seconds();
    do {
        for (size_t k = 0; k < passes; k++)
            sink = loops->read(memory, bytes);
        read += (double)passes * (double)bytes;
        seconds = clock_seconds() - start;
    } while (seconds < walk_seconds);
    return read / seconds;
}

static void *run_share(void *argument)
{
    struct share *share = argument;
    pin_thread(share->cpu);
    void *memory = aligned_alloc(64, share->bytes);
    if (memory != NULL)
        memset(memory, 0, share->bytes);
    pthread_barrier_wait(share->start);
    share->rate = memory != NULL ? read_again_and_again(memory, share->bytes) : 0.0;
    free(memory);
    return NULL;
}

/* Each CPU reads its own `bytes`/`count`, in whole reads of the loops. */
double roofs_bandwidth(const int *ids, int count, int64_t bytes)
{
    const size_t reads = (size_t)fmax(1.0, round((double)bytes / count / VECTOR_READ_BYTES));
    struct share shares[CPUS_MOST];
    pthread_barrier_t start;
    double sum = 0.0;
    pthread_barrier_init(&start, NULL, (unsigned)count);
    for (int k = 0; k < count; k++) {
        shares[k] = (struct share){.start = &start, .cpu = ids[k], .bytes = reads * VECTOR_READ_BYTES};
        if (pthread_create(&shares[k].thread, NULL, run_share, &shares[k]) != 0)
            abort(); /* the threads before it would wait for ever */
    }
    for (int k = 0; k < count; k++) {
        pthread_join(shares[k].thread, NULL);
        sum += shares[k].rate;
    }
    pthread_barrier_destroy(&start);
    return sum;
}
