/*
 * mathematics/test_exponentials.c: exp, sigmoid and tanh of kern/math.h against wider arithmetic, on every level of the
 * instruction set that this CPU has.
 *
 * In f32 all 2^32 floats with --all, a quarter of them without, against double; in f64 millions of doubles, dense where
 * something changes, against long double. With --every N, for an emulator, every Nth float, and thousands of doubles.
 * Floats around each number where something changes are looked at in any case. The bounds are those that kern/math.h
 * states, in units of the last place of the exact result.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/random.h"
#include "kern/kernels.h"
#include "kern/math.h" /* for where it cuts off */
#include "support/ulps.h"

#if REAL_BITS == 32
typedef double wide;
#define WIDE(name) name
#define SMALLEST_NORMAL ((real)FLT_MIN)
#define LARGEST ((real)FLT_MAX)
enum { SIGMOID_HIGHEST = 18 };
#else
typedef long double wide;
#define WIDE(name) name##l
#define SMALLEST_NORMAL ((real)DBL_MIN)
#define LARGEST ((real)DBL_MAX)
enum { SIGMOID_HIGHEST = 38 };
#endif

enum { BLOCK = 1 << 16 };

/* --- What is tested, and what is exact ---------------------------------------------------------------------------- */

static real from_bits(real_bits bits)
{
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static real_bits to_bits(real x)
{
    real_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static real magnitude(real x) { return x < 0 ? -x : x; }

/* y[i] = expression of v = x[i], over a block. */
#define OVER_A_BLOCK(name, result, expression)                                                                         \
    static __attribute__((noinline)) void name(const real *restrict x, result *restrict y)                             \
    {                                                                                                                  \
        for (int i = 0; i < BLOCK; i++) {                                                                              \
            const real v = x[i];                                                                                       \
            y[i] = (expression);                                                                                       \
        }                                                                                                              \
    }

static wide sigmoid_of(wide x)
{
    const wide e = WIDE(exp)(-WIDE(fabs)(x));
    return (x < 0 ? e : 1) / (1 + e);
}

OVER_A_BLOCK(exact_exp, wide, WIDE(exp)((wide)v))
OVER_A_BLOCK(exact_sigmoid, wide, sigmoid_of((wide)v))
OVER_A_BLOCK(exact_tanh, wide, WIDE(tanh)((wide)v))

/* Below 2^-13 the next term of each series is below 2^-55 of the sum; from 128 on the limits are exact to more than a
   hundred bits. Most floats are there, and this is quicker than a library's functions. */
OVER_A_BLOCK(small_exp, wide, 1 + (wide)v * (1 + (wide)v * ((wide)0.5 + (wide)v / 6)))
OVER_A_BLOCK(small_sigmoid, wide, (wide)0.5 + (wide)v * ((wide)0.25 - (wide)v * (wide)v / 48))
OVER_A_BLOCK(small_tanh, wide, (wide)v - (wide)v * (wide)v * (wide)v / 3)
OVER_A_BLOCK(large_exp, wide, v == 0 ? (wide)1 : (wide)0)
OVER_A_BLOCK(large_sigmoid, wide, v < 0 ? (wide)0 : (wide)1)
OVER_A_BLOCK(large_tanh, wide, v < 0 ? (wide)-1 : (wide)1)

#define LEVEL_FLAG(name, flag) flag,
static const uint32_t levels[LEVEL_COUNT] = {FOR_EACH_LEVEL(LEVEL_FLAG)};

typedef void exact_function(const real *x, wide *y);

static const struct function {
    const char *name;
    double bound;
    bool of_negatives; /* defined for x <= 0 */
    bool flushes;      /* results below the smallest normal number are 0 */
    size_t ours;       /* its place in the kernels */
    exact_function *small, *exact, *large;
} functions[] = {
    {"exp", EXP_ULPS, true, true, offsetof(struct kernels_r, exp), small_exp, exact_exp, large_exp},
    {"sigmoid", SIGMOID_ULPS, false, true, offsetof(struct kernels_r, sigmoid), small_sigmoid, exact_sigmoid,
     large_sigmoid},
    {"tanh", TANH_ULPS, false, false, offsetof(struct kernels_r, tanh), small_tanh, exact_tanh, large_tanh},
};

/* Whether this CPU runs a level; and our function of it, over a block. */
static bool runs(int level) { return weir_cpu_levels() & levels[level]; }

static void ours_at(int level, const struct function *function, const real *x, real *y)
{
    void (*ours)(int64_t n, const real *x, real *y);
    memcpy(&ours, (const char *)kernels_at_r((enum level)level) + function->ours, sizeof ours);
    ours(BLOCK, x, y);
}

/* --- Which arguments ---------------------------------------------------------------------------------------------- */

static bool takes_all;    /* --all */
static int64_t every = 1; /* --every N */

#define LN2 0.693147180559945309

#if REAL_BITS == 32

/* Numbers around which something changes: zero, powers of two and infinity; where k does (kern/math.h), for exp and
   sigmoid, then for tanh; where something is cut off; a quiet NaN and the last one. */
static real_bits boundary(int64_t i)
{
    enum { EXPONENTS = 256, EXP_STEPS = 128, TANH_STEPS = 36 };
    const real_bits others[] = {to_bits(-MATH_EXP_LOWEST), to_bits(MATH_TANH_HIGHEST), to_bits(SIGMOID_HIGHEST),
                                0x7fc00000, 0x7fffffff};
    enum { OTHERS = sizeof others / sizeof *others };
    if (i < EXPONENTS)
        return (real_bits)i << 23;
    i -= EXPONENTS;
    if (i < EXP_STEPS)
        return to_bits((real)(((double)i + 0.5) * LN2));
    i -= EXP_STEPS;
    if (i < TANH_STEPS)
        return to_bits((real)(((double)i + 0.5) * LN2 / 2));
    i -= TANH_STEPS;
    return others[i < OTHERS ? i : OTHERS - 1];
}

/* Blocks around boundaries, and how many floats around each. */
enum { BOUNDARY_BLOCKS = 7, AROUND = 1024 };

/* Blocks of all floats of one sign, or every N-th. */
static int64_t blocks_of_a_sign(void)
{
    const int64_t floats = INT64_C(1) << 31, span = every * BLOCK;
    return (floats + span - 1) / span;
}

/* Then those around boundaries, of one sign and of the other. */
static int64_t block_count(void) { return 2 * blocks_of_a_sign() + 2 * BOUNDARY_BLOCKS; }

static bool is_around_boundaries(int64_t block) { return block >= 2 * blocks_of_a_sign(); }

/* Positive floats would be asked twice where a function takes negative ones only. Without --all and --every every fifth
   block is looked at, and those where an exponent ends. */
static bool is_left_out(const struct function *function, int64_t block)
{
    const int64_t blocks_an_exponent = (1 << 23) / BLOCK, place = block % blocks_an_exponent;
    if (is_around_boundaries(block))
        return false;
    if (function->of_negatives && block < blocks_of_a_sign())
        return true;
    return !takes_all && block % 5 != 0 && place != 0 && place != blocks_an_exponent - 1;
}

static bool is_left_out_in_run(int64_t block) { return block % 7 != 0 && !is_around_boundaries(block); }

/* The float of a sign and other bits; the last NaN in place of those past either end. */
static real float_of(bool negative, real_bits bits)
{
    const real_bits last = 0x7fffffff, kept = bits > last ? last : bits;
    return from_bits(negative ? kept | ~last : kept);
}

/* From the smallest of one sign up; where they are adjacent, a block has one exponent. */
static void fill_from(int64_t block, real *x)
{
    const bool negative = block >= blocks_of_a_sign();
    const real_bits first = (real_bits)(block % blocks_of_a_sign() * BLOCK * every), step = (real_bits)every;
    for (real_bits i = 0; i < BLOCK; i++)
        x[i] = float_of(negative, first + i * step);
}

static void fill_around_boundaries(int64_t block, real *x)
{
    const bool negative = block >= BOUNDARY_BLOCKS;
    for (int64_t i = 0; i < BLOCK / AROUND; i++) {
        const real_bits first = boundary(block % BOUNDARY_BLOCKS * (BLOCK / AROUND) + i) - AROUND / 2;
        for (real_bits j = 0; j < AROUND; j++)
            x[i * AROUND + j] = float_of(negative, first + j);
    }
}

static void fill(int64_t block, real *x)
{
    if (is_around_boundaries(block))
        fill_around_boundaries(block - 2 * blocks_of_a_sign(), x);
    else
        fill_from(block, x);
}

static exact_function *exact_of(const struct function *function, int64_t block, const real *x)
{
    if (is_around_boundaries(block))
        return function->exact;
    return magnitude(x[BLOCK - 1]) < 0x1p-13f ? function->small
           : magnitude(x[0]) >= 128           ? function->large
                                              : function->exact;
}

#else

enum { KINDS = 6 };

static int64_t block_count(void) { return every > 1 ? KINDS : 20 * KINDS; }

static bool is_left_out(const struct function *function, int64_t block)
{
    (void)function;
    (void)block;
    return false;
}

static bool is_left_out_in_run(int64_t block)
{
    (void)block;
    return false;
}

static double between(struct generator *generator, double low, double high)
{
    return low + (high - low) * weir_uniform(generator);
}

/* A number some units in the last place from `x`. */
static double near(struct generator *generator, double x)
{
    return from_bits(to_bits(x) + weir_next(generator) % 4096 - 2048);
}

/* Random numbers of several kinds, a block of each in turn. */
static void fill(int64_t block, real *x)
{
    struct generator generator = {weir_mix((uint64_t)block)};
    for (int i = 0; i < BLOCK; i++) {
        const double sign = weir_next(&generator) & 1 ? 1.0 : -1.0;
        const double k = floor(between(&generator, 0.0, 1040.0));
        switch (block % KINDS) {
        case 0: /* where most gates are */
            x[i] = between(&generator, -3.0, 3.0);
            break;
        case 1:
            x[i] = between(&generator, -40.0, 40.0);
            break;
        case 2: /* to past underflow */
            x[i] = between(&generator, -760.0, 760.0);
            break;
        case 3: /* any exponent */
            x[i] = sign * ldexp(between(&generator, 1.0, 2.0), (int)between(&generator, -1070.0, 1023.0));
            break;
        case 4: /* where k changes */
            x[i] = sign * near(&generator, (k + 0.5) * LN2);
            break;
        default: /* where something is cut off */
            x[i] = sign * near(&generator, i % 2 ? -MATH_EXP_LOWEST : MATH_TANH_HIGHEST);
        }
    }
}

static exact_function *exact_of(const struct function *function, int64_t block, const real *x)
{
    (void)block;
    (void)x;
    return function->exact;
}

#endif

/* --- How far off -------------------------------------------------------------------------------------------------- */

/* A unit in the last place of a result. */
static inline wide unit_of(wide exact)
{
    const wide size = exact < 0 ? -exact : exact;
    const wide normal = size < (wide)SMALLEST_NORMAL ? (wide)SMALLEST_NORMAL : size;
#if REAL_BITS == 32
    uint64_t bits; /* the power of two below: a double's exponent alone */
    double power;
    memcpy(&bits, &normal, sizeof bits);
    bits &= UINT64_C(0x7ff0000000000000);
    memcpy(&power, &bits, sizeof power);
    return power * 0x1p-23;
#else
    int exponent;
    frexpl(normal, &exponent);
    return ldexpl((wide)1, exponent - DBL_MANT_DIG);
#endif
}

static double error_of(const struct function *function, real x, real ours, wide exact)
{
    if (isnan(x))
        return isnan(ours) ? 0.0 : (double)INFINITY;
    if (!(magnitude(ours) <= 1))
        return (double)INFINITY;
    if (function->flushes && exact < (wide)SMALLEST_NORMAL && ours == 0)
        return 0.0;
    return (double)(WIDE(fabs)((wide)ours - exact) / unit_of(exact));
}

static double worst_of_block(const struct function *function, const real *x, const real *ours, const wide *exact,
                             real *at)
{
    double worst = 0.0;
    for (int i = 0; i < BLOCK; i++) {
        const double error = error_of(function, x[i], ours[i], exact[i]);
        if (error > worst) {
            worst = error;
            *at = x[i];
        }
    }
    return worst;
}

/* Whether a closer look at a block may find something worse: the same question for all results, quickly. */
static __attribute__((noinline)) bool may_be_worse(const real *restrict ours, const wide *restrict exact, wide worst)
{
    int64_t count = 0;
    for (int i = 0; i < BLOCK; i++) {
        const wide ours_i = (wide)ours[i], distance = ours_i < exact[i] ? exact[i] - ours_i : ours_i - exact[i];
        count += distance <= worst * unit_of(exact[i]) ? 0 : 1; /* NaN counts */
    }
    return count > 0;
}

/* Arguments that a function is not defined for become ones that it is. */
static void fill_for(const struct function *function, int64_t block, real *x)
{
    fill(block, x);
    for (int i = 0; function->of_negatives && i < BLOCK; i++)
        x[i] = x[i] > 0 ? -x[i] : x[i];
}

/* The worst so far of one function at one level. */
struct worst {
    double error;
    real at;
};

static void look_at_level(const struct function *function, int level, const real *x, const wide *exact,
                          struct worst *worst)
{
    static real ours[BLOCK];
    ours_at(level, function, x, ours);
    if (!may_be_worse(ours, exact, (wide)worst->error))
        return;
    real at = 0;
    const double here = worst_of_block(function, x, ours, exact, &at);
    if (here > worst->error)
        *worst = (struct worst){here, at};
}

static void test_bound(void **state)
{
    static real x[BLOCK];
    static wide exact[BLOCK];
    const struct function *function = *state;
    struct worst worst[LEVEL_COUNT] = {{0}};
    for (int64_t block = 0; block < block_count(); block++) {
        if (is_left_out(function, block))
            continue;
        fill_for(function, block, x);
        exact_of(function, block, x)(x, exact);
        for (int level = 0; level < LEVEL_COUNT; level++)
            if (runs(level))
                look_at_level(function, level, x, exact, &worst[level]);
    }
    for (int level = 0; level < LEVEL_COUNT; level++) {
        print_message("# %s, %s: at most %.4f ulp off, at %a\n", function->name, weir_level_name((enum level)level),
                      worst[level].error, (double)worst[level].at);
        assert_true(worst[level].error <= function->bound);
    }
}

static real flushed(real y) { return magnitude(y) < SMALLEST_NORMAL ? (real)copysign(0.0, (double)y) : y; }

static void compare_in_run(const struct function *function, int level, const real *x)
{
    static real outside[BLOCK], inside[BLOCK];
    struct environment environment;
    ours_at(level, function, x, outside);
    weir_environment_enter(&environment);
    ours_at(level, function, x, inside);
    weir_environment_leave(&environment);
    for (int i = 0; i < BLOCK; i++)
        if (!(magnitude(x[i]) < SMALLEST_NORMAL) && to_bits(inside[i]) != to_bits(flushed(outside[i])))
            fail_msg("%s(%a) is %a in a run, %a outside", function->name, (double)x[i], (double)inside[i],
                     (double)outside[i]);
}

/* A run flushes denormals (base/environment.h): that must show in no result that is not denormal itself, and in none
   but that of a denormal argument. */
static void test_run_environment(void **state)
{
    static real x[BLOCK];
    const struct function *function = *state;
    for (int64_t block = 0; block < block_count(); block++) {
        if (is_left_out_in_run(block))
            continue;
        fill_for(function, block, x);
        for (int level = 0; level < LEVEL_COUNT; level++)
            if (runs(level))
                compare_in_run(function, level, x);
    }
}

/* --- Limits ------------------------------------------------------------------------------------------------------- */

static real value_of(const struct function *function, int level, real x)
{
    static real arguments[BLOCK], results[BLOCK];
    arguments[0] = x;
    ours_at(level, function, arguments, results);
    return results[0];
}

static void test_limits(void **state)
{
    (void)state;
    const struct {
        int function;
        real x, expected;
    } limits[] = {
        {0, 0, 1},
        {0, (real)-0.0, 1},
        {0, -(real)INFINITY, 0},
        {0, -LARGEST, 0},
        {0, (real)1.001 * MATH_EXP_LOWEST, 0},
        {1, 0, (real)0.5},
        {1, (real)-0.0, (real)0.5},
        {1, (real)INFINITY, 1},
        {1, -(real)INFINITY, 0},
        {1, LARGEST, 1},
        {1, -LARGEST, 0},
        {1, SIGMOID_HIGHEST, 1},
        {2, 0, 0},
        {2, (real)-0.0, (real)-0.0},
        {2, (real)INFINITY, 1},
        {2, -(real)INFINITY, -1},
        {2, LARGEST, 1},
        {2, -LARGEST, -1},
        {2, MATH_TANH_HIGHEST, 1},
        {2, -MATH_TANH_HIGHEST, -1},
        {2, SMALLEST_NORMAL, SMALLEST_NORMAL},
        {2, -SMALLEST_NORMAL, -SMALLEST_NORMAL},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int level = 0; level < LEVEL_COUNT; level++) {
            const struct function *function = &functions[limits[i].function];
            const real ours = runs(level) ? value_of(function, level, limits[i].x) : limits[i].expected;
            if (to_bits(ours) != to_bits(limits[i].expected))
                fail_msg("%s(%a) is %a, not %a", function->name, (double)limits[i].x, (double)ours,
                         (double)limits[i].expected);
        }
}

static void test_nan(void **state)
{
    (void)state;
    const real nans[] = {(real)NAN, -(real)NAN, from_bits(to_bits((real)INFINITY) | 1),
                         from_bits(to_bits(-(real)INFINITY) | 5)};
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++)
        for (size_t i = 0; i < sizeof nans / sizeof *nans; i++)
            for (int level = 0; level < LEVEL_COUNT; level++)
                assert_true(!runs(level) || isnan(value_of(&functions[f], level, nans[i])));
}

/* Past the last argument whose result is not the limit, every result is. */
static void test_saturation(void **state)
{
    (void)state;
    const struct {
        int function;
        real from, limit;
    } ends[] = {
        {0, (real)1.0001 * MATH_EXP_LOWEST, 0},
        {1, -(real)1.0001 * MATH_EXP_OVERFLOWS, 0},
        {1, SIGMOID_HIGHEST, 1},
        {2, MATH_TANH_HIGHEST, 1},
        {2, -MATH_TANH_HIGHEST, -1},
    };
    static real x[BLOCK], ours[BLOCK];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct function *function = &functions[ends[i].function];
        for (int j = 0; j < BLOCK; j++) /* ever larger, up to infinity */
            x[j] = ends[i].from * (real)exp2((double)j / BLOCK * (REAL_BITS == 32 ? 130.0 : 1030.0));
        for (int level = 0; level < LEVEL_COUNT && runs(level); level++) {
            ours_at(level, function, x, ours);
            for (int j = 0; j < BLOCK; j++)
                if (ours[j] != ends[i].limit)
                    fail_msg("%s(%a) is %a, not its limit", function->name, (double)x[j], (double)ours[j]);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--every") == 0)
        every = strtoll(argv[2], NULL, 10);
    takes_all = every > 1 || (argc > 1 && strcmp(argv[1], "--all") == 0);
    const struct CMUnitTest tests[] = {
        {"exp is within its bound", test_bound, NULL, NULL, (void *)(uintptr_t)&functions[0]},
        {"sigmoid is within its bound", test_bound, NULL, NULL, (void *)(uintptr_t)&functions[1]},
        {"tanh is within its bound", test_bound, NULL, NULL, (void *)(uintptr_t)&functions[2]},
        {"exp is the same within a run", test_run_environment, NULL, NULL, (void *)(uintptr_t)&functions[0]},
        {"sigmoid is the same within a run", test_run_environment, NULL, NULL, (void *)(uintptr_t)&functions[1]},
        {"tanh is the same within a run", test_run_environment, NULL, NULL, (void *)(uintptr_t)&functions[2]},
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_nan),
        cmocka_unit_test(test_saturation),
    };
    return cmocka_run_group_tests_name("exponentials", tests, NULL, NULL);
}
