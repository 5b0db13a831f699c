/*
 * mathematics/test_engines.c: the native and the blas engine agree at the sizes that nets have, on every level of
 * instructions that this CPU has.
 *
 * How far a number of either engine may be from the exact one is derived (docs/math.md, "Error of a pass"), so they may
 * be twice as far from each other. The bound comes from the witness (mathematics/witness.h), beside which the native
 * engine must be right as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "mathematics/lab.h"

/* One net of each cell: so many units, inputs, rows and steps. Weights are so small that the sum of a row of R is about
   1: a bound then grows with the steps, not with their powers. */
#define CELL(name, of, H, I, B, T)                                                                                     \
    {                                                                                                                  \
        name " of " #H " units, " #I " inputs, " #B " rows", {{.kind = of, .units = H}},                               \
            .inputs = I, .rows = B, .steps = T, .scale = 2.0 / (H + 3)                                                 \
    }
#define CELLS(H, I, B, T)                                                                                              \
    CELL("rnn", WEIR_RNN, H, I, B, T), CELL("rnn_relu", WEIR_RNN_RELU, H, I, B, T),                                    \
        CELL("lstm", WEIR_LSTM, H, I, B, T), CELL("gru", WEIR_GRU, H, I, B, T),                                        \
        CELL("gru_reset_before", WEIR_GRU_RESET_BEFORE, H, I, B, T)

/* One, primes and what is just past a panel, below and above the inputs; one row, few and a block of them. */
static const struct setting settings[] = {
    CELLS(1, 17, 1, 7),     CELLS(17, 1, 3, 6),   CELLS(37, 129, 16, 4),  CELLS(129, 37, 3, 4),
    CELLS(129, 350, 16, 2), CELLS(350, 17, 3, 3), CELLS(350, 1000, 1, 2), CELLS(1000, 17, 1, 2),
};

/* What an engine makes of a lab: y and states of inference, everything of training. */
struct made {
    struct outcome_r inference, training;
};

static struct made made_open(struct lab_r *lab)
{
    return (struct made){
        .inference = {.y = lab_room_r(lab, lab->y_count), .state = lab_room_r(lab, lab->state_count)},
        .training = lab_outcome_r(lab),
    };
}

static weir_plan *make_plan(const struct lab_r *lab, weir_engine engine, weir_mode mode)
{
    const weir_plan_options options = {
        .batch = lab->setting->rows, .steps = lab->setting->steps, .mode = mode, .engine = engine};
    weir_plan *plan = NULL;
    weir_error error;
    if (weir_plan_create(&plan, lab->net, &options, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    return plan;
}

static void make(const struct lab_r *lab, weir_engine engine, const struct made *made)
{
    weir_plan *inference = make_plan(lab, engine, WEIR_INFERENCE), *training = make_plan(lab, engine, WEIR_TRAINING);
    const struct weir_forward_args_r inferred = lab_forward_args_r(lab, &made->inference);
    const struct weir_forward_args_r forward = lab_forward_args_r(lab, &made->training);
    const struct weir_backward_args_r backward = lab_backward_args_r(lab, &made->training);
    lab_forward_r(inference, &inferred);
    lab_forward_r(training, &forward);
    lab_backward_r(training, &backward);
    weir_plan_destroy(&inference);
    weir_plan_destroy(&training);
}

/* Of all tensors: the largest share of twice its bound that a number takes; twice the bounds' sum over that of the
   numbers. */
struct tally {
    double share, bounds;
};

/* Bounds of more than half the numbers would not say much. */
static const double most_bounds = 0.5;

static void compare(struct tally *tally, const char *what, const real *native, const real *blas,
                    const struct bounded *witness, int64_t count)
{
    double bounds = 0.0, numbers = 0.0;
    for (int64_t i = 0; i < count; i++) {
        const double most = 2.0 * witness[i].error, apart = fabs((double)native[i] - (double)blas[i]);
        const double off = fabs((double)native[i] - witness[i].value);
        if (!(apart <= most && off <= WITNESS_BOUNDS * witness[i].error))
            fail_msg("%s[%lld] is %.17g, with a BLAS %.17g, witness %.17g, bound %.2g", what, (long long)i,
                     (double)native[i], (double)blas[i], witness[i].value, witness[i].error);
        tally->share = fmax(tally->share, most > 0.0 ? apart / most : 0.0);
        bounds += most;
        numbers += fabs(witness[i].value);
    }
    tally->bounds = fmax(tally->bounds, numbers > 0.0 ? bounds / numbers : 0.0);
}

static void compare_all(const struct lab_r *lab, const struct made *native, const struct made *blas,
                        const struct witness *witness, const char *level)
{
    const struct outcome_r *ours = &native->training, *theirs = &blas->training;
    struct tally tally = {0};
    compare(&tally, "y of inference", native->inference.y, blas->inference.y, witness->y, lab->y_count);
    compare(&tally, "state of inference", native->inference.state, blas->inference.state, witness->state,
            lab->state_count);
    compare(&tally, "y", ours->y, theirs->y, witness->y, lab->y_count);
    compare(&tally, "state", ours->state, theirs->state, witness->state, lab->state_count);
    compare(&tally, "gradient", ours->gradient, theirs->gradient, witness->gradient, lab->parameter_count);
    compare(&tally, "dx", ours->dx, theirs->dx, witness->dx, lab->x_count);
    compare(&tally, "dstate", ours->dstate, theirs->dstate, witness->dstate, lab->state_count);
    print_message("# %s: at most %.4f of twice a bound is used, which is on the average at most %.1e of a number\n",
                  level, tally.share, tally.bounds);
    assert_true(tally.bounds <= most_bounds);
}

static void test_agreement(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    struct witness witness = lab_witness_r(&lab);
    const struct made native = made_open(&lab), blas = made_open(&lab);
    for (uint32_t level = 1; level <= weir_cpu_levels(); level *= 2)
        if (weir_cpu_levels() & level) {
            assert_int_equal(weir_cpu_set_mask(level, NULL), WEIR_OK);
            make(&lab, WEIR_ENGINE_NATIVE, &native);
            make(&lab, WEIR_ENGINE_BLAS, &blas);
            compare_all(&lab, &native, &blas, &witness, weir_cpu_level_name((weir_cpu_level)level));
        }
    assert_int_equal(weir_cpu_set_mask(0, NULL), WEIR_OK);
    witness_free(&witness);
    lab_close_r(&lab);
}

int main(void)
{
    static const struct property properties[] = {
        {"native and blas are within twice the bound of each other", test_agreement, NULL},
    };
    return run_table("engines", properties, sizeof properties / sizeof *properties, settings,
                     sizeof settings / sizeof *settings);
}
