/*
 * api/net.c: the public functions of <weir/net.h> that do not touch numbers.
 */
#include <weir/net.h>

#include <string.h>

#include "base/fail.h"
#include "net/net.h"

static void initialise(weir_net *net, const weir_init *init)
{
    if (net->precision == WEIR_F32)
        weir_f32_initialise(net, init);
    else
        weir_f64_initialise(net, init);
}

weir_status weir_net_create_in(weir_net **net, weir_precision precision, int64_t inputs, const weir_layer *layers,
                               int64_t n_layers, const weir_allocator *allocator, weir_error *error)
{
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    FAIL_IF(allocator && (!allocator->allocate || !allocator->release), error, WEIR_ERROR_ARGUMENT,
            "the allocator lacks a function");
    weir_net *made;
    FORWARD_FAILURE(weir_net_make(&made, precision, inputs, layers, n_layers,
                                  allocator ? allocator : &weir_default_allocator, error));
    initialise(made, &(weir_init){0});
    *net = made;
    return weir_succeed(error);
}

weir_status weir_net_create(weir_net **net, weir_precision precision, int64_t inputs, const weir_layer *layers,
                            int64_t n_layers, weir_error *error)
{
    return weir_net_create_in(net, precision, inputs, layers, n_layers, NULL, error);
}

weir_status weir_net_clone(weir_net **copy, const weir_net *net, weir_error *error)
{
    FAIL_IF(!copy || !net, error, WEIR_ERROR_ARGUMENT, "%s is NULL", copy ? "net" : "copy");
    FAIL_IF(weir_net_in_edit(net), error, WEIR_ERROR_ORDER, "an edit of the net is open: commit it first");
    FORWARD_FAILURE(weir_net_duplicate(copy, net, error));
    return weir_succeed(error);
}

void weir_net_destroy(weir_net **net)
{
    if (!net || !*net)
        return;
    weir_net_let_go(*net);
    *net = NULL;
}

weir_status weir_net_bytes(int64_t *bytes, weir_precision precision, int64_t inputs, const weir_layer *layers,
                           int64_t n_layers, weir_error *error)
{
    FAIL_IF(!bytes, error, WEIR_ERROR_ARGUMENT, "bytes is NULL");
    FORWARD_FAILURE(weir_net_measure(bytes, precision, inputs, layers, n_layers, error));
    return weir_succeed(error);
}

weir_precision weir_net_precision(const weir_net *net) { return net ? net->precision : (weir_precision)0; }
int64_t weir_net_inputs(const weir_net *net) { return net ? net->inputs : 0; }
int64_t weir_net_outputs(const weir_net *net) { return net ? net->outputs : 0; }
int64_t weir_net_layer_count(const weir_net *net) { return net ? net->layer_count : 0; }
int64_t weir_net_parameter_count(const weir_net *net) { return net ? net->parameter_count : 0; }
int64_t weir_net_state_size(const weir_net *net) { return net ? net->state_size : 0; }
int64_t weir_net_view_count(const weir_net *net) { return net ? net->view_count : 0; }
int64_t weir_net_state_view_count(const weir_net *net) { return net ? net->state_view_count : 0; }

weir_status weir_net_layer(const weir_net *net, int64_t k, weir_layer *layer, weir_error *error)
{
    FAIL_IF(!net || !layer, error, WEIR_ERROR_ARGUMENT, "%s is NULL", net ? "layer" : "net");
    FAIL_IF(k < 0 || k >= net->layer_count, error, WEIR_ERROR_ARGUMENT, "k is %lld, the net has %lld layers",
            (long long)k, (long long)net->layer_count);
    *layer = net->layers[k].given;
    return weir_succeed(error);
}

static weir_status copy_view(const weir_view *views, int64_t count, int64_t i, weir_view *view, weir_error *error)
{
    FAIL_IF(!view, error, WEIR_ERROR_ARGUMENT, "view is NULL");
    FAIL_IF(i < 0 || i >= count, error, WEIR_ERROR_ARGUMENT, "i is %lld, there are %lld views", (long long)i,
            (long long)count);
    *view = views[i];
    return weir_succeed(error);
}

weir_status weir_net_view(const weir_net *net, int64_t i, weir_view *view, weir_error *error)
{
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    return copy_view(net->views, net->view_count, i, view, error);
}

weir_status weir_net_state_view(const weir_net *net, int64_t i, weir_view *view, weir_error *error)
{
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    return copy_view(net->state_views, net->state_view_count, i, view, error);
}

weir_status weir_net_find(const weir_net *net, const char *name, weir_view *view, weir_error *error)
{
    FAIL_IF(!net || !name, error, WEIR_ERROR_ARGUMENT, "%s is NULL", net ? "name" : "net");
    for (int64_t i = 0; i < net->view_count; i++)
        if (strcmp(net->views[i].name, name) == 0)
            return copy_view(net->views, net->view_count, i, view, error);
    return weir_fail(error, WEIR_ERROR_ARGUMENT, "the net has no parameter \"%.48s\"", name);
}

weir_status weir_net_commit(weir_net *net, weir_error *error)
{
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    FORWARD_FAILURE(weir_edit_close(net, error));
    return weir_succeed(error);
}

weir_status weir_net_init(weir_net *net, const weir_init *init, weir_error *error)
{
    const weir_init defaults = {0};
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    init = init ? init : &defaults;
    FORWARD_FAILURE(weir_init_check(net, init, error));
    FORWARD_FAILURE(weir_edit_open(net, error));
    initialise(net, init);
    weir_edit_close(net, NULL);
    return weir_succeed(error);
}
