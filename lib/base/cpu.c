/*
 * base/cpu.c: what the CPU has, and what the mask leaves of it.
 */
#include "base/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* Every level there is; this library has those of FOR_EACH_LEVEL. */
static const struct {
    const char *name;
    uint32_t flag;
} names[] = {
    {"portable", WEIR_CPU_PORTABLE},
    {"avx2", WEIR_CPU_AVX2},
    {"avx512", WEIR_CPU_AVX512},
    {"neon", WEIR_CPU_NEON},
};
enum { NAMES = sizeof names / sizeof *names };

#define LEVEL_FLAG(name, flag) flag,
static const uint32_t flags[LEVEL_COUNT] = {FOR_EACH_LEVEL(LEVEL_FLAG)};

static const uint32_t every_level = WEIR_CPU_PORTABLE | WEIR_CPU_AVX2 | WEIR_CPU_AVX512 | WEIR_CPU_NEON;

/* What the program set; 0: nothing. */
static _Atomic uint32_t mask_set;

const char *weir_cpu_name(uint32_t flag)
{
    for (int i = 0; i < NAMES; i++)
        if (names[i].flag == flag)
            return names[i].name;
    return "unknown level";
}

const char *weir_level_name(enum level level) { return weir_cpu_name(flags[level]); }

uint32_t weir_cpu_has(void)
{
    uint32_t has = WEIR_CPU_PORTABLE;
#if defined(__x86_64__)
    /* These look at what the operating system saves, too. */
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        has |= WEIR_CPU_AVX2;
    if ((has & WEIR_CPU_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        has |= WEIR_CPU_AVX512;
#elif defined(__aarch64__)
    has |= WEIR_CPU_NEON;
#endif
    return has;
}

/* The flag that a name of `length` bytes stands for, or 0. */
static uint32_t flag_of(const char *name, size_t length)
{
    for (int i = 0; i < NAMES; i++)
        if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0)
            return names[i].flag;
    return 0;
}

/* The mask that a list of names stands for: a comma has a name on either side. */
static weir_status parse_mask(const char *list, uint32_t *mask, weir_error *error)
{
    *mask = 0;
    for (const char *name = list;; name++) {
        const size_t length = strcspn(name, ",");
        const uint32_t flag = flag_of(name, length);
        FAIL_IF(!flag, error, WEIR_ERROR_ARGUMENT, "WEIR_CPU_MASK is '%.60s': '%.*s' is none of its levels", list,
                (int)(length < 60 ? length : 60), name);
        *mask |= flag;
        name += length;
        if (*name == '\0')
            return WEIR_OK;
    }
}

weir_status weir_cpu_change_mask(uint32_t mask, weir_error *error)
{
    FAIL_IF((mask & ~every_level) != 0, error, WEIR_ERROR_ARGUMENT, "mask is 0x%x, which has bits that are no level",
            (unsigned)mask);
    atomic_store(&mask_set, mask);
    return WEIR_OK;
}

static weir_status find_mask(uint32_t *mask, weir_error *error)
{
    const char *list = getenv("WEIR_CPU_MASK");
    *mask = atomic_load(&mask_set);
    if (*mask == 0 && list && *list)
        return parse_mask(list, mask, error);
    if (*mask == 0)
        *mask = every_level;
    return WEIR_OK;
}

weir_status weir_level_choose(enum level *level, weir_error *error)
{
    uint32_t mask;
    FORWARD_FAILURE(find_mask(&mask, error));
    mask &= weir_cpu_has();
    *level = LEVEL_portable;
    for (int i = 0; i < LEVEL_COUNT; i++)
        if (mask & flags[i])
            *level = (enum level)i;
    return WEIR_OK;
}
