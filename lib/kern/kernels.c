/*
 * kern/kernels.c: the levels' tables.
 */
#include "kern/kernels.h"

#define DECLARE(name, flag) extern const struct kernels_r REAL(name##_kernels);
FOR_EACH_LEVEL(DECLARE)

#define ENTRY(name, flag) [LEVEL_##name] = &REAL(name##_kernels),
const struct kernels_r *kernels_at_r(enum level level)
{
    static const struct kernels_r *const tables[LEVEL_COUNT] = {FOR_EACH_LEVEL(ENTRY)};
    return tables[level];
}
