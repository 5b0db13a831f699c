/*
 * test_abi.c: sizes, offsets and enumerators, pinned for 64-bit machines: a program compiled yesterday reads them so.
 *
 * If a row fails, the layout has changed: that is a new WEIR_API_VERSION_MAJOR, not a new number here.
 */
#include "contract/suite.h"

#include <weir/weir.h>

struct pin {
    long long is, expected; /* of a member both offset and size */
    const char *what;
};

#define PACK(offset, size) ((long long)(offset) << 16 | (long long)(size))
#define SIZE(type, size)                                                                                               \
    {                                                                                                                  \
        (long long)sizeof(type), (size), "sizeof(" #type ")"                                                           \
    }
#define MEMBER(type, member, offset, size)                                                                             \
    {                                                                                                                  \
        PACK(offsetof(type, member), sizeof(((type *)0)->member)), PACK(offset, size), #type "." #member               \
    }
#define VALUE(enumerator, value)                                                                                       \
    {                                                                                                                  \
        (long long)(enumerator), (value), #enumerator                                                                  \
    }

/* What no machine changes. */
_Static_assert(sizeof(weir_error) == 256, "weir_error is 256 bytes");
_Static_assert(sizeof(weir_status) == 4, "an enumeration is an int");

/* Members: offset, size. */
static const struct pin structs[] = {
    SIZE(weir_error, 256),
    MEMBER(weir_error, status, 0, 4),
    MEMBER(weir_error, message, 4, 252),
    SIZE(weir_layer, 64),
    MEMBER(weir_layer, kind, 0, 4),
    MEMBER(weir_layer, direction, 4, 4),
    MEMBER(weir_layer, bias, 8, 4),
    MEMBER(weir_layer, learned_state, 12, 4),
    MEMBER(weir_layer, units, 16, 8),
    MEMBER(weir_layer, dropout, 24, 8),
    MEMBER(weir_layer, reserved, 32, 32),
    SIZE(weir_allocator, 24),
    MEMBER(weir_allocator, allocate, 0, 8),
    MEMBER(weir_allocator, release, 8, 8),
    MEMBER(weir_allocator, context, 16, 8),
    SIZE(weir_view, 112),
    MEMBER(weir_view, name, 0, 48),
    MEMBER(weir_view, gates, 48, 8),
    MEMBER(weir_view, offset, 56, 8),
    MEMBER(weir_view, rows, 64, 8),
    MEMBER(weir_view, columns, 72, 8),
    MEMBER(weir_view, layer, 80, 8),
    MEMBER(weir_view, direction, 88, 4),
    MEMBER(weir_view, role, 92, 4),
    MEMBER(weir_view, reserved, 96, 16),
    SIZE(weir_init, 56),
    MEMBER(weir_init, scheme, 0, 4),
    MEMBER(weir_init, keep_bias, 4, 4),
    MEMBER(weir_init, keep_value, 8, 8),
    MEMBER(weir_init, seed, 16, 8),
    MEMBER(weir_init, reserved, 24, 32),
    SIZE(weir_plan_options, 88),
    MEMBER(weir_plan_options, batch, 0, 8),
    MEMBER(weir_plan_options, steps, 8, 8),
    MEMBER(weir_plan_options, mode, 16, 4),
    MEMBER(weir_plan_options, engine, 20, 4),
    MEMBER(weir_plan_options, dropout_seed, 24, 8),
    MEMBER(weir_plan_options, allocator, 32, 8),
    MEMBER(weir_plan_options, dropout_off, 40, 4),
    MEMBER(weir_plan_options, sharing, 44, 4),
    MEMBER(weir_plan_options, pool, 48, 8),
    MEMBER(weir_plan_options, threads, 56, 8),
    MEMBER(weir_plan_options, planning, 64, 4),
    MEMBER(weir_plan_options, reproducible, 68, 4),
    MEMBER(weir_plan_options, choices, 72, 8),
    MEMBER(weir_plan_options, reserved, 80, 8),
    SIZE(weir_plan_size, 64),
    MEMBER(weir_plan_size, total, 0, 8),
    MEMBER(weir_plan_size, weights, 8, 8),
    MEMBER(weir_plan_size, workspace, 16, 8),
    MEMBER(weir_plan_size, tape, 24, 8),
    MEMBER(weir_plan_size, reserved, 32, 32),
    SIZE(weir_forward_args_f32, 160),
    MEMBER(weir_forward_args_f32, rows, 0, 8),
    MEMBER(weir_forward_args_f32, steps, 8, 8),
    MEMBER(weir_forward_args_f32, lengths, 16, 8),
    MEMBER(weir_forward_args_f32, x, 24, 8),
    MEMBER(weir_forward_args_f32, x_step_stride, 32, 8),
    MEMBER(weir_forward_args_f32, x_row_stride, 40, 8),
    MEMBER(weir_forward_args_f32, state_in, 48, 8),
    MEMBER(weir_forward_args_f32, y, 56, 8),
    MEMBER(weir_forward_args_f32, y_step_stride, 64, 8),
    MEMBER(weir_forward_args_f32, y_row_stride, 72, 8),
    MEMBER(weir_forward_args_f32, state_out, 80, 8),
    MEMBER(weir_forward_args_f32, span, 88, 4),
    MEMBER(weir_forward_args_f32, reserved_flags, 92, 4),
    MEMBER(weir_forward_args_f32, tape, 96, 8),
    MEMBER(weir_forward_args_f32, draw, 104, 8),
    MEMBER(weir_forward_args_f32, first_step, 112, 8),
    MEMBER(weir_forward_args_f32, sequences, 120, 8),
    MEMBER(weir_forward_args_f32, reserved, 128, 32),
    SIZE(weir_backward_args_f32, 144),
    MEMBER(weir_backward_args_f32, tape, 0, 8),
    MEMBER(weir_backward_args_f32, x, 8, 8),
    MEMBER(weir_backward_args_f32, x_step_stride, 16, 8),
    MEMBER(weir_backward_args_f32, x_row_stride, 24, 8),
    MEMBER(weir_backward_args_f32, dy, 32, 8),
    MEMBER(weir_backward_args_f32, dy_step_stride, 40, 8),
    MEMBER(weir_backward_args_f32, dy_row_stride, 48, 8),
    MEMBER(weir_backward_args_f32, dstate_out, 56, 8),
    MEMBER(weir_backward_args_f32, gradient, 64, 8),
    MEMBER(weir_backward_args_f32, dx, 72, 8),
    MEMBER(weir_backward_args_f32, dx_step_stride, 80, 8),
    MEMBER(weir_backward_args_f32, dx_row_stride, 88, 8),
    MEMBER(weir_backward_args_f32, dstate_in, 96, 8),
    MEMBER(weir_backward_args_f32, span, 104, 4),
    MEMBER(weir_backward_args_f32, add, 108, 4),
    MEMBER(weir_backward_args_f32, reserved, 112, 32),
    SIZE(weir_forward_args_f64, 160),
    MEMBER(weir_forward_args_f64, rows, 0, 8),
    MEMBER(weir_forward_args_f64, steps, 8, 8),
    MEMBER(weir_forward_args_f64, lengths, 16, 8),
    MEMBER(weir_forward_args_f64, x, 24, 8),
    MEMBER(weir_forward_args_f64, x_step_stride, 32, 8),
    MEMBER(weir_forward_args_f64, x_row_stride, 40, 8),
    MEMBER(weir_forward_args_f64, state_in, 48, 8),
    MEMBER(weir_forward_args_f64, y, 56, 8),
    MEMBER(weir_forward_args_f64, y_step_stride, 64, 8),
    MEMBER(weir_forward_args_f64, y_row_stride, 72, 8),
    MEMBER(weir_forward_args_f64, state_out, 80, 8),
    MEMBER(weir_forward_args_f64, span, 88, 4),
    MEMBER(weir_forward_args_f64, reserved_flags, 92, 4),
    MEMBER(weir_forward_args_f64, tape, 96, 8),
    MEMBER(weir_forward_args_f64, draw, 104, 8),
    MEMBER(weir_forward_args_f64, first_step, 112, 8),
    MEMBER(weir_forward_args_f64, sequences, 120, 8),
    MEMBER(weir_forward_args_f64, reserved, 128, 32),
    SIZE(weir_backward_args_f64, 144),
    MEMBER(weir_backward_args_f64, tape, 0, 8),
    MEMBER(weir_backward_args_f64, x, 8, 8),
    MEMBER(weir_backward_args_f64, x_step_stride, 16, 8),
    MEMBER(weir_backward_args_f64, x_row_stride, 24, 8),
    MEMBER(weir_backward_args_f64, dy, 32, 8),
    MEMBER(weir_backward_args_f64, dy_step_stride, 40, 8),
    MEMBER(weir_backward_args_f64, dy_row_stride, 48, 8),
    MEMBER(weir_backward_args_f64, dstate_out, 56, 8),
    MEMBER(weir_backward_args_f64, gradient, 64, 8),
    MEMBER(weir_backward_args_f64, dx, 72, 8),
    MEMBER(weir_backward_args_f64, dx_step_stride, 80, 8),
    MEMBER(weir_backward_args_f64, dx_row_stride, 88, 8),
    MEMBER(weir_backward_args_f64, dstate_in, 96, 8),
    MEMBER(weir_backward_args_f64, span, 104, 4),
    MEMBER(weir_backward_args_f64, add, 108, 4),
    MEMBER(weir_backward_args_f64, reserved, 112, 32),
    SIZE(weir_loss_args_f32, 176),
    MEMBER(weir_loss_args_f32, loss, 0, 4),
    MEMBER(weir_loss_args_f32, reduction, 4, 4),
    MEMBER(weir_loss_args_f32, rows, 8, 8),
    MEMBER(weir_loss_args_f32, steps, 16, 8),
    MEMBER(weir_loss_args_f32, width, 24, 8),
    MEMBER(weir_loss_args_f32, lengths, 32, 8),
    MEMBER(weir_loss_args_f32, y, 40, 8),
    MEMBER(weir_loss_args_f32, y_step_stride, 48, 8),
    MEMBER(weir_loss_args_f32, y_row_stride, 56, 8),
    MEMBER(weir_loss_args_f32, target, 64, 8),
    MEMBER(weir_loss_args_f32, target_step_stride, 72, 8),
    MEMBER(weir_loss_args_f32, target_row_stride, 80, 8),
    MEMBER(weir_loss_args_f32, classes, 88, 8),
    MEMBER(weir_loss_args_f32, classes_step_stride, 96, 8),
    MEMBER(weir_loss_args_f32, classes_row_stride, 104, 8),
    MEMBER(weir_loss_args_f32, dy, 112, 8),
    MEMBER(weir_loss_args_f32, dy_step_stride, 120, 8),
    MEMBER(weir_loss_args_f32, dy_row_stride, 128, 8),
    MEMBER(weir_loss_args_f32, live_steps, 136, 8),
    MEMBER(weir_loss_args_f32, reserved, 144, 32),
    SIZE(weir_loss_args_f64, 176),
    MEMBER(weir_loss_args_f64, loss, 0, 4),
    MEMBER(weir_loss_args_f64, reduction, 4, 4),
    MEMBER(weir_loss_args_f64, rows, 8, 8),
    MEMBER(weir_loss_args_f64, steps, 16, 8),
    MEMBER(weir_loss_args_f64, width, 24, 8),
    MEMBER(weir_loss_args_f64, lengths, 32, 8),
    MEMBER(weir_loss_args_f64, y, 40, 8),
    MEMBER(weir_loss_args_f64, y_step_stride, 48, 8),
    MEMBER(weir_loss_args_f64, y_row_stride, 56, 8),
    MEMBER(weir_loss_args_f64, target, 64, 8),
    MEMBER(weir_loss_args_f64, target_step_stride, 72, 8),
    MEMBER(weir_loss_args_f64, target_row_stride, 80, 8),
    MEMBER(weir_loss_args_f64, classes, 88, 8),
    MEMBER(weir_loss_args_f64, classes_step_stride, 96, 8),
    MEMBER(weir_loss_args_f64, classes_row_stride, 104, 8),
    MEMBER(weir_loss_args_f64, dy, 112, 8),
    MEMBER(weir_loss_args_f64, dy_step_stride, 120, 8),
    MEMBER(weir_loss_args_f64, dy_row_stride, 128, 8),
    MEMBER(weir_loss_args_f64, live_steps, 136, 8),
    MEMBER(weir_loss_args_f64, reserved, 144, 32),
    SIZE(weir_optimizer_options, 88),
    MEMBER(weir_optimizer_options, kind, 0, 4),
    MEMBER(weir_optimizer_options, reserved_flags, 4, 4),
    MEMBER(weir_optimizer_options, learning_rate, 8, 8),
    MEMBER(weir_optimizer_options, momentum, 16, 8),
    MEMBER(weir_optimizer_options, beta1, 24, 8),
    MEMBER(weir_optimizer_options, beta2, 32, 8),
    MEMBER(weir_optimizer_options, epsilon, 40, 8),
    MEMBER(weir_optimizer_options, weight_decay, 48, 8),
    MEMBER(weir_optimizer_options, reserved, 56, 32),
};

static const struct pin enumerations[] = {
    SIZE(weir_status, 4),
    VALUE(WEIR_OK, 0),
    VALUE(WEIR_ERROR_ARGUMENT, 1),
    VALUE(WEIR_ERROR_MEMORY, 2),
    VALUE(WEIR_ERROR_SIZE, 3),
    VALUE(WEIR_ERROR_PRECISION, 4),
    VALUE(WEIR_ERROR_LENGTH, 5),
    VALUE(WEIR_ERROR_MODE, 6),
    VALUE(WEIR_ERROR_STALE, 7),
    VALUE(WEIR_ERROR_MISMATCH, 8),
    VALUE(WEIR_ERROR_ORDER, 9),
    VALUE(WEIR_ERROR_THREADS, 10),
    SIZE(weir_precision, 4),
    VALUE(WEIR_F32, 1),
    VALUE(WEIR_F64, 2),
    SIZE(weir_kind, 4),
    VALUE(WEIR_RNN, 1),
    VALUE(WEIR_RNN_RELU, 2),
    VALUE(WEIR_LSTM, 3),
    VALUE(WEIR_GRU, 4),
    VALUE(WEIR_GRU_RESET_BEFORE, 5),
    VALUE(WEIR_LINEAR, 6),
    SIZE(weir_direction, 4),
    VALUE(WEIR_FORWARD, 0),
    VALUE(WEIR_REVERSE, 1),
    VALUE(WEIR_BOTH, 2),
    SIZE(weir_bias, 4),
    VALUE(WEIR_BIAS_TWO, 0),
    VALUE(WEIR_BIAS_ONE, 1),
    VALUE(WEIR_BIAS_NONE, 2),
    SIZE(weir_role, 4),
    VALUE(WEIR_INPUT_WEIGHT, 1),
    VALUE(WEIR_RECURRENT_WEIGHT, 2),
    VALUE(WEIR_INPUT_BIAS, 3),
    VALUE(WEIR_RECURRENT_BIAS, 4),
    VALUE(WEIR_STATE_H, 5),
    VALUE(WEIR_STATE_C, 6),
    SIZE(weir_init_scheme, 4),
    VALUE(WEIR_INIT_PYTORCH, 0),
    VALUE(WEIR_INIT_GLOROT_ORTHOGONAL, 1),
    VALUE(WEIR_INIT_IDENTITY, 2),
    SIZE(weir_keep_bias, 4),
    VALUE(WEIR_KEEP_BIAS_SCHEME, 0),
    VALUE(WEIR_KEEP_BIAS_CONSTANT, 1),
    VALUE(WEIR_KEEP_BIAS_CHRONO, 2),
    SIZE(weir_mode, 4),
    VALUE(WEIR_INFERENCE, 0),
    VALUE(WEIR_TRAINING, 1),
    SIZE(weir_engine, 4),
    VALUE(WEIR_ENGINE_AUTO, 0),
    VALUE(WEIR_ENGINE_BLAS, 1),
    VALUE(WEIR_ENGINE_NATIVE, 2),
    SIZE(weir_sharing, 4),
    VALUE(WEIR_SHARE_AUTO, 0),
    VALUE(WEIR_SHARE_NONE, 1),
    VALUE(WEIR_SHARE_UNITS, 2),
    VALUE(WEIR_SHARE_ROWS, 3),
    VALUE(WEIR_SHARE_DIRECTIONS, 4),
    VALUE(WEIR_SHARE_LAYERS, 5),
    SIZE(weir_planning, 4),
    VALUE(WEIR_ESTIMATE, 0),
    VALUE(WEIR_MEASURE, 1),
    SIZE(weir_cpu_level, 4),
    VALUE(WEIR_CPU_PORTABLE, 1),
    VALUE(WEIR_CPU_AVX2, 2),
    VALUE(WEIR_CPU_AVX512, 4),
    VALUE(WEIR_CPU_NEON, 8),
    SIZE(weir_span, 4),
    VALUE(WEIR_SPAN_DEFAULT, 0),
    VALUE(WEIR_ALL_STEPS, 1),
    VALUE(WEIR_LAST_STEP, 2),
    SIZE(weir_loss, 4),
    VALUE(WEIR_MSE, 1),
    VALUE(WEIR_SOFTMAX_CROSS_ENTROPY, 2),
    VALUE(WEIR_BERNOULLI_CROSS_ENTROPY, 3),
    SIZE(weir_reduction, 4),
    VALUE(WEIR_MEAN, 0),
    VALUE(WEIR_MEAN_PER_STEP, 1),
    VALUE(WEIR_SUM, 2),
    SIZE(weir_optimizer_kind, 4),
    VALUE(WEIR_SGD, 1),
    VALUE(WEIR_RMSPROP, 2),
    VALUE(WEIR_ADAM, 3),
    VALUE(WEIR_ADAMW, 4),
};

static void test_pin(void **state)
{
    const struct pin *pin = *state;
    if (pin->is != pin->expected)
        fail_msg("%s is %lld (offset %lld, size %lld), expected %lld (%lld, %lld)", pin->what, pin->is, pin->is >> 16,
                 pin->is & 0xFFFF, pin->expected, pin->expected >> 16, pin->expected & 0xFFFF);
}

static void test_handles_are_pointers(void **state)
{
    (void)state;
    assert_int_equal(sizeof(weir_net *), 8);
    assert_int_equal(sizeof(((weir_allocator *)0)->allocate), 8);
}

static void add_pins(struct suite *suite, const struct pin *pins, size_t count)
{
    for (size_t i = 0; i < count; i++)
        suite_add(suite, test_pin, &pins[i], "%s is what it was", pins[i].what);
}

int main(void)
{
    struct suite suite = {0};
    if (sizeof(void *) == 8) {
        add_pins(&suite, structs, sizeof structs / sizeof *structs);
        suite_add(&suite, test_handles_are_pointers, NULL, "a handle is a pointer");
    } else
        suite_skip(&suite, "sizes and offsets are what they were", "pinned for 64-bit machines only");
    add_pins(&suite, enumerations, sizeof enumerations / sizeof *enumerations);
    return suite_run(&suite, "abi");
}
