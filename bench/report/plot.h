/*
 * report/plot.h: pictures, drawn by the program gnuplot as SVG.
 */
#ifndef BENCH_REPORT_PLOT_H
#define BENCH_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/results.h"

/* Whether there is a gnuplot. */
bool plot_is_possible(void);

/*
 * A picture of `width` x `height` points, <name>.svg in the results' folder: write gnuplot commands to the stream,
 * which has fonts, colours (line types 1 to 5, one for each cell: plot_line_of_cell) and grid set already. NULL if it
 * cannot be drawn.
 */
FILE *plot_open(const struct results *results, const char *name, int width, int height);
void plot_close(FILE *plot);

/* Labels the y axis, whatever characters are in the text. */
__attribute__((format(printf, 2, 3))) void plot_ylabel(FILE *plot, const char *format, ...);

/* The point type of a cell's flagged rows: its own, hollow; and what a title says of them. */
int plot_hollow_form(size_t cell);
#define PLOT_HOLLOW "hollow points are flagged: the machine was not quiet"

/* A piece of a plot command: of the data block `block`, whose lines are x, median, low and high, a band from low to
   high and the median in it; `line`: the line type. */
void plot_band(FILE *plot, const char *block, int line, const char *title);

/* A line that says what machine this is, for a title. */
void plot_machine_line(const struct results *results, char *text, size_t size);

#endif
