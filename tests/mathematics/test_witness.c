/*
 * mathematics/test_witness.c: every number of larger nets within a derived bound of the witness'
 * (mathematics/witness.h).
 *
 * The bound is that of the precision under test. In f64 it is doubled, since the witness computes in double as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "mathematics/lab.h"

/* Bounds beyond this many units of roundoff of the largest number would not say much. */
static const double most_units = 20000.0;

/* Weights so small that the sum of a row of R is about 1: a bound then grows with the steps, not with their powers. */
#define LENGTHS(...) ((const int64_t[]){__VA_ARGS__})
#define LARGER .inputs = 10, .rows = 4, .steps = 40, .lengths = LENGTHS(40, 7, 0, 33), .scale = 0.1

static const struct setting settings[] = {
    {"rnn", {{.kind = WEIR_RNN, .units = 20}}, LARGER},
    {"rnn_relu, learned state",
     {{.kind = WEIR_RNN_RELU, .units = 20, .learned_state = 1}},
     LARGER,
     .starts_anew = true},
    {"lstm", {{.kind = WEIR_LSTM, .units = 20}}, LARGER},
    {"gru", {{.kind = WEIR_GRU, .units = 20}}, LARGER},
    {"gru_reset_before", {{.kind = WEIR_GRU_RESET_BEFORE, .units = 20}}, LARGER},
    {"lstm, one row, long", {{.kind = WEIR_LSTM, .units = 8}}, .inputs = 3, .rows = 1, .steps = 400},
    {"both ways and more",
     {{.kind = WEIR_LSTM, .units = 16, .direction = WEIR_BOTH, .learned_state = 1},
      {.kind = WEIR_GRU, .units = 12, .direction = WEIR_REVERSE, .bias = WEIR_BIAS_ONE},
      {.kind = WEIR_LINEAR, .units = 8},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 10, .bias = WEIR_BIAS_NONE, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 5}},
     .inputs = 6,
     .rows = 5,
     .steps = 12,
     .lengths = LENGTHS(3, 12, 0, 12, 7),
     .starts_anew = true,
     .scale = 0.2},
};

/* How a tensor compares: the worst share of its bound that a number takes, and the largest bound. */
static void check(const char *what, const real *ours, const struct bounded *witness, int64_t count)
{
    double share = 0.0, bound = 0.0, largest = 1.0;
    for (int64_t i = 0; i < count; i++) {
        const double distance = fabs((double)ours[i] - witness[i].value), most = WITNESS_BOUNDS * witness[i].error;
        if (!(distance <= most))
            fail_msg("%s[%lld] is %.17g, witness %.17g, bound %.2g", what, (long long)i, (double)ours[i],
                     witness[i].value, most);
        share = fmax(share, most > 0.0 ? distance / most : 0.0);
        bound = fmax(bound, most);
        largest = fmax(largest, fabs(witness[i].value));
    }
    print_message("# %s: bounds up to %.1e (largest number %.2g), of which at most %.3f is used\n", what, bound,
                  largest, share);
    assert_true(bound <= WITNESS_BOUNDS * most_units * UNIT_ROUNDOFF * largest);
}

static void test_bounds(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    struct witness witness = lab_witness_r(&lab);
    check("y", out.y, witness.y, lab.y_count);
    check("state", out.state, witness.state, lab.state_count);
    check("gradient", out.gradient, witness.gradient, lab.parameter_count);
    check("dx", out.dx, witness.dx, lab.x_count);
    check("dstate", out.dstate, witness.dstate, lab.state_count);
    witness_free(&witness);
    lab_close_r(&lab);
}

static const struct property properties[] = {{"every number is within its bound of the witness'", test_bounds, NULL}};

int main(void)
{
    return run_table("witness", properties, sizeof properties / sizeof *properties, settings,
                     sizeof settings / sizeof *settings);
}
