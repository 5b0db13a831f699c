/*
 * support/net_run.h: one forward and backward of a golden case in one precision, with all outputs.
 */
#ifndef TEST_SUPPORT_NET_RUN_H
#define TEST_SUPPORT_NET_RUN_H

#include "base/real.h"
#include "support/case.h"

/* Arrays are the run's; lengths as in weir/plan.h. */
struct PUBLIC(net_run) {
    weir_net *net;
    weir_plan *plan;
    int64_t x_count, y_count, state_count, parameter_count;
    real *parameters, *x, *state, *dy, *dstate;
    real *y, *state_out, *gradient, *dx, *dstate_in;
};
#define net_run PUBLIC(net_run)

/* Makes the net, draws all inputs (NaN past the rows' ends), and a training plan without dropout. Aborts if it cannot. */
void PUBLIC(net_run_open)(struct net_run *run, const struct golden_case *one);
void PUBLIC(net_run_close)(struct net_run *run);

/* Forward and backward through the full calls, time-major. */
void PUBLIC(net_run_go)(struct net_run *run, const struct golden_case *one);

#endif
