/*
 * api/parameters.c: the public functions of <weir/net.h> and <weir/plan.h> that hand numbers in and out, in one
 * precision.
 */
#include <weir/net.h>
#include <weir/plan.h>

#include <string.h>

#include "api/check.h"
#include "base/fail.h"
#include "net/run.h"

const real *weir_net_parameters_r(const weir_net *net)
{
    return net && net->precision == REAL_PRECISION ? net->parameters : NULL;
}

weir_status weir_net_edit_r(weir_net *net, real **parameters, weir_error *error)
{
    FAIL_IF(!net || !parameters, error, WEIR_ERROR_ARGUMENT, "%s is NULL", net ? "parameters" : "net");
    FORWARD_FAILURE(weir_check_precision(net->precision, REAL_PRECISION, "net", error));
    FORWARD_FAILURE(weir_edit_open(net, error));
    *parameters = net->parameters;
    return weir_succeed(error);
}

weir_status weir_net_set_parameters_r(weir_net *net, const real *parameters, int64_t count, weir_error *error)
{
    FAIL_IF(!net || !parameters, error, WEIR_ERROR_ARGUMENT, "%s is NULL", net ? "parameters" : "net");
    FORWARD_FAILURE(weir_check_precision(net->precision, REAL_PRECISION, "net", error));
    FAIL_IF(count != net->parameter_count, error, WEIR_ERROR_ARGUMENT, "count is %lld, the net has %lld parameters",
            (long long)count, (long long)net->parameter_count);
    FORWARD_FAILURE(weir_edit_open(net, error));
    memmove(net->parameters, parameters, (size_t)count * sizeof *parameters);
    weir_edit_close(net, NULL);
    return weir_succeed(error);
}

weir_status weir_net_set_r(weir_net *net, const char *name, const real *values, int64_t rows, int64_t columns,
                           weir_error *error)
{
    FAIL_IF(!values, error, WEIR_ERROR_ARGUMENT, "values is NULL");
    weir_view view;
    FORWARD_FAILURE(weir_net_find(net, name, &view, error));
    FORWARD_FAILURE(weir_check_precision(net->precision, REAL_PRECISION, "net", error));
    FAIL_IF(rows != view.rows || columns != view.columns, error, WEIR_ERROR_ARGUMENT,
            "\"%s\" is [%lld][%lld], the values are [%lld][%lld]", view.name, (long long)view.rows,
            (long long)view.columns, (long long)rows, (long long)columns);
    const bool within_edit = weir_net_in_edit(net);
    if (!within_edit)
        weir_edit_open(net, NULL);
    memmove((real *)net->parameters + view.offset, values, (size_t)(rows * columns) * sizeof *values);
    if (!within_edit)
        weir_edit_close(net, NULL);
    return weir_succeed(error);
}

weir_status weir_state_start_r(const weir_net *net, int64_t rows, real *state, weir_error *error)
{
    FAIL_IF(!net, error, WEIR_ERROR_ARGUMENT, "net is NULL");
    FAIL_IF(!state && net->state_size > 0, error, WEIR_ERROR_ARGUMENT, "state is NULL");
    FAIL_IF(rows < 1, error, WEIR_ERROR_ARGUMENT, "rows is %lld, must be at least 1", (long long)rows);
    FORWARD_FAILURE(weir_check_precision(net->precision, REAL_PRECISION, "net", error));
    state_start_r(net, rows, state);
    return weir_succeed(error);
}
