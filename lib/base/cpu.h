/*
 * base/cpu.h: instruction-set levels, and which of them this CPU has.
 *
 * Code below lib/kern and lib/cell that works on vectors is compiled once for each level (base/level.h); a plan takes
 * the highest level that the CPU has and the mask allows.
 */
#ifndef WEIR_BASE_CPU_H
#define WEIR_BASE_CPU_H

#include <stdint.h>

#include <weir/cpu.h>

/* X(name, public flag) for each level that is built, lowest first. */
#if defined(__x86_64__)
#define FOR_EACH_LEVEL(X) X(portable, WEIR_CPU_PORTABLE) X(avx2, WEIR_CPU_AVX2) X(avx512, WEIR_CPU_AVX512)
#elif defined(__aarch64__)
#define FOR_EACH_LEVEL(X) X(portable, WEIR_CPU_PORTABLE) X(neon, WEIR_CPU_NEON)
#else
#define FOR_EACH_LEVEL(X) X(portable, WEIR_CPU_PORTABLE)
#endif

#define LEVEL_ENUMERATOR(name, flag) LEVEL_##name,
enum level { FOR_EACH_LEVEL(LEVEL_ENUMERATOR) LEVEL_COUNT };
#undef LEVEL_ENUMERATOR

/* "avx2"; of a public flag, or "unknown level". */
const char *weir_level_name(enum level level);
const char *weir_cpu_name(uint32_t flag);

/* The flags of the levels that are built and that this CPU runs. */
uint32_t weir_cpu_has(void);

/* What the program allows; 0: what the environment says. */
weir_status weir_cpu_change_mask(uint32_t mask, weir_error *error);

/* The level that a plan made now is to use; a status if the environment names something that is none. */
weir_status weir_level_choose(enum level *level, weir_error *error);

#endif
