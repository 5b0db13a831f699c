/*
 * report/results.h: the folder that a job leaves behind.
 */
#ifndef BENCH_REPORT_RESULTS_H
#define BENCH_REPORT_RESULTS_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/numbers.h"

struct results {
    char folder[PATH_MAX];
    json_t *machine; /* heads every file; to be set before the first is written, and then the results' own */
};

/* Makes the folder, and those above it; `output` NULL: results/<date and time>. */
bool results_open(struct results *results, const char *output, struct why *why);
void results_close(struct results *results);

/* The path of a file in it. */
void results_path(const struct results *results, const char *file, char *path, size_t size);

/* Writes rows, an array of objects (in the CSV, a key that a row lacks is empty), as <name>.csv and <name>.json;
   `about` (may be NULL) is an object of texts that goes to the head of both, after the machine. */
void results_write(const struct results *results, const char *name, const json_t *rows, const json_t *about);

/* Writes the tables that were printed, below the machine, as report.txt. */
void results_write_report(const struct results *results, const char *text);

/* Whether all files that were to be written are there, complete: a full disk is told of when it happens, and counts at
   the end. */
bool results_are_whole(void);

/* The machine as lines "key: value", each with `prefix` before it. */
void results_print_head(const json_t *texts, const char *prefix, FILE *stream);

#endif
