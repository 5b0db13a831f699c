/*
 * test_threads.c: what may happen in several threads at once, does. For a thread sanitizer, too.
 */
#include "contract/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"

enum { THREADS = 4, ROUNDS = 60, INPUTS = 3, OUTPUTS = 2, MOST_ROWS = THREADS, STEPS = 7 };
enum { X_COUNT = MOST_ROWS * STEPS * INPUTS, Y_COUNT = MOST_ROWS * STEPS * OUTPUTS, STATE_COUNT = MOST_ROWS * 20 };

static const weir_layer layers[] = {
    {WEIR_LSTM, WEIR_BOTH, .units = 5, .learned_state = 1}, {WEIR_GRU, .units = 6}, {WEIR_LINEAR, .units = OUTPUTS}};

/* What one thread works with. Each has rows of its own number. */
struct worker {
    int k;
    weir_net *net;
    weir_plan *plan;
    pthread_barrier_t *barrier;
    real x[X_COUNT], y[Y_COUNT], expected[Y_COUNT];
    int differences;
    weir_status status;
};

static weir_net *make_net(void)
{
    weir_net *net = NULL;
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, INPUTS, layers, 3, NULL), WEIR_OK);
    assert_int_equal(weir_net_init(net, &(weir_init){.seed = 0}, NULL), WEIR_OK);
    return net;
}

static weir_status make_plan(struct worker *worker)
{
    const weir_plan_options options = {.batch = 1 + worker->k, .steps = STEPS};
    return weir_plan_create(&worker->plan, worker->net, &options, NULL);
}

static weir_status run(struct worker *worker)
{
    memset(worker->y, 0, sizeof worker->y);
    return weir_forward_r(worker->plan, worker->x, NULL, worker->y);
}

static void prepare(struct worker *worker, int k, weir_net *net, pthread_barrier_t *barrier)
{
    *worker = (struct worker){.k = k, .net = net, .barrier = barrier};
    for (int i = 0; i < X_COUNT; i++)
        worker->x[i] = (real)((i * 31 + k * 7) % 23 - 11) / (real)16;
    assert_int_equal(make_plan(worker), WEIR_OK);
    assert_int_equal(run(worker), WEIR_OK);
    memcpy(worker->expected, worker->y, sizeof worker->y);
}

static void round_of(struct worker *worker)
{
    worker->status |= run(worker);
    worker->differences += memcmp(worker->y, worker->expected, sizeof worker->y) != 0;
}

static void *run_plans(void *of)
{
    struct worker *worker = of;
    pthread_barrier_wait(worker->barrier);
    for (int i = 0; i < ROUNDS; i++)
        round_of(worker);
    return NULL;
}

/* Plans, state and clones made and destroyed meanwhile, on the same net. */
static void *make_plans(void *of)
{
    struct worker *worker = of;
    pthread_barrier_wait(worker->barrier);
    for (int i = 0; i < ROUNDS; i++) {
        real state[STATE_COUNT];
        weir_net *clone = NULL;
        weir_view view;
        weir_plan_destroy(&worker->plan);
        worker->status |= make_plan(worker);
        worker->status |= weir_net_clone(&clone, worker->net, NULL);
        worker->status |= weir_state_start_r(clone, 1, state, NULL);
        worker->status |= weir_net_find(worker->net, "weight_ih_l0", &view, NULL);
        weir_net_destroy(&clone);
        round_of(worker);
    }
    return NULL;
}

/* A net, a training plan and an optimiser of its own. */
static void *train(void *of)
{
    struct worker *worker = of;
    const weir_plan_options options = {.batch = 1 + worker->k, .steps = STEPS, .mode = WEIR_TRAINING};
    const weir_optimizer_options sgd = {.kind = WEIR_SGD, .learning_rate = 0.01};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    weir_optimizer *optimizer = NULL;
    pthread_barrier_wait(worker->barrier);
    worker->status |= weir_net_clone(&net, worker->net, NULL);
    worker->status |= weir_plan_create(&plan, net, &options, NULL);
    worker->status |= weir_optimizer_create(&optimizer, net, &sgd, NULL);
    real *gradient = calloc((size_t)weir_net_parameter_count(net), sizeof *gradient);
    for (int i = 0; i < ROUNDS / 4 && worker->status == WEIR_OK; i++) {
        worker->status |= weir_forward_r(plan, worker->x, NULL, worker->y);
        worker->status |= weir_backward_r(plan, worker->x, worker->y, gradient, NULL);
        worker->status |= weir_optimizer_step_r(optimizer, net, gradient);
    }
    free(gradient);
    weir_optimizer_destroy(&optimizer);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
    return NULL;
}

/* Some threads do one thing, some the other; all on one net. */
static void in_threads(int count, void *(*even)(void *), void *(*odd)(void *))
{
    static struct worker workers[THREADS];
    pthread_t threads[THREADS];
    pthread_barrier_t barrier;
    weir_net *net = make_net();
    pthread_barrier_init(&barrier, NULL, (unsigned)count);
    for (int k = 0; k < count; k++)
        prepare(&workers[k], k, net, &barrier);
    for (int k = 0; k < count; k++)
        assert_int_equal(pthread_create(&threads[k], NULL, k % 2 ? odd : even, &workers[k]), 0);
    for (int k = 0; k < count; k++)
        pthread_join(threads[k], NULL);
    for (int k = 0; k < count; k++) {
        assert_int_equal(workers[k].status, WEIR_OK);
        assert_int_equal(workers[k].differences, 0);
        weir_plan_destroy(&workers[k].plan);
    }
    weir_net_destroy(&net);
    pthread_barrier_destroy(&barrier);
}

static void test_two_plans(void **state)
{
    (void)state;
    in_threads(2, run_plans, run_plans);
}

static void test_four_plans(void **state)
{
    (void)state;
    in_threads(4, run_plans, run_plans);
}

static void test_making_plans(void **state)
{
    (void)state;
    in_threads(4, run_plans, make_plans);
}

static void test_training_beside(void **state)
{
    (void)state;
    in_threads(4, run_plans, train);
}

/* Round after round the net changes, and then all take its new parameters at once. */
static void *refresh_plans(void *of)
{
    struct worker *worker = of;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(worker->barrier);
        if (worker->k == 0)
            worker->status |= weir_net_init(worker->net, &(weir_init){.seed = (uint64_t)(i % 2)}, NULL);
        pthread_barrier_wait(worker->barrier);
        worker->status |= weir_plan_refresh(worker->plan);
        if (i % 2 == 0)
            round_of(worker); /* the numbers are those that it began with */
        else
            worker->status |= run(worker);
    }
    return NULL;
}

static void test_refreshing_plans(void **state)
{
    (void)state;
    in_threads(4, refresh_plans, refresh_plans);
}

/* The last of the holders of a net may go in any thread. */
static void *hold_and_let_go(void *of)
{
    struct worker *worker = of;
    pthread_barrier_wait(worker->barrier);
    round_of(worker);
    weir_plan_destroy(&worker->plan);
    return NULL;
}

static void test_letting_go(void **state)
{
    (void)state;
    static struct worker workers[THREADS];
    for (int i = 0; i < 20; i++) {
        pthread_t threads[THREADS];
        pthread_barrier_t barrier;
        weir_net *net = make_net();
        pthread_barrier_init(&barrier, NULL, THREADS);
        for (int k = 0; k < THREADS; k++)
            prepare(&workers[k], k, net, &barrier);
        weir_net_destroy(&net);
        for (int k = 0; k < THREADS; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, hold_and_let_go, &workers[k]), 0);
        for (int k = 0; k < THREADS; k++)
            pthread_join(threads[k], NULL);
        for (int k = 0; k < THREADS; k++)
            assert_int_equal(workers[k].differences, 0);
        pthread_barrier_destroy(&barrier);
    }
}

/* --- Holders are counted ------------------------------------------------------------------------------------------ */

static void *allocate(void *context, size_t bytes, size_t alignment)
{
    atomic_fetch_add((atomic_int *)context, 1);
    return aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
}

static void release(void *context, void *memory, size_t bytes)
{
    (void)bytes;
    atomic_fetch_sub((atomic_int *)context, 1);
    free(memory);
}

/* Optimisers: what is made and destroyed fastest, so that counts meet. */
static void *come_and_go(void *of)
{
    struct worker *worker = of;
    const weir_optimizer_options sgd = {.kind = WEIR_SGD, .learning_rate = 1.0};
    weir_optimizer *optimizer = NULL;
    pthread_barrier_wait(worker->barrier);
    for (int i = 0; i < 100000; i++) {
        worker->status |= weir_optimizer_create(&optimizer, worker->net, &sgd, NULL);
        weir_optimizer_destroy(&optimizer);
    }
    return NULL;
}

static void test_counting_holders(void **state)
{
    (void)state;
    static struct worker workers[THREADS];
    const weir_layer layer = {.kind = WEIR_RNN, .units = 1};
    atomic_int blocks = 0;
    const weir_allocator allocator = {allocate, release, &blocks};
    pthread_t threads[THREADS];
    pthread_barrier_t barrier;
    weir_net *net = NULL;
    assert_int_equal(weir_net_create_in(&net, REAL_PRECISION, INPUTS, &layer, 1, &allocator, NULL), WEIR_OK);
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int k = 0; k < THREADS; k++) {
        workers[k] = (struct worker){.k = k, .net = net, .barrier = &barrier};
        assert_int_equal(pthread_create(&threads[k], NULL, come_and_go, &workers[k]), 0);
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(threads[k], NULL);
        assert_int_equal(workers[k].status, WEIR_OK);
    }
    assert_int_equal(blocks, 1); /* the net's own */
    weir_net_destroy(&net);
    assert_int_equal(blocks, 0);
    pthread_barrier_destroy(&barrier);
}

int main(void)
{
    struct suite suite = {0};
    suite_add(&suite, test_two_plans, NULL, "two plans of one net run at once, with the bits of one after the other");
    suite_add(&suite, test_four_plans, NULL, "four plans of one net run at once, with the same bits");
    suite_add(&suite, test_making_plans, NULL, "plans and clones of a net are made while others run on it");
    suite_add(&suite, test_refreshing_plans, NULL, "plans take a changed net's parameters at once");
    suite_add(&suite, test_training_beside, NULL, "a clone is trained in one thread while its net runs in another");
    suite_add(&suite, test_letting_go, NULL, "the last holder of a net may go in any thread");
    suite_add(&suite, test_counting_holders, NULL, "no holder of a net is forgotten, or counted twice");
    return suite_run(&suite, "threads");
}
