/*
 * machine/environment.h: variables of the environment that change how fast, or with which code, a run computes.
 */
#ifndef BENCH_MACHINE_ENVIRONMENT_H
#define BENCH_MACHINE_ENVIRONMENT_H

#include <stdbool.h>

/* Whether "NAME=value" is a variable that a BLAS, OpenMP or Weir reads: OPENBLAS_CORETYPE=Haswell, say. */
bool environment_steers(const char *variable);

#endif
