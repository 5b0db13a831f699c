/*
 * blas/blas.c: the CBLAS seam.
 */
#include "blas/blas.h"

#include CBLAS_HEADER

#if REAL_BITS == 32
#define GEMM cblas_sgemm
#define GEMV cblas_sgemv
#else
#define GEMM cblas_dgemm
#define GEMV cblas_dgemv
#endif

static real beta_of(enum product_write write) { return write == PRODUCT_ADD ? (real)1 : (real)0; }

void times_transposed_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
                        struct target_r c)
{
    if (m == 1)
        GEMV(CblasRowMajor, CblasNoTrans, (int)n, (int)k, 1, b.data, (int)b.stride, a.data, 1, beta_of(write), c.data,
             1);
    else
        GEMM(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)k, 1, a.data, (int)a.stride, b.data,
             (int)b.stride, beta_of(write), c.data, (int)c.stride);
}

void times_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
             struct target_r c)
{
    if (m == 1)
        GEMV(CblasRowMajor, CblasTrans, (int)k, (int)n, 1, b.data, (int)b.stride, a.data, 1, beta_of(write), c.data, 1);
    else
        GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a.data, (int)a.stride, b.data,
             (int)b.stride, beta_of(write), c.data, (int)c.stride);
}

void transposed_times_r(int64_t m, int64_t n, int64_t k, struct matrix_r a, struct matrix_r b, enum product_write write,
                        struct target_r c)
{
    GEMM(CblasRowMajor, CblasTrans, CblasNoTrans, (int)m, (int)n, (int)k, 1, a.data, (int)a.stride, b.data,
         (int)b.stride, beta_of(write), c.data, (int)c.stride);
}
