/*
 * mathematics/test_adjoint.c: <J d, w> = <d, J^T w> in f64, for nets too large for single differences.
 *
 * F goes from p = (parameters, x, initial state) to (y, final state), J is its Jacobian; d and w are random directions.
 * Backward with dy = w gives the right side. The left side is the derivative of f(e) = <F(p + e d), w> at 0, taken as
 * the central difference D(h) = (f(h) - f(-h)) / 2h. How far that may be off:
 *
 *     D(h) = f' + h^2 f'''/6 + O(h^4), so D(2h) - D(h) = h^2 f'''/2 + O(h^4): three times the truncation of D(h).
 *     Computed, f is off by at most N u sum |y_i w_i|, u = 2^-53, if each y_i has gone through N roundings that count:
 *     terms of a product (I + H), a step's gates (about 10), layers and steps that remember (here at most 20).
 *
 *     |D(h) - f'| <= |D(2h) - D(h)| + N u sum |y_i w_i| / h
 *
 * The bound must itself be small, or the test would say nothing: below 1e-7 of |d| |w|, the size of the inner products.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "mathematics/lab.h"
#include "support/case.h"

/* A point of F, or a direction: live numbers only, zeros elsewhere. */
struct point {
    double *parameters, *x, *state;
};

static double dot(const double *a, const double *b, int64_t count)
{
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++)
        sum += isnan(a[i]) || isnan(b[i]) ? 0.0 : a[i] * b[i];
    return sum;
}

static double *moved(struct lab_r *lab, const double *from, const double *direction, double by, int64_t count)
{
    double *to = lab_copy_r(lab, from, count);
    for (int64_t i = 0; i < count; i++)
        to[i] += by * direction[i];
    return to;
}

/* f(e) */
static double value_at(struct lab_r *lab, const struct point *direction, double e)
{
    const struct outcome_r out = lab_outcome_r(lab);
    const double *parameters = moved(lab, lab->parameters, direction->parameters, e, lab->parameter_count);
    assert_int_equal(weir_net_set_parameters_r(lab->net, parameters, lab->parameter_count, NULL), WEIR_OK);
    struct weir_forward_args_r args = lab_forward_args_r(lab, &out);
    args.x = moved(lab, lab->x, direction->x, e, lab->x_count);
    if (args.state_in)
        args.state_in = moved(lab, lab->state, direction->state, e, lab->state_count);
    lab_forward_r(lab->plan, &args);
    return dot(out.y, lab->dy, lab->y_count) + dot(out.state, lab->dstate, lab->state_count);
}

static double central(struct lab_r *lab, const struct point *direction, double h)
{
    return (value_at(lab, direction, h) - value_at(lab, direction, -h)) / (2.0 * h);
}

static double roundings(const struct setting *setting)
{
    double count = 20.0;
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        count += 10.0 + 2.0 * (double)setting->layers[k].units;
    return count + (double)setting->inputs;
}

static double sum_of_magnitudes(const double *a, const double *b, int64_t count)
{
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++)
        sum += isnan(a[i]) || isnan(b[i]) ? 0.0 : fabs(a[i] * b[i]);
    return sum;
}

static double norm(const double *a, int64_t count) { return sqrt(dot(a, a, count)); }

static void test_adjoint(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const bool starts_anew = lab.setting->starts_anew;
    const struct point d = {
        .parameters = lab_draw_r(&lab, 21, lab.parameter_count, 1.0),
        .x = lab_draw_r(&lab, 22, lab.x_count, 1.0),
        .state = lab_draw_r(&lab, 23, lab.state_count, starts_anew ? 0.0 : 1.0),
    };
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    const double ours = dot(out.gradient, d.parameters, lab.parameter_count) + dot(out.dx, d.x, lab.x_count) +
                        dot(out.dstate, d.state, lab.state_count);

    const double h = 0x1p-17, once = central(&lab, &d, h), twice = central(&lab, &d, 2.0 * h);
    const double magnitudes =
        sum_of_magnitudes(out.y, lab.dy, lab.y_count) + sum_of_magnitudes(out.state, lab.dstate, lab.state_count);
    const double bound = fabs(twice - once) + roundings(lab.setting) * 0x1p-53 * magnitudes / h;
    const double size = norm(d.parameters, lab.parameter_count) * norm(lab.dy, lab.y_count);
    print_message("# %s: <d, J^T w> = %.12g, off by %.2g, bound %.2g, |d| |w| = %.3g\n", lab.setting->name, ours,
                  fabs(ours - once), bound, size);
    assert_true(bound <= 1e-7 * fmax(1.0, size));
    if (!(fabs(ours - once) <= bound))
        fail_msg("<d, J^T w> is %.15g, <J d, w> %.15g, off by %.2g, bound %.2g", ours, once, fabs(ours - once), bound);
    lab_close_r(&lab);
}

static const struct property properties[] = {{"J^T is the adjoint of J", test_adjoint, NULL}};

int main(void)
{
    return run_table("adjoint", properties, sizeof properties / sizeof *properties, all_settings, all_settings_count);
}
