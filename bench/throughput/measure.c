/*
 * throughput/measure.c: measuring rows, group by group.
 *
 * The rows of a group are sampled in turn, so that whatever slows the machine for a while slows all of them; the peak
 * is measured on the same CPU before and after.
 */
#include "throughput/measure.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "work/timing.h"

enum { SAMPLES_LEAST = 3 };

/* What all groups share. */
struct measuring {
    const struct machine *machine;
    const struct measure_options *options;
    struct eviction eviction; /* empty if no row has batch 1 */
    double expected, all;     /* seconds: of the groups that are done, and of all */
    double started;
};

/* One group, with what its rows need to run. */
struct group {
    struct row *rows;
    size_t count;
    double expected;                          /* seconds of one sample of each row */
    struct workload *workloads[NUMBERS_MOST]; /* NULL for rows that are skipped */
    struct timing timings[NUMBERS_MOST];
    struct samples evicted[NUMBERS_MOST];
};

static void run_workload(void *context) { workload_run(context); }

static struct subject subject_of(struct workload *workload)
{
    return (struct subject){.run = run_workload, .context = workload};
}

/* What one sample of a row will roughly take: enough to draw progress, and to share out time. */
static double expected_seconds(const struct measuring *measuring, const struct row *row)
{
    const double usual_share = row->point.batch == 1 ? 0.2 : 0.5;
    const double peak = machine_peak(measuring->machine, point_bits(&row->point));
    return fmax(point_flops(&row->point) / (usual_share * peak), measuring->options->sample_seconds);
}

/* The group that begins at row `first`. */
static struct group group_at(const struct measuring *measuring, const struct rows *rows, size_t first)
{
    struct group group = {.rows = &rows->rows[first]};
    for (size_t i = first; i < rows->count && rows->rows[i].group == rows->rows[first].group; i++) {
        group.expected += expected_seconds(measuring, &rows->rows[i]);
        group.count++;
    }
    return group;
}

static void show(const struct measuring *measuring, const struct group *group, int64_t samples_done)
{
    const struct point *point = &group->rows[0].point;
    const double part = (double)samples_done / (double)measuring->options->samples;
    progress_show((measuring->expected + group->expected * part) / measuring->all,
                  "%s, %s, %" PRId64 " steps, %" PRId64 " units, batch %" PRId64, point_mode_name(point),
                  point_precision_name(point), point->steps, group->rows[0].asked_hidden, point->batch);
}

static void open_rows(struct group *group)
{
    for (size_t i = 0; i < group->count && !interrupted(); i++) {
        struct row *row = &group->rows[i];
        group->workloads[i] = workload_open(&row->point, &row->skipped);
        if (group->workloads[i] == NULL)
            continue;
        row->size = workload_size(group->workloads[i]);
        row->tile_steps = workload_described(group->workloads[i], "tile_steps", row->point.steps);
        group->timings[i] = timing_open(subject_of(group->workloads[i]));
    }
}

static void close_rows(struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        workload_close(&group->workloads[i]);
}

static void sample_in_turn(const struct measuring *measuring, struct group *group, double deadline)
{
    for (int64_t k = 0; k < measuring->options->samples; k++) {
        if (k >= SAMPLES_LEAST && clock_seconds() > deadline)
            return;
        for (size_t i = 0; i < group->count && !interrupted(); i++) {
            show(measuring, group, k);
            if (group->workloads[i] != NULL)
                timing_sample(&group->timings[i], measuring->options->sample_seconds);
        }
    }
}

/* Single runs, each after a walk through more memory than the caches hold; only the run is timed. */
static void sample_evicted(const struct measuring *measuring, struct group *group)
{
    if (group->rows[0].point.batch != 1)
        return;
    for (int64_t k = 0; k < measuring->options->evictions; k++)
        for (size_t i = 0; i < group->count && !interrupted(); i++) {
            if (group->workloads[i] == NULL)
                continue;
            eviction_walk(&measuring->eviction);
            samples_add(&group->evicted[i], timing_once(subject_of(group->workloads[i])));
        }
}

static void conclude(struct group *group, size_t i)
{
    struct row *row = &group->rows[i];
    const struct samples *samples = &group->timings[i].samples;
    row->samples = samples->count;
    row->seconds = samples_estimate(samples);
    row->evicted = samples_estimate(&group->evicted[i]);
    row->busy = timing_busy_part(&group->timings[i]);
    row->measured = samples->count > 0 && workload_is_normal(group->workloads[i]);
    if (samples->count > 0 && !row->measured)
        snprintf(row->skipped.text, sizeof row->skipped.text, "denormals, infinities or NaN turned up in its numbers");
}

static void measure_group(const struct measuring *measuring, struct group *group)
{
    const struct machine *machine = measuring->machine;
    const int bits = point_bits(&group->rows[0].point);
    const double remaining = measuring->options->seconds - (clock_seconds() - measuring->started);
    const double share = group->expected / (measuring->all - measuring->expected);
    const double deadline =
        measuring->options->seconds == 0.0 ? HUGE_VAL : clock_seconds() + fmax(remaining, 0.0) * share;

    show(measuring, group, 0);
    open_rows(group);
    const double before = peak_measure(bits, &machine->cpus);
    sample_in_turn(measuring, group, deadline);
    const double after = peak_measure(bits, &machine->cpus);
    sample_evicted(measuring, group);
    for (size_t i = 0; i < group->count; i++) {
        group->rows[i].peak_before = before;
        group->rows[i].peak_after = after;
        if (group->workloads[i] != NULL)
            conclude(group, i);
    }
    close_rows(group);
}

static bool has_batch_of_one(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].point.batch == 1)
            return true;
    return false;
}

static void format_time(char *text, size_t size, double seconds)
{
    if (seconds < 120.0)
        snprintf(text, size, "%.0f s", seconds);
    else if (seconds < 7200.0)
        snprintf(text, size, "%.0f min", seconds / 60.0);
    else
        snprintf(text, size, "%.1f hours", seconds / 3600.0);
}

void measure_announce(const struct rows *rows, const struct machine *machine, const struct measure_options *options,
                      int subjects)
{
    if (rows->count == 0 || rows->rows[0].set == NULL)
        return;
    const struct measuring measuring = {.machine = machine, .options = options};
    double seconds = 0.0;
    for (size_t i = 0; i < rows->count; i++)
        seconds += expected_seconds(&measuring, &rows->rows[i]);
    /* One run warms up; if there is a limit, it holds where three samples of each row take less. */
    const double least = seconds * (SAMPLES_LEAST + 1), most = seconds * (double)(options->samples + 1);
    const bool limited = options->seconds > 0.0 && options->seconds < most;
    char text[32];
    format_time(text, sizeof text, subjects * (limited ? fmax(least, options->seconds) : most));
    message_warn("%s: %zu rows, roughly %s; fewer --samples, --cut-steps, or lists that leave points out shorten it",
                 rows->rows[0].set->name, rows->count, text);
}

void measure_rows(struct rows *rows, const struct machine *machine, const struct measure_options *options)
{
    struct measuring measuring = {.machine = machine, .options = options, .started = clock_seconds()};
    for (size_t i = 0; i < rows->count; i++)
        measuring.all += expected_seconds(&measuring, &rows->rows[i]);
    if (options->evictions > 0 && has_batch_of_one(rows))
        measuring.eviction = eviction_open(&machine->caches);

    for (size_t first = 0; first < rows->count && !interrupted();) {
        struct group group = group_at(&measuring, rows, first);
        measure_group(&measuring, &group);
        measuring.expected += group.expected;
        first += group.count;
    }
    eviction_close(&measuring.eviction);
}
