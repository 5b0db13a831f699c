/*
 * base/clock.h: how long something takes.
 */
#ifndef WEIR_BASE_CLOCK_H
#define WEIR_BASE_CLOCK_H

/* Seconds since some moment in the past; never goes back. */
double weir_clock_seconds(void);

#endif
