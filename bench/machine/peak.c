/*
 * machine/peak.c: how fast the pinned CPUs can calculate, with nothing but arithmetic.
 */
#include "machine/peak.h"

#include <math.h>
#include <pthread.h>

#include "base/clock.h"
#include "machine/vector.h"

enum { BURSTS = 5, ROUNDS = 20000 };

static const double burst_seconds = 0.002;

/* One CPU's part. */
struct share {
    pthread_t thread;
    pthread_barrier_t *start;
    int cpu;
    const struct vector_loops *loops;
    double flops;
};

/* Keeps results alive. */
static volatile double sink;

static double burst(const struct vector_loops *loops)
{
    const double start = clock_seconds();
    double seconds;
    int64_t rounds = 0;
    do {
        sink = loops->multiply_add(ROUNDS, 0.5);
        rounds += ROUNDS;
        seconds = clock_seconds() - start;
    } while (seconds < burst_seconds);
    return (double)rounds * loops->flops_per_round / seconds;
}

/* The best of several: a clock that rises, or a neighbour that interrupts, can only make one slower. */
static double best_burst(const struct vector_loops *loops)
{
    double best = 0.0;
    for (int k = 0; k < BURSTS; k++)
        best = fmax(best, burst(loops));
    return best;
}

static void *run_share(void *argument)
{
    struct share *share = argument;
    pin_thread(share->cpu);
    pthread_barrier_wait(share->start);
    share->flops = best_burst(share->loops);
    return NULL;
}

static double peak_of_many(const struct vector_loops *loops, const struct cpus *cpus)
{
    struct share shares[CPUS_MOST];
    pthread_barrier_t start;
    size_t started = 0;
    pthread_barrier_init(&start, NULL, (unsigned)cpus->count);
    for (size_t i = 0; i < cpus->count; i++, started++) {
        shares[i] = (struct share){.start = &start, .cpu = cpus->ids[i], .loops = loops};
        if (pthread_create(&shares[i].thread, NULL, run_share, &shares[i]) != 0)
            break;
    }
    double sum = 0.0;
    for (size_t i = 0; i < started; i++) {
        pthread_join(shares[i].thread, NULL);
        sum += shares[i].flops;
    }
    pthread_barrier_destroy(&start);
    return sum;
}

double peak_measure(int bits, const struct cpus *cpus)
{
    const struct vector_loops *loops = vector_loops_widest(bits);
    return cpus->count == 1 ? best_burst(loops) : peak_of_many(loops, cpus);
}
