/*
 * report/table.h: tables that a person can read, in plain text.
 */
#ifndef BENCH_REPORT_TABLE_H
#define BENCH_REPORT_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS_MOST = 24, TABLE_TEXT = 64 };

/* Columns are as wide as what stands in them; the first is aligned to the left, the others to the right. */
struct table {
    size_t columns;
    size_t cells; /* filled so far, headings included */
    size_t room;
    char (*text)[TABLE_TEXT];
};

/* A table whose headings and rows are then added cell by cell, row by row. */
struct table table_open(size_t columns);
void table_close(struct table *table);

/* The next cell. */
__attribute__((format(printf, 2, 3))) void table_add(struct table *table, const char *format, ...);

/* A number with three significant digits and no exponent: 0.123, 12.3, 12345. */
void table_add_number(struct table *table, double number);

/* Bytes as "12.3 MiB". */
void table_add_bytes(struct table *table, double bytes);

/* A cell without anything in it. */
void table_skip(struct table *table);

void table_print(const struct table *table, FILE *stream);

#endif
