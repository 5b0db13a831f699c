/*
 * test_environment.c: whatever floating-point environment a caller has, a call computes the same bits, traps nothing,
 * and hands the environment back as it was.
 *
 * No number is computed here between setting an environment and restoring the usual one.
 */
#include "contract/suite.h"

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
enum { FLUSH = 0x8000 | 0x0040 }; /* FTZ and DAZ of MXCSR */
#elif defined(__aarch64__)
enum { FLUSH = 1 << 24 }; /* FZ of FPCR */
#else
enum { FLUSH = 0 };
#endif

/* MXCSR of x86, FPCR of AArch64. */
static unsigned control_get(void)
{
#if defined(__x86_64__)
    return _mm_getcsr();
#elif defined(__aarch64__)
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return (unsigned)control;
#else
    return 0;
#endif
}

static void control_set(unsigned control)
{
#if defined(__x86_64__)
    _mm_setcsr(control);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)control));
#else
    (void)control;
#endif
}

enum { ROWS = 3, STEPS = 5, INPUTS = 2, OUTPUTS = 2, STATE = 3 + 3 + 4, PARAMETERS = 12 * (2 + 3 + 2) + 12 * 9 + 10 };
enum { X_COUNT = ROWS * STEPS * INPUTS, Y_COUNT = ROWS * STEPS * OUTPUTS, STATE_COUNT = ROWS * STATE };

/* --- Calls -------------------------------------------------------------------------------------------------------- */

/* All that calls write: compared byte by byte. */
struct results {
    real y[Y_COUNT], state[STATE_COUNT], gradient[PARAMETERS], dx[X_COUNT], dstate[STATE_COUNT], parameters[PARAMETERS];
    real created[PARAMETERS]; /* another net's parameters */
    double value;
    weir_status status;
};

struct rig {
    weir_net *net;
    weir_plan *training, *inference;
    weir_optimizer *optimizer;
    real x[X_COUNT], dy[Y_COUNT], state[STATE_COUNT], gradient[PARAMETERS], spoilt[PARAMETERS];
    int64_t classes[ROWS * STEPS];
    struct results results;
    bool threads_changed; /* a thread of the caller's loop came back otherwise than it went in */
};

static const weir_layer layers[] = {
    {WEIR_LSTM, .units = 3, .dropout = 0.25}, {WEIR_GRU, .units = 4}, {WEIR_LINEAR, .units = OUTPUTS}};

static weir_status make_optimizer(struct rig *rig, weir_optimizer_kind kind)
{
    const weir_optimizer_options options = {
        .kind = kind, .learning_rate = 0.1, .momentum = kind == WEIR_RMSPROP ? 0.3 : 0.0, .weight_decay = 0.01};
    return weir_optimizer_create(&rig->optimizer, rig->net, &options, NULL);
}

static void rig_open(struct rig *rig)
{
    weir_plan_options options = {.batch = ROWS, .steps = STEPS};
    memset(rig, 0, sizeof *rig);
    for (int i = 0; i < X_COUNT; i++)
        rig->x[i] = (real)(0.1 * (i % 7) - 0.3);
    for (int i = 0; i < Y_COUNT; i++)
        rig->dy[i] = (real)(0.1 * (i % 10));
    for (int i = 0; i < STATE_COUNT; i++)
        rig->state[i] = (real)(0.1 * (i % 5) - 0.2);
    for (int i = 0; i < PARAMETERS; i++)
        rig->spoilt[i] = rig->gradient[i] = (real)(0.3 * (i % 11) - 1.5);
    rig->spoilt[5] = (real)NAN;
    assert_int_equal(weir_net_create(&rig->net, REAL_PRECISION, INPUTS, layers, 3, NULL), WEIR_OK);
    assert_int_equal(weir_net_parameter_count(rig->net), PARAMETERS);
    assert_int_equal(weir_net_state_size(rig->net), STATE);
    assert_int_equal(weir_plan_create(&rig->inference, rig->net, &options, NULL), WEIR_OK);
    options.mode = WEIR_TRAINING;
    assert_int_equal(weir_plan_create(&rig->training, rig->net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(rig->training, rig->x, NULL, rig->results.y), WEIR_OK);
}

static void rig_close(struct rig *rig)
{
    weir_optimizer_destroy(&rig->optimizer);
    weir_plan_destroy(&rig->training);
    weir_plan_destroy(&rig->inference);
    weir_net_destroy(&rig->net);
}

static weir_status forward(struct rig *rig, weir_plan *plan)
{
    const struct weir_forward_args_r args = {.rows = ROWS,
                                             .steps = STEPS,
                                             .x = rig->x,
                                             .state_in = rig->state,
                                             .y = rig->results.y,
                                             .state_out = rig->results.state};
    return weir_forward_full_r(plan, &args);
}

static weir_status call_inference(struct rig *rig) { return forward(rig, rig->inference); }
static weir_status call_training(struct rig *rig) { return forward(rig, rig->training); }

static weir_status backward(struct rig *rig, weir_plan *plan)
{
    const struct weir_backward_args_r args = {.x = rig->x,
                                              .dy = rig->dy,
                                              .dstate_out = rig->state,
                                              .gradient = rig->results.gradient,
                                              .dx = rig->results.dx,
                                              .dstate_in = rig->results.dstate};
    return weir_backward_full_r(plan, &args);
}

static weir_status call_backward(struct rig *rig) { return backward(rig, rig->training); }

/* Gates that saturate, sums that overflow, 0 times infinity: exceptions of all kinds. */
static weir_status call_wild(struct rig *rig)
{
    const struct weir_forward_args_r args = {
        .rows = ROWS, .steps = 1, .x = rig->spoilt, .y = rig->results.y, .state_out = rig->results.state};
    for (int i = 0; i < ROWS * INPUTS; i++)
        rig->spoilt[i] = REAL_BITS == 32 ? (real)FLT_MAX : (real)DBL_MAX;
    rig->spoilt[0] = (real)INFINITY;
    rig->spoilt[1] = -(real)INFINITY;
    return weir_forward_full_r(rig->training, &args);
}

/* Forward and backward on a pool of two threads, of which the last rows are the second's; all inputs are one number. */
static weir_status run_on(struct rig *rig, weir_pool *pool, real x)
{
    weir_plan *plan = NULL;
    const weir_plan_options options = {
        .batch = ROWS, .steps = STEPS, .mode = WEIR_TRAINING, .pool = pool, .sharing = WEIR_SHARE_ROWS};
    for (int i = 0; i < X_COUNT; i++)
        rig->x[i] = x;
    for (int i = 0; i < STATE_COUNT; i++)
        rig->state[i] = x;
    weir_status status = weir_plan_create(&plan, rig->net, &options, NULL);
    status |= forward(rig, plan);
    status |= backward(rig, plan);
    weir_plan_destroy(&plan);
    return status;
}

/* The second thread is started in the caller's environment, which it inherits. */
static weir_status call_shared(struct rig *rig, real x)
{
    weir_pool *pool = NULL;
    weir_status status = weir_pool_create(&pool, 2, NULL, NULL);
    status |= run_on(rig, pool, x);
    weir_pool_destroy(&pool);
    return status;
}

static const real denormal = REAL_BITS == 32 ? (real)(FLT_MIN / 4) : (real)(DBL_MIN / 4);
static const real largest = REAL_BITS == 32 ? (real)FLT_MAX : (real)DBL_MAX;

static weir_status call_shared_denormals(struct rig *rig) { return call_shared(rig, denormal); }
static weir_status call_shared_wild(struct rig *rig) { return call_shared(rig, largest); }

/* --- A parallel loop of the caller's ------------------------------------------------------------------------------ */

/* A thread's part in the loop: in which environment it begins, and whether it ends in another. */
struct part {
    const fenv_t *environment;
    void (*body)(void *data, int64_t thread);
    void *data;
    int64_t thread;
    bool changed;
};

static void *run_part(void *of)
{
    struct part *part = of;
    fesetenv(part->environment);
    const unsigned control = control_get();
    const int flags = fetestexcept(FE_ALL_EXCEPT), rounding = fegetround();
    part->body(part->data, part->thread);
    part->changed = control_get() != control || fetestexcept(FE_ALL_EXCEPT) != flags || fegetround() != rounding;
    return NULL;
}

enum { LOOP_THREADS = 2 };

struct loop {
    fenv_t environment;
    bool changed;
};

static void loop_run(void *context, int64_t threads, void (*body)(void *data, int64_t thread), void *data)
{
    struct loop *loop = context;
    struct part parts[LOOP_THREADS];
    pthread_t started[LOOP_THREADS];
    for (int64_t k = 0; k < threads; k++) {
        parts[k] = (struct part){.environment = &loop->environment, .body = body, .data = data, .thread = k};
        if (pthread_create(&started[k], NULL, run_part, &parts[k]) != 0)
            abort();
    }
    for (int64_t k = 0; k < threads; k++) {
        pthread_join(started[k], NULL);
        loop->changed |= parts[k].changed;
    }
}

/* The loop's threads are in the environment that the caller has before the run: within it they would inherit another.
 */
static weir_status call_looped(struct rig *rig, real x)
{
    struct loop loop = {.changed = false};
    const weir_parallel parallel = {.run = loop_run, .context = &loop};
    weir_pool *pool = NULL;
    fegetenv(&loop.environment);
    weir_status status = weir_pool_create_on(&pool, LOOP_THREADS, &parallel, NULL, NULL);
    status |= run_on(rig, pool, x);
    weir_pool_destroy(&pool);
    rig->threads_changed = loop.changed;
    return status;
}

static weir_status call_looped_denormals(struct rig *rig) { return call_looped(rig, denormal); }
static weir_status call_looped_wild(struct rig *rig) { return call_looped(rig, largest); }

/* --- Calls that are no runs --------------------------------------------------------------------------------------- */

static weir_status call_create(struct rig *rig)
{
    weir_net *net = NULL;
    const weir_status status = weir_net_create(&net, REAL_PRECISION, INPUTS, layers, 3, NULL);
    memcpy(rig->results.created, weir_net_parameters_r(net), sizeof rig->results.created);
    weir_net_destroy(&net);
    return status;
}

static weir_status initialise(struct rig *rig, const weir_init *init) { return weir_net_init(rig->net, init, NULL); }

static weir_status call_init_orthogonal(struct rig *rig)
{
    return initialise(rig, &(weir_init){.scheme = WEIR_INIT_GLOROT_ORTHOGONAL, .seed = 3});
}

static weir_status call_init_chrono(struct rig *rig)
{
    return initialise(rig, &(weir_init){.keep_bias = WEIR_KEEP_BIAS_CHRONO, .keep_value = 30.0, .seed = 3});
}

static weir_status call_plan(struct rig *rig)
{
    const weir_plan_options options = {.batch = ROWS, .steps = STEPS};
    weir_plan_destroy(&rig->inference);
    const weir_status status = weir_plan_create(&rig->inference, rig->net, &options, NULL);
    return status | forward(rig, rig->inference);
}

static weir_status call_refresh(struct rig *rig)
{
    const weir_status status = weir_plan_refresh(rig->inference);
    return status | forward(rig, rig->inference);
}

static weir_status call_loss(struct rig *rig, weir_loss loss, weir_reduction reduction)
{
    const struct weir_loss_args_r args = {.loss = loss,
                                          .reduction = reduction,
                                          .rows = ROWS,
                                          .steps = STEPS,
                                          .width = OUTPUTS,
                                          .y = rig->x,
                                          .target = rig->dy,
                                          .classes = rig->classes,
                                          .dy = rig->results.y};
    return weir_loss_r(&rig->results.value, &args, NULL);
}

static weir_status call_mse(struct rig *rig) { return call_loss(rig, WEIR_MSE, WEIR_MEAN); }
static weir_status call_softmax(struct rig *rig) { return call_loss(rig, WEIR_SOFTMAX_CROSS_ENTROPY, WEIR_MEAN); }
static weir_status call_bernoulli(struct rig *rig)
{
    return call_loss(rig, WEIR_BERNOULLI_CROSS_ENTROPY, WEIR_MEAN_PER_STEP);
}

static weir_status call_short_mse(struct rig *rig)
{
    rig->results.value = weir_mse_r(rig->x, rig->dy, X_COUNT, rig->results.dx);
    return WEIR_OK;
}

static weir_status call_clip_norm(struct rig *rig)
{
    memcpy(rig->results.gradient, rig->gradient, sizeof rig->gradient);
    rig->results.value = weir_clip_norm_r(rig->results.gradient, PARAMETERS, 0.7);
    return WEIR_OK;
}

/* With a NaN, which stays. */
static weir_status call_clip_value(struct rig *rig)
{
    memcpy(rig->results.gradient, rig->spoilt, sizeof rig->spoilt);
    return weir_clip_value_r(rig->results.gradient, PARAMETERS, 0.1);
}

static weir_status step(struct rig *rig, weir_optimizer_kind kind)
{
    weir_status status = make_optimizer(rig, kind);
    for (int i = 0; i < 3; i++)
        status |= weir_optimizer_step_r(rig->optimizer, rig->net, rig->gradient);
    return status;
}

static weir_status call_sgd(struct rig *rig) { return step(rig, WEIR_SGD); }
static weir_status call_rmsprop(struct rig *rig) { return step(rig, WEIR_RMSPROP); }
static weir_status call_adam(struct rig *rig) { return step(rig, WEIR_ADAM); }
static weir_status call_adamw(struct rig *rig) { return step(rig, WEIR_ADAMW); }

/* A gradient that is not finite is refused, not trapped. */
static weir_status call_spoilt_step(struct rig *rig)
{
    const weir_status status = make_optimizer(rig, WEIR_ADAM);
    return status | weir_optimizer_step_r(rig->optimizer, rig->net, rig->spoilt);
}

static weir_status call_start(struct rig *rig) { return weir_state_start_r(rig->net, ROWS, rig->results.state, NULL); }

static const struct call {
    const char *name;
    weir_status (*make)(struct rig *rig);
    weir_status status;
} calls[] = {
    {"weir_forward, inference", call_inference, WEIR_OK},
    {"weir_forward, training", call_training, WEIR_OK},
    {"weir_backward", call_backward, WEIR_OK},
    {"weir_forward on infinities", call_wild, WEIR_OK},
    {"a run of two threads on denormals", call_shared_denormals, WEIR_OK},
    {"a run of two threads on the largest numbers", call_shared_wild, WEIR_OK},
    {"a run on the caller's loop, on denormals", call_looped_denormals, WEIR_OK},
    {"a run on the caller's loop, on the largest numbers", call_looped_wild, WEIR_OK},
    {"weir_net_create", call_create, WEIR_OK},
    {"weir_net_init, orthogonal", call_init_orthogonal, WEIR_OK},
    {"weir_net_init, chrono", call_init_chrono, WEIR_OK},
    {"weir_plan_create", call_plan, WEIR_OK},
    {"weir_plan_refresh", call_refresh, WEIR_OK},
    {"weir_loss, MSE", call_mse, WEIR_OK},
    {"weir_loss, softmax", call_softmax, WEIR_OK},
    {"weir_loss, Bernoulli", call_bernoulli, WEIR_OK},
    {"weir_mse", call_short_mse, WEIR_OK},
    {"weir_clip_norm", call_clip_norm, WEIR_OK},
    {"weir_clip_value", call_clip_value, WEIR_OK},
    {"weir_optimizer_step, SGD", call_sgd, WEIR_OK},
    {"weir_optimizer_step, RMSProp", call_rmsprop, WEIR_OK},
    {"weir_optimizer_step, Adam", call_adam, WEIR_OK},
    {"weir_optimizer_step, AdamW", call_adamw, WEIR_OK},
    {"weir_optimizer_step, not finite", call_spoilt_step, WEIR_ERROR_ARGUMENT},
    {"weir_state_start", call_start, WEIR_OK},
};

/* --- Environments ------------------------------------------------------------------------------------------------- */

/* Makes a call in an environment, and tells what it is like afterwards; the usual one is back on return. */
struct environment {
    int traps, flags, rounding;
    unsigned flush;
    unsigned changed; /* bits of the control register: on x86 fegetexcept looks at the x87 unit only */
};

static void flush_set(unsigned flush) { control_set((control_get() & ~(unsigned)FLUSH) | flush); }

static struct environment call_in(struct rig *rig, const struct call *call, const struct environment *environment)
{
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(environment->flags);
    fesetround(environment->rounding);
    flush_set(environment->flush);
    if (environment->traps)
        feenableexcept(environment->traps);
    const unsigned before = control_get();

    rig->results.status = call->make(rig);

    const unsigned control = control_get();
    const struct environment after = {fegetexcept(), fetestexcept(FE_ALL_EXCEPT), fegetround(), control & FLUSH,
                                      control ^ before};
    fedisableexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
    fesetround(FE_TONEAREST);
    flush_set(0);
    return after;
}

static void read_parameters(struct rig *rig)
{
    memcpy(rig->results.parameters, weir_net_parameters_r(rig->net), sizeof rig->results.parameters);
}

static void check(const struct call *call, const struct environment *environment)
{
    static const struct environment usual = {.rounding = FE_TONEAREST};
    struct rig in_usual, in_this;
    rig_open(&in_usual);
    rig_open(&in_this);
    call_in(&in_usual, call, &usual);
    const struct environment after = call_in(&in_this, call, environment);
    assert_int_equal(after.traps, environment->traps);
    assert_int_equal(after.flags, environment->flags);
    assert_int_equal(after.rounding, environment->rounding);
    assert_int_equal(after.flush, environment->flush);
    assert_int_equal(after.changed, 0);
    read_parameters(&in_usual);
    read_parameters(&in_this);
    assert_false(in_this.threads_changed);
    assert_int_equal(in_this.results.status, call->status);
    assert_memory_equal(&in_this.results, &in_usual.results, sizeof in_usual.results);
    rig_close(&in_this);
    rig_close(&in_usual);
}

enum { ALL_TRAPS = FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT };

static void test_traps(void **state)
{
    check(*state, &(struct environment){.traps = ALL_TRAPS, .rounding = FE_TONEAREST});
    check(*state, &(struct environment){.traps = FE_INVALID | FE_DIVBYZERO, .rounding = FE_TONEAREST});
}

static void test_flags(void **state)
{
    check(*state, &(struct environment){.flags = 0, .rounding = FE_TONEAREST});
    check(*state, &(struct environment){.flags = FE_DIVBYZERO, .rounding = FE_TONEAREST});
    check(*state, &(struct environment){.flags = FE_ALL_EXCEPT, .rounding = FE_TONEAREST});
}

static void test_rounding(void **state)
{
    check(*state, &(struct environment){.rounding = FE_UPWARD});
    check(*state, &(struct environment){.rounding = FE_DOWNWARD});
    check(*state, &(struct environment){.rounding = FE_TOWARDZERO});
}

/* --- Denormals ---------------------------------------------------------------------------------------------------- */

static void test_flushing(void **state)
{
    check(*state, &(struct environment){.rounding = FE_TONEAREST, .flush = FLUSH});
    for (unsigned bit = 1; bit <= FLUSH; bit *= 2)
        if (FLUSH & bit)
            check(*state, &(struct environment){.rounding = FE_TONEAREST, .flush = bit});
}

/* y = weight x + bias for two numbers. */
static void line(real weight, real bias, const real *x, real *y)
{
    const weir_layer layer = {.kind = WEIR_LINEAR, .units = 1};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, &layer, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "weight_l0", &weight, 1, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "bias_l0", &bias, 1, 1, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&plan, net, &(weir_plan_options){.batch = 2}, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(plan, x, NULL, y), WEIR_OK);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* What is not normal is zero, going in and coming out; what is normal passes. */
static void test_denormals_are_flushed(void **state)
{
    (void)state;
    const real least = REAL_BITS == 32 ? (real)FLT_MIN : (real)DBL_MIN, x[2] = {least / 2, least};
    real in[2], out[2], same[2];
    assert_true(x[0] > 0);
    line((real)1024, 0, x, in);
    line((real)1.5, -least, x, out); /* the second sum is least / 2 */
    line((real)1, 0, x, same);
    assert_true(in[0] == 0 && in[1] == 1024 * least);
    assert_true(out[0] == -least && out[1] == 0);
    assert_true(same[0] == 0 && same[1] == least);
    assert_int_equal(control_get() & FLUSH, 0);
}

static void test_tiny_lstm(void **state)
{
    (void)state;
    const real tiny = REAL_BITS == 32 ? (real)1e-42 : (real)1e-310;
    struct rig rig;
    rig_open(&rig);
    for (int i = 0; i < X_COUNT; i++)
        rig.x[i] = i % 2 ? tiny : -tiny;
    for (int i = 0; i < STATE_COUNT; i++)
        rig.state[i] = tiny;
    assert_int_equal(call_training(&rig), WEIR_OK);
    assert_int_equal(call_backward(&rig), WEIR_OK);
    for (int i = 0; i < Y_COUNT; i++)
        assert_true(isfinite(rig.results.y[i]));
    for (int i = 0; i < PARAMETERS; i++)
        assert_true(isfinite(rig.results.gradient[i]));
    rig_close(&rig);
}

/* What an emulator, valgrind say, or a processor may lack. */
static bool has_traps(void)
{
    const int before = feenableexcept(ALL_TRAPS);
    const int enabled = fegetexcept();
    fedisableexcept(ALL_TRAPS);
    return before != -1 && enabled == ALL_TRAPS;
}

static bool has_flags(void)
{
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_ALL_EXCEPT);
    const int raised = fetestexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
    return raised == FE_ALL_EXCEPT;
}

static bool has_rounding(void)
{
    const bool set = fesetround(FE_UPWARD) == 0 && fegetround() == FE_UPWARD;
    fesetround(FE_TONEAREST);
    return set;
}

static bool has_flushing(void)
{
    flush_set(FLUSH);
    const unsigned set = control_get() & FLUSH;
    flush_set(0);
    return FLUSH != 0 && set == FLUSH;
}

/* One test for each call, or one that is skipped. */
static void add_for_calls(struct suite *suite, CMUnitTestFunction test, const char *promise, bool can_run,
                          const char *lack)
{
    if (!can_run)
        suite_skip(suite, promise, lack);
    for (size_t i = 0; can_run && i < sizeof calls / sizeof *calls; i++)
        suite_add(suite, test, &calls[i], "%s: %s", calls[i].name, promise);
}

int main(void)
{
    struct suite suite = {0};
    add_for_calls(&suite, test_traps, "traps nothing, and traps stay as they were", has_traps(),
                  "feenableexcept enables nothing here");
    add_for_calls(&suite, test_flags, "flags stay as they were", has_flags(), "feraiseexcept raises nothing here");
    add_for_calls(&suite, test_rounding, "the same bits whatever the rounding mode, which stays", has_rounding(),
                  "fesetround sets nothing here");
    add_for_calls(&suite, test_flushing, "flush-to-zero stays as it was", has_flushing(), "no such control here");
    if (has_flushing())
        suite_add(&suite, test_denormals_are_flushed, NULL, "within a run denormals are zero, and after it no longer");
    else
        suite_skip(&suite, "within a run denormals are zero", "no such control here");
    suite_add(&suite, test_tiny_lstm, NULL, "an LSTM runs on denormal inputs and states");
    return suite_run(&suite, "environment");
}
