/*
 * base/environment.h: the floating-point environment of a run.
 *
 * Within a run traps are masked (Fortran codes enable them, and a masked exception is no news to a gate), rounding is
 * to nearest (the exponential's reduction relies on it) and denormals are flushed to zero (they are worthless in an
 * activation and make a step up to 27 times slower: oneDNN issue 561).
 */
#ifndef WEIR_BASE_ENVIRONMENT_H
#define WEIR_BASE_ENVIRONMENT_H

#if defined(__SSE2_MATH__) /* x86 that computes in SSE registers only: their control word is all there is */
struct environment {
    unsigned control;
};
#else
#include <fenv.h>
#include <stdint.h>
struct environment {
    fenv_t saved;
};
#endif

/* Saves the calling thread's environment and enters that of a run. */
void weir_environment_enter(struct environment *environment);

/* Restores what was saved: control, traps and flags as they were. */
void weir_environment_leave(const struct environment *environment);

#endif
