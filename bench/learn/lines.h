/*
 * learn/lines.h: the lines of a table in which cells are columns.
 */
#ifndef BENCH_LEARN_LINES_H
#define BENCH_LEARN_LINES_H

#include "learn/report.h"
#include "report/table.h"

/* One comparison: all cells at one length. */
struct comparison {
    const struct job *job;
    const struct problem *problem;
    enum equal equal;
    const struct entrant *entrants[ENTRANTS_MOST];
    struct summary summaries[TABLE_COLUMNS_MOST];
    size_t count;
};

/* How large each cell is, and how it was trained; how that ended; what the task has found out beyond the score. */
void lines_add_size(struct table *table, const struct comparison *comparison);
void lines_add_outcome(struct table *table, const struct comparison *comparison);
void lines_add_findings(struct table *table, const struct comparison *comparison);

#endif
