/*
 * work/workload.h: a net with a plan and data, ready to run again and again.
 */
#ifndef BENCH_WORK_WORKLOAD_H
#define BENCH_WORK_WORKLOAD_H

#include <weir/plan.h>

#include "base/numbers.h"
#include "work/stack.h"

/* What is run: a point among the axes that a person can name. */
struct point {
    struct stack stack;
    int64_t steps;
    int64_t batch;
    weir_precision precision;
    weir_mode mode;
    weir_engine engine;
    weir_planning planning;
    weir_pool *pool;       /* NULL: none */
    weir_choices *choices; /* NULL: none */
    int64_t memory_limit;  /* 0: none */
};

const char *point_precision_name(const struct point *point); /* "f32" */
const char *point_mode_name(const struct point *point);      /* "training" */
const char *point_engine_name(const struct point *point);    /* "native" */
int point_bits(const struct point *point);                   /* 32 or 64 */

/* FLOPs of one run. */
double point_flops(const struct point *point);

/* Bytes of the recurrent matrices R, and how often a step reads them: forward, and in training backward again. */
double point_recurrent_bytes(const struct point *point);
double point_recurrent_reads(const struct point *point);

/* Bytes of its parameters, inputs and outputs, and in training of their derivatives: the least that it needs. */
double point_bytes(const struct point *point);

struct workload;

/*
 * Makes one. Weights are the library's default draw, which keeps states within bounds; x and dy are uniform on [-1, 1).
 *
 * @param why gets a sentence if the answer is NULL: it does not fit this machine's memory, say
 */
struct workload *workload_open(const struct point *point, struct why *why);
void workload_close(struct workload **workload);

/*
 * One run, from zero states: a forward pass; in training a backward pass too, with the derivatives of parameters and
 * inputs. No loss, no optimiser. A run that fails ends the program with the plan's sentence.
 */
void workload_run(struct workload *workload);

/* Packs its weights, as a training plan does at each forward. */
void workload_pack(struct workload *workload);

/* Whether all that was read and written so far is free of denormals, infinities and NaN. */
bool workload_is_normal(const struct workload *workload);

const struct point *workload_point(const struct workload *workload);
const weir_net *workload_net(const struct workload *workload);
weir_plan_size workload_size(const struct workload *workload);

/* What its plan says of itself. */
void workload_describe(const struct workload *workload, char *text, size_t size);

/* What its plan says after "key: " as a whole number, or `otherwise` if it does not. */
int64_t workload_described(const struct workload *workload, const char *key, int64_t otherwise);

/* Likewise as a number with decimals. */
double workload_described_real(const struct workload *workload, const char *key, double otherwise);

#endif
