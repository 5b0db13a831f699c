/**
 * @file
 * weir/weir.h: recurrent networks (vanilla RNN, LSTM, GRU), inference and training, in C on BLAS.
 *
 * Five things, each with one owner and one lifetime:
 *
 *     net       a stack of layers and its parameters (weir/net.h)
 *     plan      one net, made ready to run at most `batch` rows by `steps` steps (weir/plan.h)
 *     state     what a stream carries from call to call: plain memory of yours, [rows][state size] (weir/plan.h)
 *     tape      what a forward pass leaves for its backward; inside the plan unless you ask otherwise (weir/plan.h)
 *     gradient  a vector of yours with exactly the layout of the parameters (weir/plan.h, weir/train.h)
 *
 * Run a net inside a time loop:
 *
 *     const weir_layer layers[] = {{.kind = WEIR_LSTM, .units = 64}, {.kind = WEIR_LINEAR, .units = 1}};
 *     weir_net_create(&net, WEIR_F32, n_inputs, layers, 2, &error);
 *     weir_plan_create(&plan, net, &(weir_plan_options){.batch = n_rows}, &error);
 *     for (...)
 *         weir_forward_f32(plan, x, state, y);
 *
 * Letters used throughout: T steps, B batch (rows), I inputs, H units of a layer, G gates, S numbers of state a row;
 * arrays are row-major, and [T][B][I] means that element (t, b, i) lies at (t*B + b)*I + i.
 *
 * A pointer may be NULL only where its description says so.
 */
#ifndef WEIR_WEIR_H
#define WEIR_WEIR_H

#include <weir/choices.h>
#include <weir/cpu.h>
#include <weir/diagnose.h>
#include <weir/error.h>
#include <weir/net.h>
#include <weir/plan.h>
#include <weir/pool.h>
#include <weir/train.h>
#include <weir/version.h>

#endif
