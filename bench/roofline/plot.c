/*
 * roofline/plot.c: the roofs as lines and the points under them, both axes logarithmic; a panel for each mode.
 */
#include <math.h>
#include <string.h>

#include "report/plot.h"
#include "roofline/roofline.h"

enum {
    CELLS = 5,
    PANELS_MOST = 8,
    SHIFT_PERCENT = 8,
    PANEL_WIDTH = 640,
    PANEL_HEIGHT = 515,
    LEFT = 70,
    RIGHT = 15,
    ABOVE = 115,
    BELOW = 60
};

/* What of the plane is drawn, and how large. */
struct frame {
    double x_least, x_most, y_least, y_most;
};

/* Disc, triangle, square, rhombus; and the same hollow, of flagged rows. */
static const int level_points[] = {7, 9, 5, 13}, hollow_points[] = {6, 8, 4, 12};

/* Room for the roofs' names on the left, and for the points on the right. */
static struct frame frame_of(const struct roofline *roofline)
{
    struct frame frame = {.x_least = HUGE_VAL, .y_least = HUGE_VAL};
    for (size_t i = 0; i < roofline->count; i++) {
        const struct covered *point = &roofline->points[i];
        frame.x_least = fmin(frame.x_least, point->roof.intensity);
        frame.x_most = fmax(frame.x_most, point->roof.intensity);
        frame.y_least = fmin(frame.y_least, 1e-9 * row_flops(point->row));
        frame.y_most = fmax(frame.y_most, 1e-9 * machine_peak(roofline->machine, point_bits(&point->row->point)));
    }
    frame.x_least /= 8.0;
    frame.x_most *= 2.0;
    frame.y_least /= 2.5;
    frame.y_most *= 2.0;
    return frame;
}

/* The angle at which a line of slope one rises. */
static double angle_of(const struct frame *frame)
{
    const double x = (PANEL_WIDTH - LEFT - RIGHT) / log10(frame->x_most / frame->x_least);
    const double y = (PANEL_HEIGHT - ABOVE - BELOW) / log10(frame->y_most / frame->y_least);
    return 180.0 / M_PI * atan2(y, x);
}

/* Where on a roof its name stands, as a part of what rises of it, and on which side: so that the names of two roofs
   that lie close together do not meet. */
static const double name_places[] = {0.66, 0.34, 0.66, 0.34}, name_sides[] = {0.5, 0.5, -0.6, -0.6};

/* A roof and its name. */
static void print_roof(const struct roofline *roofline, const struct frame *frame, enum memory_level level, double peak,
                       FILE *plot)
{
    const double bandwidth = 1e-9 * roofline->bandwidth.bytes_per_second[level];
    const double x_least = fmax(frame->x_least, frame->y_least / bandwidth);
    const double x_most = fmin(frame->x_most, peak / bandwidth);
    const double x = x_least * pow(x_most / x_least, name_places[level]);
    fprintf(plot, "set arrow from %g,%g to %g,%g nohead linecolor rgb '#444444' linewidth 1.5\n", x_least,
            x_least * bandwidth, x_most, x_most * bandwidth);
    fprintf(plot, "set label '%s %.0f GB/s' at %g,%g center rotate by %.1f offset %g,%g font ',11'\n",
            memory_level_name(level), bandwidth, x, x * bandwidth, angle_of(frame), -name_sides[level],
            name_sides[level]);
}

static void print_roofs(const struct roofline *roofline, const struct frame *frame, double peak, FILE *plot)
{
    double first_ridge = frame->x_most;
    fputs("unset arrow\nunset label\n", plot);
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++) {
        const double bandwidth = 1e-9 * roofline->bandwidth.bytes_per_second[level];
        if (bandwidth == 0.0)
            continue;
        print_roof(roofline, frame, level, peak, plot);
        first_ridge = fmin(first_ridge, peak / bandwidth);
    }
    fprintf(plot, "set arrow from %g,%g to %g,%g nohead linecolor rgb '#444444' linewidth 1.5\n", first_ridge, peak,
            frame->x_most, peak);
    fprintf(plot, "set label 'FMA peak %.0f GFLOP/s' at %g,%g right offset 0,0.5 font ',11'\n", peak,
            frame->x_most / 1.1, peak);
}

static bool has_points(const struct roofline *roofline, const struct cell *cell)
{
    for (size_t i = 0; i < roofline->count; i++)
        if (roofline->points[i].row->point.stack.cell == cell)
            return true;
    return false;
}

/* How many of the first `places` cells have points. */
static size_t cells_within(const struct roofline *roofline, size_t places)
{
    size_t count = 0;
    for (size_t k = 0; k < places; k++)
        count += has_points(roofline, &cells[k]);
    return count;
}

/* Cells of the same intensity would hide each other: they stand side by side. */
static double shift_of(const struct roofline *roofline, size_t cell)
{
    const double all = (double)cells_within(roofline, CELLS);
    return pow(1.0 + SHIFT_PERCENT / 100.0, (double)cells_within(roofline, cell) - 0.5 * (all - 1.0));
}

static double size_of(const struct row *row)
{
    return fmin(fmax(0.3 + 0.1 * log2((double)row->point.stack.hidden / 16.0), 0.3), 1.2);
}

/* The points of one cell and level in a panel, flagged or not, as a data block; false if there are none. */
static bool print_points(const struct roofline *roofline, const struct row *panel, size_t cell, enum memory_level level,
                         bool flagged, FILE *plot)
{
    bool any = false;
    fprintf(plot, "$cell%zu_%d_%d << end\n", cell, (int)level, flagged);
    for (size_t i = 0; i < roofline->count; i++) {
        const struct covered *point = &roofline->points[i];
        if (point->row->point.stack.cell != &cells[cell] || point->roof.level != level ||
            row_is_flagged(point->row) != flagged || !roofline_share_panel(panel, point->row))
            continue;
        fprintf(plot, "%.6g %.6g %.2f\n", point->roof.intensity * shift_of(roofline, cell),
                1e-9 * row_flops(point->row), size_of(point->row));
        any = true;
    }
    fputs("end\n", plot);
    return any;
}

static int count_of(const bool *has, int places)
{
    int count = 0;
    for (int k = 0; k < places; k++)
        count += has[k];
    return count;
}

/* Two columns: the longer of them says how many lines. */
static void print_legend_place(const bool *has_cell, const bool *has_level, FILE *plot)
{
    const int cell_count = count_of(has_cell, CELLS), level_count = count_of(has_level, LEVEL_COUNT);
    fprintf(plot, "set key at graph 0.99,0.02 right bottom vertical maxrows %d reverse Left samplen 1 font ',11'\n",
            cell_count > level_count ? cell_count : level_count);
}

/* Colours are cells, forms are levels; the legend shows the one on lines, the other without colour. */
static void print_legend(const bool *has_cell, const bool *has_level, FILE *plot)
{
    for (size_t cell = 0; cell < CELLS; cell++)
        if (has_cell[cell])
            fprintf(plot, ", NaN with lines linetype %zu linewidth 6 title '%s'", cell + 1, cells[cell].name);
    for (int k = count_of(has_cell, CELLS); k < count_of(has_level, LEVEL_COUNT); k++)
        fputs(", NaN with dots linecolor rgb 'white' title ' '", plot);
    for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++)
        if (has_level[level])
            fprintf(plot, ", NaN with points pointtype %d pointsize 0.8 linecolor rgb '#444444' title 'R in %s'",
                    level_points[level], memory_level_name(level));
    fputc('\n', plot);
}

static void draw_panel(const struct roofline *roofline, size_t first, const struct frame *frame, FILE *plot)
{
    const struct row *panel = roofline->points[first].row;
    bool has[CELLS][LEVEL_COUNT][2] = {{{false}}}, has_cell[CELLS] = {false}, has_level[LEVEL_COUNT] = {false};
    print_roofs(roofline, frame, 1e-9 * machine_peak(roofline->machine, point_bits(&panel->point)), plot);
    for (size_t cell = 0; cell < CELLS; cell++)
        for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++) {
            for (int flagged = 0; flagged < 2; flagged++)
                has[cell][level][flagged] = print_points(roofline, panel, cell, level, flagged, plot);
            has_cell[cell] |= has[cell][level][0] || has[cell][level][1];
            has_level[level] |= has[cell][level][0] || has[cell][level][1];
        }
    print_legend_place(has_cell, has_level, plot);
    fprintf(plot, "set title '%s, %s, %s engine'\nplot NaN notitle", point_mode_name(&panel->point),
            point_precision_name(&panel->point), point_engine_name(&panel->point));
    for (size_t cell = 0; cell < CELLS; cell++)
        for (enum memory_level level = LEVEL_L1; level < LEVEL_COUNT; level++)
            for (int flagged = 0; flagged < 2; flagged++)
                if (has[cell][level][flagged])
                    fprintf(plot, ", $cell%zu_%d_%d with points linetype %zu pointtype %d pointsize variable notitle",
                            cell, (int)level, flagged, cell + 1, (flagged ? hollow_points : level_points)[level]);
    print_legend(has_cell, has_level, plot);
}

static bool any_flagged(const struct roofline *roofline)
{
    for (size_t i = 0; i < roofline->count; i++)
        if (row_is_flagged(roofline->points[i].row))
            return true;
    return false;
}

static void print_title(const struct roofline *roofline, const struct results *results, FILE *plot)
{
    const struct shape_set *set = roofline->points[0].row->set;
    char machine[256];
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot, " title \"Roofline%s%s\\n%s\\nlarger points: more units; cells stand side by side, %d %% apart%s\"",
            set != NULL ? ", set " : "", set != NULL ? set->name : "", machine, SHIFT_PERCENT,
            any_flagged(roofline) ? "; " PLOT_HOLLOW : "");
}

/* Margins that are the same in each panel, so that the angle of the roofs is known. */
static void begin_page(const struct roofline *roofline, const struct results *results, int columns, int lines,
                       FILE *plot)
{
    const double width = (double)columns * PANEL_WIDTH, height = (double)lines * PANEL_HEIGHT;
    fprintf(plot, "set multiplot layout %d,%d", lines, columns);
    print_title(roofline, results, plot);
    fprintf(plot, " margins %g,%g,%g,%g spacing %g,%g\n", LEFT / width, 1.0 - RIGHT / width, BELOW / height,
            1.0 - ABOVE / height, (LEFT + RIGHT) / width, (ABOVE + BELOW) / height);
}

static void print_axes(const struct frame *frame, FILE *plot)
{
    fprintf(plot,
            "set xlabel 'arithmetic intensity (FLOP for each byte of weights read)'\nset ylabel 'products (GFLOP/s)'\n"
            "set logscale xy\nset xrange [%g:%g]\nset yrange [%g:%g]\n",
            frame->x_least, frame->x_most, frame->y_least, frame->y_most);
}

void roofline_plot(const struct roofline *roofline, const struct results *results)
{
    size_t panels[PANELS_MOST], count = 0;
    for (size_t i = 0; i < roofline->count && count < PANELS_MOST; i++)
        if (roofline_begins_panel(roofline, i))
            panels[count++] = i;
    if (count == 0)
        return;
    const int columns = count == 1 ? 1 : 2, lines = ((int)count + columns - 1) / columns;
    const struct frame frame = frame_of(roofline);
    FILE *plot = plot_open(results, "roofline", columns * PANEL_WIDTH, lines * PANEL_HEIGHT);
    if (plot == NULL)
        return;
    begin_page(roofline, results, columns, lines, plot);
    print_axes(&frame, plot);
    for (size_t i = 0; i < count; i++)
        draw_panel(roofline, panels[i], &frame, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}
