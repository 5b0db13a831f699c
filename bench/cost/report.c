/*
 * cost/report.c: what was measured, for people.
 */
#include <inttypes.h>
#include <math.h>

#include "cost/finding.h"
#include "report/table.h"

/* For people. */
static const char *const meanings[] = {
    [QUANTITY_PARAMETERS] = "parameters",
    [QUANTITY_FLOPS] = "FLOPs of products",
    [QUANTITY_FUNCTIONS] = "sigmoids and tanhs",
    [QUANTITY_STATE] = "state, numbers",
    [QUANTITY_ACTIVATIONS] = "activations moved, bytes",
    [QUANTITY_TAPE] = "tape, bytes",
    [QUANTITY_WEIGHTS] = "plan: weights",
    [QUANTITY_WORKSPACE] = "plan: workspace",
    [QUANTITY_PLAN] = "plan: all",
};

/* --- what paper and plans say --- */

/* From the least to the most over the shapes; NaN if no plan says. */
static struct interval range_of(const struct cost_rows *rows, const struct cost_row *like, enum quantity quantity)
{
    struct interval range = {(double)NAN, (double)NAN};
    for (size_t i = 0; i < rows->count; i++) {
        const struct cost_row *row = &rows->rows[i];
        const double ratio = row->amounts[quantity][COST_GRU] / row->amounts[quantity][COST_LSTM];
        if (!cost_is_like(row, like))
            continue;
        range.low = fmin(range.low, ratio);
        range.high = fmax(range.high, ratio);
    }
    return range;
}

static void add_known(struct table *table, double number)
{
    if (isnan(number))
        table_add(table, "-");
    else
        table_add(table, "%.3g", number);
}

static void add_quantity(struct table *table, const struct cost_rows *rows, const struct cost_row *like,
                         enum quantity quantity)
{
    const struct interval range = range_of(rows, like, quantity);
    table_add(table, "%s", meanings[quantity]);
    for (enum cost_cell cell = 0; cell < COST_CELLS; cell++)
        add_known(table, theory_count(quantity, cost_point(like)->mode, cell));
    add_known(table, theory_ratio(quantity, cost_point(like)->mode));
    add_known(table, range.low);
    add_known(table, range.high);
}

static void print_quantities(const struct cost_rows *rows, const struct cost_row *like, FILE *stream)
{
    static const char *const headings[] = {"", "GRU", "LSTM", "ratio", "plans, least", "most"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (enum quantity quantity = 0; quantity < QUANTITIES; quantity++)
        if (quantity != QUANTITY_TAPE || cost_point(like)->mode == WEIR_TRAINING)
            add_quantity(&table, rows, like, quantity);
    fprintf(stream,
            "\nWhat a step consists of, %s, %s: on paper (of a unit and row, in multiples of what both share), and GRU "
            "over LSTM in the plans\n",
            point_mode_name(cost_point(like)), point_precision_name(cost_point(like)));
    table_print(&table, stream);
    table_close(&table);
}

/* --- times --- */

static const struct cost_row *find_row(const struct cost_rows *rows, const struct cost_row *like, int64_t hidden,
                                       int64_t batch)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct point *point = cost_point(&rows->rows[i]);
        if (cost_is_like(&rows->rows[i], like) && point->stack.hidden == hidden && point->batch == batch)
            return &rows->rows[i];
    }
    return NULL;
}

static void add_ratio(struct table *table, const struct cost_row *row)
{
    if (row != NULL)
        table_add(table, "%.2f%s [%.2f, %.2f]", row->ratio.median, cost_is_flagged(row) ? "!" : "", row->ratio.low,
                  row->ratio.high);
    else
        table_add(table, "-");
}

static void print_times(const struct cost_rows *rows, const struct sweep *sweep, const struct cost_row *like,
                        FILE *stream)
{
    const size_t columns = 1 + sweep->batch.count;
    struct table table = table_open(columns);
    table_add(&table, "units");
    for (size_t k = 0; k < sweep->batch.count; k++)
        table_add(&table, "batch %" PRId64, sweep->batch.values[k]);
    for (size_t i = 0; i < sweep->hidden.count; i++) {
        table_add(&table, "%" PRId64, sweep->hidden.values[i]);
        for (size_t k = 0; k < sweep->batch.count; k++)
            add_ratio(&table, find_row(rows, like, sweep->hidden.values[i], sweep->batch.values[k]));
    }
    fprintf(stream, "\nThe time of a step, GRU over LSTM, %s, %s, %" PRId64 " steps, with 95 %% intervals\n",
            point_mode_name(cost_point(like)), point_precision_name(cost_point(like)), cost_point(like)->steps);
    table_print(&table, stream);
    table_close(&table);
}

/* --- sentences --- */

static void print_extreme(const char *word, const struct cost_row *row, FILE *stream)
{
    fprintf(stream, "%s %.2f (%" PRId64 " units, batch %" PRId64 ")", word, row->ratio.median,
            cost_point(row)->stack.hidden, cost_point(row)->batch);
}

static void print_flagged(const struct cost_finding *finding, const char *name, FILE *stream)
{
    if (finding->flagged > 0)
        fprintf(stream, "- %s: %zu of %zu shapes are flagged and left out: measure them again on a quiet machine.\n",
                name, finding->flagged, finding->flagged + finding->shapes);
}

static void print_finding(const struct cost_finding *finding, const char *name, FILE *stream)
{
    print_flagged(finding, name, stream);
    if (finding->shapes == 0)
        return;
    fprintf(
        stream,
        "- %s, %zu shapes: the interval of a GRU's time over an LSTM's lies below 3/4 in %zu, above it in %zu, around "
        "it in %zu.\n  That it costs 3/4, to %.0f %%: held in %zu, contradicted in %zu, not resolved in %zu.\n",
        name, finding->shapes, finding->sides[COST_BELOW], finding->sides[COST_ABOVE], finding->sides[COST_CONTAINS],
        100.0 * COST_NEAR, finding->verdicts[VERDICT_HELD], finding->verdicts[VERDICT_CONTRADICTED],
        finding->verdicts[VERDICT_NOT_RESOLVED]);
    fprintf(stream, "  Geometric mean %.2f (%.2f..%.2f, over rounds and shapes)", finding->mean.median,
            finding->mean.low, finding->mean.high);
    print_extreme("; least", finding->least, stream);
    print_extreme(", most", finding->most, stream);
    fputs(".\n", stream);
}

/* --- all of it --- */

static void save(const struct session *session, const struct cost_rows *rows)
{
    json_t *records = cost_to_json(rows), *about = cost_about();
    results_write(&session->results, "cost", records, about);
    json_decref(records);
    json_decref(about);
}

static void print_remarks(const struct cost_rows *rows, FILE *stream)
{
    bool flagged = false;
    for (size_t i = 0; i < rows->count; i++)
        flagged = flagged || (rows->rows[i].measured && cost_is_flagged(&rows->rows[i]));
    if (flagged)
        fprintf(stream, "! The peak moved by more than 5 %%, or another process had more than 5 %% of the CPU.\n");
    for (size_t i = 0; i < rows->count; i++)
        for (size_t cell = 0; cell < COST_CELLS; cell++) {
            const struct row *row = &rows->rows[i].cells[cell];
            if (row->skipped.text[0] != '\0')
                fprintf(stream, "Not measured: %s, %" PRId64 " units, batch %" PRId64 ": %s\n",
                        row->point.stack.cell->name, row->point.stack.hidden, row->point.batch, row->skipped.text);
        }
}

void cost_report(struct session *session, const struct cost_rows *rows, const struct sweep *sweep)
{
    FILE *stream = session->report;
    const struct cost_row *parts[COST_PARTS];
    const size_t count = cost_parts(rows, parts);
    save(session, rows);
    if (session->plots)
        cost_plot(rows, &session->results);
    for (size_t i = 0; i < count; i++)
        print_quantities(rows, parts[i], stream);
    for (size_t i = 0; i < count; i++)
        print_times(rows, sweep, parts[i], stream);
    print_remarks(rows, stream);
    fputc('\n', stream);
    for (size_t i = 0; i < count; i++) {
        const struct cost_finding finding = cost_find(rows, parts[i]);
        const struct point *point = cost_point(parts[i]);
        char name[32];
        snprintf(name, sizeof name, "%s, %s", point->mode == WEIR_INFERENCE ? "Running" : "Learning",
                 point_precision_name(point));
        print_finding(&finding, name, stream);
    }
    session_expect(session, count);
}
