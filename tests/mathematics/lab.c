/*
 * mathematics/lab.c: making nets with random numbers, and comparing what comes out of them.
 */
#include "mathematics/lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "support/case.h"

/* Something that goes with its lab. */
struct lab_block {
    struct lab_block *next;
    weir_plan *plan;
    weir_tape *tape;
    real numbers[];
};

static struct lab_block *take(struct lab_r *lab, int64_t count)
{
    struct lab_block *block = calloc(1, sizeof *block + (size_t)count * sizeof(real));
    assert_non_null(block);
    block->next = lab->blocks;
    lab->blocks = block;
    return block;
}

real *lab_room_r(struct lab_r *lab, int64_t count) { return take(lab, count)->numbers; }

real *lab_draw_r(struct lab_r *lab, int stream, int64_t count, double scale)
{
    real *numbers = lab_room_r(lab, count);
    for (int64_t i = 0; i < count; i++)
        numbers[i] = (real)(golden_number(77, (uint64_t)stream, (uint64_t)i) * scale);
    return numbers;
}

real *lab_copy_r(struct lab_r *lab, const real *numbers, int64_t count)
{
    return memcpy(lab_room_r(lab, count), numbers, (size_t)count * sizeof *numbers);
}

weir_plan *lab_plan_r(struct lab_r *lab, weir_plan_options options)
{
    struct lab_block *block = take(lab, 0);
    weir_error error;
    if (weir_plan_create(&block->plan, lab->net, &options, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    return block->plan;
}

weir_tape *lab_tape_r(struct lab_r *lab, weir_plan *plan)
{
    struct lab_block *block = take(lab, 0);
    weir_error error;
    if (weir_tape_create(&block->tape, plan, &error) != WEIR_OK)
        fail_msg("%s", error.message);
    return block->tape;
}

struct outcome_r lab_outcome_r(struct lab_r *lab)
{
    return (struct outcome_r){
        .y = lab_room_r(lab, lab->y_count),
        .state = lab_room_r(lab, lab->state_count),
        .gradient = lab_room_r(lab, lab->parameter_count),
        .dx = lab_room_r(lab, lab->x_count),
        .dstate = lab_room_r(lab, lab->state_count),
    };
}

/* What lies past a row's end must not matter. */
static void spoil_past_ends(const struct lab_r *lab, int64_t width, real *sequence)
{
    const struct setting *setting = lab->setting;
    for (int64_t b = 0; b < setting->rows; b++)
        for (int64_t t = lab->lengths[b]; t < setting->steps; t++)
            for (int64_t j = 0; j < width; j++)
                sequence[(t * setting->rows + b) * width + j] = (real)NAN;
}

/* By default, weights of a size that neither blows a state up nor lets it die. */
static double parameter_scale(const struct setting *setting)
{
    int64_t widest = 4;
    for (int64_t k = 0; k < setting_layer_count(setting); k++)
        widest = setting->layers[k].units > widest ? setting->layers[k].units : widest;
    return setting->scale > 0.0 ? setting->scale : 1.0 / sqrt((double)widest);
}

static void make_net(struct lab_r *lab)
{
    const struct setting *setting = lab->setting;
    weir_error error;
    if (weir_net_create(&lab->net, REAL_PRECISION, setting->inputs, setting->layers, setting_layer_count(setting),
                        &error) != WEIR_OK)
        fail_msg("%s", error.message);
    lab->outputs = weir_net_outputs(lab->net);
    lab->state_size = weir_net_state_size(lab->net);
    lab->parameter_count = weir_net_parameter_count(lab->net);
    lab->x_count = setting->rows * setting->steps * setting->inputs;
    lab->y_count = setting->rows * setting->steps * lab->outputs;
    lab->state_count = setting->rows * lab->state_size;
}

void lab_open_r(struct lab_r *lab, const struct setting *setting)
{
    *lab = (struct lab_r){.setting = setting};
    make_net(lab);
    lab->parameters = lab_draw_r(lab, STREAM_PARAMETERS, lab->parameter_count, parameter_scale(setting));
    lab->x = lab_draw_r(lab, STREAM_X, lab->x_count, 1.0);
    lab->state = lab_draw_r(lab, STREAM_STATE, lab->state_count, 1.0);
    lab->dy = lab_draw_r(lab, STREAM_DY, lab->y_count, 1.0);
    lab->dstate = lab_draw_r(lab, STREAM_DSTATE, lab->state_count, 1.0);
    for (int64_t b = 0; b < setting->rows; b++)
        lab->lengths[b] = setting->lengths ? setting->lengths[b] : setting->steps;
    spoil_past_ends(lab, setting->inputs, lab->x);
    spoil_past_ends(lab, lab->outputs, lab->dy);
    assert_int_equal(weir_net_set_parameters_r(lab->net, lab->parameters, lab->parameter_count, NULL), WEIR_OK);
    lab->plan = lab_plan_r(
        lab,
        (weir_plan_options){.batch = setting->rows, .steps = setting->steps, .mode = WEIR_TRAINING, .dropout_seed = 3});
}

void lab_close_r(struct lab_r *lab)
{
    while (lab->blocks) {
        struct lab_block *block = lab->blocks;
        lab->blocks = block->next;
        weir_tape_destroy(&block->tape);
        weir_plan_destroy(&block->plan);
        free(block);
    }
    weir_net_destroy(&lab->net);
}

struct weir_forward_args_r lab_forward_args_r(const struct lab_r *lab, const struct outcome_r *out)
{
    return (struct weir_forward_args_r){
        .rows = lab->setting->rows,
        .steps = lab->setting->steps,
        .lengths = lab->setting->lengths ? lab->lengths : NULL,
        .x = lab->x,
        .state_in = lab->setting->starts_anew ? NULL : lab->state,
        .y = out->y,
        .state_out = out->state,
        .draw = 11,
    };
}

struct weir_backward_args_r lab_backward_args_r(const struct lab_r *lab, const struct outcome_r *out)
{
    return (struct weir_backward_args_r){
        .x = lab->x,
        .dy = lab->dy,
        .dstate_out = lab->dstate,
        .gradient = out->gradient,
        .dx = out->dx,
        .dstate_in = out->dstate,
    };
}

void lab_forward_r(weir_plan *plan, const struct weir_forward_args_r *args)
{
    if (weir_forward_full_r(plan, args) != WEIR_OK)
        fail_msg("%s", weir_plan_error(plan));
}

void lab_backward_r(weir_plan *plan, const struct weir_backward_args_r *args)
{
    if (weir_backward_full_r(plan, args) != WEIR_OK)
        fail_msg("%s", weir_plan_error(plan));
}

struct outcome_r lab_run_r(struct lab_r *lab, weir_plan *plan)
{
    const struct outcome_r out = lab_outcome_r(lab);
    const struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    const struct weir_backward_args_r backward = lab_backward_args_r(lab, &out);
    lab_forward_r(plan, &forward);
    lab_backward_r(plan, &backward);
    return out;
}

static double *widen(struct lab_r *lab, const real *numbers, int64_t count)
{
    double *wide = (double *)(void *)lab_room_r(lab, (int64_t)(sizeof *wide / sizeof *numbers) * count);
    for (int64_t i = 0; i < count; i++)
        wide[i] = (double)numbers[i];
    return wide;
}

struct witness lab_witness_r(struct lab_r *lab)
{
    const struct setting *setting = lab->setting;
    const struct witness_case in = {
        .layers = setting->layers,
        .layer_count = setting_layer_count(setting),
        .inputs = setting->inputs,
        .rows = setting->rows,
        .steps = setting->steps,
        .lengths = lab->lengths,
        .parameters = widen(lab, lab->parameters, lab->parameter_count),
        .x = widen(lab, lab->x, lab->x_count),
        .state = setting->starts_anew ? NULL : widen(lab, lab->state, lab->state_count),
        .dy = widen(lab, lab->dy, lab->y_count),
        .dstate = widen(lab, lab->dstate, lab->state_count),
    };
    return witness_run(&in, UNIT_ROUNDOFF);
}

void assert_close_r(const char *what, const real *ours, const real *other, int64_t count)
{
    double largest = 1.0;
    for (int64_t i = 0; i < count; i++) { /* no fmax: lib/train/clip.c says why */
        const double size = fabs((double)other[i]);
        largest = size > largest ? size : largest;
    }
    for (int64_t i = 0; i < count; i++)
        if (!(fabs((double)ours[i] - (double)other[i]) <= CLOSE * largest))
            fail_msg("%s[%lld] is %.17g, not %.17g (largest %.3g)", what, (long long)i, (double)ours[i],
                     (double)other[i], largest);
}

void assert_bits_r(const char *what, const real *ours, const real *other, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (memcmp(&ours[i], &other[i], sizeof *ours) != 0)
            fail_msg("%s[%lld] is %.17g, not %.17g", what, (long long)i, (double)ours[i], (double)other[i]);
}

static void compare(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other,
                    void (*assert_equal)(const char *what, const real *ours, const real *other, int64_t count))
{
    assert_equal("y", ours->y, other->y, lab->y_count);
    assert_equal("state", ours->state, other->state, lab->state_count);
    assert_equal("gradient", ours->gradient, other->gradient, lab->parameter_count);
    assert_equal("dx", ours->dx, other->dx, lab->x_count);
    assert_equal("dstate", ours->dstate, other->dstate, lab->state_count);
}

void assert_outcomes_close_r(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other)
{
    compare(lab, ours, other, assert_close_r);
}

void assert_outcomes_same_bits_r(const struct lab_r *lab, const struct outcome_r *ours, const struct outcome_r *other)
{
    compare(lab, ours, other, assert_bits_r);
}
