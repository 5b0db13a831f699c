/*
 * train/truncated.h: truncated backpropagation through time.
 *
 * Between two forwards the window slides on by k1 steps. The steps that the next window will no longer have are its
 * *head*, whose last state that one begins with; so a window is run in two parts, head and tail, on a tape each.
 */
#ifndef WEIR_TRAIN_TRUNCATED_H
#define WEIR_TRAIN_TRUNCATED_H

#include <weir/train.h>

#include "net/plan.h"

/* Numbers are float or double, as the net has them. */
struct weir_truncated {
    weir_allocator allocator;
    int64_t bytes; /* of the block that this struct begins */
    weir_plan *plan;
    int64_t every, through; /* k1, k2 */
    weir_error last_error;

    /* The window. */
    int64_t end;         /* where it ends: steps since the sequences began */
    int64_t steps, head; /* its steps; those of them that are its head */
    bool anew;           /* it begins where the sequences did, and no state was given */
    uint64_t draw;       /* of dropout: how many sequences were before */
    uint64_t generation; /* of the parameters that ran last */
    void *x;             /* [k2][B][I] its inputs */
    void *start, *next;  /* [B][S] the state before it, and after its head */
    void *final;         /* [B][S] after its tail */
    /* Only where k2 > k1: */
    void *y, *dy;    /* [k2][B][O] */
    void *dstate;    /* [B][S] dL/d(next) */
    weir_tape *tail; /* the plan's own is the head's */
};

/* train/truncated.c: `options` are complete and checked but for steps. */
weir_status weir_truncated_make(weir_truncated **truncated, weir_net *net, const weir_plan_options *options,
                                int64_t every, int64_t through, weir_error *error);
weir_status weir_truncated_measure(int64_t *bytes, const weir_net *net, const weir_plan_options *options, int64_t every,
                                   int64_t through, weir_error *error);
void weir_truncated_free(weir_truncated *truncated);

/* The longest part that a window has: steps of a plan for it. */
int64_t weir_truncated_longest(int64_t every, int64_t through);

/* train/window.c, in both precisions: args are checked. */
void weir_f32_window_start(weir_truncated *truncated, const float *state);
void weir_f64_window_start(weir_truncated *truncated, const double *state);
void weir_f32_window_forward(weir_truncated *truncated, const float *x, float *y);
void weir_f64_window_forward(weir_truncated *truncated, const double *x, double *y);
void weir_f32_window_backward(weir_truncated *truncated, const float *dy, float *gradient);
void weir_f64_window_backward(weir_truncated *truncated, const double *dy, double *gradient);
void weir_f32_window_state(const weir_truncated *truncated, float *state);
void weir_f64_window_state(const weir_truncated *truncated, double *state);

#endif
