/*
 * train/loss.c: losses of one step of one row, and their sums over live steps.
 */
#include "train/typed.h"

#include <math.h>

#include "base/environment.h"
#include "kern/vector.h"

/* One step of one row. dy may be y, or NULL. */
struct item {
    int64_t width;
    const real *y, *target;
    int64_t class;
    real *dy;
    double scale;
};

/* sum (y - t)^2;  dy = 2 (y - t) */
static double squared_error(const struct item *item)
{
    double sum = 0.0;
    for (int64_t j = 0; j < item->width; j++) {
        const double difference = (double)item->y[j] - (double)item->target[j];
        sum += difference * difference;
        if (item->dy)
            item->dy[j] = (real)(item->scale * 2.0 * difference);
    }
    return sum;
}

/* log sum exp(y) - y[class];  dy = softmax(y) - [j = class].  The largest y is taken out first, so nothing overflows.
 */
static double softmax_cross_entropy(const struct item *item)
{
    double largest = (double)item->y[0], sum = 0.0;
    for (int64_t j = 1; j < item->width; j++)
        largest = (double)item->y[j] > largest ? (double)item->y[j] : largest;
    for (int64_t j = 0; j < item->width; j++)
        sum += exp((double)item->y[j] - largest);
    const double loss = log(sum) - ((double)item->y[item->class] - largest);
    for (int64_t j = 0; item->dy && j < item->width; j++) {
        const double probability = exp((double)item->y[j] - largest) / sum;
        item->dy[j] = (real)(item->scale * (probability - (j == item->class ? 1.0 : 0.0)));
    }
    return loss;
}

/* sum log(1 + exp(y)) - t y, as max(y, 0) + log(1 + exp(-|y|)) - t y;  dy = s(y) - t */
static double bernoulli_cross_entropy(const struct item *item)
{
    double sum = 0.0;
    for (int64_t j = 0; j < item->width; j++) {
        const double y = (double)item->y[j], target = (double)item->target[j], e = exp(-fabs(y));
        sum += (y > 0.0 ? y : 0.0) + log1p(e) - target * y;
        if (item->dy)
            item->dy[j] = (real)(item->scale * ((y > 0.0 ? 1.0 : e) / (1.0 + e) - target));
    }
    return sum;
}

static double loss_of(weir_loss loss, const struct item *item)
{
    switch (loss) {
    case WEIR_MSE:
        return squared_error(item);
    case WEIR_SOFTMAX_CROSS_ENTROPY:
        return softmax_cross_entropy(item);
    case WEIR_BERNOULLI_CROSS_ENTROPY:
        return bernoulli_cross_entropy(item);
    }
    return (double)NAN;
}

/* What the sum over live steps is multiplied with. */
static double scale_of(const struct weir_loss_args_r *args, int64_t live_steps)
{
    const bool per_number = args->reduction == WEIR_MEAN && args->loss != WEIR_SOFTMAX_CROSS_ENTROPY;
    if (args->reduction == WEIR_SUM || live_steps == 0)
        return 1.0;
    return 1.0 / ((double)live_steps * (per_number ? (double)args->width : 1.0));
}

static double sum_of(const struct weir_loss_args_r *args, double scale)
{
    double sum = 0.0;
    for (int64_t t = 0; t < args->steps; t++)
        for (int64_t b = 0; b < args->rows; b++) {
            real *dy = args->dy ? args->dy + t * args->dy_step_stride + b * args->dy_row_stride : NULL;
            if (args->lengths && t >= args->lengths[b]) {
                if (dy)
                    zero_rows_r(1, args->width, dy, args->width);
                continue;
            }
            const int64_t at = t * args->target_step_stride + b * args->target_row_stride;
            const int64_t class_at = t * args->classes_step_stride + b * args->classes_row_stride;
            sum += loss_of(args->loss, &(struct item){
                                           .width = args->width,
                                           .y = args->y + t * args->y_step_stride + b * args->y_row_stride,
                                           .target = args->target ? args->target + at : NULL,
                                           .class = args->classes ? args->classes[class_at] : 0,
                                           .dy = dy,
                                           .scale = scale,
                                       });
        }
    return sum;
}

void loss_r(double *value, const struct weir_loss_args_r *args, int64_t live_steps)
{
    struct environment environment;
    weir_environment_enter(&environment);
    const double scale = scale_of(args, live_steps);
    *value = scale * sum_of(args, scale);
    weir_environment_leave(&environment);
}
