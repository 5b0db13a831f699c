/*
 * kernels/check_arrays.c: packing and sums of columns, bit for bit; exp, sigmoid and tanh of arrays of every length.
 */
#include "kernels/checks.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "kernels/fence.h"
#include "support/ulps.h"

static const struct kernels_r *kernels_of(void *const *state) { return kernels_at_r(*(const enum level *)*state); }

static int64_t padded(const struct kernels_r *kernels, int64_t columns)
{
    return (columns + kernels->lanes - 1) / kernels->lanes * kernels->lanes;
}

/* --- Packing ------------------------------------------------------------------------------------------------------ */

static const int64_t depths[] = {1, 2, 3, 7, 63, 64, 65, 130};
enum { DEPTHS = sizeof depths / sizeof *depths, MOST_PACKED = 130 * 240 };

/* A matrix whose numbers all differ: rows of `columns` numbers at a stride, up to the last number. */
static real *place_matrix(struct fence *fence, enum place place, int64_t rows, int64_t columns, int64_t stride)
{
    real *data = fence_place(fence, place, rows > 0 ? (rows - 1) * stride + columns : 0);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            fence_put(fence, i * stride + j, (real)(1 + i * columns + j));
    return data;
}

static void check_pack_rows(const struct kernels_r *kernels, int64_t depth, int64_t columns, int64_t gap,
                            enum place place, struct fence *in, struct fence *out)
{
    const int64_t width = padded(kernels, columns), stride = columns + gap;
    const real *from = place_matrix(in, place, depth, columns, stride);
    real *to = fence_place(out, place, depth * width);
    for (int64_t k = 0; k < depth; k++)
        for (int64_t j = 0; j < width; j++)
            fence_expect(out, k * width + j, j < columns ? fence_get(in, k * stride + j) : 0);
    kernels->pack_rows(depth, columns, from, stride, to, width);
    fence_check(out, "rows: %lld x %lld", (long long)depth, (long long)columns);
    fence_check(in, "rows: what was packed");
}

static void test_pack_rows(void **state)
{
    const struct kernels_r *kernels = kernels_of(state);
    struct fence in, out;
    fence_open(&in, MOST_PACKED);
    fence_open(&out, MOST_PACKED);
    for (int d = 0; d < DEPTHS; d++)
        for (int64_t columns = 1; columns <= 5 * kernels->lanes; columns++)
            for (int64_t gap = 0; gap < 6; gap += 1 + gap)
                for (int place = 0; place < 2; place++)
                    check_pack_rows(kernels, depths[d], columns, gap, (enum place)place, &in, &out);
    fence_close(&in);
    fence_close(&out);
}

/* To a row of `to_stride` numbers go the columns, zeros up to whole vectors, and nothing behind. */
static void check_pack_columns(const struct kernels_r *kernels, int64_t depth, int64_t columns, int64_t gap,
                               int64_t blocks, enum place place, struct fence *in, struct fence *out)
{
    const int64_t width = padded(kernels, columns), stride = depth + gap, to_stride = blocks * width;
    const real *from = place_matrix(in, place, columns, depth, stride);
    real *to = fence_place(out, place, (depth - 1) * to_stride + width);
    for (int64_t k = 0; k < depth; k++)
        for (int64_t j = 0; j < width; j++)
            fence_expect(out, k * to_stride + j, j < columns ? fence_get(in, j * stride + k) : 0);
    kernels->pack_columns(depth, columns, from, stride, to, to_stride);
    fence_check(out, "columns: %lld x %lld", (long long)depth, (long long)columns);
    fence_check(in, "columns: what was packed");
}

static void test_pack_columns(void **state)
{
    const struct kernels_r *kernels = kernels_of(state);
    struct fence in, out;
    fence_open(&in, MOST_PACKED);
    fence_open(&out, MOST_PACKED);
    for (int d = 0; d < DEPTHS; d++)
        for (int64_t columns = 1; columns <= 3 * kernels->lanes; columns++)
            for (int64_t blocks = 1; blocks <= 4; blocks++)
                for (int place = 0; place < 2; place++)
                    check_pack_columns(kernels, depths[d], columns, blocks % 3, blocks, (enum place)place, &in, &out);
    fence_close(&in);
    fence_close(&out);
}

/* --- Sums --------------------------------------------------------------------------------------------------------- */

static void check_sums(const struct kernels_r *kernels, int64_t rows, int64_t width, int64_t gap, enum place place,
                       struct fence *in, struct fence *out)
{
    struct generator generator = {weir_mix((uint64_t)(rows * 1000 + width))};
    const int64_t stride = width + gap;
    const real *from = place_matrix(in, place, rows, width, stride);
    real *sum = fence_place(out, place, width);
    for (int64_t j = 0; j < width; j++) {
        real total = draw(&generator, -1, 1);
        fence_put(out, j, total);
        for (int64_t i = 0; i < rows; i++) {
            fence_put(in, i * stride + j, draw(&generator, -1, 1));
            total += fence_get(in, i * stride + j);
        }
        fence_expect(out, j, total);
    }
    kernels->add_column_sums(rows, width, from, stride, sum);
    fence_check(out, "%lld rows of %lld: sums", (long long)rows, (long long)width);
    fence_check(in, "rows that were added up");
}

static void test_sums(void **state)
{
    static const int64_t rows[] = {0, 1, 2, 3, 5, 17, 100};
    const struct kernels_r *kernels = kernels_of(state);
    struct fence in, out;
    fence_open(&in, MOST_PACKED);
    fence_open(&out, MOST_PACKED);
    for (int r = 0; r < 7; r++)
        for (int64_t width = 1; width <= 9 * kernels->lanes; width++)
            for (int place = 0; place < 2; place++)
                check_sums(kernels, rows[r], width, width % 3, (enum place)place, &in, &out);
    fence_close(&in);
    fence_close(&out);
}

/* --- Functions ---------------------------------------------------------------------------------------------------- */

typedef void array_function(int64_t n, const real *x, real *y);

enum { ARGUMENTS = 256, MOST_LENGTH = 70, MOST_SHIFT = 16 };

static wide exact_exp(wide x) { return WIDE(exp)(x); }
static wide exact_sigmoid(wide x) { return x < 0 ? WIDE(exp)(x) / (1 + WIDE(exp)(x)) : 1 / (1 + WIDE(exp)(-x)); }
static wide exact_tanh(wide x) { return WIDE(tanh)(x); }

/* A function, its bound of kern/math.h in ulp, and from where its arguments are drawn. */
struct function {
    const char *name;
    wide (*exact)(wide x);
    double bound, lowest, highest;
};
static const struct function exponential = {"exp", exact_exp, EXP_ULPS, -90, 0};
static const struct function sigmoid = {"sigmoid", exact_sigmoid, SIGMOID_ULPS, -30, 30};
static const struct function hyperbolic_tangent = {"tanh", exact_tanh, TANH_ULPS, -15, 15};

static bool is_within_bound(const struct function *function, real x, real y)
{
    const real least = REAL_BITS == 32 ? (real)FLT_MIN : (real)DBL_MIN;
    const wide exact = function->exact((wide)x), size = WIDE(fabs)(exact);
    if (size < (wide)least)
        return y == 0 || WIDE(fabs)((wide)y - exact) <= (wide)least; /* flushed */
    int exponent;
    WIDE(frexp)(size, &exponent);
    const wide ulp = WIDE(ldexp)(1, exponent - (REAL_BITS == 32 ? FLT_MANT_DIG : DBL_MANT_DIG));
    return WIDE(fabs)((wide)y - exact) <= (wide)function->bound * ulp;
}

/* Arguments from everywhere, some of them ends; and what the kernel says to all of them in whole vectors. */
static void fill_values(const struct function *function, array_function *ours, real *x, real *y)
{
    const real ends[] = {0, (real)-0.0, -(real)INFINITY, (real)function->highest, (real)-1e-30, -88, -710};
    struct generator generator = {77};
    for (int i = 0; i < ARGUMENTS; i++)
        x[i] = i % 9 == 4 ? ends[i / 9 % 7] : draw(&generator, function->lowest, function->highest);
    ours(ARGUMENTS, x, y);
    for (int i = 0; i < ARGUMENTS; i++)
        if (!is_within_bound(function, x[i], y[i]))
            fail_msg("%s(%a) is %a", function->name, (double)x[i], (double)y[i]);
}

/* n arguments from the first on, so many numbers from the start or just before the end. */
static void check_length(const struct function *function, array_function *ours, const real *values, int64_t n,
                         int64_t shift, enum place place, struct fence *in, struct fence *out)
{
    const real *x = fence_place(in, place, n + (place == AT_START ? shift : 0));
    real *y = fence_place(out, place, n + (place == AT_START ? shift : 0));
    const int64_t first = place == AT_START ? shift : 0, from = (shift * 11 + n) % (ARGUMENTS - n);
    for (int64_t i = 0; i < n; i++) {
        fence_put(in, first + i, values[from + i]);
        fence_expect(out, first + i, values[ARGUMENTS + from + i]);
    }
    ours(n, x + first, y + first);
    fence_check(out, "%s of %lld numbers, shift %lld, place %d", function->name, (long long)n, (long long)shift,
                (int)place);
    fence_check(in, "%s: its arguments", function->name);
}

/* A number's function does not depend on where it stands. */
static void check_function(const struct function *function, array_function *ours)
{
    static real values[2 * ARGUMENTS];
    struct fence in, out;
    fill_values(function, ours, values, values + ARGUMENTS);
    fence_open(&in, MOST_LENGTH + MOST_SHIFT);
    fence_open(&out, MOST_LENGTH + MOST_SHIFT);
    for (int64_t n = 0; n <= MOST_LENGTH; n++)
        for (int64_t shift = 0; shift <= MOST_SHIFT; shift++)
            for (int place = 0; place < 2; place++)
                check_length(function, ours, values, n, shift, (enum place)place, &in, &out);
    fence_close(&in);
    fence_close(&out);
}

static void test_exp(void **state) { check_function(&exponential, kernels_of(state)->exp); }
static void test_sigmoid(void **state) { check_function(&sigmoid, kernels_of(state)->sigmoid); }
static void test_tanh(void **state) { check_function(&hyperbolic_tangent, kernels_of(state)->tanh); }

void add_array_checks(struct suite *suite, const enum level *level)
{
    const char *name = weir_level_name(*level);
    suite_add(suite, test_pack_rows, level, "%s: rows are packed as they are, with zeros up to whole vectors", name);
    suite_add(suite, test_pack_columns, level, "%s: columns are packed likewise", name);
    suite_add(suite, test_sums, level, "%s: columns are added up from top to bottom", name);
    suite_add(suite, test_exp, level, "%s: exp, of arrays of every length", name);
    suite_add(suite, test_sigmoid, level, "%s: sigmoid likewise", name);
    suite_add(suite, test_tanh, level, "%s: tanh likewise", name);
}
