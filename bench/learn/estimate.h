/*
 * learn/estimate.h: how long a job takes, found out by a few updates of each kind.
 */
#ifndef BENCH_LEARN_ESTIMATE_H
#define BENCH_LEARN_ESTIMATE_H

#include "learn/job.h"

/* Seconds of the CPU that all trainings take that have not ended, if none of them ends before its budget. */
double estimate_seconds(const struct courses *courses);

/* "3 h 20 min", "2 min", ... */
void estimate_format(double seconds, char *text, size_t size);

#endif
