/*
 * machine/processor.h: which CPU this is.
 */
#ifndef BENCH_MACHINE_PROCESSOR_H
#define BENCH_MACHINE_PROCESSOR_H

#include <stddef.h>
#include <stdint.h>

/* What the CPU is called, "unknown" if nobody says. */
void processor_name(char *text, size_t size);

/* Its "family 26, model 2, stepping 1", as far as the system says: "" if it does not. */
void processor_model(char *text, size_t size);

/* The instruction sets that matter to a BLAS: "SSE4.2 AVX AVX2 FMA". */
void processor_instructions(char *text, size_t size);

/* "yes" under a hypervisor that admits it, else "no". */
const char *processor_is_virtual(void);

/* Bytes of memory, and how many are free or quickly made so. */
int64_t memory_total(void);
int64_t memory_available(void);

#endif
