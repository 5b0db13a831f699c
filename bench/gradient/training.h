/*
 * gradient/training.h: training a net on the adding problem, in f32.
 */
#ifndef BENCH_GRADIENT_TRAINING_H
#define BENCH_GRADIENT_TRAINING_H

#include "gradient/starts.h"

struct lesson_settings {
    int64_t updates; /* at most */
    int64_t batch;
    double clip; /* of the gradient's norm */
};

struct outcome {
    int64_t updates;
    double error; /* mean squared, of sequences that it has not met */
    bool solved;
};

/* Trains a net from a start, until it has solved the problem, `updates` are made, or Ctrl-C; its parameters go to
   `parameters`, as many as the net has. Calls `show` now and then. What does not work ends the program. */
struct outcome gradient_train(const struct start *start, int64_t hidden, int64_t steps,
                              const struct lesson_settings *settings, uint64_t seed, double *parameters,
                              void (*show)(const struct start *start, int64_t steps, const struct outcome *outcome,
                                           double done));

/* The learning rate for a cell. */
double gradient_rate(const struct cell *cell);

#endif
