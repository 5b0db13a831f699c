/*
 * kernels/passes.h: every pass of every cell: what it reads and writes, and its equations in wider precision.
 *
 * Beside each number of the equations runs a bound on how far the kernel's may be off. With u the unit roundoff, a
 * sum or a product of numbers that are off by e and f is off by what that brings, e + f or |a| f + |b| e + e f, and by
 * a rounding of the result, at most u of its magnitude (a multiply-add is taken for two roundings, which is what the
 * portable level does; one that rounds once is off by less), and by the smallest normal number where it is flushed. A
 * function is monotone, so an argument off by e brings at most the larger of f(a + e) - f(a) and f(a) - f(a - e); its
 * own error is what kern/math.h states in ulp (support/ulps.h), and an ulp is at most 2 u of the result. The wider
 * arithmetic itself is off by 2^-11 of that in f64 (64 bits against 53), and by less in f32, which a final factor of
 * 1 + 2^-6 covers.
 */
#ifndef TEST_KERNELS_PASSES_H
#define TEST_KERNELS_PASSES_H

#include <stdbool.h>

#include "cell/cell.h"
#include "kernels/checks.h"

/* The arrays of the structs forward_step_r, backward_step_r and tangent_step_r; h is Y where it is read. */
enum field {
    GATES,
    BIAS,
    RECURRENT_BIAS,
    RECURRENT,
    RESET,
    H_BEFORE,
    H,
    C,
    KEPT_C,
    KEPT_Q,
    Y,
    C_BEFORE,
    Q,
    DY,
    DH,
    DC,
    DGATES,
    DQ,
    DRESET,
    GATES_DOT,
    RECURRENT_DOT,
    RESET_DOT,
    H_BEFORE_DOT,
    H_DOT,
    C_DOT,
    FIELDS
};

enum { MOST_BLOCKS = 4, MOST_USES = 8, MOST_PASSES = 24 };

/* A number, and how far a computed one may be off. */
struct estimate {
    wide value, error;
};

/* The numbers of one unit in one row. */
struct unit {
    struct estimate of[FIELDS][MOST_BLOCKS];
};

/* Blocks [first, first + count) of a field; ends with count 0. */
struct use {
    enum field field;
    int first, count;
    bool kept; /* written only where backward is to follow */
};

enum way { FORWARD, BACKWARD, TANGENT };

struct pass {
    const char *name;
    weir_kind kind;
    int stage, gates; /* gates: blocks of all gates */
    enum way way;
    bool keeps;
    struct use reads[MOST_USES], writes[MOST_USES];
    void (*equations)(struct unit *unit); /* from what is read to what is written, which may be in the same place */
};

extern const struct pass passes[];
extern const int pass_count;

#endif
