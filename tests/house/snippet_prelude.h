/*
 * snippet_prelude.h: what a reader of the README and docs takes for granted in a snippet that is no whole program.
 */
#ifndef SNIPPET_PRELUDE_H
#define SNIPPET_PRELUDE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

int fail(const char *message);

extern weir_net *net;
extern weir_plan *plan;
extern weir_tape *tape;
extern weir_optimizer *adam;
extern weir_error error;

extern const float *x, *target, *weights;
extern const float *const *forcing; /* [n_days] */
extern float *const *runoff;
extern float *state, *y, *dx, *dy, *gradient;
extern int64_t n, n_inputs, n_rows, n_steps, n_days, n_catchments, n_updates, n_parameters;
extern const int64_t *lengths, *classes;

#endif
