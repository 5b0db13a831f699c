/*
 * gradient/training.c: Adam on fresh sequences, until a mean squared error of 0.01 on others.
 */
#include "gradient/training.h"

#include <math.h>
#include <stdlib.h>

#include <weir/weir.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "gradient/adding.h"

/* Updates between evaluations, and minibatches in one of them. */
enum { EVALUATE_EVERY = 100, EVALUATION_BATCHES = 20 };

struct pupil {
    int64_t batch, steps;
    weir_net *net;
    weir_plan *plan;
    weir_optimizer *adam;
    double *drawn, *drawn_target; /* [steps][batch][2], [batch] */
    float *x, *target, *y, *gradient;
};

static void require(weir_status status, const char *sentence)
{
    if (status != WEIR_OK)
        message_fail("gradient: %s: %s", weir_status_name(status), sentence);
}

/* An identity matrix is left carefully. */
double gradient_rate(const struct cell *cell)
{
    return cell->kind == WEIR_RNN_RELU ? 0.0005 : cell->gates > 1 ? 0.005 : 0.001;
}

static struct pupil pupil_open(const struct start *start, int64_t hidden, int64_t steps, int64_t batch, uint64_t seed)
{
    struct pupil pupil = {.batch = batch, .steps = steps};
    const weir_plan_options options = {.batch = batch, .steps = steps, .mode = WEIR_TRAINING};
    const weir_optimizer_options adam = {.kind = WEIR_ADAM, .learning_rate = gradient_rate(start->cell)};
    const size_t rows = (size_t)batch, numbers = rows * (size_t)steps * ADDING_INPUTS;
    weir_error error;
    pupil.net = start_net(start, WEIR_F32, hidden, steps, seed);
    require(weir_plan_create(&pupil.plan, pupil.net, &options, &error), error.message);
    require(weir_optimizer_create(&pupil.adam, pupil.net, &adam, &error), error.message);
    pupil.drawn = buffer_allocate(numbers, sizeof *pupil.drawn);
    pupil.drawn_target = buffer_allocate(rows, sizeof *pupil.drawn_target);
    pupil.x = buffer_allocate(numbers, sizeof *pupil.x);
    pupil.target = buffer_allocate(rows, sizeof *pupil.target);
    pupil.y = buffer_allocate(rows, sizeof *pupil.y);
    pupil.gradient = buffer_allocate((size_t)weir_net_parameter_count(pupil.net), sizeof *pupil.gradient);
    return pupil;
}

static void pupil_close(struct pupil *pupil)
{
    weir_optimizer_destroy(&pupil->adam);
    weir_plan_destroy(&pupil->plan);
    weir_net_destroy(&pupil->net);
    free(pupil->drawn);
    free(pupil->drawn_target);
    free(pupil->x);
    free(pupil->target);
    free(pupil->y);
    free(pupil->gradient);
}

/* Draws a minibatch, and goes forward through it. */
static void answer(struct pupil *pupil, struct generator *generator)
{
    const int64_t numbers = pupil->batch * pupil->steps * ADDING_INPUTS;
    adding_draw(generator, pupil->batch, pupil->steps, pupil->drawn, pupil->drawn_target);
    for (int64_t i = 0; i < numbers; i++)
        pupil->x[i] = (float)pupil->drawn[i];
    for (int64_t b = 0; b < pupil->batch; b++)
        pupil->target[b] = (float)pupil->drawn_target[b];
    const weir_forward_args_f32 forward = {
        .rows = pupil->batch, .steps = pupil->steps, .x = pupil->x, .y = pupil->y, .span = WEIR_LAST_STEP};
    require(weir_forward_full_f32(pupil->plan, &forward), weir_plan_error(pupil->plan));
}

static void update(struct pupil *pupil, struct generator *generator, double clip)
{
    answer(pupil, generator);
    weir_mse_f32(pupil->y, pupil->target, pupil->batch, pupil->y);
    const weir_backward_args_f32 backward = {.x = pupil->x, .dy = pupil->y, .gradient = pupil->gradient};
    require(weir_backward_full_f32(pupil->plan, &backward), weir_plan_error(pupil->plan));
    if (isfinite(weir_clip_norm_f32(pupil->gradient, weir_net_parameter_count(pupil->net), clip)))
        require(weir_optimizer_step_f32(pupil->adam, pupil->net, pupil->gradient), weir_optimizer_error(pupil->adam));
}

/* On the same sequences each time, which no update meets. */
static double evaluate(struct pupil *pupil, uint64_t seed)
{
    struct generator generator = {.state = ~seed};
    double error = 0.0;
    for (int i = 0; i < EVALUATION_BATCHES; i++) {
        answer(pupil, &generator);
        error += weir_mse_f32(pupil->y, pupil->target, pupil->batch, NULL) / EVALUATION_BATCHES;
    }
    return error;
}

struct outcome gradient_train(const struct start *start, int64_t hidden, int64_t steps,
                              const struct lesson_settings *settings, uint64_t seed, double *parameters,
                              void (*show)(const struct start *start, int64_t steps, const struct outcome *outcome,
                                           double done))
{
    struct pupil pupil = pupil_open(start, hidden, steps, settings->batch, seed);
    struct generator generator = {.state = seed};
    struct outcome outcome = {.error = evaluate(&pupil, seed)};
    while (!outcome.solved && outcome.updates < settings->updates && !interrupted()) {
        update(&pupil, &generator, settings->clip);
        if (++outcome.updates % EVALUATE_EVERY != 0 && outcome.updates < settings->updates)
            continue;
        outcome.error = evaluate(&pupil, seed);
        outcome.solved = outcome.error < ADDING_SOLVED;
        show(start, steps, &outcome, (double)outcome.updates / (double)settings->updates);
    }
    const float *learned = weir_net_parameters_f32(pupil.net);
    for (int64_t i = 0; i < weir_net_parameter_count(pupil.net); i++)
        parameters[i] = (double)learned[i];
    pupil_close(&pupil);
    return outcome;
}
