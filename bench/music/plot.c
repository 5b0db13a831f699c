/*
 * music/plot.c: learning curves, over epochs and over seconds.
 */
#include <inttypes.h>
#include <math.h>

#include "music/music.h"
#include "report/plot.h"
#include "report/tics.h"

static size_t place_of(const struct cell *cell) { return (size_t)(cell - cells); }

static void print_data(const struct trainings *trainings, FILE *plot)
{
    for (size_t i = 0; i < trainings->count; i++) {
        const struct training *training = &trainings->trainings[i];
        fprintf(plot, "$curve%zu << end\n", i);
        for (int64_t k = 0; k < training->epochs; k++)
            fprintf(plot, "%" PRId64 " %g %g %g\n", k + 1, training->curve[k].seconds, training->curve[k].train,
                    training->curve[k].valid);
        fputs("end\n", plot);
    }
}

/* The curves of all trainings over epochs (column 1) or seconds (column 2). Seeds after the first have no title. */
static void draw_curves(const struct trainings *trainings, int column, FILE *plot)
{
    fputs("plot", plot);
    for (size_t i = 0; i < trainings->count; i++) {
        const struct training *training = &trainings->trainings[i];
        const size_t line = place_of(training->stack.cell) + 1;
        const bool first = training->seed == trainings->trainings[0].seed;
        fprintf(plot, "%s $curve%zu using %d:4 with lines linetype %zu title '%s'", i == 0 ? "" : ",", i, column, line,
                first ? training->stack.cell->name : "");
        fprintf(plot, ", $curve%zu using %d:3 with lines linetype %zu linewidth 1 dashtype 3 notitle", i, column, line);
    }
    fprintf(plot, ", %g with lines linetype 6 title 'key frequencies alone'\n", trainings->frequency_cost);
}

/* Logarithmic, and no longer than what is drawn: by itself the axis would run to the next power of ten. */
static void print_x_axis(const char *label, double least, double most, FILE *plot)
{
    fprintf(plot, "set xlabel '%s'\nset logscale x 10\n", label);
    if (most > least)
        fprintf(plot, "set xrange [%g:%g]\n", least, most);
    tics_print("x", least, most, plot);
}

static void print_y_axis(FILE *plot)
{
    fputs("set ylabel 'negative log-likelihood (nats a step)'\nset yrange [7.5:12]\n", plot);
}

static void draw_epochs(const struct trainings *trainings, FILE *plot)
{
    double epochs = 1.0;
    for (size_t i = 0; i < trainings->count; i++)
        epochs = fmax(epochs, (double)trainings->trainings[i].epochs);
    print_x_axis("epochs", 1.0, epochs, plot);
    draw_curves(trainings, 1, plot);
}

static void draw_seconds(const struct trainings *trainings, FILE *plot)
{
    double first = HUGE_VAL, last = 0.0;
    for (size_t i = 0; i < trainings->count; i++) {
        const struct training *training = &trainings->trainings[i];
        first = fmin(first, training->curve[0].seconds);
        last = fmax(last, training->curve[training->epochs - 1].seconds);
    }
    print_x_axis("time of training (s)", first, last, plot);
    draw_curves(trainings, 2, plot);
}

void music_draw_panel(const struct trainings *trainings, FILE *plot)
{
    print_data(trainings, plot);
    print_y_axis(plot);
    draw_seconds(trainings, plot);
}

void music_plot(const struct results *results, const struct trainings *trainings)
{
    char machine[256];
    FILE *plot = plot_open(results, "music-curves", 1000, 480);
    if (plot == NULL)
        return;
    print_data(trainings, plot);
    plot_machine_line(results, machine, sizeof machine);
    fprintf(plot,
            "set multiplot layout 1,2 title \"Learning chorales: cost of predicting the next step (solid: validation, "
            "dotted: training)\\n%s\"\n",
            machine);
    fputs("set key inside bottom left vertical maxrows 8\n", plot);
    print_y_axis(plot);
    draw_epochs(trainings, plot);
    draw_seconds(trainings, plot);
    fputs("unset multiplot\n", plot);
    plot_close(plot);
}
