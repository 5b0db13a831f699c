/*
 * test_memory.c: whose memory it is, what happens when there is none, and when it goes.
 */
#include "contract/suite.h"

#include <stdio.h>
#include <string.h>

#include <weir/weir.h>

#include "base/public.h"
#include "contract/ledger.h"
#include "contract/refusal.h"

static real number(int64_t i) { return (real)((i * 29 + 5) % 37 - 18) / (real)32; }

/* --- A net whose every byte is in a ledger ---------------------------------------------------------------------------
 */

enum { STOCK_BATCH = 3, STOCK_STEPS = 5, STOCK_INPUTS = 2, STOCK_OUTPUTS = 2 };
enum { STOCK_X = STOCK_BATCH * STOCK_STEPS * STOCK_INPUTS, STOCK_Y = STOCK_BATCH * STOCK_STEPS * STOCK_OUTPUTS };
enum { STOCK_PARAMETERS = 3 * (3 * 2 + 3 * 3 + 3 + 3) + 3 + 3 * 2 + 2 };

static const weir_layer stock_layers[] = {{.kind = WEIR_GRU, .units = 3, .learned_state = 1, .dropout = 0.5},
                                          {.kind = WEIR_LINEAR, .units = STOCK_OUTPUTS}};

struct stock {
    struct ledger ledger;
    weir_net *net;
    weir_plan *plan; /* training, no dropout */
    weir_plan *inference;
    real x[STOCK_X], y[STOCK_Y], inferred[STOCK_Y], gradient[STOCK_PARAMETERS];
};

static weir_plan_options stock_options(weir_mode mode)
{
    return (weir_plan_options){.batch = STOCK_BATCH, .steps = STOCK_STEPS, .mode = mode, .dropout_off = 1};
}

static void stock_run(struct stock *stock)
{
    assert_int_equal(weir_forward_r(stock->plan, stock->x, NULL, stock->y), WEIR_OK);
    assert_int_equal(weir_backward_r(stock->plan, stock->x, stock->y, stock->gradient, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(stock->inference, stock->x, NULL, stock->inferred), WEIR_OK);
}

static void stock_open(struct stock *stock)
{
    memset(stock, 0, sizeof *stock);
    stock->ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&stock->ledger);
    const weir_plan_options training = stock_options(WEIR_TRAINING), inference = stock_options(WEIR_INFERENCE);
    for (int i = 0; i < STOCK_X; i++)
        stock->x[i] = number(i);
    assert_int_equal(weir_net_create_in(&stock->net, REAL_PRECISION, STOCK_INPUTS, stock_layers, 2, &allocator, NULL),
                     WEIR_OK);
    assert_int_equal(weir_net_parameter_count(stock->net), STOCK_PARAMETERS);
    assert_int_equal(weir_plan_create(&stock->plan, stock->net, &training, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&stock->inference, stock->net, &inference, NULL), WEIR_OK);
    stock_run(stock);
}

static void stock_close(struct stock *stock)
{
    weir_plan_destroy(&stock->inference);
    weir_plan_destroy(&stock->plan);
    weir_net_destroy(&stock->net);
    ledger_assert_settled(&stock->ledger);
}

/* Runs once more, with the same bits. */
static void stock_assert_as_before(struct stock *stock)
{
    struct stock before = *stock;
    stock_run(stock);
    assert_memory_equal(stock->y, before.y, sizeof before.y);
    assert_memory_equal(stock->inferred, before.inferred, sizeof before.inferred);
    assert_memory_equal(stock->gradient, before.gradient, sizeof before.gradient);
}

/* --- Every allocation failed in turn ------------------------------------------------------------------------------ */

/* One thing that can be made from a stock, and undone. */
struct making {
    const char *name;
    weir_status (*make)(struct stock *stock, void **handle, weir_error *error);
    void (*undo)(void *made);
};

static weir_status make_net(struct stock *stock, void **handle, weir_error *error)
{
    const weir_allocator allocator = ledger_allocator(&stock->ledger);
    weir_net *net = *handle;
    const weir_status status =
        weir_net_create_in(&net, REAL_PRECISION, STOCK_INPUTS, stock_layers, 2, &allocator, error);
    *handle = net;
    return status;
}

static weir_status make_clone(struct stock *stock, void **handle, weir_error *error)
{
    weir_net *net = *handle;
    const weir_status status = weir_net_clone(&net, stock->net, error);
    *handle = net;
    return status;
}

static weir_status make_plan(struct stock *stock, weir_mode mode, void **handle, weir_error *error)
{
    const weir_plan_options options = stock_options(mode);
    weir_plan *plan = *handle;
    const weir_status status = weir_plan_create(&plan, stock->net, &options, error);
    *handle = plan;
    return status;
}

static weir_status make_inference(struct stock *stock, void **handle, weir_error *error)
{
    return make_plan(stock, WEIR_INFERENCE, handle, error);
}

static weir_status make_training(struct stock *stock, void **handle, weir_error *error)
{
    return make_plan(stock, WEIR_TRAINING, handle, error);
}

/* One that keeps states only. */
static weir_status make_limited(struct stock *stock, void **handle, weir_error *error)
{
    weir_plan_options options = stock_options(WEIR_TRAINING);
    weir_plan_size size;
    weir_plan *plan = *handle;
    options.steps = 500;
    assert_int_equal(weir_plan_bytes(&size, stock->net, &options, NULL), WEIR_OK);
    options.memory_limit = size.total / 2;
    const weir_status status = weir_plan_create(&plan, stock->net, &options, error);
    *handle = plan;
    return status;
}

/* A plan that is measured, and remembered for as long as it is being made. */
static weir_status make_measured(struct stock *stock, weir_mode mode, void **handle, weir_error *error)
{
    const weir_allocator allocator = ledger_allocator(&stock->ledger);
    weir_plan_options options = stock_options(mode);
    weir_plan *plan = *handle;
    weir_status status = weir_choices_create(&options.choices, &allocator, error);
    if (status != WEIR_OK)
        return status;
    options.planning = WEIR_MEASURE;
    status = weir_plan_create(&plan, stock->net, &options, error);
    assert_int_equal(weir_choices_count(options.choices), status == WEIR_OK);
    weir_choices_destroy(&options.choices);
    *handle = plan;
    return status;
}

static weir_status make_measured_inference(struct stock *stock, void **handle, weir_error *error)
{
    return make_measured(stock, WEIR_INFERENCE, handle, error);
}

static weir_status make_measured_training(struct stock *stock, void **handle, weir_error *error)
{
    return make_measured(stock, WEIR_TRAINING, handle, error);
}

static const char two_choices[] =
    "weir-choices 1 of weir %s\n"
    "f32 inference level=avx2 processor=p batch=1 steps=1 threads=1 pool=none engine=auto sharing=auto dropout=no "
    "memory_limit=none inputs=1 layers=rnn:1:forward -> engine=native sharing=none threads=1 tile_steps=1\n"
    "f64 inference level=avx2 processor=p batch=1 steps=1 threads=1 pool=none engine=auto sharing=auto dropout=no "
    "memory_limit=none inputs=1 layers=rnn:1:forward -> engine=blas sharing=auto threads=1 tile_steps=1\n";

/* All or nothing. */
static weir_status make_choices(struct stock *stock, void **handle, weir_error *error)
{
    const weir_allocator allocator = ledger_allocator(&stock->ledger);
    weir_choices *choices = NULL;
    char text[sizeof two_choices + 32];
    snprintf(text, sizeof text, two_choices, weir_version());
    weir_status status = weir_choices_create(&choices, &allocator, error);
    if (status == WEIR_OK)
        status = weir_choices_import(choices, text, error);
    assert_int_equal(weir_choices_count(choices), status == WEIR_OK ? 2 : 0);
    if (status == WEIR_OK)
        *handle = choices;
    else
        weir_choices_destroy(&choices);
    return status;
}

static weir_status make_tape(struct stock *stock, void **handle, weir_error *error)
{
    weir_tape *tape = *handle;
    const weir_status status = weir_tape_create(&tape, stock->plan, error);
    *handle = tape;
    return status;
}

static weir_status make_optimizer(struct stock *stock, weir_optimizer_kind kind, void **handle, weir_error *error)
{
    const weir_optimizer_options options = {.kind = kind, .learning_rate = 0.1, .momentum = 0.5};
    weir_optimizer *optimizer = *handle;
    const weir_status status = weir_optimizer_create(&optimizer, stock->net, &options, error);
    *handle = optimizer;
    return status;
}

static weir_status make_sgd(struct stock *stock, void **handle, weir_error *error)
{
    return make_optimizer(stock, WEIR_SGD, handle, error);
}

static weir_status make_adam(struct stock *stock, void **handle, weir_error *error)
{
    return make_optimizer(stock, WEIR_ADAM, handle, error);
}

static weir_status make_truncated(struct stock *stock, int64_t through, void **handle, weir_error *error)
{
    weir_plan_options options = stock_options(WEIR_TRAINING);
    weir_truncated *truncated = *handle;
    options.steps = 0;
    const weir_status status = weir_truncated_create(&truncated, stock->net, &options, 2, through, error);
    *handle = truncated;
    return status;
}

static weir_status make_truncated_short(struct stock *stock, void **handle, weir_error *error)
{
    return make_truncated(stock, 2, handle, error);
}

static weir_status make_truncated_long(struct stock *stock, void **handle, weir_error *error)
{
    return make_truncated(stock, 7, handle, error);
}

static void undo_net(void *made) { weir_net_destroy(&(weir_net *){made}); }
static void undo_plan(void *made) { weir_plan_destroy(&(weir_plan *){made}); }
static void undo_choices(void *made) { weir_choices_destroy(&(weir_choices *){made}); }
static void undo_tape(void *made) { weir_tape_destroy(&(weir_tape *){made}); }
static void undo_optimizer(void *made) { weir_optimizer_destroy(&(weir_optimizer *){made}); }
static void undo_truncated(void *made) { weir_truncated_destroy(&(weir_truncated *){made}); }

static const struct making makings[] = {
    {"weir_net_create_in", make_net, undo_net},
    {"weir_net_clone", make_clone, undo_net},
    {"weir_plan_create, inference", make_inference, undo_plan},
    {"weir_plan_create, training", make_training, undo_plan},
    {"weir_plan_create, training under a limit", make_limited, undo_plan},
    {"weir_plan_create, measured, inference", make_measured_inference, undo_plan},
    {"weir_plan_create, measured, training", make_measured_training, undo_plan},
    {"weir_choices_create and weir_choices_import", make_choices, undo_choices},
    {"weir_tape_create", make_tape, undo_tape},
    {"weir_optimizer_create, SGD", make_sgd, undo_optimizer},
    {"weir_optimizer_create, Adam", make_adam, undo_optimizer},
    {"weir_truncated_create, k2 = k1", make_truncated_short, undo_truncated},
    {"weir_truncated_create, k2 > k1", make_truncated_long, undo_truncated},
};

/* Whether the k-th allocation was asked for, and then refused, without a trace but the status. */
static bool fails_cleanly(struct stock *stock, const struct making *making, int64_t k)
{
    void *const untouched = stock;
    void *handle = untouched;
    const int64_t bytes = stock->ledger.bytes_out;
    weir_error error = error_unset();
    stock->ledger.fail_after = k;
    stock->ledger.refused = false;
    const weir_status status = making->make(stock, &handle, &error);
    stock->ledger.fail_after = -1;
    if (!stock->ledger.refused) {
        assert_accepted(&error, status);
        making->undo(handle);
        return false;
    }
    assert_refused(&error, status, WEIR_ERROR_MEMORY);
    assert_ptr_equal(handle, untouched);
    assert_int_equal(stock->ledger.bytes_out, bytes);
    ledger_assert_in_order(&stock->ledger);
    stock_assert_as_before(stock);
    return true;
}

static void test_every_allocation_failed(void **state)
{
    const struct making *making = *state;
    struct stock stock;
    stock_open(&stock);
    const int64_t bytes = stock.ledger.bytes_out;
    int64_t failures = 0;
    while (fails_cleanly(&stock, making, failures))
        failures++;
    assert_in_range(failures, 1, 40);
    assert_int_equal(stock.ledger.bytes_out, bytes);
    stock_assert_as_before(&stock);
    stock_close(&stock);
}

/* --- Whose allocator ---------------------------------------------------------------------------------------------- */

/* A plan with an allocator of its own takes everything from there, its further tapes too; and the struct that named it
   need not live on. */
static void test_plan_allocator(void **state)
{
    (void)state;
    struct stock stock;
    stock_open(&stock);
    struct ledger ledger = ledger_new();
    weir_allocator allocator = ledger_allocator(&ledger);
    weir_plan_options options = stock_options(WEIR_TRAINING);
    options.allocator = &allocator;
    const int64_t net_bytes = stock.ledger.bytes_out;
    weir_plan *plan = NULL;
    weir_tape *tape = NULL;
    assert_int_equal(weir_plan_create(&plan, stock.net, &options, NULL), WEIR_OK);
    memset(&allocator, 0, sizeof allocator);
    assert_int_equal(weir_tape_create(&tape, plan, NULL), WEIR_OK);
    assert_int_equal(ledger.blocks_out, 2);
    assert_int_equal(stock.ledger.bytes_out, net_bytes);
    weir_plan_destroy(&plan);
    weir_tape_destroy(&tape); /* after its plan */
    ledger_assert_settled(&ledger);
    stock_close(&stock);
}

static void test_clone_allocator(void **state)
{
    (void)state;
    struct stock stock;
    stock_open(&stock);
    const int64_t before = stock.ledger.blocks_out;
    weir_net *clone = NULL;
    weir_plan *plan = NULL;
    assert_int_equal(weir_net_clone(&clone, stock.net, NULL), WEIR_OK);
    assert_int_equal(stock.ledger.blocks_out, before + 1);
    assert_int_equal(weir_plan_create(&plan, clone, NULL, NULL), WEIR_OK);
    assert_int_equal(stock.ledger.blocks_out,
                     before + 3); /* its weights are shared, so they are a block of their own */
    weir_plan_destroy(&plan);
    weir_net_destroy(&clone);
    stock_close(&stock);
}

/* --- Weights that plans share ------------------------------------------------------------------------------------- */

/* Two inference plans of a net of their own, and what they are to compute. */
struct sharers {
    struct ledger ledger;
    weir_net *net;
    weir_plan *first, *second;
    int64_t weights; /* bytes */
};

static const weir_plan_options first_options = {.batch = STOCK_BATCH, .steps = STOCK_STEPS},
                               second_options = {.batch = 1, .steps = 2 * STOCK_STEPS};

static void sharers_open(struct sharers *sharers)
{
    *sharers = (struct sharers){.ledger = ledger_new()};
    const weir_allocator allocator = ledger_allocator(&sharers->ledger);
    weir_plan_size size;
    assert_int_equal(weir_net_create_in(&sharers->net, REAL_PRECISION, STOCK_INPUTS, stock_layers, 2, &allocator, NULL),
                     WEIR_OK);
    assert_int_equal(weir_net_init(sharers->net, &(weir_init){.seed = 1}, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&sharers->first, sharers->net, &first_options, NULL), WEIR_OK);
    const int64_t before = sharers->ledger.bytes_out;
    assert_int_equal(weir_plan_bytes(&size, sharers->net, &second_options, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&sharers->second, sharers->net, &second_options, NULL), WEIR_OK);
    assert_int_equal(sharers->ledger.bytes_out - before, size.total - size.weights);
    sharers->weights = size.weights;
}

static void sharers_close(struct sharers *sharers)
{
    weir_plan_destroy(&sharers->first);
    weir_plan_destroy(&sharers->second);
    weir_net_destroy(&sharers->net);
    ledger_assert_settled(&sharers->ledger);
}

static void sharers_change_net(struct sharers *sharers, uint64_t seed)
{
    assert_int_equal(weir_net_init(sharers->net, &(weir_init){.seed = seed}, NULL), WEIR_OK);
}

/* Runs as a plan made now would. */
static void assert_runs(struct sharers *sharers, weir_plan *plan, const weir_plan_options *options)
{
    real x[STOCK_X], y[STOCK_Y], expected[STOCK_Y];
    const weir_allocator elsewhere = ledger_allocator(&(struct ledger){.fail_after = -1});
    weir_plan_options apart = *options;
    apart.allocator = &elsewhere;
    weir_plan *fresh = NULL;
    for (int i = 0; i < STOCK_X; i++)
        x[i] = number(i);
    memset(y, 0, sizeof y);
    memset(expected, 0, sizeof expected);
    assert_int_equal(weir_plan_create(&fresh, sharers->net, &apart, NULL), WEIR_OK);
    const struct weir_forward_args_r from = {.rows = 1, .steps = STOCK_STEPS, .x = x, .y = expected};
    struct weir_forward_args_r to = from;
    to.y = y;
    assert_int_equal(weir_forward_full_r(fresh, &from), WEIR_OK);
    assert_int_equal(weir_forward_full_r(plan, &to), WEIR_OK);
    assert_memory_equal(y, expected, sizeof y);
    weir_plan_destroy(&fresh);
}

static void test_sharing_weights(void **state)
{
    (void)state;
    struct sharers sharers;
    sharers_open(&sharers);
    assert_runs(&sharers, sharers.first, &first_options);
    assert_runs(&sharers, sharers.second, &second_options);
    weir_plan_destroy(&sharers.first); /* the weights stay with the other */
    assert_runs(&sharers, sharers.second, &second_options);
    sharers_close(&sharers);
}

/* The first to take new parameters needs memory, as the other may be running on the old ones; then the other lets go
   of these. */
static void test_refreshing_shared_weights(void **state)
{
    (void)state;
    struct sharers sharers;
    sharers_open(&sharers);
    sharers_change_net(&sharers, 2);
    const int64_t before = sharers.ledger.bytes_out;
    assert_int_equal(weir_plan_refresh(sharers.first), WEIR_OK);
    assert_int_equal(sharers.ledger.bytes_out, before + sharers.weights);
    assert_int_equal(weir_plan_refresh(sharers.second), WEIR_OK);
    assert_int_equal(sharers.ledger.bytes_out, before);
    assert_runs(&sharers, sharers.first, &first_options);
    assert_runs(&sharers, sharers.second, &second_options);
    sharers_close(&sharers);
}

static void test_refreshing_without_memory(void **state)
{
    (void)state;
    struct sharers sharers;
    real x[STOCK_X] = {0}, y[STOCK_Y];
    sharers_open(&sharers);
    sharers_change_net(&sharers, 3);
    sharers.ledger.fail_after = 0;
    assert_int_equal(weir_plan_refresh(sharers.first), WEIR_ERROR_MEMORY);
    assert_non_null(strstr(weir_plan_error(sharers.first), "packed weights"));
    assert_int_equal(weir_forward_r(sharers.first, x, NULL, y), WEIR_ERROR_STALE);
    weir_plan_destroy(&sharers.second);
    assert_int_equal(weir_plan_refresh(sharers.first), WEIR_OK); /* alone it needs none */
    sharers.ledger.fail_after = -1;
    assert_runs(&sharers, sharers.first, &first_options);
    sharers_close(&sharers);
}

/* --- What options of zero mean, and a new optimiser --------------------------------------------------------------- */

/* Zero batch and steps, and no options at all, mean one row and one step. */
static void test_default_options(void **state)
{
    (void)state;
    struct stock stock;
    stock_open(&stock);
    const weir_plan_options zero = {0}, one = {.batch = 1, .steps = 1};
    weir_plan_size by_zero, by_one, by_null;
    assert_int_equal(weir_plan_bytes(&by_zero, stock.net, &zero, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&by_one, stock.net, &one, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&by_null, stock.net, NULL, NULL), WEIR_OK);
    assert_memory_equal(&by_zero, &by_one, sizeof by_one);
    assert_memory_equal(&by_null, &by_one, sizeof by_one);
    stock_close(&stock);
}

static void test_new_optimizer(void **state)
{
    (void)state;
    struct stock stock;
    stock_open(&stock);
    void *handle = NULL;
    assert_int_equal(make_adam(&stock, &handle, NULL), WEIR_OK);
    double numbers_of_state[2 + 2 * STOCK_PARAMETERS];
    const int64_t count = sizeof numbers_of_state / sizeof *numbers_of_state;
    assert_int_equal(weir_optimizer_state_size(handle), count);
    assert_int_equal(weir_optimizer_get_state(handle, numbers_of_state, count), WEIR_OK);
    for (int64_t i = 1; i < count; i++)
        assert_true(numbers_of_state[i] == 0);
    undo_optimizer(handle);
    stock_close(&stock);
}

/* --- The memory goes with the last that holds it ------------------------------------------------------------------ */

enum { HOLDERS = 5, ORDERS = 120 };

/* A net and what holds it; NULL once destroyed. */
struct holders {
    struct stock stock;
    weir_tape *tape;
    weir_optimizer *optimizer;
    weir_net *alias; /* the net's address, after the handle is gone */
};

static void holders_open(struct holders *holders)
{
    const weir_optimizer_options options = {.kind = WEIR_SGD, .learning_rate = 0x1p-40, .momentum = 0.5};
    stock_open(&holders->stock);
    holders->alias = holders->stock.net;
    assert_int_equal(weir_tape_create(&holders->tape, holders->stock.plan, NULL), WEIR_OK);
    assert_int_equal(weir_optimizer_create(&holders->optimizer, holders->stock.net, &options, NULL), WEIR_OK);
}

static void destroy(struct holders *holders, int which)
{
    switch (which) {
    case 0:
        weir_net_destroy(&holders->stock.net);
        break;
    case 1:
        weir_plan_destroy(&holders->stock.plan);
        break;
    case 2:
        weir_plan_destroy(&holders->stock.inference);
        break;
    case 3:
        weir_optimizer_destroy(&holders->optimizer);
        break;
    default:
        weir_tape_destroy(&holders->tape);
    }
}

/* Whatever is left works on. */
static void use(struct holders *holders)
{
    struct stock *stock = &holders->stock;
    real y[STOCK_Y], gradient[STOCK_PARAMETERS] = {0};
    if (stock->inference) {
        assert_int_equal(weir_plan_refresh(stock->inference), WEIR_OK);
        assert_int_equal(weir_forward_r(stock->inference, stock->x, NULL, y), WEIR_OK);
        assert_memory_equal(y, stock->inferred, sizeof y);
    }
    if (stock->plan) {
        const struct weir_forward_args_r args = {
            .rows = STOCK_BATCH, .steps = STOCK_STEPS, .x = stock->x, .y = y, .tape = holders->tape};
        assert_int_equal(weir_forward_full_r(stock->plan, &args), WEIR_OK);
        assert_memory_equal(y, stock->y, sizeof y);
    }
    if (holders->optimizer)
        assert_int_equal(weir_optimizer_step_r(holders->optimizer, holders->alias, gradient), WEIR_OK);
}

/* The k-th order of 0..HOLDERS-1. */
static void order_of(int k, int *order)
{
    int left[HOLDERS] = {0, 1, 2, 3, 4};
    for (int n = HOLDERS; n > 0; n--) {
        const int taken = k % n;
        k /= n;
        order[HOLDERS - n] = left[taken];
        memmove(&left[taken], &left[taken + 1], (size_t)(n - 1 - taken) * sizeof *left);
    }
}

static void test_destroying_in_every_order(void **state)
{
    (void)state;
    for (int k = 0; k < ORDERS; k++) {
        struct holders holders;
        int order[HOLDERS];
        holders_open(&holders);
        order_of(k, order);
        for (int i = 0; i < HOLDERS; i++) {
            assert_int_equal(holders.stock.ledger.blocks_out > 0, 1);
            destroy(&holders, order[i]);
            use(&holders);
            ledger_assert_in_order(&holders.stock.ledger);
        }
        ledger_assert_settled(&holders.stock.ledger);
    }
}

/* The net's own block stays until the last of them, whichever that is. */
static void test_last_holder_frees(void **state)
{
    (void)state;
    for (int last = 1; last < HOLDERS - 1; last++) {
        struct holders holders;
        holders_open(&holders);
        weir_tape_destroy(&holders.tape);
        for (int which = 0; which < HOLDERS - 1; which++)
            if (which != last)
                destroy(&holders, which);
        const int weights = holders.stock.inference ? 1 : 0;
        assert_int_equal(holders.stock.ledger.blocks_out, 2 + weights); /* the last holder's and the net's */
        use(&holders);
        destroy(&holders, last);
        ledger_assert_settled(&holders.stock.ledger);
    }
}

static void test_clone_is_independent(void **state)
{
    (void)state;
    struct stock stock;
    stock_open(&stock);
    weir_net *clone = NULL;
    real parameters[STOCK_PARAMETERS];
    memcpy(parameters, weir_net_parameters_r(stock.net), sizeof parameters);
    assert_int_equal(weir_net_clone(&clone, stock.net, NULL), WEIR_OK);
    assert_memory_equal(weir_net_parameters_r(clone), parameters, sizeof parameters);
    assert_int_equal(weir_net_init(clone, &(weir_init){.seed = 9}, NULL), WEIR_OK);
    assert_memory_equal(weir_net_parameters_r(stock.net), parameters, sizeof parameters);
    stock_assert_as_before(&stock); /* nor is any plan stale */
    memcpy(parameters, weir_net_parameters_r(clone), sizeof parameters);
    weir_plan_destroy(&stock.plan);
    weir_plan_destroy(&stock.inference);
    weir_net_destroy(&stock.net);
    assert_memory_equal(weir_net_parameters_r(clone), parameters, sizeof parameters);
    weir_net_destroy(&clone);
    ledger_assert_settled(&stock.ledger);
}

/* --- The C library's allocator ------------------------------------------------------------------------------------ */

static void test_default_allocator(void **state)
{
    (void)state;
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    real x[STOCK_INPUTS] = {0}, y[STOCK_OUTPUTS];
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, STOCK_INPUTS, stock_layers, 2, NULL), WEIR_OK);
    assert_int_equal((uintptr_t)weir_net_parameters_r(net) % 64, 0);
    assert_int_equal(weir_plan_create(&plan, net, NULL, NULL), WEIR_OK);
    weir_net_destroy(&net);
    assert_int_equal(weir_forward_r(plan, x, NULL, y), WEIR_OK);
    weir_plan_destroy(&plan);
}

int main(void)
{
    struct suite suite = {0};
    for (size_t i = 0; i < sizeof makings / sizeof *makings; i++)
        suite_add(&suite, test_every_allocation_failed, &makings[i],
                  "%s: every allocation failed in turn loses and leaks nothing", makings[i].name);
    suite_add(&suite, test_new_optimizer, NULL, "a new optimiser's state is zero");
    suite_add(&suite, test_default_options, NULL, "options of zero mean one row and one step");
    suite_add(&suite, test_plan_allocator, NULL, "a plan's own allocator gives all its memory");
    suite_add(&suite, test_clone_allocator, NULL, "a clone and its plans live in the net's allocator");
    suite_add(&suite, test_sharing_weights, NULL, "inference plans of one net share its packed weights");
    suite_add(&suite, test_refreshing_shared_weights, NULL, "plans refreshed one after the other share again");
    suite_add(&suite, test_refreshing_without_memory, NULL, "a refresh without memory leaves a plan stale, and whole");
    suite_add(&suite, test_destroying_in_every_order, NULL, "a net and its holders may be destroyed in any order");
    suite_add(&suite, test_last_holder_frees, NULL, "the last holder frees the net");
    suite_add(&suite, test_clone_is_independent, NULL, "a clone is independent of its net");
    suite_add(&suite, test_default_allocator, NULL, "the C library's memory is aligned to 64 bytes, and freed");
    return suite_run(&suite, "memory");
}
