/*
 * learn/noise.h: noise on the parameters of a net while the gradient of an update is found (Graves 2011).
 */
#ifndef BENCH_LEARN_NOISE_H
#define BENCH_LEARN_NOISE_H

#include <stdint.h>

/* Adds normal noise of a standard deviation, drawn by a seed and the number of an update, so that a training that goes
   on after an interruption meets the same. */
void noise_add(float *parameters, int64_t count, double deviation, uint64_t seed, int64_t update);

#endif
