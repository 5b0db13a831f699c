/*
 * test_diagnose.c: diagnoses called wrongly, or without memory, answer with the documented status and a sentence, and
 * leave results, tape and plan as they were.
 */
#include "contract/suite.h"

#include <math.h>
#include <string.h>

#include "contract/bed.h"
#include "contract/ledger.h"
#include "contract/refusal.h"

#define ARGUMENT WEIR_ERROR_ARGUMENT

enum { VIEWS = 3, MOST_GATES = 12, SENTINEL = 0x5C };

/* All that a diagnosis of the bed's plan may write. */
struct results {
    double norms[BED_STEPS * BED_BATCH], view_norms[BED_STEPS * BED_BATCH * VIEWS];
    double logs[BED_STEPS * BED_BATCH * 3], means[MOST_GATES], below[MOST_GATES], above[MOST_GATES], times[3];
    weir_singular_value value;
};

static void results_clear(struct results *results) { memset(results, SENTINEL, sizeof *results); }

static void assert_untouched(const struct results *results)
{
    const unsigned char *bytes = (const unsigned char *)results;
    for (size_t i = 0; i < sizeof *results; i++)
        if (bytes[i] != SENTINEL)
            fail_msg("byte %zu of the results was written to", i);
}

/* --- The calls ---------------------------------------------------------------------------------------------------- */

typedef struct weir_gradient_by_lag_args_r lag_args;

static real dy[BED_BATCH * BED_OUTPUTS] = {1, -1, 1, 1, -1, 1};

static lag_args right_lag(struct results *results)
{
    return (lag_args){.dy = dy, .lags = BED_STEPS, .norms = results->norms, .view_norms = results->view_norms};
}

static weir_jacobian_args right_jacobian(void) { return (weir_jacobian_args){.row = 1, .steps = BED_STEPS}; }

static weir_direct_path_args right_path(struct results *results)
{
    return (weir_direct_path_args){.lags = BED_STEPS, .logs = results->logs};
}

static weir_gate_statistics_args right_gates(struct results *results)
{
    return (weir_gate_statistics_args){
        .means = results->means, .below = results->below, .above = results->above, .time_constants = results->times};
}

/* With everything right but the plan and the tape. */
typedef weir_status diagnosis(weir_plan *plan, weir_tape *tape, struct results *results);

static weir_status call_lag(weir_plan *plan, weir_tape *tape, struct results *results)
{
    lag_args args = right_lag(results);
    args.tape = tape;
    return weir_gradient_by_lag_r(plan, &args);
}

static weir_status call_jacobian(weir_plan *plan, weir_tape *tape, struct results *results)
{
    weir_jacobian_args args = right_jacobian();
    args.tape = tape;
    return weir_jacobian_norm(plan, &args, &results->value);
}

static weir_status call_path(weir_plan *plan, weir_tape *tape, struct results *results)
{
    weir_direct_path_args args = right_path(results);
    args.tape = tape;
    return weir_direct_path(plan, &args);
}

static weir_status call_gates(weir_plan *plan, weir_tape *tape, struct results *results)
{
    weir_gate_statistics_args args = right_gates(results);
    args.tape = tape;
    return weir_gate_statistics(plan, &args);
}

static const struct {
    const char *name;
    diagnosis *call;
} diagnoses[] = {{"weir_gradient_by_lag", call_lag},
                 {"weir_jacobian_norm", call_jacobian},
                 {"weir_direct_path", call_path},
                 {"weir_gate_statistics", call_gates}};
enum { DIAGNOSES = sizeof diagnoses / sizeof *diagnoses };

/* --- Wrong arguments ---------------------------------------------------------------------------------------------- */

#define LAG(member, value) PUT(lag_args, member, value)
#define LAG_POINTER(member, value) PUT_POINTER(lag_args, member, value)
#define JACOBIAN(member, value) PUT(weir_jacobian_args, member, value)
#define PATH(member, value) PUT(weir_direct_path_args, member, value)
#define GATES(member, value) PUT(weir_gate_statistics_args, member, value)
#define GATES_NULL(member) PUT_POINTER(weir_gate_statistics_args, member, NULL)
#define THRESHOLDS(first, second)                                                                                      \
    PUT_REAL(weir_gate_statistics_args, low, first), PUT_REAL(weir_gate_statistics_args, high, second)

static const struct refusal lag_refusals[] = {
    {"dy and dstate_out NULL", ARGUMENT, {LAG_POINTER(dy, NULL)}},
    {"nothing wanted", ARGUMENT, {LAG_POINTER(norms, NULL), LAG_POINTER(view_norms, NULL)}},
    {"lags 0", ARGUMENT, {LAG(lags, 0)}},
    {"lags -1", ARGUMENT, {LAG(lags, -1)}},
    {"more lags than steps", ARGUMENT, {LAG(lags, BED_STEPS + 1)}},
    {"lags INT64_MAX", ARGUMENT, {LAG(lags, INT64_MAX)}},
    {"reserved[0]", ARGUMENT, {LAG(reserved[0], 1)}},
    {"reserved[3]", ARGUMENT, {LAG(reserved[3], INT64_MIN)}},
};

static const struct refusal jacobian_refusals[] = {
    {"row -1", ARGUMENT, {JACOBIAN(row, -1)}},
    {"row B", ARGUMENT, {JACOBIAN(row, BED_BATCH)}},
    {"row INT64_MAX", ARGUMENT, {JACOBIAN(row, INT64_MAX)}},
    {"steps 0", ARGUMENT, {JACOBIAN(steps, 0)}},
    {"steps -1", ARGUMENT, {JACOBIAN(steps, -1)}},
    {"more steps than the row has", ARGUMENT, {JACOBIAN(steps, BED_STEPS + 1)}},
    {"products -1", ARGUMENT, {JACOBIAN(products, -1)}},
    {"a negative tolerance", ARGUMENT, {PUT_REAL(weir_jacobian_args, tolerance, -1e-9)}},
    {"tolerance 1", ARGUMENT, {PUT_REAL(weir_jacobian_args, tolerance, 1.0)}},
    {"tolerance NaN", ARGUMENT, {PUT_REAL(weir_jacobian_args, tolerance, (double)NAN)}},
    {"reserved[0]", ARGUMENT, {JACOBIAN(reserved[0], 1)}},
    {"reserved[3]", ARGUMENT, {JACOBIAN(reserved[3], INT64_MIN)}},
};

static const struct refusal path_refusals[] = {
    {"logs NULL", ARGUMENT, {PUT_POINTER(weir_direct_path_args, logs, NULL)}},
    {"layer -1", ARGUMENT, {PATH(layer, -1)}},
    {"a linear layer", ARGUMENT, {PATH(layer, 2)}},
    {"a layer that is not there", ARGUMENT, {PATH(layer, 3)}},
    {"lags 0", ARGUMENT, {PATH(lags, 0)}},
    {"more lags than steps", ARGUMENT, {PATH(lags, BED_STEPS + 1)}},
    {"reserved[0]", ARGUMENT, {PATH(reserved[0], 1)}},
    {"reserved[3]", ARGUMENT, {PATH(reserved[3], INT64_MIN)}},
};

static const struct refusal gate_refusals[] = {
    {"nothing wanted", ARGUMENT, {GATES_NULL(means), GATES_NULL(below), GATES_NULL(above), GATES_NULL(time_constants)}},
    {"layer -1", ARGUMENT, {GATES(layer, -1)}},
    {"a linear layer", ARGUMENT, {GATES(layer, 2)}},
    {"a layer that is not there", ARGUMENT, {GATES(layer, INT64_MAX)}},
    {"both directions", ARGUMENT, {GATES(direction, WEIR_BOTH)}},
    {"direction -1", ARGUMENT, {GATES(direction, -1)}},
    {"thresholds the wrong way round", ARGUMENT, {THRESHOLDS(0.9, 0.1)}},
    {"thresholds that are the same", ARGUMENT, {THRESHOLDS(0.5, 0.5)}},
    {"a negative threshold", ARGUMENT, {THRESHOLDS(-0.1, 0.9)}},
    {"a threshold above 1", ARGUMENT, {THRESHOLDS(0.1, 1.5)}},
    {"a threshold that is NaN", ARGUMENT, {THRESHOLDS((double)NAN, 0.9)}},
    {"reserved[0]", ARGUMENT, {GATES(reserved[0], 1)}},
    {"reserved[3]", ARGUMENT, {GATES(reserved[3], INT64_MIN)}},
    {"reserved_flags", ARGUMENT, {GATES(reserved_flags, 1)}},
};

/* Makes the changes in right arguments and calls. */
typedef weir_status changed_call(weir_plan *plan, const struct refusal *refusal, struct results *results);

static weir_status changed_lag(weir_plan *plan, const struct refusal *refusal, struct results *results)
{
    lag_args args = right_lag(results);
    refusal_apply(refusal, &args);
    return weir_gradient_by_lag_r(plan, &args);
}

static weir_status changed_jacobian(weir_plan *plan, const struct refusal *refusal, struct results *results)
{
    weir_jacobian_args args = right_jacobian();
    refusal_apply(refusal, &args);
    return weir_jacobian_norm(plan, &args, &results->value);
}

static weir_status changed_path(weir_plan *plan, const struct refusal *refusal, struct results *results)
{
    weir_direct_path_args args = right_path(results);
    refusal_apply(refusal, &args);
    return weir_direct_path(plan, &args);
}

static weir_status changed_gates(weir_plan *plan, const struct refusal *refusal, struct results *results)
{
    weir_gate_statistics_args args = right_gates(results);
    refusal_apply(refusal, &args);
    return weir_gate_statistics(plan, &args);
}

static void check_refusal(const struct refusal *refusal, changed_call *call)
{
    struct bed_r bed;
    struct results results;
    bed_open_r(&bed);
    results_clear(&results);
    const weir_status status = call(bed.plan, refusal, &results);
    assert_string_equal(weir_status_name(status), weir_status_name(refusal->status));
    assert_string_not_equal(weir_plan_error(bed.plan), "");
    assert_untouched(&results);
    bed_assert_nothing_written_r(&bed);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

static void test_lag(void **state) { check_refusal(*state, changed_lag); }
static void test_jacobian(void **state) { check_refusal(*state, changed_jacobian); }
static void test_path(void **state) { check_refusal(*state, changed_path); }
static void test_gates(void **state) { check_refusal(*state, changed_gates); }

/* --- Wrong moments ------------------------------------------------------------------------------------------------ */

static void refuse(weir_plan *plan, weir_tape *tape, weir_status expected)
{
    struct results results;
    for (int i = 0; i < DIAGNOSES; i++) {
        results_clear(&results);
        const weir_status status = diagnoses[i].call(plan, tape, &results);
        if (status != expected)
            fail_msg("%s: %s, not %s", diagnoses[i].name, weir_status_name(status), weir_status_name(expected));
        assert_true(!plan || weir_plan_error(plan)[0]);
        assert_untouched(&results);
    }
}

static void test_moments(void **state)
{
    (void)state;
    struct bed_r bed;
    bed_open_r(&bed);
    refuse(NULL, NULL, ARGUMENT);
    refuse(bed.inference, NULL, WEIR_ERROR_MODE);
    refuse(bed.stranger, NULL, WEIR_ERROR_ORDER);
    refuse(bed.plan, bed.tape, WEIR_ERROR_ORDER);
    refuse(bed.plan, bed.strange_tape, WEIR_ERROR_MISMATCH);
    assert_int_equal(weir_net_set_parameters_r(bed.net, weir_net_parameters_r(bed.net), BED_PARAMETERS, NULL), WEIR_OK);
    refuse(bed.plan, NULL, WEIR_ERROR_STALE);
    bed_close_r(&bed);
}

/* A tape that keeps states only has nothing to look at. */
static void test_memory_limit(void **state)
{
    (void)state;
    enum { STEPS = 200 };
    const weir_layer layers[] = {{.kind = WEIR_LSTM, .units = 8}, {.kind = WEIR_LINEAR, .units = 1}};
    weir_plan_options options = {.steps = STEPS, .mode = WEIR_TRAINING};
    weir_plan_size all;
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    real x[STEPS] = {0}, y[STEPS];
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, layers, 2, NULL), WEIR_OK);
    assert_int_equal(weir_plan_bytes(&all, net, &options, NULL), WEIR_OK);
    options.memory_limit = all.total / 2;
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(plan, x, NULL, y), WEIR_OK);
    refuse(plan, NULL, WEIR_ERROR_MODE);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

static void test_nulls(void **state)
{
    (void)state;
    struct bed_r bed;
    struct results results;
    const weir_jacobian_args args = right_jacobian();
    bed_open_r(&bed);
    results_clear(&results);
    assert_int_equal(weir_gradient_by_lag_r(bed.plan, NULL), ARGUMENT);
    assert_int_equal(weir_jacobian_norm(bed.plan, NULL, &results.value), ARGUMENT);
    assert_int_equal(weir_jacobian_norm(bed.plan, &args, NULL), ARGUMENT);
    assert_int_equal(weir_direct_path(bed.plan, NULL), ARGUMENT);
    assert_int_equal(weir_gate_statistics(bed.plan, NULL), ARGUMENT);
    assert_untouched(&results);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

static void test_precision(void **state)
{
    (void)state;
    struct bed_r bed;
    struct results results;
    bed_open_r(&bed);
    results_clear(&results);
    const struct OTHER(weir_gradient_by_lag_args) args = {.dy = bed.other_numbers, .lags = 1, .norms = results.norms};
    assert_int_equal(OTHER(weir_gradient_by_lag)(bed.plan, &args), WEIR_ERROR_PRECISION);
    assert_untouched(&results);
    bed_assert_as_before_r(&bed);
    bed_close_r(&bed);
}

/* --- Wrong nets --------------------------------------------------------------------------------------------------- */

struct odd_net {
    const char *what;
    weir_layer layer;
    weir_status lags, gates; /* of what looks by lag, but at gates; and of the statistics */
};

static const struct odd_net odd_nets[] = {
    {"a reverse LSTM", {.kind = WEIR_LSTM, .units = 3, .direction = WEIR_REVERSE}, ARGUMENT, WEIR_OK},
    {"a GRU of both ways", {.kind = WEIR_GRU, .units = 3, .direction = WEIR_BOTH}, ARGUMENT, WEIR_OK},
    {"a linear layer", {.kind = WEIR_LINEAR, .units = 3}, ARGUMENT, ARGUMENT},
    {"an RNN", {.kind = WEIR_RNN, .units = 3}, WEIR_OK, ARGUMENT},
};

static void test_odd_net(void **state)
{
    const struct odd_net *odd = *state;
    const weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS, .mode = WEIR_TRAINING};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    struct results results;
    real x[BED_BATCH * BED_STEPS] = {0}, y[BED_BATCH * BED_STEPS * 6];
    results_clear(&results);
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, &odd->layer, 1, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(plan, x, NULL, y), WEIR_OK);
    const lag_args lag = {.dy = x, .lags = 1, .norms = results.norms}; /* at most B numbers wide */
    if (odd->lags != WEIR_OK) {
        assert_int_equal(weir_gradient_by_lag_r(plan, &lag), odd->lags);
        assert_int_equal(call_jacobian(plan, NULL, &results), odd->lags);
        assert_untouched(&results);
    } else
        assert_int_equal(call_jacobian(plan, NULL, &results), WEIR_OK);
    assert_int_equal(call_path(plan, NULL, &results), ARGUMENT);
    assert_int_equal(call_gates(plan, NULL, &results), odd->gates);
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* The reverse half of a layer is asked for by its direction, and has weights of its own. */
static void test_both_directions(void **state)
{
    (void)state;
    const weir_layer layer = {.kind = WEIR_LSTM, .units = 1, .direction = WEIR_BOTH, .bias = WEIR_BIAS_ONE};
    const weir_plan_options options = {.steps = BED_STEPS, .mode = WEIR_TRAINING};
    weir_net *net = NULL;
    weir_plan *plan = NULL;
    real x[BED_STEPS] = {0}, y[BED_STEPS * 2], zeros[4] = {0}, bias[4] = {0, 2, 0, 0}, reverse_bias[4] = {0, -2, 0, 0};
    double means[4];
    assert_int_equal(weir_net_create(&net, REAL_PRECISION, 1, &layer, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "weight_hh_l0", zeros, 4, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "weight_hh_l0_reverse", zeros, 4, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "bias_ih_l0", bias, 4, 1, NULL), WEIR_OK);
    assert_int_equal(weir_net_set_r(net, "bias_ih_l0_reverse", reverse_bias, 4, 1, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&plan, net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(plan, x, NULL, y), WEIR_OK);
    for (int d = 0; d < 2; d++) {
        const weir_gate_statistics_args args = {.direction = d ? WEIR_REVERSE : WEIR_FORWARD, .means = means};
        assert_int_equal(weir_gate_statistics(plan, &args), WEIR_OK);
        assert_true(fabs(means[1] - 1.0 / (1.0 + exp(d ? 2.0 : -2.0))) < 1e-6);
    }
    weir_plan_destroy(&plan);
    weir_net_destroy(&net);
}

/* --- No memory ---------------------------------------------------------------------------------------------------- */

struct stock {
    struct ledger ledger;
    weir_net *net;
    weir_plan *plan;
};

static void stock_open(struct stock *stock)
{
    static const weir_layer layers[] = {
        {.kind = WEIR_LSTM, .units = 3}, {.kind = WEIR_GRU, .units = 2}, {.kind = WEIR_LINEAR, .units = BED_OUTPUTS}};
    const weir_plan_options options = {.batch = BED_BATCH, .steps = BED_STEPS, .mode = WEIR_TRAINING};
    real x[BED_X] = {0}, y[BED_Y];
    stock->ledger = ledger_new();
    const weir_allocator allocator = ledger_allocator(&stock->ledger);
    assert_int_equal(weir_net_create_in(&stock->net, REAL_PRECISION, BED_INPUTS, layers, 3, &allocator, NULL), WEIR_OK);
    assert_int_equal(weir_plan_create(&stock->plan, stock->net, &options, NULL), WEIR_OK);
    assert_int_equal(weir_forward_r(stock->plan, x, NULL, y), WEIR_OK);
}

/* Whether the k-th allocation was asked for, and refused. */
static bool fails_cleanly(struct stock *stock, diagnosis *call, int64_t k)
{
    const int64_t bytes = stock->ledger.bytes_out;
    struct results results;
    results_clear(&results);
    stock->ledger.fail_after = k;
    stock->ledger.refused = false;
    const weir_status status = call(stock->plan, NULL, &results);
    stock->ledger.fail_after = -1;
    assert_int_equal(stock->ledger.bytes_out, bytes);
    ledger_assert_in_order(&stock->ledger);
    assert_int_equal(status, stock->ledger.refused ? WEIR_ERROR_MEMORY : WEIR_OK);
    if (stock->ledger.refused)
        assert_untouched(&results);
    return stock->ledger.refused;
}

static void test_every_allocation_failed(void **state)
{
    diagnosis *const call = diagnoses[*(const int *)*state].call;
    struct stock stock;
    stock_open(&stock);
    int64_t failures = 0;
    while (fails_cleanly(&stock, call, failures))
        failures++;
    assert_in_range(failures, 1, 10);
    weir_plan_destroy(&stock.plan);
    weir_net_destroy(&stock.net);
    ledger_assert_settled(&stock.ledger);
}

/* --- All of them -------------------------------------------------------------------------------------------------- */

int main(void)
{
    static const int all[DIAGNOSES] = {0, 1, 2, 3};
    struct suite suite = {0};
    ADD_REFUSALS(&suite, test_lag, "weir_gradient_by_lag", lag_refusals);
    ADD_REFUSALS(&suite, test_jacobian, "weir_jacobian_norm", jacobian_refusals);
    ADD_REFUSALS(&suite, test_path, "weir_direct_path", path_refusals);
    ADD_REFUSALS(&suite, test_gates, "weir_gate_statistics", gate_refusals);
    suite_add(&suite, test_moments, NULL, "diagnoses of the wrong plan or tape, or at the wrong moment");
    suite_add(&suite, test_memory_limit, NULL, "diagnoses refuse a tape that keeps states only");
    suite_add(&suite, test_nulls, NULL, "diagnoses refuse NULL");
    suite_add(&suite, test_precision, NULL, "weir_gradient_by_lag refuses the other precision");
    for (size_t i = 0; i < sizeof odd_nets / sizeof *odd_nets; i++)
        suite_add(&suite, test_odd_net, &odd_nets[i], "diagnoses of %s", odd_nets[i].what);
    suite_add(&suite, test_both_directions, NULL, "weir_gate_statistics knows a layer's directions apart");
    for (int i = 0; i < DIAGNOSES; i++)
        suite_add(&suite, test_every_allocation_failed, &all[i], "%s: every allocation failed", diagnoses[i].name);
    return suite_run(&suite, "diagnose");
}
