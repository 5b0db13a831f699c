/*
 * machine/product.c: how fast the BLAS multiplies large square matrices, the best that a plan on it can come near to.
 */
#include "machine/peak.h"

#include <math.h>
#include <stdlib.h>

#include CBLAS_HEADER

#include "base/buffer.h"
#include "base/clock.h"
#include "base/random.h"

enum { REPEATS = 3 };

static double seconds_f32(int n, const float *a, const float *b, float *c)
{
    const double start = clock_seconds();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    return clock_seconds() - start;
}

static double seconds_f64(int n, const double *a, const double *b, double *c)
{
    const double start = clock_seconds();
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    return clock_seconds() - start;
}

static double best_seconds_f32(int n)
{
    const size_t count = (size_t)n * (size_t)n;
    float *a = buffer_allocate(count, sizeof *a), *b = buffer_allocate(count, sizeof *b);
    float *c = buffer_allocate(count, sizeof *c);
    struct generator generator = {.state = 1};
    for (size_t i = 0; i < count; i++) {
        a[i] = (float)random_signed(&generator);
        b[i] = (float)random_signed(&generator);
    }
    double best = HUGE_VAL;
    for (int k = 0; k < REPEATS; k++)
        best = fmin(best, seconds_f32(n, a, b, c));
    free(a);
    free(b);
    free(c);
    return best;
}

static double best_seconds_f64(int n)
{
    const size_t count = (size_t)n * (size_t)n;
    double *a = buffer_allocate(count, sizeof *a), *b = buffer_allocate(count, sizeof *b);
    double *c = buffer_allocate(count, sizeof *c);
    struct generator generator = {.state = 1};
    for (size_t i = 0; i < count; i++) {
        a[i] = random_signed(&generator);
        b[i] = random_signed(&generator);
    }
    double best = HUGE_VAL;
    for (int k = 0; k < REPEATS; k++)
        best = fmin(best, seconds_f64(n, a, b, c));
    free(a);
    free(b);
    free(c);
    return best;
}

struct product_rate product_rate_measure(int bits)
{
    static const int sizes[] = {256, 512, 1024};
    struct product_rate best = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const int n = sizes[i];
        const double flops = 2.0 * n * n * n / (bits == 32 ? best_seconds_f32(n) : best_seconds_f64(n));
        if (flops > best.flops)
            best = (struct product_rate){.flops = flops, .size = n};
    }
    return best;
}
