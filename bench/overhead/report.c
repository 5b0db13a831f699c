/*
 * overhead/report.c: what was measured, for programs and for people.
 */
#include "overhead/overhead.h"

#include <inttypes.h>

#include "report/table.h"

static double percent(double ratio) { return 100.0 * (ratio - 1.0); }

static double flops(const struct overhead_row *row, double seconds) { return point_flops(&row->point) / seconds; }

static bool is_flagged(const struct overhead_row *row)
{
    return times_are_flagged(row->peak_before, row->peak_after, row->busy);
}

/* Nothing in inference, which packs its weights once. */
static json_t *packing_to_json(const struct overhead_row *row, double ratio)
{
    return row->point.mode == WEIR_TRAINING ? json_real(100.0 * ratio) : json_null();
}

static json_t *row_to_json(const struct overhead_row *row)
{
    const struct point *point = &row->point;
    return json_pack(
        "{s:s*, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, "
        "s:f, s:f, s:f, s:o, s:o, s:o, s:b}",
        "set", row->set == NULL ? NULL : row->set->name, "cell", point->stack.cell->name, "engine",
        point_engine_name(point), "mode", point_mode_name(point), "precision", point_precision_name(point), "steps",
        (json_int_t)point->steps, "whole_steps", (json_int_t)row->whole_steps, "batch", (json_int_t)point->batch,
        "layers", (json_int_t)point->stack.layers, "inputs", (json_int_t)point->stack.inputs, "hidden",
        (json_int_t)point->stack.hidden, "tile_steps", (json_int_t)row->tile_steps, "products",
        (json_int_t)row->products, "plan_microseconds", 1e6 * row->plan.median, "bare_microseconds",
        1e6 * row->bare.median, "overhead_percent", percent(row->ratio.median), "overhead_percent_low",
        percent(row->ratio.low), "overhead_percent_high", percent(row->ratio.high), "plan_gflops",
        1e-9 * flops(row, row->plan.median), "bare_gflops", 1e-9 * flops(row, row->bare.median), "peak_gflops_before",
        1e-9 * row->peak_before, "peak_gflops_after", 1e-9 * row->peak_after, "busy_part", row->busy, "packing_percent",
        packing_to_json(row, row->packing.median), "packing_percent_low", packing_to_json(row, row->packing.low),
        "packing_percent_high", packing_to_json(row, row->packing.high), "flagged", (int)is_flagged(row));
}

static void save(const struct session *session, const struct overhead_rows *rows)
{
    json_t *records = json_array();
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            json_array_append_new(records, row_to_json(&rows->rows[i]));
    json_t *about =
        json_pack("{s:s, s:s, s:s}", "flops", STACK_FLOPS_FORMULA, "overhead_percent",
                  "the plan's time over that of its bare CBLAS products, less 1; median of neighbouring "
                  "samples, and its 95 % bootstrap interval",
                  "packing_percent",
                  "the time of packing all weights, as a training run does first, over that of a run; likewise");
    results_write(&session->results, "overhead", records, about);
    json_decref(records);
    json_decref(about);
}

static void add_line(struct table *table, const struct overhead_row *row, const struct machine *machine)
{
    const struct point *point = &row->point;
    const double product = machine_product(machine, point_bits(point)).flops;
    table_add(table, "%s", point->stack.cell->name);
    table_add(table, "%s", point_engine_name(point));
    table_add(table, "%s", point_mode_name(point));
    table_add(table, "%s", point_precision_name(point));
    table_add(table, "%" PRId64, point->stack.inputs);
    table_add(table, "%" PRId64, point->stack.hidden);
    table_add(table, "%" PRId64, point->batch);
    if (row->whole_steps != point->steps)
        table_add(table, "%" PRId64 " of %" PRId64, point->steps, row->whole_steps);
    else
        table_add(table, "%" PRId64, point->steps);
    table_add(table, "%" PRId64, row->products);
    table_add_number(table, 1e6 * row->plan.median);
    table_add_number(table, 1e6 * row->bare.median);
    table_add(table, "%+.1f %%%s", percent(row->ratio.median), is_flagged(row) ? "!" : "");
    table_add(table, "%+.1f..%+.1f", percent(row->ratio.low), percent(row->ratio.high));
    if (point->mode == WEIR_TRAINING)
        table_add(table, "%.1f %%", 100.0 * row->packing.median);
    else
        table_add(table, "-");
    table_add(table, "%.1f", 1e-9 * flops(row, row->plan.median));
    table_add(table, "%.0f %%", 100.0 * flops(row, row->plan.median) / product);
    table_add(table, "%.0f %%", 100.0 * flops(row, row->bare.median) / product);
}

static size_t count_flagged(const struct overhead_rows *rows)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += rows->rows[i].measured && is_flagged(&rows->rows[i]);
    return count;
}

static void print_table(const struct session *session, const struct overhead_rows *rows)
{
    static const char *const headings[] = {"cell",     "engine",  "mode",     "precision", "inputs",      "units",
                                           "batch",    "steps",   "products", "plan us",   "bare us",     "overhead",
                                           "interval", "packing", "GFLOP/s",  "of BLAS",   "bare of BLAS"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            add_line(&table, &rows->rows[i], &session->machine);
    fprintf(session->report, "\nOverhead of a plan over its bare CBLAS products (packing: its share of a run; of BLAS: "
                             "of the BLAS's largest "
                             "product's rate)\n");
    if (rows->count > 0 && rows->rows[0].set != NULL)
        fprintf(session->report, "Set %s, from %s\n", rows->rows[0].set->name, rows->rows[0].set->source);
    table_print(&table, session->report);
    table_close(&table);
    if (count_flagged(rows) > 0)
        fprintf(session->report,
                "! The peak moved by more than 5 %%, or another process had more than 5 %% of the CPU.\n");
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].skipped.text[0] != '\0')
            fprintf(session->report, "Not measured: %s, %" PRId64 " units, batch %" PRId64 ": %s\n",
                    rows->rows[i].point.stack.cell->name, rows->rows[i].point.stack.hidden, rows->rows[i].point.batch,
                    rows->rows[i].skipped.text);
}

static void print_finding(const struct overhead_rows *rows, FILE *stream)
{
    const double aim = 15.0;
    const int64_t large = 256;
    size_t count = 0, within = 0, flagged = 0;
    const struct overhead_row *worst = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct overhead_row *row = &rows->rows[i];
        if (!row->measured || row->point.stack.hidden < large)
            continue;
        if (is_flagged(row)) {
            flagged++;
            continue;
        }
        count++;
        within += percent(row->ratio.median) <= aim;
        worst = worst == NULL || row->ratio.median > worst->ratio.median ? row : worst;
    }
    if (count > 0)
        fprintf(stream,
                "\n- From %" PRId64
                " units on, %zu of %zu rows cost at most %.0f %% more than their bare products; the "
                "worst is %s of the %s with %" PRId64 " units and batch %" PRId64 ": %+.1f %%.\n",
                large, within, count, aim, point_mode_name(&worst->point), worst->point.stack.cell->name,
                worst->point.stack.hidden, worst->point.batch, percent(worst->ratio.median));
    if (flagged > 0)
        fprintf(stream, "- %zu row%s of %" PRId64 " units or more %s flagged and left out: measure %s again.\n",
                flagged, flagged == 1 ? "" : "s", large, flagged == 1 ? "is" : "are", flagged == 1 ? "it" : "them");
}

void overhead_report(struct session *session, const struct overhead_rows *rows)
{
    size_t measured = 0;
    for (size_t i = 0; i < rows->count; i++)
        measured += rows->rows[i].measured;
    save(session, rows);
    print_table(session, rows);
    print_finding(rows, session->report);
    session_expect(session, measured);
}
