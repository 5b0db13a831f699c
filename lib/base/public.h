/*
 * base/public.h: the public names in the precision of this compilation: weir_forward_r is weir_forward_f32 or _f64.
 */
#ifndef WEIR_BASE_PUBLIC_H
#define WEIR_BASE_PUBLIC_H

#include "base/real.h"

#define weir_backward_r REAL_PUBLIC(weir_backward)
#define weir_backward_args_r REAL_PUBLIC(weir_backward_args)
#define weir_backward_full_r REAL_PUBLIC(weir_backward_full)
#define weir_clip_norm_r REAL_PUBLIC(weir_clip_norm)
#define weir_clip_value_r REAL_PUBLIC(weir_clip_value)
#define weir_forward_r REAL_PUBLIC(weir_forward)
#define weir_forward_args_r REAL_PUBLIC(weir_forward_args)
#define weir_forward_full_r REAL_PUBLIC(weir_forward_full)
#define weir_gradient_by_lag_r REAL_PUBLIC(weir_gradient_by_lag)
#define weir_gradient_by_lag_args_r REAL_PUBLIC(weir_gradient_by_lag_args)
#define weir_loss_r REAL_PUBLIC(weir_loss)
#define weir_loss_args_r REAL_PUBLIC(weir_loss_args)
#define weir_mse_r REAL_PUBLIC(weir_mse)
#define weir_net_edit_r REAL_PUBLIC(weir_net_edit)
#define weir_net_parameters_r REAL_PUBLIC(weir_net_parameters)
#define weir_net_set_r REAL_PUBLIC(weir_net_set)
#define weir_net_set_parameters_r REAL_PUBLIC(weir_net_set_parameters)
#define weir_optimizer_step_r REAL_PUBLIC(weir_optimizer_step)
#define weir_state_start_r REAL_PUBLIC(weir_state_start)
#define weir_truncated_backward_r REAL_PUBLIC(weir_truncated_backward)
#define weir_truncated_forward_r REAL_PUBLIC(weir_truncated_forward)
#define weir_truncated_start_r REAL_PUBLIC(weir_truncated_start)
#define weir_truncated_state_r REAL_PUBLIC(weir_truncated_state)

#endif
