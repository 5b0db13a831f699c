/*
 * api/run.c: forward and backward in one precision: every argument is checked, and completed, before anything runs.
 */
#include <weir/plan.h>

#include "api/check.h"
#include "base/fail.h"
#include "net/run.h"

typedef struct weir_forward_args_r forward_args;
typedef struct weir_backward_args_r backward_args;

static weir_status check_size(const char *name, int64_t size, int64_t largest, weir_error *error)
{
    FAIL_IF(size < 1 || size > largest, error, WEIR_ERROR_ARGUMENT, "%s is %lld, must be in 1..%lld", name,
            (long long)size, (long long)largest);
    return WEIR_OK;
}

static weir_status check_span(weir_span span, weir_error *error)
{
    FAIL_IF(span < WEIR_SPAN_DEFAULT || span > WEIR_LAST_STEP, error, WEIR_ERROR_ARGUMENT,
            "span is %d, which is no weir_span", (int)span);
    return WEIR_OK;
}

/* The strides of y or dy, which has none if it holds last steps only. */
static weir_status complete_output(const char *name, weir_span span, int64_t rows, int64_t steps, int64_t width,
                                   int64_t *step_stride, int64_t *row_stride, weir_error *error)
{
    if (span == WEIR_ALL_STEPS)
        return weir_complete_strides(name, rows, steps, width, step_stride, row_stride, error);
    FAIL_IF(*step_stride != 0 || *row_stride != 0, error, WEIR_ERROR_ARGUMENT,
            "%s holds last steps only, [rows][%lld], but has strides", name, (long long)width);
    return WEIR_OK;
}

static weir_status check_fresh(const weir_plan *plan, weir_error *error)
{
    FAIL_IF(weir_net_in_edit(plan->net), error, WEIR_ERROR_STALE, "an edit of the net is open: commit it first");
    FAIL_IF(plan->mode == WEIR_INFERENCE && plan->generation != atomic_load(&plan->net->generation), error,
            WEIR_ERROR_STALE, "the net's parameters have changed since: call weir_plan_refresh");
    return WEIR_OK;
}

static weir_status complete_forward(weir_plan *plan, forward_args *args, weir_error *error)
{
    FORWARD_FAILURE(weir_check_precision(plan->net->precision, REAL_PRECISION, "plan", error));
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4) || args->reserved_flags != 0, error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FORWARD_FAILURE(check_size("rows", args->rows, plan->batch, error));
    FORWARD_FAILURE(check_size("steps", args->steps, plan->steps, error));
    FAIL_IF(!args->x, error, WEIR_ERROR_ARGUMENT, "x is NULL");
    FAIL_IF(args->first_step < 0, error, WEIR_ERROR_ARGUMENT, "first_step is %lld, must not be negative",
            (long long)args->first_step);
    FORWARD_FAILURE(weir_check_lengths(args->lengths, args->rows, args->steps, error));
    FORWARD_FAILURE(check_span(args->span, error));
    if (args->span == WEIR_SPAN_DEFAULT)
        args->span = WEIR_ALL_STEPS;
    FORWARD_FAILURE(weir_complete_strides("x", args->rows, args->steps, plan->net->inputs, &args->x_step_stride,
                                          &args->x_row_stride, error));
    FORWARD_FAILURE(complete_output("y", args->span, args->rows, args->steps, plan->net->outputs, &args->y_step_stride,
                                    &args->y_row_stride, error));
    FORWARD_FAILURE(weir_find_tape(plan, &args->tape, error));
    return check_fresh(plan, error);
}

weir_status weir_forward_full_r(weir_plan *plan, const forward_args *args)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args, &plan->last_error, WEIR_ERROR_ARGUMENT, "args is NULL");
    forward_args complete = *args;
    FORWARD_FAILURE(complete_forward(plan, &complete, &plan->last_error));
    run_forward_r((struct plan_r *)plan, &complete);
    return WEIR_OK;
}

weir_status weir_forward_r(weir_plan *plan, const real *x, real *state, real *y)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!y, &plan->last_error, WEIR_ERROR_ARGUMENT, "y is NULL");
    const forward_args args = {
        .rows = plan->batch,
        .steps = plan->steps,
        .x = x,
        .state_in = state,
        .y = y,
        .state_out = state,
        .draw = plan->short_draws,
    };
    FORWARD_FAILURE(weir_forward_full_r(plan, &args));
    plan->short_draws++;
    return WEIR_OK;
}

static weir_status complete_backward(weir_plan *plan, backward_args *args, weir_error *error)
{
    FORWARD_FAILURE(weir_check_precision(plan->net->precision, REAL_PRECISION, "plan", error));
    FAIL_IF(plan->mode != WEIR_TRAINING, error, WEIR_ERROR_MODE, "an inference plan has no backward");
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(!args->dy && !args->dstate_out, error, WEIR_ERROR_ARGUMENT, "dy and dstate_out are both NULL");
    FAIL_IF(!args->gradient && !args->dx && !args->dstate_in, error, WEIR_ERROR_ARGUMENT,
            "nothing is wanted: gradient, dx and dstate_in are all NULL");
    FAIL_IF(args->gradient && !args->x, error, WEIR_ERROR_ARGUMENT, "x is NULL, but the gradient is wanted");
    FAIL_IF(plan->recomputes && !args->x, error, WEIR_ERROR_ARGUMENT,
            "x is NULL, but under its memory_limit the plan runs steps again");
    FORWARD_FAILURE(check_span(args->span, error));
    FORWARD_FAILURE(weir_find_tape(plan, &args->tape, error));
    FORWARD_FAILURE(weir_check_filled(plan, args->tape, error));

    const struct steps *steps = &args->tape->steps;
    if (args->span == WEIR_SPAN_DEFAULT)
        args->span = args->tape->span;
    FORWARD_FAILURE(weir_complete_strides("x", steps->rows, steps->asked, plan->net->inputs, &args->x_step_stride,
                                          &args->x_row_stride, error));
    FORWARD_FAILURE(weir_complete_strides("dx", steps->rows, steps->asked, plan->net->inputs, &args->dx_step_stride,
                                          &args->dx_row_stride, error));
    return complete_output("dy", args->span, steps->rows, steps->asked, plan->net->outputs, &args->dy_step_stride,
                           &args->dy_row_stride, error);
}

weir_status weir_backward_full_r(weir_plan *plan, const backward_args *args)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!args, &plan->last_error, WEIR_ERROR_ARGUMENT, "args is NULL");
    backward_args complete = *args;
    FORWARD_FAILURE(complete_backward(plan, &complete, &plan->last_error));
    run_backward_r((struct plan_r *)plan, &complete);
    return WEIR_OK;
}

weir_status weir_backward_r(weir_plan *plan, const real *x, const real *dy, real *gradient, real *dx)
{
    if (!plan)
        return WEIR_ERROR_ARGUMENT;
    FAIL_IF(!dy, &plan->last_error, WEIR_ERROR_ARGUMENT, "dy is NULL");
    const backward_args args = {.x = x, .dy = dy, .gradient = gradient, .dx = dx};
    return weir_backward_full_r(plan, &args);
}
