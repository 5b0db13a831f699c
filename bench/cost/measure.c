/*
 * cost/measure.c: a GRU and an LSTM of one shape, sampled in turn; and what their plans say of themselves.
 */
#include "cost/cost.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "work/timing.h"

enum { SAMPLES_LEAST = 3 };

const struct point *cost_point(const struct cost_row *row) { return &row->cells[COST_LSTM].point; }

bool cost_is_flagged(const struct cost_row *row)
{
    return row_is_flagged(&row->cells[COST_GRU]) || row_is_flagged(&row->cells[COST_LSTM]);
}

struct cost_rows cost_list(const struct sweep *sweep)
{
    struct rows listed = {0};
    rows_append(&listed, sweep);
    struct cost_rows rows = {.count = listed.groups, .rows = buffer_allocate(listed.groups, sizeof *rows.rows)};
    for (size_t i = 0; i < listed.count; i++)
        for (size_t cell = 0; cell < COST_CELLS; cell++)
            if (listed.rows[i].point.stack.cell->kind == cost_kinds[cell])
                rows.rows[listed.rows[i].group].cells[cell] = listed.rows[i];
    rows_close(&listed);
    return rows;
}

void cost_close(struct cost_rows *rows)
{
    free(rows->rows);
    *rows = (struct cost_rows){0};
}

static void run_workload(void *context) { workload_run(context); }

static void show(const struct cost_rows *rows, size_t i)
{
    const struct point *point = cost_point(&rows->rows[i]);
    progress_show((double)i / (double)rows->count, "%s, %s, %" PRId64 " units, batch %" PRId64, point_mode_name(point),
                  point_precision_name(point), point->stack.hidden, point->batch);
}

/* A step's part of what the plan says of a run. */
static double described(const struct workload *workload, const char *key)
{
    return workload_described_real(workload, key, (double)NAN) / (double)workload_point(workload)->steps;
}

static double amount_of(enum quantity quantity, const struct workload *workload)
{
    const weir_net *net = workload_net(workload);
    const weir_plan_size size = workload_size(workload);
    switch (quantity) {
    case QUANTITY_PARAMETERS:
        return (double)weir_net_parameter_count(net);
    case QUANTITY_FLOPS:
        return described(workload, "run_forward_flops") + described(workload, "run_backward_flops");
    case QUANTITY_STATE:
        return (double)(weir_net_state_size(net) * workload_point(workload)->batch);
    case QUANTITY_ACTIVATIONS:
        return described(workload, "run_activation_bytes_read") + described(workload, "run_activation_bytes_written");
    case QUANTITY_TAPE:
        return described(workload, "run_tape_bytes_written");
    case QUANTITY_WEIGHTS:
        return (double)size.weights;
    case QUANTITY_WORKSPACE:
        return (double)size.workspace;
    case QUANTITY_PLAN:
        return (double)size.total;
    default:
        return (double)NAN;
    }
}

static void sample(struct cost_row *row, struct workload *const *workloads, const struct machine *machine,
                   const struct measure_options *options)
{
    const int bits = point_bits(cost_point(row));
    struct timing timings[COST_CELLS];
    for (size_t cell = 0; cell < COST_CELLS; cell++)
        timings[cell] = timing_open((struct subject){.run = run_workload, .context = workloads[cell]});
    const double before = peak_measure(bits, &machine->cpus);
    row->rounds = timing_in_turn(&timings[COST_GRU], &timings[COST_LSTM], options->samples, options->sample_seconds);
    const double after = peak_measure(bits, &machine->cpus);
    row->ratio = samples_estimate(&row->rounds);
    row->measured = row->rounds.count >= SAMPLES_LEAST;
    for (size_t cell = 0; cell < COST_CELLS; cell++) {
        struct row *measured = &row->cells[cell];
        measured->seconds = samples_estimate(&timings[cell].samples);
        measured->samples = row->rounds.count;
        measured->peak_before = before;
        measured->peak_after = after;
        measured->busy = timing_busy_part(&timings[cell]);
        measured->measured = row->measured;
    }
}

static bool open_workloads(struct cost_row *row, struct workload **workloads)
{
    for (size_t cell = 0; cell < COST_CELLS; cell++) {
        struct row *opened = &row->cells[cell];
        workloads[cell] = workload_open(&opened->point, &opened->skipped);
        if (workloads[cell] == NULL)
            return false;
        opened->size = workload_size(workloads[cell]);
        for (enum quantity quantity = 0; quantity < QUANTITIES; quantity++)
            row->amounts[quantity][cell] = amount_of(quantity, workloads[cell]);
    }
    return true;
}

/* Both must be there: a ratio needs two. */
static void measure_row(struct cost_row *row, const struct machine *machine, const struct measure_options *options)
{
    struct workload *workloads[COST_CELLS] = {NULL};
    if (open_workloads(row, workloads))
        sample(row, workloads, machine, options);
    for (size_t cell = 0; cell < COST_CELLS; cell++)
        workload_close(&workloads[cell]);
}

void cost_measure(struct cost_rows *rows, const struct machine *machine, const struct measure_options *options)
{
    for (size_t i = 0; i < rows->count && !interrupted(); i++) {
        show(rows, i);
        measure_row(&rows->rows[i], machine, options);
    }
}
