/*
 * checkpoints/report.c: what was measured, for programs and for people.
 */
#include "checkpoints/checkpoints.h"

#include <inttypes.h>

#include "report/table.h"

/* --- For programs --- */

static json_t *limited_to_json(const struct limits_row *row, const struct limited *limited)
{
    const struct point *point = &row->point;
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, "
                     "s:f, s:f, s:b}",
                     "cell", point->stack.cell->name, "precision", point_precision_name(point), "steps",
                     (json_int_t)point->steps, "batch", (json_int_t)point->batch, "layers",
                     (json_int_t)point->stack.layers, "inputs", (json_int_t)point->stack.inputs, "hidden",
                     (json_int_t)point->stack.hidden, "bytes_keeping_all", (json_int_t)row->all.total, "memory_limit",
                     (json_int_t)limited->limit, "bytes", (json_int_t)limited->size.total, "bytes_weights",
                     (json_int_t)limited->size.weights, "bytes_workspace", (json_int_t)limited->size.workspace,
                     "bytes_tape", (json_int_t)limited->size.tape, "kept_states", (json_int_t)limited->kept_states,
                     "segment_steps", (json_int_t)limited->segment_steps, "recomputed_steps_per_step", limited->again,
                     "milliseconds", 1e3 * limited->seconds.median, "time_over_keeping_all", limited->ratio.median,
                     "time_over_keeping_all_low", limited->ratio.low, "time_over_keeping_all_high", limited->ratio.high,
                     "flagged", checkpoints_is_flagged(row, limited));
}

static void save(struct session *session, const struct limits_rows *rows)
{
    json_t *records = json_array();
    for (size_t i = 0; i < rows->count; i++)
        for (size_t k = 0; k < rows->rows[i].count; k++)
            json_array_append_new(records, limited_to_json(&rows->rows[i], &rows->rows[i].limits[k]));
    json_t *about =
        json_pack("{s:s, s:s}", "bytes",
                  "all that the plan takes; x, y, their derivatives, parameters and gradient "
                  "are the caller's",
                  "time_over_keeping_all",
                  "forward and backward of a plan under the limit over those of one without; median of samples taken "
                  "in turn, and its 95 % bootstrap interval");
    results_write(&session->results, "checkpoints", records, about);
    json_decref(records);
    json_decref(about);
}

/* --- For people --- */

static void add_bytes(struct table *table, int64_t bytes) { table_add(table, "%.2f", 1e-6 * (double)bytes); }

static void add_line(struct table *table, const struct limits_row *row, const struct limited *limited)
{
    add_bytes(table, limited->limit);
    add_bytes(table, limited->size.total);
    table_add(table, "%.1f", 100.0 * (double)limited->size.total / (double)row->all.total);
    if (limited->kept_states > 0)
        table_add(table, "%" PRId64, limited->kept_states);
    else
        table_add(table, "all steps");
    table_add(table, "%" PRId64, limited->segment_steps);
    table_add(table, "%.3g", limited->again);
    table_add(table, "%.2f%s", limited->ratio.median, checkpoints_is_flagged(row, limited) ? "!" : "");
    table_add(table, "%.2f..%.2f", limited->ratio.low, limited->ratio.high);
    table_add_number(table, 1e6 * limited->seconds.median / (double)row->point.steps);
}

static void print_row(const struct limits_row *row, FILE *stream)
{
    static const char *const headings[] = {"limit, MB",    "taken, MB",     "% of all", "states", "segment",
                                           "again a step", "time over all", "interval", "us/step"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    char label[128];
    checkpoints_label(row, label, sizeof label);
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t k = 0; k < row->count; k++)
        add_line(&table, row, &row->limits[k]);
    fprintf(stream, "\nTraining under a memory limit: %s; keeping all takes %.2f MB\n", label,
            1e-6 * (double)row->all.total);
    table_print(&table, stream);
    table_close(&table);
    if (row->refused.text[0] != '\0')
        fprintf(stream, "Refused: %s.\n", row->refused.text);
}

static bool any_flagged(const struct limits_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        for (size_t k = 0; k < rows->rows[i].count; k++)
            if (checkpoints_is_flagged(&rows->rows[i], &rows->rows[i].limits[k]))
                return true;
    return false;
}

/* The least memory with which each step is run again once at most, and how long that takes. */
static void print_finding(const struct limits_row *row, FILE *stream)
{
    const struct limited *least = NULL;
    char label[128];
    for (size_t k = 0; k < row->count; k++)
        if (row->limits[k].kept_states > 0 && row->limits[k].again <= 1.0)
            least = &row->limits[k];
    if (least == NULL)
        return;
    checkpoints_label(row, label, sizeof label);
    fprintf(stream,
            "- %s: with %.1f MB instead of %.1f each step is run again once at most, and a run takes %.2f times as "
            "long (aim: %.2f; %.2f..%.2f).\n",
            label, 1e-6 * (double)least->size.total, 1e-6 * (double)row->all.total, least->ratio.median,
            CHECKPOINTS_AIM, least->ratio.low, least->ratio.high);
}

void checkpoints_report(struct session *session, const struct limits_rows *rows)
{
    size_t measured = 0;
    save(session, rows);
    if (session->plots)
        checkpoints_plot(rows, &session->results);
    for (size_t i = 0; i < rows->count; i++) {
        const struct limits_row *row = &rows->rows[i];
        measured += row->measured;
        if (row->measured)
            print_row(row, session->report);
        else if (row->skipped.text[0] != '\0')
            fprintf(session->report, "Not measured: %s with %" PRId64 " units, batch %" PRId64 ": %s\n",
                    row->point.stack.cell->name, row->point.stack.hidden, row->point.batch, row->skipped.text);
    }
    if (any_flagged(rows))
        fprintf(session->report, "! The peak moved by more than 5 %%, or another process had more than 5 %% of the "
                                 "CPU.\n");
    fputc('\n', session->report);
    for (size_t i = 0; i < rows->count; i++)
        print_finding(&rows->rows[i], session->report);
    session_expect(session, measured);
}
