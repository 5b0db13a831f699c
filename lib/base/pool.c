/*
 * base/pool.c: pools of threads.
 *
 * A worker waits for the number of its rounds to change, awake for a while, then asleep on a semaphore of its own. The
 * caller of a run opens a round for as many workers as the run has a use for, works as member 0, and waits until they
 * have finished; the other workers do not notice. No lock is taken.
 */
#include "base/pool.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/place.h"

struct worker {
    _Alignas(64) _Atomic uint64_t round; /* rounds opened for it: it alone looks at them, again and again */
    weir_pool *pool;
    int64_t index; /* as a member of a run's team: 1 and up */
    pthread_t thread;
    sem_t wake;
    atomic_int sleeps; /* or is about to */
    atomic_int cpu;    /* that it was on when it began its part of a round; -1: nobody knows */
};

struct weir_pool {
    weir_allocator allocator;
    int64_t bytes;
    atomic_int holders;
    atomic_flag busy;
    int64_t threads;
    weir_parallel parallel; /* run NULL: the workers */
    bool has_run;           /* on a parallel loop: whether that called the body */

    /* The round: what its workers are to do. Written by the caller before their numbers are raised. */
    bool ends;
    team_body *body;
    void *data;
    struct team team;
    int caller_cpu;
    _Atomic int64_t unfinished;

    int64_t started; /* workers that have a thread */
    struct worker workers[];
};

/* Moments of waiting for a round before a worker falls asleep: some tens of microseconds. */
enum { WAITS_AWAKE = 3000 };

/* --- Workers -------------------------------------------------------------------------------------------------------
 */

static bool is_new(const struct worker *worker, uint64_t seen) { return atomic_load(&worker->round) != seen; }

/* Whoever opens a round after `sleeps` was set posts; so either the new round is seen here, or a post will come. */
static void sleep_until_new(struct worker *worker, uint64_t seen)
{
    atomic_store(&worker->sleeps, 1);
    if (is_new(worker, seen) && atomic_exchange(&worker->sleeps, 0))
        return;
    while (sem_wait(&worker->wake) != 0 && errno == EINTR)
        continue;
}

static void wait_for_round(struct worker *worker, uint64_t seen)
{
    for (int64_t k = 0; !is_new(worker, seen); k++)
        if (k < WAITS_AWAKE)
            weir_pause(0);
        else
            sleep_until_new(worker, seen);
}

/* Goes away from the CPU of the caller, and of workers before this one: who waits there would keep it from its work. */
static void take_place(struct worker *worker)
{
    const weir_pool *pool = worker->pool;
    int taken[WEIR_POOL_MOST_THREADS];
    const int here = weir_place_now();
    bool is_taken = here >= 0 && here == pool->caller_cpu;
    taken[0] = pool->caller_cpu;
    for (int64_t k = 1; k < worker->index; k++) {
        taken[k] = atomic_load_explicit(&pool->workers[k - 1].cpu, memory_order_relaxed);
        is_taken |= here >= 0 && here == taken[k];
    }
    if (is_taken)
        weir_place_leave(taken, worker->index);
    atomic_store_explicit(&worker->cpu, is_taken ? weir_place_now() : here, memory_order_relaxed);
}

/* One thread's part of the round. */
static void run_member(weir_pool *pool, int64_t thread)
{
    pool->body(pool->data, (struct member){&pool->team, thread});
}

static void *work(void *data)
{
    struct worker *worker = data;
    weir_pool *pool = worker->pool;
    for (uint64_t seen = 0;; seen++) {
        wait_for_round(worker, seen);
        if (pool->ends)
            return NULL;
        take_place(worker);
        run_member(pool, worker->index);
        atomic_fetch_sub(&pool->unfinished, 1);
    }
}

/* Opens the next round for the first workers: those awake begin before any is woken. */
static void open_round(weir_pool *pool, int64_t workers)
{
    pool->caller_cpu = weir_place_now();
    atomic_store(&pool->unfinished, workers);
    for (int64_t k = 0; k < workers; k++)
        atomic_fetch_add(&pool->workers[k].round, 1);
    for (int64_t k = 0; k < workers; k++)
        if (atomic_exchange(&pool->workers[k].sleeps, 0))
            sem_post(&pool->workers[k].wake);
}

static bool start_worker(weir_pool *pool)
{
    struct worker *worker = &pool->workers[pool->started];
    worker->pool = pool;
    worker->index = pool->started + 1;
    atomic_init(&worker->cpu, -1);
    if (sem_init(&worker->wake, 0, 0) != 0)
        return false;
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
        sem_destroy(&worker->wake);
        return false;
    }
    pool->started++;
    return true;
}

static void end_workers(weir_pool *pool)
{
    pool->ends = true;
    open_round(pool, pool->started);
    for (int64_t k = 0; k < pool->started; k++) {
        pthread_join(pool->workers[k].thread, NULL);
        sem_destroy(&pool->workers[k].wake);
    }
}

/* --- Pools ---------------------------------------------------------------------------------------------------------
 */

static void free_pool(weir_pool *pool)
{
    const weir_allocator allocator = pool->allocator;
    end_workers(pool);
    weir_release(&allocator, pool, pool->bytes);
}

weir_status weir_pool_make(weir_pool **pool, int64_t threads, const weir_parallel *parallel,
                           const weir_allocator *allocator, weir_error *error)
{
    const int64_t workers = parallel ? 0 : threads - 1;
    struct arena arena = {0};
    weir_arena_take(&arena, 1, (int64_t)sizeof **pool + workers * (int64_t)sizeof(struct worker));
    weir_pool *made = weir_allocate(allocator, arena.used);
    FAIL_IF(!made, error, WEIR_ERROR_MEMORY, "no memory for a pool of %lld threads", (long long)threads);
    memset(made, 0, (size_t)arena.used);
    made->allocator = *allocator;
    made->bytes = arena.used;
    made->threads = threads;
    atomic_init(&made->holders, 1);
    atomic_flag_clear(&made->busy);
    if (parallel)
        made->parallel = *parallel;
    while (made->started < workers)
        if (!start_worker(made)) {
            const int64_t started = made->started;
            free_pool(made);
            return weir_fail(error, WEIR_ERROR_THREADS, "the system started %lld of %lld threads", (long long)started,
                             (long long)workers);
        }
    *pool = made;
    return WEIR_OK;
}

void weir_pool_hold(weir_pool *pool)
{
    if (pool)
        atomic_fetch_add(&pool->holders, 1);
}

void weir_pool_let_go(weir_pool *pool)
{
    if (pool && atomic_fetch_sub(&pool->holders, 1) == 1)
        free_pool(pool);
}

int64_t weir_pool_size(const weir_pool *pool) { return pool ? pool->threads : 0; }

bool weir_pool_has_workers(const weir_pool *pool) { return pool->parallel.run == NULL; }

/* --- A run ---------------------------------------------------------------------------------------------------------
 */

static void run_alone(team_body *body, void *data)
{
    struct team team = {.size = 1};
    body(data, (struct member){&team, 0});
}

/* The body of a caller's parallel loop. */
static void run_in_loop(void *data, int64_t thread)
{
    weir_pool *pool = data;
    if (thread == 0)
        pool->has_run = true;
    run_member(pool, thread);
}

/* A loop that cannot have so many threads calls nobody. */
static void run_on_loop(weir_pool *pool)
{
    pool->has_run = false;
    pool->parallel.run(pool->parallel.context, pool->team.size, run_in_loop, pool);
    if (!pool->has_run)
        run_alone(pool->body, pool->data);
}

static void run_on_workers(weir_pool *pool)
{
    open_round(pool, pool->team.size - 1);
    run_member(pool, 0);
    for (int64_t k = 0; atomic_load(&pool->unfinished) > 0; k++)
        weir_pause(k);
}

void weir_pool_run(weir_pool *pool, int64_t threads, team_body *body, void *data)
{
    if (!pool || threads == 1 || atomic_flag_test_and_set(&pool->busy)) {
        run_alone(body, data);
        return;
    }
    pool->body = body;
    pool->data = data;
    pool->team.size = threads;
    if (pool->parallel.run)
        run_on_loop(pool);
    else
        run_on_workers(pool);
    atomic_flag_clear(&pool->busy);
}
