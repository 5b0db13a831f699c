/*
 * gradient/plot.c: norms against the lag, on a logarithmic axis: a panel for each cell as it begins, one for each
 * length at which cells were trained.
 */
#include "gradient/gradient.h"

#include <inttypes.h>
#include <math.h>

#include "report/plot.h"

enum { PANEL_WIDTH = 520, PANEL_HEIGHT = 400 };

static size_t place_of(const struct cell *cell) { return (size_t)(cell - cells); }

/* What a panel shows: nets of one cell as they begin, or trained ones of one length. */
struct panel {
    const struct gradient_row *like;
};

static bool is_in(const struct panel *panel, const struct gradient_row *row)
{
    if (row->trained != panel->like->trained)
        return false;
    return row->trained ? row->steps == panel->like->steps : row->start.cell == panel->like->start.cell;
}

void gradient_print_norms(const char *name, size_t i, const double *norms, int64_t count, FILE *plot)
{
    fprintf(plot, "$%s%zu << end\n", name, i);
    for (int64_t k = 0; k < count; k++)
        if (norms[k] > 0.0 && isfinite(norms[k]))
            fprintf(plot, "%" PRId64 " %.6g\n", k + 1, norms[k]);
    fputs("end\n", plot);
}

static void print_data(const struct gradient_rows *rows, FILE *plot)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct gradient_row *row = &rows->rows[i];
        gradient_print_norms("norm", i, row->norms, row->steps, plot);
        if (row->before)
            gradient_print_norms("before", i, row->before, row->steps, plot);
    }
}

/* What of the norms is drawn, the same in all panels of a page. */
struct frame {
    double least, most;
};

/* No further down than what a reader has any use for. */
static const double deepest = 1e-60;

static void extend(struct frame *frame, const double *norms, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        if (norms[k] > 0.0 && isfinite(norms[k])) {
            frame->least = fmin(frame->least, fmax(norms[k], deepest));
            frame->most = fmax(frame->most, norms[k]);
        }
}

/* Whole decades. */
static struct frame frame_of(const struct gradient_rows *rows, bool trained)
{
    struct frame frame = {1.0, 1.0};
    for (size_t i = 0; i < rows->count; i++) {
        const struct gradient_row *row = &rows->rows[i];
        if (row->trained != trained)
            continue;
        extend(&frame, row->norms, row->steps);
        if (row->before)
            extend(&frame, row->before, row->steps);
    }
    return (struct frame){pow(10.0, floor(log10(frame.least))), pow(10.0, ceil(log10(frame.most)))};
}

static void print_title(const struct panel *panel, FILE *plot)
{
    const struct gradient_row *row = panel->like;
    if (row->trained)
        fprintf(plot, "set title 'trained on the adding problem, %" PRId64 " steps (dotted: before)'\n", row->steps);
    else
        fprintf(plot, "set title '%s, not trained'\n", row->start.cell->name);
}

/* Trained nets have their cell's colour; the ways in which a cell begins have colours of their own. */
static void print_lines(const struct gradient_rows *rows, const struct panel *panel, FILE *plot)
{
    size_t line = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct gradient_row *row = &rows->rows[i];
        if (!is_in(panel, row))
            continue;
        line = row->trained ? place_of(row->start.cell) + 1 : line + 1;
        fprintf(plot, ", $norm%zu with lines linetype %zu title '%s%s'", i, line,
                row->trained ? row->start.cell->name : row->start.name,
                row->trained && !row->outcome.solved ? " (unsolved)" : "");
        if (row->before)
            fprintf(plot, ", $before%zu with lines linetype %zu linewidth 1 dashtype 3 notitle", i, line);
    }
}

static void draw_panel(const struct gradient_rows *rows, const struct panel *panel, const struct frame *frame,
                       FILE *plot)
{
    print_title(panel, plot);
    fputs("plot NaN notitle", plot);
    print_lines(rows, panel, plot);
    if (frame->least < GRADIENT_F32_FLOOR)
        fprintf(plot, ", %g with lines linetype 6 title 'below: zero in f32'", GRADIENT_F32_FLOOR);
    fputc('\n', plot);
}

/* Whether row i is the first of its panel. */
static bool begins_panel(const struct gradient_rows *rows, size_t i, bool trained)
{
    const struct panel panel = {&rows->rows[i]};
    for (size_t k = 0; k < i; k++)
        if (is_in(&panel, &rows->rows[k]))
            return false;
    return rows->rows[i].trained == trained;
}

static int count_panels(const struct gradient_rows *rows, bool trained)
{
    int count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += begins_panel(rows, i, trained);
    return count;
}

static void begin_page(const struct gradient_rows *rows, const struct frame *frame, int columns, int lines, FILE *plot)
{
    fprintf(plot,
            "set multiplot layout %d,%d title \"Norm of dL/d(state) by lag, L the last output (%" PRId64
            " units, f64)\"\n",
            lines, columns, rows->rows[0].hidden);
    fprintf(plot,
            "set logscale y\nset format y '1e%%T'\nset yrange [%g:%g]\nset xlabel 'lag (steps before the end)'\n"
            "set key inside bottom left vertical maxrows 8 opaque font ',11' samplen 1.5\n",
            frame->least, frame->most);
}

static void draw_page(const struct session *session, const struct gradient_rows *rows, bool trained, const char *name)
{
    const int panels = count_panels(rows, trained), columns = panels == 1 ? 1 : 2;
    const int lines = (panels + columns - 1) / columns;
    const struct frame frame = frame_of(rows, trained);
    if (panels == 0)
        return;
    FILE *plot = plot_open(&session->results, name, columns * PANEL_WIDTH, lines * PANEL_HEIGHT);
    if (plot == NULL)
        return;
    print_data(rows, plot);
    begin_page(rows, &frame, columns, lines, plot);
    for (size_t i = 0; i < rows->count; i++)
        if (begins_panel(rows, i, trained))
            draw_panel(rows, &(struct panel){&rows->rows[i]}, &frame, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}

void gradient_plot(const struct session *session, const struct gradient_rows *rows)
{
    draw_page(session, rows, false, "gradient-untrained");
    draw_page(session, rows, true, "gradient-trained");
}
