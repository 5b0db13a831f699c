/*
 * api/lag.c: the public functions of <weir/diagnose.h> that have a precision of their own.
 */
#include <weir/diagnose.h>

#include "api/check.h"
#include "base/fail.h"
#include "diagnose/typed.h"
#include "net/plan.h"

typedef struct weir_gradient_by_lag_args_r lag_args;

static weir_status complete_lag(weir_plan *plan, lag_args *args)
{
    weir_error *error = &plan->last_error;
    FORWARD_FAILURE(weir_check_precision(plan->net->precision, REAL_PRECISION, "plan", error));
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(!args->dy && !args->dstate_out, error, WEIR_ERROR_ARGUMENT, "dy and dstate_out are both NULL");
    FAIL_IF(!args->norms && !args->view_norms, error, WEIR_ERROR_ARGUMENT,
            "nothing is wanted: norms and view_norms are both NULL");
    FORWARD_FAILURE(weir_check_diagnosis(plan, &args->tape, true, error));
    return weir_check_lags(args->lags, args->tape, error);
}

weir_status weir_gradient_by_lag_r(weir_plan *plan, const lag_args *args)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args, &plan->last_error, WEIR_ERROR_ARGUMENT, "args is NULL");
    lag_args complete = *args;
    FORWARD_FAILURE(complete_lag(plan, &complete));
    return gradient_by_lag_r(plan, &complete);
}
