/*
 * mathematics/test_checkpoints.c: what a training plan computes does not depend on its memory limit.
 *
 * On the native engine no bit does, on a BLAS it is the same to within rounding. Limits go from the least that a plan
 * takes to what keeping all takes: from one state and segments of one step, gone back through by the binomial schedule,
 * to a run that is cut once. Each plan is asked whether it keeps its limit, and the least one whether it is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics/lab.h"
#include "support/case.h"

#define LENGTHS(...) ((const int64_t[]){__VA_ARGS__})
#define RAGGED .inputs = 3, .rows = 5, .steps = 67, .lengths = LENGTHS(67, 3, 41, 0, 66)

static const struct setting settings[] = {
    {"rnn", {{.kind = WEIR_RNN, .units = 5}}, RAGGED},
    {"rnn_relu", {{.kind = WEIR_RNN_RELU, .units = 5}}, .inputs = 3, .rows = 2, .steps = 67},
    {"lstm", {{.kind = WEIR_LSTM, .units = 5}}, RAGGED},
    {"lstm, one row", {{.kind = WEIR_LSTM, .units = 17}}, .inputs = 3, .rows = 1, .steps = 90},
    {"gru", {{.kind = WEIR_GRU, .units = 5}}, .inputs = 3, .rows = 4, .steps = 67},
    {"gru, ragged", {{.kind = WEIR_GRU, .units = 5}}, RAGGED},
    {"gru_reset_before", {{.kind = WEIR_GRU_RESET_BEFORE, .units = 5}}, RAGGED},
    {"linear", {{.kind = WEIR_LINEAR, .units = 3}}, RAGGED},
    {"no row has a step",
     {{.kind = WEIR_GRU, .units = 3}, {.kind = WEIR_LINEAR, .units = 2}},
     .inputs = 2,
     .rows = 3,
     .steps = 67,
     .lengths = LENGTHS(0, 0, 0)},
    {"learned states, dropout",
     {{.kind = WEIR_LSTM, .units = 3, .learned_state = 1, .dropout = 0.25},
      {.kind = WEIR_GRU, .units = 2, .bias = WEIR_BIAS_ONE, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED,
     .starts_anew = true},
    {"every kind, dropout",
     {{.kind = WEIR_RNN_RELU, .units = 5, .dropout = 0.2},
      {.kind = WEIR_LINEAR, .units = 4, .dropout = 0.1},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 3, .bias = WEIR_BIAS_ONE, .dropout = 0.3},
      {.kind = WEIR_LSTM, .units = 2, .dropout = 0.4},
      {.kind = WEIR_GRU, .units = 4},
      {.kind = WEIR_RNN, .units = 3},
      {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED},
    {"large lstm, dropout",
     {{.kind = WEIR_LSTM, .units = 96, .dropout = 0.1}, {.kind = WEIR_LINEAR, .units = 5}},
     .inputs = 20,
     .rows = 5,
     .steps = 160,
     .lengths = LENGTHS(160, 31, 97, 160, 8)},
    {"large gru_reset_before",
     {{.kind = WEIR_GRU_RESET_BEFORE, .units = 130}},
     .inputs = 7,
     .rows = 5,
     .steps = 150,
     .starts_anew = true},
    {"reverse gru", {{.kind = WEIR_GRU, .units = 5, .direction = WEIR_REVERSE}}, RAGGED},
    {"reverse stack, dropout",
     {{.kind = WEIR_LSTM, .units = 5, .direction = WEIR_REVERSE, .learned_state = 1, .dropout = 0.3},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 4, .direction = WEIR_REVERSE}},
     RAGGED,
     .starts_anew = true},
    {"linear under reverse",
     {{.kind = WEIR_LINEAR, .units = 3}, {.kind = WEIR_GRU, .units = 3, .direction = WEIR_REVERSE}},
     RAGGED},
    {"both ways, dropout",
     {{.kind = WEIR_LSTM, .units = 3, .direction = WEIR_BOTH, .dropout = 0.3}, {.kind = WEIR_LINEAR, .units = 2}},
     RAGGED},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

/* Whether nothing goes the other way than something else. */
static bool goes_one_way(const struct setting *setting)
{
    return !setting_has_reverse(setting) || strncmp(setting->name, "reverse", 7) == 0;
}

static bool on_blas(void)
{
    const char *named = getenv("WEIR_ENGINE");
    return named && strcmp(named, "blas") == 0;
}

/* --- Limits --------------------------------------------------------------------------------------------------------
 */

static weir_plan_options options_of(const struct lab_r *lab)
{
    return (weir_plan_options){
        .batch = lab->setting->rows, .steps = lab->setting->steps, .mode = WEIR_TRAINING, .dropout_seed = 3};
}

static int64_t bytes_of(const struct lab_r *lab, const weir_plan_options *options)
{
    weir_plan_size size;
    weir_error error;
    if (weir_plan_bytes(&size, lab->net, options, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    return size.total;
}

/* The number behind some words of the sentence that refuses a limit of a byte. */
static int64_t number_said(const struct lab_r *lab, weir_plan_options options, const char *words)
{
    weir_plan_size size = {.total = -1};
    weir_error error;
    options.memory_limit = 1;
    assert_int_equal(weir_plan_bytes(&size, lab->net, &options, &error), WEIR_ERROR_ARGUMENT);
    assert_int_equal(size.total, -1);
    const char *said = strstr(error.message, words);
    if (!said)
        fail_msg("\"%s\" has no \"%s\"", error.message, words);
    return strtoll(said + strlen(words), NULL, 10);
}

/* The least bytes of such a plan, as it is said when one is asked for with less. */
static int64_t least_of(const struct lab_r *lab, weir_plan_options options)
{
    return number_said(lab, options, "at least ");
}

static bool keeps_states(const weir_plan *plan)
{
    char text[8192];
    weir_plan_describe(plan, text, sizeof text);
    return strstr(text, "\ntape_keeps: states\n") != NULL;
}

/* Plans of one shape, from the least limit to the largest that is of any use. */
enum { LIMITS = 9 };
struct limits {
    weir_plan_options options;
    int64_t least, most;
    int64_t next, stride;
};

static struct limits limits_of(const struct lab_r *lab, weir_plan_options options)
{
    return (struct limits){options, least_of(lab, options), bytes_of(lab, &options), 0, 1};
}

/* Goes on to the next limit, the tight ones nearer to each other; NULL if there are no more. */
static weir_plan *next_plan(struct lab_r *lab, struct limits *limits)
{
    const int64_t k = limits->next, room = limits->most - limits->least;
    limits->next += limits->stride;
    if (k >= LIMITS || (room == 0 && k > 0))
        return NULL;
    limits->options.memory_limit = limits->least + (k == LIMITS - 1 ? room : (room * k * k) / (LIMITS * LIMITS));
    const int64_t bytes = bytes_of(lab, &limits->options);
    if (bytes > limits->options.memory_limit)
        fail_msg("%lld bytes, the limit is %lld", (long long)bytes, (long long)limits->options.memory_limit);
    return lab_plan_r(lab, limits->options);
}

static void assert_same(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other)
{
    if (on_blas())
        assert_outcomes_close_r(lab, ours, other);
    else
        assert_outcomes_same_bits_r(lab, ours, other);
}

/* --- What must hold ------------------------------------------------------------------------------------------------
 */

static void test_any_limit(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    bool kept_states = false;
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        kept_states |= keeps_states(plan);
        const struct outcome_r limited = lab_run_r(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    assert_int_equal(kept_states, goes_one_way(lab.setting));
    lab_close_r(&lab);
}

/* Whatever a plan is made for beyond what runs. */
static void test_larger_plans(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    weir_plan_options options = options_of(&lab);
    options.batch += 3;
    options.steps *= 3;
    struct limits limits = limits_of(&lab, options);
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r limited = lab_run_r(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    lab_close_r(&lab);
}

static void test_one_byte_less(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    weir_plan_options options = options_of(&lab);
    weir_plan *plan = NULL;
    weir_error error;
    options.memory_limit = least_of(&lab, options);
    const int64_t least = bytes_of(&lab, &options);
    assert_int_equal(least, options.memory_limit);
    options.memory_limit--;
    assert_int_equal(weir_plan_create(&plan, lab.net, &options, &error), WEIR_ERROR_ARGUMENT);
    assert_null(plan);
    assert_int_equal(
        bytes_of(&lab, &(weir_plan_options){.batch = options.batch, .steps = options.steps, .mode = WEIR_TRAINING}) ==
            least,
        !goes_one_way(lab.setting));
    lab_close_r(&lab);
}

/* How often each step is run again, as the plan says; 0 where it keeps all. */
static double again_of(const weir_plan *plan)
{
    static const char words[] = "\nrecomputed_steps_per_step: ";
    char text[8192];
    weir_plan_describe(plan, text, sizeof text);
    const char *said = strstr(text, words);
    return said ? strtod(said + strlen(words), NULL) : 0.0;
}

static void test_none_again_more_than_once(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    weir_plan_options options = options_of(&lab);
    if (goes_one_way(lab.setting)) {
        options.memory_limit = number_said(&lab, options, "engine, and ");
        assert_true(again_of(lab_plan_r(&lab, options)) <= 1.0);
        assert_true(bytes_of(&lab, &options) <= options.memory_limit);
    }
    lab_close_r(&lab);
}

/* A record is of the last forward, states are overwritten by some schedules; nobody sees it. */
static void test_tapes_and_again(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r one = lab_outcome_r(&lab), other = lab_outcome_r(&lab);
        struct weir_forward_args_r forward = lab_forward_args_r(&lab, &one);
        struct weir_forward_args_r another = lab_forward_args_r(&lab, &other);
        struct weir_backward_args_r backward = lab_backward_args_r(&lab, &one);
        forward.tape = backward.tape = lab_tape_r(&lab, plan);
        another.tape = lab_tape_r(&lab, plan);
        another.state_in = NULL;
        another.draw = 1;
        lab_forward_r(plan, &forward);
        lab_forward_r(plan, &another);
        for (int again = 0; again < 3; again++) {
            lab_backward_r(plan, &backward);
            assert_same(&lab, &one, &all);
        }
        forward.tape = backward.tape = NULL;
        lab_forward_r(plan, &forward);
        for (int again = 0; again < 2; again++) {
            lab_backward_r(plan, &backward);
            assert_same(&lab, &one, &all);
        }
    }
    lab_close_r(&lab);
}

/* The outputs, and their derivatives, at the last steps only. */
static struct outcome_r run_last(struct lab_r *lab, weir_plan *plan)
{
    const struct outcome_r out = lab_outcome_r(lab);
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    struct weir_backward_args_r backward = lab_backward_args_r(lab, &out);
    real *dy = lab_draw_r(lab, STREAM_DY, lab->setting->rows * lab->outputs, 1.0);
    forward.span = WEIR_LAST_STEP;
    backward.dy = dy;
    lab_forward_r(plan, &forward);
    lab_backward_r(plan, &backward);
    return out;
}

static void test_last_step(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = run_last(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r limited = run_last(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    lab_close_r(&lab);
}

/* A sequence batch-first, or back. */
static real *turned(struct lab_r *lab, const real *sequence, int64_t width, bool back)
{
    const int64_t B = lab->setting->rows, T = lab->setting->steps;
    real *to = lab_room_r(lab, B * T * width);
    for (int64_t b = 0; b < B; b++)
        for (int64_t t = 0; t < T; t++) {
            const int64_t time_major = (t * B + b) * width, batch_first = (b * T + t) * width;
            memcpy(to + (back ? time_major : batch_first), sequence + (back ? batch_first : time_major),
                   (size_t)width * sizeof(real));
        }
    return to;
}

static struct outcome_r run_batch_first(struct lab_r *lab, weir_plan *plan)
{
    struct outcome_r out = lab_outcome_r(lab);
    const int64_t T = lab->setting->steps, I = lab->setting->inputs, O = lab->outputs;
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    struct weir_backward_args_r backward = lab_backward_args_r(lab, &out);
    forward.x = backward.x = turned(lab, lab->x, I, false);
    backward.dy = turned(lab, lab->dy, O, false);
    forward.x_step_stride = backward.x_step_stride = backward.dx_step_stride = I;
    forward.x_row_stride = backward.x_row_stride = backward.dx_row_stride = T * I;
    forward.y_step_stride = backward.dy_step_stride = O;
    forward.y_row_stride = backward.dy_row_stride = T * O;
    lab_forward_r(plan, &forward);
    lab_backward_r(plan, &backward);
    out.y = turned(lab, out.y, O, true);
    out.dx = turned(lab, out.dx, I, true);
    return out;
}

static void test_strides(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r limited = run_batch_first(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    lab_close_r(&lab);
}

/* Each thing wanted alone, y not at all, the gradient added to what is there, dy nowhere. */
static struct outcome_r run_in_parts(struct lab_r *lab, weir_plan *plan)
{
    const struct outcome_r out = lab_outcome_r(lab);
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    const struct weir_backward_args_r whole = lab_backward_args_r(lab, &out);
    struct weir_backward_args_r part = whole;
    forward.y = NULL;
    lab_forward_r(plan, &forward);
    for (int64_t i = 0; i < lab->parameter_count; i++)
        out.gradient[i] = (real)i;
    part.dx = part.dstate_in = NULL;
    part.add = 1;
    lab_backward_r(plan, &part);
    part = whole;
    part.gradient = part.dstate_in = NULL;
    lab_backward_r(plan, &part);
    part = whole;
    part.gradient = part.dx = NULL;
    part.dy = NULL;
    lab_backward_r(plan, &part);
    return out;
}

static void test_parts(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = run_in_parts(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r limited = run_in_parts(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    lab_close_r(&lab);
}

/* A plan that runs steps again reads x in every backward, and has nothing to look at for a diagnosis; it says so. */
static void test_keeps_states_only(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r out = lab_outcome_r(&lab);
        const struct weir_forward_args_r forward = lab_forward_args_r(&lab, &out);
        struct weir_backward_args_r backward = lab_backward_args_r(&lab, &out);
        lab_forward_r(plan, &forward);
        backward.gradient = NULL;
        backward.x = NULL;
        assert_int_equal(weir_backward_full_r(plan, &backward), keeps_states(plan) ? WEIR_ERROR_ARGUMENT : WEIR_OK);
        if (keeps_states(plan) && lab.state_size > 0 && !setting_has_reverse(lab.setting)) {
            weir_singular_value value = {.value = -1.0};
            assert_int_equal(weir_jacobian_norm(plan, &(weir_jacobian_args){.steps = 1}, &value), WEIR_ERROR_MODE);
            assert_true(value.value == -1.0);
        }
    }
    lab_close_r(&lab);
}

/* Chunks of a sequence, each under the limit, on tapes of their own. */
static struct outcome_r run_two_chunks(struct lab_r *lab, weir_plan *plan)
{
    const struct outcome_r out = lab_outcome_r(lab);
    const int64_t B = lab->setting->rows, T = lab->setting->steps, half = T / 2;
    struct weir_forward_args_r forward[2] = {lab_forward_args_r(lab, &out), lab_forward_args_r(lab, &out)};
    struct weir_backward_args_r backward[2] = {lab_backward_args_r(lab, &out), lab_backward_args_r(lab, &out)};
    for (int c = 0; c < 2; c++) {
        const int64_t first = c * half;
        forward[c].steps = c == 0 ? half : T - half;
        forward[c].first_step = first;
        forward[c].x = backward[c].x = lab->x + first * B * lab->setting->inputs;
        forward[c].y = out.y + first * B * lab->outputs;
        backward[c].dx = out.dx + first * B * lab->setting->inputs;
        backward[c].dy = lab->dy + first * B * lab->outputs;
        backward[c].add = c == 0;
        forward[c].tape = backward[c].tape = lab_tape_r(lab, plan);
    }
    forward[1].state_in = out.state;
    backward[0].dstate_out = out.dstate;
    for (int c = 0; c < 2; c++)
        lab_forward_r(plan, &forward[c]);
    for (int c = 1; c >= 0; c--)
        lab_backward_r(plan, &backward[c]);
    return out;
}

static bool is_cut_in_time(const struct setting *setting) { return !setting_has_reverse(setting) && !setting->lengths; }

static void test_chunks(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = run_two_chunks(&lab, lab.plan);
    struct limits limits = limits_of(&lab, options_of(&lab));
    for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
        const struct outcome_r limited = run_two_chunks(&lab, plan);
        assert_same(&lab, &limited, &all);
    }
    lab_close_r(&lab);
}

static void test_threads(void **state)
{
    static const weir_sharing sharings[] = {WEIR_SHARE_UNITS, WEIR_SHARE_ROWS, WEIR_SHARE_LAYERS,
                                            WEIR_SHARE_DIRECTIONS};
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    for (size_t i = 0; i < sizeof sharings / sizeof *sharings; i++) {
        weir_plan_options options = options_of(&lab);
        options.pool = pool;
        options.sharing = sharings[i];
        struct limits limits = limits_of(&lab, options);
        limits.next = 2; /* with segments of one step threads do little but wait */
        limits.stride = 3;
        for (weir_plan *plan; (plan = next_plan(&lab, &limits));) {
            const struct outcome_r limited = lab_run_r(&lab, plan);
            assert_same(&lab, &limited, &all);
        }
    }
    weir_pool_destroy(&pool);
    lab_close_r(&lab);
}

/* A plan that measures keeps its limit too, and what it learns is about that limit. */
static void test_measured(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r all = lab_run_r(&lab, lab.plan);
    weir_plan_options options = options_of(&lab);
    options.planning = WEIR_MEASURE;
    options.memory_limit = (least_of(&lab, options) + bytes_of(&lab, &options)) / 2;
    assert_int_equal(weir_choices_create(&options.choices, NULL, NULL), WEIR_OK);
    for (int again = 0; again < 2; again++) {
        weir_plan *plan = lab_plan_r(&lab, options);
        const struct outcome_r limited = lab_run_r(&lab, plan);
        if (keeps_states(plan))
            assert_in_range(bytes_of(&lab, &options), 1, options.memory_limit);
        assert_outcomes_close_r(&lab, &limited, &all); /* it may have chosen the blas engine */
        assert_int_equal(weir_choices_count(options.choices), 1);
    }
    weir_choices_destroy(&options.choices);
    lab_close_r(&lab);
}

static bool is_small(const struct setting *setting) { return setting->steps < 100; }
static bool is_one_layer(const struct setting *setting) { return is_small(setting) && setting->layers[1].kind == 0; }

/* In one of them each thread has units of its own. */
static bool is_for_threads(const struct setting *setting)
{
    return is_small(setting) || strncmp(setting->name, "large lstm", 10) == 0;
}

static const struct property properties[] = {
    {"any memory limit gives the same", test_any_limit, NULL},
    {"any memory limit gives the same on a larger plan", test_larger_plans, NULL},
    {"the least limit is said, and less refused", test_one_byte_less, NULL},
    {"and that which runs no step again more than once", test_none_again_more_than_once, NULL},
    {"several tapes under a limit, and backward again", test_tapes_and_again, is_small},
    {"last steps under a limit", test_last_step, is_small},
    {"batch-first sequences under a limit", test_strides, is_small},
    {"parts of what backward gives under a limit", test_parts, is_small},
    {"x is needed where steps are run again, and nothing is left to diagnose", test_keeps_states_only, is_one_layer},
    {"chunks under a limit", test_chunks, is_cut_in_time},
    {"threads under a limit", test_threads, is_for_threads},
    {"a measured plan keeps its limit", test_measured, is_one_layer},
};

int main(void)
{
    return run_table("checkpoints", properties, sizeof properties / sizeof *properties, settings, SETTINGS);
}
