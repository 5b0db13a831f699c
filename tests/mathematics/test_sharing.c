/*
 * mathematics/test_sharing.c: what a run computes has the same bits for any number of threads, however they share the
 * layers, whoever provides them, and also when they are busy elsewhere; and on the native engine for whatever a plan
 * may choose by measuring.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics/lab.h"

enum { MOST_THREADS = 5 };

/* The last three are what stacks are asked about. */
static const weir_sharing sharings[] = {WEIR_SHARE_NONE, WEIR_SHARE_UNITS,      WEIR_SHARE_ROWS,
                                        WEIR_SHARE_AUTO, WEIR_SHARE_DIRECTIONS, WEIR_SHARE_LAYERS};
enum { SHARINGS = sizeof sharings / sizeof *sharings, FIRST_OF_STACKS = 3 };

static bool is_stack(const struct setting *setting) { return strncmp(setting->name, "stack", 5) == 0; }
static bool is_no_stack(const struct setting *setting) { return !is_stack(setting); }

static weir_plan_options options_of(const struct setting *setting, weir_pool *pool, int64_t threads,
                                    weir_sharing sharing)
{
    return (weir_plan_options){
        .batch = setting->rows,
        .steps = setting->steps,
        .mode = WEIR_TRAINING,
        .dropout_seed = 3,
        .pool = pool,
        .threads = threads,
        .sharing = sharing,
    };
}

/* What inference says: of all steps, and of the last one of each row. */
struct inferred {
    struct outcome_r all, last;
};

static struct inferred infer_on(struct lab_r *lab, weir_plan *plan)
{
    const struct inferred inferred = {lab_outcome_r(lab), lab_outcome_r(lab)};
    struct weir_forward_args_r args = lab_forward_args_r(lab, &inferred.all);
    lab_forward_r(plan, &args);
    args = lab_forward_args_r(lab, &inferred.last);
    args.span = WEIR_LAST_STEP;
    lab_forward_r(plan, &args);
    return inferred;
}

static struct inferred infer(struct lab_r *lab, weir_plan_options options)
{
    options.mode = WEIR_INFERENCE;
    return infer_on(lab, lab_plan_r(lab, options));
}

static struct inferred infer_alone(struct lab_r *lab)
{
    return infer(lab, options_of(lab->setting, NULL, 0, WEIR_SHARE_AUTO));
}

/* A training plan and an inference plan on a pool give the bits of plans without one; the latter has no dropout. */
static void compare_on(struct lab_r *lab, weir_pool *pool, int64_t threads, const struct outcome_r *alone,
                       const struct inferred *inferred)
{
    for (int k = is_stack(lab->setting) ? FIRST_OF_STACKS : 0; k < SHARINGS; k++) {
        const weir_plan_options options = options_of(lab->setting, pool, threads, sharings[k]);
        const struct outcome_r shared = lab_run_r(lab, lab_plan_r(lab, options));
        assert_outcomes_same_bits_r(lab, &shared, alone);
        const struct inferred out = infer(lab, options);
        assert_outcomes_same_bits_r(lab, &out.all, &inferred->all);
        assert_outcomes_same_bits_r(lab, &out.last, &inferred->last);
    }
}

static void test_threads(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r alone = lab_run_r(&lab, lab.plan);
    const struct inferred inferred = infer_alone(&lab);
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, MOST_THREADS, NULL, NULL), WEIR_OK);
    for (int64_t threads = 2; threads <= MOST_THREADS; threads++)
        compare_on(&lab, pool, threads, &alone, &inferred);
    weir_pool_destroy(&pool);
    lab_close_r(&lab);
}

/* --- A parallel loop of the caller's: threads that are started anew for each run ------------------------------------
 */

struct call {
    void (*body)(void *data, int64_t thread);
    void *data;
    int64_t thread;
};

static void *make_call(void *data)
{
    const struct call *call = data;
    call->body(call->data, call->thread);
    return NULL;
}

static void start_and_join(void *context, int64_t threads, void (*body)(void *data, int64_t thread), void *data)
{
    struct call calls[MOST_THREADS];
    pthread_t started[MOST_THREADS];
    ++*(int64_t *)context;
    for (int64_t k = 0; k < threads; k++) {
        calls[k] = (struct call){body, data, k};
        if (pthread_create(&started[k], NULL, make_call, &calls[k]) != 0)
            fail_msg("no thread");
    }
    for (int64_t k = 0; k < threads; k++)
        pthread_join(started[k], NULL);
}

static void test_parallel_loop(void **state)
{
    struct lab_r lab;
    int64_t loops = 0;
    lab_open_r(&lab, *state);
    const struct outcome_r alone = lab_run_r(&lab, lab.plan);
    const weir_parallel parallel = {.run = start_and_join, .context = &loops};
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create_on(&pool, 3, &parallel, NULL, NULL), WEIR_OK);
    const struct inferred inferred = infer_alone(&lab);
    compare_on(&lab, pool, 0, &alone, &inferred);
    weir_pool_destroy(&pool);
    lab_close_r(&lab);
}

/* --- One pool, runs in several threads at once ---------------------------------------------------------------------
 */

enum { CALLERS = 5, ROUNDS = 6 };

struct caller {
    struct lab_r *lab;
    weir_plan *plan;
    struct outcome_r out;
    const struct outcome_r *alone;
    atomic_int *failures;
};

/* No cmocka here: it is one thread's. */
static void *run_rounds(void *data)
{
    const struct caller *caller = data;
    const struct weir_forward_args_r forward = lab_forward_args_r(caller->lab, &caller->out);
    const struct weir_backward_args_r backward = lab_backward_args_r(caller->lab, &caller->out);
    for (int round = 0; round < ROUNDS; round++) {
        if (weir_forward_full_r(caller->plan, &forward) != WEIR_OK ||
            weir_backward_full_r(caller->plan, &backward) != WEIR_OK)
            atomic_fetch_add(caller->failures, 1);
        for (int64_t i = 0; i < caller->lab->parameter_count; i++)
            if (!(caller->out.gradient[i] == caller->alone->gradient[i]))
                atomic_fetch_add(caller->failures, 1);
    }
    return NULL;
}

static void test_one_pool_for_many(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r alone = lab_run_r(&lab, lab.plan);
    weir_pool *pool = NULL;
    struct caller callers[CALLERS];
    pthread_t threads[CALLERS];
    atomic_int failures = 0;
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    for (int k = 0; k < CALLERS; k++)
        callers[k] = (struct caller){
            .lab = &lab,
            .plan = lab_plan_r(&lab, options_of(lab.setting, pool, 0, sharings[1 + k])),
            .out = lab_outcome_r(&lab),
            .alone = &alone,
            .failures = &failures,
        };
    weir_pool_destroy(&pool); /* the plans keep it */
    for (int k = 0; k < CALLERS; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, run_rounds, &callers[k]), 0);
    for (int k = 0; k < CALLERS; k++)
        pthread_join(threads[k], NULL);
    assert_int_equal(atomic_load(&failures), 0);
    lab_close_r(&lab);
}

/* --- Whatever can be chosen ------------------------------------------------------------------------------------------
 */

/* Makes the plan for `options` of a choice that was measured, but with `sharing`, unless that is NULL, and
   `tile_steps`. */
static weir_plan *plan_with(struct lab_r *lab, weir_plan_options options, const char *measured, const char *sharing,
                            int64_t tile_steps)
{
    char text[4096], described[8192], line[64];
    const char *answer = strstr(measured, " -> "), *number = strstr(answer, " tile_steps=");
    if (sharing)
        snprintf(text, sizeof text, "%.*s -> engine=native sharing=%s threads=2 tile_steps=%lld\n",
                 (int)(answer - measured), measured, sharing, (long long)tile_steps);
    else
        snprintf(text, sizeof text, "%.*s tile_steps=%lld\n", (int)(number - measured), measured,
                 (long long)tile_steps);
    assert_int_equal(weir_choices_create(&options.choices, NULL, NULL), WEIR_OK);
    assert_int_equal(weir_choices_import(options.choices, text, NULL), WEIR_OK);
    weir_plan *plan = lab_plan_r(lab, options);
    weir_choices_destroy(&options.choices);
    weir_plan_describe(plan, described, sizeof described);
    snprintf(line, sizeof line, "\ntile_steps: %lld\n", (long long)tile_steps);
    assert_non_null(strstr(described, line));
    return plan;
}

/* Makes a plan that measures, and tells what it has chosen. */
static weir_plan *plan_measured(struct lab_r *lab, weir_plan_options options, char *measured, size_t size)
{
    options.planning = WEIR_MEASURE;
    assert_int_equal(weir_choices_create(&options.choices, NULL, NULL), WEIR_OK);
    weir_plan *plan = lab_plan_r(lab, options);
    assert_in_range(weir_choices_export(options.choices, measured, size), 1, size - 1);
    weir_choices_destroy(&options.choices);
    return plan;
}

/* A plan that is measured, and plans of every tile. */
static void test_choices(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    weir_pool *pool = NULL;
    char measured[4096];
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    weir_plan_options options = options_of(lab.setting, NULL, 0, WEIR_SHARE_AUTO);
    options.engine = WEIR_ENGINE_NATIVE;
    const struct outcome_r estimated = lab_run_r(&lab, lab_plan_r(&lab, options));
    options.pool = pool;
    const struct outcome_r chosen = lab_run_r(&lab, plan_measured(&lab, options, measured, sizeof measured));
    assert_outcomes_same_bits_r(&lab, &chosen, &estimated);
    for (int64_t tile = 1; tile <= lab.setting->steps; tile = 2 * tile + 1) {
        const struct outcome_r tiled = lab_run_r(&lab, plan_with(&lab, options, measured, NULL, tile));
        assert_outcomes_same_bits_r(&lab, &tiled, &estimated);
    }
    weir_pool_destroy(&pool);
    lab_close_r(&lab);
}

/* Inference goes through all layers tile by tile, in reverse from the end, and through the directions of an only layer
   one after the other or at the same time. */
static void test_inference_tiles(void **state)
{
    static const char *const ways[] = {"none", "units", "rows", "directions"};
    struct lab_r lab;
    lab_open_r(&lab, *state);
    weir_pool *pool = NULL;
    char measured[4096];
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    weir_plan_options options = options_of(lab.setting, NULL, 0, WEIR_SHARE_AUTO);
    options.engine = WEIR_ENGINE_NATIVE;
    const struct inferred estimated = infer(&lab, options);
    options.pool = pool;
    options.mode = WEIR_INFERENCE;
    plan_measured(&lab, options, measured, sizeof measured);
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        for (int64_t tile = 1; tile <= lab.setting->steps; tile = 2 * tile + 1) {
            const struct inferred tiled = infer_on(&lab, plan_with(&lab, options, measured, ways[k], tile));
            assert_outcomes_same_bits_r(&lab, &tiled.all, &estimated.all);
            assert_outcomes_same_bits_r(&lab, &tiled.last, &estimated.last);
        }
    weir_pool_destroy(&pool);
    lab_close_r(&lab);
}

/* Nets whose layers and directions several threads can own, over several tiles of time, which a wide layer makes short.
 */
#define LENGTHS(...) ((const int64_t[]){__VA_ARGS__})
#define LONG .inputs = 7, .rows = 5, .steps = 211

static const struct setting stacks[] = {
    {"stack, dropout",
     {{.kind = WEIR_LSTM, .units = 40, .dropout = 0.1},
      {.kind = WEIR_GRU, .units = 90},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 20, .dropout = 0.2},
      {.kind = WEIR_LINEAR, .units = 20},
      {.kind = WEIR_RNN, .units = 70},
      {.kind = WEIR_LINEAR, .units = 5}},
     LONG,
     .lengths = LENGTHS(211, 71, 130, 211, 8)},
    {"stack of five",
     {{.kind = WEIR_LSTM, .units = 70},
      {.kind = WEIR_LSTM, .units = 20},
      {.kind = WEIR_LSTM, .units = 20},
      {.kind = WEIR_LSTM, .units = 20},
      {.kind = WEIR_LSTM, .units = 20, .learned_state = 1}},
     LONG,
     .starts_anew = true},
    {"stack, one row",
     {{.kind = WEIR_GRU, .units = 90}, {.kind = WEIR_LSTM, .units = 20}},
     .inputs = 3,
     .rows = 1,
     .steps = 1100},
    {"stack both ways, dropout",
     {{.kind = WEIR_LSTM, .units = 70, .direction = WEIR_BOTH, .dropout = 0.3},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 40, .direction = WEIR_BOTH, .dropout = 0.2},
      {.kind = WEIR_GRU, .units = 40, .direction = WEIR_BOTH},
      {.kind = WEIR_LINEAR, .units = 2}},
     LONG,
     .lengths = LENGTHS(190, 71, 130, 211, 8)},
};
enum { STACKS = sizeof stacks / sizeof *stacks };

/* Nets that inference goes through tile by tile though something goes in reverse. */
#define SHORT .inputs = 3, .rows = 4, .steps = 19

static const struct setting reverse[] = {
    {"both ways", {{.kind = WEIR_LSTM, .units = 70, .direction = WEIR_BOTH}}, SHORT},
    {"both ways, ragged",
     {{.kind = WEIR_GRU_RESET_BEFORE, .units = 5, .direction = WEIR_BOTH, .learned_state = 1}},
     SHORT,
     .lengths = LENGTHS(7, 19, 0, 12),
     .starts_anew = true},
    {"reverse between linear",
     {{.kind = WEIR_LINEAR, .units = 6},
      {.kind = WEIR_GRU, .units = 40, .direction = WEIR_REVERSE},
      {.kind = WEIR_RNN, .units = 5, .direction = WEIR_REVERSE},
      {.kind = WEIR_LINEAR, .units = 2}},
     SHORT},
    {"reverse between linear, ragged",
     {{.kind = WEIR_LINEAR, .units = 6},
      {.kind = WEIR_LSTM, .units = 5, .direction = WEIR_REVERSE},
      {.kind = WEIR_GRU, .units = 20, .direction = WEIR_REVERSE},
      {.kind = WEIR_LINEAR, .units = 2}},
     SHORT,
     .lengths = LENGTHS(19, 3, 11, 18)},
};
enum { REVERSE = sizeof reverse / sizeof *reverse };

/* Those, and the settings of all. The stacks come first, for where tests are to be brief. */
static int run_with_more(const struct property *properties, size_t property_count)
{
    const size_t count = all_settings_count + STACKS + REVERSE;
    struct setting *settings = malloc(count * sizeof *settings);
    if (!settings)
        abort();
    memcpy(settings, stacks, sizeof stacks);
    memcpy(settings + STACKS, reverse, sizeof reverse);
    memcpy(settings + STACKS + REVERSE, all_settings, all_settings_count * sizeof *settings);
    const int status = run_table("sharing", properties, property_count, settings, count);
    free(settings);
    return status;
}

int main(void)
{
    static const struct property properties[] = {
        {"the same bits for any number of threads and any way to share", test_threads, NULL},
        {"the same bits on a parallel loop of the caller's", test_parallel_loop, NULL},
        {"the same bits where a pool is busy", test_one_pool_for_many, is_no_stack}, /* and many runs */
        {"the same bits for whatever a plan may choose", test_choices, is_no_stack},
        {"the same bits for any tiles of inference in reverse", test_inference_tiles, setting_has_reverse},
    };
    return run_with_more(properties, sizeof properties / sizeof *properties);
}
