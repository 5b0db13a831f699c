/*
 * report/table.c: tables that a person can read, in plain text.
 */
#include "report/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

struct table table_open(size_t columns) { return (struct table){.columns = columns}; }

void table_close(struct table *table)
{
    free(table->text);
    *table = (struct table){0};
}

static char *next_cell(struct table *table)
{
    if (table->cells == table->room) {
        table->room = table->room == 0 ? 256 : 2 * table->room;
        table->text = realloc(table->text, table->room * sizeof *table->text);
        if (table->text == NULL)
            message_fail("no memory for a table");
    }
    return table->text[table->cells++];
}

void table_add(struct table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(next_cell(table), TABLE_TEXT, format, arguments);
    va_end(arguments);
}

void table_add_number(struct table *table, double number)
{
    const double size = fabs(number);
    const int decimals = size >= 99.95 || size == 0.0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
    table_add(table, "%.*f", decimals, number);
}

void table_add_bytes(struct table *table, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1024.0 && unit < 4; unit++)
        bytes /= 1024.0;
    table_add(table, "%.*f %s", unit == 0 || bytes >= 99.95 ? 0 : 1, bytes, units[unit]);
}

void table_skip(struct table *table) { next_cell(table)[0] = '\0'; }

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = 0;
    for (size_t i = column; i < table->cells; i += table->columns)
        width = strlen(table->text[i]) > width ? strlen(table->text[i]) : width;
    return width;
}

static void print_rule(const size_t *widths, size_t columns, FILE *stream)
{
    for (size_t k = 0; k < columns; k++) {
        fputs(k == 0 ? "  " : "--", stream);
        for (size_t i = 0; i < widths[k]; i++)
            fputc('-', stream);
    }
    fputc('\n', stream);
}

void table_print(const struct table *table, FILE *stream)
{
    size_t widths[TABLE_COLUMNS_MOST];
    for (size_t k = 0; k < table->columns; k++)
        widths[k] = column_width(table, k);
    for (size_t i = 0; i < table->cells; i++) {
        const size_t k = i % table->columns;
        fprintf(stream, k == 0 ? "  %-*s" : "  %*s", (int)widths[k], table->text[i]);
        if (k + 1 == table->columns)
            fputc('\n', stream);
        if (i + 1 == table->columns)
            print_rule(widths, table->columns, stream);
    }
}
