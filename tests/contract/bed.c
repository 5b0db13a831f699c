/*
 * contract/bed.c: a bed for wrong calls.
 */
#include "contract/bed.h"

#include <string.h>

#include "contract/refusal.h"
#include "contract/suite.h"

enum { SENTINEL = 0xA7 };

static real number(int i) { return (real)((i * 37 + 11) % 41 - 20) / (real)32; }

static void make_numbers(struct bed_r *bed)
{
    for (int i = 0; i < BED_X; i++)
        bed->x[i] = number(i);
    for (int i = 0; i < BED_Y; i++)
        bed->dy[i] = number(i + 3);
    for (int i = 0; i < BED_BATCH * BED_STATE; i++)
        bed->state[i] = number(i + 5);
    for (int i = 0; i < BED_PARAMETERS; i++) {
        bed->parameters[i] = number(i + 7);
        bed->numbers[i] = number(i + 9);
        bed->other_numbers[i] = (other_real)bed->numbers[i];
    }
}

static void make_net(struct bed_r *bed)
{
    const weir_layer layers[] = {{.kind = WEIR_LSTM, .units = 3, .learned_state = 1},
                                 {.kind = WEIR_GRU, .units = 2},
                                 {.kind = WEIR_LINEAR, .units = BED_OUTPUTS}};
    weir_error error;
    memcpy(bed->layers, layers, sizeof layers);
    assert_accepted(&error, weir_net_create(&bed->net, REAL_PRECISION, BED_INPUTS, layers, 3, &error));
    assert_int_equal(weir_net_parameter_count(bed->net), BED_PARAMETERS);
    assert_int_equal(weir_net_state_size(bed->net), BED_STATE);
    assert_accepted(&error, weir_net_set_parameters_r(bed->net, bed->parameters, BED_PARAMETERS, &error));
    assert_accepted(&error, weir_net_clone(&bed->clone, bed->net, &error));
}

static void make_plans(struct bed_r *bed)
{
    weir_error error;
    weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS};
    assert_accepted(&error, weir_plan_create(&bed->inference, bed->net, &options, &error));
    options.mode = WEIR_TRAINING;
    assert_accepted(&error, weir_plan_create(&bed->plan, bed->net, &options, &error));
    assert_accepted(&error, weir_plan_create(&bed->stranger, bed->net, &options, &error));
    assert_accepted(&error, weir_tape_create(&bed->tape, bed->plan, &error));
    assert_accepted(&error, weir_tape_create(&bed->strange_tape, bed->stranger, &error));
}

static void step(struct bed_r *bed)
{
    assert_int_equal(weir_optimizer_step_r(bed->optimizer, bed->net, bed->numbers), WEIR_OK);
    assert_int_equal(weir_optimizer_step_r(bed->mirror, bed->clone, bed->numbers), WEIR_OK);
}

static void make_optimizer(struct bed_r *bed)
{
    const weir_optimizer_options options = {.kind = WEIR_ADAM, .learning_rate = 0.01};
    weir_error error;
    assert_accepted(&error, weir_optimizer_create(&bed->optimizer, bed->net, &options, &error));
    assert_accepted(&error, weir_optimizer_create(&bed->mirror, bed->clone, &options, &error));
    assert_int_equal(weir_optimizer_state_size(bed->optimizer), BED_OPTIMIZER_STATE);
    step(bed);
}

struct weir_forward_args_r bed_forward_args_r(struct bed_r *bed)
{
    return (struct weir_forward_args_r){.rows = BED_BATCH,
                                        .steps = BED_STEPS,
                                        .x = bed->x,
                                        .state_in = bed->state,
                                        .y = bed->out.y,
                                        .state_out = bed->out.state};
}

struct weir_backward_args_r bed_backward_args_r(struct bed_r *bed)
{
    return (struct weir_backward_args_r){.x = bed->x,
                                         .dy = bed->dy,
                                         .dstate_out = bed->state,
                                         .gradient = bed->out.gradient,
                                         .dx = bed->out.dx,
                                         .dstate_in = bed->out.dstate};
}

static void infer(struct bed_r *bed, struct bed_results_r *results)
{
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    args.y = results->inferred;
    args.state_out = NULL;
    assert_int_equal(weir_forward_full_r(bed->inference, &args), WEIR_OK);
}

static void go_forward(struct bed_r *bed, struct bed_results_r *results)
{
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    args.y = results->y;
    args.state_out = results->state;
    assert_int_equal(weir_forward_full_r(bed->plan, &args), WEIR_OK);
}

/* Through the forward that is on the plan's tape. */
static void go_backward(struct bed_r *bed, struct bed_results_r *results)
{
    struct weir_backward_args_r args = bed_backward_args_r(bed);
    args.gradient = results->gradient;
    args.dx = results->dx;
    args.dstate_in = results->dstate;
    assert_int_equal(weir_backward_full_r(bed->plan, &args), WEIR_OK);
}

static void read_out(const struct bed_r *bed, struct bed_results_r *results)
{
    memcpy(results->parameters, weir_net_parameters_r(bed->net), sizeof results->parameters);
    assert_int_equal(weir_optimizer_get_state(bed->optimizer, results->optimizer, BED_OPTIMIZER_STATE), WEIR_OK);
}

void bed_open_r(struct bed_r *bed)
{
    memset(bed, 0, sizeof *bed);
    make_numbers(bed);
    make_net(bed);
    make_plans(bed);
    make_optimizer(bed); /* its step is a commit */
    assert_int_equal(weir_plan_refresh(bed->inference), WEIR_OK);
    go_forward(bed, &bed->before);
    go_backward(bed, &bed->before);
    infer(bed, &bed->before);
    read_out(bed, &bed->before);
    memset(&bed->out, SENTINEL, sizeof bed->out);
}

void bed_close_r(struct bed_r *bed)
{
    weir_optimizer_destroy(&bed->optimizer);
    weir_optimizer_destroy(&bed->mirror);
    weir_tape_destroy(&bed->strange_tape);
    weir_tape_destroy(&bed->tape);
    weir_plan_destroy(&bed->stranger);
    weir_plan_destroy(&bed->plan);
    weir_plan_destroy(&bed->inference);
    weir_net_destroy(&bed->clone);
    weir_net_destroy(&bed->net);
}

void bed_assert_nothing_written_r(const struct bed_r *bed)
{
    const unsigned char *bytes = (const unsigned char *)&bed->out;
    for (size_t i = 0; i < sizeof bed->out; i++)
        if (bytes[i] != SENTINEL)
            fail_msg("byte %zu of the outputs was written to", i);
}

void bed_assert_as_before_r(struct bed_r *bed)
{
    struct bed_results_r after;
    memset(&after, 0, sizeof after);
    read_out(bed, &after);
    infer(bed, &after);       /* is WEIR_ERROR_STALE if the parameters' generation has changed */
    go_backward(bed, &after); /* likewise */
    go_forward(bed, &after);
    assert_memory_equal(&after, &bed->before, sizeof after);
    step(bed);
    assert_memory_equal(weir_net_parameters_r(bed->net), weir_net_parameters_r(bed->clone), sizeof after.parameters);
}
