/*
 * test_cost.c: `weir-bench cost`: what a GRU and an LSTM are on paper and in plans, what is concluded from times, and
 * that records are whole.
 */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <weir/weir.h>

#include "all/committed.h"
#include "base/interrupt.h"
#include "cost/finding.h"
#include "cost/heat.h"
#include "cost/options.h"
#include "work/data.h"

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.9g is not %.9g to %g", value, expected, tolerance);
}

/* --- on paper --- */

static struct point point_of(int64_t hidden, int64_t batch, weir_mode mode, weir_precision precision)
{
    return (struct point){
        .stack = {.cell = cell_of(WEIR_LSTM), .inputs = hidden, .hidden = hidden, .layers = 1},
        .steps = 7,
        .batch = batch,
        .precision = precision,
        .mode = mode,
    };
}

/* 10 units, 10 inputs, two biases, by hand. */
static void amounts_are_those_by_hand(void **state)
{
    (void)state;
    const struct point point = point_of(10, 3, WEIR_TRAINING, WEIR_F64);
    const struct point running = point_of(10, 3, WEIR_INFERENCE, WEIR_F32);
    assert_near(theory_amount(QUANTITY_PARAMETERS, &point, COST_GRU), 3 * (100 + 100 + 10 + 10), 0.0);
    assert_near(theory_amount(QUANTITY_PARAMETERS, &point, COST_LSTM), 4 * (100 + 100 + 10 + 10), 0.0);
    assert_near(theory_amount(QUANTITY_FLOPS, &running, COST_LSTM), 2 * 3 * 40 * 20, 0.0);
    assert_near(theory_amount(QUANTITY_FLOPS, &point, COST_GRU), 3 * 2 * 3 * 30 * 20, 0.0);
    assert_near(theory_amount(QUANTITY_FUNCTIONS, &running, COST_LSTM), 5 * 3 * 10, 0.0);
    assert_near(theory_amount(QUANTITY_TAPE, &point, COST_GRU), 5 * 3 * 10 * 8, 0.0);
    assert_near(theory_amount(QUANTITY_TAPE, &running, COST_GRU), 0.0, 0.0);
    assert_near(theory_ratio(QUANTITY_TAPE, WEIR_TRAINING), 5.0 / 6.0, 1e-15);
    assert_near(theory_ratio(QUANTITY_STATE, WEIR_INFERENCE), 0.5, 0.0);
    assert_true(isnan(theory_ratio(QUANTITY_TAPE, WEIR_INFERENCE)));
    assert_true(isnan(theory_ratio(QUANTITY_PLAN, WEIR_TRAINING)));
}

/* --- rows --- */

static struct cost_options brief(void)
{
    struct cost_options options = cost_options_default();
    options.sweep.hidden = (struct numbers){2, {5, 16}};
    options.sweep.batch = (struct numbers){2, {1, 3}};
    options.sweep.steps = (struct numbers){1, {6}};
    options.sweep.precisions = (struct numbers){2, {0, 1}};
    options.measure.samples = 4;
    options.measure.sample_seconds = 1e-4;
    return options;
}

static struct machine this_machine(void)
{
    struct machine machine = {0};
    struct why why;
    assert_true(pin_choose(&machine.cpus, &(struct numbers){0}, 1, &why));
    return machine;
}

static void rows_are_pairs_of_one_shape(void **state)
{
    (void)state;
    const struct cost_options options = brief();
    struct cost_rows rows = cost_list(&options.sweep);
    assert_int_equal(rows.count, 2 * 2 * 2 * 2);
    for (size_t i = 0; i < rows.count; i++) {
        struct point gru = rows.rows[i].cells[COST_GRU].point;
        const struct point *lstm = cost_point(&rows.rows[i]);
        assert_int_equal(gru.stack.cell->kind, WEIR_GRU);
        assert_int_equal(lstm->stack.cell->kind, WEIR_LSTM);
        gru.stack.cell = lstm->stack.cell;
        assert_memory_equal(&gru, lstm, sizeof gru);
    }
    cost_close(&rows);
}

/* What plans tell of themselves is what stands on paper. */
static void assert_as_on_paper(const struct cost_row *row)
{
    for (enum quantity quantity = QUANTITY_PARAMETERS; quantity <= QUANTITY_TAPE; quantity++)
        for (enum cost_cell cell = 0; cell < COST_CELLS; cell++)
            if (quantity != QUANTITY_FUNCTIONS) /* which plans do not tell */
                assert_near(row->amounts[quantity][cell], theory_amount(quantity, cost_point(row), cell), 0.0);
}

static void assert_whole(const json_t *record, size_t keys)
{
    const char *key;
    json_t *value;
    assert_int_equal(json_object_size(record), keys);
    json_object_foreach((json_t *)record, key, value)
    {
        const bool running = strcmp(json_string_value(json_object_get(record, "mode")), "inference") == 0;
        if (json_is_real(value))
            assert_true(isfinite(json_real_value(value)) && json_real_value(value) > 0.0);
        else if (json_is_null(value))
            assert_true(running && strcmp(key, "tape_bytes_ratio") == 0);
    }
}

static void records_are_whole(void **state)
{
    (void)state;
    const struct cost_options options = brief();
    const struct machine machine = this_machine();
    struct cost_rows rows = cost_list(&options.sweep);
    cost_measure(&rows, &machine, &options.measure);
    json_t *records = cost_to_json(&rows);
    assert_int_equal(json_array_size(records), rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        const struct cost_row *row = &rows.rows[i];
        assert_true(row->measured && row->rounds.count == 4);
        assert_true(row->ratio.low > 0.0 && row->ratio.low <= row->ratio.median &&
                    row->ratio.median <= row->ratio.high);
        assert_as_on_paper(row);
        assert_whole(json_array_get(records, i), json_object_size(json_array_get(records, 0)));
    }
    json_decref(records);
    cost_close(&rows);
}

/* Runs in a process of its own; whether it ended with status 0. */
static bool ends_well(void (*run)(void))
{
    int status;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        run();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void interrupt(void)
{
    const struct cost_options options = brief();
    const struct machine machine = this_machine();
    struct cost_rows rows = cost_list(&options.sweep);
    interrupt_watch();
    raise(SIGINT);
    cost_measure(&rows, &machine, &options.measure);
    json_t *records = cost_to_json(&rows);
    const struct cost_row *parts[COST_PARTS];
    if (json_array_size(records) > 0 || cost_parts(&rows, parts) > 0)
        _exit(1);
}

static void an_interrupted_run_records_nothing_that_it_has_not_measured(void **state)
{
    (void)state;
    assert_true(ends_well(interrupt));
}

/* --- conclusions --- */

static struct cost_row row_of(int64_t hidden, double from, double to, double busy)
{
    struct cost_row row = {.measured = true};
    for (size_t cell = 0; cell < COST_CELLS; cell++)
        row.cells[cell] = (struct row){.point = point_of(hidden, 1, WEIR_INFERENCE, WEIR_F32),
                                       .peak_before = 1.0,
                                       .peak_after = 1.0,
                                       .busy = busy};
    for (int k = 0; k < 21; k++)
        samples_add(&row.rounds, from + (to - from) * k / 20.0);
    row.ratio = samples_estimate(&row.rounds);
    return row;
}

static void shapes_lie_below_above_or_around(void **state)
{
    (void)state;
    struct cost_row list[] = {
        row_of(16, 0.60, 0.62, 1.0),   /* below */
        row_of(32, 0.730, 0.734, 1.0), /* below, and within 5 % */
        row_of(64, 0.70, 0.80, 1.0),   /* around */
        row_of(128, 0.90, 0.92, 1.0),  /* above */
        row_of(256, 0.30, 0.32, 0.5),  /* flagged */
        row_of(512, 0.30, 0.32, 1.0),  /* not measured */
    };
    const struct cost_rows rows = {sizeof list / sizeof list[0], list};
    list[5].measured = false;
    const struct cost_finding finding = cost_find(&rows, &list[0]);
    assert_int_equal(finding.shapes, 4);
    assert_int_equal(finding.flagged, 1);
    assert_int_equal(finding.sides[COST_BELOW], 2);
    assert_int_equal(finding.sides[COST_CONTAINS], 1);
    assert_int_equal(finding.sides[COST_ABOVE], 1);
    assert_int_equal(finding.verdicts[VERDICT_HELD] + finding.verdicts[VERDICT_NOT_RESOLVED], 2);
    assert_int_equal(cost_verdict_of(&list[1].ratio), VERDICT_HELD);
    assert_int_equal(finding.verdicts[VERDICT_CONTRADICTED], 2);
    assert_ptr_equal(finding.least, &list[0]);
    assert_ptr_equal(finding.most, &list[3]);
    assert_near(finding.mean.median, pow(0.61 * 0.732 * 0.75 * 0.91, 0.25), 1e-3);
    assert_true(finding.mean.low < finding.mean.median && finding.mean.median < finding.mean.high);
}

static void without_shapes_there_is_no_mean(void **state)
{
    (void)state;
    struct cost_row flagged = row_of(16, 0.7, 0.8, 0.5);
    const struct cost_finding finding = cost_find(&(struct cost_rows){1, &flagged}, &flagged);
    assert_int_equal(finding.shapes, 0);
    assert_int_equal(finding.flagged, 1);
    assert_true(isnan(finding.mean.median) && finding.least == NULL);
}

/* --- the map --- */

/* Axes in the order of their first numbers; a pair that is not there has no field. */
static void fields_lie_at_their_units_and_batch(void **state)
{
    (void)state;
    struct heat_field fields[] = {
        {64, 1, {0.7, 0.69, 0.71}, false}, {16, 1, {0.8, 0.78, 0.81}, true}, {64, 4, {0.75, 0.7, 0.8}, false}};
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    heat_draw(&(struct heat){3, fields}, "map", "a title", stream);
    fclose(stream);
    assert_non_null(strstr(text, "$map << end\n0 0 0.7 0.70 0.69..0.71\n1 0 0.8 0.80! 0.78..0.81\n"
                                 "0 1 0.75 0.75 0.70..0.80\nend\n"));
    assert_non_null(strstr(text, "set xrange [-0.5:1.5]\nset xtics scale 0 ('64' 0, '16' 1)\n"));
    assert_non_null(strstr(text, "set yrange [-0.5:1.5]\n"));
    free(text);
}

/* --- options --- */

static const char *bad_option;

static void parse_bad_option(void)
{
    char name[] = "weir-bench cost", option[64];
    char *argv[] = {name, option, NULL};
    struct cost_options options = cost_options_default();
    snprintf(option, sizeof option, "%s", bad_option);
    if (freopen("/dev/null", "w", stderr) != NULL)
        argp_parse(&cost_argp, 2, argv, 0, NULL, &options);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"--hidden=0",      "--batch=4,4",     "--steps=1,2",
                                      "--mode=both",     "--precision=f16", "--samples=102",
                                      "--sample-time=0", "--cells=rnn,gru", "more"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bad_option = bad[i];
        if (ends_well(parse_bad_option))
            fail_msg("%s was taken", bad[i]);
    }
    bad_option = "--hidden=16..64,7";
    assert_true(ends_well(parse_bad_option));
}

static void options_say_what_is_run(void **state)
{
    (void)state;
    char words[][32] = {"weir-bench cost", "--quick", "--steps=9", "--mode=training", "--sample-time=5"};
    char *argv[] = {words[0], words[1], words[2], words[3], words[4], NULL};
    struct cost_options options = cost_options_default();
    argp_parse(&cost_argp, 5, argv, 0, NULL, &options);
    struct cost_rows rows = cost_list(&options.sweep);
    assert_int_equal(rows.count, 4);
    for (size_t i = 0; i < rows.count; i++) {
        assert_int_equal(cost_point(&rows.rows[i])->steps, 9);
        assert_int_equal(cost_point(&rows.rows[i])->mode, WEIR_TRAINING);
    }
    assert_near(options.measure.sample_seconds, 0.005, 1e-12);
    cost_close(&rows);
}

/* --- what comes with Weir --- */

static void committed_costs_are_whole(void **state)
{
    (void)state;
    struct committed committed;
    struct why why;
    char path[1024];
    data_path(BENCH_DATA_SOURCE, "full/cost.csv", path, sizeof path);
    assert_true(committed_read(&committed, path, &why));
    assert_string_not_equal(committed_head(&committed, "date"), "");
    assert_string_not_equal(committed_head(&committed, "cpu"), "");
    assert_memory_equal(committed_head(&committed, "command"), "weir-bench cost", strlen("weir-bench cost"));
    assert_int_equal(committed.rows, 7 * 4 * 2);
    for (size_t row = 0; row < committed.rows; row++) {
        assert_string_equal(committed_text(&committed, row, "precision"), "f32");
        assert_true(committed_number(&committed, row, "time_ratio") > 0.0);
        assert_near(committed_number(&committed, row, "parameters_ratio"), 0.75, 0.0);
    }
    committed_close(&committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_those_by_hand),
        cmocka_unit_test(rows_are_pairs_of_one_shape),
        cmocka_unit_test(records_are_whole),
        cmocka_unit_test(an_interrupted_run_records_nothing_that_it_has_not_measured),
        cmocka_unit_test(shapes_lie_below_above_or_around),
        cmocka_unit_test(without_shapes_there_is_no_mean),
        cmocka_unit_test(fields_lie_at_their_units_and_batch),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(options_say_what_is_run),
        cmocka_unit_test(committed_costs_are_whole),
    };
    return cmocka_run_group_tests_name("cost", tests, NULL, NULL);
}
