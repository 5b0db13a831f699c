/*
 * test_work.c: what is run, and what it costs: formulas, sets of shapes, roofs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "roofline/model.h"
#include "test_support.h"
#include "throughput/sweep.h"
#include "work/sets.h"
#include "work/stack.h"

/* --- formulas --- */

static void cells_stand_where_their_names_do(void **state)
{
    (void)state;
    for (size_t i = 0; cell_names[i] != NULL; i++) {
        assert_string_equal(cells[i].name, cell_names[i]);
        assert_ptr_equal(cell_of(cells[i].kind), &cells[i]);
    }
}

static void parameters_are_counted(void **state)
{
    (void)state;
    /* PyTorch: sum(p.numel() for p in torch.nn.LSTM(10, 20, 2).parameters()) is 5920. */
    struct stack stack = {.cell = cell_of(WEIR_LSTM), .inputs = 10, .hidden = 20, .layers = 2};
    assert_int_equal(stack_parameters(&stack), 5920);
    stack.cell = cell_of(WEIR_GRU);
    assert_int_equal(stack_parameters(&stack), 4440);
    stack.outputs = 5;
    assert_int_equal(stack_parameters(&stack), 4440 + 5 * 21);
}

static void flops_are_counted(void **state)
{
    (void)state;
    /* T = 7, B = 3; layer one 2*7*3*3*20*(10+20), layer two 2*7*3*3*20*(20+20). */
    const struct stack stack = {.cell = cell_of(WEIR_GRU), .inputs = 10, .hidden = 20, .layers = 2};
    assert_near(stack_forward_flops(&stack, 7, 3), 75600.0 + 100800.0, 0.0);
    assert_near(stack_training_flops(&stack, 7, 3), 3.0 * 176400.0, 0.0);
    assert_near(stack_recurrent_weights(&stack), 2.0 * 3.0 * 400.0, 0.0);
}

static void bytes_are_counted_beyond_what_an_integer_holds(void **state)
{
    (void)state;
    struct point point = {.stack = {.cell = cell_of(WEIR_GRU), .inputs = 10, .hidden = 20, .layers = 2},
                          .steps = 7,
                          .batch = 3,
                          .mode = WEIR_INFERENCE};
    point.precision = WEIR_F32;
    assert_near(point_bytes(&point), 4.0 * (4440.0 + 21.0 * 30.0), 0.0);
    point.mode = WEIR_TRAINING;
    assert_near(point_bytes(&point), 8.0 * (4440.0 + 21.0 * 30.0), 0.0);
    point.steps = point.batch = INT64_C(1) << 40;
    assert_near(point_bytes(&point), 8.0 * (4440.0 + 0x1p80 * 30.0), 0x1p40);
}

static void both_directions_are_counted(void **state)
{
    (void)state;
    /* PyTorch: sum(p.numel() for p in torch.nn.LSTM(10, 20, 2, bidirectional=True).parameters()) is 15040. */
    const struct stack stack = {
        .cell = cell_of(WEIR_LSTM), .inputs = 10, .hidden = 20, .layers = 2, .bidirectional = true};
    assert_int_equal(stack_parameters(&stack), 15040);
    assert_int_equal(stack_reads(&stack, 0), 10);
    assert_int_equal(stack_reads(&stack, 1), 40);
    assert_near(stack_forward_flops(&stack, 1, 1), 2.0 * 2.0 * 80.0 * (10.0 + 20.0 + 40.0 + 20.0), 0.0);
    assert_near(stack_recurrent_weights(&stack), 2.0 * 2.0 * 1600.0, 0.0);
}

static void matching_finds_the_nearest_size(void **state)
{
    (void)state;
    const weir_kind kinds[] = {WEIR_RNN, WEIR_GRU, WEIR_LSTM};
    for (size_t k = 0; k < 3; k++) {
        struct stack stack = {.cell = cell_of(kinds[k]), .inputs = 88, .layers = 2, .outputs = 88};
        for (int64_t wanted = 1000; wanted < 2000000; wanted = wanted * 3 / 2 + 1) {
            stack.hidden = stack_match(&stack, wanted);
            const int64_t off = llabs(stack_parameters(&stack) - wanted);
            stack.hidden++;
            assert_true(llabs(stack_parameters(&stack) - wanted) >= off);
            stack.hidden -= 2;
            assert_true(stack.hidden == 0 || llabs(stack_parameters(&stack) - wanted) >= off);
        }
    }
}

static void matching_a_size_with_itself_changes_nothing(void **state)
{
    (void)state;
    struct stack stack = {.cell = cell_of(WEIR_LSTM), .inputs = 256, .hidden = 256, .layers = 1};
    assert_int_equal(stack_match(&stack, stack_parameters(&stack)), 256);
}

/* --- sets --- */

static const struct shape_set *set_named(const char *name)
{
    struct numbers set = {0};
    struct why why;
    assert_true(names_parse(&set, name, shape_set_names, &why));
    return &shape_sets[set.values[0]];
}

static void sets_stand_where_their_names_do(void **state)
{
    (void)state;
    size_t count = 0;
    for (; shape_sets[count].name != NULL; count++)
        assert_ptr_equal(set_named(shape_sets[count].name), &shape_sets[count]);
    assert_null(shape_set_names[count]);
}

static void sets_have_as_many_points_as_their_sources(void **state)
{
    (void)state;
    assert_int_equal(shape_set_count(set_named("deepbench-server")), 69);
    assert_int_equal(shape_set_count(set_named("deepbench-device")), 3);
    assert_int_equal(shape_set_count(set_named("deepbench-training")), 53);
    /* perf_rnn_cpu's 24 + 24 + 24 shapes twice; shapes_inference; shapes_training */
    assert_int_equal(shape_set_count(set_named("benchdnn")), 2 * 72 + 9 + 9);
    assert_int_equal(shape_set_count(set_named("haste")), 2 * 2 * 180);
    assert_int_equal(shape_set_count(set_named("rtneural")), 12);
    assert_int_equal(shape_set_count(set_named("rnnt")), 20);
}

/* An open cell is any. */
static bool same_point(const struct point *a, const struct point *b)
{
    return (a->stack.cell == b->stack.cell || a->stack.cell == NULL || b->stack.cell == NULL) &&
           a->stack.inputs == b->stack.inputs && a->stack.hidden == b->stack.hidden &&
           a->stack.layers == b->stack.layers && a->stack.bidirectional == b->stack.bidirectional &&
           a->batch == b->batch && a->steps == b->steps && a->mode == b->mode;
}

static void no_set_has_a_point_twice(void **state)
{
    (void)state;
    for (const struct shape_set *set = shape_sets; set->name != NULL; set++)
        for (size_t i = 0; i < shape_set_count(set); i++) {
            const struct point point = shape_set_point(set, i);
            assert_true(point.stack.inputs > 0 && point.stack.hidden > 0 && point.batch > 0 && point.steps > 0);
            for (size_t k = 0; k < i; k++) {
                const struct point other = shape_set_point(set, k);
                if (same_point(&point, &other))
                    fail_msg("%s has point %zu again as %zu", set->name, k, i);
            }
        }
}

static void points_are_those_of_their_sources(void **state)
{
    (void)state;
    const struct shape_set *server = set_named("deepbench-server"), *benchdnn = set_named("benchdnn");
    const struct point first = shape_set_point(server, 0), last = shape_set_point(server, 68);
    assert_true(first.stack.cell->kind == WEIR_LSTM && first.stack.hidden == 512 && first.stack.inputs == 512);
    assert_true(first.batch == 1 && first.steps == 25 && first.mode == WEIR_INFERENCE && first.stack.layers == 1);
    assert_true(last.stack.cell->kind == WEIR_GRU && last.batch == 4 && last.steps == 1500);
    size_t both = 0, training = 0, open = 0;
    for (size_t i = 0; i < shape_set_count(benchdnn); i++) {
        const struct point point = shape_set_point(benchdnn, i);
        both += point.stack.bidirectional;
        training += point.mode == WEIR_TRAINING;
        open += point.stack.cell == NULL;
    }
    assert_int_equal(both, 2 * 3 * 8);
    assert_int_equal(training, 72 + 9);
    assert_int_equal(open, 4 + 9);
}

static void lists_choose_among_the_points_of_a_set(void **state)
{
    (void)state;
    struct sweep sweep = {.set = set_named("deepbench-server"),
                          .precisions = {2, {0, 1}},
                          .engines = {1, {0}},
                          .steps = {2, {25, 1500}},
                          .batch = {1, {4}},
                          .cut_steps = 100};
    struct rows rows = {0};
    rows_append(&rows, &sweep);
    assert_int_equal(rows.count, 2 * (3 + 5)); /* three LSTMs of 25 steps, five GRUs of 1500; f32 and f64 */
    for (size_t i = 0; i < rows.count; i++) {
        assert_int_equal(rows.rows[i].point.steps, rows.rows[i].whole_steps == 25 ? 25 : 100);
        assert_int_equal(rows.rows[i].point.batch, 4);
        assert_ptr_equal(rows.rows[i].set, sweep.set);
    }
    rows_close(&rows);
    sweep.cells = (struct numbers){1, {0}};
    rows_append(&rows, &sweep);
    assert_int_equal(rows.count, 0); /* DeepBench's vanilla RNN has a ReLU */
    rows_close(&rows);
}

static void open_cells_are_run_with_those_named(void **state)
{
    (void)state;
    struct sweep sweep = {.set = set_named("benchdnn"),
                          .precisions = {1, {0}},
                          .engines = {2, {0, 1}},
                          .hidden = {1, {500}},
                          .modes = {1, {1}}};
    struct rows rows = {0};
    rows_append(&rows, &sweep);
    assert_int_equal(rows.count, 2 * 3); /* both engines; RNN, GRU and LSTM in one group */
    assert_int_equal(rows.groups, 1);
    rows_close(&rows);
    sweep.cells = (struct numbers){1, {3}};
    rows_append(&rows, &sweep);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.rows[0].point.stack.cell->kind, WEIR_GRU_RESET_BEFORE);
    rows_close(&rows);
}

/* --- roofs --- */

static struct point gru_point(weir_mode mode)
{
    return (struct point){.stack = {.cell = cell_of(WEIR_GRU), .inputs = 10, .hidden = 20, .layers = 2},
                          .steps = 7,
                          .batch = 3,
                          .precision = WEIR_F32,
                          .mode = mode};
}

/* R is 2*3*20*20 numbers, W 3*20*10 + 3*20*20; seven steps are three tiles of three, three and one. */
static void weights_are_read_each_step_or_each_tile(void **state)
{
    (void)state;
    const double R = 2400.0, W = 1800.0;
    const struct point inference = gru_point(WEIR_INFERENCE), training = gru_point(WEIR_TRAINING);
    const struct work forward = work_of(&inference, 3), both = work_of(&training, 3);
    assert_near(forward.step_bytes, 7.0 * R * 4.0, 0.0);
    assert_near(forward.tile_bytes, 3.0 * W * 4.0, 0.0);
    assert_near(both.step_bytes, 2.0 * forward.step_bytes, 0.0);
    assert_near(both.tile_bytes, 2.0 * forward.tile_bytes, 0.0);
    assert_near(forward.step_flops + forward.tile_flops, point_flops(&inference), 0.0);
    assert_near(both.step_flops + both.tile_flops, point_flops(&training), 0.0);
    assert_near(both.step_flops, 2.0 * forward.step_flops, 0.0);
    assert_near(work_intensity(&forward), 42.0 * (R + W) / (28.0 * R + 12.0 * W), 1e-12);
    assert_near(work_recurrent_bytes(&inference), 3.0 * 400.0 * 4.0, 0.0);
}

static void intensity_grows_with_the_batch_and_falls_with_the_precision(void **state)
{
    (void)state;
    struct point point = gru_point(WEIR_INFERENCE);
    const struct work one = work_of(&point, 7);
    point.batch *= 5;
    const struct work more = work_of(&point, 7);
    point.precision = WEIR_F64;
    const struct work wide = work_of(&point, 7);
    assert_near(work_intensity(&more), 5.0 * work_intensity(&one), 1e-12);
    assert_near(work_intensity(&wide), 2.5 * work_intensity(&one), 1e-12);
}

static void a_roof_is_the_lower_of_peak_and_bandwidth(void **state)
{
    (void)state;
    struct limits limits = {
        .caches = {.l1 = 4000, .l2 = 5000, .l3 = 100000}, .bandwidth = {{400.0, 200.0, 100.0, 50.0}}, .peak = 1000.0};
    const struct point point = gru_point(WEIR_INFERENCE);
    const struct roof memory = roof_of(&point, 7, &limits);
    assert_int_equal(memory.level, LEVEL_L2); /* 4800 bytes of R */
    assert_false(memory.is_peak);
    assert_near(memory.flops, memory.intensity * 200.0, 1e-9);
    assert_true(memory.phase_flops <= memory.flops);
    limits.peak = 100.0;
    const struct roof arithmetic = roof_of(&point, 7, &limits);
    assert_true(arithmetic.is_peak);
    assert_near(arithmetic.flops, 100.0, 0.0);
    /* Step products: 7*3*2*2400 FLOPs in 7*2400*4 bytes; tile products hardly read anything. */
    limits.peak = 400.0;
    const struct roof phases = roof_of(&point, 7, &limits);
    const double step_seconds = 7.0 * 2400.0 * 4.0 / 200.0, tile_seconds = 42.0 * 1800.0 / 400.0;
    assert_near(phases.phase_flops, point_flops(&point) / (step_seconds + tile_seconds), 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_where_their_names_do),
        cmocka_unit_test(parameters_are_counted),
        cmocka_unit_test(flops_are_counted),
        cmocka_unit_test(bytes_are_counted_beyond_what_an_integer_holds),
        cmocka_unit_test(both_directions_are_counted),
        cmocka_unit_test(matching_finds_the_nearest_size),
        cmocka_unit_test(matching_a_size_with_itself_changes_nothing),
        cmocka_unit_test(sets_stand_where_their_names_do),
        cmocka_unit_test(sets_have_as_many_points_as_their_sources),
        cmocka_unit_test(no_set_has_a_point_twice),
        cmocka_unit_test(points_are_those_of_their_sources),
        cmocka_unit_test(lists_choose_among_the_points_of_a_set),
        cmocka_unit_test(open_cells_are_run_with_those_named),
        cmocka_unit_test(weights_are_read_each_step_or_each_tile),
        cmocka_unit_test(intensity_grows_with_the_batch_and_falls_with_the_precision),
        cmocka_unit_test(a_roof_is_the_lower_of_peak_and_bandwidth),
    };
    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
