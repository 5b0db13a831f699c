/*
 * api/plan.c: the public functions of <weir/plan.h> that make, describe and free.
 */
#include <weir/plan.h>

#include <string.h>

#include "base/fail.h"
#include "net/plan.h"

/* 0 is 1 where a size has a default. */
static weir_plan_options complete(const weir_plan_options *options)
{
    weir_plan_options all = options ? *options : (weir_plan_options){0};
    all.batch = all.batch == 0 ? 1 : all.batch;
    all.steps = all.steps == 0 ? 1 : all.steps;
    return all;
}

weir_status weir_plan_create(weir_plan **plan, weir_net *net, const weir_plan_options *options, weir_error *error)
{
    FAIL_IF(!plan || !net, error, WEIR_ERROR_ARGUMENT, "%s is NULL", plan ? "net" : "plan");
    const weir_plan_options all = complete(options);
    FORWARD_FAILURE(weir_plan_check(net, &all, error));
    FORWARD_FAILURE(weir_plan_make(plan, net, &all, error));
    return weir_succeed(error);
}

weir_status weir_plan_bytes(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                            weir_error *error)
{
    FAIL_IF(!size || !net, error, WEIR_ERROR_ARGUMENT, "%s is NULL", size ? "net" : "size");
    const weir_plan_options all = complete(options);
    FORWARD_FAILURE(weir_plan_check(net, &all, error));
    FORWARD_FAILURE(weir_plan_size_up(size, net, &all, error));
    return weir_succeed(error);
}

void weir_plan_destroy(weir_plan **plan)
{
    if (!plan || !*plan)
        return;
    weir_plan_free(*plan);
    *plan = NULL;
}

weir_status weir_plan_refresh(weir_plan *plan)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(weir_net_in_edit(plan->net), &plan->last_error, WEIR_ERROR_ORDER,
            "an edit of the net is open: commit it first");
    return plan->net->precision == WEIR_F32 ? weir_f32_plan_refresh(plan) : weir_f64_plan_refresh(plan);
}

int64_t weir_plan_describe(const weir_plan *plan, char *text, size_t size)
{
    if (text && size > 0)
        text[0] = '\0';
    return plan ? weir_plan_write_description(plan, text, text ? size : 0) : 0;
}

const char *weir_plan_error(const weir_plan *plan) { return plan ? plan->last_error.message : ""; }

static weir_tape *put_tape(const weir_plan *plan, void *memory)
{
    return plan->net->precision == WEIR_F32 ? weir_f32_tape_put(plan, memory) : weir_f64_tape_put(plan, memory);
}

static weir_status check_tape(weir_tape *const *tape, const weir_plan *plan, weir_error *error)
{
    FAIL_IF(!tape || !plan, error, WEIR_ERROR_ARGUMENT, "%s is NULL", tape ? "plan" : "tape");
    FAIL_IF(plan->mode != WEIR_TRAINING, error, WEIR_ERROR_MODE, "an inference plan has no tapes");
    return WEIR_OK;
}

weir_status weir_tape_create(weir_tape **tape, weir_plan *plan, weir_error *error)
{
    FORWARD_FAILURE(check_tape(tape, plan, error));
    void *memory = weir_allocate(&plan->allocator, plan->size.tape);
    FAIL_IF(!memory, error, WEIR_ERROR_MEMORY, "no memory for a tape of %lld bytes", (long long)plan->size.tape);
    memset(memory, 0, (size_t)plan->size.tape); /* touches every page here, not in the first run */
    *tape = put_tape(plan, memory);
    (*tape)->is_owned = true;
    return weir_succeed(error);
}

weir_status weir_tape_place(weir_tape **tape, weir_plan *plan, void *memory, int64_t bytes, weir_error *error)
{
    FORWARD_FAILURE(check_tape(tape, plan, error));
    FAIL_IF(!memory, error, WEIR_ERROR_ARGUMENT, "memory is NULL");
    FAIL_IF((uintptr_t)memory % MEMORY_ALIGNMENT != 0, error, WEIR_ERROR_ARGUMENT, "memory is not %d-byte aligned",
            MEMORY_ALIGNMENT);
    FAIL_IF(bytes < plan->size.tape, error, WEIR_ERROR_ARGUMENT, "memory has %lld bytes, a tape takes %lld",
            (long long)bytes, (long long)plan->size.tape);
    *tape = put_tape(plan, memory);
    return weir_succeed(error);
}

void weir_tape_destroy(weir_tape **tape)
{
    if (!tape || !*tape)
        return;
    weir_tape_free(*tape);
    *tape = NULL;
}
