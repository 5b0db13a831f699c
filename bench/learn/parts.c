/*
 * learn/parts.c: how much data each cell needs: test score against the share of the training data.
 */
#include <inttypes.h>
#include <math.h>

#include "learn/report.h"
#include "report/plot.h"
#include "report/table.h"

/* All parts of one length, in one comparison. */
struct parts {
    const struct job *job;
    enum equal equal;
    size_t count, cells;
    const struct problem *problems[PROBLEMS_MOST];
    const struct entrant *first[ENTRANTS_MOST]; /* [cells] of the first part */
};

static struct parts parts_of(const struct job *job, int64_t length, enum equal equal)
{
    struct parts parts = {.job = job, .equal = equal};
    parts.count = learn_parts(job, length, parts.problems);
    parts.cells = learn_compared(job, parts.problems[0], equal, parts.first);
    return parts;
}

/* A cell at each part; the order of cells is the same at all. */
static const struct entrant *entrant_at(const struct parts *parts, size_t part, size_t cell)
{
    const struct entrant *entrants[ENTRANTS_MOST];
    learn_compared(parts->job, parts->problems[part], parts->equal, entrants);
    return entrants[cell];
}

static void print_table(const struct parts *parts, FILE *stream)
{
    struct table table = table_open(parts->cells + 2);
    table_add(&table, "of the data");
    table_add(&table, "trainings");
    for (size_t c = 0; c < parts->cells; c++)
        table_add(&table, "%s", parts->first[c]->variety->name);
    for (size_t p = 0; p < parts->count; p++) {
        if (parts->problems[p]->part > 1)
            table_add(&table, "1/%" PRId64, parts->problems[p]->part);
        else
            table_add(&table, "all");
        table_add(&table, "%" PRId64, learn_summary(parts->job, entrant_at(parts, p, 0)).courses);
        for (size_t c = 0; c < parts->cells; c++)
            table_add(&table, "%.4g", learn_summary(parts->job, entrant_at(parts, p, c)).score);
    }
    fprintf(stream, "\nmedian test score by share of the training data, equal %s\n\n", equal_names[parts->equal]);
    table_print(&table, stream);
    table_close(&table);
}

/* --- the picture: the median, and a band from the best training to the worst --- */

static void print_points(const struct parts *parts, size_t cell, FILE *plot)
{
    fprintf(plot, "$cell_%zu << end\n", cell);
    for (size_t p = 0; p < parts->count; p++) {
        const struct entrant *entrant = entrant_at(parts, p, cell);
        const struct course *course;
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (size_t k = 0; (course = job_training(parts->job, &parts->job->final, entrant, k)) != NULL; k++) {
            const double score = problem_score(parts->problems[p], &course->test.all);
            if (course->progress.ending == ENDING_OPEN || !isfinite(score))
                continue;
            low = fmin(low, score);
            high = fmax(high, score);
        }
        if (low <= high)
            fprintf(plot, "%g %g %g %g\n", 1.0 / (double)parts->problems[p]->part,
                    learn_summary(parts->job, entrant).score, low, high);
    }
    fputs("end\n", plot);
}

static void draw_lines(const struct parts *parts, FILE *plot)
{
    fputs("plot", plot);
    for (size_t c = 0; c < parts->cells; c++) {
        const struct variety *variety = parts->first[c]->variety;
        char block[32];
        snprintf(block, sizeof block, "cell_%zu", c);
        fputs(c == 0 ? "" : ",", plot);
        plot_band(plot, block, (int)(cell_of(variety->kind) - cells) + 1, variety->name);
    }
    fputs("\n", plot);
}

static void draw(const struct results *results, const struct parts *parts, const char *stem, int64_t length)
{
    char file[128], machine[256];
    snprintf(file, sizeof file, "%s-T%" PRId64 "-parts-%s", stem, length, equal_names[parts->equal]);
    FILE *plot = plot_open(results, file, 700, 480);
    if (plot == NULL)
        return;
    for (size_t c = 0; c < parts->cells; c++)
        print_points(parts, c, plot);
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot, "set title \"Learning %s from parts of the data, equal %s\\n%s\"\n", parts->job->task->name,
            equal_names[parts->equal], machine);
    plot_ylabel(plot, "test score (%s)", parts->job->task->unit);
    fputs("set xlabel 'share of the training data'\nset logscale x 2\nset key below\n", plot);
    draw_lines(parts, plot);
    plot_close(plot);
}

/* --- each length and comparison with several parts --- */

void learn_print_parts(const struct job *job, FILE *stream)
{
    for (size_t i = 0; i < job->final_count; i += job->settings.parts.count)
        for (size_t e = 0; e < job->settings.equal.count && job->settings.parts.count > 1; e++) {
            const struct parts parts =
                parts_of(job, job->problems[i].length, (enum equal)job->settings.equal.values[e]);
            if (parts.cells > 0)
                print_table(&parts, stream);
        }
}

void learn_draw_parts(const struct results *results, const struct job *job, const char *stem)
{
    for (size_t i = 0; i < job->final_count; i += job->settings.parts.count)
        for (size_t e = 0; e < job->settings.equal.count && job->settings.parts.count > 1; e++) {
            const struct parts parts =
                parts_of(job, job->problems[i].length, (enum equal)job->settings.equal.values[e]);
            if (parts.cells > 0)
                draw(results, &parts, stem, job->problems[i].length);
        }
}
