/*
 * learn/print.c: what was learned, cells as columns.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/proportion.h"
#include "learn/report.h"
#include "report/table.h"

/* One comparison: all cells at one length. */
struct comparison {
    const struct job *job;
    const struct problem *problem;
    enum equal equal;
    const struct entrant *entrants[ENTRANTS_MOST];
    struct summary summaries[TABLE_COLUMNS_MOST];
    size_t count;
};

static struct comparison compare(const struct job *job, const struct problem *problem, enum equal equal)
{
    struct comparison comparison = {.job = job, .problem = problem, .equal = equal};
    comparison.count = learn_compared(job, problem, equal, comparison.entrants);
    if (comparison.count >= TABLE_COLUMNS_MOST)
        comparison.count = TABLE_COLUMNS_MOST - 1;
    for (size_t i = 0; i < comparison.count; i++)
        comparison.summaries[i] = learn_summary(job, comparison.entrants[i]);
    return comparison;
}

/* --- one line of the table, for each cell --- */

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

/* A median, or that half of the trainings or more were not done within `most`. */
static void add_censored(struct table *table, double median, double most, bool any)
{
    const int decimals = fmin(median, most) < 100.0 ? 1 : 0;
    if (!any)
        table_add(table, "-");
    else if (isfinite(median))
        table_add(table, "%.*f", decimals, median);
    else
        table_add(table, "> %.*f", decimals, most);
}

static void add_updates(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    add_censored(table, summary->updates, summary->most, summary->courses > 0);
}

static void add_sequences(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    const double batch = (double)comparison->entrants[i]->settings.batch;
    add_censored(table, batch * summary->updates, batch * summary->most, summary->courses > 0);
}

static void add_seconds(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct summary *summary = &comparison->summaries[i];
    add_censored(table, summary->seconds, summary->spent, summary->courses > 0);
}

static void add_spent(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.1f", comparison->summaries[i].spent);
}

static void add_milliseconds(struct table *table, const struct comparison *comparison, size_t i)
{
    table_add(table, "%.3g", comparison->summaries[i].milliseconds);
}

static void add_score(struct table *table, const struct comparison *comparison, size_t i)
{
    if (comparison->summaries[i].courses > 0)
        table_add(table, "%.3g", comparison->summaries[i].score);
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
    table_add(table, "%.3g", comparison->job->task->nothing(comparison->problem));
}

static void add_published(struct table *table, const struct comparison *comparison, size_t i)
{
    const struct published *published = comparison->job->task->published;
    for (; published->text != NULL; published++)
        if ((published->length == 0 || published->length == comparison->problem->length) &&
            strcmp(published->cell, comparison->entrants[i]->variety->name) == 0)
            break;
    table_add(table, "%s", published->text != NULL ? published->text : "-");
}

/* --- the table --- */

static void add_line(struct table *table, const struct comparison *comparison, const char *label, add_fn *add)
{
    table_add(table, "%s", label);
    for (size_t i = 0; i < comparison->count; i++)
        add(table, comparison, i);
}

static void add_size(struct table *table, const struct comparison *comparison)
{
    add_line(table, comparison, "units", add_units);
    add_line(table, comparison, "parameters", add_parameters);
    if (comparison->equal == EQUAL_PARAMETERS)
        add_line(table, comparison, "off by", add_difference);
    add_line(table, comparison, "learning rate", add_rate);
    add_line(table, comparison, "clip", add_clip);
    add_line(table, comparison, "gate bias", add_bias);
}

static void add_outcome(struct table *table, const struct comparison *comparison)
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
    add_line(table, comparison, "test score", add_score);
    add_line(table, comparison, "nothing learned", add_nothing);
    if (task->tolerance > 0.0 || task->right != NULL)
        add_line(table, comparison, "test, right", add_right);
    if (task->published != NULL)
        add_line(table, comparison, "published", add_published);
}

/* What the task has found out beyond the score. */
static void add_findings(struct table *table, const struct comparison *comparison)
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

static void print_comparison(const struct comparison *comparison, FILE *stream)
{
    struct table table = table_open(comparison->count + 1);
    char name[64];
    problem_name(comparison->problem, name, sizeof name);
    fprintf(stream, "\n%s, equal %s\n\n", name, equal_names[comparison->equal]);
    table_add(&table, "%s", "");
    for (size_t i = 0; i < comparison->count; i++)
        table_add(&table, "%s", comparison->entrants[i]->variety->name);
    add_size(&table, comparison);
    add_outcome(&table, comparison);
    add_findings(&table, comparison);
    table_print(&table, stream);
    table_close(&table);
}

/* What the first training of each cell has written, say. */
static void print_texts(const struct comparison *comparison, FILE *stream)
{
    for (size_t i = 0; i < comparison->count; i++) {
        const struct entrant *entrant = comparison->entrants[i];
        const struct course *course = job_training(comparison->job, &comparison->job->final, entrant, 0);
        if (course != NULL && course->findings.text[0] != '\0')
            fprintf(stream, "\n%s:\n%s\n", entrant->variety->name, course->findings.text);
    }
}

/* The share that is right of each group of the test's sequences. */
static void print_groups(const struct comparison *comparison, FILE *stream)
{
    const struct task *task = comparison->job->task;
    struct table table = table_open(comparison->count + 1);
    static struct score scores[TABLE_COLUMNS_MOST];
    char name[64];
    table_add(&table, "%s", task->group);
    for (size_t i = 0; i < comparison->count; i++) {
        table_add(&table, "%s", comparison->entrants[i]->variety->name);
        learn_test_score(comparison->job, comparison->entrants[i], &scores[i]);
    }
    for (int64_t g = 0; g < SCORE_GROUPS; g++) {
        if (scores[0].groups[g].rows == 0.0)
            continue;
        task->group_name(comparison->problem, g, name, sizeof name);
        table_add(&table, "%s", name);
        for (size_t i = 0; i < comparison->count; i++)
            table_add(&table, "%.1f %%", 100.0 * tally_right(&scores[i].groups[g]));
    }
    fprintf(stream, "\ntest sequences that are right, by %s\n\n", task->group);
    table_print(&table, stream);
    table_close(&table);
}

void learn_print(const struct job *job, FILE *stream)
{
    for (size_t i = 0; i < job->problem_count; i++)
        for (size_t e = 0; e < job->settings.equal.count; e++) {
            const struct comparison comparison =
                compare(job, &job->problems[i], (enum equal)job->settings.equal.values[e]);
            if (comparison.count == 0)
                continue;
            print_comparison(&comparison, stream);
            print_texts(&comparison, stream);
            if (job->task->group != NULL && job->task->group_table)
                print_groups(&comparison, stream);
        }
}
