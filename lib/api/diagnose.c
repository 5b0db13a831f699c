/*
 * api/diagnose.c: the public functions of <weir/diagnose.h> that are the same in both precisions.
 */
#include <weir/diagnose.h>

#include "api/check.h"
#include "base/fail.h"
#include "diagnose/diagnose.h"

weir_status weir_check_diagnosis(const weir_plan *plan, weir_tape **tape, bool by_lag, weir_error *error)
{
    FAIL_IF(plan->mode != WEIR_TRAINING, error, WEIR_ERROR_MODE, "an inference plan has no tape to look at");
    FAIL_IF(plan->recomputes, error, WEIR_ERROR_MODE,
            "under its memory_limit the plan keeps states only: there is not every step to look at");
    FAIL_IF(by_lag && plan->net->state_size == 0, error, WEIR_ERROR_ARGUMENT, "the net has no state");
    FAIL_IF(by_lag && weir_has_reverse_layer(plan->net), error, WEIR_ERROR_ARGUMENT,
            "the net has a layer that runs in reverse: its states have no lag");
    FORWARD_FAILURE(weir_find_tape(plan, tape, error));
    return weir_check_filled(plan, *tape, error);
}

weir_status weir_check_lags(int64_t lags, const weir_tape *tape, weir_error *error)
{
    FAIL_IF(lags < 1 || lags > tape->steps.asked, error, WEIR_ERROR_ARGUMENT,
            "lags is %lld, must be in 1..%lld, the steps of the forward", (long long)lags,
            (long long)tape->steps.asked);
    return WEIR_OK;
}

/* --- The Jacobian ------------------------------------------------------------------------------------------------- */

/* How many steps a row of the caller's has. */
static int64_t length_of(const struct steps *steps, int64_t row)
{
    for (int64_t p = 0; p < steps->rows; p++)
        if (steps->order[p] == row)
            return steps->length[p];
    return 0;
}

static weir_status complete_jacobian(weir_plan *plan, weir_jacobian_args *args)
{
    weir_error *error = &plan->last_error;
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(!(args->tolerance >= 0.0 && args->tolerance < 1.0), error, WEIR_ERROR_ARGUMENT,
            "tolerance is %g, must be in [0, 1)", args->tolerance);
    FAIL_IF(args->products < 0, error, WEIR_ERROR_ARGUMENT, "products is %lld, must not be negative",
            (long long)args->products);
    FORWARD_FAILURE(weir_check_diagnosis(plan, &args->tape, true, error));
    const struct steps *steps = &args->tape->steps;
    FAIL_IF(args->row < 0 || args->row >= steps->rows, error, WEIR_ERROR_ARGUMENT, "row is %lld, must be in 0..%lld",
            (long long)args->row, (long long)steps->rows - 1);
    const int64_t length = length_of(steps, args->row);
    FAIL_IF(args->steps < 1 || args->steps > length, error, WEIR_ERROR_ARGUMENT,
            "steps is %lld, must be in 1..%lld, the length of row %lld", (long long)args->steps, (long long)length,
            (long long)args->row);
    return WEIR_OK;
}

weir_status weir_jacobian_norm(weir_plan *plan, const weir_jacobian_args *args, weir_singular_value *result)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args || !result, &plan->last_error, WEIR_ERROR_ARGUMENT, "%s is NULL", args ? "result" : "args");
    weir_jacobian_args complete = *args;
    FORWARD_FAILURE(complete_jacobian(plan, &complete));
    return plan->net->precision == WEIR_F32 ? weir_f32_jacobian_norm(plan, &complete, result)
                                            : weir_f64_jacobian_norm(plan, &complete, result);
}

/* --- Gates -------------------------------------------------------------------------------------------------------- */

static weir_status check_gates(const weir_plan *plan, int64_t layer, weir_error *error)
{
    FAIL_IF(layer < 0 || layer >= plan->net->layer_count, error, WEIR_ERROR_ARGUMENT,
            "layer is %lld, the net has %lld layers", (long long)layer, (long long)plan->net->layer_count);
    const struct shape *shape = plan->net->layers[layer].shape;
    FAIL_IF(shape->keep_gate < 0, error, WEIR_ERROR_ARGUMENT, "layer %lld is %s, which has no gates", (long long)layer,
            shape->name);
    return WEIR_OK;
}

static weir_status complete_direct_path(weir_plan *plan, weir_direct_path_args *args)
{
    weir_error *error = &plan->last_error;
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(!args->logs, error, WEIR_ERROR_ARGUMENT, "logs is NULL");
    FORWARD_FAILURE(check_gates(plan, args->layer, error));
    FORWARD_FAILURE(weir_check_diagnosis(plan, &args->tape, true, error));
    return weir_check_lags(args->lags, args->tape, error);
}

weir_status weir_direct_path(weir_plan *plan, const weir_direct_path_args *args)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args, &plan->last_error, WEIR_ERROR_ARGUMENT, "args is NULL");
    weir_direct_path_args complete = *args;
    FORWARD_FAILURE(complete_direct_path(plan, &complete));
    return plan->net->precision == WEIR_F32 ? weir_f32_direct_path(plan, &complete)
                                            : weir_f64_direct_path(plan, &complete);
}

static weir_status complete_gate_statistics(weir_plan *plan, weir_gate_statistics_args *args)
{
    weir_error *error = &plan->last_error;
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4) || args->reserved_flags != 0, error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(args->direction != WEIR_FORWARD && args->direction != WEIR_REVERSE, error, WEIR_ERROR_ARGUMENT,
            "direction is %d, must be WEIR_FORWARD or WEIR_REVERSE", (int)args->direction);
    if (args->low == 0.0 && args->high == 0.0) {
        args->low = 0.1;
        args->high = 0.9;
    }
    FAIL_IF(!(args->low >= 0.0 && args->low < args->high && args->high <= 1.0), error, WEIR_ERROR_ARGUMENT,
            "low and high are %g and %g, must be 0 <= low < high <= 1", args->low, args->high);
    FAIL_IF(!args->means && !args->below && !args->above && !args->time_constants, error, WEIR_ERROR_ARGUMENT,
            "nothing is wanted: means, below, above and time_constants are all NULL");
    FORWARD_FAILURE(check_gates(plan, args->layer, error));
    return weir_check_diagnosis(plan, &args->tape, false, error);
}

weir_status weir_gate_statistics(weir_plan *plan, const weir_gate_statistics_args *args)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args, &plan->last_error, WEIR_ERROR_ARGUMENT, "args is NULL");
    weir_gate_statistics_args complete = *args;
    FORWARD_FAILURE(complete_gate_statistics(plan, &complete));
    return plan->net->precision == WEIR_F32 ? weir_f32_gate_statistics(plan, &complete)
                                            : weir_f64_gate_statistics(plan, &complete);
}
