/*
 * kern/lanes.h: the vocabulary in which vector code is written, whatever the instruction set.
 *
 * A `vec` has LANES reals. + - * / work on it lane by lane, each rounded once (contraction is off); the rest are the
 * functions below. Each level has a file with its own words; what can be said in terms of bits is here for all.
 *
 *     vec_set(x)                  x in every lane
 *     vec_load(p)  vec_store(p)   any alignment
 *     vec_load_first(p, n)        the first n lanes, the others 0; nothing behind them is read. 0 <= n < LANES
 *     vec_store_first(p, x, n)    likewise, nothing behind them is written
 *     vec_multiply_add(a, b, c)   a b + c, rounded once where the level has such an instruction
 *     vec_where_less(a, b, x, y)  a < b ? x : y
 *     vec_at_least(least, x)      x < least ? least : x; NaN stays
 *     vec_at_most(most, x)        x > most ? most : x; likewise
 */
#ifndef WEIR_KERN_LANES_H
#define WEIR_KERN_LANES_H

#include <stdint.h>

#include "base/level.h"

#define LANES_INLINE static inline __attribute__((always_inline))

#if REAL_BITS == 32
typedef uint32_t real_bits;
#else
typedef uint64_t real_bits;
#endif

/* Which file: LEVEL is a name, and the preprocessor compares numbers. */
#define LANES_LEVEL_portable 1
#define LANES_LEVEL_avx2 2
#define LANES_LEVEL_avx512 3
#define LANES_LEVEL_neon 4
#define LANES_LEVEL REAL_JOIN(LANES_LEVEL_, LEVEL)

#if LANES_LEVEL == LANES_LEVEL_avx512
typedef real_bits vec_bits __attribute__((vector_size(64)));
#include "kern/lanes_avx512.h"
#elif LANES_LEVEL == LANES_LEVEL_avx2
typedef real_bits vec_bits __attribute__((vector_size(32)));
#include "kern/lanes_avx2.h"
#elif LANES_LEVEL == LANES_LEVEL_neon
typedef real_bits vec_bits __attribute__((vector_size(16)));
#include "kern/lanes_neon.h"
#elif LANES_LEVEL == LANES_LEVEL_portable
typedef real_bits vec_bits __attribute__((vector_size(16)));
#include "kern/lanes_portable.h"
#else
#error "LEVEL is none of the levels of base/cpu.h"
#endif

enum { LANES = sizeof(vec) / sizeof(real) };

/* The first n lanes, n up to LANES: a constant LANES costs nothing. */
LANES_INLINE vec vec_load_part(const real *p, int n) { return n == LANES ? vec_load(p) : vec_load_first(p, n); }

LANES_INLINE void vec_store_part(real *p, vec x, int n)
{
    if (n == LANES)
        vec_store(p, x);
    else
        vec_store_first(p, x, n);
}

#define VEC_SIGN ((real_bits)1 << (REAL_BITS - 1))

LANES_INLINE vec vec_absolute(vec x) { return (vec)((vec_bits)x & ~VEC_SIGN); }

LANES_INLINE vec vec_negative(vec x) { return (vec)((vec_bits)x ^ VEC_SIGN); }

/* Exchanges, for each lane l that has bit d set, a[l] and b[l - d]. */
LANES_INLINE void vec_exchange(vec *a, vec *b, const int d)
{
    const vec x = *a, y = *b;
#if defined(__clang__)
    vec p = x, q = y;
    for (int l = 0; l < LANES; l++) {
        p[l] = l & d ? y[l - d] : x[l];
        q[l] = l & d ? y[l] : x[l + d];
    }
    *a = p;
    *b = q;
#else /* lanes one by one are not made one instruction by gcc 12; indices that count on from x into y are */
    vec_bits p = {0}, q = {0};
#pragma GCC unroll 16
    for (int l = 0; l < LANES; l++) {
        p[l] = (real_bits)(l & d ? LANES + l - d : l);
        q[l] = (real_bits)(l & d ? LANES + l : l + d);
    }
    *a = __builtin_shuffle(x, y, p);
    *b = __builtin_shuffle(x, y, q);
#endif
}

/* Transposes LANES vectors: bit after bit of row and lane change places. */
LANES_INLINE void vec_transpose(vec m[LANES])
{
#pragma GCC unroll 4
    for (int d = 1; d < LANES; d *= 2)
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            if ((i & d) == 0)
                vec_exchange(&m[i], &m[i + d], d);
}

/* |x| with the sign of `sign`. */
LANES_INLINE vec vec_with_sign(vec x, vec sign)
{
    return (vec)(((vec_bits)x & ~VEC_SIGN) | ((vec_bits)sign & VEC_SIGN));
}

#endif
