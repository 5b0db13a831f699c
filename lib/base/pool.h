/*
 * base/pool.h: pools of threads (weir/pool.h).
 */
#ifndef WEIR_BASE_POOL_H
#define WEIR_BASE_POOL_H

#include <stdbool.h>

#include <weir/pool.h>

#include "base/memory.h"
#include "base/team.h"

/* Makes one; parallel NULL: with threads of its own. Arguments are checked. */
weir_status weir_pool_make(weir_pool **pool, int64_t threads, const weir_parallel *parallel,
                           const weir_allocator *allocator, weir_error *error);

void weir_pool_hold(weir_pool *pool);
void weir_pool_let_go(weir_pool *pool);
int64_t weir_pool_size(const weir_pool *pool);
bool weir_pool_has_workers(const weir_pool *pool); /* of its own; else it runs on the caller's loop */

/* What a run's threads do. */
typedef void team_body(void *data, struct member member);

/* Runs body in the caller's thread and in those of the pool, `threads` in all; the others are not woken. In the
   caller's alone where threads is 1, the pool is busy, or its loop calls nobody. */
void weir_pool_run(weir_pool *pool, int64_t threads, team_body *body, void *data);

#endif
