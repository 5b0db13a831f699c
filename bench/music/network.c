/*
 * music/network.c: a net that predicts the next step of a piece, and its training.
 */
#include "music/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/buffer.h"
#include "base/message.h"

enum { LAYERS_MOST = 64, EVALUATION_BATCH = 32 };

struct network {
    struct network_settings settings;
    int64_t longest; /* steps that are predicted, at most */
    weir_net *net;
    weir_plan *training, *inference;
    weir_optimizer *optimizer;
    uint64_t updates;
    float *x, *target, *y; /* [longest][rows][KEYS] */
    int64_t *lengths;      /* [rows] */
    int64_t *sequences;    /* [rows] */
    float *gradient, *kept;
};

static void require(weir_status status, const char *sentence)
{
    if (status != WEIR_OK)
        message_fail("music: %s: %s", weir_status_name(status), sentence);
}

struct stack network_stack(const struct cell *cell, const struct network_settings *settings)
{
    struct stack stack = {.cell = cell, .inputs = KEYS, .hidden = 1, .layers = settings->layers, .outputs = KEYS};
    stack.hidden = stack_match(&stack, settings->parameters);
    return stack;
}

static void make_net(struct network *network, const struct stack *stack, uint64_t seed)
{
    weir_layer layers[LAYERS_MOST + 1];
    weir_error error;
    for (int64_t k = 0; k < stack->layers; k++)
        layers[k] =
            (weir_layer){.kind = stack->cell->kind, .units = stack->hidden, .dropout = network->settings.dropout};
    layers[stack->layers] = (weir_layer){.kind = WEIR_LINEAR, .units = stack->outputs};
    require(weir_net_create(&network->net, WEIR_F32, stack->inputs, layers, stack->layers + 1, &error), error.message);
    require(weir_net_init(network->net, &(weir_init){.seed = seed}, &error), error.message);
}

static void make_plans(struct network *network, uint64_t seed)
{
    const weir_plan_options training = {
        .batch = network->settings.batch, .steps = network->longest, .mode = WEIR_TRAINING, .dropout_seed = seed};
    const weir_plan_options inference = {.batch = EVALUATION_BATCH, .steps = network->longest};
    const weir_optimizer_options adam = {
        .kind = network->settings.weight_decay > 0.0 ? WEIR_ADAMW : WEIR_ADAM,
        .learning_rate = network->settings.rate,
        .weight_decay = network->settings.weight_decay,
    };
    weir_error error;
    require(weir_plan_create(&network->training, network->net, &training, &error), error.message);
    require(weir_plan_create(&network->inference, network->net, &inference, &error), error.message);
    require(weir_optimizer_create(&network->optimizer, network->net, &adam, &error), error.message);
}

static void make_arrays(struct network *network)
{
    const int64_t batch = network->settings.batch;
    const size_t rows = (size_t)(batch > EVALUATION_BATCH ? batch : EVALUATION_BATCH);
    const size_t numbers = (size_t)network->longest * rows * KEYS;
    const size_t parameters = (size_t)weir_net_parameter_count(network->net);
    network->x = buffer_allocate(numbers, sizeof *network->x);
    network->target = buffer_allocate(numbers, sizeof *network->target);
    network->y = buffer_allocate(numbers, sizeof *network->y);
    network->lengths = buffer_allocate(rows, sizeof *network->lengths);
    network->sequences = buffer_allocate(rows, sizeof *network->sequences);
    network->gradient = buffer_allocate(parameters, sizeof *network->gradient);
    network->kept = buffer_allocate(parameters, sizeof *network->kept);
}

struct network *network_open(const struct stack *stack, const struct network_settings *settings, int64_t longest,
                             uint64_t seed)
{
    struct network *network = buffer_allocate(1, sizeof *network);
    network->settings = *settings;
    network->longest = longest - 1;
    make_net(network, stack, seed);
    make_plans(network, seed);
    make_arrays(network);
    network_keep(network);
    return network;
}

void network_close(struct network **network)
{
    if (*network == NULL)
        return;
    float *const arrays[] = {(*network)->x, (*network)->target, (*network)->y, (*network)->gradient, (*network)->kept};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
    free((*network)->lengths);
    free((*network)->sequences);
    weir_optimizer_destroy(&(*network)->optimizer);
    weir_plan_destroy(&(*network)->training);
    weir_plan_destroy(&(*network)->inference);
    weir_net_destroy(&(*network)->net);
    free(*network);
    *network = NULL;
}

/* Lays out the chosen pieces; the number of steps of the longest. */
static int64_t lay_out(struct network *network, const struct pieces *pieces, const size_t *chosen, size_t count)
{
    int64_t steps = 1;
    for (size_t b = 0; b < count; b++) {
        const int64_t length = piece_length(pieces, chosen[b]) - 1;
        steps = length > steps ? length : steps;
        network->sequences[b] = (int64_t)chosen[b];
    }
    pieces_fill(pieces, chosen, count, steps, network->x, network->target, network->lengths);
    return steps;
}

static void run_forward(struct network *network, weir_plan *plan, int64_t rows, int64_t steps)
{
    const weir_forward_args_f32 forward = {
        .rows = rows,
        .steps = steps,
        .lengths = network->lengths,
        .x = network->x,
        .y = network->y,
        .draw = network->updates,
        .sequences = network->sequences,
    };
    require(weir_forward_full_f32(plan, &forward), weir_plan_error(plan));
}

/* The loss of what is laid out; its derivative, if wanted, takes the place of y. */
static double find_loss(struct network *network, int64_t rows, int64_t steps, weir_reduction reduction, float *dy)
{
    const weir_loss_args_f32 loss = {
        .loss = WEIR_BERNOULLI_CROSS_ENTROPY,
        .reduction = reduction,
        .rows = rows,
        .steps = steps,
        .width = KEYS,
        .lengths = network->lengths,
        .y = network->y,
        .target = network->target,
        .dy = dy,
    };
    double value;
    weir_error error;
    require(weir_loss_f32(&value, &loss, &error), error.message);
    return value;
}

static int64_t predictions(const struct network *network, size_t count)
{
    int64_t sum = 0;
    for (size_t b = 0; b < count; b++)
        sum += network->lengths[b];
    return sum;
}

double network_update(struct network *network, const struct pieces *pieces, const size_t *chosen, size_t count)
{
    const int64_t rows = (int64_t)count, steps = lay_out(network, pieces, chosen, count);
    network->updates++;
    run_forward(network, network->training, rows, steps);
    const double mean = find_loss(network, rows, steps, WEIR_MEAN_PER_STEP, network->y);

    const weir_backward_args_f32 backward = {.x = network->x, .dy = network->y, .gradient = network->gradient};
    require(weir_backward_full_f32(network->training, &backward), weir_plan_error(network->training));
    const double norm =
        weir_clip_norm_f32(network->gradient, weir_net_parameter_count(network->net), network->settings.clip);
    if (!isfinite(norm))
        return (double)NAN;
    require(weir_optimizer_step_f32(network->optimizer, network->net, network->gradient),
            weir_optimizer_error(network->optimizer));
    return mean * (double)predictions(network, count);
}

double network_evaluate(struct network *network, const struct pieces *pieces)
{
    double sum = 0.0;
    require(weir_plan_refresh(network->inference), weir_plan_error(network->inference));
    for (size_t first = 0; first < pieces->count; first += EVALUATION_BATCH) {
        size_t chosen[EVALUATION_BATCH], count = 0;
        for (; count < EVALUATION_BATCH && first + count < pieces->count; count++)
            chosen[count] = first + count;
        const int64_t steps = lay_out(network, pieces, chosen, count);
        run_forward(network, network->inference, (int64_t)count, steps);
        sum += find_loss(network, (int64_t)count, steps, WEIR_SUM, NULL);
    }
    return sum / (double)pieces_predictions(pieces);
}

void network_set_rate(struct network *network, double rate)
{
    require(weir_optimizer_set_rate(network->optimizer, rate), weir_optimizer_error(network->optimizer));
}

void network_keep(struct network *network)
{
    memcpy(network->kept, weir_net_parameters_f32(network->net),
           (size_t)weir_net_parameter_count(network->net) * sizeof *network->kept);
}

void network_return(struct network *network)
{
    weir_error error;
    require(weir_net_set_parameters_f32(network->net, network->kept, weir_net_parameter_count(network->net), &error),
            error.message);
}
