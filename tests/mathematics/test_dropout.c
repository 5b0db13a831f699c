/*
 * mathematics/test_dropout.c: how much is dropped, and on what alone that depends.
 *
 * Linear layers with the identity as their weights show the mask itself: for x = 1 every output is 0 or 1/(1-p).
 * Statements about chance hold to five standard deviations of a fixed draw, so they pass or fail for good.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"

enum { UNITS = 32, ROWS = 12, STEPS = 40, COUNT = STEPS * ROWS * UNITS };

/* Which mask: all that it may depend on. */
struct which {
    double p;
    uint64_t seed, draw;
    int layer; /* the one of two that drops */
    int64_t first_sequence, first_step;
};

static const struct which usual = {.p = 0.4, .seed = 5, .draw = 9, .first_sequence = 100, .first_step = 1000};

static void must(weir_status status) { assert_int_equal(status, WEIR_OK); }

/* Three layers that copy what they read, so that two of them can drop. */
static weir_net *make_copier(double p, int layer)
{
    weir_layer layers[3];
    weir_net *net = NULL;
    for (int k = 0; k < 3; k++)
        layers[k] =
            (weir_layer){.kind = WEIR_LINEAR, .units = UNITS, .bias = WEIR_BIAS_NONE, .dropout = k == layer ? p : 0.0};
    must(weir_net_create(&net, REAL_PRECISION, UNITS, layers, 3, NULL));
    static real identity[3 * UNITS * UNITS];
    memset(identity, 0, sizeof identity);
    for (int i = 0; i < 3 * UNITS; i++)
        identity[i * UNITS + i % UNITS] = 1;
    must(weir_net_set_parameters_r(net, identity, 3 * UNITS * UNITS, NULL));
    return net;
}

static weir_plan *make_plan(weir_net *net, weir_plan_options options)
{
    weir_plan *plan = NULL;
    must(weir_plan_create(&plan, net, &options, NULL));
    return plan;
}

static weir_plan_options training(uint64_t seed)
{
    return (weir_plan_options){.batch = ROWS, .steps = STEPS, .mode = WEIR_TRAINING, .dropout_seed = seed};
}

static const real *ones(void)
{
    static real numbers[COUNT];
    for (int i = 0; i < COUNT; i++)
        numbers[i] = 1;
    return numbers;
}

/* y [STEPS][ROWS][UNITS] for x = 1. */
static void run(weir_plan *plan, const struct which *which, real *y)
{
    int64_t sequences[ROWS];
    for (int64_t b = 0; b < ROWS; b++)
        sequences[b] = which->first_sequence + b;
    const struct weir_forward_args_r args = {.rows = ROWS,
                                             .steps = STEPS,
                                             .x = ones(),
                                             .y = y,
                                             .draw = which->draw,
                                             .first_step = which->first_step,
                                             .sequences = sequences};
    must(weir_forward_full_r(plan, &args));
}

static void get_mask(const struct which *which, real *y)
{
    weir_net *net = make_copier(which->p, which->layer);
    weir_plan *plan = make_plan(net, training(which->seed));
    run(plan, which, y);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* --- How much ----------------------------------------------------------------------------------------------------- */

/* `count` events of probability p among n trials: within five standard deviations. */
static void assert_share(int64_t count, int64_t n, double p)
{
    const double expected = (double)n * p, deviation = sqrt((double)n * p * (1.0 - p));
    if (!(fabs((double)count - expected) <= 5.0 * deviation))
        fail_msg("%lld of %lld, expected %.1f +- %.1f", (long long)count, (long long)n, expected, deviation);
}

static void test_share_and_scale(void **state)
{
    (void)state;
    static real y[COUNT];
    for (double p = 0.05; p < 1.0; p += 0.15) {
        struct which which = usual;
        which.p = p;
        get_mask(&which, y);
        int64_t dropped = 0;
        for (int i = 0; i < COUNT; i++) {
            dropped += y[i] == 0;
            assert_true(y[i] == 0 || y[i] == (real)(1.0 / (1.0 - p)));
        }
        assert_share(dropped, COUNT, p);
    }
}

/* A neighbour `distance` numbers on is dropped as often, whatever happens here: along units, rows, steps. */
static void test_neighbours_are_independent(void **state)
{
    (void)state;
    static real y[COUNT];
    get_mask(&usual, y);
    const int distances[] = {1, 2, UNITS, UNITS + 1, ROWS * UNITS, ROWS * UNITS + UNITS};
    for (size_t d = 0; d < sizeof distances / sizeof *distances; d++) {
        int64_t both = 0;
        for (int i = 0; i + distances[d] < COUNT; i++)
            both += y[i] == 0 && y[i + distances[d]] == 0;
        assert_share(both, COUNT - distances[d], usual.p * usual.p);
    }
}

/* --- On what it depends ------------------------------------------------------------------------------------------- */

static int64_t differences(const real *a, const real *b)
{
    int64_t count = 0;
    for (int i = 0; i < COUNT; i++)
        count += a[i] != b[i];
    return count;
}

struct variant {
    const char *name;
    struct which which;
};

static void assert_unrelated(const struct variant *one, const struct variant *other)
{
    static real a[COUNT], b[COUNT];
    get_mask(&one->which, a);
    get_mask(&other->which, b);
    print_message("# %s against %s\n", one->name, other->name);
    assert_share(differences(a, b), COUNT, 2.0 * usual.p * (1.0 - usual.p));
}

/* Each against the usual mask, and one more in one number against one more in another. */
static void test_each_number_matters(void **state)
{
    (void)state;
    enum { VARIANTS = 6 };
    struct variant variants[VARIANTS] = {{"usual", usual}, {"seed", usual},     {"draw", usual},
                                         {"layer", usual}, {"sequence", usual}, {"step", usual}};
    variants[1].which.seed++;
    variants[2].which.draw++;
    variants[3].which.layer++;
    variants[4].which.first_sequence += ROWS;
    variants[5].which.first_step += STEPS;
    for (int i = 0; i < VARIANTS; i++)
        for (int j = 0; j < i; j++)
            assert_unrelated(&variants[i], &variants[j]);
}

static void test_same_numbers_same_mask(void **state)
{
    (void)state;
    static real a[COUNT], b[COUNT];
    get_mask(&usual, a);
    get_mask(&usual, b);
    assert_int_equal(differences(a, b), 0);
}

/* Rows in the reverse order, at other steps of a call, in a larger plan, beside other rows: by sequence and step alone.
 */
static void test_nothing_else_matters(void **state)
{
    (void)state;
    static real whole[COUNT], part[COUNT];
    enum { FIRST = 7, SOME_STEPS = 11, SOME_ROWS = 5 };
    get_mask(&usual, whole);
    weir_net *net = make_copier(usual.p, usual.layer);
    weir_plan_options options = training(usual.seed);
    options.batch = 3 * ROWS;
    weir_plan *plan = make_plan(net, options);
    int64_t sequences[SOME_ROWS], lengths[SOME_ROWS];
    for (int64_t b = 0; b < SOME_ROWS; b++) {
        sequences[b] = usual.first_sequence + ROWS - 1 - b;
        lengths[b] = SOME_STEPS - 2 * (b % 3);
    }
    const struct weir_forward_args_r args = {.rows = SOME_ROWS,
                                             .steps = SOME_STEPS,
                                             .lengths = lengths,
                                             .x = ones(),
                                             .y = part,
                                             .draw = usual.draw,
                                             .first_step = usual.first_step + FIRST,
                                             .sequences = sequences};
    must(weir_forward_full_r(plan, &args));
    for (int t = 0; t < SOME_STEPS; t++)
        for (int b = 0; b < SOME_ROWS; b++)
            for (int j = 0; t < lengths[b] && j < UNITS; j++)
                assert_true(part[(t * SOME_ROWS + b) * UNITS + j] ==
                            whole[((t + FIRST) * ROWS + ROWS - 1 - b) * UNITS + j]);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

static void test_rows_are_sequences_by_default(void **state)
{
    (void)state;
    static real numbered[COUNT], plain[COUNT];
    struct which which = usual;
    which.first_sequence = which.first_step = 0;
    get_mask(&which, numbered);
    weir_net *net = make_copier(usual.p, usual.layer);
    weir_plan *plan = make_plan(net, training(usual.seed));
    const struct weir_forward_args_r args = {.rows = ROWS, .steps = STEPS, .x = ones(), .y = plain, .draw = usual.draw};
    must(weir_forward_full_r(plan, &args));
    assert_int_equal(differences(numbered, plain), 0);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* --- When --------------------------------------------------------------------------------------------------------- */

/* For x = 1, dy = 1 and weights that copy, dx is the mask that went up. */
static void test_backward_drops_the_same(void **state)
{
    (void)state;
    static real y[COUNT], dx[COUNT];
    weir_net *net = make_copier(usual.p, usual.layer);
    weir_plan *plan = make_plan(net, training(usual.seed));
    run(plan, &usual, y);
    must(weir_backward_r(plan, NULL, ones(), NULL, dx));
    assert_int_equal(differences(y, dx), 0);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

static void test_off(void **state)
{
    (void)state;
    static real y[COUNT];
    weir_net *net = make_copier(usual.p, usual.layer);
    weir_plan_options off = training(usual.seed), inference = training(usual.seed);
    off.dropout_off = 1;
    inference.mode = WEIR_INFERENCE;
    const weir_plan_options *options[] = {&off, &inference};
    for (int i = 0; i < 2; i++) {
        weir_plan *plan = make_plan(net, *options[i]);
        run(plan, &usual, y);
        assert_int_equal(differences(y, ones()), 0);
        weir_plan_destroy(&plan);
    }
    weir_net_destroy(&net);
}

/* A reverse layer's and a recurrent layer's outputs are dropped as a linear one's: the mask does not ask for the kind.
   The layer below is recurrent; the copier above shows what reached it. */
static void test_recurrent_layers_drop_the_same(void **state)
{
    const weir_direction direction = *(const weir_direction *)*state;
    static real mask[COUNT], y[COUNT], kept[UNITS * UNITS];
    get_mask(&usual, mask);
    const weir_layer layers[] = {{.kind = WEIR_GRU, .units = UNITS, .direction = direction, .dropout = usual.p},
                                 {.kind = WEIR_LINEAR, .units = UNITS, .bias = WEIR_BIAS_NONE}};
    weir_net *net = NULL;
    must(weir_net_create(&net, REAL_PRECISION, UNITS, layers, 2, NULL));
    for (int i = 0; i < UNITS; i++)
        kept[i * UNITS + i] = 1;
    must(weir_net_set_r(net, "weight_l1", kept, UNITS, UNITS, NULL));
    weir_plan *plan = make_plan(net, training(usual.seed));
    run(plan, &usual, y);
    for (int i = 0; i < COUNT; i++)
        assert_true((y[i] == 0) == (mask[i] == 0));
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

static void test_short_calls_draw_anew(void **state)
{
    (void)state;
    enum { CALLS = 3 };
    static real y[CALLS][COUNT], between[COUNT];
    weir_net *net = make_copier(usual.p, usual.layer);
    weir_plan *plan = make_plan(net, training(usual.seed));
    for (int i = 0; i < CALLS; i++) {
        must(weir_forward_r(plan, ones(), NULL, y[i]));
        run(plan, &usual, between); /* a full call does not count */
    }
    for (int i = 0; i < CALLS; i++)
        for (int j = 0; j < i; j++)
            assert_share(differences(y[i], y[j]), COUNT, 2.0 * usual.p * (1.0 - usual.p));
    struct which third = usual;
    third.draw = 2;
    third.first_sequence = third.first_step = 0;
    run(plan, &third, between);
    assert_int_equal(differences(between, y[2]), 0);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

int main(void)
{
    static weir_direction forward = WEIR_FORWARD, reverse = WEIR_REVERSE;
    const struct CMUnitTest tests[] = {
        {"the share p is dropped and the rest scaled by 1/(1-p)", test_share_and_scale, NULL, NULL, NULL},
        {"neighbours are dropped independently", test_neighbours_are_independent, NULL, NULL, NULL},
        {"seed, draw, layer, sequence and step each matter, by themselves", test_each_number_matters, NULL, NULL, NULL},
        {"the same numbers give the same mask", test_same_numbers_same_mask, NULL, NULL, NULL},
        {"order of rows, chunk, lengths and plan do not matter", test_nothing_else_matters, NULL, NULL, NULL},
        {"row b is sequence b unless said otherwise", test_rows_are_sequences_by_default, NULL, NULL, NULL},
        {"backward drops what forward dropped", test_backward_drops_the_same, NULL, NULL, NULL},
        {"nothing is dropped in inference or where it is off", test_off, NULL, NULL, NULL},
        {"a forward layer's outputs are dropped likewise", test_recurrent_layers_drop_the_same, NULL, NULL, &forward},
        {"a reverse layer's outputs are dropped likewise", test_recurrent_layers_drop_the_same, NULL, NULL, &reverse},
        {"short calls draw anew", test_short_calls_draw_anew, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("dropout", tests, NULL, NULL);
}
