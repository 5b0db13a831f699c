/*
 * throughput/report.h: what measured rows look like, for programs and for people.
 */
#ifndef BENCH_THROUGHPUT_REPORT_H
#define BENCH_THROUGHPUT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "machine/machine.h"
#include "report/results.h"
#include "throughput/sweep.h"

/* All numbers of a measured row, an object; yours. */
json_t *throughput_row_to_json(const struct row *row, const struct machine *machine);

/* Those of all measured rows, an array; yours. */
json_t *throughput_to_json(const struct rows *rows, const struct machine *machine);

/* How the numbers came about, for the head of a file; yours. */
json_t *throughput_about(void);

/* One short table for each mode, precision and number of layers: cells side by side. */
void throughput_print_overview(const struct rows *rows, const struct machine *machine, FILE *stream);

/* The points of a set, a line each. */
void throughput_print_points(const struct rows *rows, FILE *stream);

/* Everything: a line for each row. */
void throughput_print_details(const struct rows *rows, const struct machine *machine, FILE *stream);

/* Batch 1: hot and evicted caches, and how fast the recurrent weights come in. Rows of so many steps only; 0: all. */
void throughput_print_caches(const struct rows *rows, const struct machine *machine, int64_t steps, FILE *stream);

/* Rows that could not be measured, and rows that are flagged. */
void throughput_print_remarks(const struct rows *rows, FILE *stream);

/* A sentence for each thing that the numbers show, flagged rows left out. */
void throughput_print_findings(const struct rows *rows, FILE *stream);

/* throughput-steps.svg and throughput-hidden.svg, those of the two that there are numbers for; whether there is any. */
bool throughput_plot(const struct rows *rows, const struct machine *machine, const struct results *results);

/* A panel of another picture: the time of a step against the length, of the rows that are like one but for cell and
   length; title in gnuplot's single quotes. False if there are not several lengths. */
bool throughput_draw_steps(const struct rows *rows, const struct machine *machine, const struct row *like,
                           const char *title, FILE *plot);

#endif
