/*
 * machine/levels.h: which levels of instructions Weir's plans can take here, and which one they do.
 */
#ifndef BENCH_MACHINE_LEVELS_H
#define BENCH_MACHINE_LEVELS_H

#include <stddef.h>

/* Those that this library has and this CPU runs, lowest first: "portable avx2 avx512". */
void levels_list(char *text, size_t size);

/* What a plan says of itself after "<key>: ", such as its level, "avx512"; why there is no plan if there is none. */
void levels_of_plan(const char *key, char *text, size_t size);

#endif
