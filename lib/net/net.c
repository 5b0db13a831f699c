/*
 * net/net.c: making, sharing and freeing a net.
 *
 * One block of memory: the struct, the layers, the views, the parameters.
 */
#include "net/net.h"

#include <string.h>

#include "base/fail.h"

/* A layer has at most six views in each of two directions, and two of the state. Counting them exactly would need the
   layers laid out; the bound keeps measuring free of memory. */
enum { MOST_VIEWS_A_LAYER = 12, MOST_STATE_VIEWS_A_LAYER = 4 };

static void place(struct arena *arena, weir_net **net, weir_net *shape)
{
    *net = weir_arena_take(arena, 1, sizeof **net);
    shape->layers = weir_arena_take(arena, shape->layer_count, sizeof *shape->layers);
    shape->views = weir_arena_take_matrix(arena, shape->layer_count, MOST_VIEWS_A_LAYER, sizeof *shape->views);
    shape->state_views =
        weir_arena_take_matrix(arena, shape->layer_count, MOST_STATE_VIEWS_A_LAYER, sizeof *shape->state_views);
    shape->parameters = weir_arena_take(arena, shape->parameter_count, weir_real_size(shape->precision));
}

/* Checks everything that can be wrong, and fills in the sizes. */
static weir_status size(weir_net *shape, const weir_layer *given, weir_error *error)
{
    FAIL_IF(shape->precision != WEIR_F32 && shape->precision != WEIR_F64, error, WEIR_ERROR_ARGUMENT,
            "precision is %d, must be WEIR_F32 or WEIR_F64", (int)shape->precision);
    FORWARD_FAILURE(weir_layers_check(shape->inputs, given, shape->layer_count, error));
    FORWARD_FAILURE(weir_layers_lay_out(NULL, shape->inputs, given, shape->layer_count, &shape->parameter_count,
                                        &shape->state_size, error));
    struct arena arena = {0};
    weir_net *unused;
    place(&arena, &unused, shape);
    FAIL_IF(arena.overflow, error, WEIR_ERROR_SIZE, "the net has more bytes than this machine can count");
    shape->bytes = arena.used;
    return WEIR_OK;
}

weir_status weir_net_measure(int64_t *bytes, weir_precision precision, int64_t inputs, const weir_layer *given,
                             int64_t n_layers, weir_error *error)
{
    weir_net shape = {.precision = precision, .inputs = inputs, .layer_count = n_layers};
    FORWARD_FAILURE(size(&shape, given, error));
    *bytes = shape.bytes;
    return WEIR_OK;
}

weir_status weir_net_make(weir_net **net, weir_precision precision, int64_t inputs, const weir_layer *given,
                          int64_t n_layers, const weir_allocator *allocator, weir_error *error)
{
    weir_net shape = {
        .allocator = *allocator, .precision = precision, .inputs = inputs, .layer_count = n_layers, .holders = 1};
    FORWARD_FAILURE(size(&shape, given, error));

    struct arena arena = {.base = weir_allocate(allocator, shape.bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for a net of %lld bytes", (long long)shape.bytes);
    memset(arena.base, 0, (size_t)shape.bytes);
    weir_net *made;
    place(&arena, &made, &shape);

    weir_layers_lay_out(shape.layers, inputs, given, n_layers, &shape.parameter_count, &shape.state_size, NULL);
    weir_views_write(shape.layers, n_layers, shape.views, &shape.view_count, shape.state_views,
                     &shape.state_view_count);
    shape.outputs = shape.layers[n_layers - 1].outputs;
    memcpy(made, &shape, sizeof shape);
    pthread_mutex_init(&made->lock, NULL);
    *net = made;
    return WEIR_OK;
}

weir_status weir_net_duplicate(weir_net **copy, const weir_net *net, weir_error *error)
{
    /* The layers as they were given, gathered: that is what a net is made from. */
    _Static_assert(sizeof(weir_layer) % MEMORY_ALIGNMENT == 0, "allocators are asked for multiples of the alignment");
    weir_layer *given = weir_allocate(&net->allocator, net->layer_count * (int64_t)sizeof *given);
    FAIL_IF(!given, error, WEIR_ERROR_MEMORY, "no memory for the clone's layers");
    for (int64_t k = 0; k < net->layer_count; k++)
        given[k] = net->layers[k].given;
    weir_net *made = NULL;
    const weir_status status =
        weir_net_make(&made, net->precision, net->inputs, given, net->layer_count, &net->allocator, error);
    weir_release(&net->allocator, given, net->layer_count * (int64_t)sizeof *given);
    FORWARD_FAILURE(status);
    memcpy(made->parameters, net->parameters, (size_t)(net->parameter_count * weir_real_size(net->precision)));
    *copy = made;
    return WEIR_OK;
}

void weir_net_hold(weir_net *net) { atomic_fetch_add(&net->holders, 1); }

void weir_net_let_go(weir_net *net)
{
    if (atomic_fetch_sub(&net->holders, 1) == 1) {
        const weir_allocator allocator = net->allocator;
        pthread_mutex_destroy(&net->lock);
        weir_release(&allocator, net, net->bytes);
    }
}
