/*
 * net/init_check.c: whether an initialisation suits a net.
 */
#include "net/net.h"

#include <math.h>

#include "base/fail.h"

static weir_status check_layer(const struct layer *layer, int64_t k, const weir_init *init, weir_error *error)
{
    const struct shape *shape = layer->shape;
    const bool takes_identity = !shape->recurs || shape->kind == WEIR_RNN || shape->kind == WEIR_RNN_RELU;
    FAIL_IF(init->scheme == WEIR_INIT_IDENTITY && !takes_identity, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: the identity scheme is for vanilla RNN layers, not for kind %s", (long long)k, shape->name);
    FAIL_IF(init->keep_bias != WEIR_KEEP_BIAS_SCHEME && shape->keep_gate >= 0 && layer->given.bias == WEIR_BIAS_NONE,
            error, WEIR_ERROR_ARGUMENT, "layer %lld: keep_bias is asked for, but the layer has no bias", (long long)k);
    return WEIR_OK;
}

weir_status weir_init_check(const weir_net *net, const weir_init *init, weir_error *error)
{
    FAIL_IF(init->scheme < WEIR_INIT_PYTORCH || init->scheme > WEIR_INIT_IDENTITY, error, WEIR_ERROR_ARGUMENT,
            "scheme is %d, which is no weir_init_scheme", (int)init->scheme);
    FAIL_IF(init->keep_bias < WEIR_KEEP_BIAS_SCHEME || init->keep_bias > WEIR_KEEP_BIAS_CHRONO, error,
            WEIR_ERROR_ARGUMENT, "keep_bias is %d, which is no weir_keep_bias", (int)init->keep_bias);
    FAIL_IF(!isfinite(init->keep_value), error, WEIR_ERROR_ARGUMENT, "keep_value is not finite");
    FAIL_IF(init->keep_bias == WEIR_KEEP_BIAS_CHRONO && !(init->keep_value > 2.0), error, WEIR_ERROR_ARGUMENT,
            "keep_value is %g, must be more than 2 steps for the chrono initialisation", init->keep_value);
    FAIL_IF(!weir_reserved_is_zero(init->reserved, 4), error, WEIR_ERROR_ARGUMENT, "reserved of weir_init is not zero");
    for (int64_t k = 0; k < net->layer_count; k++)
        FORWARD_FAILURE(check_layer(&net->layers[k], k, init, error));
    return WEIR_OK;
}
