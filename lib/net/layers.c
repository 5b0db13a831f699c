/*
 * net/layers.c: from layers as given to layers laid out.
 */
#include "net/net.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/size.h"

static weir_status check_layer(const weir_layer *layer, int64_t k, bool last, weir_error *error)
{
    const struct shape *shape = weir_shape_of(layer->kind);
    const long long n = (long long)k;
    FAIL_IF(!shape, error, WEIR_ERROR_ARGUMENT, "layer %lld: kind is %d, which is no weir_kind", n, (int)layer->kind);
    FAIL_IF(layer->units < 1, error, WEIR_ERROR_ARGUMENT, "layer %lld: units is %lld, must be at least 1", n,
            (long long)layer->units);
    FAIL_IF(layer->direction < WEIR_FORWARD || layer->direction > WEIR_BOTH, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: direction is %d, which is no weir_direction", n, (int)layer->direction);
    FAIL_IF(layer->bias < WEIR_BIAS_TWO || layer->bias > WEIR_BIAS_NONE, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: bias is %d, which is no weir_bias", n, (int)layer->bias);
    FAIL_IF(!(layer->dropout >= 0.0 && layer->dropout < 1.0), error, WEIR_ERROR_ARGUMENT,
            "layer %lld: dropout is %g, must be in [0, 1)", n, layer->dropout);
    FAIL_IF(last && layer->dropout > 0.0, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: the last layer has dropout %g, but a net's own output is never dropped", n, layer->dropout);
    FAIL_IF(!shape->recurs && layer->direction != WEIR_FORWARD, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: a linear layer has no direction", n);
    FAIL_IF(!shape->recurs && layer->learned_state, error, WEIR_ERROR_ARGUMENT,
            "layer %lld: a linear layer has no state to learn", n);
    FAIL_IF(!weir_reserved_is_zero(layer->reserved, 4), error, WEIR_ERROR_ARGUMENT, "layer %lld: reserved is not zero",
            n);
    return WEIR_OK;
}

weir_status weir_layers_check(int64_t inputs, const weir_layer *given, int64_t n_layers, weir_error *error)
{
    FAIL_IF(inputs < 1, error, WEIR_ERROR_ARGUMENT, "inputs is %lld, must be at least 1", (long long)inputs);
    FAIL_IF(inputs > LARGEST_SIZE, error, WEIR_ERROR_SIZE, "inputs is %lld, more than a BLAS can count",
            (long long)inputs);
    FAIL_IF(!given, error, WEIR_ERROR_ARGUMENT, "layers is NULL");
    FAIL_IF(n_layers < 1, error, WEIR_ERROR_ARGUMENT, "n_layers is %lld, must be at least 1", (long long)n_layers);
    for (int64_t k = 0; k < n_layers; k++)
        FORWARD_FAILURE(check_layer(&given[k], k, k == n_layers - 1, error));
    return WEIR_OK;
}

/* Hands out places in a vector, one after the other. */
struct places {
    int64_t used;
    bool overflow;
};

static int64_t take(struct places *places, bool wanted, int64_t rows, int64_t columns)
{
    if (!wanted)
        return -1;
    const int64_t place = places->used;
    int64_t count;
    if (__builtin_mul_overflow(rows, columns, &count) || __builtin_add_overflow(place, count, &places->used))
        places->overflow = true;
    return place;
}

static void lay_out_direction(const struct layer *layer, struct direction_offsets *direction, struct places *parameters,
                              struct places *state)
{
    const struct shape *shape = layer->shape;
    const weir_bias bias = layer->given.bias;
    const int64_t block = shape->gate_count * layer->units;
    const bool learned = layer->given.learned_state != 0;
    direction->weight_ih = take(parameters, true, block, layer->inputs);
    direction->weight_hh = take(parameters, shape->recurs, block, layer->units);
    direction->bias_ih = take(parameters, bias != WEIR_BIAS_NONE, block, 1);
    direction->bias_hh = take(parameters, shape->recurs && bias == WEIR_BIAS_TWO, block, 1);
    direction->initial_h = take(parameters, learned, layer->units, 1);
    direction->initial_c = take(parameters, learned && shape->has_c, layer->units, 1);
    direction->state_h = take(state, shape->recurs, layer->units, 1);
    direction->state_c = take(state, shape->has_c, layer->units, 1);
}

weir_status weir_layers_lay_out(struct layer *layers, int64_t inputs, const weir_layer *given, int64_t n_layers,
                                int64_t *parameter_count, int64_t *state_size, weir_error *error)
{
    struct places parameters = {0}, state = {0};
    for (int64_t k = 0; k < n_layers; k++) {
        struct layer layer = {.given = given[k], .shape = weir_shape_of(given[k].kind), .inputs = inputs};
        int64_t block;
        layer.units = given[k].units;
        layer.direction_count = given[k].direction == WEIR_BOTH ? 2 : 1;
        FAIL_IF(__builtin_mul_overflow(layer.units, (int64_t)(2 * layer.shape->gate_count), &block) ||
                    block > LARGEST_SIZE,
                error, WEIR_ERROR_SIZE, "layer %lld: %lld units are more than a BLAS can count", (long long)k,
                (long long)layer.units);
        layer.outputs = layer.direction_count * layer.units;
        for (int d = 0; d < layer.direction_count; d++)
            lay_out_direction(&layer, &layer.directions[d], &parameters, &state);
        if (layers)
            layers[k] = layer;
        inputs = layer.outputs;
    }
    FAIL_IF(parameters.overflow || state.overflow, error, WEIR_ERROR_SIZE,
            "the net has more parameters than this machine can count");
    *parameter_count = parameters.used;
    *state_size = state.used;
    return WEIR_OK;
}
