/*
 * all/committed.h: results of earlier, longer runs that come with Weir, as the harness wrote them: CSV below lines
 * "# key: value".
 */
#ifndef BENCH_ALL_COMMITTED_H
#define BENCH_ALL_COMMITTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/numbers.h"

enum { COMMITTED_COLUMNS = 64 };

struct committed {
    char *text;         /* of the file; the rest points into it */
    const char **heads; /* [head_count] "key: value" */
    size_t head_count;
    size_t columns, rows;
    const char **values; /* [rows+1][columns]; the first row are the names */
};

/* Reads one; false, and why, if there is none, or it is not of that form. Close it in either case. */
bool committed_read(struct committed *committed, const char *path, struct why *why);
void committed_close(struct committed *committed);

/* What stands behind "# key: " at the head; "" if nothing does. */
const char *committed_head(const struct committed *committed, const char *key);

/* When, and on what, it was made: "2026-11-24, AMD EPYC". */
void committed_origin(const struct committed *committed, char *text, size_t size);

/* Of row `row`, from 0, what stands in the column of that name; "" and NaN if there is no such column, or nothing in
   it. */
const char *committed_text(const struct committed *committed, size_t row, const char *column);
double committed_number(const struct committed *committed, size_t row, const char *column);

#endif
