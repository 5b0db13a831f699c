/*
 * peers/c/roofs.c: the machine's own limits, to be measured in turn with the subjects: the harness's loops, on as many
 * CPUs at once as a row has threads.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "machine/peak.h"
#include "machine/vector.h"

enum { PASSES_AT_LEAST = 2 };

static const double walk_seconds = 0.01;

double roofs_peak(const int *ids, int count, int bits);
double roofs_bandwidth(const int *ids, int count, int64_t bytes);
double roofs_handover(const int *ids, int count);

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

/* A line of memory that two CPUs hand to and fro: whose turn it is, or that it is over. */
enum turn { TURN_FIRST, TURN_SECOND, TURN_OVER };

struct rally {
    _Alignas(128) _Atomic int turn;
    int cpus[2];
    double seconds; /* of a handover */
};

static void *hand_back(void *argument)
{
    struct rally *rally = argument;
    pin_thread(rally->cpus[1]);
    for (int turn; (turn = atomic_load(&rally->turn)) != TURN_OVER;)
        if (turn == TURN_SECOND)
            atomic_store(&rally->turn, TURN_FIRST);
    return NULL;
}

static void *hand_over(void *argument)
{
    enum { BETWEEN_LOOKS = 1000 };
    struct rally *rally = argument;
    double handovers = 0.0, seconds;
    pin_thread(rally->cpus[0]);
    const double start = clock_seconds();
    do {
        for (int k = 0; k < BETWEEN_LOOKS; k++) {
            atomic_store(&rally->turn, TURN_SECOND);
            while (atomic_load(&rally->turn) != TURN_FIRST)
                continue;
        }
        handovers += 2.0 * BETWEEN_LOOKS;
        seconds = clock_seconds() - start;
    } while (seconds < walk_seconds);
    atomic_store(&rally->turn, TURN_OVER);
    rally->seconds = seconds / handovers;
    return NULL;
}

/* Seconds that a line which one CPU has written takes to the next CPU; the slowest of all neighbours. */
double roofs_handover(const int *ids, int count)
{
    double slowest = 0.0;
    for (int k = 0; k + 1 < count; k++) {
        struct rally rally = {.cpus = {ids[k], ids[k + 1]}};
        pthread_t threads[2];
        if (pthread_create(&threads[1], NULL, hand_back, &rally) != 0 ||
            pthread_create(&threads[0], NULL, hand_over, &rally) != 0)
            abort(); /* there would be nobody to hand anything to */
        pthread_join(threads[0], NULL);
        pthread_join(threads[1], NULL);
        slowest = fmax(slowest, rally.seconds);
    }
    return slowest;
}
