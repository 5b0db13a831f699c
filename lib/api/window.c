/*
 * api/window.c: the public functions of truncated backpropagation in one precision.
 */
#include <weir/train.h>

#include "api/check.h"
#include "base/fail.h"
#include "base/public.h"
#include "train/truncated.h"

#define window_start_r REAL(window_start)
#define window_forward_r REAL(window_forward)
#define window_backward_r REAL(window_backward)
#define window_state_r REAL(window_state)

static weir_status check_precision(weir_truncated *truncated)
{
    return weir_check_precision(truncated->plan->net->precision, REAL_PRECISION, "net", &truncated->last_error);
}

static weir_status check_order(weir_truncated *truncated)
{
    FAIL_IF(truncated->end == 0, &truncated->last_error, WEIR_ERROR_ORDER,
            "no forward has been run since the sequences began");
    return WEIR_OK;
}

weir_status weir_truncated_start_r(weir_truncated *truncated, const real *state)
{
    if (!truncated)
        return WEIR_ERROR_ARGUMENT;
    FORWARD_FAILURE(check_precision(truncated));
    window_start_r(truncated, state);
    return WEIR_OK;
}

weir_status weir_truncated_forward_r(weir_truncated *truncated, const real *x, real *y)
{
    if (!truncated)
        return WEIR_ERROR_ARGUMENT;
    weir_error *error = &truncated->last_error;
    FAIL_IF(!x || !y, error, WEIR_ERROR_ARGUMENT, "%s is NULL", x ? "y" : "x");
    FORWARD_FAILURE(check_precision(truncated));
    FAIL_IF(weir_net_in_edit(truncated->plan->net), error, WEIR_ERROR_STALE,
            "an edit of the net is open: commit it first");
    window_forward_r(truncated, x, y);
    return WEIR_OK;
}

weir_status weir_truncated_backward_r(weir_truncated *truncated, const real *dy, real *gradient)
{
    if (!truncated)
        return WEIR_ERROR_ARGUMENT;
    weir_error *error = &truncated->last_error;
    FAIL_IF(!dy || !gradient, error, WEIR_ERROR_ARGUMENT, "%s is NULL", dy ? "gradient" : "dy");
    FORWARD_FAILURE(check_precision(truncated));
    FORWARD_FAILURE(check_order(truncated));
    FAIL_IF(truncated->generation != atomic_load(&truncated->plan->net->generation), error, WEIR_ERROR_STALE,
            "the net's parameters have changed since the forward: run it again");
    window_backward_r(truncated, dy, gradient);
    return WEIR_OK;
}

weir_status weir_truncated_state_r(weir_truncated *truncated, real *state)
{
    if (!truncated)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!state, &truncated->last_error, WEIR_ERROR_ARGUMENT, "state is NULL");
    FORWARD_FAILURE(check_precision(truncated));
    FORWARD_FAILURE(check_order(truncated));
    window_state_r(truncated, state);
    return WEIR_OK;
}
