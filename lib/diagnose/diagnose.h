/*
 * diagnose/diagnose.h: what a tape tells of the way that derivatives take through a net.
 *
 * Nothing here knows how an engine goes through time: a *link* holds one step of some rows, gathered from the tape, and
 * goes through its layers in either direction with the blas engine's products (docs/math.md, "Where the gradient
 * goes"). Memory comes from the plan's allocator for as long as a call takes, and does not grow with T.
 */
#ifndef WEIR_DIAGNOSE_DIAGNOSE_H
#define WEIR_DIAGNOSE_DIAGNOSE_H

#include <weir/diagnose.h>

#include "base/memory.h"
#include "net/plan.h"

/* In both precisions. Arguments are complete and checked: a filled tape of the plan; for all but the statistics a net
   without reverse layers. They fail for want of memory only. */
weir_status weir_f32_gradient_by_lag(weir_plan *plan, const weir_gradient_by_lag_args_f32 *args);
weir_status weir_f64_gradient_by_lag(weir_plan *plan, const weir_gradient_by_lag_args_f64 *args);
weir_status weir_f32_jacobian_norm(weir_plan *plan, const weir_jacobian_args *args, weir_singular_value *result);
weir_status weir_f64_jacobian_norm(weir_plan *plan, const weir_jacobian_args *args, weir_singular_value *result);
weir_status weir_f32_direct_path(weir_plan *plan, const weir_direct_path_args *args);
weir_status weir_f64_direct_path(weir_plan *plan, const weir_direct_path_args *args);
weir_status weir_f32_gate_statistics(weir_plan *plan, const weir_gate_statistics_args *args);
weir_status weir_f64_gate_statistics(weir_plan *plan, const weir_gate_statistics_args *args);

/* diagnose/memory.c: memory for an arena that has been measured, from the plan's allocator: `used` bytes, to be
   released as such once it is cut again. */
weir_status weir_diagnose_allocate(struct arena *arena, weir_plan *plan);

/* diagnose/bidiagonal.c: the largest singular value of the upper bidiagonal matrix whose diagonal is numbers[0],
   numbers[2], ... and what stands above it numbers[1], numbers[3], ...: `count` of them, an odd number, >= 0 and
   finite; and the last component of its left singular vector, >= 0. `work` has room for 3 count + 2 numbers. */
double weir_bidiagonal_largest(int64_t count, const double *numbers, double *work, double *last);

#endif
