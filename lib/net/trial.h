/*
 * net/trial.h: made-up numbers to run plans of one shape on.
 */
#ifndef WEIR_NET_TRIAL_H
#define WEIR_NET_TRIAL_H

#include "net/plan.h"

/* Sequences of a full run, and in training what a backward reads and writes; of the net's precision. */
struct trial {
    weir_allocator allocator;
    void *memory;
    int64_t bytes;
    void *x, *y, *dy, *dx, *gradient;
};

/* net/trial.c, in both precisions. */
weir_status weir_f32_trial_open(struct trial *trial, const weir_net *net, const weir_plan_options *options,
                                weir_error *error);
weir_status weir_f64_trial_open(struct trial *trial, const weir_net *net, const weir_plan_options *options,
                                weir_error *error);

/* One full run: forward; of a training plan, backward too. */
void weir_f32_trial_run(const struct trial *trial, weir_plan *plan);
void weir_f64_trial_run(const struct trial *trial, weir_plan *plan);

#endif
