/*
 * machine/vector.h: loops that keep the widest vector units of this machine busy with nothing else.
 */
#ifndef BENCH_MACHINE_VECTOR_H
#define BENCH_MACHINE_VECTOR_H

#include <stddef.h>
#include <stdint.h>

/* Memory handed to `read` is a multiple of this many bytes, and aligned to 64. */
enum { VECTOR_READ_BYTES = 8 * 64 };

/* The loops for one precision and one instruction set. Their results mean nothing, but keep the work from vanishing. */
struct vector_loops {
    const char *instructions; /* "AVX-512" */
    double flops_per_round;   /* of multiply_add, a multiplication and an addition counting 2 */
    double (*multiply_add)(int64_t rounds, double start);
    double (*read)(const void *memory, size_t bytes);
};

/* The widest that this machine has; `bits` is 32 or 64. */
const struct vector_loops *vector_loops_widest(int bits);

#endif
