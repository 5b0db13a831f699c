/*
 * mathematics/test_finite_differences.c: every derivative of small nets against a central difference, in f64.
 *
 * L = sum(dy y) + sum(d(final state) final state). With a step h a central difference is off by h^2/6 times the third
 * derivative of L, and by the roundoff of L over h. For h = 2^-17 that is 1e-11 times the one and 1e-16 |L|/h = 1e-11
 * |L| times the few roundings that matter: 1e-8 leaves a factor of hundreds for both, and a wrong formula is off by
 * percents.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "mathematics/lab.h"

static const double step = 0x1p-17;

static bool is_small(const struct setting *setting) { return setting->layers[0].units < 16; }

/* L of the lab's numbers as they are now. */
static double loss(const struct lab_r *lab, const struct outcome_r *out)
{
    const struct weir_forward_args_r args = lab_forward_args_r(lab, out);
    lab_forward_r(lab->plan, &args);
    double sum = 0.0;
    for (int64_t i = 0; i < lab->y_count; i++)
        sum += isnan(lab->dy[i]) ? 0.0 : lab->dy[i] * out->y[i];
    for (int64_t i = 0; i < lab->state_count; i++)
        sum += lab->dstate[i] * out->state[i];
    return sum;
}

static void set_parameters(const struct lab_r *lab)
{
    assert_int_equal(weir_net_set_parameters_r(lab->net, lab->parameters, lab->parameter_count, NULL), WEIR_OK);
}

/* L with a number, which is one of the lab's, set to another value. */
static double loss_with(const struct lab_r *lab, const struct outcome_r *out, double *number, double value)
{
    const double before = *number;
    *number = value;
    set_parameters(lab);
    const double sum = loss(lab, out);
    *number = before;
    return sum;
}

static double difference(const struct lab_r *lab, const struct outcome_r *out, double *number)
{
    const double at = *number;
    const double above = loss_with(lab, out, number, at + step), below = loss_with(lab, out, number, at - step);
    return (above - below) / (2.0 * step);
}

static void check(struct lab_r *lab, const char *what, double *numbers, const double *derivatives, int64_t count)
{
    const struct outcome_r scratch = lab_outcome_r(lab);
    for (int64_t i = 0; i < count; i++) {
        if (isnan(numbers[i])) /* past a row's end */
            continue;
        const double expected = difference(lab, &scratch, &numbers[i]);
        if (!(fabs(derivatives[i] - expected) <= 1e-8 * fmax(1.0, fabs(expected))))
            fail_msg("%s[%lld] is %.12g, the difference %.12g", what, (long long)i, derivatives[i], expected);
    }
}

static void test_differences(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    check(&lab, "gradient", lab.parameters, out.gradient, lab.parameter_count);
    check(&lab, "dx", lab.x, out.dx, lab.x_count);
    if (!lab.setting->starts_anew)
        check(&lab, "dstate", lab.state, out.dstate, lab.state_count);
    lab_close_r(&lab);
}

/* Where no state is given, dL/d(initial state) is that of the state that rows start from: here handed in. */
static bool is_small_and_starts_anew(const struct setting *setting)
{
    return is_small(setting) && setting->starts_anew;
}

static void test_started_states(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r anew = lab_run_r(&lab, lab.plan);
    struct setting given = *lab.setting;
    given.starts_anew = false;
    lab.setting = &given;
    assert_int_equal(weir_state_start_r(lab.net, given.rows, lab.state, NULL), WEIR_OK);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    assert_bits_r("dstate", out.dstate, anew.dstate, lab.state_count);
    check(&lab, "dstate", lab.state, anew.dstate, lab.state_count);
    lab_close_r(&lab);
}

static const struct property properties[] = {
    {"derivatives are limits of differences", test_differences, is_small},
    {"so is that of a state that was not given", test_started_states, is_small_and_starts_anew},
};

int main(void)
{
    return run_table("finite differences", properties, sizeof properties / sizeof *properties, all_settings,
                     all_settings_count);
}
