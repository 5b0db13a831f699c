/*
 * learn/lines.c: the lines of a table in which cells are columns.
 */
#include "learn/lines.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/proportion.h"

typedef void add_fn(struct table *table, const struct comparison *comparison, size_t i);

static void add_units(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%" PRId64, comparison->entrants[i]->stack.hidden);
}

static void add_parameters(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%" PRId64, stack_parameters(&comparison->entrants[i]->stack));
}

/* The number of parameters that all were to have at equal parameters: an LSTM's, or what was asked for. */
static double parameters_wanted(const struct comparison *comparison)
{
    const struct learn_settings *settings = &comparison->job->settings;
    struct stack like = comparison->entrants[0]->stack;
    like.cell = cell_of(WEIR_LSTM);
    like.hidden = settings->units;
    return settings->parameters > 0 ? (double)settings->parameters : (double)stack_parameters(&like);
}

static void add_difference(struct table *table, const struct comparison *comparison, size_t i)
{
    const double wanted = parameters_wanted(comparison);
    const double has = (double)stack_parameters(&comparison->entrants[i]->stack);
    table_add(table, "%+.1f %%", 100.0 * (has - wanted) / wanted);
}

static void add_rate(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.2g", comparison->entrants[i]->settings.rate);
}

static void add_clip(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.2g", comparison->entrants[i]->settings.clip);
}

static void add_bias(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct variety *variety = comparison->entrants[i]->variety;
    if (variety->chrono)
        table_add(table, "chrono");
    else if (cell_of(variety->kind)->gates == 1)
        table_add(table, "-");
    else
        table_add(table, "%.2g", comparison->entrants[i]->settings.bias);
}

static void add_solved(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    table_add(table, "%" PRId64 " of %" PRId64, summary->solved, summary->courses);
}

static void add_interval(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    const struct interval interval = proportion_interval(summary->solved, summary->courses);
    table_add(table, "%.2f to %.2f", interval.low, interval.high);
}

/* A median, or that half of the trainings or more had not solved it after `unsolved`. */
static void add_censored(struct table *table, double median, double unsolved, bool any)
{
    const int decimals = fmin(median, unsolved) < 100.0 ? 1 : 0;
    if (!any)
        table_add(table, "-");
    else if (isfinite(median))
        table_add(table, "%.*f", decimals, median);
    else
        table_add(table, "> %.*f", decimals, unsolved);
}

static void add_updates(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    add_censored(table, summary->updates, summary->unsolved_updates, summary->courses > 0);
}

static void add_sequences(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    const double batch = (double)comparison->entrants[i]->settings.batch;
    add_censored(table, batch * summary->updates, batch * summary->unsolved_updates, summary->courses > 0);
}

static void add_seconds(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    add_censored(table, summary->seconds, summary->unsolved_seconds, summary->courses > 0);
}

static void add_spent(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.1f", comparison->summaries[i].spent);
}

static void add_milliseconds(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.3g", comparison->summaries[i].milliseconds);
}

/* What the quickest cell's trainings took: others are stopped by then. */
static double equal_seconds(const struct comparison *comparison)
{
    double least = HUGE_VAL;
    for (size_t i = 0; i < comparison->count; i++)
        if (comparison->summaries[i].courses > 0)
            least = fmin(least, comparison->summaries[i].spent);
    return least;
}

static void add_equal_seconds(struct table *table, const struct comparison *comparison, size_t i)
{
    const double valid = learn_valid_within(comparison->job, comparison->entrants[i], equal_seconds(comparison));
    if (isfinite(valid))
        table_add(table, "%.4g", valid);
    else
        table_add(table, "-");
}

static void add_score(struct table *table, const struct comparison *comparison, size_t i)
{
    if (comparison->summaries[i].courses > 0)
        table_add(table, "%.4g", comparison->summaries[i].score);
    else
        table_add(table, "-");
}

static void add_range(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    if (summary->courses > 0)
        table_add(table, "%.4g to %.4g", summary->best, summary->worst);
    else
        table_add(table, "-");
}

static void add_right(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.2f %%", 100.0 * comparison->summaries[i].right);
}

static void add_nothing(struct table *table, const struct comparison *comparison, size_t i)
{
    (void)i;
    table_add(table, "%.4g", comparison->job->task->nothing(comparison->problem));
}

/* The paper's result for a cell; text NULL: it has none. */
static const struct published *find_published(const struct comparison *comparison, size_t i)
{
    const struct published *published = comparison->job->task->published;
    for (; published->text != NULL; published++)
        if ((published->length == 0 || published->length == comparison->problem->length) &&
            strcmp(published->cell, comparison->entrants[i]->variety->name) == 0)
            break;
    return published;
}

static void add_published(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct published *published = find_published(comparison, i);
    table_add(table, "%s", published->text != NULL ? published->text : "-");
}

static void add_published_size(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct published *published = find_published(comparison, i);
    if (published->parameters > 0)
        table_add(table, "%" PRId64, published->parameters);
    else
        table_add(table, "-");
}

static void add_line(struct table *table, const struct comparison *comparison, const char *label, add_fn *add)
{
    table_add(table, "%s", label);
    for (size_t i = 0; i < comparison->count; i++)
        add(table, comparison, i);
}

void lines_add_size(struct table *table, const struct comparison *comparison)
{
    add_line(table, comparison, "units", add_units);
    add_line(table, comparison, "parameters", add_parameters);
    if (comparison->equal == EQUAL_PARAMETERS)
        add_line(table, comparison, "off by", add_difference);
    add_line(table, comparison, "learning rate", add_rate);
    add_line(table, comparison, "clip", add_clip);
    add_line(table, comparison, "gate bias", add_bias);
}

void lines_add_outcome(struct table *table, const struct comparison *comparison)
{
    const struct task *task = comparison->job->task;
    if (task->success != NULL) {
        add_line(table, comparison, "solved", add_solved);
        add_line(table, comparison, "95 % interval", add_interval);
        add_line(table, comparison, "updates to solve", add_updates);
        add_line(table, comparison, "sequences", add_sequences);
        add_line(table, comparison, "s to solve", add_seconds);
    }
    add_line(table, comparison, "s a training", add_spent);
    add_line(table, comparison, "ms an update", add_milliseconds);
    if (task->margin > 0.0 && isfinite(equal_seconds(comparison))) {
        char label[64];
        snprintf(label, sizeof label, "validation after %.3g s", equal_seconds(comparison));
        add_line(table, comparison, label, add_equal_seconds);
    }
    add_line(table, comparison, "test score", add_score);
    if (comparison->summaries[0].courses > 1)
        add_line(table, comparison, "best to worst", add_range);
    add_line(table, comparison, "nothing learned", add_nothing);
    if (task->tolerance > 0.0 || task->right != NULL)
        add_line(table, comparison, "test, right", add_right);
    if (task->published != NULL) {
        add_line(table, comparison, "published", add_published);
        add_line(table, comparison, "its parameters", add_published_size);
    }
}

void lines_add_findings(struct table *table, const struct comparison *comparison)
{
    for (int64_t k = 0; k < FINDINGS_MOST; k++) {
        const char *name, *label;
        learn_finding(comparison->job, comparison->entrants[0], k, &label);
        if (label == NULL)
            return;
        table_add(table, "%s", label);
        for (size_t i = 0; i < comparison->count; i++)
            table_add(table, "%.3g", learn_finding(comparison->job, comparison->entrants[i], k, &name));
    }
}
