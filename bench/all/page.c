/*
 * all/page.c: story.svg, one panel for each thing that a reader may ask of a cell.
 */
#include <string.h>

#include "all/learned.h"
#include "all/story.h"
#include "learn/report.h"
#include "report/plot.h"
#include "throughput/report.h"

enum { COLUMNS = 2, LINES = 5, PANEL_WIDTH = 520, PANEL_HEIGHT = 400, TITLE_HEIGHT = 70 };

static void draw_time(const struct story *story, const struct machine *machine, weir_mode mode, const char *title,
                      FILE *plot)
{
    const struct row like = {.point = {.batch = STORY_BATCH,
                                       .precision = WEIR_F32,
                                       .mode = mode,
                                       .stack = {.hidden = STORY_UNITS, .layers = 1}},
                             .asked_hidden = STORY_UNITS};
    if (!throughput_draw_steps(&story->rows, machine, &like, title, plot))
        fputs("set multiplot next\n", plot);
}

static void draw_chorales(const struct story *story, FILE *plot)
{
    const struct job *job = &story->chorales;
    fputs("set title \"Learning chorales\\nsolid: pieces it has not met, dotted: those it learns from; one seed\"\n"
          "set ylabel 'negative log-likelihood (nats a step)'\nset yrange [7.5:12]\n"
          "set key inside top right vertical maxrows 4\n",
          plot);
    if (!learn_draw_seconds(job, &job->problems[0], EQUAL_PARAMETERS, plot))
        fputs("set multiplot next\n", plot);
}

static const struct learned_panel parts_of_chorales = {"chorales", "Chorales from parts of the data", "nats a step"};

/* Each panel has axes of its own. */
static void begin_panel(FILE *plot)
{
    fputs("unset logscale\nset autoscale\nset xtics autofreq\nset ytics autofreq\nset mytics default\nset format '%g'\n"
          "set xtics scale 1\nset ytics scale 1\nset key tmargin center horizontal maxrows 1\n",
          plot);
}

static bool any_flagged(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured && row_is_flagged(&rows->rows[i]))
            return true;
    return false;
}

/* When and on what: no BLAS, which the native engine does not call. */
static void print_title(const struct session *session, const struct story *story, FILE *plot)
{
    char machine[256];
    plot_machine_line(&session->results, machine, sizeof machine);
    const int cpu = (int)strcspn(machine, ",");
    const char *date = json_string_value(json_object_get(session->results.machine, "date"));
    fprintf(plot,
            "set multiplot layout %d,%d title \"Vanilla RNN, GRU and LSTM: what each costs, and what each "
            "remembers\\n%.*s, one thread, %.10s%s\"\n",
            LINES, COLUMNS, cpu, machine, date, any_flagged(&story->rows) ? "; " PLOT_HOLLOW : "");
}

void story_draw(const struct session *session, const struct story *story)
{
    FILE *plot = plot_open(&session->results, "story", COLUMNS * PANEL_WIDTH, LINES * PANEL_HEIGHT + TITLE_HEIGHT);
    if (plot == NULL)
        return;
    print_title(session, story, plot);
    begin_panel(plot);
    draw_time(story, &session->machine, WEIR_INFERENCE, "Running: the time of a step (256 units, batch 16)", plot);
    begin_panel(plot);
    draw_time(story, &session->machine, WEIR_TRAINING, "Learning: the time of a step (256 units, batch 16)", plot);
    begin_panel(plot);
    story_draw_cost(story, WEIR_INFERENCE, plot);
    begin_panel(plot);
    story_draw_cost(story, WEIR_TRAINING, plot);
    begin_panel(plot);
    story_draw_gradient(story, plot);
    begin_panel(plot);
    story_draw_adding(story, plot);
    begin_panel(plot);
    draw_chorales(story, plot);
    begin_panel(plot);
    story_draw_memory(story, plot);
    begin_panel(plot);
    learned_draw_parts(&story->jsb_subsets_full, &parts_of_chorales, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}
