/*
 * train/truncated.c: making and freeing what truncated backpropagation needs, a plan and one block of memory:
 *
 *     | struct | x | start | next | final || (y, dy | dstate | tape) |
 */
#include "train/truncated.h"

#include <string.h>

#include "base/fail.h"

int64_t weir_truncated_longest(int64_t every, int64_t through)
{
    return through - every > every ? through - every : every;
}

/* Room for so many matrices of a batch. */
static void *take(struct arena *arena, const weir_net *net, int64_t count, int64_t batch, int64_t columns)
{
    int64_t numbers;
    if (__builtin_mul_overflow(batch, columns, &numbers)) {
        arena->overflow = true;
        return NULL;
    }
    return weir_arena_take_matrix(arena, count, numbers, weir_real_size(net->precision));
}

/* Fills in *parts, whose memory begins at arena->base or is only counted; *tape gets the second tape's. */
static void place(struct arena *arena, const weir_net *net, int64_t batch, int64_t tape_bytes,
                  struct weir_truncated *parts, void **tape)
{
    const int64_t S = net->state_size;
    weir_arena_take(arena, 1, sizeof *parts);
    parts->x = take(arena, net, parts->through, batch, net->inputs);
    parts->start = take(arena, net, 1, batch, S);
    parts->next = take(arena, net, 1, batch, S);
    parts->final = take(arena, net, 1, batch, S);
    if (parts->through > parts->every) {
        parts->y = take(arena, net, parts->through, batch, net->outputs);
        parts->dy = take(arena, net, parts->through, batch, net->outputs);
        parts->dstate = take(arena, net, 1, batch, S);
        *tape = weir_arena_take(arena, tape_bytes, 1);
    }
    parts->bytes = arena->used;
}

static weir_status measure(struct weir_truncated *parts, const weir_net *net, int64_t batch, int64_t tape_bytes,
                           weir_error *error)
{
    struct arena arena = {0};
    void *tape = NULL;
    place(&arena, net, batch, tape_bytes, parts, &tape);
    FAIL_IF(arena.overflow, error, WEIR_ERROR_SIZE, "the window has more bytes than this machine can count");
    return WEIR_OK;
}

weir_status weir_truncated_measure(int64_t *bytes, const weir_net *net, const weir_plan_options *options, int64_t every,
                                   int64_t through, weir_error *error)
{
    struct weir_truncated parts = {.every = every, .through = through};
    weir_plan_size size;
    int64_t all;
    FORWARD_FAILURE(weir_plan_size_up(&size, net, options, error));
    FORWARD_FAILURE(measure(&parts, net, options->batch, size.tape, error));
    FAIL_IF(__builtin_add_overflow(parts.bytes, size.total, &all), error, WEIR_ERROR_SIZE,
            "plan and window have more bytes than this machine can count");
    *bytes = all;
    return WEIR_OK;
}

/* The block, around a plan. */
static weir_status make_around(weir_truncated **truncated, weir_plan *plan, int64_t every, int64_t through,
                               weir_error *error)
{
    const weir_net *net = plan->net;
    struct weir_truncated parts = {
        .allocator = plan->allocator, .plan = plan, .every = every, .through = through, .anew = true};
    FORWARD_FAILURE(measure(&parts, net, plan->batch, plan->size.tape, error));
    const int64_t bytes = parts.bytes;
    struct arena arena = {.base = weir_allocate(&plan->allocator, bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for a window of %lld bytes", (long long)bytes);
    memset(arena.base, 0, (size_t)bytes); /* touches every page here, not in the first run */
    void *tape = NULL;
    place(&arena, net, plan->batch, plan->size.tape, &parts, &tape);
    if (tape)
        parts.tail = net->precision == WEIR_F32 ? weir_f32_tape_put(plan, tape) : weir_f64_tape_put(plan, tape);
    *truncated = (weir_truncated *)(void *)arena.base;
    **truncated = parts;
    return WEIR_OK;
}

weir_status weir_truncated_make(weir_truncated **truncated, weir_net *net, const weir_plan_options *options,
                                int64_t every, int64_t through, weir_error *error)
{
    weir_plan *plan;
    FORWARD_FAILURE(weir_plan_make(&plan, net, options, error));
    const weir_status status = make_around(truncated, plan, every, through, error);
    if (status != WEIR_OK)
        weir_plan_free(plan);
    return status;
}

void weir_truncated_free(weir_truncated *truncated)
{
    const weir_allocator allocator = truncated->allocator;
    weir_plan_free(truncated->plan);
    weir_release(&allocator, truncated, truncated->bytes);
}
