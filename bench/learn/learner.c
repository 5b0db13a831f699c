/*
 * learn/learner.c: a net with its plans, and one update of it.
 */
#include "learn/learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/message.h"
#include "learn/noise.h"

enum { LAYERS_MOST = 64 };

static void require(weir_status status, const char *sentence)
{
    if (status != WEIR_OK)
        message_fail("learn: %s: %s", weir_status_name(status), sentence);
}

static bool scores_last(const struct learner *learner) { return learner->problem->task->scored == SCORED_LAST; }

static weir_span span_of(const struct learner *learner)
{
    return scores_last(learner) ? WEIR_LAST_STEP : WEIR_ALL_STEPS;
}

static weir_init init_of(const struct learner *learner, const struct variety *variety, uint64_t seed)
{
    const struct course_settings *settings = &learner->settings;
    weir_init init = {.scheme = variety->identity ? WEIR_INIT_IDENTITY : settings->scheme, .seed = seed};
    if (variety->chrono) {
        init.keep_bias = WEIR_KEEP_BIAS_CHRONO;
        init.keep_value = fmax(3.0, (double)learner->problem->steps);
    } else if (settings->bias > 0.0) {
        init.keep_bias = WEIR_KEEP_BIAS_CONSTANT;
        init.keep_value = settings->bias;
    }
    return init;
}

static void make_net(struct learner *learner, const struct variety *variety, uint64_t seed)
{
    const struct stack *stack = &learner->stack;
    const weir_init init = init_of(learner, variety, seed);
    weir_layer layers[LAYERS_MOST + 1];
    weir_error error;
    for (int64_t k = 0; k < stack->layers; k++)
        layers[k] =
            (weir_layer){.kind = stack->cell->kind, .units = stack->hidden, .dropout = learner->settings.dropout};
    layers[stack->layers] = (weir_layer){.kind = WEIR_LINEAR, .units = stack->outputs};
    require(weir_net_create(&learner->net, WEIR_F32, stack->inputs, layers, stack->layers + 1, &error), error.message);
    require(weir_net_init(learner->net, &init, &error), error.message);
    learner->parameters = weir_net_parameter_count(learner->net);
}

static int64_t larger(int64_t one, int64_t other) { return one > other ? one : other; }

/* The most rows of a minibatch that is only looked at. */
static int64_t rows_looked_at(const struct problem *problem)
{
    return larger(problem->rows[SPLIT_VALID], problem->rows[SPLIT_TEST]);
}

/* Reproducible, so that a training that goes on after an interruption comes to the same bits. */
static void make_plans(struct learner *learner, uint64_t seed)
{
    const struct course_settings *settings = &learner->settings;
    const weir_plan_options training = {.batch = settings->batch,
                                        .steps = learner->problem->steps,
                                        .mode = WEIR_TRAINING,
                                        .dropout_seed = seed,
                                        .reproducible = 1};
    const weir_plan_options inference = {
        .batch = rows_looked_at(learner->problem), .steps = learner->problem->steps, .reproducible = 1};
    const weir_optimizer_options optimizer = {
        .kind = settings->optimizer, .learning_rate = settings->rate, .weight_decay = settings->weight_decay};
    weir_error error;
    require(weir_plan_create(&learner->training, learner->net, &training, &error), error.message);
    require(weir_plan_create(&learner->inference, learner->net, &inference, &error), error.message);
    require(weir_optimizer_create(&learner->optimizer, learner->net, &optimizer, &error), error.message);
}

static void make_arrays(struct learner *learner)
{
    const struct problem *problem = learner->problem;
    const int64_t rows = larger(learner->settings.batch, rows_looked_at(problem));
    const int64_t places = scores_last(learner) ? rows : rows * problem->steps;
    const size_t state = (size_t)(rows * weir_net_state_size(learner->net));
    learner->batch = batch_open(problem->inputs, problem->outputs, rows, problem->steps);
    learner->answers = answers_open(problem->task->loss, &learner->batch);
    learner->y = buffer_allocate((size_t)(places * problem->outputs), sizeof *learner->y);
    learner->gradient = buffer_allocate((size_t)learner->parameters, sizeof *learner->gradient);
    learner->kept = buffer_allocate((size_t)learner->parameters, sizeof *learner->kept);
    if (learner->settings.noise > 0.0)
        learner->quiet = buffer_allocate((size_t)learner->parameters, sizeof *learner->quiet);
    if (problem->task->carries) {
        learner->state = buffer_allocate(state, sizeof *learner->state);
        learner->looked = buffer_allocate(state, sizeof *learner->looked);
    }
}

struct learner *learner_open(const struct problem *problem, const struct variety *variety, const struct stack *stack,
                             const struct course_settings *settings, uint64_t seed)
{
    struct learner *learner = buffer_allocate(1, sizeof *learner);
    learner->own = *problem;
    learner->own.subset = settings->subset;
    learner->problem = &learner->own;
    learner->settings = *settings;
    learner->stack = *stack;
    learner->seed = seed;
    make_net(learner, variety, seed);
    make_plans(learner, seed);
    make_arrays(learner);
    learner_keep(learner);
    return learner;
}

void learner_close(struct learner **learner)
{
    if (*learner == NULL)
        return;
    float *const arrays[] = {(*learner)->y,        (*learner)->state, (*learner)->looked,
                             (*learner)->gradient, (*learner)->kept,  (*learner)->quiet};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
    batch_close(&(*learner)->batch);
    answers_close(&(*learner)->answers);
    weir_optimizer_destroy(&(*learner)->optimizer);
    weir_plan_destroy(&(*learner)->training);
    weir_plan_destroy(&(*learner)->inference);
    weir_net_destroy(&(*learner)->net);
    free(*learner);
    *learner = NULL;
}

/* A walk through data that carries state begins without any. */
static void start_state(const struct learner *learner, float *state, bool begins)
{
    const int64_t rows = learner->batch.rows_most;
    if (state != NULL && begins)
        memset(state, 0, (size_t)(rows * weir_net_state_size(learner->net)) * sizeof *state);
}

static bool begins(const struct problem *problem, enum split split, int64_t first)
{
    return problem->count[split] > 0 ? first % problem->count[split] == 0 : first == 0;
}

int64_t learner_read(struct learner *learner, uint64_t seed, int64_t first)
{
    start_state(learner, learner->state, begins(learner->problem, SPLIT_TRAIN, first));
    return problem_fill(learner->problem, SPLIT_TRAIN, seed, first, learner->settings.batch, &learner->batch);
}

/* Runs the minibatch that was read, and gathers its answers. */
static void answer(struct learner *learner, weir_plan *plan, float *state, int64_t number)
{
    const struct batch *batch = &learner->batch;
    const weir_forward_args_f32 forward = {
        .rows = batch->rows,
        .steps = batch->steps,
        .lengths = batch->lengths,
        .x = batch->x,
        .state_in = state,
        .state_out = state,
        .y = learner->y,
        .span = span_of(learner),
        .draw = (uint64_t)number,
    };
    require(weir_forward_full_f32(plan, &forward), weir_plan_error(plan));
    if (scores_last(learner))
        answers_list_last(&learner->answers, batch);
    else
        answers_list_live(&learner->answers, batch, learner->problem->task->scored == SCORED_MARKED);
    answers_gather(&learner->answers, batch, learner->y, scores_last(learner));
}

static void add_noise(struct learner *learner, int64_t number)
{
    float *parameters;
    weir_error error;
    if (learner->quiet == NULL)
        return;
    require(weir_net_edit_f32(learner->net, &parameters, &error), error.message);
    memcpy(learner->quiet, parameters, (size_t)learner->parameters * sizeof *parameters);
    noise_add(parameters, learner->parameters, learner->settings.noise, learner->seed, number);
    require(weir_net_commit(learner->net, &error), error.message);
}

/* The parameters as they were, bit by bit. */
static void remove_noise(struct learner *learner)
{
    weir_error error;
    if (learner->quiet == NULL)
        return;
    require(weir_net_set_parameters_f32(learner->net, learner->quiet, learner->parameters, &error), error.message);
}

/* dL/dy stands in the answers; whether the gradient is finite. */
static bool find_gradient(struct learner *learner)
{
    const weir_backward_args_f32 backward = {.x = learner->batch.x, .dy = learner->y, .gradient = learner->gradient};
    const double most = learner->settings.clip > 0.0 ? learner->settings.clip : HUGE_VAL;
    answers_scatter(&learner->answers, &learner->batch, learner->y, scores_last(learner));
    require(weir_backward_full_f32(learner->training, &backward), weir_plan_error(learner->training));
    return isfinite(weir_clip_norm_f32(learner->gradient, learner->parameters, most));
}

double learner_update(struct learner *learner, int64_t number, void (*judge)(struct learner *learner, void *context),
                      void *context)
{
    add_noise(learner, number);
    answer(learner, learner->training, learner->state, number);
    if (judge != NULL)
        judge(learner, context);
    const double loss = answers_loss(&learner->answers, true);
    const bool found = isfinite(loss) && find_gradient(learner);
    remove_noise(learner);
    if (!found)
        return (double)NAN;
    require(weir_optimizer_step_f32(learner->optimizer, learner->net, learner->gradient),
            weir_optimizer_error(learner->optimizer));
    return loss;
}

bool learner_right(const struct learner *learner, int64_t row)
{
    const struct task *task = learner->problem->task;
    if (task->right != NULL)
        return task->right(learner->problem, &learner->answers, row);
    return task->tolerance > 0.0 && answers_row_error(&learner->answers, row) < task->tolerance;
}

static void tally_rows(const struct learner *learner, struct score *score)
{
    const struct problem *problem = learner->problem;
    for (int64_t row = 0; row < learner->batch.rows; row++) {
        const struct tally one = {
            .loss = answers_row_loss(&learner->answers, row),
            .steps = (double)(learner->answers.first[row + 1] - learner->answers.first[row]),
            .rows = 1.0,
            .right = (double)learner_right(learner, row),
        };
        tally_add(&score->all, &one);
        if (problem->task->group_of != NULL)
            tally_add(&score->groups[problem->task->group_of(problem, &learner->batch, row)], &one);
    }
}

void learner_score(struct learner *learner, enum split split, uint64_t seed, int64_t first, int64_t count,
                   struct score *score)
{
    const struct problem *problem = learner->problem;
    const int64_t most = problem->count[split];
    const int64_t wanted = most > 0 && (count == 0 || count > most) ? most : count;
    *score = (struct score){0};
    learner_refresh(learner);
    for (int64_t done = 0; done < wanted;) {
        const int64_t left = wanted - done, rows = left < problem->rows[split] ? left : problem->rows[split];
        start_state(learner, learner->looked, done == 0);
        done += problem_fill(problem, split, seed, first + done, rows, &learner->batch);
        answer(learner, learner->inference, learner->looked, 0);
        tally_rows(learner, score);
    }
}

void learner_run(struct learner *learner, int64_t rows, int64_t steps, const float *x, float *state, float *y)
{
    const weir_forward_args_f32 forward = {
        .rows = rows, .steps = steps, .x = x, .state_in = state, .y = y, .state_out = state};
    require(weir_forward_full_f32(learner->inference, &forward), weir_plan_error(learner->inference));
}

void learner_refresh(struct learner *learner)
{
    require(weir_plan_refresh(learner->inference), weir_plan_error(learner->inference));
}

void learner_keep(struct learner *learner)
{
    memcpy(learner->kept, weir_net_parameters_f32(learner->net), (size_t)learner->parameters * sizeof *learner->kept);
}

void learner_return(struct learner *learner)
{
    weir_error error;
    require(weir_net_set_parameters_f32(learner->net, learner->kept, learner->parameters, &error), error.message);
}
