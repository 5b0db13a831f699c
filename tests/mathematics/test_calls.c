/*
 * mathematics/test_calls.c: the same numbers come out however a run is called for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mathematics/lab.h"
#include "support/case.h"

/* --- Strides ------------------------------------------------------------------------------------------------------ */

static const real guard = (real)-4321.5;

/* A sequence of rows in a buffer with room between them. */
struct layout {
    const char *name;
    bool batch_first;
    int64_t after_item, after_block; /* numbers left free after each item, and after each step (or row) of them */
};

static const struct layout layouts[] = {
    {"batch first", true, 0, 0},
    {"batch first, room after each row", true, 0, 6},
    {"batch first, room after each step", true, 2, 7},
    {"time first, room after each row", false, 3, 0},
    {"time first, room after each step", false, 0, 4},
    {"time first, room after both", false, 1, 5},
};

struct strides {
    int64_t step, row, count;
};

static struct strides strides_of(const struct layout *layout, const struct setting *setting, int64_t width)
{
    const int64_t item = width + layout->after_item, inner = layout->batch_first ? setting->steps : setting->rows;
    const int64_t outer = layout->batch_first ? setting->rows : setting->steps;
    const int64_t block = inner * item + layout->after_block;
    return (struct strides){layout->batch_first ? item : block, layout->batch_first ? block : item, outer * block};
}

/* Lays out [steps][rows][width] numbers (NULL: leaves the guard there), with `between` in the room between them. */
static real *spread(struct lab_r *lab, const real *from, int64_t width, struct strides strides, real between)
{
    const int64_t rows = lab->setting->rows, items = from ? lab->setting->steps * rows : 0;
    real *to = lab_room_r(lab, strides.count);
    for (int64_t i = 0; i < strides.count; i++)
        to[i] = between;
    for (int64_t i = 0; i < items; i++)
        memcpy(to + i / rows * strides.step + i % rows * strides.row, from + i * width, (size_t)width * sizeof *to);
    return to;
}

/* Takes the numbers out again; what lay between them must still be there. */
static real *collect(struct lab_r *lab, real *from, int64_t width, struct strides strides)
{
    const int64_t rows = lab->setting->rows;
    real *to = lab_room_r(lab, lab->setting->steps * rows * width);
    for (int64_t i = 0; i < lab->setting->steps * rows; i++) {
        real *item = from + i / rows * strides.step + i % rows * strides.row;
        memcpy(to + i * width, item, (size_t)width * sizeof *to);
        for (int64_t j = 0; j < width; j++)
            item[j] = guard;
    }
    for (int64_t i = 0; i < strides.count; i++)
        if (from[i] != guard)
            fail_msg("number %lld, between the rows, is %g", (long long)i, (double)from[i]);
    return to;
}

static struct outcome_r run_spread(struct lab_r *lab, weir_plan *plan, const struct layout *layout)
{
    const int64_t I = lab->setting->inputs, O = lab->outputs;
    const struct strides x = strides_of(layout, lab->setting, I), y = strides_of(layout, lab->setting, O);
    struct outcome_r out = lab_outcome_r(lab);
    out.y = spread(lab, NULL, O, y, guard);
    out.dx = spread(lab, NULL, I, x, guard);
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &out);
    struct weir_backward_args_r backward = lab_backward_args_r(lab, &out);
    backward.x = forward.x = spread(lab, lab->x, I, x, (real)NAN);
    backward.dy = spread(lab, lab->dy, O, y, (real)NAN);
    backward.dx_step_stride = backward.x_step_stride = forward.x_step_stride = x.step;
    backward.dx_row_stride = backward.x_row_stride = forward.x_row_stride = x.row;
    backward.dy_step_stride = forward.y_step_stride = y.step;
    backward.dy_row_stride = forward.y_row_stride = y.row;
    lab_forward_r(plan, &forward);
    if (plan == lab->plan)
        lab_backward_r(plan, &backward);
    out.y = collect(lab, out.y, O, y);
    out.dx = collect(lab, out.dx, I, x);
    return out;
}

static void test_strides(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r gapless = lab_run_r(&lab, lab.plan);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct outcome_r out = run_spread(&lab, lab.plan, &layouts[i]);
        assert_outcomes_close_r(&lab, &out, &gapless);
    }
    lab_close_r(&lab);
}

static void test_strides_of_inference(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const weir_plan_options options = {.batch = lab.setting->rows, .steps = lab.setting->steps};
    weir_plan *plan = lab_plan_r(&lab, options);
    const struct outcome_r gapless = lab_outcome_r(&lab);
    const struct weir_forward_args_r args = lab_forward_args_r(&lab, &gapless);
    lab_forward_r(plan, &args);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct outcome_r out = run_spread(&lab, plan, &layouts[i]);
        assert_close_r("y", out.y, gapless.y, lab.y_count);
        assert_close_r("state", out.state, gapless.state, lab.state_count);
    }
    lab_close_r(&lab);
}

/* --- The last step only ------------------------------------------------------------------------------------------- */

/* Each row's item at its last live step; zeros for an empty row. */
static real *last_steps(struct lab_r *lab, const real *sequence)
{
    const int64_t rows = lab->setting->rows, O = lab->outputs;
    real *last = lab_room_r(lab, rows * O);
    for (int64_t b = 0; b < rows; b++)
        if (lab->lengths[b] > 0)
            memcpy(last + b * O, sequence + ((lab->lengths[b] - 1) * rows + b) * O, (size_t)O * sizeof *last);
    return last;
}

/* A sequence that is zero but for those items. */
static real *from_last_steps(struct lab_r *lab, const real *last)
{
    const int64_t rows = lab->setting->rows, O = lab->outputs;
    real *sequence = lab_room_r(lab, lab->y_count);
    for (int64_t b = 0; b < rows; b++)
        if (lab->lengths[b] > 0)
            memcpy(sequence + ((lab->lengths[b] - 1) * rows + b) * O, last + b * O, (size_t)O * sizeof *last);
    return sequence;
}

static void test_last_step_forward(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t count = lab.setting->rows * lab.outputs;
    const struct outcome_r all = lab_outcome_r(&lab), last = lab_outcome_r(&lab);
    for (int mode = WEIR_INFERENCE; mode <= WEIR_TRAINING; mode++) {
        const weir_plan_options options = {
            .batch = lab.setting->rows, .steps = lab.setting->steps, .mode = (weir_mode)mode};
        weir_plan *plan = lab_plan_r(&lab, options);
        struct weir_forward_args_r args = lab_forward_args_r(&lab, &all);
        lab_forward_r(plan, &args);
        args.span = WEIR_LAST_STEP;
        args.y = spread(&lab, NULL, 1, (struct strides){.count = count + 1}, guard);
        args.state_out = last.state;
        lab_forward_r(plan, &args);
        assert_close_r("last y", args.y, last_steps(&lab, all.y), count);
        assert_close_r("state", last.state, all.state, lab.state_count);
        assert_true(args.y[count] == guard);
    }
    lab_close_r(&lab);
}

static void test_last_step_backward(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const int64_t O = lab.outputs;
    real *last_dy = lab_draw_r(&lab, STREAM_DY, lab.setting->rows * O, 1.0);
    real *dy = from_last_steps(&lab, last_dy);
    for (int64_t b = 0; b < lab.setting->rows; b++)
        for (int64_t j = 0; lab.lengths[b] == 0 && j < O; j++)
            last_dy[b * O + j] = (real)NAN; /* not read */

    const struct outcome_r all = lab_outcome_r(&lab), last = lab_outcome_r(&lab);
    struct weir_forward_args_r forward = lab_forward_args_r(&lab, &all);
    struct weir_backward_args_r backward = lab_backward_args_r(&lab, &all);
    backward.dy = dy;
    lab_forward_r(lab.plan, &forward);
    lab_backward_r(lab.plan, &backward);

    /* Once by its own span, once by what the forward was about. */
    backward = lab_backward_args_r(&lab, &last);
    backward.dy = last_dy;
    for (int by_forward = 0; by_forward < 2; by_forward++) {
        forward.span = by_forward ? WEIR_LAST_STEP : WEIR_ALL_STEPS;
        forward.y = by_forward ? lab_room_r(&lab, lab.setting->rows * O) : last.y;
        forward.state_out = last.state;
        backward.span = by_forward ? WEIR_SPAN_DEFAULT : WEIR_LAST_STEP;
        lab_forward_r(lab.plan, &forward);
        lab_backward_r(lab.plan, &backward);
        assert_outcomes_close_r(&lab, &last, &all);
    }
    lab_close_r(&lab);
}

/* --- What is not wanted ------------------------------------------------------------------------------------------- */

static void test_y_not_wanted(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r wanted = lab_run_r(&lab, lab.plan);
    for (int span = WEIR_SPAN_DEFAULT; span <= WEIR_LAST_STEP; span++) {
        struct outcome_r out = lab_outcome_r(&lab);
        struct weir_forward_args_r forward = lab_forward_args_r(&lab, &out);
        struct weir_backward_args_r backward = lab_backward_args_r(&lab, &out);
        forward.tape = backward.tape = lab_tape_r(&lab, lab.plan); /* one that no run with y has filled */
        forward.y = NULL;
        forward.span = (weir_span)span;
        backward.span = WEIR_ALL_STEPS;
        lab_forward_r(lab.plan, &forward);
        lab_backward_r(lab.plan, &backward);
        out.y = wanted.y;
        assert_outcomes_same_bits_r(&lab, &out, &wanted);
    }
    lab_close_r(&lab);
}

static void test_each_derivative_alone(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r together = lab_run_r(&lab, lab.plan), apart = lab_outcome_r(&lab);
    const struct weir_backward_args_r all = lab_backward_args_r(&lab, &apart);
    for (int wanted = 0; wanted < 3; wanted++) {
        struct weir_backward_args_r args = all;
        args.gradient = wanted == 0 ? all.gradient : NULL;
        args.x = wanted == 0 ? all.x : NULL;
        args.dx = wanted == 1 ? all.dx : NULL;
        args.dstate_in = wanted == 2 ? all.dstate_in : NULL;
        lab_backward_r(lab.plan, &args);
    }
    assert_bits_r("gradient", apart.gradient, together.gradient, lab.parameter_count);
    assert_bits_r("dx", apart.dx, together.dx, lab.x_count);
    assert_bits_r("dstate", apart.dstate, together.dstate, lab.state_count);
    lab_close_r(&lab);
}

/* dL/dy and dL/d(final state), each once by itself and the other NULL: their sum is what both give. */
static void test_each_cause_alone(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r both = lab_run_r(&lab, lab.plan);
    struct outcome_r of_y = lab_outcome_r(&lab), of_state = lab_outcome_r(&lab);
    struct weir_backward_args_r args = lab_backward_args_r(&lab, &of_y);
    args.dstate_out = NULL;
    lab_backward_r(lab.plan, &args);
    args = lab_backward_args_r(&lab, &of_state);
    args.dy = NULL;
    lab_backward_r(lab.plan, &args);
    real *sums[] = {of_y.gradient, of_y.dx, of_y.dstate};
    const real *terms[] = {of_state.gradient, of_state.dx, of_state.dstate};
    const int64_t counts[] = {lab.parameter_count, lab.x_count, lab.state_count};
    for (int i = 0; i < 3; i++)
        for (int64_t j = 0; j < counts[i]; j++)
            sums[i][j] += terms[i][j];
    of_y.y = both.y;
    of_y.state = both.state;
    assert_outcomes_close_r(&lab, &of_y, &both);
    lab_close_r(&lab);
}

/* --- The same memory, the same tape, again ------------------------------------------------------------------------ */

static void test_state_in_place(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r apart = lab_run_r(&lab, lab.plan), in_place = lab_outcome_r(&lab);
    struct weir_forward_args_r forward = lab_forward_args_r(&lab, &in_place);
    struct weir_backward_args_r backward = lab_backward_args_r(&lab, &in_place);
    if (forward.state_in)
        forward.state_in = memcpy(in_place.state, lab.state, (size_t)lab.state_count * sizeof(real));
    backward.dstate_out = memcpy(in_place.dstate, lab.dstate, (size_t)lab.state_count * sizeof(real));
    lab_forward_r(lab.plan, &forward);
    lab_backward_r(lab.plan, &backward);
    assert_outcomes_same_bits_r(&lab, &in_place, &apart);
    lab_close_r(&lab);
}

static void test_backward_again(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    struct outcome_r first = lab_run_r(&lab, lab.plan), again = lab_outcome_r(&lab);
    struct weir_backward_args_r args = lab_backward_args_r(&lab, &again);
    args.dy = lab_draw_r(&lab, STREAM_DSTATE, lab.y_count, 3.0); /* something else in between */
    lab_backward_r(lab.plan, &args);
    args.dy = lab.dy;
    lab_backward_r(lab.plan, &args);
    again.y = first.y;
    again.state = first.state;
    assert_outcomes_same_bits_r(&lab, &again, &first);
    lab_close_r(&lab);
}

static void test_add(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r out = lab_run_r(&lab, lab.plan);
    struct outcome_r added = lab_outcome_r(&lab);
    added.gradient = lab_draw_r(&lab, STREAM_PARAMETERS, lab.parameter_count, 2.0);
    real *expected = lab_copy_r(&lab, added.gradient, lab.parameter_count);
    for (int64_t i = 0; i < lab.parameter_count; i++)
        expected[i] += out.gradient[i];
    struct weir_backward_args_r args = lab_backward_args_r(&lab, &added);
    args.add = 1;
    lab_backward_r(lab.plan, &args);
    assert_close_r("gradient", added.gradient, expected, lab.parameter_count);
    assert_bits_r("dx", added.dx, out.dx, lab.x_count);
    assert_bits_r("dstate", added.dstate, out.dstate, lab.state_count);
    lab_close_r(&lab);
}

/* A tape in memory of the caller's. */
static weir_tape *place_tape(weir_plan *plan, const weir_plan_options *options, const weir_net *net, void **memory)
{
    weir_plan_size size;
    weir_tape *tape = NULL;
    assert_int_equal(weir_plan_bytes(&size, net, options, NULL), WEIR_OK);
    *memory = aligned_alloc(64, (size_t)(size.tape + 63) / 64 * 64);
    assert_non_null(*memory);
    assert_int_equal(weir_tape_place(&tape, plan, *memory, size.tape, NULL), WEIR_OK);
    return tape;
}

enum { TAPES = 3 };

/* Forwards on several tapes, each with other inputs, then their backwards in another order. */
static void test_several_tapes(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const weir_plan_options options = {
        .batch = lab.setting->rows, .steps = lab.setting->steps, .mode = WEIR_TRAINING, .dropout_seed = 3};
    void *memory;
    weir_tape *placed = place_tape(lab.plan, &options, lab.net, &memory);
    weir_tape *tapes[TAPES] = {NULL, lab_tape_r(&lab, lab.plan), placed};
    struct outcome_r alone[TAPES], waiting[TAPES];
    real *x[TAPES];
    for (int i = 0; i < TAPES; i++) {
        x[i] = lab_draw_r(&lab, STREAM_X, lab.x_count, 0.5 * (i + 1));
        lab.x = x[i];
        alone[i] = lab_run_r(&lab, lab.plan);
    }
    for (int i = 0; i < TAPES; i++) {
        waiting[i] = lab_outcome_r(&lab);
        struct weir_forward_args_r args = lab_forward_args_r(&lab, &waiting[i]);
        args.x = x[i];
        args.tape = tapes[i];
        lab_forward_r(lab.plan, &args);
    }
    for (int i = 0; i < TAPES; i++) {
        struct weir_backward_args_r args = lab_backward_args_r(&lab, &waiting[i]);
        args.x = x[i];
        args.tape = tapes[i];
        lab_backward_r(lab.plan, &args);
    }
    for (int i = 0; i < TAPES; i++)
        assert_outcomes_same_bits_r(&lab, &waiting[i], &alone[i]);
    weir_tape_destroy(&placed);
    free(memory);
    lab_close_r(&lab);
}

/* --- Sizes -------------------------------------------------------------------------------------------------------- */

static void test_smaller_than_the_plan(void **state)
{
    struct lab_r lab;
    lab_open_r(&lab, *state);
    const struct outcome_r exact = lab_run_r(&lab, lab.plan);
    weir_plan *plan = lab_plan_r(&lab, (weir_plan_options){.batch = lab.setting->rows + 3,
                                                           .steps = lab.setting->steps + 5,
                                                           .mode = WEIR_TRAINING,
                                                           .dropout_seed = 3});
    const struct outcome_r smaller = lab_run_r(&lab, plan), again = lab_run_r(&lab, plan);
    assert_outcomes_close_r(&lab, &smaller, &exact);
    assert_outcomes_same_bits_r(&lab, &again, &smaller);
    lab_close_r(&lab);
}

/* A short forward and backward, and the full ones that they stand for. */
static void compare_short(struct lab_r *lab, uint64_t draw, real *state)
{
    struct outcome_r full = lab_outcome_r(lab), out = lab_outcome_r(lab);
    struct weir_forward_args_r forward = lab_forward_args_r(lab, &full);
    forward.draw = draw;
    forward.state_in = state;
    const struct weir_backward_args_r backward = {.x = lab->x, .dy = lab->dy, .gradient = full.gradient, .dx = full.dx};
    lab_forward_r(lab->plan, &forward);
    lab_backward_r(lab->plan, &backward);
    out.state = state ? state : full.state;
    assert_int_equal(weir_forward_r(lab->plan, lab->x, state, out.y), WEIR_OK);
    assert_int_equal(weir_backward_r(lab->plan, lab->x, lab->dy, out.gradient, out.dx), WEIR_OK);
    assert_outcomes_same_bits_r(lab, &out, &full);
}

static void test_short_calls(void **state)
{
    struct lab_r lab;
    struct setting full = *(const struct setting *)*state;
    full.lengths = NULL;
    lab_open_r(&lab, &full);
    real *stream = lab_copy_r(&lab, lab.state, lab.state_count);
    for (uint64_t draw = 0; draw < 3; draw++)
        compare_short(&lab, draw, draw == 1 ? NULL : stream);
    lab_close_r(&lab);
}

static void test_lengths_of_full_rows(void **state)
{
    struct lab_r lab;
    struct setting full = *(const struct setting *)*state;
    full.lengths = NULL;
    lab_open_r(&lab, &full);
    const struct outcome_r none = lab_run_r(&lab, lab.plan);
    full.lengths = lab.lengths;
    const struct outcome_r given = lab_run_r(&lab, lab.plan);
    assert_outcomes_same_bits_r(&lab, &given, &none);
    lab_close_r(&lab);
}

static const struct property properties[] = {
    {"any strides give what gapless ones give, and nothing between", test_strides, NULL},
    {"so do they in inference", test_strides_of_inference, NULL},
    {"the last step is the last of all steps", test_last_step_forward, NULL},
    {"dy of the last step is dy of all steps with zeros before", test_last_step_backward, NULL},
    {"without y the rest is the same", test_y_not_wanted, NULL},
    {"each derivative alone is the same", test_each_derivative_alone, NULL},
    {"derivatives of y and of the state add up", test_each_cause_alone, NULL},
    {"states may be written where they were read", test_state_in_place, NULL},
    {"backward again gives the same bits", test_backward_again, NULL},
    {"add adds to the gradient", test_add, NULL},
    {"several tapes wait for their backwards", test_several_tapes, NULL},
    {"a run may be smaller than its plan", test_smaller_than_the_plan, NULL},
    {"short calls are full calls with draws counted", test_short_calls, NULL},
    {"lengths of full rows are no lengths", test_lengths_of_full_rows, NULL},
};

int main(void)
{
    return run_table("calls", properties, sizeof properties / sizeof *properties, all_settings, all_settings_count);
}
