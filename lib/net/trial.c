/*
 * net/trial.c: made-up numbers, and runs on them.
 */
#include "net/trial.h"

#include <string.h>

#include "base/fail.h"
#include "base/random.h"
#include "net/run.h"

#define trial_open_r REAL(trial_open)
#define trial_run_r REAL(trial_run)

static void place(struct arena *arena, struct trial *trial, const weir_net *net, const weir_plan_options *options)
{
    const int64_t rows = options->batch * options->steps;
    trial->x = weir_arena_take_matrix(arena, rows, net->inputs, sizeof(real));
    trial->y = weir_arena_take_matrix(arena, rows, net->outputs, sizeof(real));
    if (options->mode == WEIR_INFERENCE)
        return;
    trial->dy = weir_arena_take_matrix(arena, rows, net->outputs, sizeof(real));
    trial->dx = weir_arena_take_matrix(arena, rows, net->inputs, sizeof(real));
    trial->gradient = weir_arena_take(arena, net->parameter_count, sizeof(real));
}

/* Uniform on [-1, 1): zeros would let a CPU or a BLAS be faster than it is. */
static void draw(struct generator *generator, int64_t count, real *numbers)
{
    for (int64_t i = 0; numbers && i < count; i++)
        numbers[i] = (real)(2.0 * weir_uniform(generator) - 1.0);
}

weir_status trial_open_r(struct trial *trial, const weir_net *net, const weir_plan_options *options, weir_error *error)
{
    const int64_t rows = options->batch * options->steps;
    struct generator generator = {1};
    struct arena arena = {0};
    *trial = (struct trial){.allocator = options->allocator ? *options->allocator : net->allocator};
    place(&arena, trial, net, options);
    FAIL_IF(arena.overflow, error, WEIR_ERROR_SIZE, "sequences to measure with have more bytes than can be counted");
    trial->bytes = arena.used;
    trial->memory = weir_allocate(&trial->allocator, trial->bytes);
    FAIL_IF(!trial->memory, error, WEIR_ERROR_MEMORY, "no memory for sequences of %lld bytes to measure with",
            (long long)trial->bytes);
    memset(trial->memory, 0, (size_t)trial->bytes);
    place(&(struct arena){.base = trial->memory}, trial, net, options);
    draw(&generator, rows * net->inputs, trial->x);
    draw(&generator, rows * net->outputs, trial->dy);
    return WEIR_OK;
}

static void run_forward(const struct trial *trial, weir_plan *plan)
{
    const weir_net *net = plan->net;
    run_forward_r((struct plan_r *)plan, &(struct weir_forward_args_r){
                                             .rows = plan->batch,
                                             .steps = plan->steps,
                                             .x = trial->x,
                                             .x_step_stride = plan->batch * net->inputs,
                                             .x_row_stride = net->inputs,
                                             .y = trial->y,
                                             .y_step_stride = plan->batch * net->outputs,
                                             .y_row_stride = net->outputs,
                                             .span = WEIR_ALL_STEPS,
                                             .tape = plan->tape,
                                         });
}

static void run_backward(const struct trial *trial, weir_plan *plan)
{
    const weir_net *net = plan->net;
    run_backward_r((struct plan_r *)plan, &(struct weir_backward_args_r){
                                              .tape = plan->tape,
                                              .x = trial->x,
                                              .x_step_stride = plan->batch * net->inputs,
                                              .x_row_stride = net->inputs,
                                              .dy = trial->dy,
                                              .dy_step_stride = plan->batch * net->outputs,
                                              .dy_row_stride = net->outputs,
                                              .gradient = trial->gradient,
                                              .dx = trial->dx,
                                              .dx_step_stride = plan->batch * net->inputs,
                                              .dx_row_stride = net->inputs,
                                              .span = WEIR_ALL_STEPS,
                                          });
}

void trial_run_r(const struct trial *trial, weir_plan *plan)
{
    run_forward(trial, plan);
    if (plan->mode == WEIR_TRAINING)
        run_backward(trial, plan);
}
