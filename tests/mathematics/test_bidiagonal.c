/*
 * mathematics/test_bidiagonal.c: the largest singular value of a small bidiagonal matrix, and the last component of its
 * left singular vector, on which the bound of the diagnosed Jacobian rests: against Jacobi's, for matrices that are
 * dense in numbers, that nearly fall apart, and of numbers whose squares underflow.
 *
 * A vector is known to the roundings over the gap to the next singular value; matrices whose gap is small beside the
 * largest are drawn so seldom that none is here (the seed is fixed).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>

#include "base/random.h"
#include "diagnose/diagnose.h"
#include "mathematics/svd.h"

enum { MOST = 12, TRIALS = 400, MOST_NUMBERS = 2 * MOST - 1 };

/* A share of them small. */
static void draw_numbers(struct generator *generator, int64_t k, double small_share, double *numbers)
{
    for (int64_t i = 0; i < 2 * k - 1; i++)
        numbers[i] = weir_uniform(generator) * (weir_uniform(generator) < small_share ? 1e-9 : 1.0);
}

/* Columns of the matrix. */
static void fill(int64_t k, const double *numbers, double *columns)
{
    for (int64_t i = 0; i < k * k; i++)
        columns[i] = 0.0;
    for (int64_t j = 0; j < k; j++) {
        columns[j * k + j] = numbers[2 * j];
        if (j > 0)
            columns[j * k + j - 1] = numbers[2 * j - 1];
    }
}

static void check(int64_t k, const double *drawn, double scale)
{
    double numbers[MOST_NUMBERS], work[3 * MOST_NUMBERS + 2], columns[MOST * MOST], left[MOST], last;
    for (int64_t i = 0; i < 2 * k - 1; i++)
        numbers[i] = drawn[i] * scale;
    fill(k, drawn, columns);
    const double expected = svd_largest(k, columns, left) * scale;
    const double ours = weir_bidiagonal_largest(2 * k - 1, numbers, work, &last);
    if (!(fabs(ours - expected) <= 1e-14 * expected))
        fail_msg("size %lld: %.17g, not %.17g", (long long)k, ours, expected);
    if (!(fabs(last - fabs(left[k - 1])) <= 1e-9))
        fail_msg("size %lld: last component %.12g, not %.12g", (long long)k, last, fabs(left[k - 1]));
}

static void test_random(void **state)
{
    (void)state;
    struct generator generator = {5};
    double numbers[MOST_NUMBERS];
    for (int trial = 0; trial < TRIALS; trial++) {
        const int64_t k = 1 + trial % MOST;
        draw_numbers(&generator, k, trial % 2 ? 0.3 : 0.0, numbers);
        check(k, numbers, trial % 3 == 0 ? 1e-200 : 1.0);
    }
}

/* A decaying diagonal: the last component is e^-30 or so, and right to many digits. */
static void test_small_component(void **state)
{
    (void)state;
    const double numbers[] = {1.0, 1e-3, 0.5, 1e-3, 0.25};
    double work[3 * 5 + 2], last;
    const double s = weir_bidiagonal_largest(5, numbers, work, &last);
    /* p from B^T p = s q, B q = s p, row by row upwards from the last, by hand. */
    const double q3 = 1.0, p3 = 0.25 * q3 / s, p2 = (s * q3 - 0.25 * p3) / 1e-3, q2 = (s * p2 - 1e-3 * q3) / 0.5;
    const double p1 = (s * q2 - 0.5 * p2) / 1e-3, norm = sqrt(p1 * p1 + p2 * p2 + p3 * p3);
    assert_true(last > 0.0 && last < 1e-5);
    assert_true(fabs(last - p3 / norm) <= 1e-10 * last);
}

static void test_zero(void **state)
{
    (void)state;
    const double numbers[] = {0.0, 0.0, 0.0}, one[] = {0.0, 3.0, 0.0};
    double work[11], last = 1.0;
    assert_true(weir_bidiagonal_largest(3, numbers, work, &last) == 0.0 && last == 0.0);
    assert_true(fabs(weir_bidiagonal_largest(3, one, work, &last) - 3.0) <= 1e-15 && last <= 1e-40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_small_component),
        cmocka_unit_test(test_zero),
    };
    return cmocka_run_group_tests_name("bidiagonal", tests, NULL, NULL);
}
