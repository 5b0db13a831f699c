/*
 * all/lines.h: a table in which cells are columns.
 */
#ifndef BENCH_ALL_LINES_H
#define BENCH_ALL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Vanilla RNN, GRU, LSTM: the order of all columns. */
enum { STORY_RNN, STORY_GRU, STORY_LSTM, STORY_CELLS };

enum { LINES_MOST = 16 };

/* How a number is written. */
enum line_form {
    LINE_NUMBER, /* three digits */
    LINE_POWER,  /* two, and a power of ten where it is small */
    LINE_STEPS   /* whole; 0 is "none" */
};

/* Something of which each cell has a number; NaN where there is none. */
struct line {
    const char *what, *unit;
    enum line_form form;
    bool compared; /* beside each number its part of the LSTM's */
    double values[STORY_CELLS];
};

struct lines {
    size_t count;
    struct line lines[LINES_MOST];
};

/* Adds a line, if a cell has a number for it. */
void lines_add(struct lines *lines, struct line line);

/* Prints them below a heading with the cells' names; nothing if there are none. */
void lines_print(const struct lines *lines, FILE *stream);

#endif
