/*
 * api/check.h: checks that several public functions share.
 */
#ifndef WEIR_API_CHECK_H
#define WEIR_API_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/error.h>
#include <weir/net.h>
#include <weir/plan.h>

/* Fills in the strides of a gapless time-major sequence where both are 0, and those of dimensions of size 1; refuses
   strides that would let elements meet. `name` is what the caller calls the sequence. */
weir_status weir_complete_strides(const char *name, int64_t rows, int64_t steps, int64_t width, int64_t *step_stride,
                                  int64_t *row_stride, weir_error *error);

/* Every length is in 0..steps; NULL passes. */
weir_status weir_check_lengths(const int64_t *lengths, int64_t rows, int64_t steps, weir_error *error);

/* `precision` is that of the object at hand. */
weir_status weir_check_precision(weir_precision precision, weir_precision wanted, const char *object,
                                 weir_error *error);

/* The tape of a call, or the plan's own; one of another plan is refused. */
weir_status weir_find_tape(const weir_plan *plan, weir_tape **tape, weir_error *error);

/* Whether there is a forward to go back through. */
weir_status weir_check_filled(const weir_plan *plan, const weir_tape *tape, weir_error *error);

/* Both of them, for a diagnosis (api/diagnose.c): on a training plan, and by lag if the net has a lag. */
weir_status weir_check_diagnosis(const weir_plan *plan, weir_tape **tape, bool by_lag, weir_error *error);

/* 1 to the steps of the forward. */
weir_status weir_check_lags(int64_t lags, const weir_tape *tape, weir_error *error);

#endif
