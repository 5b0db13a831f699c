/*
 * api/check.c: checks that several public functions share.
 */
#include "api/check.h"

#include "base/fail.h"
#include "net/plan.h"

/* Whether blocks of `inner_count` items at `inner` numbers, each `width` wide, fit between two blocks at `outer`. */
static bool keeps_apart(int64_t outer, int64_t inner_count, int64_t inner, int64_t width)
{
    int64_t extent;
    return !__builtin_mul_overflow(inner_count - 1, inner, &extent) &&
           !__builtin_add_overflow(extent, width, &extent) && outer >= extent;
}

/* Whether the last element of a sequence can be counted. */
static bool is_countable(int64_t rows, int64_t steps, int64_t step_stride, int64_t row_stride)
{
    int64_t a, b, bytes;
    return !__builtin_mul_overflow(steps, step_stride, &a) && !__builtin_mul_overflow(rows, row_stride, &b) &&
           !__builtin_add_overflow(a, b, &a) && !__builtin_mul_overflow(a, (int64_t)sizeof(double), &bytes);
}

weir_status weir_complete_strides(const char *name, int64_t rows, int64_t steps, int64_t width, int64_t *step_stride,
                                  int64_t *row_stride, weir_error *error)
{
    const bool is_default = *step_stride == 0 && *row_stride == 0;
    if (is_default || rows == 1)
        *row_stride = width;
    int64_t gapless = 0;
    FAIL_IF(__builtin_mul_overflow(rows, *row_stride, &gapless), error, WEIR_ERROR_SIZE,
            "the strides of %s are more than this machine can count", name);
    if (is_default || steps == 1)
        *step_stride = gapless;
    FAIL_IF(!is_countable(rows, steps, *step_stride, *row_stride), error, WEIR_ERROR_SIZE,
            "the strides of %s are more than this machine can count", name);
    const bool apart = *step_stride >= width && *row_stride >= width &&
                       (rows == 1 || steps == 1 || keeps_apart(*step_stride, rows, *row_stride, width) ||
                        keeps_apart(*row_stride, steps, *step_stride, width));
    FAIL_IF(!apart, error, WEIR_ERROR_ARGUMENT,
            "the strides of %s (step %lld, row %lld) let its elements, %lld numbers wide, overlap", name,
            (long long)*step_stride, (long long)*row_stride, (long long)width);
    return WEIR_OK;
}

weir_status weir_check_lengths(const int64_t *lengths, int64_t rows, int64_t steps, weir_error *error)
{
    for (int64_t b = 0; lengths && b < rows; b++)
        FAIL_IF(lengths[b] < 0 || lengths[b] > steps, error, WEIR_ERROR_LENGTH,
                "lengths[%lld] is %lld, must be in 0..%lld", (long long)b, (long long)lengths[b], (long long)steps);
    return WEIR_OK;
}

weir_status weir_check_precision(weir_precision precision, weir_precision wanted, const char *object, weir_error *error)
{
    FAIL_IF(precision != wanted, error, WEIR_ERROR_PRECISION, "the %s is %s, the call is _%s", object,
            precision == WEIR_F32 ? "f32" : "f64", wanted == WEIR_F32 ? "f32" : "f64");
    return WEIR_OK;
}

weir_status weir_find_tape(const weir_plan *plan, weir_tape **tape, weir_error *error)
{
    FAIL_IF(plan->mode != WEIR_TRAINING && *tape, error, WEIR_ERROR_MODE, "an inference plan writes no tape");
    if (!*tape)
        *tape = plan->tape;
    FAIL_IF(*tape && (*tape)->plan_identity != plan->identity, error, WEIR_ERROR_MISMATCH,
            "the tape was made for another plan");
    return WEIR_OK;
}

weir_status weir_check_filled(const weir_plan *plan, const weir_tape *tape, weir_error *error)
{
    FAIL_IF(!tape->is_filled, error, WEIR_ERROR_ORDER, "no forward has been run on this tape");
    FAIL_IF(tape->generation != atomic_load(&plan->net->generation), error, WEIR_ERROR_STALE,
            "the net's parameters have changed since the forward: run it again");
    return WEIR_OK;
}
