/**
 * @file
 * weir/cpu.h: which instructions plans use.
 *
 * The library holds its inner loops once for each level of an instruction set, and a plan takes the highest level that
 * the CPU has. A mask holds it back: to test every level on one machine, to compare their speed, or to have the same
 * bits on machines of different age (two machines that run the same build at the same level compute the same).
 *
 * The environment variable WEIR_CPU_MASK, a list such as "portable,avx2", is the mask of a process that sets none; it
 * is read when a plan is made. Empty, it holds nothing back; where it has anything in it but names of levels and commas
 * between them, no plan is made (WEIR_ERROR_ARGUMENT).
 */
#ifndef WEIR_CPU_H
#define WEIR_CPU_H

#include <stdint.h>

#include <weir/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Levels, as bits of a mask. The values never change. */
typedef enum weir_cpu_level {
    WEIR_CPU_PORTABLE = 1, /**< plain C, vectors of 16 bytes; always there, and never masked */
    WEIR_CPU_AVX2 = 2,     /**< x86-64 with AVX2 and FMA, vectors of 32 bytes */
    WEIR_CPU_AVX512 = 4,   /**< x86-64 with AVX-512 F, BW, DQ and VL, vectors of 64 bytes */
    WEIR_CPU_NEON = 8      /**< AArch64, vectors of 16 bytes */
} weir_cpu_level;

/** The levels that are in this library and that this CPU runs. Any thread. */
WEIR_API uint32_t weir_cpu_levels(void);

/** The name of a level, as in WEIR_CPU_MASK and weir_plan_describe: "avx2"; "unknown level" for anything else. Static
 *  memory; any thread. */
WEIR_API const char *weir_cpu_level_name(weir_cpu_level level);

/**
 * Allows the levels of a mask, from now on, to plans made in this process; those that exist keep theirs. 0 takes that
 * back: what the environment says holds again.
 *
 * @return WEIR_OK, or WEIR_ERROR_ARGUMENT if the mask has a bit that is no level. Any thread.
 */
WEIR_API weir_status weir_cpu_set_mask(uint32_t mask, weir_error *error);

#ifdef __cplusplus
}
#endif

#endif
