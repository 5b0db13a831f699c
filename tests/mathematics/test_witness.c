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
#include "mathematics/witness.h"

#if REAL_BITS == 32
static const double unit_roundoff = 0x1p-24, slack = 1.0;
#else
static const double unit_roundoff = 0x1p-53, slack = 2.0;
#endif

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

static double *widen(struct lab_r *lab, const real *numbers, int64_t count)
{
    double *wide = (double *)(void *)lab_room_r(lab, (int64_t)(sizeof *wide / sizeof *numbers) * count);
    for (int64_t i = 0; i < count; i++)
        wide[i] = (double)numbers[i];
    return wide;
}

static struct witness ask(struct lab_r *lab)
{
    const struct setting *setting = lab->setting;
    const struct witness_case in = {
        .layers = setting->layers,
        .layer_count = setting_layer_count(setting),
        .inputs = setting->inputs,
        .rows = setting->rows,
        .steps = setting->steps,
        .lengths = lab->lengths,
        .parameters = widen(lab, lab->parameters, lab->parameter_count),
        .x = widen(lab, lab->x, lab->x_count),
        .state = setting->starts_anew ? NULL : widen(lab, lab->state, lab->state_count),
        .dy = widen(lab, lab->dy, lab->y_count),
        .dstate = widen(lab, lab->dstate, lab->state_count),
    };
    return witness_run(&in, unit_roundoff);
}

/* How a tensor compares: the worst share of its bound that a number takes, and the largest bound. */
static void check(const char *what, const real *ours, const struct bounded *witness, int64_t count)
{
    double share = 0.0, bound = 0.0, largest = 1.0;
    for (int64_t i = 0; i < count; i++) {
        const double distance = fabs((double)ours[i] - witness[i].value), most = slack * witness[i].error;
        if (!(distance <= most))
            fail_msg("%s[%lld] is %.17g, witness %.17g, bound %.2g", what, (long long)i, (double)ours[i],
                     witness[i].value, most);
        share = fmax(share, most > 0.0 ? distance / most : 0.0);
        bound = fmax(bound, most);
        largest = fmax(largest, fabs(witness[i].value));
    }
    print_message("# %s: bounds up to %.1e (largest number %.2g), of which at most %.3f is used\n", what, bound,
                  largest, share);
    assert_true(bound <= slack * most_units * unit_roundoff * largest);
}

static void test_bounds(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    struct witness witness = ask(&lab);
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
