/*
 * learn/print.c: what was learned, cells as columns.
 */
#include <inttypes.h>

#include "learn/lines.h"

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

static void print_comparison(const struct comparison *comparison, FILE *stream)
{
    struct table table = table_open(comparison->count + 1);
    char name[64];
    problem_name(comparison->problem, name, sizeof name);
    fprintf(stream, "\n%s, equal %s\n\n", name, equal_names[comparison->equal]);
    table_add(&table, "%s", "");
    for (size_t i = 0; i < comparison->count; i++)
        table_add(&table, "%s", comparison->entrants[i]->variety->name);
    lines_add_size(&table, comparison);
    lines_add_outcome(&table, comparison);
    lines_add_findings(&table, comparison);
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
    for (size_t i = 0; i < job->final_count; i++)
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
