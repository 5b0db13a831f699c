/*
 * overhead/measure.c: a plan, its packing alone, and its bare products, sampled in turn.
 */
#include "overhead/overhead.h"

#include <inttypes.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "work/products.h"
#include "work/timing.h"

static void run_plan(void *context) { workload_run(context); }

static void run_packing(void *context) { workload_pack(context); }

static void run_bare(void *context) { products_run(context); }

static void show(const struct overhead_rows *rows, size_t i, double part)
{
    const struct point *point = &rows->rows[i].point;
    progress_show(((double)i + part) / (double)rows->count,
                  "%s, %s, %s, %" PRId64 " steps, %" PRId64 " units, batch %" PRId64, point->stack.cell->name,
                  point_mode_name(point), point_precision_name(point), point->steps, point->stack.hidden, point->batch);
}

struct timings {
    struct timing packing, plan, bare;
};

static struct timings open_timings(struct workload *workload, struct products *products)
{
    return (struct timings){.packing = timing_open((struct subject){.run = run_packing, .context = workload}),
                            .plan = timing_open((struct subject){.run = run_plan, .context = workload}),
                            .bare = timing_open((struct subject){.run = run_bare, .context = products})};
}

/* A B C A B C: what slows the machine for a while slows all, and the ratio of neighbours does not see it. */
static void sample_in_turn(const struct overhead_rows *rows, size_t i, struct timings *timings,
                           const struct measure_options *options)
{
    struct overhead_row *row = &rows->rows[i];
    struct samples ratios = {0}, packing = {0};
    for (int64_t k = 0; k < options->samples && !interrupted(); k++) {
        show(rows, i, (double)k / (double)options->samples);
        if (row->point.mode == WEIR_TRAINING)
            timing_sample(&timings->packing, options->sample_seconds);
        timing_sample(&timings->plan, options->sample_seconds);
        timing_sample(&timings->bare, options->sample_seconds);
        samples_add(&ratios, timings->plan.samples.values[k] / timings->bare.samples.values[k]);
        if (row->point.mode == WEIR_TRAINING)
            samples_add(&packing, timings->packing.samples.values[k] / timings->plan.samples.values[k]);
    }
    row->plan = samples_estimate(&timings->plan.samples);
    row->bare = samples_estimate(&timings->bare.samples);
    row->ratio = samples_estimate(&ratios);
    row->packing = samples_estimate(&packing);
    row->busy = 0.5 * (timing_busy_part(&timings->plan) + timing_busy_part(&timings->bare));
    row->measured = ratios.count > 0;
}

static void measure_row(const struct overhead_rows *rows, size_t i, const struct machine *machine,
                        const struct measure_options *options)
{
    struct overhead_row *row = &rows->rows[i];
    show(rows, i, 0.0);
    if (row->point.stack.bidirectional) {
        snprintf(row->skipped.text, sizeof row->skipped.text, "bare products are of one direction only");
        return;
    }
    struct workload *workload = workload_open(&row->point, &row->skipped);
    if (workload == NULL)
        return;
    row->tile_steps = workload_described(workload, "tile_steps", row->point.steps);
    struct products *products = products_open(&row->point, row->tile_steps);
    if (products == NULL) {
        snprintf(row->skipped.text, sizeof row->skipped.text, "no memory for its products");
    } else {
        struct timings timings = open_timings(workload, products);
        row->products = products_count(products);
        row->peak_before = peak_measure(point_bits(&row->point), &machine->cpus);
        sample_in_turn(rows, i, &timings, options);
        row->peak_after = peak_measure(point_bits(&row->point), &machine->cpus);
    }
    products_close(&products);
    workload_close(&workload);
}

void overhead_measure(struct overhead_rows *rows, const struct machine *machine, const struct measure_options *options)
{
    for (size_t i = 0; i < rows->count && !interrupted(); i++)
        measure_row(rows, i, machine, options);
}
