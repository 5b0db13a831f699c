/*
 * roofline/roofline.h: measured rows under the machine's roofs.
 */
#ifndef BENCH_ROOFLINE_ROOFLINE_H
#define BENCH_ROOFLINE_ROOFLINE_H

#include <stdio.h>

#include "command/session.h"
#include "roofline/model.h"
#include "throughput/sweep.h"

/* A measured row and the roof over it. */
struct covered {
    const struct row *row;
    struct roof roof;
    double share;       /* of the roof's FLOP/s */
    double phase_share; /* of those that the phases allow */
};

/* The rows that were measured, under a roof of the peak around each and of these bandwidths. */
struct roofline {
    size_t count;
    struct covered *points;
    struct bandwidth bandwidth;
    const struct machine *machine;
};

struct roofline roofline_open(const struct rows *rows, const struct machine *machine,
                              const struct bandwidth *bandwidth);
void roofline_close(struct roofline *roofline);

/* Of the same mode, precision and engine: they share a table and a panel of the picture. */
bool roofline_share_panel(const struct row *a, const struct row *b);

/* Whether no point before `i` shares its panel. */
bool roofline_begins_panel(const struct roofline *roofline, size_t i);

/* Saves roofline.csv and .json. */
void roofline_save(const struct roofline *roofline, const struct results *results);

/* A line for each point, panel by panel. */
void roofline_print(const struct roofline *roofline, FILE *stream);

/* A sentence for each thing that the numbers show, flagged rows left out. */
void roofline_print_findings(const struct roofline *roofline, FILE *stream);

/* roofline.svg */
void roofline_plot(const struct roofline *roofline, const struct results *results);

#endif
