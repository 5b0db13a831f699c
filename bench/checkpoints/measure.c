/*
 * checkpoints/measure.c: a plan under a limit and the one that keeps all, sampled in turn.
 */
#include "checkpoints/checkpoints.h"

#include <inttypes.h>
#include <math.h>

#include "base/interrupt.h"
#include "base/progress.h"
#include "machine/peak.h"
#include "work/timing.h"

enum { SAMPLES_LEAST = 3 };

static void run_workload(void *context) { workload_run(context); }

static struct timing open_timing(struct workload *workload)
{
    return timing_open((struct subject){.run = run_workload, .context = workload});
}

void checkpoints_label(const struct limits_row *row, char *text, size_t size)
{
    const struct point *point = &row->point;
    char layers[32] = "";
    if (point->stack.layers > 1)
        snprintf(layers, sizeof layers, ", %" PRId64 " layers", point->stack.layers);
    snprintf(text, size, "%s, %s, %" PRId64 " units%s, batch %" PRId64 ", %" PRId64 " steps", point->stack.cell->name,
             point_precision_name(point), point->stack.hidden, layers, point->batch, point->steps);
}

bool checkpoints_is_flagged(const struct limits_row *row, const struct limited *limited)
{
    return times_are_flagged(row->peak_before, row->peak_after, limited->busy);
}

static void show(const struct limits_rows *rows, size_t i, double limit)
{
    char label[128];
    checkpoints_label(&rows->rows[i], label, sizeof label);
    progress_show((double)i / (double)rows->count, "%s, at most %.1f MB", label, 1e-6 * limit);
}

/* Adds one limit to a row; false if the plan does not keep it, or nobody waited. */
static bool measure_limit(struct limits_row *row, int64_t limit, struct workload *all,
                          const struct measure_options *options)
{
    struct point point = row->point;
    point.memory_limit = limit;
    struct workload *workload = workload_open(&point, &row->refused);
    if (workload == NULL)
        return false;
    struct timing ours = open_timing(workload), theirs = open_timing(all);
    const struct samples ratios = timing_in_turn(&ours, &theirs, options->samples, options->sample_seconds);
    if (ratios.count >= SAMPLES_LEAST) {
        row->limits[row->count++] = (struct limited){
            .limit = limit,
            .size = workload_size(workload),
            .kept_states = workload_described(workload, "kept_states", 0),
            .segment_steps = workload_described(workload, "segment_steps", 0),
            .again = workload_described_real(workload, "recomputed_steps_per_step", 0.0),
            .ratio = samples_estimate(&ratios),
            .seconds = samples_estimate(&ours.samples),
            .busy = timing_busy_part(&ours),
        };
        row->all_seconds = samples_estimate(&theirs.samples);
    }
    workload_close(&workload);
    return ratios.count >= SAMPLES_LEAST;
}

/* From what keeping all takes down. */
static void measure_row(struct limits_rows *rows, size_t i, const struct measure_options *options,
                        int64_t limits_an_octave)
{
    struct limits_row *row = &rows->rows[i];
    struct workload *all = workload_open(&row->point, &row->skipped);
    if (all == NULL)
        return;
    row->all = workload_size(all);
    for (int64_t k = 0; k < LIMITS_MOST && !interrupted(); k++) {
        const double limit = (double)row->all.total * exp2(-(double)k / (double)limits_an_octave);
        show(rows, i, limit);
        if (!measure_limit(row, (int64_t)limit, all, options))
            break;
    }
    row->measured = row->count > 0;
    workload_close(&all);
}

void checkpoints_measure(struct limits_rows *rows, const struct machine *machine, const struct measure_options *options,
                         int64_t limits_an_octave)
{
    for (size_t i = 0; i < rows->count && !interrupted(); i++) {
        const int bits = point_bits(&rows->rows[i].point);
        rows->rows[i].peak_before = peak_measure(bits, &machine->cpus);
        measure_row(rows, i, options, limits_an_octave);
        rows->rows[i].peak_after = peak_measure(bits, &machine->cpus);
    }
}
