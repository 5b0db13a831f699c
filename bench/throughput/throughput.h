/*
 * throughput/throughput.h: the job, for its own subcommand and for the main job.
 */
#ifndef BENCH_THROUGHPUT_THROUGHPUT_H
#define BENCH_THROUGHPUT_THROUGHPUT_H

#include "command/session.h"
#include "throughput/measure.h"
#include "throughput/sweep.h"

/* How much of it is printed; all of it is saved. (Of a set, always its points; their shapes differ in too much for
   other tables and for pictures.) */
struct throughput_style {
    bool detailed;       /* every row */
    int64_t cache_steps; /* caches at sequences of so many steps only; 0: at all */
};

/* Saves and draws what was measured, and prints tables and findings to the session's report. */
void throughput_report(struct session *session, const struct rows *rows, struct throughput_style style);

#endif
