/*
 * contract/plain_blas.c: cblas_?gemm and cblas_?gemv as plain loops, in one precision, as far as Weir asks for them.
 *
 * Declared here, not by a BLAS's header: headers differ in how they spell enumerations and const, not in what is
 * passed.
 */
#include <stdlib.h>

#include "base/real.h"
#include "contract/products.h"

#if REAL_BITS == 32
#define GEMM cblas_sgemm
#define GEMV cblas_sgemv
#else
#define GEMM cblas_dgemm
#define GEMV cblas_dgemv
#endif

void GEMM(int order, int transpose_a, int transpose_b, int m, int n, int k, real alpha, const real *a, int lda,
          const real *b, int ldb, real beta, real *c, int ldc);
void GEMV(int order, int transpose, int m, int n, real alpha, const real *a, int lda, const real *x, int incx,
          real beta, real *y, int incy);

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

/* A matrix to read, either way round. */
struct operand {
    const real *data;
    int64_t down, right;
};

static void need(bool condition)
{
    if (!condition)
        abort(); /* something that Weir did not use to ask for */
}

static struct operand operand_of(int transpose, const real *data, int stride)
{
    need(transpose == TRANSPOSE || transpose == NO_TRANSPOSE);
    return transpose == TRANSPOSE ? (struct operand){data, 1, stride} : (struct operand){data, stride, 1};
}

/* c = a b, or is added to it. As in a BLAS, what c holds is not looked at if it is overwritten. */
static void multiply(int64_t m, int64_t n, int64_t k, struct operand a, struct operand b, bool adds, real *c,
                     int64_t ldc)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) {
            real sum = 0;
            for (int64_t l = 0; l < k; l++)
                sum += a.data[i * a.down + l * a.right] * b.data[l * b.down + j * b.right];
            c[i * ldc + j] = adds ? c[i * ldc + j] + sum : sum;
        }
}

void GEMM(int order, int transpose_a, int transpose_b, int m, int n, int k, real alpha, const real *a, int lda,
          const real *b, int ldb, real beta, real *c, int ldc)
{
    const bool turns_a = transpose_a == TRANSPOSE, turns_b = transpose_b == TRANSPOSE;
    need(order == ROW_MAJOR && alpha == 1 && (beta == 0 || beta == 1) && !(turns_a && turns_b));
    need(m > 0 && n > 0 && k > 0 && lda >= (turns_a ? m : k) && ldb >= (turns_b ? k : n) && ldc >= n);
    products_note(turns_a ? WAY_WEIGHT : turns_b ? WAY_FORWARD : WAY_BACKWARD, false, m, n, k);
    multiply(m, n, k, operand_of(transpose_a, a, lda), operand_of(transpose_b, b, ldb), beta == 1, c, ldc);
}

/* y = a x or a^T x, seen as x^T a^T or x^T a: one row through a matrix. */
void GEMV(int order, int transpose, int m, int n, real alpha, const real *a, int lda, const real *x, int incx,
          real beta, real *y, int incy)
{
    const bool turns = transpose == TRANSPOSE;
    const int made = turns ? n : m, read = turns ? m : n;
    need(order == ROW_MAJOR && alpha == 1 && (beta == 0 || beta == 1));
    need(m > 0 && n > 0 && lda >= n && incx == 1 && incy == 1);
    products_note(turns ? WAY_BACKWARD : WAY_FORWARD, true, 1, made, read);
    multiply(1, made, read, (struct operand){x, 0, 1}, operand_of(turns ? NO_TRANSPOSE : TRANSPOSE, a, lda), beta == 1,
             y, made);
}
