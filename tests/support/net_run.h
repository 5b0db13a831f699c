/*
 * support/net_run.h: one forward and backward of a golden case in one precision, with all outputs.
 */
#ifndef TEST_SUPPORT_NET_RUN_H
#define TEST_SUPPORT_NET_RUN_H

#include "base/public.h"
#include "support/case.h"

#define net_run_r REAL_PUBLIC(net_run)
#define net_run_open_r REAL_PUBLIC(net_run_open)
#define net_run_close_r REAL_PUBLIC(net_run_close)
#define net_run_go_r REAL_PUBLIC(net_run_go)

/* Arrays are the run's; lengths as in weir/plan.h. */
struct net_run_r {
    weir_net *net;
    weir_plan *plan;
    int64_t x_count, y_count, state_count, parameter_count;
    real *parameters, *x, *state, *dy, *dstate;
    real *y, *state_out, *gradient, *dx, *dstate_in;
};

/* Makes the net, draws all inputs (NaN past the rows' ends), and a training plan without dropout. Aborts if it cannot.
 */
void net_run_open_r(struct net_run_r *run, const struct golden_case *one);
void net_run_close_r(struct net_run_r *run);

/* Forward and backward through the full calls, time-major. */
void net_run_go_r(struct net_run_r *run, const struct golden_case *one);

#endif
