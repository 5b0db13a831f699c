/*
 * report/tics.h: where a logarithmic axis has numbers.
 */
#ifndef BENCH_REPORT_TICS_H
#define BENCH_REPORT_TICS_H

#include <stdio.h>

/* Commands for gnuplot: on the axis "x" or "y", which shows `least` to `most`, numbers at 1, 2 and 5 times each power
   of ten where that is less than two decades, else as gnuplot puts them. */
void tics_print(const char *axis, double least, double most, FILE *plot);

#endif
