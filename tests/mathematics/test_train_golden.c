/*
 * mathematics/test_train_golden.c: losses and optimisers against PyTorch's (tests/golden/make_train_goldens.py).
 *
 *     test_train_golden train_losses.json train_optimizers.json
 *
 * To 1e-12 in f64; in f32 to 1e-6, ten to twenty units of roundoff of numbers around 1 that a few operations made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <weir/weir.h>

#include "base/public.h"
#include "support/case.h"

static const double closeness = REAL_BITS == 64 ? 1e-12 : 1e-6;

enum { MOST = 256 };

/* --- Reading cases ------------------------------------------------------------------------------------------------ */

static int64_t integer(const json_t *json, const char *key) { return json_integer_value(json_object_get(json, key)); }

/* 0 where there is none. */
static double number(const json_t *json, const char *key) { return json_number_value(json_object_get(json, key)); }

static int index_of(const json_t *json, const char *key, const char *const *words)
{
    const char *word = json_string_value(json_object_get(json, key));
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    fail_msg("unknown %s: %s", key, word);
    return 0;
}

/* `count` numbers of one of the case's streams. */
static void draw(const json_t *one, int stream, int64_t count, double scale, real *numbers)
{
    assert_true(count <= MOST);
    const uint64_t seed = (uint64_t)integer(one, "seed");
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)(golden_number(seed, (uint64_t)stream, (uint64_t)i) * scale);
}

static void check(const char *what, double ours, double golden)
{
    if (!(fabs(ours - golden) <= closeness * fmax(1.0, fabs(golden))))
        fail_msg("%s is %.17g, golden %.17g", what, ours, golden);
}

static void check_all(const char *what, const real *ours, const json_t *golden, size_t first, size_t count)
{
    char place[64];
    for (size_t i = 0; i < count; i++) {
        snprintf(place, sizeof place, "%s[%zu]", what, i);
        check(place, (double)ours[i], json_number_value(json_array_get(golden, first + i)));
    }
}

/* --- Losses ------------------------------------------------------------------------------------------------------- */

struct loss_case {
    real y[MOST], target[MOST], dy[MOST];
    int64_t classes[MOST], lengths[MOST], live_steps;
    struct weir_loss_args_r args;
};

/* What lies past a row's end must not matter. */
static void spoil_past_ends(struct loss_case *one)
{
    const struct weir_loss_args_r *args = &one->args;
    for (int64_t b = 0; b < args->rows; b++)
        for (int64_t t = one->lengths[b]; t < args->steps; t++) {
            one->classes[t * args->rows + b] = -1;
            for (int64_t j = 0; j < args->width; j++)
                one->y[(t * args->rows + b) * args->width + j] = one->target[(t * args->rows + b) * args->width + j] =
                    (real)NAN;
        }
}

static void read_target(struct loss_case *one, const json_t *json)
{
    const int64_t items = one->args.rows * one->args.steps, width = one->args.width;
    draw(json, 1, items * width, 1.0, one->target);
    for (int64_t i = 0; i < items; i++)
        one->classes[i] = (int64_t)floor(((double)one->target[i] + 1.0) / 2.0 * (double)width);
    for (int64_t i = 0; one->args.loss == WEIR_BERNOULLI_CROSS_ENTROPY && i < items * width; i++)
        one->target[i] = (one->target[i] + 1) / 2;
}

static void read_loss_case(struct loss_case *one, const json_t *json)
{
    static const char *const losses[] = {"mse", "softmax", "bernoulli", NULL};
    static const char *const reductions[] = {"mean", "mean_per_step", "sum", NULL};
    *one = (struct loss_case){0};
    const bool is_softmax = index_of(json, "loss", losses) == 1;
    one->args = (struct weir_loss_args_r){
        .loss = (weir_loss)(index_of(json, "loss", losses) + WEIR_MSE),
        .reduction = (weir_reduction)index_of(json, "reduction", reductions),
        .rows = integer(json, "rows"),
        .steps = integer(json, "steps"),
        .width = integer(json, "width"),
        .lengths = one->lengths,
        .y = one->y,
        .target = is_softmax ? NULL : one->target,
        .classes = is_softmax ? one->classes : NULL,
        .dy = one->dy,
        .live_steps = &one->live_steps,
    };
    for (int64_t b = 0; b < one->args.rows; b++)
        one->lengths[b] = json_integer_value(json_array_get(json_object_get(json, "lengths"), (size_t)b));
    draw(json, 0, one->args.rows * one->args.steps * one->args.width, number(json, "scale"), one->y);
    read_target(one, json);
    spoil_past_ends(one);
}

static void check_loss(const struct loss_case *one, const json_t *json, const real *dy)
{
    double value;
    weir_error error;
    if (weir_loss_r(&value, &one->args, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    check("value", value, number(json, "value"));
    check_all("dy", dy, json_object_get(json, "dy"), 0, (size_t)(one->args.rows * one->args.steps * one->args.width));
    assert_int_equal(one->live_steps, integer(json, "live_steps"));
}

/* Beside y, and in its place. */
static void test_loss(void **state)
{
    struct loss_case one;
    read_loss_case(&one, *state);
    check_loss(&one, *state, one.dy);
    one.args.dy = one.y;
    check_loss(&one, *state, one.y);
}

/* from [steps][rows][width] to [rows][steps + 1][width], strides and all. */
static void to_batch_first(const struct weir_loss_args_r *args, const real *from, real *to)
{
    for (int64_t i = 0; i < args->rows * args->steps; i++)
        memcpy(to + (i % args->rows * (args->steps + 1) + i / args->rows) * args->width, from + i * args->width,
               (size_t)args->width * sizeof *to);
}

static void test_loss_by_strides(void **state)
{
    struct loss_case one;
    read_loss_case(&one, *state);
    static real y[2 * MOST], target[2 * MOST];
    struct weir_loss_args_r *args = &one.args;
    to_batch_first(args, one.y, y);
    to_batch_first(args, one.target, target);
    args->y = y;
    args->target = args->target ? target : NULL;
    args->target_step_stride = args->y_step_stride = args->width;
    args->target_row_stride = args->y_row_stride = (args->steps + 1) * args->width;
    check_loss(&one, *state, one.dy);
}

/* --- Optimisers --------------------------------------------------------------------------------------------------- */

/* A linear layer carries the parameters: 3 by 3 and 3. */
static weir_net *make_carrier(const json_t *json)
{
    real start[MOST];
    weir_net *net = NULL;
    const weir_layer layer = {.kind = WEIR_LINEAR, .units = 3};
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 3, &layer, 1, NULL), WEIR_OK);
    draw(json, 0, integer(json, "count"), 1.0, start);
    assert_int_equal(weir_net_set_parameters_r(net, start, integer(json, "count"), NULL), WEIR_OK);
    return net;
}

static weir_optimizer *make_optimizer(weir_net *net, const json_t *json)
{
    static const char *const kinds[] = {"sgd", "rmsprop", "adam", "adamw", NULL};
    const json_t *options = json_object_get(json, "options");
    weir_optimizer *optimizer = NULL;
    weir_error error;
    const weir_optimizer_options ours = {
        .kind = (weir_optimizer_kind)(index_of(json, "kind", kinds) + WEIR_SGD),
        .learning_rate = 12345.0, /* set anew before each step */
        .momentum = number(options, "momentum"),
        .beta1 = number(options, "beta1"),
        .beta2 = number(options, "beta2"),
        .epsilon = number(options, "epsilon"),
        .weight_decay = number(options, "weight_decay"),
    };
    if (weir_optimizer_create(&optimizer, net, &ours, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    return optimizer;
}

/* Step k = 1, 2, ... */
static void step(weir_optimizer *optimizer, weir_net *net, const json_t *json, int k)
{
    real gradient[MOST];
    draw(json, k, integer(json, "count"), 1.0, gradient);
    if (k > 1)
        gradient[0] = 0;
    const double rate = json_number_value(json_array_get(json_object_get(json, "rates"), (size_t)k - 1));
    assert_int_equal(weir_optimizer_set_rate(optimizer, rate), WEIR_OK);
    if (weir_optimizer_step_r(optimizer, net, gradient) != WEIR_OK)
        fail_msg("%s", weir_optimizer_error(optimizer));
}

static int step_count(const json_t *json) { return (int)json_array_size(json_object_get(json, "rates")); }

static void test_optimizer(void **state)
{
    const json_t *json = *state;
    weir_net *net = make_carrier(json);
    weir_optimizer *optimizer = make_optimizer(net, json);
    const size_t count = (size_t)integer(json, "count");
    for (int k = 1; k <= step_count(json); k++) {
        char what[32];
        step(optimizer, net, json, k);
        snprintf(what, sizeof what, "step %d: p", k);
        check_all(what, weir_net_parameters_r(net), json_object_get(json, "parameters"), (size_t)(k - 1) * count,
                  count);
    }
    weir_optimizer_destroy(&optimizer);
    weir_net_destroy(&net);
}

/* Another optimiser on another net, continued from what the first had after two steps. */
static void test_continued(void **state)
{
    const json_t *json = *state;
    weir_net *net = make_carrier(json), *other_net = make_carrier(json);
    weir_optimizer *optimizer = make_optimizer(net, json), *other = make_optimizer(other_net, json);
    double saved[MOST];
    const int64_t size = weir_optimizer_state_size(optimizer), count = integer(json, "count");
    assert_true(size <= MOST);
    for (int k = 1; k <= 2; k++)
        step(optimizer, net, json, k);
    assert_int_equal(weir_optimizer_get_state(optimizer, saved, size), WEIR_OK);
    assert_int_equal(weir_net_set_parameters_r(other_net, weir_net_parameters_r(net), count, NULL), WEIR_OK);
    step(other, net == other_net ? net : other_net, json, 1); /* something else that must be forgotten */
    assert_int_equal(weir_net_set_parameters_r(other_net, weir_net_parameters_r(net), count, NULL), WEIR_OK);
    assert_int_equal(weir_optimizer_set_state(other, saved, size), WEIR_OK);
    for (int k = 3; k <= step_count(json); k++) {
        step(optimizer, net, json, k);
        step(other, other_net, json, k);
    }
    assert_memory_equal(weir_net_parameters_r(net), weir_net_parameters_r(other_net), (size_t)count * sizeof(real));
    weir_optimizer_destroy(&optimizer);
    weir_optimizer_destroy(&other);
    weir_net_destroy(&net);
    weir_net_destroy(&other_net);
}

/* --- One test for each case and promise --------------------------------------------------------------------------- */

static const struct promise {
    const char *name, *key; /* for cases that have this key */
    void (*check)(void **state);
} promises[] = {
    {"", "loss", test_loss},
    {"by strides: ", "loss", test_loss_by_strides},
    {"", "kind", test_optimizer},
    {"continued with the same bits: ", "kind", test_continued},
};
enum { PROMISES = sizeof promises / sizeof *promises };

static struct CMUnitTest make_test(const struct promise *promise, json_t *one)
{
    const size_t size = 160;
    char *name = malloc(size);
    if (!name)
        abort();
    snprintf(name, size, "%s%s", promise->name, json_string_value(json_object_get(one, "name")));
    return (struct CMUnitTest){name, promise->check, NULL, NULL, one};
}

static int run_file(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    if (!file) {
        fprintf(stderr, "%s: %s (line %d)\n", path, error.text, error.line);
        return 1;
    }
    json_t *cases = json_object_get(file, "cases");
    struct CMUnitTest *tests = calloc(PROMISES * json_array_size(cases), sizeof *tests);
    if (!tests)
        abort();
    size_t count = 0;
    for (int p = 0; p < PROMISES; p++)
        for (size_t i = 0; i < json_array_size(cases); i++)
            if (json_object_get(json_array_get(cases, i), promises[p].key))
                tests[count++] = make_test(&promises[p], json_array_get(cases, i));
    const int failed = _cmocka_run_group_tests(path, tests, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)tests[i].name);
    free(tests);
    json_decref(file);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed += run_file(argv[i]);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
