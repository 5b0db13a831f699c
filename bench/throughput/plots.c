/*
 * throughput/plots.c: time against length, and share of the peak against size; a panel for each of the other axes.
 */
#include "throughput/report.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/plot.h"
#include "report/tics.h"

enum { PANELS_MOST = 24, PANEL_WIDTH = 470, PANEL_HEIGHT = 350 };

/* A kind of picture: which rows share a panel, and where a row lies in it. */
struct picture {
    const char *name, *title, *x_label, *y_label;
    bool is_share;     /* y is a percentage, beside which the BLAS's own product is drawn */
    bool longest_only; /* of panels that differ in steps only */
    bool (*same_panel)(const struct row *a, const struct row *b);
    int64_t (*x)(const struct row *row);
    double (*y)(const struct row *row);
    void (*describe)(const struct row *row, char *text, size_t size);
};

static bool same_surroundings(const struct row *a, const struct row *b)
{
    return a->point.mode == b->point.mode && a->point.precision == b->point.precision &&
           a->point.batch == b->point.batch && a->point.stack.layers == b->point.stack.layers &&
           a->matched == b->matched;
}

static bool same_size(const struct row *a, const struct row *b)
{
    return same_surroundings(a, b) && a->asked_hidden == b->asked_hidden;
}

static bool same_steps(const struct row *a, const struct row *b)
{
    return same_surroundings(a, b) && a->point.steps == b->point.steps;
}

static int64_t steps_of(const struct row *row) { return row->point.steps; }

static int64_t hidden_of(const struct row *row) { return row->asked_hidden; }

static double percent_of_peak(const struct row *row) { return 100.0 * row_share(row); }

static void describe(const struct row *row, const char *what, int64_t number, char *text, size_t size)
{
    const struct point *point = &row->point;
    char layers[32] = "";
    if (point->stack.layers > 1)
        snprintf(layers, sizeof layers, ", %" PRId64 " layers", point->stack.layers);
    snprintf(text, size, "%s, %s, batch %" PRId64 ", %" PRId64 " %s%s%s", point_mode_name(point),
             point_precision_name(point), point->batch, number, what, layers, row->matched ? ", equal parameters" : "");
}

static void describe_size(const struct row *row, char *text, size_t size)
{
    describe(row, "units", row->asked_hidden, text, size);
}

static void describe_steps(const struct row *row, char *text, size_t size)
{
    describe(row, "steps", row->point.steps, text, size);
}

static const struct picture steps_picture = {
    .name = "throughput-steps",
    .title = "Time of a step by sequence length",
    .x_label = "steps of a sequence",
    .y_label = "time of a step (µs)",
    .same_panel = same_size,
    .x = steps_of,
    .y = row_microseconds,
    .describe = describe_size,
};

static const struct picture hidden_picture = {
    .name = "throughput-hidden",
    .title = "Share of the arithmetic peak by size",
    .x_label = "hidden units",
    .y_label = "share of the FMA peak (%)",
    .is_share = true,
    .longest_only = true,
    .same_panel = same_steps,
    .x = hidden_of,
    .y = percent_of_peak,
    .describe = describe_steps,
};

/* Whether row i's panel has more than one place on its x axis. */
static bool has_panel(const struct picture *picture, const struct rows *rows, size_t i)
{
    for (size_t k = 0; k < rows->count; k++)
        if (rows->rows[k].measured && picture->same_panel(&rows->rows[k], &rows->rows[i]) &&
            picture->x(&rows->rows[k]) != picture->x(&rows->rows[i]))
            return rows->rows[i].measured;
    return false;
}

/* Whether row i is the first of a panel that is to be drawn. */
static bool begins_panel(const struct picture *picture, const struct rows *rows, size_t i)
{
    if (!has_panel(picture, rows, i))
        return false;
    for (size_t k = 0; k < rows->count; k++) {
        const struct row *row = &rows->rows[k];
        if (k < i && row->measured && picture->same_panel(row, &rows->rows[i]))
            return false;
        if (picture->longest_only && same_surroundings(row, &rows->rows[i]) &&
            row->point.steps > rows->rows[i].point.steps && has_panel(picture, rows, k))
            return false;
    }
    return true;
}

static size_t find_panels(const struct picture *picture, const struct rows *rows, size_t *panels)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count && count < PANELS_MOST; i++)
        if (begins_panel(picture, rows, i))
            panels[count++] = i;
    return count;
}

static bool any_flagged(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured && row_is_flagged(&rows->rows[i]))
            return true;
    return false;
}

/* How many points of a cell a panel has. */
struct points {
    size_t good, flagged;
};

/* The points of one cell in a panel, as a data block whose third column is 1 for flagged rows. */
static struct points print_points(const struct picture *picture, const struct rows *rows, size_t panel, size_t cell,
                                  FILE *plot)
{
    struct points points = {0};
    fprintf(plot, "$cell%zu << end\n", cell);
    for (size_t i = panel; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (!row->measured || row->point.stack.cell != &cells[cell] || !picture->same_panel(row, &rows->rows[panel]))
            continue;
        const bool flagged = row_is_flagged(row);
        fprintf(plot, "%" PRId64 " %.6g %d\n", picture->x(row), picture->y(row), flagged);
        points.good += !flagged;
        points.flagged += flagged;
    }
    fputs("end\n", plot);
    return points;
}

/* Numbers on the y axis of a panel. */
static void print_y_tics(const struct picture *picture, const struct rows *rows, size_t panel, FILE *plot)
{
    double least = HUGE_VAL, most = 0.0;
    for (size_t i = panel; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (!row->measured || !picture->same_panel(row, &rows->rows[panel]))
            continue;
        least = fmin(least, picture->y(row));
        most = fmax(most, picture->y(row));
    }
    tics_print("y", least, most, plot);
}

/* A line through all points; flagged ones are hollow. */
static void draw_cell(size_t cell, struct points points, FILE *plot)
{
    fprintf(plot, "NaN with linespoints linetype %zu title '%s'", cell + 1, cells[cell].name);
    fprintf(plot, ", $cell%zu using 1:2 smooth unique with lines linetype %zu notitle", cell, cell + 1);
    if (points.good > 0)
        fprintf(plot, ", $cell%zu using 1:($3 == 0 ? $2 : NaN) with points linetype %zu notitle", cell, cell + 1);
    if (points.flagged > 0)
        fprintf(plot, ", $cell%zu using 1:($3 == 1 ? $2 : NaN) with points linetype %zu pointtype %d notitle", cell,
                cell + 1, plot_hollow_form(cell));
}

static void draw_panel(const struct picture *picture, const struct rows *rows, const struct machine *machine,
                       size_t panel, const char *title, FILE *plot)
{
    const int bits = point_bits(&rows->rows[panel].point);
    struct points points[NUMBERS_MOST];
    for (size_t cell = 0; cell_names[cell] != NULL; cell++)
        points[cell] = print_points(picture, rows, panel, cell, plot);
    if (!picture->is_share)
        print_y_tics(picture, rows, panel, plot);
    fprintf(plot, "set title '%s'\nplot", title);
    const char *separator = " ";
    for (size_t cell = 0; cell_names[cell] != NULL; cell++) {
        if (points[cell].good + points[cell].flagged == 0)
            continue;
        fputs(separator, plot);
        draw_cell(cell, points[cell], plot);
        separator = ", ";
    }
    if (picture->is_share)
        fprintf(plot, ", %g with lines linetype 6 title 'BLAS product'",
                100.0 * machine_product(machine, bits).flops / machine_peak(machine, bits));
    fputc('\n', plot);
}

static void print_axes(const struct picture *picture, FILE *plot)
{
    fprintf(plot, "set xlabel '%s'\nset ylabel '%s'\nset logscale x 2\n", picture->x_label, picture->y_label);
    fputs(picture->is_share ? "set yrange [0:100]\n" : "set logscale y 10\n", plot);
}

bool throughput_draw_steps(const struct rows *rows, const struct machine *machine, const struct row *like,
                           const char *title, FILE *plot)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (!same_size(&rows->rows[i], like) || !begins_panel(&steps_picture, rows, i))
            continue;
        print_axes(&steps_picture, plot);
        draw_panel(&steps_picture, rows, machine, i, title, plot);
        return true;
    }
    return false;
}

/* Whether there was anything to draw. */
static bool draw(const struct picture *picture, const struct rows *rows, const struct machine *machine,
                 const struct results *results)
{
    size_t panels[PANELS_MOST];
    const size_t count = find_panels(picture, rows, panels);
    if (count == 0)
        return false;
    const int columns = count <= 1 ? 1 : count <= 4 ? 2 : 3, lines = ((int)count + columns - 1) / columns;
    const bool flagged = any_flagged(rows);
    FILE *plot = plot_open(results, picture->name, columns * PANEL_WIDTH, lines * PANEL_HEIGHT + (flagged ? 80 : 60));
    if (plot == NULL)
        return true;
    char subtitle[256];
    plot_machine_line(results, subtitle, sizeof subtitle);
    fprintf(plot, "set multiplot layout %d,%d title \"%s\\n%s%s\"\n", lines, columns, picture->title, subtitle,
            flagged ? "\\n" PLOT_HOLLOW : "");
    print_axes(picture, plot);
    for (size_t i = 0; i < count; i++) {
        char title[160];
        picture->describe(&rows->rows[panels[i]], title, sizeof title);
        draw_panel(picture, rows, machine, panels[i], title, plot);
    }
    fputs("unset multiplot\n", plot);
    plot_close(plot);
    return true;
}

bool throughput_plot(const struct rows *rows, const struct machine *machine, const struct results *results)
{
    const bool by_steps = draw(&steps_picture, rows, machine, results);
    return draw(&hidden_picture, rows, machine, results) || by_steps;
}
