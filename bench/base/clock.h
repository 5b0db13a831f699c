/*
 * base/clock.h: what time it is, to measure and to name.
 */
#ifndef BENCH_BASE_CLOCK_H
#define BENCH_BASE_CLOCK_H

#include <stddef.h>

/* Seconds since some moment in the past; never goes back. */
double clock_seconds(void);

/* Seconds that the calling thread had a CPU. */
double clock_busy_seconds(void);

/* The time of day for people, and as the name of a folder. */
void clock_date(char *text, size_t size);
void clock_stamp(char *text, size_t size);

#endif
