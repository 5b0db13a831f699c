/*
 * api/pool.c: the public functions of <weir/pool.h>.
 */
#include <weir/pool.h>

#include "base/fail.h"
#include "base/pool.h"

static weir_status create(weir_pool **pool, int64_t threads, const weir_parallel *parallel,
                          const weir_allocator *allocator, weir_error *error)
{
    FAIL_IF(!pool, error, WEIR_ERROR_ARGUMENT, "pool is NULL");
    FAIL_IF(threads < 1 || threads > WEIR_POOL_MOST_THREADS, error, WEIR_ERROR_ARGUMENT,
            "threads is %lld, must be in 1..%d", (long long)threads, WEIR_POOL_MOST_THREADS);
    FAIL_IF(allocator && (!allocator->allocate || !allocator->release), error, WEIR_ERROR_ARGUMENT,
            "the allocator lacks a function");
    FORWARD_FAILURE(weir_pool_make(pool, threads, parallel, allocator ? allocator : &weir_default_allocator, error));
    return weir_succeed(error);
}

weir_status weir_pool_create(weir_pool **pool, int64_t threads, const weir_allocator *allocator, weir_error *error)
{
    return create(pool, threads, NULL, allocator, error);
}

weir_status weir_pool_create_on(weir_pool **pool, int64_t threads, const weir_parallel *parallel,
                                const weir_allocator *allocator, weir_error *error)
{
    FAIL_IF(!parallel || !parallel->run, error, WEIR_ERROR_ARGUMENT, "%s is NULL",
            parallel ? "run of weir_parallel" : "parallel");
    FAIL_IF(!weir_reserved_is_zero(parallel->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of weir_parallel is not zero");
    return create(pool, threads, parallel, allocator, error);
}

void weir_pool_destroy(weir_pool **pool)
{
    if (!pool || !*pool)
        return;
    weir_pool_let_go(*pool);
    *pool = NULL;
}

int64_t weir_pool_threads(const weir_pool *pool) { return weir_pool_size(pool); }
