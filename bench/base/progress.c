/*
 * base/progress.c: one progress bar on standard error; plain lines where that is not a terminal.
 */
#include "base/progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BAR_WIDTH = 30, PLAIN_LINES = 20 };

static struct {
    double from, to; /* the stage */
    double started;  /* seconds; 0 before the first drawing */
    double drawn;    /* seconds, the last drawing */
    int plain_lines; /* printed so far */
} bar = {.to = 1.0};

void progress_stage(double from, double to)
{
    bar.from = from;
    bar.to = to;
}

static void format_time_left(char *text, size_t size, double whole, double elapsed)
{
    /* Before a few percent are done, an estimate would only jump about. */
    if (whole < 0.03) {
        snprintf(text, size, "       ");
        return;
    }
    const int seconds = (int)(elapsed * (1.0 - whole) / whole);
    snprintf(text, size, "%2d:%02d left", seconds / 60, seconds % 60);
}

static void draw_bar(double whole, double elapsed, const char *what)
{
    const int filled = (int)(whole * BAR_WIDTH);
    char left[32];
    format_time_left(left, sizeof left, whole, elapsed);
    fprintf(stderr, "\r\033[K[");
    for (int i = 0; i < BAR_WIDTH; i++)
        fputc(i < filled ? '#' : '.', stderr);
    fprintf(stderr, "] %3.0f %%  %s  %.60s", floor(100.0 * whole), left, what);
    fflush(stderr);
}

static void print_line(double whole, const char *what)
{
    if (whole * PLAIN_LINES < bar.plain_lines)
        return;
    fprintf(stderr, "%3.0f %%  %s\n", floor(100.0 * whole), what);
    bar.plain_lines = (int)(whole * PLAIN_LINES) + 1;
}

static bool is_terminal(void)
{
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;
}

void progress_show(double done, const char *format, ...)
{
    const double now = clock_seconds();
    if (bar.started == 0.0)
        bar.started = now;
    if (now - bar.drawn < 0.1)
        return;
    bar.drawn = now;

    char what[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);

    const double whole = bar.from + fmin(fmax(done, 0.0), 1.0) * (bar.to - bar.from);
    if (is_terminal())
        draw_bar(whole, now - bar.started, what);
    else
        print_line(whole, what);
}

void progress_end(void)
{
    if (is_terminal())
        fprintf(stderr, "\r\033[K");
}
