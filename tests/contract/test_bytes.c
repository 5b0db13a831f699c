/*
 * test_bytes.c: how much memory a net's objects take: what was foretold, whatever is in it before, and no more for long
 * sequences than was promised.
 */
#include "contract/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"
#include "contract/ledger.h"

static real *numbers(int64_t count)
{
    real *made = calloc((size_t)count + 1, sizeof *made);
    assert_non_null(made);
    for (int64_t i = 0; i < count; i++)
        made[i] = (real)((i * 29 + 5) % 37 - 18) / (real)32;
    return made;
}

enum { MOST_LAYERS = 5 };

struct shape {
    const char *name;
    int64_t inputs, n_layers;
    weir_layer layers[MOST_LAYERS];
};

static const struct shape shapes[] = {
    {"one unit", 1, 1, {{.kind = WEIR_RNN, .units = 1}}},
    {"ReLU, one bias, reverse",
     3,
     1,
     {{.kind = WEIR_RNN_RELU, .units = 17, .bias = WEIR_BIAS_ONE, .direction = WEIR_REVERSE}}},
    {"LSTM", 5, 1, {{.kind = WEIR_LSTM, .units = 16}}},
    {"LSTM, both ways, learned state, no bias",
     2,
     1,
     {{.kind = WEIR_LSTM, .units = 9, .direction = WEIR_BOTH, .learned_state = 1, .bias = WEIR_BIAS_NONE}}},
    {"GRU, learned state", 7, 1, {{.kind = WEIR_GRU, .units = 13, .learned_state = 1}}},
    {"GRU resetting before, both ways", 4, 1, {{.kind = WEIR_GRU_RESET_BEFORE, .units = 8, .direction = WEIR_BOTH}}},
    {"GRU resetting before over LSTM, learned state, dropout",
     4,
     3,
     {{.kind = WEIR_LSTM, .units = 11, .learned_state = 1, .dropout = 0.25},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 8, .dropout = 0.5},
      {.kind = WEIR_LINEAR, .units = 2}}},
    {"linear", 33, 1, {{.kind = WEIR_LINEAR, .units = 3}}},
    {"linear without bias", 1, 1, {{.kind = WEIR_LINEAR, .units = 40, .bias = WEIR_BIAS_NONE}}},
    {"inputs wider than all layers", 100, 2, {{.kind = WEIR_RNN, .units = 2}, {.kind = WEIR_LINEAR, .units = 1}}},
    {"dropout twice",
     3,
     3,
     {{.kind = WEIR_LSTM, .units = 6, .dropout = 0.25},
      {.kind = WEIR_GRU, .units = 5, .direction = WEIR_BOTH, .dropout = 0.5},
      {.kind = WEIR_LINEAR, .units = 4}}},
    {"five kinds",
     6,
     5,
     {{.kind = WEIR_LINEAR, .units = 11},
      {.kind = WEIR_LSTM, .units = 7, .learned_state = 1},
      {.kind = WEIR_GRU, .units = 12},
      {.kind = WEIR_GRU_RESET_BEFORE, .units = 3},
      {.kind = WEIR_RNN, .units = 20, .direction = WEIR_BOTH}}},
    {"gates wider than a tile's bytes", 2, 1, {{.kind = WEIR_LSTM, .units = 300}}},
    {"linear layers under and over reverse ones",
     9,
     4,
     {{.kind = WEIR_LINEAR, .units = 4},
      {.kind = WEIR_LSTM, .units = 6, .direction = WEIR_REVERSE, .dropout = 0.5},
      {.kind = WEIR_GRU, .units = 7, .direction = WEIR_REVERSE, .learned_state = 1},
      {.kind = WEIR_LINEAR, .units = 3}}},
    {"forward over reverse",
     2,
     2,
     {{.kind = WEIR_GRU, .units = 5, .direction = WEIR_REVERSE}, {.kind = WEIR_LSTM, .units = 4}}},
    {"linear over both ways",
     2,
     2,
     {{.kind = WEIR_LSTM, .units = 5, .direction = WEIR_BOTH}, {.kind = WEIR_LINEAR, .units = 4}}},
};

static const int64_t plan_sizes[][2] = {{1, 1}, {1, 9}, {3, 5}, {16, 1}, {7, 70}};

/* A net in a ledger, whose bytes are those foretold. */
static bool goes_forward(const struct shape *shape)
{
    bool forward = true;
    for (int64_t k = 0; k < shape->n_layers; k++)
        forward = forward && shape->layers[k].direction == WEIR_FORWARD;
    return forward;
}

static weir_net *net_of(const struct shape *shape, struct ledger *ledger)
{
    const weir_allocator allocator = ledger_allocator(ledger);
    weir_net *net = NULL;
    int64_t bytes = 0;
    assert_int_equal(weir_net_bytes(&bytes, REAL_PRECISION, shape->inputs, shape->layers, shape->n_layers, NULL),
                     WEIR_OK);
    assert_int_equal(
        weir_net_create_in(&net, REAL_PRECISION, shape->inputs, shape->layers, shape->n_layers, &allocator, NULL),
        WEIR_OK);
    assert_int_equal(ledger->bytes_out, bytes);
    assert_true(bytes >= weir_net_parameter_count(net) * (int64_t)sizeof(real));
    return net;
}

/* Arrays for one run of a plan of that size. */
struct run {
    int64_t rows, steps;
    real *x, *y, *gradient, *dx;
    int64_t x_count, y_count, gradient_count;
};

static struct run run_open(const weir_net *net, const weir_plan_options *options)
{
    struct run run = {.rows = options->batch, .steps = options->steps};
    run.x_count = run.rows * run.steps * weir_net_inputs(net);
    run.y_count = run.rows * run.steps * weir_net_outputs(net);
    run.gradient_count = weir_net_parameter_count(net);
    run.x = numbers(run.x_count);
    run.y = numbers(run.y_count);
    run.dx = numbers(run.x_count);
    run.gradient = numbers(run.gradient_count);
    return run;
}

static void run_close(struct run *run)
{
    free(run->x);
    free(run->y);
    free(run->dx);
    free(run->gradient);
}

static void run_forward(struct run *run, weir_plan *plan, weir_tape *tape)
{
    const struct weir_forward_args_r forward = {
        .rows = run->rows, .steps = run->steps, .x = run->x, .y = run->y, .tape = tape};
    assert_int_equal(weir_forward_full_r(plan, &forward), WEIR_OK);
}

static void run_both(struct run *run, weir_plan *plan, weir_tape *tape)
{
    run_forward(run, plan, tape);
    const struct weir_backward_args_r backward = {
        .x = run->x, .dy = run->y, .gradient = run->gradient, .dx = run->dx, .tape = tape};
    assert_int_equal(weir_backward_full_r(plan, &backward), WEIR_OK);
}

static void assert_same_run(const struct run *a, const struct run *b)
{
    assert_memory_equal(a->y, b->y, (size_t)a->y_count * sizeof(real));
    assert_memory_equal(a->dx, b->dx, (size_t)a->x_count * sizeof(real));
    assert_memory_equal(a->gradient, b->gradient, (size_t)a->gradient_count * sizeof(real));
}

/* A further tape in memory of the caller's, of just the size named, between guards. */
static void check_placed_tape(weir_plan *plan, const weir_plan_size *size, const struct run *on_own, struct run *run)
{
    const size_t bytes = (size_t)size->tape;
    unsigned char *begin = aligned_alloc(64, (bytes + 2 * GUARD_BYTES + 63) / 64 * 64), *memory = begin + GUARD_BYTES;
    assert_non_null(begin);
    memset(memory, 0xEE, bytes);
    guard_write(memory, bytes);
    weir_tape *tape = NULL;
    assert_int_equal(weir_tape_place(&tape, plan, memory, size->tape, NULL), WEIR_OK);
    run_both(run, plan, tape);
    assert_same_run(run, on_own);
    weir_tape_destroy(&tape);
    assert_null(tape);
    assert_true(guard_is_whole(memory, bytes));
    free(begin);
}

static void check_made_tape(weir_plan *plan, const weir_plan_size *size, struct ledger *ledger,
                            const struct run *on_own, struct run *run)
{
    const int64_t before = ledger->bytes_out;
    weir_tape *tape = NULL;
    assert_int_equal(weir_tape_create(&tape, plan, NULL), WEIR_OK);
    assert_int_equal(ledger->bytes_out - before, size->tape);
    run_both(run, plan, tape);
    assert_same_run(run, on_own);
    weir_tape_destroy(&tape);
    assert_int_equal(ledger->bytes_out, before);
}

/* Runs the plan: nothing is allocated, no guard is touched. Tapes hold what the plan's own does. */
static void check_runs(weir_plan *plan, const weir_net *net, const weir_plan_options *options,
                       const weir_plan_size *size, struct ledger *ledger)
{
    struct run own = run_open(net, options), other = run_open(net, options);
    const int64_t allocations = ledger->allocations;
    if (options->mode == WEIR_TRAINING)
        run_both(&own, plan, NULL);
    else
        run_forward(&own, plan, NULL);
    assert_int_equal(ledger->allocations, allocations);
    ledger_assert_in_order(ledger);
    if (options->mode == WEIR_TRAINING) {
        check_made_tape(plan, size, ledger, &own, &other);
        check_placed_tape(plan, size, &own, &other);
    }
    run_close(&own);
    run_close(&other);
}

static void check_plan(weir_net *net, const weir_plan_options *options, struct ledger *ledger)
{
    const int64_t before = ledger->bytes_out;
    const weir_plan_size zero = {0};
    weir_plan_size size;
    weir_plan *plan = NULL;
    assert_int_equal(weir_plan_bytes(&size, net, options, NULL), WEIR_OK);
    assert_int_equal(ledger->bytes_out, before); /* telling allocates nothing */
    assert_int_equal(weir_plan_create(&plan, net, options, NULL), WEIR_OK);
    assert_int_equal(ledger->bytes_out - before, size.total);
    assert_true(size.weights >= 0 && size.workspace >= 0);
    assert_true(size.weights + size.workspace + size.tape <= size.total);
    assert_int_equal(size.tape > 0, options->mode == WEIR_TRAINING);
    assert_memory_equal(size.reserved, zero.reserved, sizeof zero.reserved);
    check_runs(plan, net, options, &size, ledger);
    weir_plan_destroy(&plan);
    assert_int_equal(ledger->bytes_out, before);
}

/* The same plan under limits from the least that it says on. */
static void check_limited_plans(weir_net *net, weir_plan_options options, struct ledger *ledger)
{
    weir_plan_size all, size;
    weir_error error;
    assert_int_equal(weir_plan_bytes(&all, net, &options, NULL), WEIR_OK);
    options.memory_limit = 1;
    assert_int_equal(weir_plan_bytes(&size, net, &options, &error), WEIR_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "at least "));
    const int64_t least = strtoll(strstr(error.message, "at least ") + strlen("at least "), NULL, 10);
    for (int64_t k = 0; k <= 4; k++) {
        options.memory_limit = least + (all.total - least) * k / 4;
        assert_int_equal(weir_plan_bytes(&size, net, &options, NULL), WEIR_OK);
        assert_in_range(size.total, 1, options.memory_limit);
        check_plan(net, &options, ledger);
    }
}

static void test_bytes(void **state)
{
    const struct shape *shape = *state;
    struct ledger ledger = ledger_new();
    weir_net *net = net_of(shape, &ledger);
    for (size_t i = 0; i < sizeof plan_sizes / sizeof *plan_sizes; i++) {
        weir_plan_options options = {.batch = plan_sizes[i][0], .steps = plan_sizes[i][1]};
        check_plan(net, &options, &ledger);
        options.mode = WEIR_TRAINING;
        check_plan(net, &options, &ledger);
        check_limited_plans(net, options, &ledger);
        options.dropout_off = 1;
        check_plan(net, &options, &ledger);
    }
    weir_net_destroy(&net);
    ledger_assert_settled(&ledger);
}

/* --- What it grows with --------------------------------------------------------------------------------------------
 */

/* The batch is so large that a tile has one step only, of any layer here on any engine. */
enum { LARGE_BATCH = 1 << 17, FEW_STEPS = 3, MANY_STEPS = 300 };

static bool goes(const struct shape *shape, weir_direction way)
{
    bool found = false;
    for (int64_t k = 0; k < shape->n_layers; k++) {
        const weir_layer *layer = &shape->layers[k];
        found = found || (layer->kind != WEIR_LINEAR && (layer->direction == way || layer->direction == WEIR_BOTH));
    }
    return found;
}

/* Numbers of a row and step that inference needs at once of all steps: x and two sequences, where one of several layers
   goes another way than another. */
static int64_t numbers_of_a_step(const struct shape *shape)
{
    int64_t most = shape->inputs;
    for (int64_t k = 0; k < shape->n_layers; k++) {
        const int64_t outputs = shape->layers[k].units * (shape->layers[k].direction == WEIR_BOTH ? 2 : 1);
        most = outputs > most ? outputs : most;
    }
    const bool needed = shape->n_layers > 1 && goes(shape, WEIR_FORWARD) && goes(shape, WEIR_REVERSE);
    return needed ? shape->inputs + 2 * most : 0;
}

static void test_growth_with_steps(void **state)
{
    const struct shape *shape = *state;
    struct ledger ledger = ledger_new();
    weir_net *net = net_of(shape, &ledger);
    weir_plan_options options = {.batch = LARGE_BATCH, .steps = FEW_STEPS};
    weir_plan_size few, many;
    assert_int_equal(weir_plan_bytes(&few, net, &options, NULL), WEIR_OK);
    options.steps = MANY_STEPS;
    assert_int_equal(weir_plan_bytes(&many, net, &options, NULL), WEIR_OK);
    assert_int_equal(many.weights, few.weights);
    assert_int_equal(many.workspace - few.workspace, (MANY_STEPS - FEW_STEPS) * (int64_t)LARGE_BATCH *
                                                         numbers_of_a_step(shape) * (int64_t)sizeof(real));
    weir_net_destroy(&net);
}

/* Numbers of a unit that a tape keeps: gates, h, c or q. */
static int64_t kept_of(weir_kind kind)
{
    switch (kind) {
    case WEIR_LSTM:
        return 4 + 2;
    case WEIR_GRU:
        return 3 + 2;
    case WEIR_GRU_RESET_BEFORE:
        return 3 + 1;
    default:
        return 1;
    }
}

/* Bytes that a step more of a tape takes at most: on the native engine gates are padded to whole vectors of units, of
   at most 64 bytes. */
static int64_t most_of_a_step(const struct shape *shape)
{
    const int64_t vector = 64 / (int64_t)sizeof(real);
    int64_t numbers = 0;
    for (int64_t k = 0; k < shape->n_layers; k++) {
        const weir_layer *layer = &shape->layers[k];
        const int64_t padding = (layer->units + vector - 1) / vector * vector - layer->units,
                      kept = kept_of(layer->kind);
        const int64_t gates = kept == 1 ? 0 : layer->kind == WEIR_LSTM ? 4 : 3;
        numbers += (layer->direction == WEIR_BOTH ? 2 : 1) * (kept * layer->units + gates * padding);
    }
    return LARGE_BATCH * numbers * (int64_t)sizeof(real);
}

/* What is dropped is made again, not kept. */
static void test_tape_of_a_step(void **state)
{
    const struct shape *shape = *state;
    struct ledger ledger = ledger_new();
    weir_net *net = net_of(shape, &ledger);
    weir_plan_options options = {.batch = LARGE_BATCH, .steps = FEW_STEPS, .mode = WEIR_TRAINING};
    weir_plan_size few, many, undropped;
    assert_int_equal(weir_plan_bytes(&few, net, &options, NULL), WEIR_OK);
    options.steps = MANY_STEPS;
    assert_int_equal(weir_plan_bytes(&many, net, &options, NULL), WEIR_OK);
    options.dropout_off = 1;
    assert_int_equal(weir_plan_bytes(&undropped, net, &options, NULL), WEIR_OK);
    assert_int_equal(many.tape, undropped.tape);
    assert_in_range(many.tape - few.tape, 1, (MANY_STEPS - FEW_STEPS) * most_of_a_step(shape));
    weir_net_destroy(&net);
}

/* A window has its plan, and one block. */
static void test_truncated_bytes(void **state)
{
    static const int64_t lengths[][2] = {{1, 1}, {3, 3}, {1, 4}, {3, 4}, {4, 8}, {2, 9}};
    const struct shape *shape = *state;
    struct ledger ledger = ledger_new();
    weir_net *net = net_of(shape, &ledger);
    const int64_t before = ledger.bytes_out;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const weir_plan_options options = {.batch = 3};
        const int64_t k1 = lengths[i][0], rows = 3 * k1;
        weir_truncated *truncated = NULL;
        int64_t bytes = 0;
        assert_int_equal(weir_truncated_bytes(&bytes, net, &options, k1, lengths[i][1], NULL), WEIR_OK);
        assert_int_equal(ledger.bytes_out, before);
        assert_int_equal(weir_truncated_create(&truncated, net, &options, k1, lengths[i][1], NULL), WEIR_OK);
        assert_int_equal(ledger.bytes_out - before, bytes);
        const int64_t allocations = ledger.allocations;
        real *x = numbers(rows * weir_net_inputs(net)), *y = numbers(rows * weir_net_outputs(net));
        real *gradient = numbers(weir_net_parameter_count(net));
        for (int k = 0; k < 12; k++) {
            assert_int_equal(weir_truncated_forward_r(truncated, x, y), WEIR_OK);
            assert_int_equal(weir_truncated_backward_r(truncated, y, gradient), WEIR_OK);
        }
        assert_int_equal(ledger.allocations, allocations);
        ledger_assert_in_order(&ledger);
        weir_truncated_destroy(&truncated);
        assert_null(truncated);
        assert_int_equal(ledger.bytes_out, before);
        free(x);
        free(y);
        free(gradient);
    }
    weir_net_destroy(&net);
    ledger_assert_settled(&ledger);
}

/* Each kind keeps other vectors. */
static void test_optimizer_bytes(void **state)
{
    const struct shape *shape = *state;
    struct ledger ledger = ledger_new();
    weir_net *net = net_of(shape, &ledger);
    for (int i = 0; i < 8; i++) {
        const weir_optimizer_options options = {
            .kind = (weir_optimizer_kind)(WEIR_SGD + i / 2), .learning_rate = 0.1, .momentum = 0.5 * (i % 2)};
        const int64_t before = ledger.bytes_out;
        int64_t bytes = 0;
        weir_optimizer *optimizer = NULL;
        assert_int_equal(weir_optimizer_bytes(&bytes, net, &options, NULL), WEIR_OK);
        assert_int_equal(ledger.bytes_out, before);
        assert_int_equal(weir_optimizer_create(&optimizer, net, &options, NULL), WEIR_OK);
        assert_int_equal(ledger.bytes_out - before, bytes);
        weir_optimizer_destroy(&optimizer);
        assert_int_equal(ledger.bytes_out, before);
    }
    weir_net_destroy(&net);
    ledger_assert_settled(&ledger);
}

/* A ledger's memory comes full of garbage, the C library's mostly of zeros. */
static void test_garbage_does_not_matter(void **state)
{
    const struct shape *shape = *state;
    const weir_plan_options options = {.batch = 3, .steps = 5, .mode = WEIR_TRAINING};
    struct ledger ledger = ledger_new();
    weir_net *nets[2] = {net_of(shape, &ledger), NULL};
    struct run runs[2];
    assert_int_equal(weir_net_create(&nets[1], REAL_PRECISION, shape->inputs, shape->layers, shape->n_layers, NULL),
                     WEIR_OK);
    for (int i = 0; i < 2; i++) {
        weir_plan *plan = NULL;
        runs[i] = run_open(nets[i], &options);
        assert_int_equal(weir_plan_create(&plan, nets[i], &options, NULL), WEIR_OK);
        run_both(&runs[i], plan, NULL);
        weir_plan_destroy(&plan);
        weir_net_destroy(&nets[i]);
    }
    assert_same_run(&runs[0], &runs[1]);
    run_close(&runs[0]);
    run_close(&runs[1]);
}

/* --- Long sequences ----------------------------------------------------------------------------------------------- */

enum { LONG_STEPS = 100000 };

/* A number that such a plan says of itself. */
static double described(weir_net *net, const weir_plan_options *options, const char *key)
{
    char text[4096], line[64];
    weir_plan *plan = NULL;
    assert_int_equal(weir_plan_create(&plan, net, options, NULL), WEIR_OK);
    assert_in_range(weir_plan_describe(plan, text, sizeof text), 1, sizeof text - 1);
    weir_plan_destroy(&plan);
    snprintf(line, sizeof line, "\n%s: ", key);
    const char *found = strstr(text, line);
    assert_non_null(found);
    return strtod(found + strlen(line), NULL);
}

/* One layer or some of one kind; inference of many steps works in the memory of two tiles. */
static void check_long_inference(weir_kind kind, int64_t n_layers, int64_t batch)
{
    weir_layer layers[MOST_LAYERS];
    weir_net *net = NULL;
    weir_plan_size two_tiles, size;
    weir_plan_options options = {.batch = batch, .steps = LONG_STEPS};
    for (int64_t k = 0; k < n_layers; k++)
        layers[k] = (weir_layer){.kind = kind, .units = 24 + 8 * k};
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 10, layers, n_layers, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&size, net, &options, NULL), WEIR_OK);
    options.steps = 2 * (int64_t)described(net, &options, "tile_steps");
    assert_in_range(options.steps, 2, LONG_STEPS - 1);
    assert_int_equal(weir_plan_bytes(&two_tiles, net, &options, NULL), WEIR_OK);
    assert_in_range(size.workspace, 1, two_tiles.workspace);
    assert_in_range(size.total, 1, two_tiles.total);
    weir_net_destroy(&net);
}

static const struct cell {
    const char *name;
    weir_kind kind;
} cells[] = {
    {"rnn", WEIR_RNN},
    {"rnn_relu", WEIR_RNN_RELU},
    {"lstm", WEIR_LSTM},
    {"gru", WEIR_GRU},
    {"gru_reset_before", WEIR_GRU_RESET_BEFORE},
    {"linear", WEIR_LINEAR},
};

static void test_long_inference(void **state)
{
    const struct cell *cell = *state;
    for (int64_t n_layers = 1; n_layers <= MOST_LAYERS; n_layers++) {
        check_long_inference(cell->kind, n_layers, 1);
        check_long_inference(cell->kind, n_layers, 16);
    }
}

/* Backward over as many steps of a large layer runs no step again more than once; to keep all would take 600 MB and
   10 GB. */
static void test_long_training(void **state)
{
    (void)state;
    static const int64_t batches_and_limits[][2] = {{1, 16000000}, {16, 200000000}};
    const weir_layer layer = {.kind = WEIR_LSTM, .units = 256};
    weir_net *net = NULL;
    assert_int_equal(weir_net_create(&net, WEIR_F32, 256, &layer, 1, NULL), WEIR_OK);
    for (int i = 0; i < 2; i++) {
        const weir_plan_options options = {.batch = batches_and_limits[i][0],
                                           .steps = LONG_STEPS,
                                           .mode = WEIR_TRAINING,
                                           .memory_limit = batches_and_limits[i][1]};
        weir_plan_size size;
        assert_int_equal(weir_plan_bytes(&size, net, &options, NULL), WEIR_OK);
        assert_in_range(size.total, 1, options.memory_limit);
        assert_true(described(net, &options, "recomputed_steps_per_step") <= 1.0);
    }
    weir_net_destroy(&net);
}

int main(void)
{
    struct suite suite = {0};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        suite_add(&suite, test_bytes, &shapes[i], "%s: the bytes foretold are those allocated, of tapes too",
                  shapes[i].name);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        suite_add(&suite, test_optimizer_bytes, &shapes[i], "%s: an optimiser's bytes foretold are those allocated",
                  shapes[i].name);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        suite_add(&suite, test_growth_with_steps, &shapes[i],
                  "%s: inference needs sequences of all steps only where layers go different ways", shapes[i].name);
        suite_add(&suite, test_tape_of_a_step, &shapes[i], "%s: a tape has G + 2 numbers a unit, dropout or not",
                  shapes[i].name);
    }
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (goes_forward(&shapes[i]))
            suite_add(&suite, test_truncated_bytes, &shapes[i], "%s: a window's bytes foretold are those allocated",
                      shapes[i].name);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        suite_add(&suite, test_garbage_does_not_matter, &shapes[i], "%s: what memory held before does not matter",
                  shapes[i].name);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        suite_add(&suite, test_long_inference, &cells[i], "%s: inference takes no more memory for more steps",
                  cells[i].name);
    if (REAL_BITS == 32)
        suite_add(&suite, test_long_training, NULL,
                  "100,000 steps of an LSTM of 256 units train in 16 MB, 16 rows in 200");
    return suite_run(&suite, "bytes");
}
