/*
 * kern/math.h: exp, sigmoid and tanh of vectors, branch-free.
 *
 * All three rest on expm1 of a number that is not positive: with k = round(x / ln 2) and r = x - k ln 2, |r| <=
 * ln(2)/2,
 *
 *     exp(x) - 1 = 2^k (exp(r) - 1) + (2^k - 1),
 *
 * where exp(r) - 1 is its Taylor series to a degree at which the rest is below a quarter of a unit in the last place
 * (docs/math.md, "Exponentials"). Stated bounds, in ulp, tested on every level over all float inputs and over dense
 * double ones:
 *
 *     exp      1.5     (results below the smallest normal number are 0)
 *     sigmoid  2.7     (results below the smallest normal number are 0 within a run, which flushes denormals)
 *     tanh     3
 *
 * sigmoid(+-inf), tanh(+-inf) and exp(-inf) are exact; NaN stays NaN.
 */
#ifndef WEIR_KERN_MATH_H
#define WEIR_KERN_MATH_H

#include "kern/lanes.h"

#if REAL_BITS == 32
#define MATH_MANTISSA_BITS 23
#define MATH_ONE UINT32_C(0x3f800000)
#define MATH_ROUND 0x1.8p23f       /* adding it rounds to an integer, which is then in the low bits */
#define MATH_LN2_HIGH 0x1.62e4p-1f /* 14 bits: k times this is exact */
#define MATH_LN2_LOW 0x1.7f7d1cp-20f
#define MATH_LOG2E 0x1.715476p+0f
#define MATH_EXP_LOWEST (-87.33654f) /* exp of less is not a normal number */
#define MATH_EXP_OVERFLOWS 88.9f     /* exp of it is infinite here, and of any more */
#define MATH_TANH_HIGHEST 12.0f      /* tanh of more is 1 */
#else
#define MATH_MANTISSA_BITS 52
#define MATH_ONE UINT64_C(0x3ff0000000000000)
#define MATH_ROUND 0x1.8p52
#define MATH_LN2_HIGH 0x1.62e42feep-1 /* 32 bits */
#define MATH_LN2_LOW 0x1.a39ef35793c76p-33
#define MATH_LOG2E 0x1.71547652b82fep+0
#define MATH_EXP_LOWEST (-708.39641853226408)
#define MATH_EXP_OVERFLOWS 710.0
#define MATH_TANH_HIGHEST 24.0
#endif

/* 2^k and exp(r) - 1, with exp(x) = 2^k exp(r). */
struct exp_parts {
    vec scale, expm1;
};

/* a + b r */
LANES_INLINE vec line_in(vec r, double a, double b) { return vec_multiply_add(vec_set((real)b), r, vec_set((real)a)); }

/* exp(r) - 1 for |r| <= ln(2)/2: r + r^2 (1/2! + r/3! + ...), two terms and then twice as many at a time (Estrin 1960):
   as many operations as one after the other, but most of them side by side. */
LANES_INLINE vec expm1_reduced(vec r)
{
    const vec r2 = r * r;
#if REAL_BITS == 32
    const vec high = vec_multiply_add(line_in(r, 1.0 / 720.0, 1.0 / 5040.0), r2, line_in(r, 1.0 / 24.0, 1.0 / 120.0));
    const vec series = vec_multiply_add(high, r2, line_in(r, 0.5, 1.0 / 6.0));
#else
    const vec r4 = r2 * r2;
    const vec low = vec_multiply_add(line_in(r, 1.0 / 24.0, 1.0 / 120.0), r2, line_in(r, 0.5, 1.0 / 6.0));
    const vec middle =
        vec_multiply_add(line_in(r, 1.0 / 40320.0, 1.0 / 362880.0), r2, line_in(r, 1.0 / 720.0, 1.0 / 5040.0));
    const vec high = vec_multiply_add(line_in(r, 1.0 / 479001600.0, 1.0 / 6227020800.0), r2,
                                      line_in(r, 1.0 / 3628800.0, 1.0 / 39916800.0));
    const vec series = vec_multiply_add(vec_multiply_add(high, r4, middle), r4, low);
#endif
    return vec_multiply_add(series, r2, r);
}

/* For MATH_EXP_LOWEST <= x <= MATH_EXP_OVERFLOWS, where the scale is infinite. */
LANES_INLINE struct exp_parts exp_split(vec x)
{
    const vec round = vec_set(MATH_ROUND);
    const vec shifted = vec_multiply_add(x, vec_set(MATH_LOG2E), round);
    const vec k = shifted - round;
    const vec r = vec_multiply_add(k, vec_set(-MATH_LN2_LOW), vec_multiply_add(k, vec_set(-MATH_LN2_HIGH), x));

    /* k is in the low bits of `shifted`: moved up, it is the exponent of 2^k. */
    const vec_bits scale = ((vec_bits)shifted << MATH_MANTISSA_BITS) + MATH_ONE;
    return (struct exp_parts){.scale = (vec)scale, .expm1 = expm1_reduced(r)};
}

/* exp(x) for x <= 0. */
LANES_INLINE vec vec_exp(vec x)
{
    const vec lowest = vec_set(MATH_EXP_LOWEST);
    const struct exp_parts parts = exp_split(vec_at_least(lowest, x));
    const vec value = (parts.expm1 + vec_set(1)) * parts.scale; /* exact scaling last: no denormal to be flushed */
    return vec_where_less(x, lowest, vec_set(0), value);
}

/* 1/(1 + exp(-x)), which is 1/infinity where it is too small for a normal number. */
LANES_INLINE vec vec_sigmoid(vec x)
{
    const vec one = vec_set(1), most = vec_at_most(vec_set(MATH_EXP_OVERFLOWS), vec_negative(x));
    const struct exp_parts parts = exp_split(vec_at_least(vec_set(MATH_EXP_LOWEST), most));
    return one / vec_multiply_add(parts.expm1 + one, parts.scale, one);
}

/* tanh |x| = -expm1(-2|x|) / (2 + expm1(-2|x|)). */
LANES_INLINE vec vec_tanh(vec x)
{
    const vec minus_twice = vec_set(-2) * vec_absolute(x);
    const struct exp_parts parts = exp_split(vec_at_least(vec_set(-2 * MATH_TANH_HIGHEST), minus_twice));
    const vec expm1 = vec_multiply_add(parts.scale, parts.expm1, parts.scale - vec_set(1));
    return vec_with_sign(expm1 / (vec_set(2) + expm1), x);
}

#endif
