/*
 * all/panels.c: the panels of the page that no other job has.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "all/story.h"
#include "base/buffer.h"
#include "cost/heat.h"
#include "learn/report.h"
#include "learn/tasks/adding.h"
#include "report/tics.h"

/* A cell's colour is its own in all pictures of the harness. */
static int line_of(weir_kind kind) { return (int)(cell_of(kind) - cells) + 1; }

/* --- the cost of a GRU beside an LSTM --- */

/* The committed ratios of a mode. */
static struct heat heat_of(const struct committed *full, weir_mode mode)
{
    struct heat heat = {.fields = buffer_allocate(full->rows, sizeof *heat.fields)};
    for (size_t row = 0; row < full->rows; row++)
        if (story_cost_is_of(full, row, mode))
            heat.fields[heat.count++] = (struct heat_field){.hidden = (int64_t)committed_number(full, row, "hidden"),
                                                            .batch = (int64_t)committed_number(full, row, "batch"),
                                                            .ratio = {committed_number(full, row, "time_ratio"),
                                                                      committed_number(full, row, "time_ratio_low"),
                                                                      committed_number(full, row, "time_ratio_high")},
                                                            .flagged = story_cost_is_flagged(full, row)};
    return heat;
}

void story_draw_cost(const struct story *story, weir_mode mode, FILE *plot)
{
    const bool runs = mode == WEIR_INFERENCE;
    struct heat heat = heat_of(&story->cost_full, mode);
    char origin[128], title[256];
    committed_origin(&story->cost_full, origin, sizeof origin);
    snprintf(title, sizeof title, "%s: a step of a GRU over one of an LSTM\\nfull run of %s; %s",
             runs ? "Running" : "Learning", origin, HEAT_LEGEND);
    if (heat.count > 0)
        heat_draw(&heat, runs ? "running" : "learning", title, plot);
    else
        fputs("set multiplot next\n", plot);
    free(heat.fields);
}

/* --- the gradient --- */

/* No further down than a reader has any use for: a little below what f32 has. */
static const double deepest = 1e-45;

/* The committed nets of a cell: trained, with the longest sequences. Their block may be empty. */
static void print_full_run(const struct committed *full, weir_kind kind, FILE *plot)
{
    double longest = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t row = 0; row < full->rows; row++) {
            const double steps = committed_number(full, row, "steps");
            if (strcmp(committed_text(full, row, "cell"), cell_of(kind)->name) != 0 ||
                strcmp(committed_text(full, row, "trained"), "true") != 0)
                continue;
            if (pass == 0)
                longest = fmax(longest, steps);
            else if (steps == longest)
                fprintf(plot, "%s %s\n", committed_text(full, row, "lag"), committed_text(full, row, "norm"));
        }
}

static void draw_net(const struct gradient_row *row, const char *name, size_t cell, FILE *plot)
{
    if (row == NULL)
        return;
    fprintf(plot, ", $%s%zu with lines linetype %d ", name, cell, line_of(row->start.cell->kind));
    if (row->trained)
        fprintf(plot, "title '%s%s'", row->start.cell->name, row->outcome.solved ? "" : " (unsolved)");
    else
        fputs("linewidth 1 dashtype 3 notitle", plot);
}

static void print_net(const struct gradient_row *row, const char *name, size_t cell, FILE *plot)
{
    if (row != NULL)
        gradient_print_norms(name, cell, row->norms, row->steps, plot);
}

void story_draw_gradient(const struct story *story, FILE *plot)
{
    char origin[128], note[192] = "";
    const bool full = story->gradient_full.rows > 0;
    committed_origin(&story->gradient_full, origin, sizeof origin);
    if (full)
        snprintf(note, sizeof note, ", dashed: full run of %s", origin);
    for (size_t cell = 0; cell < STORY_CELLS; cell++) {
        print_net(story_net(story, story_kinds[cell], false), "first", cell, plot);
        print_net(story_net(story, story_kinds[cell], true), "trained", cell, plot);
        fprintf(plot, "$full%zu << end\n", cell);
        print_full_run(&story->gradient_full, story_kinds[cell], plot);
        fputs("end\n", plot);
    }
    fprintf(plot,
            "set title \"How far back a gradient reaches\\ndotted: as it begins, solid: trained%s\"\n"
            "set xlabel 'steps before the end'\nset ylabel 'norm of dL/d(state)'\nset logscale y\nset mytics 1\nset "
            "format y '1e%%T'\n"
            "set yrange [%g:1e3]\nset xrange [0:%d]\nset key inside bottom left vertical maxrows 4\nplot NaN notitle",
            note, deepest, (int)STORY_UNTRAINED_STEPS);
    for (size_t cell = 0; cell < STORY_CELLS; cell++) {
        draw_net(story_net(story, story_kinds[cell], false), "first", cell, plot);
        draw_net(story_net(story, story_kinds[cell], true), "trained", cell, plot);
        if (full)
            fprintf(plot, ", $full%zu with lines linetype %d linewidth 1 dashtype 2 notitle", cell,
                    line_of(story_kinds[cell]));
    }
    fprintf(plot, ", %g with lines linetype 6 title 'zero in f32'\n", GRADIENT_F32_FLOOR);
}

/* --- the adding problem --- */

/* One entrant's error by lag, a block of data; whether there is any. */
static bool print_errors(const struct story *story, size_t entrant, FILE *plot)
{
    static struct score score; /* large */
    const struct problem *problem = story->adding.entrants[entrant].problem;
    bool any = false;
    learn_test_score(&story->adding, &story->adding.entrants[entrant], &score);
    fprintf(plot, "$error%zu << end\n", entrant);
    for (int64_t group = 0; group < SCORE_GROUPS; group++) {
        const struct lags lags = adding_lags(problem, group);
        if (score.groups[group].steps == 0.0)
            continue;
        fprintf(plot, "%g %g\n", 0.5 * (double)(lags.least + lags.most), problem_score(problem, &score.groups[group]));
        any = true;
    }
    fputs("end\n", plot);
    return any;
}

void story_draw_adding(const struct story *story, FILE *plot)
{
    const struct job *job = &story->adding;
    bool drawn[ENTRANTS_MOST], titled[STORY_CELLS] = {false};
    if (job->entrant_count == 0) {
        fputs("set multiplot next\n", plot);
        return;
    }
    for (size_t i = 0; i < job->entrant_count; i++)
        drawn[i] = print_errors(story, i, plot);
    fprintf(plot,
            "set title \"Adding two marked numbers: who still knows the first\\na net for each of T = 10, 30, 100; %d "
            "units, one seed\"\n"
            "set xlabel 'steps since the first number'\nset ylabel 'mean squared error'\nset logscale x\n"
            "set logscale y\nset format y '%%g'\nset xrange [4:%d]\nset yrange [0.002:0.5]\n"
            "set key inside center left vertical maxrows 5\nplot NaN notitle",
            (int)STORY_LEARNERS, (int)STORY_LAG);
    for (size_t i = 0; i < job->entrant_count; i++)
        for (size_t cell = 0; cell < STORY_CELLS && drawn[i]; cell++)
            if (job->entrants[i].variety->kind == story_kinds[cell]) {
                fprintf(plot, ", $error%zu with linespoints linetype %d title '%s'", i, line_of(story_kinds[cell]),
                        titled[cell] ? "" : job->entrants[i].variety->name);
                titled[cell] = true;
            }
    fputs(", 1/6. with lines linetype 6 title 'nothing learned', 0.01 with lines linetype 6 dashtype 3 title "
          "'solved'\n",
          plot);
}

/* --- memory --- */

void story_draw_memory(const struct story *story, FILE *plot)
{
    for (size_t i = 0; i < MEMORY_CURVES; i++) {
        const struct memory_curve *curve = &story->memory.curves[i];
        fprintf(plot, "$memory%zu << end\n", i);
        for (size_t k = 0; k < curve->count; k++)
            fprintf(plot, "%" PRId64 " %g %g\n", curve->steps[k], 1e-6 * (double)curve->sizes[k].total,
                    1e-6 * (double)curve->sizes[k].tape);
        fputs("end\n", plot);
    }
    fprintf(
        plot,
        "set title \"Memory to learn from so many steps\\n%d units, one row; dotted: the tape of it\"\n"
        "set xlabel 'steps of a sequence'\nset ylabel 'memory of a plan (MB)'\nset logscale x 10\n"
        "set logscale y 10\nset format x '%%g'\nset xrange [50:200000]\nset key inside top left vertical maxrows 4\n"
        "plot NaN notitle",
        (int)MEMORY_UNITS);
    for (size_t i = 0; i < MEMORY_CURVES; i++) {
        const struct memory_curve *curve = &story->memory.curves[i];
        const int line = line_of(curve->cell->kind);
        if (curve->limit > 0)
            fprintf(plot, ", $memory%zu using 1:2 with lines linetype %d dashtype 2 title '%s, at most %g MB'", i, line,
                    curve->cell->name, 1e-6 * (double)curve->limit);
        else
            fprintf(plot,
                    ", $memory%zu using 1:2 with lines linetype %d title '%s', $memory%zu using 1:3 with lines "
                    "linetype %d linewidth 1 dashtype 3 notitle",
                    i, line, curve->cell->name, i, line);
    }
    fputc('\n', plot);
}
