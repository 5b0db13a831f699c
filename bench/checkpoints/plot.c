/*
 * checkpoints/plot.c: time and memory over the limit, one above the other, a line for each shape.
 */
#include <math.h>

#include "checkpoints/checkpoints.h"
#include "report/plot.h"

enum { LINES_MOST = 6, WIDTH = 720, HEIGHT = 720 };

/* Limits as parts of what keeping all takes, so that shapes of any size share an axis. */
struct axis {
    double least;
};

static double part_of_all(const struct limits_row *row, double bytes) { return bytes / (double)row->all.total; }

/* One shape's numbers: part of all as the limit, time ratio with its interval, part of all as taken, flagged. */
static void print_data(const struct limits_row *row, size_t line, struct axis *axis, FILE *plot)
{
    fprintf(plot, "$shape%zu << end\n", line);
    for (size_t k = 0; k < row->count; k++) {
        const struct limited *limited = &row->limits[k];
        const double limit = part_of_all(row, (double)limited->limit);
        fprintf(plot, "%.6g %.6g %.6g %.6g %.6g %d\n", 100.0 * limit, limited->ratio.median, limited->ratio.low,
                limited->ratio.high, 100.0 * part_of_all(row, (double)limited->size.total),
                checkpoints_is_flagged(row, limited));
        axis->least = fmin(axis->least, 100.0 * limit);
    }
    fputs("end\n", plot);
}

static void print_title(const struct results *results, FILE *plot)
{
    char machine[256];
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot,
            "set multiplot layout 2,1 title \"Training under a memory limit\\n%s\\nbars: 95 %% intervals; hollow: the "
            "machine was not quiet\"\n",
            machine);
}

static void print_times(const struct limits_row *const *lines, size_t count, FILE *plot)
{
    fprintf(plot,
            "set ylabel 'time over that of keeping all'\nset logscale y 2\nset yrange [*<0.9:*]\n"
            "set key inside right top vertical maxrows %d\n",
            LINES_MOST);
    fprintf(plot, "plot 1 with lines linetype 6 notitle");
    for (size_t i = 0; i < count; i++) {
        char label[128];
        checkpoints_label(lines[i], label, sizeof label);
        fprintf(plot, ", $shape%zu using 1:2 with lines linetype %zu title '%s'", i, i + 1, label);
        fprintf(plot, ", $shape%zu using 1:2:3:4 with yerrorbars linetype %zu notitle", i, i + 1);
        fprintf(plot,
                ", $shape%zu using 1:($6 == 1 ? $2 : NaN) with points linetype 6 pointtype 6 pointsize 1.2 notitle", i);
    }
    fputc('\n', plot);
}

static void print_bytes(size_t count, FILE *plot)
{
    fputs("set ylabel 'taken (% of keeping all)'\nset yrange [*:*]\nunset key\n"
          "plot x with lines linetype 6",
          plot);
    for (size_t i = 0; i < count; i++)
        fprintf(plot, ", $shape%zu using 1:5 with linespoints linetype %zu", i, i + 1);
    fputc('\n', plot);
}

void checkpoints_plot(const struct limits_rows *rows, const struct results *results)
{
    const struct limits_row *lines[LINES_MOST];
    struct axis axis = {100.0};
    size_t count = 0;
    for (size_t i = 0; i < rows->count && count < LINES_MOST; i++)
        if (rows->rows[i].measured)
            lines[count++] = &rows->rows[i];
    FILE *plot = count > 0 ? plot_open(results, "checkpoints", WIDTH, HEIGHT) : NULL;
    if (plot == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        print_data(lines[i], i, &axis, plot);
    print_title(results, plot);
    fprintf(plot,
            "set xlabel 'memory limit (%% of what keeping all takes)'\nset logscale x 2\nset xrange [%g:120]\nset "
            "lmargin 9\n",
            axis.least / 1.2);
    print_times(lines, count, plot);
    print_bytes(count, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}
