/*
 * plans/measure.c: all candidates of a row, sampled in turn.
 */
#include "plans/contest.h"

#include <inttypes.h>

#include "base/interrupt.h"
#include "base/progress.h"

enum { SAMPLES_LEAST = 3 };

/* A candidate that takes so many times as long as the best after its first samples is no longer sampled. */
static const double hopeless = 1.5;

static void run_workload(void *context) { workload_run(context); }

static void show(const struct plans_rows *rows, size_t i, double part)
{
    const struct plans_row *row = &rows->rows[i];
    const struct point *point = &row->point;
    progress_show(((double)i + part) / (double)rows->count,
                  "%s, %s, %s, %" PRId64 " units, batch %" PRId64 ", %" PRId64 " thread%s", point->stack.cell->name,
                  point_mode_name(point), point_precision_name(point), point->stack.hidden, point->batch, row->threads,
                  row->threads == 1 ? "" : "s");
}

/* The fastest of those that are still sampled. */
static size_t best_of(const struct contest *contest)
{
    size_t best = contest->model;
    double least = samples_median(&contest->contenders[best].timing.samples);
    for (size_t i = 0; i < contest->count; i++) {
        const double median = samples_median(&contest->contenders[i].timing.samples);
        if (!contest->contenders[i].given_up && median < least) {
            best = i;
            least = median;
        }
    }
    return best;
}

static void give_up_hopeless(struct contest *contest)
{
    const double least = samples_median(&contest->contenders[best_of(contest)].timing.samples);
    for (size_t i = 0; i < contest->count; i++)
        contest->contenders[i].given_up = i != contest->model && i != contest->learned &&
                                          samples_median(&contest->contenders[i].timing.samples) > hopeless * least;
}

/* Whole rounds only, so that samples of the same number are neighbours; each begins with another candidate, so that
   what disturbs the machine at regular times is not always the same one's. */
static void sample_in_turn(const struct plans_rows *rows, size_t row, struct contest *contest,
                           const struct measure_options *options)
{
    for (int64_t k = 0; k < options->samples && !interrupted(); k++) {
        show(rows, row, (double)k / (double)options->samples);
        if (k == SAMPLES_LEAST)
            give_up_hopeless(contest);
        for (size_t i = 0; i < contest->count; i++) {
            struct contender *next = &contest->contenders[(i + (size_t)k) % contest->count];
            if (!next->given_up)
                timing_sample(&next->timing, options->sample_seconds);
        }
    }
}

/* Of neighbouring samples; 1 of a candidate to itself. */
static struct estimate ratio_of(const struct contest *contest, size_t a, size_t b)
{
    const struct samples *ours = &contest->contenders[a].timing.samples;
    const struct samples *theirs = &contest->contenders[b].timing.samples;
    struct samples ratios = {0};
    for (size_t k = 0; k < ours->count && k < theirs->count; k++)
        samples_add(&ratios, ours->values[k] / theirs->values[k]);
    return samples_estimate(&ratios);
}

static void conclude(struct plans_row *row, const struct contest *contest)
{
    row->count = contest->count;
    row->model = contest->model;
    row->learned = contest->learned;
    row->best = best_of(contest);
    row->model_ratio = ratio_of(contest, row->model, row->best);
    row->learned_ratio = ratio_of(contest, row->learned, row->best);
    row->learning_seconds = contest->learning_seconds;
    row->busy = timing_busy_part(&contest->contenders[row->best].timing);
    for (size_t i = 0; i < row->count; i++) {
        const struct contender *contender = &contest->contenders[i];
        struct candidate *candidate = &row->candidates[i];
        contest_label(contender->described, candidate->label);
        candidate->seconds = samples_estimate(&contender->timing.samples);
        candidate->samples = contender->timing.samples.count;
    }
    row->measured = row->candidates[row->model].samples >= SAMPLES_LEAST;
}

static void measure_row(struct plans_rows *rows, size_t i, const struct machine *machine,
                        const struct measure_options *options)
{
    struct plans_row *row = &rows->rows[i];
    struct contest contest = {0};
    weir_pool *pool = NULL;
    weir_error error;
    show(rows, i, 0.0);
    if (row->threads > 1 && weir_pool_create(&pool, row->threads, NULL, &error) != WEIR_OK) {
        snprintf(row->skipped.text, sizeof row->skipped.text, "%s", error.message);
        return;
    }
    row->peak_before = peak_measure(point_bits(&row->point), &machine->cpus);
    if (contest_open(&contest, &row->point, pool, row->threads, &row->skipped)) {
        for (size_t k = 0; k < contest.count; k++)
            contest.contenders[k].timing =
                timing_open((struct subject){.run = run_workload, .context = contest.contenders[k].workload});
        sample_in_turn(rows, i, &contest, options);
        conclude(row, &contest);
    }
    row->peak_after = peak_measure(point_bits(&row->point), &machine->cpus);
    contest_close(&contest);
    weir_pool_destroy(&pool);
}

void plans_measure(struct plans_rows *rows, const struct machine *machine, const struct measure_options *options)
{
    for (size_t i = 0; i < rows->count && !interrupted(); i++)
        measure_row(rows, i, machine, options);
}
