/*
 * api/train.c: the public functions of <weir/train.h>, in one precision.
 */
#include <weir/train.h>

#include <math.h>

#include "api/check.h"
#include "base/fail.h"
#include "train/typed.h"

typedef struct weir_loss_args_r loss_args;

static weir_status check_loss(const loss_args *args, weir_error *error)
{
    FAIL_IF(args->loss < WEIR_MSE || args->loss > WEIR_BERNOULLI_CROSS_ENTROPY, error, WEIR_ERROR_ARGUMENT,
            "loss is %d, which is no weir_loss", (int)args->loss);
    FAIL_IF(args->reduction < WEIR_MEAN || args->reduction > WEIR_SUM, error, WEIR_ERROR_ARGUMENT,
            "reduction is %d, which is no weir_reduction", (int)args->reduction);
    FAIL_IF(!weir_reserved_is_zero(args->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of the arguments is not zero");
    FAIL_IF(args->rows < 1 || args->steps < 1 || args->width < 1, error, WEIR_ERROR_ARGUMENT,
            "rows, steps and width are %lld, %lld and %lld, must be at least 1", (long long)args->rows,
            (long long)args->steps, (long long)args->width);
    FAIL_IF(!args->y, error, WEIR_ERROR_ARGUMENT, "y is NULL");
    const bool is_softmax = args->loss == WEIR_SOFTMAX_CROSS_ENTROPY;
    FAIL_IF(is_softmax && !args->classes, error, WEIR_ERROR_ARGUMENT, "classes is NULL");
    FAIL_IF(!is_softmax && !args->target, error, WEIR_ERROR_ARGUMENT, "target is NULL");
    return weir_check_lengths(args->lengths, args->rows, args->steps, error);
}

static weir_status complete_loss(loss_args *args, weir_error *error)
{
    const int64_t rows = args->rows, steps = args->steps, width = args->width;
    FORWARD_FAILURE(weir_complete_strides("y", rows, steps, width, &args->y_step_stride, &args->y_row_stride, error));
    FORWARD_FAILURE(
        weir_complete_strides("dy", rows, steps, width, &args->dy_step_stride, &args->dy_row_stride, error));
    FORWARD_FAILURE(weir_complete_strides("target", rows, steps, width, &args->target_step_stride,
                                          &args->target_row_stride, error));
    FAIL_IF(args->dy == args->y &&
                (args->dy_step_stride != args->y_step_stride || args->dy_row_stride != args->y_row_stride),
            error, WEIR_ERROR_ARGUMENT, "dy is y, but their strides differ");
    return weir_complete_strides("classes", rows, steps, 1, &args->classes_step_stride, &args->classes_row_stride,
                                 error);
}

static int64_t length_of(const loss_args *args, int64_t b) { return args->lengths ? args->lengths[b] : args->steps; }

static weir_status check_classes(const loss_args *args, weir_error *error)
{
    for (int64_t b = 0; b < args->rows; b++)
        for (int64_t t = 0; t < length_of(args, b); t++) {
            const int64_t class = args->classes[t * args->classes_step_stride + b * args->classes_row_stride];
            FAIL_IF(class < 0 || class >= args->width, error, WEIR_ERROR_ARGUMENT,
                    "the class of row %lld at step %lld is %lld, must be in 0..%lld", (long long)b, (long long)t,
                    (long long)class, (long long)args->width - 1);
        }
    return WEIR_OK;
}

weir_status weir_loss_r(double *value, const loss_args *args, weir_error *error)
{
    FAIL_IF(!value || !args, error, WEIR_ERROR_ARGUMENT, "%s is NULL", value ? "args" : "value");
    loss_args complete = *args;
    FORWARD_FAILURE(check_loss(&complete, error));
    FORWARD_FAILURE(complete_loss(&complete, error));
    if (complete.loss == WEIR_SOFTMAX_CROSS_ENTROPY)
        FORWARD_FAILURE(check_classes(&complete, error));

    int64_t live_steps = 0;
    for (int64_t b = 0; b < complete.rows; b++)
        live_steps += length_of(&complete, b);
    loss_r(value, &complete, live_steps);
    if (complete.live_steps)
        *complete.live_steps = live_steps;
    return weir_succeed(error);
}

double weir_mse_r(const real *y, const real *target, int64_t n, real *dy)
{
    double value;
    const loss_args args = {.loss = WEIR_MSE, .rows = 1, .steps = 1, .width = n, .y = y, .target = target, .dy = dy};
    return weir_loss_r(&value, &args, NULL) == WEIR_OK ? value : (double)NAN;
}

double weir_clip_norm_r(real *gradient, int64_t n, double max_norm)
{
    return gradient && n >= 1 && max_norm > 0.0 ? clip_norm_r(gradient, n, max_norm) : (double)NAN;
}

weir_status weir_clip_value_r(real *gradient, int64_t n, double limit)
{
    if (!gradient || n < 1 || !(limit > 0.0))
        return WEIR_ERROR_ARGUMENT;
    clip_value_r(gradient, n, limit);
    return WEIR_OK;
}

weir_status weir_optimizer_step_r(weir_optimizer *optimizer, weir_net *net, const real *gradient)
{
    if (!optimizer)
        return WEIR_ERROR_ARGUMENT;
    weir_error *error = &optimizer->last_error;
    FAIL_IF(!net || !gradient, error, WEIR_ERROR_ARGUMENT, "%s is NULL", net ? "gradient" : "net");
    FAIL_IF(net != optimizer->net, error, WEIR_ERROR_MISMATCH, "the optimiser was made for another net");
    FORWARD_FAILURE(weir_check_precision(net->precision, REAL_PRECISION, "net", error));
    const int64_t finite = finite_count_r(gradient, net->parameter_count);
    FAIL_IF(finite < net->parameter_count, error, WEIR_ERROR_ARGUMENT, "gradient[%lld] is not finite",
            (long long)finite);
    FORWARD_FAILURE(weir_edit_open(net, error));
    update_r(optimizer, gradient);
    weir_edit_close(net, NULL);
    return WEIR_OK;
}
