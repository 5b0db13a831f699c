/*
 * base/place.c: a thread that is on the CPU of one that it has to wait for.
 *
 * A system wakes a thread on the CPU of the one that woke it, and may leave both there for a tenth of a second. Two
 * threads that wait for each other awake then lose whole time slices: a run of 10 us took 600.
 */
#include "base/place.h"

#if defined(__linux__)
#include <sched.h>

int weir_place_now(void) { return sched_getcpu(); }

void weir_place_leave(const int taken[], int64_t count)
{
    cpu_set_t allowed, others;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    others = allowed;
    for (int64_t k = 0; k < count; k++)
        if (taken[k] >= 0 && taken[k] < CPU_SETSIZE)
            CPU_CLR((size_t)taken[k], &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0)
        sched_setaffinity(0, sizeof allowed, &allowed);
}

#else

int weir_place_now(void) { return -1; }

void weir_place_leave(const int taken[], int64_t count)
{
    (void)taken;
    (void)count;
}

#endif
