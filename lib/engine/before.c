/*
 * engine/before.c: the step before, for the rows of a step.
 *
 * Forward rows come from step t-1 and all begin at 0; reverse rows come from t+1, and those that are no longer live
 * there begin at t.
 */
#include "engine/engine.h"

#include "kern/vector.h"

struct matrix_r rows_before_r(const struct steps *steps, bool reverse, int64_t t, struct matrix_r sequence,
                              const real *initial, int64_t units, real *memory)
{
    const int64_t before = reverse ? t + 1 : t - 1, rows = weir_live_rows(steps, t);
    const int64_t came = before < 0 || before >= steps->count ? 0 : weir_live_rows(steps, before);
    if (came == 0)
        return (struct matrix_r){initial, units};
    const real *held = sequence.data + weir_rows_before_step(steps, before) * sequence.stride;
    if (came >= rows)
        return (struct matrix_r){held, sequence.stride};
    copy_rows_r(came, units, held, sequence.stride, memory, units);
    copy_rows_r(rows - came, units, initial + came * units, units, memory + came * units, units);
    return (struct matrix_r){memory, units};
}
