/*
 * base/environment.c: the floating-point environment of a run.
 */
#include "base/environment.h"

#if defined(__SSE2_MATH__)

#include <xmmintrin.h>

/* All exceptions masked, round to nearest, flush to zero (bit 15), denormals are zero (bit 6). Nothing in a run uses
   the x87 unit, so its control word is left alone. */
enum { RUN_CONTROL = 0x1f80 | 0x8000 | 0x0040 };

void weir_environment_enter(struct environment *environment)
{
    environment->control = _mm_getcsr();
    _mm_setcsr(RUN_CONTROL);
}

void weir_environment_leave(const struct environment *environment) { _mm_setcsr(environment->control); }

#else

void weir_environment_enter(struct environment *environment)
{
    fegetenv(&environment->saved);
    fesetenv(FE_DFL_ENV);
#if defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (UINT64_C(1) << 24))); /* FZ */
#endif
}

void weir_environment_leave(const struct environment *environment) { fesetenv(&environment->saved); }

#endif
