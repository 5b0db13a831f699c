/*
 * train/update.c: how parameters follow a gradient. Equations in <weir/train.h>; k is the number of the step.
 */
#include "train/typed.h"

#include <math.h>

#include "base/environment.h"

#if REAL_BITS == 32
#define SQRT sqrtf
#else
#define SQRT sqrt
#endif

/* The numbers of an update in the precision of the net. What a beta leaves, 1 - beta, is rounded by itself: in f32 the
   rounding of 0.999 would be 5e-5 of 0.001. */
struct factors {
    real rate, momentum, beta1, beta2, rest1, rest2, epsilon, decay;
};

static void sgd(int64_t n, const struct factors *by, const real *restrict g, real *restrict p)
{
    for (int64_t i = 0; i < n; i++)
        p[i] -= by->rate * (g[i] + by->decay * p[i]);
}

static void sgd_momentum(int64_t n, const struct factors *by, const real *restrict g, real *restrict m,
                         real *restrict p)
{
    for (int64_t i = 0; i < n; i++) {
        m[i] = by->momentum * m[i] + (g[i] + by->decay * p[i]);
        p[i] -= by->rate * m[i];
    }
}

static void rmsprop(int64_t n, const struct factors *by, const real *restrict g, real *restrict v, real *restrict p)
{
    for (int64_t i = 0; i < n; i++) {
        const real slope = g[i] + by->decay * p[i];
        v[i] = by->beta2 * v[i] + by->rest2 * slope * slope;
        p[i] -= by->rate * (slope / (SQRT(v[i]) + by->epsilon));
    }
}

static void rmsprop_momentum(int64_t n, const struct factors *by, const real *restrict g, real *restrict m,
                             real *restrict v, real *restrict p)
{
    for (int64_t i = 0; i < n; i++) {
        const real slope = g[i] + by->decay * p[i];
        v[i] = by->beta2 * v[i] + by->rest2 * slope * slope;
        m[i] = by->momentum * m[i] + slope / (SQRT(v[i]) + by->epsilon);
        p[i] -= by->rate * m[i];
    }
}

/* Adam as it is usually arranged: rate/(1-beta1^k) and 1/sqrt(1-beta2^k) are the same for all parameters. `coupled` is
   the decay that joins the gradient, `apart` the share that AdamW takes off beforehand. */
static void adam(int64_t n, const struct factors *by, real corrected_rate, real root_correction, real coupled,
                 real apart, const real *restrict g, real *restrict m, real *restrict v, real *restrict p)
{
    for (int64_t i = 0; i < n; i++) {
        const real slope = g[i] + coupled * p[i];
        const real kept = p[i] - apart * p[i];
        m[i] = by->beta1 * m[i] + by->rest1 * slope;
        v[i] = by->beta2 * v[i] + by->rest2 * slope * slope;
        p[i] = kept - corrected_rate * m[i] / (SQRT(v[i]) * root_correction + by->epsilon);
    }
}

static void update_adam(weir_optimizer *optimizer, const struct factors *by, const real *gradient)
{
    const weir_optimizer_options *options = &optimizer->options;
    const double k = (double)optimizer->steps_made;
    const double rate = options->learning_rate / (1.0 - pow(options->beta1, k));
    const double root = 1.0 / sqrt(1.0 - pow(options->beta2, k));
    const bool apart = options->kind == WEIR_ADAMW;
    adam(optimizer->net->parameter_count, by, (real)rate, (real)root, apart ? 0 : by->decay,
         apart ? by->rate * by->decay : 0, gradient, optimizer->m, optimizer->v, optimizer->net->parameters);
}

static void update(weir_optimizer *optimizer, const struct factors *by, const real *gradient)
{
    const int64_t n = optimizer->net->parameter_count;
    real *p = optimizer->net->parameters, *m = optimizer->m, *v = optimizer->v;
    switch (optimizer->options.kind) {
    case WEIR_SGD:
        if (m)
            sgd_momentum(n, by, gradient, m, p);
        else
            sgd(n, by, gradient, p);
        break;
    case WEIR_RMSPROP:
        if (m)
            rmsprop_momentum(n, by, gradient, m, v, p);
        else
            rmsprop(n, by, gradient, v, p);
        break;
    case WEIR_ADAM:
    case WEIR_ADAMW:
        update_adam(optimizer, by, gradient);
        break;
    }
}

void update_r(weir_optimizer *optimizer, const real *gradient)
{
    struct environment environment;
    weir_environment_enter(&environment);
    const weir_optimizer_options *options = &optimizer->options;
    const struct factors by = {
        .rate = (real)options->learning_rate,
        .momentum = (real)options->momentum,
        .beta1 = (real)options->beta1,
        .beta2 = (real)options->beta2,
        .rest1 = (real)(1.0 - options->beta1),
        .rest2 = (real)(1.0 - options->beta2),
        .epsilon = (real)options->epsilon,
        .decay = (real)options->weight_decay,
    };
    optimizer->steps_made++;
    update(optimizer, &by, gradient);
    weir_environment_leave(&environment);
}

int64_t finite_count_r(const real *vector, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(vector[i]))
            return i;
    return n;
}
