/*
 * kernels/check_passes.c: the cells' passes against their equations, however rows and units are cut and laid out.
 *
 * A whole layer of rows is computed once and held against the bounds of kernels/passes.h. What any other call computes
 * must have the bits of that one: fewer units, a panel of them, some of the rows, other strides, another place in
 * memory.
 */
#include "kernels/checks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/fence.h"
#include "kernels/passes.h"

enum { ROWS = 5, UNITS = 70, MOST_GAP = 11 };

typedef real numbers[MOST_BLOCKS][ROWS][UNITS];

/* Where an array lies: block, row, unit at data[row * stride + block * block_stride + unit]. */
struct array {
    real *data;
    int64_t stride, block_stride;
};

struct layout {
    int64_t gate_gap, bias_gap, row_gap;
    enum place place;
    bool in_place; /* h is h', and h. is h'. */
};

/* One pass at one level. */
struct trial {
    const struct pass *pass;
    void (*forward)(const struct forward_step_r *step);
    void (*backward)(const struct backward_step_r *step);
    void (*tangent)(const struct tangent_step_r *step);
    bool keeps, in_place;
    numbers in[FIELDS], out[FIELDS]; /* what is read, and what the whole layer came to */
    struct fence fences[FIELDS];
    struct array arrays[FIELDS]; /* data NULL: not there */
    int64_t gate_stride, bias_stride;
};

static bool is_per_unit(enum field field) { return field == BIAS || field == RECURRENT_BIAS; }

static bool has_gates(enum field field)
{
    return field == GATES || field == BIAS || field == RECURRENT || field == DGATES || field == GATES_DOT ||
           field == RECURRENT_DOT;
}

/* --- Laying out --------------------------------------------------------------------------------------------------- */

/* Where a field lies: h may lie where h' does, if that is read at all. */
static enum field home_of(const struct trial *trial, enum field field)
{
    if (!trial->in_place || (field != H && field != H_DOT))
        return field;
    return field == H ? H_BEFORE : H_BEFORE_DOT;
}

static int64_t place_of(const struct array *array, int block, int64_t row, int64_t unit)
{
    return row * array->stride + block * array->block_stride + unit;
}

/* A field's array for so many units, all guards. */
static void place_field(struct trial *trial, enum field field, int64_t units, const struct layout *layout)
{
    const int blocks = has_gates(field) ? trial->pass->gates : 1;
    struct array *array = &trial->arrays[field];
    array->block_stride = field == BIAS ? trial->bias_stride : trial->gate_stride;
    array->stride = is_per_unit(field) ? 0 : (blocks - 1) * array->block_stride + units + layout->row_gap;
    array->data =
        fence_place(&trial->fences[field], layout->place, place_of(array, blocks - 1, ROWS - 1, units - 1) + 1);
}

static bool is_there(const struct trial *trial, const struct use *use) { return !use->kept || trial->keeps; }

static bool uses(const struct use *use, enum field field)
{
    while (use->count && use->field != field)
        use++;
    return use->count > 0;
}

/* Calls `visit` for every number of a use. */
typedef void visitor(struct trial *trial, enum field field, int block, int64_t row, int64_t unit);

static void for_each(struct trial *trial, const struct use *use, int64_t units, visitor *visit)
{
    const int64_t rows = is_per_unit(use->field) ? 1 : ROWS;
    for (int block = use->first; block < use->first + use->count; block++)
        for (int64_t row = 0; row < rows; row++)
            for (int64_t unit = 0; unit < units; unit++)
                visit(trial, use->field, block, row, unit);
}

static void put_in(struct trial *trial, enum field field, int block, int64_t row, int64_t unit)
{
    fence_put(&trial->fences[field], place_of(&trial->arrays[field], block, row, unit),
              trial->in[field][block][row][unit]);
}

static void expect_out(struct trial *trial, enum field field, int block, int64_t row, int64_t unit)
{
    const enum field home = home_of(trial, field);
    fence_expect(&trial->fences[home], place_of(&trial->arrays[home], block, row, unit),
                 trial->out[field][block][row][unit]);
}

static void take_out(struct trial *trial, enum field field, int block, int64_t row, int64_t unit)
{
    trial->out[field][block][row][unit] =
        fence_get(&trial->fences[field], place_of(&trial->arrays[field], block, row, unit));
    expect_out(trial, field, block, row, unit);
}

/* Everything that goes in, and room for what comes out. */
static void lay_out(struct trial *trial, int64_t units, const struct layout *layout)
{
    const struct pass *pass = trial->pass;
    memset(trial->arrays, 0, sizeof trial->arrays);
    const bool forward = uses(pass->reads, H_BEFORE) && uses(pass->writes, H);
    const bool tangent = uses(pass->reads, H_BEFORE_DOT) && uses(pass->writes, H_DOT);
    trial->in_place = layout->in_place && (forward || tangent);
    trial->gate_stride = units + layout->gate_gap;
    trial->bias_stride = units + layout->bias_gap;
    for (const struct use *use = pass->writes; use->count; use++)
        if (is_there(trial, use) && home_of(trial, use->field) == use->field)
            place_field(trial, use->field, units, layout);
    for (const struct use *use = pass->reads; use->count; use++) {
        if (!trial->arrays[use->field].data)
            place_field(trial, use->field, units, layout);
        for_each(trial, use, units, put_in);
    }
}

/* The whole layer's numbers. */
static void expect_whole(struct trial *trial, int64_t units)
{
    for (const struct use *use = trial->pass->writes; use->count; use++)
        if (is_there(trial, use))
            for_each(trial, use, units, expect_out);
}

/* --- Calling ------------------------------------------------------------------------------------------------------ */

/* Rows and units to compute. */
struct part {
    int64_t first_row, rows, first_unit, units;
};

static struct target_r target_of(const struct trial *trial, enum field field, const struct part *part)
{
    const struct array *array = &trial->arrays[home_of(trial, field)];
    if (!array->data)
        return (struct target_r){0};
    return (struct target_r){array->data + place_of(array, 0, part->first_row, part->first_unit), array->stride};
}

static struct matrix_r matrix_of(const struct trial *trial, enum field field, const struct part *part)
{
    const struct target_r target = target_of(trial, field, part);
    return (struct matrix_r){target.data, target.stride};
}

static void call_forward(const struct trial *trial, const struct part *part)
{
    trial->forward(&(struct forward_step_r){
        .rows = part->rows,
        .units = part->units,
        .gate_stride = trial->gate_stride,
        .bias_stride = trial->bias_stride,
        .bias = matrix_of(trial, BIAS, part).data,
        .recurrent_bias = matrix_of(trial, RECURRENT_BIAS, part).data,
        .gates = target_of(trial, GATES, part),
        .recurrent = matrix_of(trial, RECURRENT, part),
        .reset = target_of(trial, RESET, part),
        .h_before = matrix_of(trial, H_BEFORE, part),
        .h = target_of(trial, H, part),
        .c = target_of(trial, C, part),
        .kept_c = target_of(trial, KEPT_C, part),
        .kept_q = target_of(trial, KEPT_Q, part),
    });
}

static void call_backward(const struct trial *trial, const struct part *part)
{
    trial->backward(&(struct backward_step_r){
        .rows = part->rows,
        .units = part->units,
        .gate_stride = trial->gate_stride,
        .gates = matrix_of(trial, GATES, part),
        .y = matrix_of(trial, Y, part),
        .h_before = matrix_of(trial, H_BEFORE, part),
        .c_before = matrix_of(trial, C_BEFORE, part),
        .c = matrix_of(trial, C, part),
        .q = matrix_of(trial, Q, part),
        .dy = matrix_of(trial, DY, part),
        .dh = target_of(trial, DH, part),
        .dc = target_of(trial, DC, part),
        .dgates = target_of(trial, DGATES, part),
        .dq = target_of(trial, DQ, part),
        .reset = target_of(trial, RESET, part),
        .dreset = matrix_of(trial, DRESET, part),
    });
}

static void call_tangent(const struct trial *trial, const struct part *part)
{
    trial->tangent(&(struct tangent_step_r){
        .rows = part->rows,
        .units = part->units,
        .gate_stride = trial->gate_stride,
        .gates = matrix_of(trial, GATES, part),
        .h = matrix_of(trial, Y, part),
        .h_before = matrix_of(trial, H_BEFORE, part),
        .c = matrix_of(trial, C, part),
        .c_before = matrix_of(trial, C_BEFORE, part),
        .q = matrix_of(trial, Q, part),
        .gates_dot = target_of(trial, GATES_DOT, part),
        .recurrent_dot = matrix_of(trial, RECURRENT_DOT, part),
        .reset_dot = target_of(trial, RESET_DOT, part),
        .h_before_dot = matrix_of(trial, H_BEFORE_DOT, part),
        .h_dot = target_of(trial, H_DOT, part),
        .c_dot = target_of(trial, C_DOT, part),
    });
}

static void call(const struct trial *trial, struct part part)
{
    static void (*const calls[])(const struct trial *trial, const struct part *part) = {
        [FORWARD] = call_forward, [BACKWARD] = call_backward, [TANGENT] = call_tangent};
    calls[trial->pass->way](trial, &part);
}

static void check_all(const struct trial *trial, const char *what, int64_t a, int64_t b)
{
    for (int field = 0; field < FIELDS; field++)
        if (trial->arrays[field].data)
            fence_check(&trial->fences[field], "%s, %s %lld %lld: field %d", trial->pass->name, what, (long long)a,
                        (long long)b, field);
}

/* --- The whole layer, against the equations ----------------------------------------------------------------------- */

static const struct layout tight = {0, 0, 0, AT_END, false};

/* Sums of gates go to where functions saturate; all else is of the size of a state. */
static void draw_numbers(struct trial *trial)
{
    struct generator generator = {weir_mix((uint64_t)trial->pass->kind)};
    for (int field = 0; field < FIELDS; field++) {
        const double most = field == GATES && trial->pass->way == FORWARD ? 9 : 1;
        for (int block = 0; block < MOST_BLOCKS; block++)
            for (int64_t row = 0; row < ROWS; row++)
                for (int64_t unit = 0; unit < UNITS; unit++)
                    trial->in[field][block][row][unit] = draw(&generator, -most, most);
    }
}

static struct unit unit_of(const struct trial *trial, int64_t row, int64_t unit)
{
    struct unit given = {0};
    for (int field = 0; field < FIELDS; field++)
        for (int block = 0; block < MOST_BLOCKS; block++)
            given.of[field][block].value =
                (wide)trial->in[field][block][is_per_unit((enum field)field) ? 0 : row][unit];
    return given;
}

/* How far off a number is, in parts of what it may be. */
static double share_of_bound(struct estimate estimate, real ours)
{
    const wide bound = estimate.error * (1 + (wide)0x1p-6), off = WIDE(fabs)((wide)ours - estimate.value);
    return off == 0 ? 0.0 : bound > 0 && off <= bound ? (double)(off / bound) : (double)INFINITY;
}

static double compare_unit(const struct trial *trial, int64_t row, int64_t unit)
{
    double worst = 0.0;
    struct unit exact = unit_of(trial, row, unit);
    trial->pass->equations(&exact);
    for (const struct use *use = trial->pass->writes; use->count; use++)
        for (int block = use->first; is_there(trial, use) && block < use->first + use->count; block++) {
            const struct estimate estimate = exact.of[use->field][block];
            const real ours = trial->out[use->field][block][row][unit];
            const double share = share_of_bound(estimate, ours);
            if (!(share <= 1.0))
                fail_msg("%s: field %d, block %d, row %lld, unit %lld is %a, not %a +- %a", trial->pass->name,
                         (int)use->field, block, (long long)row, (long long)unit, (double)ours, (double)estimate.value,
                         (double)estimate.error);
            worst = share > worst ? share : worst;
        }
    return worst;
}

static void compute_whole(struct trial *trial)
{
    double worst = 0.0;
    lay_out(trial, UNITS, &tight);
    call(trial, (struct part){0, ROWS, 0, UNITS});
    for (const struct use *use = trial->pass->writes; use->count; use++)
        if (is_there(trial, use))
            for_each(trial, use, UNITS, take_out);
    check_all(trial, "whole", ROWS, UNITS);
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t unit = 0; unit < UNITS; unit++)
            worst = fmax(worst, compare_unit(trial, row, unit));
    assert_true(worst > 0.0 || trial->pass->kind == WEIR_RNN_RELU);
}

/* --- The same in other ways --------------------------------------------------------------------------------------- */

static const struct layout layouts[] = {
    {0, 0, 0, AT_START, false},
    {0, 0, 0, AT_END, false},
    {3, 2, 1, AT_START, false},
    {3, 0, 0, AT_END, false},
    {2, 5, 7, AT_END, false},
    {1, 0, 3, AT_START, true},
    {MOST_GAP, 0, MOST_GAP, AT_END, true},
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static void check_units(struct trial *trial)
{
    for (int64_t units = 1; units <= UNITS; units++)
        for (int l = 0; l < LAYOUTS; l++) {
            lay_out(trial, units, &layouts[l]);
            expect_whole(trial, units);
            call(trial, (struct part){0, ROWS, 0, units});
            check_all(trial, "units, layout", units, l);
        }
}

/* Two panels, wherever the cut; then two batches. */
static void check_cuts(struct trial *trial)
{
    for (int64_t cut = 1; cut < UNITS; cut++) {
        lay_out(trial, UNITS, &layouts[cut % LAYOUTS]);
        expect_whole(trial, UNITS);
        call(trial, (struct part){0, ROWS, 0, cut});
        call(trial, (struct part){0, ROWS, cut, UNITS - cut});
        check_all(trial, "units cut at", cut, UNITS);
    }
    for (int64_t cut = 1; cut < ROWS; cut++) {
        lay_out(trial, UNITS - 1, &layouts[cut % LAYOUTS]);
        expect_whole(trial, UNITS - 1);
        call(trial, (struct part){cut, ROWS - cut, 0, UNITS - 1});
        call(trial, (struct part){0, cut, 0, UNITS - 1});
        check_all(trial, "rows cut at", cut, ROWS);
    }
}

/* A number that is none, in one unit of one row: nothing else changes. */
static void check_nan(struct trial *trial, const struct use *use, int block)
{
    const int64_t row = 2, unit = ((int)use->field * 5 + block * 13) % UNITS;
    lay_out(trial, UNITS, &tight);
    expect_whole(trial, UNITS);
    fence_put(&trial->fences[use->field], place_of(&trial->arrays[use->field], block, row, unit), (real)NAN);
    call(trial, (struct part){0, ROWS, 0, UNITS});
    for (const struct use *out = trial->pass->writes; out->count; out++)
        for (int b = out->first; is_there(trial, out) && b < out->first + out->count; b++) {
            const int64_t place = place_of(&trial->arrays[out->field], b, row, unit);
            fence_expect(&trial->fences[out->field], place, fence_get(&trial->fences[out->field], place));
        }
    check_all(trial, "NaN in field, block", use->field, block);
}

static void check_nans(struct trial *trial)
{
    for (const struct use *use = trial->pass->reads; use->count; use++)
        for (int block = use->first; !is_per_unit(use->field) && block < use->first + use->count; block++)
            check_nan(trial, use, block);
}

/* --- Every pass --------------------------------------------------------------------------------------------------- */

static void check_pass(struct trial *trial)
{
    draw_numbers(trial);
    compute_whole(trial);
    check_units(trial);
    check_cuts(trial);
    check_nans(trial);
}

static void open_trial(struct trial *trial, enum level level, const struct pass *pass)
{
    const struct stage_r *stage = &cell_of_r(level, pass->kind)->stages[pass->stage];
    trial->pass = pass;
    trial->forward = stage->forward;
    trial->backward = stage->backward;
    trial->tangent = stage->tangent;
    for (int field = 0; field < FIELDS; field++)
        fence_open(&trial->fences[field], ROWS * (MOST_BLOCKS * (UNITS + MOST_GAP) + MOST_GAP));
}

/* The level, and the pass. */
struct of {
    enum level level;
    const struct pass *pass;
};

static void test_pass(void **state)
{
    const struct of *of = *state;
    struct trial *trial = calloc(1, sizeof *trial);
    assert_non_null(trial);
    open_trial(trial, of->level, of->pass);
    for (int keeps = of->pass->keeps ? 0 : 1; keeps < 2; keeps++) {
        trial->keeps = keeps;
        check_pass(trial);
    }
    for (int field = 0; field < FIELDS; field++)
        fence_close(&trial->fences[field]);
    free(trial);
}

void add_pass_checks(struct suite *suite, const enum level *level)
{
    static struct of all[LEVEL_COUNT][MOST_PASSES];
    for (int i = 0; i < pass_count; i++) {
        struct of *of = &all[*level][i];
        *of = (struct of){*level, &passes[i]};
        suite_add(suite, test_pass, of, "%s: %s", weir_level_name(*level), passes[i].name);
    }
}
