/*
 * test_products.c: the bare products that `overhead` compares with are those that a plan makes: the same CBLAS calls,
 * with the same shapes, strides and factors, in the same order.
 *
 * The CBLAS here only takes notes; the library calls it instead of the real one. (Its header is not included: an enum
 * of its is an int to the machine, and its names differ from BLAS to BLAS.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "work/products.h"
#include "work/workload.h"

enum { CALLS_MOST = 2048, CALL_SIZE = 96 };

struct notes {
    size_t count;
    char calls[CALLS_MOST][CALL_SIZE];
};

static struct notes notes;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (notes.count < CALLS_MOST)
        vsnprintf(notes.calls[notes.count], CALL_SIZE, format, arguments);
    va_end(arguments);
    notes.count++;
}

/* Orders, transpositions, sizes and strides of a product as CBLAS takes them. */
struct gemm {
    int order, transpose_a, transpose_b, m, n, k, a_stride, b_stride, c_stride;
};

static void note_gemm(char type, struct gemm gemm, double alpha, double beta)
{
    note("%cgemm %d %d %d, %d x %d x %d, strides %d %d %d, factors %g %g", type, gemm.order, gemm.transpose_a,
         gemm.transpose_b, gemm.m, gemm.n, gemm.k, gemm.a_stride, gemm.b_stride, gemm.c_stride, alpha, beta);
}

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
                 int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);
void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a,
                 int a_stride, const double *b, int b_stride, double beta, double *c, int c_stride);
void cblas_sgemv(int order, int transpose, int m, int n, float alpha, const float *a, int a_stride, const float *x,
                 int x_stride, float beta, float *y, int y_stride);
void cblas_dgemv(int order, int transpose, int m, int n, double alpha, const double *a, int a_stride, const double *x,
                 int x_stride, double beta, double *y, int y_stride);

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a,
                 int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride)
{
    (void)a, (void)b, (void)c;
    const struct gemm gemm = {order, transpose_a, transpose_b, m, n, k, a_stride, b_stride, c_stride};
    note_gemm('s', gemm, (double)alpha, (double)beta);
}

void cblas_dgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, double alpha, const double *a,
                 int a_stride, const double *b, int b_stride, double beta, double *c, int c_stride)
{
    (void)a, (void)b, (void)c;
    const struct gemm gemm = {order, transpose_a, transpose_b, m, n, k, a_stride, b_stride, c_stride};
    note_gemm('d', gemm, alpha, beta);
}

void cblas_sgemv(int order, int transpose, int m, int n, float alpha, const float *a, int a_stride, const float *x,
                 int x_stride, float beta, float *y, int y_stride)
{
    (void)a, (void)x, (void)y;
    note("sgemv %d %d, %d x %d, strides %d %d %d, factors %g %g", order, transpose, m, n, a_stride, x_stride, y_stride,
         (double)alpha, (double)beta);
}

void cblas_dgemv(int order, int transpose, int m, int n, double alpha, const double *a, int a_stride, const double *x,
                 int x_stride, double beta, double *y, int y_stride)
{
    (void)a, (void)x, (void)y;
    note("dgemv %d %d, %d x %d, strides %d %d %d, factors %g %g", order, transpose, m, n, a_stride, x_stride, y_stride,
         alpha, beta);
}

static void expect_same_calls(const struct notes *plan, const struct point *point)
{
    assert_in_range(plan->count, 1, CALLS_MOST);
    assert_int_equal(notes.count, plan->count);
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->calls[i], notes.calls[i]) != 0)
            fail_msg("%s, %s, call %zu: the plan makes %s, the harness %s", point->stack.cell->name,
                     point_mode_name(point), i, plan->calls[i], notes.calls[i]);
}

static void compare(const struct point *point)
{
    struct why why;
    struct workload *workload = workload_open(point, &why);
    assert_non_null(workload);
    notes.count = 0;
    workload_run(workload);
    struct notes *plan = buffer_allocate(1, sizeof *plan);
    *plan = notes;

    struct products *products = products_open(point, workload_described(workload, "tile_steps", -1));
    assert_non_null(products);
    notes.count = 0;
    products_run(products);
    expect_same_calls(plan, point);
    assert_int_equal(products_count(products), notes.count);
    products_close(&products);
    workload_close(&workload);
    free(plan);
}

/* Every cell in both modes. */
static void compare_all(struct point point)
{
    static const weir_mode modes[] = {WEIR_INFERENCE, WEIR_TRAINING};
    for (size_t cell = 0; cell_names[cell] != NULL; cell++)
        for (size_t mode = 0; mode < 2; mode++) {
            point.stack.cell = &cells[cell];
            point.mode = modes[mode];
            compare(&point);
        }
}

static void one_row(void **state)
{
    (void)state;
    compare_all((struct point){.engine = WEIR_ENGINE_BLAS,
                               .stack = {.inputs = 8, .hidden = 24, .layers = 1},
                               .steps = 20,
                               .batch = 1,
                               .precision = WEIR_F32});
}

static void a_batch(void **state)
{
    (void)state;
    compare_all((struct point){.engine = WEIR_ENGINE_BLAS,
                               .stack = {.inputs = 24, .hidden = 24, .layers = 1},
                               .steps = 20,
                               .batch = 16,
                               .precision = WEIR_F64});
}

static void several_layers(void **state)
{
    (void)state;
    compare_all((struct point){.engine = WEIR_ENGINE_BLAS,
                               .stack = {.inputs = 8, .hidden = 24, .layers = 3},
                               .steps = 20,
                               .batch = 3,
                               .precision = WEIR_F32});
}

static void several_tiles(void **state)
{
    (void)state;
    compare_all((struct point){.engine = WEIR_ENGINE_BLAS,
                               .stack = {.inputs = 100, .hidden = 300, .layers = 2},
                               .steps = 75,
                               .batch = 16,
                               .precision = WEIR_F64});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_row),
        cmocka_unit_test(a_batch),
        cmocka_unit_test(several_layers),
        cmocka_unit_test(several_tiles),
    };
    return cmocka_run_group_tests_name("products", tests, NULL, NULL);
}
