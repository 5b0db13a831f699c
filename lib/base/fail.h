/*
 * base/fail.h: one line for an error path.
 */
#ifndef WEIR_BASE_FAIL_H
#define WEIR_BASE_FAIL_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/error.h>

/* Fills *error (unless NULL) with the status and a sentence, and returns the status. */
__attribute__((format(printf, 3, 4))) weir_status weir_fail(weir_error *error, weir_status status, const char *format,
                                                            ...);

/* Fills *error (unless NULL) with success, and returns WEIR_OK. */
weir_status weir_succeed(weir_error *error);

/* Whether `count` reserved numbers are zero, as every public struct's must be. */
bool weir_reserved_is_zero(const int64_t *reserved, int count);

/* Leaves the function with a status and a sentence if `condition` holds. */
#define FAIL_IF(condition, error, status, ...)                                                                         \
    do {                                                                                                               \
        if (condition)                                                                                                 \
            return weir_fail(error, status, __VA_ARGS__);                                                              \
    } while (0)

/* Leaves the function if a call within it failed; the call has filled its error. */
#define FORWARD_FAILURE(call)                                                                                          \
    do {                                                                                                               \
        const weir_status forwarded_ = (call);                                                                         \
        if (forwarded_ != WEIR_OK)                                                                                     \
            return forwarded_;                                                                                         \
    } while (0)

#endif
