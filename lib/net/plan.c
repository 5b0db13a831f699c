/*
 * net/plan.c: checking, describing and freeing plans of either precision.
 */
#include "net/plan.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/size.h"
#include "net/schedule.h"

weir_status weir_plan_check(const weir_net *net, const weir_plan_options *options, weir_error *error)
{
    FAIL_IF(options->batch < 1, error, WEIR_ERROR_ARGUMENT, "batch is %lld, must be at least 1 (or 0 for 1)",
            (long long)options->batch);
    FAIL_IF(options->steps < 1, error, WEIR_ERROR_ARGUMENT, "steps is %lld, must be at least 1 (or 0 for 1)",
            (long long)options->steps);
    FAIL_IF(options->mode != WEIR_INFERENCE && options->mode != WEIR_TRAINING, error, WEIR_ERROR_ARGUMENT,
            "mode is %d, which is no weir_mode", (int)options->mode);
    FAIL_IF(options->engine < WEIR_ENGINE_AUTO || options->engine > WEIR_ENGINE_NATIVE, error, WEIR_ERROR_ARGUMENT,
            "engine is %d, which is no weir_engine", (int)options->engine);
    FAIL_IF(options->sharing < WEIR_SHARE_AUTO || options->sharing > WEIR_SHARE_LAYERS, error, WEIR_ERROR_ARGUMENT,
            "sharing is %d, which is no weir_sharing", (int)options->sharing);
    FAIL_IF(options->planning != WEIR_ESTIMATE && options->planning != WEIR_MEASURE, error, WEIR_ERROR_ARGUMENT,
            "planning is %d, which is no weir_planning", (int)options->planning);
    FAIL_IF(options->memory_limit < 0, error, WEIR_ERROR_ARGUMENT, "memory_limit is %lld, must not be negative",
            (long long)options->memory_limit);
    FAIL_IF(options->memory_limit > 0 && options->mode != WEIR_TRAINING, error, WEIR_ERROR_ARGUMENT,
            "memory_limit is for training plans: an inference plan has no tape that could be smaller");
    FAIL_IF(options->reproducible && options->engine == WEIR_ENGINE_BLAS, error, WEIR_ERROR_ARGUMENT,
            "a reproducible plan was asked for, and the blas engine, whose bits are not promised");
    FAIL_IF(!weir_reserved_is_zero(options->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of weir_plan_options is not zero");
    FAIL_IF(options->threads < 0, error, WEIR_ERROR_ARGUMENT, "threads is %lld, must not be negative",
            (long long)options->threads);
    FAIL_IF(options->threads > 1 && !options->pool, error, WEIR_ERROR_ARGUMENT, "threads is %lld, but there is no pool",
            (long long)options->threads);
    FAIL_IF(options->threads > 1 && options->threads > weir_pool_size(options->pool), error, WEIR_ERROR_ARGUMENT,
            "threads is %lld, the pool has %lld", (long long)options->threads,
            (long long)weir_pool_size(options->pool));
    FAIL_IF(options->allocator && (!options->allocator->allocate || !options->allocator->release), error,
            WEIR_ERROR_ARGUMENT, "the allocator lacks a function");
    FAIL_IF(weir_net_in_edit(net), error, WEIR_ERROR_ORDER, "an edit of the net is open: commit it first");

    int64_t rows;
    FAIL_IF(__builtin_mul_overflow(options->batch, options->steps, &rows) || rows > LARGEST_SIZE, error,
            WEIR_ERROR_SIZE, "%lld rows by %lld steps are more than a BLAS can count", (long long)options->batch,
            (long long)options->steps);
    return WEIR_OK;
}

weir_status weir_engines_allowed(weir_engine *engine, const weir_plan_options *options, weir_error *error)
{
    const char *named = getenv("WEIR_ENGINE");
    *engine = options->engine;
    if (*engine != WEIR_ENGINE_AUTO)
        return WEIR_OK;
    if (named && strcmp(named, "blas") == 0) {
        FAIL_IF(options->reproducible, error, WEIR_ERROR_ARGUMENT,
                "a reproducible plan was asked for, and WEIR_ENGINE is blas, whose bits are not promised");
        *engine = WEIR_ENGINE_BLAS;
    } else if (named && strcmp(named, "native") == 0)
        *engine = WEIR_ENGINE_NATIVE;
    else
        FAIL_IF(named && *named, error, WEIR_ERROR_ARGUMENT, "WEIR_ENGINE is '%.60s', must be native or blas", named);
    if (options->reproducible)
        *engine = WEIR_ENGINE_NATIVE;
    return WEIR_OK;
}

int64_t weir_threads_after(int64_t threads, int64_t all)
{
    return threads == all ? all + 1 : 2 * threads < all ? 2 * threads : all;
}

uint64_t weir_plan_next_identity(void)
{
    static atomic_uint_fast64_t plans_made;
    return (uint64_t)atomic_fetch_add(&plans_made, 1) + 1;
}

bool weir_has_reverse_layer(const weir_net *net)
{
    for (int64_t k = 0; k < net->layer_count; k++)
        if (net->layers[k].given.direction != WEIR_FORWARD)
            return true;
    return false;
}

/* Whether a layer that recurs goes this way. */
static bool goes(const weir_net *net, weir_direction way)
{
    for (int64_t k = 0; k < net->layer_count; k++) {
        const weir_direction direction = net->layers[k].given.direction;
        if (net->layers[k].shape->recurs && (direction == way || direction == WEIR_BOTH))
            return true;
    }
    return false;
}

bool weir_goes_back(const weir_net *net) { return goes(net, WEIR_REVERSE) && !goes(net, WEIR_FORWARD); }

bool weir_goes_one_way(const weir_net *net)
{
    const weir_direction way = weir_goes_back(net) ? WEIR_REVERSE : WEIR_FORWARD;
    for (int64_t k = 0; k < net->layer_count; k++)
        if (net->layers[k].given.direction != way)
            return false;
    return true;
}

bool weir_needs_sequences(const weir_net *net)
{
    return net->layer_count > 1 && goes(net, WEIR_FORWARD) && goes(net, WEIR_REVERSE);
}

bool weir_goes_apart(const weir_net *net) { return net->layer_count == 1 && net->layers[0].direction_count == 2; }

int64_t weir_plan_segments(const weir_plan *plan)
{
    return (plan->steps + plan->segment_steps - 1) / plan->segment_steps;
}

/* All segments but the last, which forward records, are whole. */
double weir_plan_recomputed_steps(const weir_plan *plan)
{
    return (double)weir_schedule_advances(weir_plan_segments(plan), plan->slots) * (double)plan->segment_steps;
}

static bool has_dropout(const weir_net *net)
{
    for (int64_t k = 0; k < net->layer_count; k++)
        if (net->layers[k].given.dropout > 0.0)
            return true;
    return false;
}

bool weir_plan_drops(const weir_net *net, const weir_plan_options *options)
{
    return options->mode == WEIR_TRAINING && !options->dropout_off && has_dropout(net);
}

void weir_plan_prepare_shell(weir_plan *plan, weir_net *net, const weir_plan_options *options)
{
    plan->allocator = options->allocator ? *options->allocator : net->allocator;
    plan->net = net;
    plan->pool = options->pool;
    plan->mode = options->mode;
    plan->batch = options->batch;
    plan->steps = options->steps;
    plan->memory_limit = options->memory_limit;
    plan->drops = weir_plan_drops(net, options);
    plan->dropout_seed = options->dropout_seed;
}

void weir_tape_free(weir_tape *tape)
{
    if (tape->is_owned) {
        const weir_allocator allocator = tape->allocator;
        weir_release(&allocator, tape, tape->bytes);
    }
}

void weir_plan_free(weir_plan *plan)
{
    const weir_allocator allocator = plan->allocator;
    weir_net *net = plan->net;
    weir_pool *pool = plan->pool;
    if (net->precision == WEIR_F32)
        weir_f32_plan_let_go_weights(plan);
    else
        weir_f64_plan_let_go_weights(plan);
    weir_release(&allocator, plan, plan->bytes);
    weir_net_let_go(net);
    weir_pool_let_go(pool);
}
