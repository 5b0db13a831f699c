/*
 * test_refused_calls.c: every public function, called wrongly, answers with the documented status and a sentence, and
 * changes nothing. (What is wrong inside an argument struct: test_refused_arguments.c.)
 */
#include "contract/suite.h"

#include <math.h>
#include <string.h>

#include "contract/bed.h"
#include "contract/refusal.h"

/* Where the sentence is to be found. */
enum sentence { IN_ERROR, IN_PLAN, IN_INFERENCE, IN_STRANGER, IN_OPTIMIZER, NOWHERE };

struct call {
    const char *text;
    weir_status status;
    enum sentence sentence;
    weir_status (*make)(struct bed_r *bed, weir_error *error);
};

/* --- Calls that need a word more than an expression ----------------------------------------------------------------
 */

enum { PLACE_BYTES = 1 << 16 };
static _Alignas(64) unsigned char place[PLACE_BYTES];

static int64_t tape_bytes(const struct bed_r *bed)
{
    const weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS, .mode = WEIR_TRAINING};
    weir_plan_size size;
    assert_int_equal(weir_plan_bytes(&size, bed->net, &options, NULL), WEIR_OK);
    assert_in_range(size.tape, 1, PLACE_BYTES - 64);
    return size.tape;
}

static weir_status forward_on(struct bed_r *bed, weir_plan *plan, weir_tape *tape)
{
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    args.tape = tape;
    return weir_forward_full_r(plan, &args);
}

static weir_status backward_on(struct bed_r *bed, weir_plan *plan, weir_tape *tape)
{
    struct weir_backward_args_r args = bed_backward_args_r(bed);
    args.tape = tape;
    return weir_backward_full_r(plan, &args);
}

static weir_status other_forward_on(struct bed_r *bed, weir_plan *plan)
{
    const struct OTHER(weir_forward_args)
        args = {.rows = BED_BATCH, .steps = BED_STEPS, .x = bed->other_numbers, .y = bed->out.other};
    return OTHER(weir_forward_full)(plan, &args);
}

static weir_status other_backward_on(struct bed_r *bed, weir_plan *plan)
{
    const struct OTHER(weir_backward_args)
        args = {.x = bed->other_numbers, .dy = bed->other_numbers, .gradient = bed->out.other};
    return OTHER(weir_backward_full)(plan, &args);
}

static weir_status short_forward(struct bed_r *bed, weir_plan *plan)
{
    return weir_forward_r(plan, bed->x, bed->out.state, bed->out.y);
}

static weir_status short_backward(struct bed_r *bed, weir_plan *plan)
{
    return weir_backward_r(plan, bed->x, bed->dy, bed->out.gradient, bed->out.dx);
}

static weir_status step_with(struct bed_r *bed, int64_t at, double number)
{
    real gradient[BED_PARAMETERS];
    memcpy(gradient, bed->numbers, sizeof gradient);
    gradient[at] = (real)number;
    return weir_optimizer_step_r(bed->optimizer, bed->net, gradient);
}

/* Its own state, but for one number; 0 is the kind, 1 the steps made. */
static weir_status set_state_with(struct bed_r *bed, int64_t at, double number)
{
    double state[BED_OPTIMIZER_STATE];
    memcpy(state, bed->before.optimizer, sizeof state);
    state[at] = number;
    return weir_optimizer_set_state(bed->optimizer, state, BED_OPTIMIZER_STATE);
}

/* --- The calls -----------------------------------------------------------------------------------------------------
 */

#define ARGUMENT WEIR_ERROR_ARGUMENT
#define LARGE INT64_MAX

#define CALLS(X)                                                                                                       \
    X(clone_to_null, ARGUMENT, IN_ERROR, weir_net_clone(NULL, bed->net, error))                                        \
    X(clone_null, ARGUMENT, IN_ERROR, weir_net_clone(&bed->out.net, NULL, error))                                      \
    X(bytes_to_null, ARGUMENT, IN_ERROR, weir_net_bytes(NULL, REAL_PRECISION, 1, bed->layers, 3, error))               \
    X(layer_null, ARGUMENT, IN_ERROR, weir_net_layer(NULL, 0, &bed->out.layer, error))                                 \
    X(layer_to_null, ARGUMENT, IN_ERROR, weir_net_layer(bed->net, 0, NULL, error))                                     \
    X(layer_negative, ARGUMENT, IN_ERROR, weir_net_layer(bed->net, -1, &bed->out.layer, error))                        \
    X(layer_end, ARGUMENT, IN_ERROR, weir_net_layer(bed->net, 3, &bed->out.layer, error))                              \
    X(layer_large, ARGUMENT, IN_ERROR, weir_net_layer(bed->net, LARGE, &bed->out.layer, error))                        \
    X(view_null, ARGUMENT, IN_ERROR, weir_net_view(NULL, 0, &bed->out.view, error))                                    \
    X(view_to_null, ARGUMENT, IN_ERROR, weir_net_view(bed->net, 0, NULL, error))                                       \
    X(view_negative, ARGUMENT, IN_ERROR, weir_net_view(bed->net, -1, &bed->out.view, error))                           \
    X(view_end, ARGUMENT, IN_ERROR, weir_net_view(bed->net, weir_net_view_count(bed->net), &bed->out.view, error))     \
    X(view_large, ARGUMENT, IN_ERROR, weir_net_view(bed->net, LARGE, &bed->out.view, error))                           \
    X(state_view_null, ARGUMENT, IN_ERROR, weir_net_state_view(NULL, 0, &bed->out.view, error))                        \
    X(state_view_to_null, ARGUMENT, IN_ERROR, weir_net_state_view(bed->net, 0, NULL, error))                           \
    X(state_view_negative, ARGUMENT, IN_ERROR, weir_net_state_view(bed->net, -1, &bed->out.view, error))               \
    X(state_view_end, ARGUMENT, IN_ERROR, weir_net_state_view(bed->net, 3, &bed->out.view, error))                     \
    X(find_null, ARGUMENT, IN_ERROR, weir_net_find(NULL, "weight_ih_l0", &bed->out.view, error))                       \
    X(find_no_name, ARGUMENT, IN_ERROR, weir_net_find(bed->net, NULL, &bed->out.view, error))                          \
    X(find_to_null, ARGUMENT, IN_ERROR, weir_net_find(bed->net, "weight_ih_l0", NULL, error))                          \
    X(find_empty, ARGUMENT, IN_ERROR, weir_net_find(bed->net, "", &bed->out.view, error))                              \
    X(find_unknown, ARGUMENT, IN_ERROR, weir_net_find(bed->net, "weight_ih_l0_reverse", &bed->out.view, error))        \
    X(edit_null, ARGUMENT, IN_ERROR, weir_net_edit_r(NULL, &bed->out.edit, error))                                     \
    X(edit_to_null, ARGUMENT, IN_ERROR, weir_net_edit_r(bed->net, NULL, error))                                        \
    X(edit_other, WEIR_ERROR_PRECISION, IN_ERROR, OTHER(weir_net_edit)(bed->net, &bed->out.other_edit, error))         \
    X(commit_null, ARGUMENT, IN_ERROR, weir_net_commit(NULL, error))                                                   \
    X(commit_first, WEIR_ERROR_ORDER, IN_ERROR, weir_net_commit(bed->net, error))                                      \
    X(fill_null, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(NULL, bed->numbers, BED_PARAMETERS, error))             \
    X(fill_with_null, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, NULL, BED_PARAMETERS, error))            \
    X(fill_none, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, 0, error))                      \
    X(fill_negative, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, -1, error))                 \
    X(fill_fewer, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, BED_PARAMETERS - 1, error))    \
    X(fill_more, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, BED_PARAMETERS + 1, error))     \
    X(fill_large, ARGUMENT, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, LARGE, error))                 \
    X(fill_other, WEIR_ERROR_PRECISION, IN_ERROR,                                                                      \
      OTHER(weir_net_set_parameters)(bed->net, bed->other_numbers, BED_PARAMETERS, error))                             \
    X(set_null, ARGUMENT, IN_ERROR, weir_net_set_r(NULL, "weight_ih_l0", bed->numbers, 12, 2, error))                  \
    X(set_no_name, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, NULL, bed->numbers, 12, 2, error))                     \
    X(set_with_null, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih_l0", NULL, 12, 2, error))                 \
    X(set_unknown, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih", bed->numbers, 12, 2, error))              \
    X(set_rows, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, 11, 2, error))              \
    X(set_columns, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, 12, 1, error))           \
    X(set_turned, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, 2, 12, error))            \
    X(set_negative, ARGUMENT, IN_ERROR, weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, -12, -2, error))        \
    X(set_other, WEIR_ERROR_PRECISION, IN_ERROR,                                                                       \
      OTHER(weir_net_set)(bed->net, "weight_ih_l0", bed->other_numbers, 12, 2, error))                                 \
    X(init_null, ARGUMENT, IN_ERROR, weir_net_init(NULL, NULL, error))                                                 \
    X(plan_to_null, ARGUMENT, IN_ERROR, weir_plan_create(NULL, bed->net, NULL, error))                                 \
    X(plan_null, ARGUMENT, IN_ERROR, weir_plan_create(&bed->out.plan, NULL, NULL, error))                              \
    X(plan_bytes_to_null, ARGUMENT, IN_ERROR, weir_plan_bytes(NULL, bed->net, NULL, error))                            \
    X(plan_bytes_null, ARGUMENT, IN_ERROR, weir_plan_bytes(&bed->out.size, NULL, NULL, error))                         \
    X(refresh_null, ARGUMENT, NOWHERE, weir_plan_refresh(NULL))                                                        \
    X(start_null, ARGUMENT, IN_ERROR, weir_state_start_r(NULL, 1, bed->out.state, error))                              \
    X(start_to_null, ARGUMENT, IN_ERROR, weir_state_start_r(bed->net, 1, NULL, error))                                 \
    X(start_none, ARGUMENT, IN_ERROR, weir_state_start_r(bed->net, 0, bed->out.state, error))                          \
    X(start_negative, ARGUMENT, IN_ERROR, weir_state_start_r(bed->net, -1, bed->out.state, error))                     \
    X(start_other, WEIR_ERROR_PRECISION, IN_ERROR, OTHER(weir_state_start)(bed->net, 1, bed->out.other, error))        \
    X(tape_to_null, ARGUMENT, IN_ERROR, weir_tape_create(NULL, bed->plan, error))                                      \
    X(tape_null, ARGUMENT, IN_ERROR, weir_tape_create(&bed->out.tape, NULL, error))                                    \
    X(tape_inference, WEIR_ERROR_MODE, IN_ERROR, weir_tape_create(&bed->out.tape, bed->inference, error))              \
    X(place_to_null, ARGUMENT, IN_ERROR, weir_tape_place(NULL, bed->plan, place, PLACE_BYTES, error))                  \
    X(place_null, ARGUMENT, IN_ERROR, weir_tape_place(&bed->out.tape, NULL, place, PLACE_BYTES, error))                \
    X(place_nowhere, ARGUMENT, IN_ERROR, weir_tape_place(&bed->out.tape, bed->plan, NULL, PLACE_BYTES, error))         \
    X(place_inference, WEIR_ERROR_MODE, IN_ERROR,                                                                      \
      weir_tape_place(&bed->out.tape, bed->inference, place, PLACE_BYTES, error))                                      \
    X(place_askew, ARGUMENT, IN_ERROR,                                                                                 \
      weir_tape_place(&bed->out.tape, bed->plan, place + 32, PLACE_BYTES - 32, error))                                 \
    X(place_too_small, ARGUMENT, IN_ERROR,                                                                             \
      weir_tape_place(&bed->out.tape, bed->plan, place, tape_bytes(bed) - 1, error))                                   \
    X(place_zero, ARGUMENT, IN_ERROR, weir_tape_place(&bed->out.tape, bed->plan, place, 0, error))                     \
    X(place_negative, ARGUMENT, IN_ERROR, weir_tape_place(&bed->out.tape, bed->plan, place, -1, error))                \
    X(forward_null, ARGUMENT, NOWHERE, forward_on(bed, NULL, NULL))                                                    \
    X(forward_no_args, ARGUMENT, IN_PLAN, weir_forward_full_r(bed->plan, NULL))                                        \
    X(infer_no_args, ARGUMENT, IN_INFERENCE, weir_forward_full_r(bed->inference, NULL))                                \
    X(forward_other, WEIR_ERROR_PRECISION, IN_PLAN, other_forward_on(bed, bed->plan))                                  \
    X(infer_other, WEIR_ERROR_PRECISION, IN_INFERENCE, other_forward_on(bed, bed->inference))                          \
    X(infer_with_tape, WEIR_ERROR_MODE, IN_INFERENCE, forward_on(bed, bed->inference, bed->tape))                      \
    X(forward_strange, WEIR_ERROR_MISMATCH, IN_PLAN, forward_on(bed, bed->plan, bed->strange_tape))                    \
    X(forward_stranger, WEIR_ERROR_MISMATCH, IN_STRANGER, forward_on(bed, bed->stranger, bed->tape))                   \
    X(short_null, ARGUMENT, NOWHERE, short_forward(bed, NULL))                                                         \
    X(short_no_x, ARGUMENT, IN_PLAN, weir_forward_r(bed->plan, NULL, bed->out.state, bed->out.y))                      \
    X(short_no_y, ARGUMENT, IN_PLAN, weir_forward_r(bed->plan, bed->x, bed->out.state, NULL))                          \
    X(short_infer_no_x, ARGUMENT, IN_INFERENCE, weir_forward_r(bed->inference, NULL, NULL, bed->out.y))                \
    X(short_infer_no_y, ARGUMENT, IN_INFERENCE, weir_forward_r(bed->inference, bed->x, NULL, NULL))                    \
    X(short_other, WEIR_ERROR_PRECISION, IN_PLAN,                                                                      \
      OTHER(weir_forward)(bed->plan, bed->other_numbers, NULL, bed->out.other))                                        \
    X(backward_null, ARGUMENT, NOWHERE, backward_on(bed, NULL, NULL))                                                  \
    X(backward_no_args, ARGUMENT, IN_PLAN, weir_backward_full_r(bed->plan, NULL))                                      \
    X(backward_other, WEIR_ERROR_PRECISION, IN_PLAN, other_backward_on(bed, bed->plan))                                \
    X(backward_inference, WEIR_ERROR_MODE, IN_INFERENCE, backward_on(bed, bed->inference, NULL))                       \
    X(backward_inference_tape, WEIR_ERROR_MODE, IN_INFERENCE, backward_on(bed, bed->inference, bed->tape))             \
    X(backward_strange, WEIR_ERROR_MISMATCH, IN_PLAN, backward_on(bed, bed->plan, bed->strange_tape))                  \
    X(backward_first, WEIR_ERROR_ORDER, IN_STRANGER, backward_on(bed, bed->stranger, NULL))                            \
    X(backward_first_on_tape, WEIR_ERROR_ORDER, IN_PLAN, backward_on(bed, bed->plan, bed->tape))                       \
    X(back_null, ARGUMENT, NOWHERE, short_backward(bed, NULL))                                                         \
    X(back_no_dy, ARGUMENT, IN_PLAN, weir_backward_r(bed->plan, bed->x, NULL, bed->out.gradient, bed->out.dx))         \
    X(back_no_x, ARGUMENT, IN_PLAN, weir_backward_r(bed->plan, NULL, bed->dy, bed->out.gradient, NULL))                \
    X(back_for_nothing, ARGUMENT, IN_PLAN, weir_backward_r(bed->plan, bed->x, bed->dy, NULL, NULL))                    \
    X(back_first, WEIR_ERROR_ORDER, IN_STRANGER, short_backward(bed, bed->stranger))                                   \
    X(back_inference, WEIR_ERROR_MODE, IN_INFERENCE, short_backward(bed, bed->inference))                              \
    X(back_other, WEIR_ERROR_PRECISION, IN_PLAN,                                                                       \
      OTHER(weir_backward)(bed->plan, bed->other_numbers, bed->other_numbers, bed->out.other, NULL))                   \
    X(loss_to_null, ARGUMENT, IN_ERROR,                                                                                \
      weir_loss_r(NULL,                                                                                                \
                  &(struct weir_loss_args_r){                                                                          \
                      .loss = WEIR_MSE, .rows = 1, .steps = 1, .width = 1, .y = bed->x, .target = bed->x},             \
                  error))                                                                                              \
    X(loss_no_args, ARGUMENT, IN_ERROR, weir_loss_r(&bed->out.value, NULL, error))                                     \
    X(clip_null, ARGUMENT, NOWHERE, weir_clip_value_r(NULL, 1, 1.0))                                                   \
    X(clip_none, ARGUMENT, NOWHERE, weir_clip_value_r(bed->out.gradient, 0, 1.0))                                      \
    X(clip_fewer, ARGUMENT, NOWHERE, weir_clip_value_r(bed->out.gradient, -1, 1.0))                                    \
    X(clip_to_zero, ARGUMENT, NOWHERE, weir_clip_value_r(bed->out.gradient, 1, 0.0))                                   \
    X(clip_to_less, ARGUMENT, NOWHERE, weir_clip_value_r(bed->out.gradient, 1, -1.0))                                  \
    X(clip_to_nan, ARGUMENT, NOWHERE, weir_clip_value_r(bed->out.gradient, 1, (double)NAN))                            \
    X(optimizer_to_null, ARGUMENT, IN_ERROR,                                                                           \
      weir_optimizer_create(NULL, bed->net, &(weir_optimizer_options){.kind = WEIR_SGD, .learning_rate = 1.0}, error)) \
    X(optimizer_null, ARGUMENT, IN_ERROR,                                                                              \
      weir_optimizer_create(&bed->out.optimizer, NULL,                                                                 \
                            &(weir_optimizer_options){.kind = WEIR_SGD, .learning_rate = 1.0}, error))                 \
    X(optimizer_no_options, ARGUMENT, IN_ERROR, weir_optimizer_create(&bed->out.optimizer, bed->net, NULL, error))     \
    X(optimizer_bytes_to_null, ARGUMENT, IN_ERROR,                                                                     \
      weir_optimizer_bytes(NULL, bed->net, &(weir_optimizer_options){.kind = WEIR_SGD, .learning_rate = 1.0}, error))  \
    X(optimizer_bytes_null, ARGUMENT, IN_ERROR,                                                                        \
      weir_optimizer_bytes(&bed->out.bytes, NULL, &(weir_optimizer_options){.kind = WEIR_SGD, .learning_rate = 1.0},   \
                           error))                                                                                     \
    X(optimizer_bytes_no_options, ARGUMENT, IN_ERROR, weir_optimizer_bytes(&bed->out.bytes, bed->net, NULL, error))    \
    X(step_null, ARGUMENT, NOWHERE, weir_optimizer_step_r(NULL, bed->net, bed->numbers))                               \
    X(step_no_net, ARGUMENT, IN_OPTIMIZER, weir_optimizer_step_r(bed->optimizer, NULL, bed->numbers))                  \
    X(step_no_gradient, ARGUMENT, IN_OPTIMIZER, weir_optimizer_step_r(bed->optimizer, bed->net, NULL))                 \
    X(step_clone, WEIR_ERROR_MISMATCH, IN_OPTIMIZER, weir_optimizer_step_r(bed->optimizer, bed->clone, bed->numbers))  \
    X(step_other, WEIR_ERROR_PRECISION, IN_OPTIMIZER,                                                                  \
      OTHER(weir_optimizer_step)(bed->optimizer, bed->net, bed->other_numbers))                                        \
    X(step_nan_first, ARGUMENT, IN_OPTIMIZER, step_with(bed, 0, (double)NAN))                                          \
    X(step_nan_last, ARGUMENT, IN_OPTIMIZER, step_with(bed, BED_PARAMETERS - 1, (double)NAN))                          \
    X(step_infinite, ARGUMENT, IN_OPTIMIZER, step_with(bed, 7, -(double)INFINITY))                                     \
    X(rate_null, ARGUMENT, NOWHERE, weir_optimizer_set_rate(NULL, 1.0))                                                \
    X(rate_negative, ARGUMENT, IN_OPTIMIZER, weir_optimizer_set_rate(bed->optimizer, -1e-3))                           \
    X(rate_nan, ARGUMENT, IN_OPTIMIZER, weir_optimizer_set_rate(bed->optimizer, (double)NAN))                          \
    X(rate_infinite, ARGUMENT, IN_OPTIMIZER, weir_optimizer_set_rate(bed->optimizer, (double)INFINITY))                \
    X(get_null, ARGUMENT, NOWHERE, weir_optimizer_get_state(NULL, bed->out.numbers, BED_OPTIMIZER_STATE))              \
    X(get_to_null, ARGUMENT, NOWHERE, weir_optimizer_get_state(bed->optimizer, NULL, BED_OPTIMIZER_STATE))             \
    X(get_fewer, ARGUMENT, NOWHERE,                                                                                    \
      weir_optimizer_get_state(bed->optimizer, bed->out.numbers, BED_OPTIMIZER_STATE - 1))                             \
    X(get_more, ARGUMENT, NOWHERE,                                                                                     \
      weir_optimizer_get_state(bed->optimizer, bed->out.numbers, BED_OPTIMIZER_STATE + 1))                             \
    X(get_none, ARGUMENT, NOWHERE, weir_optimizer_get_state(bed->optimizer, bed->out.numbers, 0))                      \
    X(put_null, ARGUMENT, NOWHERE, weir_optimizer_set_state(NULL, bed->before.optimizer, BED_OPTIMIZER_STATE))         \
    X(put_from_null, ARGUMENT, IN_OPTIMIZER, weir_optimizer_set_state(bed->optimizer, NULL, BED_OPTIMIZER_STATE))      \
    X(put_fewer, ARGUMENT, IN_OPTIMIZER,                                                                               \
      weir_optimizer_set_state(bed->optimizer, bed->before.optimizer, BED_OPTIMIZER_STATE - 1))                        \
    X(put_negative, ARGUMENT, IN_OPTIMIZER, weir_optimizer_set_state(bed->optimizer, bed->before.optimizer, -1))       \
    X(put_other_kind, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 0, WEIR_ADAMW))                                      \
    X(put_no_kind, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 0, 3.5))                                                \
    X(put_negative_steps, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 1, -1.0))                                        \
    X(put_half_steps, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 1, 0.5))                                             \
    X(put_many_steps, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 1, 1e300))                                           \
    X(put_negative_square, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, BED_OPTIMIZER_STATE - 1, -1e-3))                \
    X(put_overflowing, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 2, REAL_BITS == 32 ? 1e39 : (double)INFINITY))      \
    X(rate_underflows, ARGUMENT, IN_OPTIMIZER,                                                                         \
      weir_optimizer_set_rate(bed->optimizer, REAL_BITS == 32 ? 1e-40 : 1e-310))                                       \
    X(put_nan, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, BED_OPTIMIZER_STATE - 1, (double)NAN))                      \
    X(put_infinite, ARGUMENT, IN_OPTIMIZER, set_state_with(bed, 2, (double)INFINITY))

/* While an edit is open. */
#define CALLS_IN_EDIT(X)                                                                                               \
    X(edit_edit, WEIR_ERROR_ORDER, IN_ERROR, weir_net_edit_r(bed->net, &bed->out.edit, error))                         \
    X(edit_fill, WEIR_ERROR_ORDER, IN_ERROR, weir_net_set_parameters_r(bed->net, bed->numbers, BED_PARAMETERS, error)) \
    X(edit_init, WEIR_ERROR_ORDER, IN_ERROR, weir_net_init(bed->net, NULL, error))                                     \
    X(edit_clone, WEIR_ERROR_ORDER, IN_ERROR, weir_net_clone(&bed->out.net, bed->net, error))                          \
    X(edit_plan, WEIR_ERROR_ORDER, IN_ERROR, weir_plan_create(&bed->out.plan, bed->net, NULL, error))                  \
    X(edit_plan_bytes, WEIR_ERROR_ORDER, IN_ERROR, weir_plan_bytes(&bed->out.size, bed->net, NULL, error))             \
    X(edit_refresh, WEIR_ERROR_ORDER, IN_INFERENCE, weir_plan_refresh(bed->inference))                                 \
    X(edit_refresh_training, WEIR_ERROR_ORDER, IN_PLAN, weir_plan_refresh(bed->plan))                                  \
    X(edit_step, WEIR_ERROR_ORDER, IN_OPTIMIZER, weir_optimizer_step_r(bed->optimizer, bed->net, bed->numbers))        \
    X(edit_infer, WEIR_ERROR_STALE, IN_INFERENCE, forward_on(bed, bed->inference, NULL))                               \
    X(edit_short_infer, WEIR_ERROR_STALE, IN_INFERENCE, short_forward(bed, bed->inference))                            \
    X(edit_forward, WEIR_ERROR_STALE, IN_PLAN, forward_on(bed, bed->plan, NULL))                                       \
    X(edit_forward_on_tape, WEIR_ERROR_STALE, IN_PLAN, forward_on(bed, bed->plan, bed->tape))                          \
    X(edit_short_forward, WEIR_ERROR_STALE, IN_PLAN, short_forward(bed, bed->plan))                                    \
    X(edit_backward, WEIR_ERROR_STALE, IN_PLAN, backward_on(bed, bed->plan, NULL))                                     \
    X(edit_short_backward, WEIR_ERROR_STALE, IN_PLAN, short_backward(bed, bed->plan))

/* After a commit, before a refresh or another forward. */
#define CALLS_WHEN_STALE(X)                                                                                            \
    X(stale_infer, WEIR_ERROR_STALE, IN_INFERENCE, forward_on(bed, bed->inference, NULL))                              \
    X(stale_short_infer, WEIR_ERROR_STALE, IN_INFERENCE, short_forward(bed, bed->inference))                           \
    X(stale_backward, WEIR_ERROR_STALE, IN_PLAN, backward_on(bed, bed->plan, NULL))                                    \
    X(stale_short_backward, WEIR_ERROR_STALE, IN_PLAN, short_backward(bed, bed->plan))

#define AS_FUNCTION(id, expected, where, expression)                                                                   \
    static weir_status id(struct bed_r *bed, weir_error *error)                                                        \
    {                                                                                                                  \
        (void)bed;                                                                                                     \
        (void)error;                                                                                                   \
        return expression;                                                                                             \
    }
#define AS_ROW(id, expected, where, expression) {#expression, expected, where, id},

CALLS(AS_FUNCTION)
CALLS_IN_EDIT(AS_FUNCTION)
CALLS_WHEN_STALE(AS_FUNCTION)

static const struct call calls[] = {CALLS(AS_ROW)};
static const struct call calls_in_edit[] = {CALLS_IN_EDIT(AS_ROW)};
static const struct call calls_when_stale[] = {CALLS_WHEN_STALE(AS_ROW)};

/* --- How each is tried ---------------------------------------------------------------------------------------------
 */

/* The sentence of an object, or NULL if the call has none. */
static const char *sentence_of(const struct bed_r *bed, enum sentence sentence)
{
    switch (sentence) {
    case IN_PLAN:
        return weir_plan_error(bed->plan);
    case IN_INFERENCE:
        return weir_plan_error(bed->inference);
    case IN_STRANGER:
        return weir_plan_error(bed->stranger);
    case IN_OPTIMIZER:
        return weir_optimizer_error(bed->optimizer);
    case IN_ERROR:
    case NOWHERE:
        break;
    }
    return NULL;
}

static void try_call(struct bed_r *bed, const struct call *call)
{
    weir_error error = error_unset();
    const char *sentence = sentence_of(bed, call->sentence);
    if (sentence)
        assert_string_equal(sentence, "");

    const weir_status status = call->make(bed, &error);
    assert_string_equal(weir_status_name(status), weir_status_name(call->status));
    if (call->sentence == IN_ERROR)
        assert_refused(&error, status, call->status);
    if (sentence)
        assert_string_not_equal(sentence_of(bed, call->sentence), "");
    assert_int_equal(call->make(bed, NULL), status); /* error may be NULL */
    bed_assert_nothing_written_r(bed);
}

static void test_call(void **state)
{
    struct bed_r bed;
    bed_open_r(&bed);
    try_call(&bed, *state);
    bed_assert_as_before_r(&bed);
    for (size_t i = 0; i < PLACE_BYTES; i++)
        assert_int_equal(place[i], 0);
    bed_close_r(&bed);
}

/* Takes up a commit that changed no number. */
static void take_up(struct bed_r *bed)
{
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    assert_int_equal(weir_plan_refresh(bed->inference), WEIR_OK);
    assert_int_equal(weir_forward_full_r(bed->plan, &args), WEIR_OK);
}

static void test_call_in_edit(void **state)
{
    struct bed_r bed;
    bed_open_r(&bed);
    real *parameters;
    assert_int_equal(weir_net_edit_r(bed.net, &parameters, NULL), WEIR_OK);
    try_call(&bed, *state);
    assert_int_equal(weir_net_commit(bed.net, NULL), WEIR_OK); /* the edit is still open, and there is one */
    assert_int_equal(weir_net_commit(bed.net, NULL), WEIR_ERROR_ORDER);
    take_up(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

static void test_call_when_stale(void **state)
{
    struct bed_r bed;
    bed_open_r(&bed);
    real *parameters;
    assert_int_equal(weir_net_edit_r(bed.net, &parameters, NULL), WEIR_OK);
    assert_int_equal(weir_net_commit(bed.net, NULL), WEIR_OK);
    try_call(&bed, *state);
    take_up(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

static void add_calls(struct suite *suite, CMUnitTestFunction test, const char *when, const struct call *rows,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        suite_add(suite, test, &rows[i], "%s%s is %s", rows[i].text, when, weir_status_name(rows[i].status));
}

/* --- Functions that have no status ---------------------------------------------------------------------------------
 */

static void test_null_objects(void **state)
{
    (void)state;
    assert_int_equal(weir_net_precision(NULL), 0);
    assert_int_equal(weir_net_inputs(NULL), 0);
    assert_int_equal(weir_net_outputs(NULL), 0);
    assert_int_equal(weir_net_layer_count(NULL), 0);
    assert_int_equal(weir_net_parameter_count(NULL), 0);
    assert_int_equal(weir_net_state_size(NULL), 0);
    assert_int_equal(weir_net_view_count(NULL), 0);
    assert_int_equal(weir_net_state_view_count(NULL), 0);
    assert_int_equal(weir_optimizer_state_size(NULL), 0);
    assert_null(weir_net_parameters_f32(NULL));
    assert_null(weir_net_parameters_f64(NULL));
    assert_string_equal(weir_plan_error(NULL), "");
    assert_string_equal(weir_optimizer_error(NULL), "");
}

static void test_destroying_nothing(void **state)
{
    (void)state;
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    weir_tape *tape = NULL;
    weir_optimizer *optimizer = NULL;
    weir_net_destroy(NULL);
    weir_net_destroy(&net);
    weir_plan_destroy(NULL);
    weir_plan_destroy(&plan);
    weir_tape_destroy(NULL);
    weir_tape_destroy(&tape);
    weir_optimizer_destroy(NULL);
    weir_optimizer_destroy(&optimizer);
}

static void test_handles_become_null(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    bed_close_r(&bed);
    assert_null(bed.net);
    assert_null(bed.plan);
    assert_null(bed.tape);
    assert_null(bed.optimizer);
}

static void test_parameters_of_other_precision(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    assert_null(OTHER(weir_net_parameters)(bed.net));
    assert_non_null(weir_net_parameters_r(bed.net));
    bed_close_r(&bed);
}

static void test_mse_of_nothing(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    assert_true(isnan(weir_mse_r(NULL, bed.x, BED_X, bed.out.dx)));
    assert_true(isnan(weir_mse_r(bed.x, NULL, BED_X, bed.out.dx)));
    assert_true(isnan(weir_mse_r(bed.x, bed.x, 0, bed.out.dx)));
    assert_true(isnan(weir_mse_r(bed.x, bed.x, -1, bed.out.dx)));
    assert_true(isnan(weir_mse_r(bed.x, bed.x, INT64_MAX, bed.out.dx)));
    bed_assert_nothing_written_r(&bed);
    bed_close_r(&bed);
}

static void test_clipping_nothing(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    assert_true(isnan(weir_clip_norm_r(NULL, 1, 1.0)));
    assert_true(isnan(weir_clip_norm_r(bed.out.gradient, 0, 1.0)));
    assert_true(isnan(weir_clip_norm_r(bed.out.gradient, -1, 1.0)));
    assert_true(isnan(weir_clip_norm_r(bed.out.gradient, 1, 0.0)));
    assert_true(isnan(weir_clip_norm_r(bed.out.gradient, 1, -1.0)));
    assert_true(isnan(weir_clip_norm_r(bed.out.gradient, 1, (double)NAN)));
    bed_assert_nothing_written_r(&bed);
    bed_close_r(&bed);
}

static void test_status_names(void **state)
{
    (void)state;
    static const char *const names[] = {"WEIR_OK",          "WEIR_ERROR_ARGUMENT",  "WEIR_ERROR_MEMORY",
                                        "WEIR_ERROR_SIZE",  "WEIR_ERROR_PRECISION", "WEIR_ERROR_LENGTH",
                                        "WEIR_ERROR_MODE",  "WEIR_ERROR_STALE",     "WEIR_ERROR_MISMATCH",
                                        "WEIR_ERROR_ORDER", "WEIR_ERROR_THREADS"};
    for (int i = 0; i < 11; i++)
        assert_string_equal(weir_status_name((weir_status)i), names[i]);
    assert_string_equal(weir_status_name((weir_status)11), "unknown status");
    assert_string_equal(weir_status_name((weir_status)-1), "unknown status");
}

/* --- Every way to change the parameters makes stale ------------------------------------------------------------------
 */

static weir_status change_by_edit(struct bed_r *bed)
{
    real *parameters;
    assert_int_equal(weir_net_edit_r(bed->net, &parameters, NULL), WEIR_OK);
    parameters[0] += 1;
    return weir_net_commit(bed->net, NULL);
}

static weir_status change_by_fill(struct bed_r *bed)
{
    return weir_net_set_parameters_r(bed->net, bed->numbers, BED_PARAMETERS, NULL);
}

static weir_status change_by_name(struct bed_r *bed)
{
    return weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, 12, 2, NULL);
}

static weir_status change_by_name_in_edit(struct bed_r *bed)
{
    real *parameters;
    assert_int_equal(weir_net_edit_r(bed->net, &parameters, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(bed->net, "weight_ih_l0", bed->numbers, 12, 2, NULL), WEIR_OK);
    assert_int_equal(forward_on(bed, bed->plan, NULL), WEIR_ERROR_STALE); /* it is the edit's still */
    return weir_net_commit(bed->net, NULL);
}

static weir_status change_by_init(struct bed_r *bed) { return weir_net_init(bed->net, NULL, NULL); }

static weir_status change_by_step(struct bed_r *bed)
{
    return weir_optimizer_step_r(bed->optimizer, bed->net, bed->numbers);
}

static const struct change_way {
    const char *name;
    weir_status (*make)(struct bed_r *bed);
} changes[] = {
    {"edit and commit", change_by_edit}, {"weir_net_set_parameters", change_by_fill},
    {"weir_net_set", change_by_name},    {"weir_net_set in an edit", change_by_name_in_edit},
    {"weir_net_init", change_by_init},   {"weir_optimizer_step", change_by_step},
};

/* y of a plan made just now: what every other plan of the net must give. */
static void infer_anew(struct bed_r *bed, real *y)
{
    const weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS};
    weir_plan *plan;
    assert_int_equal(weir_plan_create(&plan, bed->net, &options, NULL), WEIR_OK);
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    args.y = y;
    assert_int_equal(weir_forward_full_r(plan, &args), WEIR_OK);
    weir_plan_destroy(&plan);
}

static void test_inference_is_stale_until_refresh(void **state)
{
    const struct change_way *way = *state;
    struct bed_r bed;
    real y[BED_Y];
    bed_open_r(&bed);
    assert_int_equal(way->make(&bed), WEIR_OK);
    assert_int_equal(forward_on(&bed, bed.inference, NULL), WEIR_ERROR_STALE);
    bed_assert_nothing_written_r(&bed);
    assert_int_equal(weir_plan_refresh(bed.inference), WEIR_OK);
    assert_int_equal(forward_on(&bed, bed.inference, NULL), WEIR_OK);
    infer_anew(&bed, y);
    assert_memory_equal(bed.out.y, y, sizeof y);
    assert_memory_not_equal(bed.before.inferred, y, sizeof y);
    bed_close_r(&bed);
}

static void test_training_takes_new_weights(void **state)
{
    const struct change_way *way = *state;
    struct bed_r bed;
    real y[BED_Y];
    bed_open_r(&bed);
    assert_int_equal(way->make(&bed), WEIR_OK);
    assert_int_equal(backward_on(&bed, bed.plan, NULL), WEIR_ERROR_STALE);
    bed_assert_nothing_written_r(&bed);
    assert_int_equal(forward_on(&bed, bed.plan, NULL), WEIR_OK);
    infer_anew(&bed, y);
    for (int i = 0; i < BED_Y; i++) /* a training plan's tiles may be others, so not to the bit */
        assert_true(fabs((double)bed.out.y[i] - (double)y[i]) < 1e-5);
    assert_memory_not_equal(bed.out.y, bed.before.y, sizeof y);
    assert_int_equal(backward_on(&bed, bed.plan, NULL), WEIR_OK);
    bed_close_r(&bed);
}

int main(void)
{
    struct suite suite = {0};
    add_calls(&suite, test_call, "", calls, sizeof calls / sizeof *calls);
    add_calls(&suite, test_call_in_edit, " in an open edit", calls_in_edit,
              sizeof calls_in_edit / sizeof *calls_in_edit);
    add_calls(&suite, test_call_when_stale, " after a commit", calls_when_stale,
              sizeof calls_when_stale / sizeof *calls_when_stale);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        suite_add(&suite, test_inference_is_stale_until_refresh, &changes[i],
                  "after %s an inference plan is stale until it is refreshed", changes[i].name);
        suite_add(&suite, test_training_takes_new_weights, &changes[i],
                  "after %s backward is stale and a training forward takes the new numbers", changes[i].name);
    }
    suite_add(&suite, test_null_objects, NULL, "what is asked of NULL is 0, NULL or an empty sentence");
    suite_add(&suite, test_destroying_nothing, NULL, "destroying NULL is allowed");
    suite_add(&suite, test_handles_become_null, NULL, "destroying sets the handle to NULL");
    suite_add(&suite, test_parameters_of_other_precision, NULL, "parameters of the other precision are NULL");
    suite_add(&suite, test_mse_of_nothing, NULL, "weir_mse of nothing is NaN, and writes nothing");
    suite_add(&suite, test_clipping_nothing, NULL, "weir_clip_norm of nothing is NaN, and writes nothing");
    suite_add(&suite, test_status_names, NULL, "every status has its name");
    return suite_run(&suite, "refused calls");
}
