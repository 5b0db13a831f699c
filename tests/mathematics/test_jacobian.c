/*
 * mathematics/test_jacobian.c: the Jacobian J of the whole state over k steps, in f64, three ways: by tangents of unit
 * vectors, by adjoints of unit vectors, and by central differences of runs; and its largest singular value, from
 * products, against that of the matrix so formed.
 *
 * A column by tangents and a row by adjoints hold the same numbers, to the roundings of a lab. Central differences at
 * h = 2^-17 are off by h^2/6 times a third derivative, at most some hundreds over these few steps, and by the roundings
 * of a run over h: below 1e-7 both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "diagnose/link.h"
#include "mathematics/suffix.h"
#include "mathematics/svd.h"

/* --- Forming J ---------------------------------------------------------------------------------------------------- */

/* A lab that has gone forward, and a link of its tape's. */
struct chain {
    struct lab_r lab;
    weir_plan *single; /* for one row */
    struct link_r link;
};

static void chain_open(struct chain *chain, const struct setting *setting)
{
    struct lab_r *lab = &chain->lab;
    lab_open_r(lab, setting);
    const struct outcome_r out = lab_outcome_r(lab);
    const struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    lab_forward_r(lab->plan, &forward);
    chain->single =
        lab_plan_r(lab, (weir_plan_options){.steps = setting->steps, .mode = WEIR_TRAINING, .dropout_seed = 3});
    struct arena arena = {0};
    const struct plan_r *plan = (const struct plan_r *)lab->plan;
    const struct tape_r *tape = (const struct tape_r *)lab->plan->tape;
    link_place_r(&arena, &chain->link, plan, tape, 1);
    const size_t numbers = (size_t)arena.used / sizeof(real) + MEMORY_ALIGNMENT;
    const uintptr_t room = (uintptr_t)lab_room_r(lab, (int64_t)numbers);
    arena = (struct arena){.base = (char *)((room + MEMORY_ALIGNMENT - 1) / MEMORY_ALIGNMENT * MEMORY_ALIGNMENT)};
    link_place_r(&arena, &chain->link, plan, tape, 1);
    link_open_r(&chain->link);
}

/* Where the tape has a row of the lab's. */
static struct share sorted(const struct chain *chain, int64_t row)
{
    int64_t p = 0;
    while (chain->link.tape->shell.steps.order[p] != row)
        p++;
    return (struct share){p, p + 1};
}

/* v becomes J v, or J^T v, over the last steps of a row. */
static void multiply(struct chain *chain, int64_t row, int64_t steps, bool transposed, real *v)
{
    for (int64_t k = 0; k < steps; k++) {
        link_load_r(&chain->link, sorted(chain, row), transposed ? k : steps - 1 - k);
        if (transposed)
            link_adjoint_r(&chain->link, NULL, v);
        else
            link_tangent_r(&chain->link, v);
    }
}

/* J's columns one after the other; or its rows. */
static double *form(struct chain *chain, int64_t row, int64_t steps, bool transposed)
{
    const int64_t S = chain->lab.state_size;
    double *matrix = lab_room_r(&chain->lab, S * S);
    for (int64_t j = 0; j < S; j++) {
        matrix[j * S + j] = 1.0;
        multiply(chain, row, steps, transposed, matrix + j * S);
    }
    return matrix;
}

/* J's columns, by central differences. */
static double *form_by_differences(struct chain *chain, int64_t row, int64_t steps)
{
    struct lab_r *lab = &chain->lab;
    const int64_t S = lab->state_size;
    const double h = 0x1p-17;
    const struct suffix_r suffix = suffix_open_r(lab, chain->single, row, steps);
    double *matrix = lab_room_r(lab, S * S), *in = lab_room_r(lab, S), *up = lab_room_r(lab, S),
           *down = lab_room_r(lab, S);
    for (int64_t j = 0; j < S; j++) {
        for (int64_t i = 0; i < S; i++)
            in[i] = suffix.state[i] + (i == j ? h : 0.0);
        suffix_run_r(&suffix, in, up);
        in[j] = suffix.state[j] - h;
        suffix_run_r(&suffix, in, down);
        for (int64_t i = 0; i < S; i++)
            matrix[j * S + i] = (up[i] - down[i]) / (2.0 * h);
    }
    return matrix;
}

/* --- Properties --------------------------------------------------------------------------------------------------- */

typedef void looking(struct chain *chain, int64_t row, int64_t steps);

/* At each row that has steps, over one, two and all of them. */
static void for_each_jacobian(const struct setting *setting, looking *look)
{
    struct chain chain;
    chain_open(&chain, setting);
    for (int64_t b = 0; b < setting->rows; b++) {
        const int64_t length = chain.lab.lengths[b], steps[] = {1, 2, length};
        for (int k = 0; k < 3; k++)
            if (steps[k] <= length && (k == 0 || steps[k] > steps[k - 1]))
                look(&chain, b, steps[k]);
    }
    lab_close_r(&chain.lab);
}

static void look_at_matrices(struct chain *chain, int64_t row, int64_t steps)
{
    const int64_t S = chain->lab.state_size;
    const double *columns = form(chain, row, steps, false), *rows = form(chain, row, steps, true);
    const double *differences = form_by_differences(chain, row, steps);
    double largest = 0.0;
    for (int64_t i = 0; i < S * S; i++)
        largest = fabs(columns[i]) > largest ? fabs(columns[i]) : largest;
    assert_true(largest > 1e-6);
    for (int64_t i = 0; i < S; i++)
        for (int64_t j = 0; j < S; j++) {
            const double ours = columns[j * S + i];
            assert_true(fabs(ours - rows[i * S + j]) <= CLOSE * fmax(largest, 1.0));
            if (!(fabs(ours - differences[j * S + i]) <= 1e-7 * fmax(largest, 1.0)))
                fail_msg("row %lld, %lld steps, J[%lld][%lld] is %.12g, by differences %.12g", (long long)row,
                         (long long)steps, (long long)i, (long long)j, ours, differences[j * S + i]);
        }
}

static void test_matrices(void **state) { for_each_jacobian(*state, look_at_matrices); }

/* From products, to a tight tolerance, and to the default one. */
static void look_at_norm(struct chain *chain, int64_t row, int64_t steps)
{
    const double exact = svd_largest(chain->lab.state_size, form(chain, row, steps, false), NULL);
    for (int k = 0; k < 2; k++) {
        const weir_jacobian_args args = {.row = row, .steps = steps, .tolerance = k == 0 ? 1e-13 : 0.0};
        weir_singular_value found;
        assert_int_equal(weir_jacobian_norm(chain->lab.plan, &args, &found), WEIR_OK);
        const double off = fabs(found.value - exact), rounding = CLOSE * fmax(exact, 1.0);
        if (!found.converged || !(off <= found.residual + rounding) || !(off <= 1e-6 * exact + rounding))
            fail_msg("row %lld, %lld steps: %.15g +- %.3g in %lld products, not %.15g", (long long)row,
                     (long long)steps, found.value, found.residual, (long long)found.products, exact);
        assert_in_range(found.products, 1, chain->lab.state_size);
    }
}

static void test_norms(void **state) { for_each_jacobian(*state, look_at_norm); }

/* <J v, u> = <v, J^T u> */
static void look_at_adjoint(struct chain *chain, int64_t row, int64_t steps)
{
    struct lab_r *lab = &chain->lab;
    const int64_t S = lab->state_size;
    const double *v = lab_draw_r(lab, 31, S, 1.0), *u = lab_draw_r(lab, 32, S, 1.0);
    double *Jv = lab_copy_r(lab, v, S), *JTu = lab_copy_r(lab, u, S), left = 0.0, right = 0.0, sizes = 1.0;
    multiply(chain, row, steps, false, Jv);
    multiply(chain, row, steps, true, JTu);
    for (int64_t j = 0; j < S; j++) {
        left += Jv[j] * u[j];
        right += v[j] * JTu[j];
        sizes += fabs(Jv[j] * u[j]) + fabs(v[j] * JTu[j]);
    }
    if (!(fabs(left - right) <= CLOSE * sizes))
        fail_msg("row %lld, %lld steps: <J v, u> is %.15g, <v, J^T u> %.15g", (long long)row, (long long)steps, left,
                 right);
}

static void test_adjoints(void **state) { for_each_jacobian(*state, look_at_adjoint); }

/* Where it is not yet enough, that is said, and the value is below. */
static void look_at_few_products(struct chain *chain, int64_t row, int64_t steps)
{
    const double exact = svd_largest(chain->lab.state_size, form(chain, row, steps, false), NULL);
    const weir_jacobian_args args = {.row = row, .steps = steps, .tolerance = 1e-9, .products = 2};
    weir_singular_value found;
    assert_int_equal(weir_jacobian_norm(chain->lab.plan, &args, &found), WEIR_OK);
    assert_true(found.products <= 2 && found.value <= exact * (1.0 + 1e-12));
    assert_int_equal(found.converged, found.residual <= 1e-9 * found.value);
}

static void test_few_products(void **state) { for_each_jacobian(*state, look_at_few_products); }

static bool is_small(const struct setting *setting) { return setting_has_lags(setting) && setting->steps <= 10; }

static const struct property properties[] = {
    {"tangents, adjoints and differences form one Jacobian", test_matrices, is_small},
    {"the largest singular value is that of the formed Jacobian", test_norms, is_small},
    {"<J v, u> = <v, J^T u>", test_adjoints, setting_has_lags},
    {"too few products are said", test_few_products, is_small},
};

int main(void)
{
    return run_table("jacobian", properties, sizeof properties / sizeof *properties, all_settings, all_settings_count);
}
