/*
 * throughput/sweep.c: the axes that a person names, and the rows that come of them.
 */
#include "throughput/sweep.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/message.h"

static const double drift_limit = 0.05, busy_limit = 0.95;

const char *const precision_names[] = {"f32", "f64", NULL};
const char *const mode_names[] = {"inference", "training", NULL};
const char *const engine_names[] = {"native", "blas", NULL};
const struct numbers usual_cells = {3, {0, 2, 4}};
static const weir_engine engines[] = {WEIR_ENGINE_NATIVE, WEIR_ENGINE_BLAS};

static int64_t lstm_parameters(const struct stack *stack, int64_t hidden)
{
    struct stack lstm = *stack;
    lstm.cell = cell_of(WEIR_LSTM);
    lstm.hidden = hidden;
    return stack_parameters(&lstm);
}

static struct row row_of(const struct sweep *sweep, const struct point *common, const struct cell *cell, size_t group)
{
    struct row row = {.point = *common,
                      .asked_hidden = common->stack.hidden,
                      .matched = sweep->match_parameters,
                      .group = group,
                      .set = sweep->set,
                      .whole_steps = common->steps};
    struct stack *stack = &row.point.stack;
    stack->cell = cell;
    if (sweep->match_parameters) {
        row.asked_parameters = lstm_parameters(stack, stack->hidden);
        stack->hidden = stack_match(stack, row.asked_parameters);
    }
    if (sweep->set != NULL && sweep->cut_steps > 0 && row.point.steps > sweep->cut_steps)
        row.point.steps = sweep->cut_steps;
    row.parameters = stack_parameters(stack);
    if (!sweep->match_parameters)
        row.asked_parameters = row.parameters;
    return row;
}

static void append(struct rows *rows, const struct row *row)
{
    rows->rows = realloc(rows->rows, (rows->count + 1) * sizeof *rows->rows);
    if (rows->rows == NULL)
        message_fail("no memory for a list of rows");
    rows->rows[rows->count++] = *row;
}

static void append_group(struct rows *rows, const struct sweep *sweep, const struct numbers *run,
                         const struct point *common)
{
    for (size_t k = 0; k < sweep->engines.count; k++)
        for (size_t i = 0; i < run->count; i++) {
            struct row row = row_of(sweep, common, &cells[run->values[i]], rows->groups);
            row.point.engine = engines[sweep->engines.values[k]];
            append(rows, &row);
        }
    rows->groups++;
}

/* The combination number `index` of all that differ in more than cell and engine; steps change fastest. */
static struct point point_of(const struct sweep *sweep, size_t index)
{
    const struct numbers *const axes[] = {&sweep->steps,  &sweep->hidden,     &sweep->batch,
                                          &sweep->layers, &sweep->precisions, &sweep->modes};
    int64_t values[sizeof axes / sizeof axes[0]];
    for (size_t i = 0; i < sizeof axes / sizeof axes[0]; i++) {
        values[i] = axes[i]->values[index % axes[i]->count];
        index /= axes[i]->count;
    }
    return (struct point){
        .stack = {.inputs = sweep->inputs == 0 ? values[1] : sweep->inputs, .hidden = values[1], .layers = values[3]},
        .steps = values[0],
        .batch = values[2],
        .precision = values[4] == 0 ? WEIR_F32 : WEIR_F64,
        .mode = values[5] == 0 ? WEIR_INFERENCE : WEIR_TRAINING,
    };
}

static bool allows(const struct numbers *list, int64_t value)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->values[i] == value)
            return true;
    return list->count == 0;
}

static bool is_chosen(const struct sweep *sweep, const struct point *point)
{
    const struct stack *stack = &point->stack;
    return (stack->cell == NULL || allows(&sweep->cells, stack->cell - cells)) && allows(&sweep->steps, point->steps) &&
           allows(&sweep->hidden, stack->hidden) && allows(&sweep->batch, point->batch) &&
           allows(&sweep->layers, stack->layers) && allows(&sweep->modes, point->mode == WEIR_TRAINING) &&
           (sweep->inputs == 0 || sweep->inputs == stack->inputs);
}

/* One of a set's points, in each precision. */
static void append_set_point(struct rows *rows, const struct sweep *sweep, struct point point)
{
    const struct numbers *open = sweep->cells.count > 0 ? &sweep->cells : &usual_cells;
    const struct numbers said = {1, {point.stack.cell == NULL ? 0 : point.stack.cell - cells}};
    for (size_t i = 0; i < sweep->precisions.count; i++) {
        point.precision = sweep->precisions.values[i] == 0 ? WEIR_F32 : WEIR_F64;
        append_group(rows, sweep, point.stack.cell == NULL ? open : &said, &point);
    }
}

static void append_set(struct rows *rows, const struct sweep *sweep)
{
    const size_t count = shape_set_count(sweep->set);
    for (size_t i = 0; i < count; i++) {
        const struct point point = shape_set_point(sweep->set, i);
        if (is_chosen(sweep, &point))
            append_set_point(rows, sweep, point);
    }
}

static void append_combinations(struct rows *rows, const struct sweep *sweep)
{
    const size_t combinations = sweep->steps.count * sweep->hidden.count * sweep->batch.count * sweep->layers.count *
                                sweep->precisions.count * sweep->modes.count;
    for (size_t i = 0; i < combinations; i++) {
        const struct point common = point_of(sweep, i);
        append_group(rows, sweep, &sweep->cells, &common);
    }
}

void rows_append(struct rows *rows, const struct sweep *sweep)
{
    if (sweep->set != NULL)
        append_set(rows, sweep);
    else
        append_combinations(rows, sweep);
}

void rows_close(struct rows *rows)
{
    free(rows->rows);
    *rows = (struct rows){0};
}

struct rows rows_of_engine(const struct rows *rows, weir_engine engine)
{
    struct rows copy = {
        .count = rows->count, .rows = buffer_allocate(rows->count, sizeof *copy.rows), .groups = rows->groups};
    for (size_t i = 0; i < rows->count; i++) {
        copy.rows[i] = rows->rows[i];
        copy.rows[i].measured &= copy.rows[i].point.engine == engine;
    }
    return copy;
}

size_t rows_measured(const struct rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += rows->rows[i].measured;
    return count;
}

weir_engine rows_engine(const struct rows *rows)
{
    return rows->count > 0 ? rows->rows[0].point.engine : WEIR_ENGINE_NATIVE;
}

const struct row *rows_in_group(const struct rows *rows, size_t i, const struct cell *cell, weir_engine engine)
{
    size_t first = i; /* groups are contiguous */
    while (first > 0 && rows->rows[first - 1].group == rows->rows[i].group)
        first--;
    for (size_t k = first; k < rows->count && rows->rows[k].group == rows->rows[i].group; k++) {
        const struct row *row = &rows->rows[k];
        if (row->measured && row->point.stack.cell == cell && row->point.engine == engine)
            return row;
    }
    return NULL;
}

double row_peak(const struct row *row) { return 0.5 * (row->peak_before + row->peak_after); }

static double drift_of(double before, double after) { return fabs(after / before - 1.0); }

bool times_are_flagged(double peak_before, double peak_after, double busy)
{
    return drift_of(peak_before, peak_after) > drift_limit || busy < busy_limit;
}

double row_drift(const struct row *row) { return drift_of(row->peak_before, row->peak_after); }

bool row_is_flagged(const struct row *row) { return times_are_flagged(row->peak_before, row->peak_after, row->busy); }

double row_microseconds(const struct row *row) { return 1e6 * row->seconds.median / (double)row->point.steps; }

double row_flops(const struct row *row) { return point_flops(&row->point) / row->seconds.median; }

double row_share(const struct row *row) { return row_flops(row) / row_peak(row); }

double row_sequences(const struct row *row) { return (double)row->point.batch / row->seconds.median; }

double row_steps(const struct row *row) { return row_sequences(row) * (double)row->point.steps; }

double row_weight_rate(const struct row *row, double seconds)
{
    const struct point *point = &row->point;
    return (double)point->steps * point_recurrent_reads(point) * point_recurrent_bytes(point) / seconds;
}
