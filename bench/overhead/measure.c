/*
 * overhead/measure.c: a plan and its bare products, sampled in turn.
 */
#include "overhead/overhead.h"

#include <inttypes.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "work/products.h"
#include "work/timing.h"

static void run_plan(void *context) { workload_run(context); }

static void run_bare(void *context) { products_run(context); }

static void show(const struct overhead_rows *rows, size_t i, double part)
{
    const struct point *point = &rows->rows[i].point;
    progress_show(((double)i + part) / (double)rows->count,
                  "%s, %s, %s, %" PRId64 " steps, %" PRId64 " units, batch %" PRId64, point->stack.cell->name,
                  point_mode_name(point), point_precision_name(point), point->steps, point->stack.hidden, point->batch);
}

/* A B A B: what slows the machine for a while slows both, and the ratio of neighbours does not see it. */
static void sample_in_turn(const struct overhead_rows *rows, size_t i, struct timing *plan, struct timing *bare,
                           const struct measure_options *options)
{
    struct overhead_row *row = &rows->rows[i];
    struct samples ratios = {0};
    for (int64_t k = 0; k < options->samples && !interrupted(); k++) {
        show(rows, i, (double)k / (double)options->samples);
        timing_sample(plan, options->sample_seconds);
        timing_sample(bare, options->sample_seconds);
        samples_add(&ratios, plan->samples.values[k] / bare->samples.values[k]);
    }
    row->plan = samples_estimate(&plan->samples);
    row->bare = samples_estimate(&bare->samples);
    row->ratio = samples_estimate(&ratios);
    row->busy = 0.5 * (timing_busy_part(plan) + timing_busy_part(bare));
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
        struct timing plan = timing_open((struct subject){.run = run_plan, .context = workload});
        struct timing bare = timing_open((struct subject){.run = run_bare, .context = products});
        row->products = products_count(products);
        row->peak_before = peak_measure(point_bits(&row->point), &machine->cpus);
        sample_in_turn(rows, i, &plan, &bare, options);
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
