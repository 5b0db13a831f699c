/*
 * machine/peak.h: how fast the pinned CPUs can calculate, at best.
 */
#ifndef BENCH_MACHINE_PEAK_H
#define BENCH_MACHINE_PEAK_H

#include "machine/pin.h"

/*
 * FLOP/s of fused multiply-adds in registers, on all of `cpus` at once (on the calling thread if there is one), bits 32
 * or 64. Takes about 10 ms.
 */
double peak_measure(int bits, const struct cpus *cpus);

/* The fastest large product of the BLAS that is loaded, and how large it was. */
struct product_rate {
    double flops; /* FLOP/s */
    int size;     /* of a product of two square matrices */
};

struct product_rate product_rate_measure(int bits);

#endif
