/*
 * all/lines.c: a table in which cells are columns.
 */
#include "all/lines.h"

#include <math.h>

#include "base/message.h"
#include "report/table.h"

/* Below this a number is written with a power of ten. */
static const double small = 0.01;

void lines_add(struct lines *lines, struct line line)
{
    bool any = false;
    for (size_t cell = 0; cell < STORY_CELLS; cell++)
        any = any || !isnan(line.values[cell]);
    if (!any)
        return;
    if (lines->count == LINES_MOST)
        message_fail("more lines in a table than %d", LINES_MOST);
    lines->lines[lines->count++] = line;
}

static void format_number(double number, enum line_form form, char *text, size_t size)
{
    const double absolute = fabs(number);
    if (isnan(number))
        snprintf(text, size, "-");
    else if (form == LINE_STEPS)
        snprintf(text, size, number == 0.0 ? "none" : "%.0f", number);
    else if (form == LINE_POWER)
        snprintf(text, size, absolute < small && absolute > 0.0 ? "%.0e" : "%.2g", number);
    else
        snprintf(text, size, "%.*f",
                 absolute >= 99.95    ? 0
                 : absolute >= 9.995  ? 1
                 : absolute >= 0.9995 ? 2
                                      : 3,
                 number);
}

static void add_line(struct table *table, const struct line *line)
{
    const double lstm = line->values[STORY_LSTM];
    table_add(table, "%s", line->what);
    for (size_t cell = 0; cell < STORY_CELLS; cell++) {
        char number[32];
        const double value = line->values[cell];
        format_number(value, line->form, number, sizeof number);
        if (line->compared && isfinite(value / lstm))
            table_add(table, "%s (%.2f)", number, value / lstm);
        else
            table_add(table, "%s", number);
    }
    table_add(table, "%s", line->unit);
}

void lines_print(const struct lines *lines, FILE *stream)
{
    static const char *const headings[] = {"", "rnn", "gru", "lstm", "unit"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    if (lines->count == 0)
        return;
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < lines->count; i++)
        add_line(&table, &lines->lines[i]);
    table_print(&table, stream);
    table_close(&table);
}
