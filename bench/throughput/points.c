/*
 * throughput/points.c: the points of a set for people, a line each.
 */
#include "throughput/report.h"

#include <inttypes.h>

#include "report/table.h"

/* The engine beside the one that was named first; NULL if there is none. */
static const struct row *other_engine(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].point.engine != rows_engine(rows))
            return &rows->rows[i];
    return NULL;
}

static void add_headings(struct table *table, const struct row *other)
{
    static const char *const headings[] = {"cell",   "mode",          "precision", "inputs",  "units",
                                           "layers", "batch",         "steps",     "us/step", "low",
                                           "high",   "ms, all steps", "GFLOP/s",   "% peak"};
    *table = table_open(sizeof headings / sizeof headings[0] + (other != NULL));
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        table_add(table, "%s", headings[i]);
    if (other != NULL)
        table_add(table, "on %s", point_engine_name(&other->point));
}

static void add_shape(struct table *table, const struct row *row)
{
    const struct point *point = &row->point;
    table_add(table, "%s", point->stack.cell->name);
    table_add(table, "%s", point_mode_name(point));
    table_add(table, "%s", point_precision_name(point));
    table_add(table, "%" PRId64, point->stack.inputs);
    table_add(table, "%" PRId64, point->stack.hidden);
    table_add(table, "%" PRId64 "%s", point->stack.layers, point->stack.bidirectional ? " both ways" : "");
    table_add(table, "%" PRId64, point->batch);
    if (row->whole_steps != point->steps)
        table_add(table, "%" PRId64 " of %" PRId64, point->steps, row->whole_steps);
    else
        table_add(table, "%" PRId64, point->steps);
}

/* A step of RTNeural's smallest net is a ten thousandth of a millisecond. */
static void add_milliseconds(struct table *table, double milliseconds)
{
    if (milliseconds < 1.0)
        table_add(table, "%.3g", milliseconds);
    else
        table_add_number(table, milliseconds);
}

static void add_numbers(struct table *table, const struct row *row)
{
    table_add_number(table, row_microseconds(row));
    table_add_number(table, 1e6 * row->seconds.low / (double)row->point.steps);
    table_add_number(table, 1e6 * row->seconds.high / (double)row->point.steps);
    add_milliseconds(table, 1e-3 * row_microseconds(row) * (double)row->whole_steps);
    table_add_number(table, 1e-9 * row_flops(row));
    table_add(table, "%.1f%s", 100.0 * row_share(row), row_is_flagged(row) ? "!" : "");
}

/* How many times as long the other engine takes. */
static void add_other(struct table *table, const struct rows *rows, size_t i, weir_engine engine)
{
    const struct row *other = rows_in_group(rows, i, rows->rows[i].point.stack.cell, engine);
    if (other != NULL)
        table_add(table, "x %.2f", other->seconds.median / rows->rows[i].seconds.median);
    else
        table_add(table, "-");
}

void throughput_print_points(const struct rows *rows, FILE *stream)
{
    const struct row *other = other_engine(rows);
    struct table table;
    add_headings(&table, other);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (!row->measured || row->point.engine != rows_engine(rows))
            continue;
        add_shape(&table, row);
        add_numbers(&table, row);
        if (other != NULL)
            add_other(&table, rows, i, other->point.engine);
    }
    fprintf(stream, "\nSet %s, %s engine, from %s\n", rows->rows[0].set->name, point_engine_name(&rows->rows[0].point),
            rows->rows[0].set->source);
    fprintf(stream, "Run as: %s.\n", rows->rows[0].set->meaning);
    table_print(&table, stream);
    table_close(&table);
}
