/*
 * test_pool.c: pools of threads: what is refused, what happens when there is no memory or no thread, and who keeps
 * whom.
 */
#include "contract/suite.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include <weir/weir.h>

#include "base/pool.h"
#include "contract/ledger.h"

enum { THREADS = 4, BATCH = 8, STEPS = 3, UNITS = 5 };

/* --- Threads that cannot be started --------------------------------------------------------------------------------
 */

/* Starts left before the next one is refused; -1: none is. */
static atomic_int starts_left = -1;

/* Before the C library's, for the library and this program. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    static int (*real_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!real_create) {
        void *symbol = dlsym(RTLD_NEXT, "pthread_create");
        memcpy(&real_create, &symbol, sizeof real_create);
    }
    if (atomic_load(&starts_left) == 0)
        return EAGAIN;
    if (atomic_load(&starts_left) > 0)
        atomic_fetch_sub(&starts_left, 1);
    return real_create(thread, attributes, start, argument);
}

static void test_no_thread(void **state)
{
    (void)state;
    for (int started = 0; started < THREADS - 1; started++) {
        struct ledger ledger = ledger_new();
        const weir_allocator allocator = ledger_allocator(&ledger);
        weir_pool *pool = NULL;
        weir_error error;
        atomic_store(&starts_left, started);
        const weir_status status = weir_pool_create(&pool, THREADS, &allocator, &error);
        atomic_store(&starts_left, -1);
        assert_int_equal(status, WEIR_ERROR_THREADS);
        assert_int_equal(error.status, WEIR_ERROR_THREADS);
        assert_string_not_equal(error.message, "");
        assert_null(pool);
        ledger_assert_settled(&ledger);
    }
}

static void test_no_memory(void **state)
{
    (void)state;
    struct ledger ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&ledger);
    weir_pool *pool = NULL;
    weir_error error;
    ledger.fail_after = 0;
    assert_int_equal(weir_pool_create(&pool, THREADS, &allocator, &error), WEIR_ERROR_MEMORY);
    assert_null(pool);
    ledger_assert_settled(&ledger);
}

/* --- Threads that are woken ------------------------------------------------------------------------------------------
 */

static atomic_int posts;

/* Before the C library's, as pthread_create above. */
int sem_post(sem_t *semaphore)
{
    static int (*real_post)(sem_t *);
    if (!real_post) {
        void *symbol = dlsym(RTLD_NEXT, "sem_post");
        memcpy(&real_post, &symbol, sizeof real_post);
    }
    atomic_fetch_add(&posts, 1);
    return real_post(semaphore);
}

/* Rounds that each member was in. */
static void count_round(void *data, struct member member)
{
    atomic_fetch_add((atomic_int *)data + member.index, 1);
    weir_team_wait(member);
}

/* Rounds of any number of threads, some of them asleep meanwhile, others not. */
static void test_rounds(void **state)
{
    (void)state;
    static const int64_t sizes[] = {2, 4, 3, 1, 2, 2, 4};
    enum { SIZES = sizeof sizes / sizeof *sizes, ROUNDS = 40 * SIZES };
    atomic_int counts[THREADS] = {0};
    int expected[THREADS] = {0};
    weir_pool *pool = NULL;
    assert_int_equal(weir_pool_create(&pool, THREADS, NULL, NULL), WEIR_OK);
    for (int round = 0; round < ROUNDS; round++) {
        const int64_t size = sizes[round % SIZES];
        for (int k = 0; k < size; k++)
            expected[k]++;
        atomic_store(&posts, 0);
        weir_pool_run(pool, size, count_round, counts);
        assert_in_range(atomic_load(&posts), 0, size - 1);
        for (int k = 0; k < THREADS; k++)
            assert_int_equal(atomic_load(&counts[k]), expected[k]);
        if (round % 5 == 0)
            nanosleep(&(struct timespec){0, 2000000}, NULL);
    }
    weir_pool_destroy(&pool);
}

/* --- What is refused -----------------------------------------------------------------------------------------------
 */

static void loop(void *context, int64_t threads, void (*body)(void *data, int64_t thread), void *data)
{
    (void)context;
    (void)threads;
    (void)body;
    (void)data;
}

static void *allocate_none(void *context, size_t bytes, size_t alignment)
{
    (void)context;
    (void)bytes;
    (void)alignment;
    return NULL;
}

static void assert_refused(weir_status status, const weir_pool *pool, const weir_error *error)
{
    assert_int_equal(status, WEIR_ERROR_ARGUMENT);
    assert_int_equal(error->status, WEIR_ERROR_ARGUMENT);
    assert_string_not_equal(error->message, "");
    assert_null(pool);
}

static void test_refused(void **state)
{
    (void)state;
    const weir_parallel good = {.run = loop}, none = {.run = NULL}, reserved = {.run = loop, .reserved = {0, 0, 0, 1}};
    const weir_allocator half = {.allocate = allocate_none};
    const int64_t counts[] = {0, -1, WEIR_POOL_MOST_THREADS + 1, INT64_MAX, INT64_MIN};
    weir_pool *pool = NULL;
    weir_error error;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_refused(weir_pool_create(&pool, counts[i], NULL, &error), pool, &error);
        assert_refused(weir_pool_create_on(&pool, counts[i], &good, NULL, &error), pool, &error);
    }
    assert_refused(weir_pool_create(NULL, 2, NULL, &error), pool, &error);
    assert_refused(weir_pool_create(&pool, 2, &half, &error), pool, &error);
    assert_refused(weir_pool_create_on(NULL, 2, &good, NULL, &error), pool, &error);
    assert_refused(weir_pool_create_on(&pool, 2, NULL, NULL, &error), pool, &error);
    assert_refused(weir_pool_create_on(&pool, 2, &none, NULL, &error), pool, &error);
    assert_refused(weir_pool_create_on(&pool, 2, &reserved, NULL, &error), pool, &error);
    assert_int_equal(weir_pool_create(&pool, 0, NULL, NULL), WEIR_ERROR_ARGUMENT);
}

static weir_net *make_net(void)
{
    const weir_layer layer = {.kind = WEIR_LSTM, .units = UNITS};
    weir_net *net = NULL;
    assert_int_equal(weir_net_create(&net, WEIR_F32, 2, &layer, 1, NULL), WEIR_OK);
    return net;
}

static void test_more_than_the_pool_has(void **state)
{
    (void)state;
    weir_net *net = make_net();
    weir_pool *pool = NULL;
    weir_plan *plan = NULL;
    weir_error error;
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    assert_int_equal(weir_pool_threads(pool), 2);
    const weir_plan_options options = {.pool = pool, .threads = 3};
    assert_int_equal(weir_plan_create(&plan, net, &options, &error), WEIR_ERROR_ARGUMENT);
    assert_null(plan);
    weir_pool_destroy(&pool);
    assert_null(pool);
    weir_net_destroy(&net);
}

static void test_nothing(void **state)
{
    (void)state;
    weir_pool *none = NULL;
    assert_int_equal(weir_pool_threads(NULL), 0);
    weir_pool_destroy(NULL);
    weir_pool_destroy(&none);
}

/* --- Who keeps whom ------------------------------------------------------------------------------------------------
 */

/* A run in two threads, and what a plan without a pool says. */
static void run_and_compare(weir_plan *plan, weir_net *net)
{
    float x[STEPS * BATCH * 2], y[STEPS * BATCH * UNITS], expected[STEPS * BATCH * UNITS];
    weir_plan *alone = NULL;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)((int)(i * 7 % 11) - 5) / 8;
    assert_int_equal(weir_plan_create(&alone, net, &(weir_plan_options){.batch = BATCH, .steps = STEPS}, NULL),
                     WEIR_OK);
    assert_int_equal(weir_forward_f32(alone, x, NULL, expected), WEIR_OK);
    assert_int_equal(weir_forward_f32(plan, x, NULL, y), WEIR_OK);
    assert_memory_equal(y, expected, sizeof y);
    weir_plan_destroy(&alone);
}

static void test_plan_keeps_pool(void **state)
{
    (void)state;
    struct ledger ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&ledger);
    weir_net *net = make_net();
    weir_pool *pool = NULL;
    weir_plan *plans[2] = {NULL, NULL};
    assert_int_equal(weir_pool_create(&pool, THREADS, &allocator, NULL), WEIR_OK);
    for (int k = 0; k < 2; k++) {
        const weir_plan_options options = {
            .batch = BATCH, .steps = STEPS, .pool = pool, .threads = 2 + k, .sharing = WEIR_SHARE_ROWS};
        assert_int_equal(weir_plan_create(&plans[k], net, &options, NULL), WEIR_OK);
    }
    weir_pool_destroy(&pool);
    assert_int_equal(ledger.blocks_out, 1);
    run_and_compare(plans[0], net);
    weir_plan_destroy(&plans[0]);
    assert_int_equal(ledger.blocks_out, 1);
    run_and_compare(plans[1], net);
    weir_plan_destroy(&plans[1]);
    ledger_assert_settled(&ledger);
    weir_net_destroy(&net);
}

/* A loop of the caller's that has no threads to give. */
static void test_no_loop(void **state)
{
    (void)state;
    const weir_parallel parallel = {.run = loop};
    weir_net *net = make_net();
    weir_pool *pool = NULL;
    weir_plan *plan = NULL;
    assert_int_equal(weir_pool_create_on(&pool, THREADS, &parallel, NULL, NULL), WEIR_OK);
    const weir_plan_options options = {.batch = BATCH, .steps = STEPS, .pool = pool, .sharing = WEIR_SHARE_ROWS};
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    run_and_compare(plan, net);
    weir_plan_destroy(&plan);
    weir_pool_destroy(&pool);
    weir_net_destroy(&net);
}

/* --- Where threads are ----------------------------------------------------------------------------------------------
 */

#if defined(__linux__)

/* A round of two threads: where each was, and which CPUs the second may use from now on. */
struct round {
    int cpu[2];
    cpu_set_t allowed;
};

static void note_cpu(void *data, struct member member)
{
    struct round *round = data;
    round->cpu[member.index] = sched_getcpu();
    if (member.index == 1)
        sched_setaffinity(0, sizeof round->allowed, &round->allowed);
}

/* A thread starts on the caller's CPU, as it may use no other, and stays there when it may. */
static void test_place(void **state)
{
    (void)state;
    struct round round;
    cpu_set_t one;
    weir_pool *pool = NULL;
    assert_int_equal(sched_getaffinity(0, sizeof round.allowed, &round.allowed), 0);
    if (CPU_COUNT(&round.allowed) < 2)
        skip();
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(weir_pool_create(&pool, 2, NULL, NULL), WEIR_OK);
    weir_pool_run(pool, 2, note_cpu, &round);
    assert_int_equal(round.cpu[0], round.cpu[1]);
    weir_pool_run(pool, 2, note_cpu, &round);
    assert_int_not_equal(round.cpu[0], round.cpu[1]);
    weir_pool_destroy(&pool);
    assert_int_equal(sched_setaffinity(0, sizeof round.allowed, &round.allowed), 0);
}

#endif

int main(void)
{
    struct suite suite = {0};
    suite_add(&suite, test_no_thread, NULL, "a thread that does not start: WEIR_ERROR_THREADS, and nothing is left");
    suite_add(&suite, test_no_memory, NULL, "no memory for a pool: WEIR_ERROR_MEMORY, and nothing is left");
    suite_add(&suite, test_rounds, NULL, "a run wakes the threads that it takes, and no others");
    suite_add(&suite, test_refused, NULL, "wrong arguments are refused");
    suite_add(&suite, test_more_than_the_pool_has, NULL, "a plan may not ask for more threads than its pool has");
    suite_add(&suite, test_nothing, NULL, "no pool has no threads, and is destroyed at once");
    suite_add(&suite, test_plan_keeps_pool, NULL, "plans keep their pool, and the last of them ends it");
    suite_add(&suite, test_no_loop, NULL, "a loop that calls nobody leaves the run to its caller's thread");
#if defined(__linux__)
    suite_add(&suite, test_place, NULL, "a thread leaves the caller's CPU");
#endif
    return suite_run(&suite, "pool");
}
