/*
 * base/progress.h: one progress bar on standard error; plain lines where that is not a terminal.
 */
#ifndef BENCH_BASE_PROGRESS_H
#define BENCH_BASE_PROGRESS_H

/* What the bar covers next: the part from `from` to `to` of the whole, 0 to 1. A job of one stage has 0 to 1. */
void progress_stage(double from, double to);

/* How much of the stage is done, 0 to 1, and what is being done now. Cheap to call often; draws at most 10 times a
   second. */
__attribute__((format(printf, 2, 3))) void progress_show(double done, const char *format, ...);

/* Removes the bar, so that the results can be printed. */
void progress_end(void);

#endif
