/*
 * kern/math.h: exp, sigmoid and tanh, branch-free, so that a loop over them becomes vector code.
 *
 * All three rest on expm1 of a number that is not positive: with k = round(x / ln 2) and r = x - k ln 2, |r| <=
 * ln(2)/2,
 *
 *     exp(x) - 1 = 2^k (exp(r) - 1) + (2^k - 1),
 *
 * where exp(r) - 1 is its Taylor series to a degree at which the rest is below a quarter of a unit in the last place
 * (docs/math.md, "Exponentials"). Stated bounds, in ulp, tested over all float inputs and over dense double ones:
 *
 *     exp      1.5     (results below the smallest normal number are 0)
 *     sigmoid  2.5     (likewise)
 *     tanh     3
 *
 * For vector code the file that includes this is compiled with -fno-trapping-math (a run masks traps anyway: see
 * base/environment.h), or gcc turns the conditional expressions into branches.
 *
 * sigmoid(+-inf), tanh(+-inf) and exp(-inf) are exact; NaN stays NaN.
 */
#ifndef WEIR_KERN_MATH_H
#define WEIR_KERN_MATH_H

#include <stdint.h>
#include <string.h>

#include "base/real.h"

#define to_bits_r REAL(to_bits)
#define from_bits_r REAL(from_bits)
#define exp_parts_r REAL(exp_parts)
#define expm1_reduced_r REAL(expm1_reduced)
#define exp_split_r REAL(exp_split)
#define exp_r REAL(exp)
#define sigmoid_r REAL(sigmoid)
#define tanh_r REAL(tanh)

#if REAL_BITS == 32
typedef uint32_t real_bits;
#define MATH_COPYSIGN __builtin_copysignf
#define MATH_FABS __builtin_fabsf
#define MATH_MANTISSA_BITS 23
#define MATH_ONE UINT32_C(0x3f800000)
#define MATH_ROUND 0x1.8p23f       /* adding it rounds to an integer, which is then in the low bits */
#define MATH_LN2_HIGH 0x1.62e4p-1f /* 14 bits: k times this is exact */
#define MATH_LN2_LOW 0x1.7f7d1cp-20f
#define MATH_LOG2E 0x1.715476p+0f
#define MATH_EXP_LOWEST (-87.33654f) /* exp of less is not a normal number */
#define MATH_TANH_HIGHEST 12.0f      /* tanh of more is 1 */
#else
typedef uint64_t real_bits;
#define MATH_COPYSIGN __builtin_copysign
#define MATH_FABS __builtin_fabs
#define MATH_MANTISSA_BITS 52
#define MATH_ONE UINT64_C(0x3ff0000000000000)
#define MATH_ROUND 0x1.8p52
#define MATH_LN2_HIGH 0x1.62e42feep-1 /* 32 bits */
#define MATH_LN2_LOW 0x1.a39ef35793c76p-33
#define MATH_LOG2E 0x1.71547652b82fep+0
#define MATH_EXP_LOWEST (-708.39641853226408)
#define MATH_TANH_HIGHEST 24.0
#endif

static inline __attribute__((always_inline)) real_bits to_bits_r(real x)
{
    real_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline __attribute__((always_inline)) real from_bits_r(real_bits bits)
{
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k and exp(r) - 1, with exp(x) = 2^k exp(r). */
struct exp_parts_r {
    real scale, expm1;
};

/* exp(r) - 1 for |r| <= ln(2)/2: r + r^2 (1/2! + r/3! + ...). */
static inline __attribute__((always_inline)) real expm1_reduced_r(real r)
{
#if REAL_BITS == 32
    real series = (real)(1.0 / 5040.0);
#else
    real series = (real)(1.0 / 6227020800.0);
    series = series * r + (real)(1.0 / 479001600.0);
    series = series * r + (real)(1.0 / 39916800.0);
    series = series * r + (real)(1.0 / 3628800.0);
    series = series * r + (real)(1.0 / 362880.0);
    series = series * r + (real)(1.0 / 40320.0);
    series = series * r + (real)(1.0 / 5040.0);
#endif
    series = series * r + (real)(1.0 / 720.0);
    series = series * r + (real)(1.0 / 120.0);
    series = series * r + (real)(1.0 / 24.0);
    series = series * r + (real)(1.0 / 6.0);
    series = series * r + (real)0.5;
    return series * r * r + r;
}

/* For MATH_EXP_LOWEST <= x <= -MATH_EXP_LOWEST. */
static inline __attribute__((always_inline)) struct exp_parts_r exp_split_r(real x)
{
    const real shifted = x * MATH_LOG2E + MATH_ROUND;
    const real k = shifted - MATH_ROUND;
    const real r = (x - k * MATH_LN2_HIGH) - k * MATH_LN2_LOW;

    /* k is in the low bits of `shifted`: moved up, it is the exponent of 2^k. */
    const real_bits scale = (to_bits_r(shifted) << MATH_MANTISSA_BITS) + MATH_ONE;
    return (struct exp_parts_r){.scale = from_bits_r(scale), .expm1 = expm1_reduced_r(r)};
}

/* exp(x) for x <= 0. */
static inline __attribute__((always_inline)) real exp_r(real x)
{
    const real clamped = x < MATH_EXP_LOWEST ? MATH_EXP_LOWEST : x;
    const struct exp_parts_r parts = exp_split_r(clamped);
    const real value = (parts.expm1 + 1) * parts.scale; /* exact scaling last: no denormal on the way to be flushed */
    return x < MATH_EXP_LOWEST ? (real)0 : value;
}

/* 1/(1 + exp(-x)), from exp(-|x|), so that small values keep their digits. */
static inline __attribute__((always_inline)) real sigmoid_r(real x)
{
    const real e = exp_r(-MATH_FABS(x));
    return (x < 0 ? e : (real)1) / (1 + e);
}

/* tanh |x| = -expm1(-2|x|) / (2 + expm1(-2|x|)). */
static inline __attribute__((always_inline)) real tanh_r(real x)
{
    const real magnitude = MATH_FABS(x);
    const real clamped = magnitude > MATH_TANH_HIGHEST ? MATH_TANH_HIGHEST : magnitude;
    const struct exp_parts_r parts = exp_split_r(-2 * clamped);
    const real expm1 = parts.scale * parts.expm1 + (parts.scale - 1);
    return MATH_COPYSIGN(-expm1 / (2 + expm1), x);
}

#endif
