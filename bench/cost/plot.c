/*
 * cost/plot.c: a map for each mode and precision, side by side.
 */
#include <stdlib.h>

#include "base/buffer.h"
#include "cost/finding.h"
#include "cost/heat.h"
#include "report/plot.h"

enum { PANEL_WIDTH = 620, PANEL_HEIGHT = 360, TITLE_HEIGHT = 70 };

/* One panel's. */
static struct heat heat_of(const struct cost_rows *rows, const struct cost_row *like)
{
    struct heat heat = {.fields = buffer_allocate(rows->count, sizeof *heat.fields)};
    for (size_t i = 0; i < rows->count; i++) {
        const struct cost_row *row = &rows->rows[i];
        if (cost_is_like(row, like))
            heat.fields[heat.count++] = (struct heat_field){.hidden = cost_point(row)->stack.hidden,
                                                            .batch = cost_point(row)->batch,
                                                            .ratio = row->ratio,
                                                            .flagged = cost_is_flagged(row)};
    }
    return heat;
}

static void draw_panel(const struct cost_rows *rows, const struct cost_row *like, size_t panel, FILE *plot)
{
    const struct point *point = cost_point(like);
    struct heat heat = heat_of(rows, like);
    char name[32], title[128];
    snprintf(name, sizeof name, "panel%zu", panel);
    snprintf(title, sizeof title, "%s, %s", point_mode_name(point), point_precision_name(point));
    heat_draw(&heat, name, title, plot);
    free(heat.fields);
}

static void print_title(const struct results *results, int lines, int columns, FILE *plot)
{
    char machine[256];
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot, "set multiplot layout %d,%d title \"The time of a step, GRU over LSTM (white: 3/4)\\n%s; %s\"\n",
            lines, columns, machine, HEAT_LEGEND);
}

void cost_plot(const struct cost_rows *rows, const struct results *results)
{
    const struct cost_row *panels[COST_PARTS];
    const size_t count = cost_parts(rows, panels);
    if (count == 0)
        return;
    const int columns = count == 1 ? 1 : 2, lines = ((int)count + columns - 1) / columns;
    FILE *plot = plot_open(results, "cost", columns * PANEL_WIDTH, lines * PANEL_HEIGHT + TITLE_HEIGHT);
    if (plot == NULL)
        return;
    print_title(results, lines, columns, plot);
    for (size_t i = 0; i < count; i++)
        draw_panel(rows, panels[i], i, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}
