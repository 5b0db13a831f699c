/*
 * train/train.h: losses, clipping, optimisers.
 */
#ifndef WEIR_TRAIN_TRAIN_H
#define WEIR_TRAIN_TRAIN_H

#include <weir/train.h>

#include "net/net.h"

/* An optimiser; its vectors m and v follow it in its block, where its kind has them. */
struct weir_optimizer {
    weir_allocator allocator;
    int64_t bytes;
    weir_net *net;
    weir_optimizer_options options; /* with defaults filled in */
    int64_t steps_made;
    void *m, *v; /* float or double, one number a parameter; NULL if the kind has none */
    weir_error last_error;
};

/* train/optimizer.c */
weir_status weir_optimizer_make(weir_optimizer **optimizer, weir_net *net, const weir_optimizer_options *options,
                                weir_error *error);
weir_status weir_optimizer_measure(int64_t *bytes, const weir_net *net, const weir_optimizer_options *options,
                                   weir_error *error);
weir_status weir_rate_check(weir_precision precision, double learning_rate, weir_error *error);
void weir_optimizer_free(weir_optimizer *optimizer);

/* m and v, one after the other as far as there are any, to and from doubles. */
void weir_optimizer_read_vectors(const weir_optimizer *optimizer, double *numbers);
weir_status weir_optimizer_check_vectors(const weir_optimizer *optimizer, const double *numbers, weir_error *error);
void weir_optimizer_write_vectors(weir_optimizer *optimizer, const double *numbers);

/* train/update.c, in both precisions. The gradient is finite and an edit is open. */
void weir_f32_update(weir_optimizer *optimizer, const float *gradient);
void weir_f64_update(weir_optimizer *optimizer, const double *gradient);

/* How many numbers of a vector are finite before the first that is not; n if all are. */
int64_t weir_f32_finite_count(const float *vector, int64_t n);
int64_t weir_f64_finite_count(const double *vector, int64_t n);

/* train/loss.c: args are complete and checked. The loss, reduced, goes to *value. */
void weir_f32_loss(double *value, const weir_loss_args_f32 *args, int64_t live_steps);
void weir_f64_loss(double *value, const weir_loss_args_f64 *args, int64_t live_steps);

/* train/clip.c */
double weir_f32_clip_norm(float *gradient, int64_t n, double max_norm);
double weir_f64_clip_norm(double *gradient, int64_t n, double max_norm);
void weir_f32_clip_value(float *gradient, int64_t n, double limit);
void weir_f64_clip_value(double *gradient, int64_t n, double limit);

#endif
