/*
 * kern/lanes_neon.h: the vocabulary of kern/lanes.h for AArch64.
 */
#ifndef __ARM_NEON
#error "the neon level is compiled without its instructions"
#endif

#include <arm_neon.h>
#include <string.h>

#define VEC_REGISTERS 32

#if REAL_BITS == 32
typedef float32x4_t vec;
#define VEC_OP(name) v##name##q_f32
#define VEC_SET vdupq_n_f32
#else
typedef float64x2_t vec;
#define VEC_OP(name) v##name##q_f64
#define VEC_SET vdupq_n_f64
#endif

LANES_INLINE vec vec_set(real x) { return VEC_SET(x); }

LANES_INLINE vec vec_load(const real *p) { return VEC_OP(ld1)(p); }

LANES_INLINE void vec_store(real *p, vec x) { VEC_OP(st1)(p, x); }

LANES_INLINE vec vec_load_first(const real *p, int n)
{
    vec x = VEC_SET(0);
    memcpy(&x, p, (size_t)n * sizeof *p);
    return x;
}

LANES_INLINE void vec_store_first(real *p, vec x, int n) { memcpy(p, &x, (size_t)n * sizeof *p); }

LANES_INLINE vec vec_multiply_add(vec a, vec b, vec c) { return VEC_OP(fma)(c, a, b); }

LANES_INLINE vec vec_where_less(vec a, vec b, vec x, vec y) { return VEC_OP(bsl)(VEC_OP(clt)(a, b), x, y); }

LANES_INLINE vec vec_at_least(vec least, vec x) { return vec_where_less(x, least, least, x); }

LANES_INLINE vec vec_at_most(vec most, vec x) { return vec_where_less(most, x, most, x); }
