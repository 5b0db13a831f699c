/*
 * api/optimizer.c: the public functions of optimisers that are the same in both precisions.
 */
#include <weir/train.h>

#include <math.h>

#include "base/fail.h"
#include "train/train.h"

weir_status weir_optimizer_create(weir_optimizer **optimizer, weir_net *net, const weir_optimizer_options *options,
                                  weir_error *error)
{
    FAIL_IF(!optimizer || !net || !options, error, WEIR_ERROR_ARGUMENT, "%s is NULL",
            !optimizer ? "optimizer"
            : !net     ? "net"
                       : "options");
    FORWARD_FAILURE(weir_optimizer_make(optimizer, net, options, error));
    return weir_succeed(error);
}

weir_status weir_optimizer_bytes(int64_t *bytes, const weir_net *net, const weir_optimizer_options *options,
                                 weir_error *error)
{
    FAIL_IF(!bytes || !net || !options, error, WEIR_ERROR_ARGUMENT, "%s is NULL",
            !bytes ? "bytes"
            : !net ? "net"
                   : "options");
    FORWARD_FAILURE(weir_optimizer_measure(bytes, net, options, error));
    return weir_succeed(error);
}

void weir_optimizer_destroy(weir_optimizer **optimizer)
{
    if (!optimizer || !*optimizer)
        return;
    weir_optimizer_free(*optimizer);
    *optimizer = NULL;
}

const char *weir_optimizer_error(const weir_optimizer *optimizer)
{
    return optimizer ? optimizer->last_error.message : "";
}

weir_status weir_optimizer_set_rate(weir_optimizer *optimizer, double learning_rate)
{
    if (!optimizer)
        return WEIR_ERROR_ARGUMENT;
    FORWARD_FAILURE(weir_rate_check(optimizer->net->precision, learning_rate, &optimizer->last_error));
    optimizer->options.learning_rate = learning_rate;
    return WEIR_OK;
}

/* kind, steps made, then m, then v. */
enum { STATE_HEAD = 2 };

int64_t weir_optimizer_state_size(const weir_optimizer *optimizer)
{
    if (!optimizer)
        return 0;
    return STATE_HEAD + ((optimizer->m != NULL) + (optimizer->v != NULL)) * optimizer->net->parameter_count;
}

static weir_status check_state(const weir_optimizer *optimizer, const double *state, int64_t count, weir_error *error)
{
    FAIL_IF(!state, error, WEIR_ERROR_ARGUMENT, "state is NULL");
    FAIL_IF(count != weir_optimizer_state_size(optimizer), error, WEIR_ERROR_ARGUMENT,
            "count is %lld, the state has %lld numbers", (long long)count,
            (long long)weir_optimizer_state_size(optimizer));
    return WEIR_OK;
}

weir_status weir_optimizer_get_state(const weir_optimizer *optimizer, double *state, int64_t count)
{
    if (!optimizer)
        return WEIR_ERROR_ARGUMENT;
    FORWARD_FAILURE(check_state(optimizer, state, count, NULL));
    state[0] = (double)optimizer->options.kind;
    state[1] = (double)optimizer->steps_made;
    weir_optimizer_read_vectors(optimizer, state + STATE_HEAD);
    return WEIR_OK;
}

weir_status weir_optimizer_set_state(weir_optimizer *optimizer, const double *state, int64_t count)
{
    if (!optimizer)
        return WEIR_ERROR_ARGUMENT;
    weir_error *error = &optimizer->last_error;
    FORWARD_FAILURE(check_state(optimizer, state, count, error));
    FAIL_IF(state[0] != (double)optimizer->options.kind, error, WEIR_ERROR_ARGUMENT,
            "the state is that of an optimiser of kind %g, not %d", state[0], (int)optimizer->options.kind);
    FAIL_IF(!(state[1] >= 0.0 && state[1] < 0x1p53) || state[1] != floor(state[1]), error, WEIR_ERROR_ARGUMENT,
            "the state says that %g steps were made", state[1]);
    FORWARD_FAILURE(weir_optimizer_check_vectors(optimizer, state + STATE_HEAD, error));
    optimizer->steps_made = (int64_t)state[1];
    weir_optimizer_write_vectors(optimizer, state + STATE_HEAD);
    return WEIR_OK;
}
