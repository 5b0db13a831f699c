/*
 * base/clock.c: what time it is, to measure and to name.
 */
#include "base/clock.h"

#include <time.h>

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double clock_seconds(void) { return read_clock(CLOCK_MONOTONIC); }

double clock_busy_seconds(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

static struct tm local_time(void)
{
    const time_t now = time(NULL);
    struct tm parts = {0};
    localtime_r(&now, &parts);
    return parts;
}

void clock_date(char *text, size_t size)
{
    const struct tm parts = local_time();
    if (strftime(text, size, "%Y-%m-%d %H:%M:%S %z", &parts) == 0)
        text[0] = '\0';
}

void clock_stamp(char *text, size_t size)
{
    const struct tm parts = local_time();
    if (strftime(text, size, "%Y-%m-%d_%H-%M-%S", &parts) == 0)
        text[0] = '\0';
}
