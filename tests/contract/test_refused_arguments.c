/*
 * test_refused_arguments.c: argument structs that are right but for one thing are answered with the documented status
 * and a sentence, and nothing changes. A table each; a row is a test.
 */
#include "contract/suite.h"

#include <math.h>
#include <string.h>

#include "contract/bed.h"
#include "contract/ledger.h"
#include "contract/refusal.h"

#define ARGUMENT WEIR_ERROR_ARGUMENT
#define SIZE WEIR_ERROR_SIZE
#define NOT_A_NUMBER ((double)NAN)
#define ENDLESS ((double)INFINITY)

/* The largest int of a BLAS, and one that a product with 4 overflows. */
#define BLAS_MOST INT64_C(2147483647)
#define QUARTER_OVERFLOW (INT64_C(1) << 61)

/* --- weir_net_create, weir_net_create_in, weir_net_bytes ------------------------------------------------------------
 */

enum { NET_LAYERS = 5 };

struct net_args {
    weir_precision precision;
    int64_t inputs;
    weir_layer layers[NET_LAYERS];
    int64_t n_layers;
};

#define NET(member, value) PUT(struct net_args, member, value)
#define NET_REAL(member, value) PUT_REAL(struct net_args, member, value)

/* The most units that an LSTM may have, so that it is parameters that are too many. */
#define LSTM_MOST INT64_C(268435455)
#define WIDE_LSTM(k) NET(layers[k].units, LSTM_MOST), NET(layers[k].direction, WEIR_BOTH)

static const struct refusal net_refusals[] = {
    {"precision 0", ARGUMENT, {NET(precision, 0)}},
    {"precision 3", ARGUMENT, {NET(precision, 3)}},
    {"precision -1", ARGUMENT, {NET(precision, -1)}},
    {"0 inputs", ARGUMENT, {NET(inputs, 0)}},
    {"-1 inputs", ARGUMENT, {NET(inputs, -1)}},
    {"INT64_MIN inputs", ARGUMENT, {NET(inputs, INT64_MIN)}},
    {"more inputs than a BLAS counts", SIZE, {NET(inputs, BLAS_MOST + 1)}},
    {"INT64_MAX inputs", SIZE, {NET(inputs, INT64_MAX)}},
    {"0 layers", ARGUMENT, {NET(n_layers, 0)}},
    {"-1 layers", ARGUMENT, {NET(n_layers, -1)}},
    {"INT64_MIN layers", ARGUMENT, {NET(n_layers, INT64_MIN)}},
    {"kind 0", ARGUMENT, {NET(layers[1].kind, 0)}},
    {"kind 7", ARGUMENT, {NET(layers[1].kind, 7)}},
    {"kind -1", ARGUMENT, {NET(layers[0].kind, -1)}},
    {"0 units", ARGUMENT, {NET(layers[1].units, 0)}},
    {"-1 units", ARGUMENT, {NET(layers[0].units, -1)}},
    {"INT64_MIN units", ARGUMENT, {NET(layers[0].units, INT64_MIN)}},
    {"more units than a BLAS counts", SIZE, {NET(layers[0].units, LSTM_MOST + 1)}},
    {"units whose product with the gates overflows", SIZE, {NET(layers[0].units, QUARTER_OVERFLOW)}},
    {"INT64_MAX units", SIZE, {NET(layers[4].units, INT64_MAX)}},
    {"direction 3", ARGUMENT, {NET(layers[0].direction, 3)}},
    {"direction -1", ARGUMENT, {NET(layers[0].direction, -1)}},
    {"bias 3", ARGUMENT, {NET(layers[2].bias, 3)}},
    {"bias -1", ARGUMENT, {NET(layers[2].bias, -1)}},
    {"a reversed linear layer", ARGUMENT, {NET(layers[4].direction, WEIR_REVERSE)}},
    {"a linear layer both ways", ARGUMENT, {NET(layers[4].direction, WEIR_BOTH)}},
    {"a linear layer that learns a state", ARGUMENT, {NET(layers[4].learned_state, 1)}},
    {"dropout -0.1", ARGUMENT, {NET_REAL(layers[0].dropout, -0.1)}},
    {"dropout 1", ARGUMENT, {NET_REAL(layers[0].dropout, 1.0)}},
    {"dropout NaN", ARGUMENT, {NET_REAL(layers[0].dropout, NOT_A_NUMBER)}},
    {"dropout infinite", ARGUMENT, {NET_REAL(layers[0].dropout, ENDLESS)}},
    {"dropout of the last layer", ARGUMENT, {NET_REAL(layers[4].dropout, 0.5)}},
    {"reserved[0] of a layer", ARGUMENT, {NET(layers[0].reserved[0], 1)}},
    {"reserved[1] of a layer", ARGUMENT, {NET(layers[1].reserved[1], 1)}},
    {"reserved[2] of a layer", ARGUMENT, {NET(layers[2].reserved[2], -1)}},
    {"reserved[3] of a layer", ARGUMENT, {NET(layers[4].reserved[3], INT64_MIN)}},
    {"more bytes than can be counted", SIZE, {NET(inputs, BLAS_MOST), WIDE_LSTM(0)}},
    {"more parameters than can be counted",
     SIZE,
     {NET(inputs, BLAS_MOST), WIDE_LSTM(0), WIDE_LSTM(1), WIDE_LSTM(2), WIDE_LSTM(3)}},
};

static struct net_args right_net(void)
{
    return (struct net_args){.precision = REAL_PRECISION,
                             .inputs = 2,
                             .layers = {{.kind = WEIR_LSTM, .units = 3},
                                        {.kind = WEIR_LSTM, .units = 3},
                                        {.kind = WEIR_LSTM, .units = 3},
                                        {.kind = WEIR_LSTM, .units = 3},
                                        {.kind = WEIR_LINEAR, .units = 2}},
                             .n_layers = NET_LAYERS};
}

static void test_net(void **state)
{
    const struct refusal *refusal = *state;
    struct net_args args = right_net();
    refusal_apply(refusal, &args);
    struct ledger ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&ledger);
    weir_net *const untouched = (weir_net *)(void *)&args, *net = untouched;
    int64_t bytes = -7;

    weir_error error = error_unset();
    weir_status status =
        weir_net_create_in(&net, args.precision, args.inputs, args.layers, args.n_layers, &allocator, &error);
    assert_refused(&error, status, refusal->status);
    error = error_unset();
    status = weir_net_create(&net, args.precision, args.inputs, args.layers, args.n_layers, &error);
    assert_refused(&error, status, refusal->status);
    error = error_unset();
    status = weir_net_bytes(&bytes, args.precision, args.inputs, args.layers, args.n_layers, &error);
    assert_refused(&error, status, refusal->status);
    assert_int_equal(weir_net_bytes(&bytes, args.precision, args.inputs, args.layers, args.n_layers, NULL), status);

    assert_ptr_equal(net, untouched);
    assert_int_equal(bytes, -7);
    assert_int_equal(ledger.allocations, 0);
}

static void test_right_net(void **state)
{
    (void)state;
    struct net_args args = right_net();
    weir_net *net = NULL;
    weir_error error = error_unset();
    assert_accepted(&error, weir_net_create(&net, args.precision, args.inputs, args.layers, args.n_layers, &error));
    assert_non_null(net);
    weir_net_destroy(&net);
}

static void test_net_nulls(void **state)
{
    (void)state;
    struct net_args args = right_net();
    struct ledger ledger = ledger_new();
    const weir_allocator whole = ledger_allocator(&ledger);
    weir_allocator takes_only = whole, gives_only = whole;
    takes_only.allocate = NULL;
    gives_only.release = NULL;
    weir_net *const untouched = (weir_net *)(void *)&args, *net = untouched;
    const struct {
        weir_net **net;
        const weir_layer *layers;
        const weir_allocator *allocator;
    } wrong[] = {{NULL, args.layers, &whole},
                 {&net, NULL, &whole},
                 {&net, args.layers, &takes_only},
                 {&net, args.layers, &gives_only}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        weir_error error = error_unset();
        const weir_status status = weir_net_create_in(wrong[i].net, args.precision, args.inputs, wrong[i].layers,
                                                      NET_LAYERS, wrong[i].allocator, &error);
        assert_refused(&error, status, ARGUMENT);
    }
    int64_t bytes = -7;
    assert_int_equal(weir_net_bytes(&bytes, args.precision, args.inputs, NULL, NET_LAYERS, NULL), ARGUMENT);
    assert_int_equal(bytes, -7);
    assert_ptr_equal(net, untouched);
    assert_int_equal(ledger.allocations, 0);
}

/* Ten layers, so many parameters that their number, counted in 64 bits, comes round to a small one. */
static void test_net_that_wraps(void **state)
{
    (void)state;
    weir_layer layers[10];
    for (int k = 0; k < 8; k++)
        layers[k] = (weir_layer){.kind = WEIR_LSTM, .units = LSTM_MOST, .direction = WEIR_BOTH};
    layers[8] = (weir_layer){.kind = WEIR_LINEAR, .units = BLAS_MOST / 2};
    layers[9] = (weir_layer){.kind = WEIR_LINEAR};
    uint64_t count = 0;
    for (uint64_t k = 0, inputs = BLAS_MOST; k < 8; k++, inputs = 2 * LSTM_MOST)
        count += 8 * (uint64_t)LSTM_MOST * (inputs + (uint64_t)LSTM_MOST + 2);
    count += (uint64_t)layers[8].units * (2 * (uint64_t)LSTM_MOST + 1);
    layers[9].units = (int64_t)((0 - count) / ((uint64_t)layers[8].units + 1)) + 1;
    assert_in_range(layers[9].units, 1, BLAS_MOST / 2);

    int64_t bytes = -7;
    weir_error error = error_unset();
    const weir_status status = weir_net_bytes(&bytes, REAL_PRECISION, BLAS_MOST, layers, 10, &error);
    assert_refused(&error, status, SIZE);
    assert_int_equal(bytes, -7);
}

/* What can be counted, but had by nobody. */
static void test_net_too_large_to_have(void **state)
{
    (void)state;
    struct net_args args = right_net();
    args.layers[0].units = args.layers[1].units = LSTM_MOST;
    struct ledger ledger = ledger_new();
    ledger.largest = 1 << 20;
    const weir_allocator allocator = ledger_allocator(&ledger);
    weir_net *const untouched = (weir_net *)(void *)&args, *net = untouched;
    int64_t bytes = 0;
    weir_error error = error_unset();
    assert_accepted(&error, weir_net_bytes(&bytes, args.precision, args.inputs, args.layers, NET_LAYERS, &error));
    assert_true(bytes > 3 * 4 * LSTM_MOST * LSTM_MOST);
    error = error_unset();
    const weir_status status =
        weir_net_create_in(&net, args.precision, args.inputs, args.layers, NET_LAYERS, &allocator, &error);
    assert_refused(&error, status, WEIR_ERROR_MEMORY);
    assert_ptr_equal(net, untouched);
    ledger_assert_settled(&ledger);
}

/* --- weir_plan_create, weir_plan_bytes ------------------------------------------------------------------------------
 */

#define PLAN(member, value) PUT(weir_plan_options, member, value)

static void *allocate_never(void *context, size_t bytes, size_t alignment)
{
    (void)context;
    (void)bytes;
    (void)alignment;
    return NULL;
}

static void release_never(void *context, void *memory, size_t bytes)
{
    (void)context;
    (void)memory;
    (void)bytes;
}

static const weir_allocator no_allocate = {NULL, release_never, NULL}, no_release = {allocate_never, NULL, NULL};

static const struct refusal plan_refusals[] = {
    {"batch -1", ARGUMENT, {PLAN(batch, -1)}},
    {"batch INT64_MIN", ARGUMENT, {PLAN(batch, INT64_MIN)}},
    {"steps -1", ARGUMENT, {PLAN(steps, -1)}},
    {"steps INT64_MIN", ARGUMENT, {PLAN(steps, INT64_MIN)}},
    {"a batch larger than a BLAS counts", SIZE, {PLAN(batch, BLAS_MOST + 1)}},
    {"more steps than a BLAS counts", SIZE, {PLAN(steps, BLAS_MOST + 1)}},
    {"batch times steps more than a BLAS counts", SIZE, {PLAN(batch, 65536), PLAN(steps, 32768)}},
    {"batch times steps that overflows", SIZE, {PLAN(batch, INT64_C(1) << 40), PLAN(steps, INT64_C(1) << 40)}},
    {"batch and steps INT64_MAX", SIZE, {PLAN(batch, INT64_MAX), PLAN(steps, INT64_MAX)}},
    {"mode 2", ARGUMENT, {PLAN(mode, 2)}},
    {"mode -1", ARGUMENT, {PLAN(mode, -1)}},
    {"engine 3", ARGUMENT, {PLAN(engine, 3)}},
    {"engine -1", ARGUMENT, {PLAN(engine, -1)}},
    {"an allocator that cannot allocate", ARGUMENT, {PUT_POINTER(weir_plan_options, allocator, &no_allocate)}},
    {"an allocator that cannot release", ARGUMENT, {PUT_POINTER(weir_plan_options, allocator, &no_release)}},
    {"sharing 6", ARGUMENT, {PLAN(sharing, 6)}},
    {"sharing -1", ARGUMENT, {PLAN(sharing, -1)}},
    {"threads -1", ARGUMENT, {PLAN(threads, -1)}},
    {"two threads without a pool", ARGUMENT, {PLAN(threads, 2)}},
    {"planning 2", ARGUMENT, {PLAN(planning, 2)}},
    {"planning -1", ARGUMENT, {PLAN(planning, -1)}},
    {"a reproducible plan on a BLAS", ARGUMENT, {PLAN(reproducible, 1), PLAN(engine, WEIR_ENGINE_BLAS)}},
    {"memory_limit -1", ARGUMENT, {PLAN(memory_limit, -1)}},
    {"a memory limit for inference", ARGUMENT, {PLAN(memory_limit, 1 << 30), PLAN(mode, WEIR_INFERENCE)}},
    {"a memory limit that no plan keeps", ARGUMENT, {PLAN(memory_limit, 1)}},
    {"reserved[0]", ARGUMENT, {PLAN(reserved[0], INT64_MIN)}},
    {"reserved[3]", ARGUMENT, {PLAN(reserved[3], 1)}},
};

static void test_plan(void **state)
{
    const struct refusal *refusal = *state;
    struct bed_r bed;
    bed_open_r(&bed);
    weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS, .mode = WEIR_TRAINING};
    refusal_apply(refusal, &options);

    weir_error error = error_unset();
    weir_status status = weir_plan_create(&bed.out.plan, bed.net, &options, &error);
    assert_refused(&error, status, refusal->status);
    error = error_unset();
    status = weir_plan_bytes(&bed.out.size, bed.net, &options, &error);
    assert_refused(&error, status, refusal->status);
    assert_int_equal(weir_plan_create(&bed.out.plan, bed.net, &options, NULL), status);
    assert_int_equal(weir_plan_bytes(&bed.out.size, bed.net, &options, NULL), status);

    bed_assert_nothing_written_r(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* --- weir_net_init ---------------------------------------------------------------------------------------------------
 */

#define INIT(member, value) PUT(weir_init, member, value)

static const struct refusal init_refusals[] = {
    {"scheme 3", ARGUMENT, {INIT(scheme, 3)}},
    {"scheme -1", ARGUMENT, {INIT(scheme, -1)}},
    {"keep_bias 3", ARGUMENT, {INIT(keep_bias, 3)}},
    {"keep_bias -1", ARGUMENT, {INIT(keep_bias, -1)}},
    {"keep_value NaN",
     ARGUMENT,
     {INIT(keep_bias, WEIR_KEEP_BIAS_CONSTANT), PUT_REAL(weir_init, keep_value, NOT_A_NUMBER)}},
    {"keep_value infinite",
     ARGUMENT,
     {INIT(keep_bias, WEIR_KEEP_BIAS_CHRONO), PUT_REAL(weir_init, keep_value, ENDLESS)}},
    {"a chrono keep_value of 0", ARGUMENT, {INIT(keep_bias, WEIR_KEEP_BIAS_CHRONO)}},
    {"a chrono keep_value of 2",
     ARGUMENT,
     {INIT(keep_bias, WEIR_KEEP_BIAS_CHRONO), PUT_REAL(weir_init, keep_value, 2.0)}},
    {"the identity for an LSTM", ARGUMENT, {INIT(scheme, WEIR_INIT_IDENTITY)}},
    {"reserved[0]", ARGUMENT, {INIT(reserved[0], 1)}},
    {"reserved[1]", ARGUMENT, {INIT(reserved[1], 1)}},
    {"reserved[2]", ARGUMENT, {INIT(reserved[2], -1)}},
    {"reserved[3]", ARGUMENT, {INIT(reserved[3], INT64_MIN)}},
};

static void test_init(void **state)
{
    const struct refusal *refusal = *state;
    struct bed_r bed;
    bed_open_r(&bed);
    weir_init init = {.seed = 5};
    refusal_apply(refusal, &init);
    weir_error error = error_unset();
    const weir_status status = weir_net_init(bed.net, &init, &error);
    assert_refused(&error, status, refusal->status);
    assert_int_equal(weir_net_init(bed.net, &init, NULL), status);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* A kept bias where there is none: refused of the kinds that have such a gate, ignored by those that do not. */
static void test_init_without_bias(void **state)
{
    (void)state;
    static const struct {
        weir_kind kind;
        weir_status status;
    } kinds[] = {{WEIR_LSTM, ARGUMENT},
                 {WEIR_GRU, ARGUMENT},
                 {WEIR_GRU_RESET_BEFORE, ARGUMENT},
                 {WEIR_RNN, WEIR_OK},
                 {WEIR_LINEAR, WEIR_OK}};
    const weir_init init = {.keep_bias = WEIR_KEEP_BIAS_CONSTANT, .keep_value = 1.0};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const weir_layer layer = {.kind = kinds[i].kind, .units = 2, .bias = WEIR_BIAS_NONE};
        weir_net *net = NULL;
        assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, &layer, 1, NULL), WEIR_OK);
        assert_int_equal(weir_net_init(net, &init, NULL), kinds[i].status);
        weir_net_destroy(&net);
    }
}

/* --- weir_optimizer_create -------------------------------------------------------------------------------------------
 */

#define OPTIMIZER(member, value) PUT(weir_optimizer_options, member, value)
#define OPTIMIZER_REAL(member, value) PUT_REAL(weir_optimizer_options, member, value)

/* Not 0, but 0 in the net's precision, where denormals are flushed. */
#define UNDERFLOWS (REAL_BITS == 32 ? 1e-40 : 1e-310)

static const struct refusal optimizer_refusals[] = {
    {"kind 0", ARGUMENT, {OPTIMIZER(kind, 0)}},
    {"kind 5", ARGUMENT, {OPTIMIZER(kind, 5)}},
    {"kind -1", ARGUMENT, {OPTIMIZER(kind, -1)}},
    {"learning_rate 0", ARGUMENT, {OPTIMIZER_REAL(learning_rate, 0.0)}},
    {"learning_rate -1", ARGUMENT, {OPTIMIZER_REAL(learning_rate, -1.0)}},
    {"learning_rate NaN", ARGUMENT, {OPTIMIZER_REAL(learning_rate, NOT_A_NUMBER)}},
    {"learning_rate infinite", ARGUMENT, {OPTIMIZER_REAL(learning_rate, ENDLESS)}},
    {"momentum -0.1", ARGUMENT, {OPTIMIZER_REAL(momentum, -0.1)}},
    {"momentum 1", ARGUMENT, {OPTIMIZER_REAL(momentum, 1.0)}},
    {"momentum NaN", ARGUMENT, {OPTIMIZER_REAL(momentum, NOT_A_NUMBER)}},
    {"beta1 -0.1", ARGUMENT, {OPTIMIZER_REAL(beta1, -0.1)}},
    {"beta1 1", ARGUMENT, {OPTIMIZER_REAL(beta1, 1.0)}},
    {"beta1 NaN", ARGUMENT, {OPTIMIZER_REAL(beta1, NOT_A_NUMBER)}},
    {"beta2 -0.1", ARGUMENT, {OPTIMIZER_REAL(beta2, -0.1)}},
    {"beta2 1", ARGUMENT, {OPTIMIZER_REAL(beta2, 1.0)}},
    {"beta2 NaN", ARGUMENT, {OPTIMIZER_REAL(beta2, NOT_A_NUMBER)}},
    {"epsilon -1e-8", ARGUMENT, {OPTIMIZER_REAL(epsilon, -1e-8)}},
    {"epsilon NaN", ARGUMENT, {OPTIMIZER_REAL(epsilon, NOT_A_NUMBER)}},
    {"epsilon infinite", ARGUMENT, {OPTIMIZER_REAL(epsilon, ENDLESS)}},
    {"weight_decay -0.1", ARGUMENT, {OPTIMIZER_REAL(weight_decay, -0.1)}},
    {"weight_decay NaN", ARGUMENT, {OPTIMIZER_REAL(weight_decay, NOT_A_NUMBER)}},
    {"weight_decay infinite", ARGUMENT, {OPTIMIZER_REAL(weight_decay, ENDLESS)}},
    {"learning_rate that underflows", ARGUMENT, {OPTIMIZER_REAL(learning_rate, UNDERFLOWS)}},
    {"momentum that underflows", ARGUMENT, {OPTIMIZER_REAL(momentum, UNDERFLOWS)}},
    {"beta1 that underflows", ARGUMENT, {OPTIMIZER_REAL(beta1, UNDERFLOWS)}},
    {"beta2 that underflows", ARGUMENT, {OPTIMIZER_REAL(beta2, UNDERFLOWS)}},
    {"epsilon that underflows", ARGUMENT, {OPTIMIZER_REAL(epsilon, UNDERFLOWS)}},
    {"weight_decay that underflows", ARGUMENT, {OPTIMIZER_REAL(weight_decay, UNDERFLOWS)}},
#if REAL_BITS == 32
    {"learning_rate that overflows", ARGUMENT, {OPTIMIZER_REAL(learning_rate, 1e39)}},
    {"momentum that rounds to 1", ARGUMENT, {OPTIMIZER_REAL(momentum, 1.0 - 0x1p-26)}},
    {"beta1 that rounds to 1", ARGUMENT, {OPTIMIZER_REAL(beta1, 1.0 - 0x1p-26)}},
    {"beta2 that rounds to 1", ARGUMENT, {OPTIMIZER_REAL(beta2, 1.0 - 0x1p-25)}},
    {"epsilon that overflows", ARGUMENT, {OPTIMIZER_REAL(epsilon, 1e39)}},
    {"weight_decay that overflows", ARGUMENT, {OPTIMIZER_REAL(weight_decay, 1e39)}},
#endif
    {"reserved_flags", ARGUMENT, {OPTIMIZER(reserved_flags, 1)}},
    {"reserved[0]", ARGUMENT, {OPTIMIZER(reserved[0], 1)}},
    {"reserved[1]", ARGUMENT, {OPTIMIZER(reserved[1], 1)}},
    {"reserved[2]", ARGUMENT, {OPTIMIZER(reserved[2], -1)}},
    {"reserved[3]", ARGUMENT, {OPTIMIZER(reserved[3], INT64_MIN)}},
};

static void test_optimizer(void **state)
{
    const struct refusal *refusal = *state;
    struct bed_r bed;
    bed_open_r(&bed);
    weir_optimizer_options options = {.kind = WEIR_ADAM, .learning_rate = 0.1};
    refusal_apply(refusal, &options);
    weir_error error = error_unset();
    weir_status status = weir_optimizer_create(&bed.out.optimizer, bed.net, &options, &error);
    assert_refused(&error, status, refusal->status);
    error = error_unset();
    status = weir_optimizer_bytes(&bed.out.bytes, bed.net, &options, &error);
    assert_refused(&error, status, refusal->status);
    assert_int_equal(weir_optimizer_create(&bed.out.optimizer, bed.net, &options, NULL), status);
    assert_int_equal(weir_optimizer_bytes(&bed.out.bytes, bed.net, &options, NULL), status);
    bed_assert_nothing_written_r(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* --- weir_forward_full -------------------------------------------------------------------------------------------- */

#define FORWARD(member, value) PUT(struct weir_forward_args_r, member, value)
#define LENGTHS(values) PUT_POINTER(struct weir_forward_args_r, lengths, values)

/* Rows of strides that a sequence of 3 rows by 4 steps, 2 wide, cannot have; `put` is PUT for its struct. */
#define STRIDES(put, step, row) put(step, row)
#define WRONG_STRIDES(name, put)                                                                                       \
    {name " step stride one short", ARGUMENT, {put(5, 2)}}, {name " row stride one short", ARGUMENT, {put(6, 1)}},     \
        {name " batch-first, row stride one short", ARGUMENT, {put(2, 7)}},                                            \
        {name " step stride 0", ARGUMENT, {put(0, 2)}}, {name " row stride 0", ARGUMENT, {put(6, 0)}},                 \
        {name " step stride negative", ARGUMENT, {put(-6, 2)}}, {name " row stride negative", ARGUMENT, {put(6, -2)}}, \
        {name " both strides negative", ARGUMENT, {put(-6, -2)}},                                                      \
        {name " interleaved rows and steps", ARGUMENT, {put(3, 4)}},                                                   \
        {name " step stride INT64_MAX", SIZE, {put(INT64_MAX, 2)}},                                                    \
        {name " row stride INT64_MAX", SIZE, {put(6, INT64_MAX)}},                                                     \
        {name " strides that can be counted, but not in bytes", SIZE, {put(INT64_MAX / 8, 2)}},                        \
    {                                                                                                                  \
        name " both strides INT64_MIN", SIZE, { put(INT64_MIN, INT64_MIN) }                                            \
    }

#define FORWARD_X(step, row) FORWARD(x_step_stride, step), FORWARD(x_row_stride, row)
#define FORWARD_Y(step, row) FORWARD(y_step_stride, step), FORWARD(y_row_stride, row)

static const int64_t negative_length[BED_BATCH] = {4, 0, -1}, long_length[BED_BATCH] = {4, 5, 0},
                     longest_length[BED_BATCH] = {INT64_MAX, 4, 4}, least_length[BED_BATCH] = {0, INT64_MIN, 4},
                     long_for_three[BED_BATCH] = {4, 3, 3};

static const struct refusal forward_refusals[] = {
    {"rows 0", ARGUMENT, {FORWARD(rows, 0)}},
    {"rows -1", ARGUMENT, {FORWARD(rows, -1)}},
    {"rows above the batch", ARGUMENT, {FORWARD(rows, BED_BATCH + 1)}},
    {"rows INT64_MAX", ARGUMENT, {FORWARD(rows, INT64_MAX)}},
    {"steps 0", ARGUMENT, {FORWARD(steps, 0)}},
    {"steps -1", ARGUMENT, {FORWARD(steps, -1)}},
    {"steps above the plan's", ARGUMENT, {FORWARD(steps, BED_STEPS + 1)}},
    {"steps INT64_MAX", ARGUMENT, {FORWARD(steps, INT64_MAX)}},
    {"x NULL", ARGUMENT, {PUT_POINTER(struct weir_forward_args_r, x, NULL)}},
    {"a negative length", WEIR_ERROR_LENGTH, {LENGTHS(negative_length)}},
    {"a length above the steps", WEIR_ERROR_LENGTH, {LENGTHS(long_length)}},
    {"a length of INT64_MAX", WEIR_ERROR_LENGTH, {LENGTHS(longest_length)}},
    {"a length of INT64_MIN", WEIR_ERROR_LENGTH, {LENGTHS(least_length)}},
    {"a length above the call's steps", WEIR_ERROR_LENGTH, {FORWARD(steps, 3), LENGTHS(long_for_three)}},
    {"first_step -1", ARGUMENT, {FORWARD(first_step, -1)}},
    {"first_step INT64_MIN", ARGUMENT, {FORWARD(first_step, INT64_MIN)}},
    {"span 3", ARGUMENT, {FORWARD(span, 3)}},
    {"span -1", ARGUMENT, {FORWARD(span, -1)}},
    {"a step stride for the last step", ARGUMENT, {FORWARD(span, WEIR_LAST_STEP), FORWARD(y_step_stride, 6)}},
    {"a row stride for the last step", ARGUMENT, {FORWARD(span, WEIR_LAST_STEP), FORWARD(y_row_stride, 2)}},
    {"reserved_flags", ARGUMENT, {FORWARD(reserved_flags, 1)}},
    {"reserved[0]", ARGUMENT, {FORWARD(reserved[0], 1)}},
    {"reserved[1]", ARGUMENT, {FORWARD(reserved[1], 1)}},
    {"reserved[2]", ARGUMENT, {FORWARD(reserved[2], -1)}},
    {"reserved[3]", ARGUMENT, {FORWARD(reserved[3], INT64_MIN)}},
    WRONG_STRIDES("x with", FORWARD_X),
    WRONG_STRIDES("y with", FORWARD_Y),
};

static void try_forward(struct bed_r *bed, weir_plan *plan, const struct refusal *refusal)
{
    struct weir_forward_args_r args = bed_forward_args_r(bed);
    refusal_apply(refusal, &args);
    assert_string_equal(weir_plan_error(plan), "");
    const weir_status status = weir_forward_full_r(plan, &args);
    assert_string_equal(weir_status_name(status), weir_status_name(refusal->status));
    assert_string_not_equal(weir_plan_error(plan), "");
    bed_assert_nothing_written_r(bed);
}

static void test_forward(void **state)
{
    struct bed_r bed;
    bed_open_r(&bed);
    try_forward(&bed, bed.plan, *state);
    try_forward(&bed, bed.inference, *state);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* --- weir_backward_full ------------------------------------------------------------------------------------------- */

#define BACKWARD(member, value) PUT(struct weir_backward_args_r, member, value)
#define WITHOUT(member) PUT_POINTER(struct weir_backward_args_r, member, NULL)
#define BACKWARD_X(step, row) BACKWARD(x_step_stride, step), BACKWARD(x_row_stride, row)
#define BACKWARD_DX(step, row) BACKWARD(dx_step_stride, step), BACKWARD(dx_row_stride, row)
#define BACKWARD_DY(step, row) BACKWARD(dy_step_stride, step), BACKWARD(dy_row_stride, row)

static const struct refusal backward_refusals[] = {
    {"x NULL and the gradient wanted", ARGUMENT, {WITHOUT(x)}},
    {"dy and dstate_out NULL", ARGUMENT, {WITHOUT(dy), WITHOUT(dstate_out)}},
    {"nothing wanted", ARGUMENT, {WITHOUT(gradient), WITHOUT(dx), WITHOUT(dstate_in)}},
    {"span 3", ARGUMENT, {BACKWARD(span, 3)}},
    {"span -1", ARGUMENT, {BACKWARD(span, -1)}},
    {"a step stride for the last step", ARGUMENT, {BACKWARD(span, WEIR_LAST_STEP), BACKWARD(dy_step_stride, 6)}},
    {"a row stride for the last step", ARGUMENT, {BACKWARD(span, WEIR_LAST_STEP), BACKWARD(dy_row_stride, 2)}},
    {"reserved[0]", ARGUMENT, {BACKWARD(reserved[0], 1)}},
    {"reserved[1]", ARGUMENT, {BACKWARD(reserved[1], 1)}},
    {"reserved[2]", ARGUMENT, {BACKWARD(reserved[2], -1)}},
    {"reserved[3]", ARGUMENT, {BACKWARD(reserved[3], INT64_MIN)}},
    WRONG_STRIDES("x with", BACKWARD_X),
    WRONG_STRIDES("dx with", BACKWARD_DX),
    WRONG_STRIDES("dy with", BACKWARD_DY),
};

static void test_backward(void **state)
{
    const struct refusal *refusal = *state;
    struct bed_r bed;
    bed_open_r(&bed);
    struct weir_backward_args_r args = bed_backward_args_r(&bed);
    refusal_apply(refusal, &args);
    assert_string_equal(weir_plan_error(bed.plan), "");
    const weir_status status = weir_backward_full_r(bed.plan, &args);
    assert_string_equal(weir_status_name(status), weir_status_name(refusal->status));
    assert_string_not_equal(weir_plan_error(bed.plan), "");
    bed_assert_nothing_written_r(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* --- weir_loss ---------------------------------------------------------------------------------------------------- */

#define LOSS(member, value) PUT(struct weir_loss_args_r, member, value)
#define LOSS_POINTER(member, value) PUT_POINTER(struct weir_loss_args_r, member, value)
#define LOSS_Y(step, row) LOSS(y_step_stride, step), LOSS(y_row_stride, row)
#define LOSS_DY(step, row) LOSS(dy_step_stride, step), LOSS(dy_row_stride, row)
#define LOSS_TARGET(step, row) LOSS(target_step_stride, step), LOSS(target_row_stride, row)
#define SOFTMAX(values) LOSS(loss, WEIR_SOFTMAX_CROSS_ENTROPY), LOSS_POINTER(classes, values)

static const int64_t zero_classes[BED_STEPS * BED_BATCH],
    negative_class[BED_STEPS * BED_BATCH] = {0, 1, 0, -1}, high_class[BED_STEPS * BED_BATCH] = {0, 1, 0, 2},
                               highest_class[BED_STEPS * BED_BATCH] = {[11] = INT64_MAX};

static const struct refusal loss_refusals[] = {
    {"loss 0", ARGUMENT, {LOSS(loss, 0)}},
    {"loss 4", ARGUMENT, {LOSS(loss, 4)}},
    {"loss -1", ARGUMENT, {LOSS(loss, -1)}},
    {"reduction 3", ARGUMENT, {LOSS(reduction, 3)}},
    {"reduction -1", ARGUMENT, {LOSS(reduction, -1)}},
    {"rows 0", ARGUMENT, {LOSS(rows, 0)}},
    {"rows -1", ARGUMENT, {LOSS(rows, -1)}},
    {"steps 0", ARGUMENT, {LOSS(steps, 0)}},
    {"steps -1", ARGUMENT, {LOSS(steps, -1)}},
    {"width 0", ARGUMENT, {LOSS(width, 0)}},
    {"width -1", ARGUMENT, {LOSS(width, -1)}},
    {"width INT64_MAX", SIZE, {LOSS(width, INT64_MAX)}},
    {"rows INT64_MAX", SIZE, {LOSS(rows, INT64_MAX)}},
    {"steps INT64_MAX", SIZE, {LOSS(steps, INT64_MAX)}},
    {"y NULL", ARGUMENT, {LOSS_POINTER(y, NULL)}},
    {"target NULL", ARGUMENT, {LOSS_POINTER(target, NULL)}},
    {"target NULL, cross-entropy", ARGUMENT, {LOSS(loss, WEIR_BERNOULLI_CROSS_ENTROPY), LOSS_POINTER(target, NULL)}},
    {"classes NULL", ARGUMENT, {SOFTMAX(NULL)}},
    {"a class of -1", ARGUMENT, {SOFTMAX(negative_class)}},
    {"a class of O", ARGUMENT, {SOFTMAX(high_class)}},
    {"a last class of INT64_MAX", ARGUMENT, {SOFTMAX(highest_class)}},
    {"classes that overlap", ARGUMENT, {SOFTMAX(zero_classes), LOSS(classes_row_stride, 1)}},
    {"classes with strides INT64_MAX",
     SIZE,
     {SOFTMAX(zero_classes), LOSS(classes_row_stride, 1), LOSS(classes_step_stride, INT64_MAX)}},
    {"a negative length", WEIR_ERROR_LENGTH, {LOSS_POINTER(lengths, negative_length)}},
    {"a length above the steps", WEIR_ERROR_LENGTH, {LOSS_POINTER(lengths, long_length)}},
    {"a length of INT64_MAX", WEIR_ERROR_LENGTH, {LOSS_POINTER(lengths, longest_length)}},
    {"reserved[0]", ARGUMENT, {LOSS(reserved[0], 1)}},
    {"reserved[1]", ARGUMENT, {LOSS(reserved[1], 1)}},
    {"reserved[2]", ARGUMENT, {LOSS(reserved[2], -1)}},
    {"reserved[3]", ARGUMENT, {LOSS(reserved[3], INT64_MIN)}},
    WRONG_STRIDES("y with", LOSS_Y),
    WRONG_STRIDES("dy with", LOSS_DY),
    WRONG_STRIDES("target with", LOSS_TARGET),
};

static struct weir_loss_args_r right_loss(struct bed_r *bed)
{
    return (struct weir_loss_args_r){.loss = WEIR_MSE,
                                     .rows = BED_BATCH,
                                     .steps = BED_STEPS,
                                     .width = BED_OUTPUTS,
                                     .y = bed->x,
                                     .target = bed->dy,
                                     .dy = bed->out.y,
                                     .live_steps = &bed->out.live_steps};
}

static void test_loss(void **state)
{
    const struct refusal *refusal = *state;
    struct bed_r bed;
    bed_open_r(&bed);
    struct weir_loss_args_r args = right_loss(&bed);
    refusal_apply(refusal, &args);
    weir_error error = error_unset();
    const weir_status status = weir_loss_r(&bed.out.value, &args, &error);
    assert_refused(&error, status, refusal->status);
    assert_int_equal(weir_loss_r(&bed.out.value, &args, NULL), status);
    bed_assert_nothing_written_r(&bed);
    bed_close_r(&bed);
}

/* dy may be y, element by element; not with other strides, which would write over what is yet to be read. */
static void test_loss_in_place(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    real y[BED_Y], before[BED_Y];
    memcpy(y, bed.x, sizeof y);
    memcpy(before, y, sizeof y);
    struct weir_loss_args_r args = right_loss(&bed);
    args.y = args.dy = y;
    args.dy_step_stride = 2;
    args.dy_row_stride = 8;
    weir_error error = error_unset();
    assert_refused(&error, weir_loss_r(&bed.out.value, &args, &error), ARGUMENT);
    assert_memory_equal(y, before, sizeof y);
    bed_assert_nothing_written_r(&bed);
    args.dy_step_stride = args.dy_row_stride = 0;
    error = error_unset();
    assert_accepted(&error, weir_loss_r(&bed.out.value, &args, &error));
    assert_memory_not_equal(y, before, sizeof y);
    bed_close_r(&bed);
}

/* Past a row's end nothing is read: not even a class is checked there. */
static void test_class_past_the_end(void **state)
{
    (void)state;
    static const int64_t lengths[BED_BATCH] = {1, 1, 1};
    struct bed_r bed;
    bed_open_r(&bed);
    struct weir_loss_args_r args = right_loss(&bed);
    args.loss = WEIR_SOFTMAX_CROSS_ENTROPY;
    args.classes = negative_class;
    args.lengths = lengths;
    weir_error error = error_unset();
    assert_accepted(&error, weir_loss_r(&bed.out.value, &args, &error));
    assert_int_equal(bed.out.live_steps, BED_BATCH);
    bed_close_r(&bed);
}

/* --- The edge of what is right ------------------------------------------------------------------------------------ */

/* Strides that keep elements apart by nothing to spare. */
static void test_tight_strides(void **state)
{
    (void)state;
    static const int64_t strides[][2] = {{6, 2}, {2, 8}, {7, 2}, {2, 9}, {6, 2}};
    struct bed_r bed;
    bed_open_r(&bed);
    real x[64] = {0}, y[64];
    for (size_t i = 0; i < sizeof strides / sizeof *strides; i++) {
        struct weir_forward_args_r args = {.rows = BED_BATCH, .steps = BED_STEPS, .x = x, .y = y};
        args.x_step_stride = args.y_step_stride = strides[i][0];
        args.x_row_stride = args.y_row_stride = strides[i][1];
        assert_int_equal(weir_forward_full_r(bed.inference, &args), WEIR_OK);
    }
    bed_close_r(&bed);
}

/* The stride of a dimension of size 1 does not matter. */
static void test_strides_of_one(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    struct weir_forward_args_r args = bed_forward_args_r(&bed);
    args.rows = 1;
    args.x_step_stride = 2;
    args.x_row_stride = -INT64_MAX;
    assert_int_equal(weir_forward_full_r(bed.inference, &args), WEIR_OK);
    args = bed_forward_args_r(&bed);
    args.steps = 1;
    args.x_step_stride = INT64_MIN;
    args.x_row_stride = 2;
    assert_int_equal(weir_forward_full_r(bed.inference, &args), WEIR_OK);
    bed_close_r(&bed);
}

/* The largest numbers that a forward may be given, on a net that looks at them all. */
static void test_largest_counters(void **state)
{
    (void)state;
    const weir_layer layers[] = {{.kind = WEIR_RNN, .units = 4, .dropout = 0.5}, {.kind = WEIR_LINEAR, .units = 1}};
    static const int64_t sequences[2] = {INT64_MAX, INT64_MIN};
    const weir_plan_options options = {.batch = 2, .steps = 3, .mode = WEIR_TRAINING, .dropout_seed = UINT64_MAX};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, layers, 2, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    real x[6] = {0}, y[6];
    const struct weir_forward_args_r args = {
        .rows = 2, .steps = 3, .x = x, .y = y, .draw = UINT64_MAX, .first_step = INT64_MAX, .sequences = sequences};
    assert_int_equal(weir_forward_full_r(plan, &args), WEIR_OK);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

int main(void)
{
    struct suite suite = {0};
    ADD_REFUSALS(&suite, test_net, "weir_net_create, _bytes", net_refusals);
    suite_add(&suite, test_right_net, NULL, "weir_net_create: what those rows change is right before");
    suite_add(&suite, test_net_that_wraps, NULL, "weir_net_create: so many parameters that their number wraps around");
    suite_add(&suite, test_net_nulls, NULL, "weir_net_create refuses NULL, and half an allocator");
    suite_add(&suite, test_net_too_large_to_have, NULL, "weir_net_create: sizes that can be counted but not had");
    ADD_REFUSALS(&suite, test_plan, "weir_plan_create, _bytes", plan_refusals);
    ADD_REFUSALS(&suite, test_init, "weir_net_init", init_refusals);
    suite_add(&suite, test_init_without_bias, NULL, "weir_net_init: keep_bias needs a bias where there is a gate");
    ADD_REFUSALS(&suite, test_optimizer, "weir_optimizer_create, _bytes", optimizer_refusals);
    ADD_REFUSALS(&suite, test_forward, "weir_forward_full", forward_refusals);
    ADD_REFUSALS(&suite, test_backward, "weir_backward_full", backward_refusals);
    ADD_REFUSALS(&suite, test_loss, "weir_loss", loss_refusals);
    suite_add(&suite, test_loss_in_place, NULL, "weir_loss: dy may be y, but not with other strides");
    suite_add(&suite, test_class_past_the_end, NULL, "weir_loss checks no class past a row's end");
    suite_add(&suite, test_tight_strides, NULL, "strides without a number to spare are right");
    suite_add(&suite, test_strides_of_one, NULL, "the stride of a dimension of size 1 does not matter");
    suite_add(&suite, test_largest_counters, NULL, "the largest draw, first_step and sequence are right");
    return suite_run(&suite, "refused arguments");
}
