/*
 * api/truncated.c: the public functions of truncated backpropagation that are the same in both precisions.
 */
#include <weir/train.h>

#include "base/fail.h"
#include "train/truncated.h"

/* The options of the plan inside, checked. */
static weir_status complete(weir_plan_options *all, const weir_net *net, const weir_plan_options *options,
                            int64_t every, int64_t *through, weir_error *error)
{
    *all = options ? *options : (weir_plan_options){0};
    *through = *through == 0 ? every : *through;
    FAIL_IF(every < 1, error, WEIR_ERROR_ARGUMENT, "every is %lld, must be at least 1", (long long)every);
    FAIL_IF(*through < every, error, WEIR_ERROR_ARGUMENT, "through is %lld, must be at least every, %lld (or 0 for it)",
            (long long)*through, (long long)every);
    FAIL_IF(all->steps != 0, error, WEIR_ERROR_ARGUMENT, "steps is %lld, must be 0: every and through say it",
            (long long)all->steps);
    FAIL_IF(weir_has_reverse_layer(net), error, WEIR_ERROR_ARGUMENT,
            "the net has a layer that runs in reverse: its state cannot be carried over");
    all->batch = all->batch == 0 ? 1 : all->batch;
    all->steps = weir_truncated_longest(every, *through);
    all->mode = WEIR_TRAINING;
    return weir_plan_check(net, all, error);
}

weir_status weir_truncated_create(weir_truncated **truncated, weir_net *net, const weir_plan_options *options,
                                  int64_t every, int64_t through, weir_error *error)
{
    weir_plan_options all;
    FAIL_IF(!truncated || !net, error, WEIR_ERROR_ARGUMENT, "%s is NULL", truncated ? "net" : "truncated");
    FORWARD_FAILURE(complete(&all, net, options, every, &through, error));
    FORWARD_FAILURE(weir_truncated_make(truncated, net, &all, every, through, error));
    return weir_succeed(error);
}

weir_status weir_truncated_bytes(int64_t *bytes, const weir_net *net, const weir_plan_options *options, int64_t every,
                                 int64_t through, weir_error *error)
{
    weir_plan_options all;
    FAIL_IF(!bytes || !net, error, WEIR_ERROR_ARGUMENT, "%s is NULL", bytes ? "net" : "bytes");
    FORWARD_FAILURE(complete(&all, net, options, every, &through, error));
    FORWARD_FAILURE(weir_truncated_measure(bytes, net, &all, every, through, error));
    return weir_succeed(error);
}

void weir_truncated_destroy(weir_truncated **truncated)
{
    if (!truncated || !*truncated)
        return;
    weir_truncated_free(*truncated);
    *truncated = NULL;
}

const char *weir_truncated_error(const weir_truncated *truncated)
{
    return truncated ? truncated->last_error.message : "";
}
