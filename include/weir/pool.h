/**
 * @file
 * weir/pool.h: threads that plans run on.
 *
 * By default a run uses the caller's thread and no other. A plan that is given a pool may share a run out among the
 * caller's thread and those of the pool; how (weir_sharing), it decides by its shapes (weir_plan_describe), and where
 * there is too little to share it stays on the caller's thread. What a native plan computes has the same bits for any
 * number of threads, however they share it.
 *
 * Any number of plans, of any nets, may have one pool. It serves one run at a time: a run that finds it busy goes on in
 * its own thread alone, and waits for nobody.
 */
#ifndef WEIR_POOL_H
#define WEIR_POOL_H

#include <stdint.h>

#include <weir/error.h>
#include <weir/net.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Threads for runs. */
typedef struct weir_pool weir_pool;

/** Most threads that a pool may have. */
#define WEIR_POOL_MOST_THREADS 256

/**
 * Makes a pool of Weir's own threads: the caller of a run, and `threads` - 1 that are started here. They wait for work,
 * for some tens of microseconds awake, then asleep: to wake them takes a system call. One that finds itself on the CPU
 * of the caller, or of another of them, moves to one that is free, among those that it may use. A run wakes as many as
 * it has a use for (weir_plan_describe, "threads"), and the others sleep on.
 *
 * @param pool      gets the pool, which you own: weir_pool_destroy. Untouched on failure.
 * @param threads   1 to WEIR_POOL_MOST_THREADS
 * @param allocator where its memory comes from, copied; NULL: the C library
 * @return WEIR_OK, WEIR_ERROR_ARGUMENT, WEIR_ERROR_MEMORY, or WEIR_ERROR_THREADS if the system starts no more threads.
 *         Any thread.
 */
WEIR_API weir_status weir_pool_create(weir_pool **pool, int64_t threads, const weir_allocator *allocator,
                                      weir_error *error);

/** A parallel loop of yours: OpenMP's, TBB's, a server's. */
typedef struct weir_parallel {
    /** Calls body(data, k) once for each k in 0..threads-1, each in a thread of its own, all at the same time, and
     * returns when all have returned. They wait for each other inside: with fewer threads, or one call after another,
     * the first would wait for ever, awake, and no error can say so. A loop that cannot have so many just now has to
     * call nobody and return: the run then goes on in its caller's thread alone, with the same bits. OpenMP:
     *
     *     #pragma omp parallel num_threads(threads)
     *     if (omp_get_num_threads() == threads)
     *         body(data, omp_get_thread_num());
     *
     * The second line is not for show. OpenMP gives a region fewer threads than it asks for, mostly one, inside another
     * region (omp_in_parallel, omp_get_max_active_levels), above a limit (OMP_THREAD_LIMIT), and where it adjusts
     * numbers by itself (OMP_DYNAMIC). Where that always happens, make the pool smaller, or none. */
    void (*run)(void *context, int64_t threads, void (*body)(void *data, int64_t thread), void *data);
    void *context; /**< handed to run; yours */
    int64_t reserved[4];
} weir_parallel;

/**
 * Makes a pool that runs on a parallel loop of yours instead of threads of its own. Errors as weir_pool_create, but
 * WEIR_ERROR_THREADS.
 *
 * @param threads 1 to WEIR_POOL_MOST_THREADS, the most that a run asks the loop for; it may ask for fewer
 * @param parallel copied; what its context points to must last as long as any plan on the pool
 */
WEIR_API weir_status weir_pool_create_on(weir_pool **pool, int64_t threads, const weir_parallel *parallel,
                                         const weir_allocator *allocator, weir_error *error);

/**
 * Gives up your hold on a pool and sets *pool to NULL. Plans on it stay whole: its threads end with the last of them.
 * NULL and *pool NULL are allowed. Any thread but the pool's own.
 */
WEIR_API void weir_pool_destroy(weir_pool **pool);

/** How many threads a pool has, the caller's included; 0 for NULL. Any thread. */
WEIR_API int64_t weir_pool_threads(const weir_pool *pool);

#ifdef __cplusplus
}
#endif

#endif
