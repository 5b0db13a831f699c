/*
 * train/optimizer.c: making and freeing optimisers.
 */
#include "train/train.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"

static double or_default(double value, double otherwise) { return value == 0.0 ? otherwise : value; }

/* What rounding to the net's precision would make of 1, 0 and infinity; told by comparison, which raises no flag. */
struct range {
    double below_one, smallest, largest;
};

static struct range range_of(weir_precision precision)
{
    if (precision == WEIR_F64)
        return (struct range){1.0, DBL_MIN, DBL_MAX};
    return (struct range){1.0 - 0x1p-25, (double)FLT_MIN, (double)FLT_MAX};
}

static weir_status check_share(weir_precision precision, double value, const char *name, weir_error *error)
{
    const struct range range = range_of(precision);
    FAIL_IF(!(value == 0.0 || (value >= range.smallest && value < range.below_one)), error, WEIR_ERROR_ARGUMENT,
            "%s is %.17g, must be 0 or in (0, 1) also in the net's precision", name, value);
    return WEIR_OK;
}

/* 0, or a normal number: denormals are flushed in an update. */
static weir_status check_size(weir_precision precision, double value, const char *name, weir_error *error)
{
    const struct range range = range_of(precision);
    FAIL_IF(!(value == 0.0 || (value >= range.smallest && value <= range.largest)), error, WEIR_ERROR_ARGUMENT,
            "%s is %g, must be finite, not negative, and a normal number in the net's precision", name, value);
    return WEIR_OK;
}

weir_status weir_rate_check(weir_precision precision, double learning_rate, weir_error *error)
{
    return check_size(precision, learning_rate, "learning_rate", error);
}

static weir_status check(const weir_optimizer_options *options, weir_precision precision, weir_error *error)
{
    FAIL_IF(options->kind < WEIR_SGD || options->kind > WEIR_ADAMW, error, WEIR_ERROR_ARGUMENT,
            "kind is %d, which is no weir_optimizer_kind", (int)options->kind);
    FAIL_IF(!(options->learning_rate > 0.0 && isfinite(options->learning_rate)), error, WEIR_ERROR_ARGUMENT,
            "learning_rate is %g, must be finite and more than 0", options->learning_rate);
    FORWARD_FAILURE(weir_rate_check(precision, options->learning_rate, error));
    FORWARD_FAILURE(check_share(precision, options->momentum, "momentum", error));
    FORWARD_FAILURE(check_share(precision, options->beta1, "beta1", error));
    FORWARD_FAILURE(check_share(precision, options->beta2, "beta2", error));
    FORWARD_FAILURE(check_size(precision, options->epsilon, "epsilon", error));
    FORWARD_FAILURE(check_size(precision, options->weight_decay, "weight_decay", error));
    FAIL_IF(options->reserved_flags != 0, error, WEIR_ERROR_ARGUMENT,
            "reserved_flags of weir_optimizer_options is not zero");
    FAIL_IF(!weir_reserved_is_zero(options->reserved, 4), error, WEIR_ERROR_ARGUMENT,
            "reserved of weir_optimizer_options is not zero");
    return WEIR_OK;
}

static weir_optimizer_options complete(const weir_optimizer_options *options)
{
    weir_optimizer_options all = *options;
    all.beta1 = or_default(options->beta1, 0.9);
    all.beta2 = or_default(options->beta2, options->kind == WEIR_RMSPROP ? 0.99 : 0.999);
    all.epsilon = or_default(options->epsilon, 1e-8);
    return all;
}

static bool has_m(const weir_optimizer_options *options)
{
    return options->kind == WEIR_ADAM || options->kind == WEIR_ADAMW || options->momentum > 0.0;
}

static bool has_v(const weir_optimizer_options *options) { return options->kind != WEIR_SGD; }

static void place(struct arena *arena, weir_optimizer *parts)
{
    const int64_t size = weir_real_size(parts->net->precision);
    weir_arena_take(arena, 1, sizeof *parts);
    parts->m = has_m(&parts->options) ? weir_arena_take(arena, parts->net->parameter_count, size) : NULL;
    parts->v = has_v(&parts->options) ? weir_arena_take(arena, parts->net->parameter_count, size) : NULL;
    parts->bytes = arena->used;
}

/* Checks, and fills in all but the vectors. */
static weir_status size(weir_optimizer *parts, weir_net *net, const weir_optimizer_options *options, weir_error *error)
{
    FORWARD_FAILURE(check(options, net->precision, error));
    *parts = (weir_optimizer){.allocator = net->allocator, .net = net, .options = complete(options)};
    struct arena arena = {0};
    place(&arena, parts);
    FAIL_IF(arena.overflow, error, WEIR_ERROR_SIZE, "the optimiser has more bytes than this machine can count");
    return WEIR_OK;
}

weir_status weir_optimizer_measure(int64_t *bytes, const weir_net *net, const weir_optimizer_options *options,
                                   weir_error *error)
{
    weir_optimizer parts;
    FORWARD_FAILURE(size(&parts, (weir_net *)net, options, error)); /* only looked at */
    *bytes = parts.bytes;
    return WEIR_OK;
}

weir_status weir_optimizer_make(weir_optimizer **optimizer, weir_net *net, const weir_optimizer_options *options,
                                weir_error *error)
{
    weir_optimizer parts;
    FORWARD_FAILURE(size(&parts, net, options, error));
    struct arena arena = {.base = weir_allocate(&net->allocator, parts.bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for an optimiser of %lld bytes", (long long)parts.bytes);
    memset(arena.base, 0, (size_t)parts.bytes);
    place(&arena, &parts);
    weir_net_hold(net);
    *optimizer = memcpy(arena.base, &parts, sizeof parts);
    return WEIR_OK;
}

void weir_optimizer_free(weir_optimizer *optimizer)
{
    const weir_allocator allocator = optimizer->allocator;
    weir_net *net = optimizer->net;
    weir_release(&allocator, optimizer, optimizer->bytes);
    weir_net_let_go(net);
}

/* Reads a vector of either precision; returns where the next one goes. */
static double *read_vector(const weir_net *net, const void *vector, double *to)
{
    if (!vector)
        return to;
    for (int64_t i = 0; i < net->parameter_count; i++)
        to[i] = net->precision == WEIR_F32 ? (double)((const float *)vector)[i] : ((const double *)vector)[i];
    return to + net->parameter_count;
}

static const double *write_vector(const weir_net *net, void *vector, const double *from)
{
    if (!vector)
        return from;
    for (int64_t i = 0; i < net->parameter_count; i++) {
        if (net->precision == WEIR_F32)
            ((float *)vector)[i] = (float)from[i];
        else
            ((double *)vector)[i] = from[i];
    }
    return from + net->parameter_count;
}

void weir_optimizer_read_vectors(const weir_optimizer *optimizer, double *numbers)
{
    read_vector(optimizer->net, optimizer->v, read_vector(optimizer->net, optimizer->m, numbers));
}

/* Whether numbers can be m and v: finite in the net's precision, and v, mean squares, not negative. */
weir_status weir_optimizer_check_vectors(const weir_optimizer *optimizer, const double *numbers, weir_error *error)
{
    const int64_t n = optimizer->net->parameter_count, m = optimizer->m ? n : 0, count = m + (optimizer->v ? n : 0);
    const double largest = range_of(optimizer->net->precision).largest;
    for (int64_t i = 0; i < count; i++) {
        FAIL_IF(!(fabs(numbers[i]) <= largest), error, WEIR_ERROR_ARGUMENT,
                "number %lld of the state's vectors is %g, not finite in the net's precision", (long long)i,
                numbers[i]);
        FAIL_IF(i >= m && numbers[i] < 0.0, error, WEIR_ERROR_ARGUMENT,
                "number %lld of the state's vectors is a mean square, and negative", (long long)i);
    }
    return WEIR_OK;
}

void weir_optimizer_write_vectors(weir_optimizer *optimizer, const double *numbers)
{
    write_vector(optimizer->net, optimizer->v, write_vector(optimizer->net, optimizer->m, numbers));
}
