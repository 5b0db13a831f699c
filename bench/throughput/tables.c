/*
 * throughput/tables.c: measured rows for people.
 */
#include "throughput/report.h"

#include <inttypes.h>

#include "report/table.h"

/* Whether two rows belong in one table: they differ in cell, batch, hidden size and steps only. */
static bool share_table(const struct row *a, const struct row *b)
{
    return a->point.mode == b->point.mode && a->point.precision == b->point.precision &&
           a->point.stack.layers == b->point.stack.layers && a->matched == b->matched;
}

static bool begins_table(const struct rows *rows, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (share_table(&rows->rows[k], &rows->rows[i]))
            return false;
    return true;
}

static bool begins_group(const struct rows *rows, size_t i)
{
    return i == 0 || rows->rows[i].group != rows->rows[i - 1].group;
}

static void print_title(const struct row *row, const struct machine *machine, FILE *stream)
{
    const struct point *point = &row->point;
    const int bits = point_bits(point);
    fprintf(stream, "\n%s, %s, %" PRId64 " layer%s, equal %s", point->mode == WEIR_INFERENCE ? "Inference" : "Training",
            point_precision_name(point), point->stack.layers, point->stack.layers == 1 ? "" : "s",
            row->matched ? "parameters" : "hidden size");
    fprintf(stream, ", %s engine", point_engine_name(point));
    fprintf(stream, "  (peak %.1f GFLOP/s, BLAS product %.1f)\n", 1e-9 * machine_peak(machine, bits),
            1e-9 * machine_product(machine, bits).flops);
}

/* The cells of the table that row `first` begins, in order of appearance. */
static size_t cells_of(const struct rows *rows, size_t first, const struct cell **found)
{
    size_t count = 0;
    for (size_t i = first; i < rows->count; i++) {
        const struct cell *cell = rows->rows[i].point.stack.cell;
        bool known = !share_table(&rows->rows[first], &rows->rows[i]);
        for (size_t k = 0; k < count; k++)
            known |= found[k] == cell;
        if (!known)
            found[count++] = cell;
    }
    return count;
}

/* Another engine than the one that a table is about, in the same table: its rows are compared. NULL if there is none.
 */
static const struct row *other_engine(const struct rows *rows, size_t first)
{
    for (size_t i = first; i < rows->count; i++)
        if (share_table(&rows->rows[first], &rows->rows[i]) &&
            rows->rows[i].point.engine != rows->rows[first].point.engine)
            return &rows->rows[i];
    return NULL;
}

/* What an overview shows of each cell. */
struct overview {
    const struct rows *rows;
    size_t first; /* row */
    const struct cell *found[NUMBERS_MOST];
    size_t count;
    bool matched;
    const struct row *other;
};

static size_t columns_of_cell(const struct overview *overview)
{
    return 2 + (size_t)overview->matched + (overview->other != NULL);
}

static void add_overview_headings(struct table *table, const struct overview *overview)
{
    table_add(table, "batch");
    table_add(table, overview->matched ? "lstm units" : "units");
    table_add(table, "steps");
    for (size_t k = 0; k < overview->count; k++) {
        if (overview->matched)
            table_add(table, "%s units (parameters)", overview->found[k]->name);
        table_add(table, "%s us/step", overview->found[k]->name);
        table_add(table, "%% peak");
        if (overview->other != NULL)
            table_add(table, "on %s", point_engine_name(&overview->other->point));
    }
}

/* A cell in the group of row i: its time and share, and how many times as long the other engine takes. */
static void add_overview_cells(struct table *table, const struct overview *overview, size_t i, const struct cell *cell)
{
    const weir_engine engine = overview->rows->rows[overview->first].point.engine;
    const struct row *row = rows_in_group(overview->rows, i, cell, engine);
    if (row == NULL) {
        for (size_t k = 0; k < columns_of_cell(overview); k++)
            table_add(table, "-");
        return;
    }
    if (overview->matched)
        table_add(table, "%" PRId64 " (%+" PRId64 ")", row->point.stack.hidden,
                  row->parameters - row->asked_parameters);
    table_add_number(table, row_microseconds(row));
    table_add(table, "%.0f%s", 100.0 * row_share(row), row_is_flagged(row) ? "!" : "");
    if (overview->other == NULL)
        return;
    const struct row *other = rows_in_group(overview->rows, i, cell, overview->other->point.engine);
    if (other != NULL)
        table_add(table, "x %.2f", other->seconds.median / row->seconds.median);
    else
        table_add(table, "-");
}

static void print_overview_table(const struct rows *rows, size_t first, FILE *stream)
{
    struct overview overview = {
        .rows = rows, .first = first, .matched = rows->rows[first].matched, .other = other_engine(rows, first)};
    overview.count = cells_of(rows, first, overview.found);
    struct table table = table_open(3 + columns_of_cell(&overview) * overview.count);
    add_overview_headings(&table, &overview);
    for (size_t i = first; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (!begins_group(rows, i) || !share_table(&rows->rows[first], row))
            continue;
        table_add(&table, "%" PRId64, row->point.batch);
        table_add(&table, "%" PRId64, row->asked_hidden);
        table_add(&table, "%" PRId64, row->point.steps);
        for (size_t k = 0; k < overview.count; k++)
            add_overview_cells(&table, &overview, i, overview.found[k]);
    }
    table_print(&table, stream);
    table_close(&table);
}

void throughput_print_overview(const struct rows *rows, const struct machine *machine, FILE *stream)
{
    for (size_t i = 0; i < rows->count; i++)
        if (begins_table(rows, i)) {
            print_title(&rows->rows[i], machine, stream);
            print_overview_table(rows, i, stream);
        }
}

static void add_headings(struct table *table, const char *const *headings)
{
    for (size_t i = 0; i < table->columns; i++)
        table_add(table, "%s", headings[i]);
}

static void add_detail_line(struct table *table, const struct row *row, const struct machine *machine)
{
    const double product = machine_product(machine, point_bits(&row->point)).flops;
    table_add(table, "%s", row->point.stack.cell->name);
    table_add(table, "%s", point_engine_name(&row->point));
    table_add(table, "%" PRId64, row->point.batch);
    table_add(table, "%" PRId64, row->point.stack.hidden);
    if (row->matched)
        table_add(table, "%" PRId64 " (%+" PRId64 ")", row->parameters, row->parameters - row->asked_parameters);
    else
        table_add(table, "%" PRId64, row->parameters);
    table_add(table, "%" PRId64, row->point.steps);
    table_add_number(table, row_microseconds(row));
    table_add_number(table, 1e6 * row->seconds.low / (double)row->point.steps);
    table_add_number(table, 1e6 * row->seconds.high / (double)row->point.steps);
    table_add_number(table, row_sequences(row));
    table_add_number(table, row_steps(row));
    table_add_number(table, 1e-9 * row_flops(row));
    table_add(table, "%.1f%s", 100.0 * row_share(row), row_is_flagged(row) ? "!" : "");
    table_add(table, "%.1f", 100.0 * row_flops(row) / product);
    table_add_bytes(table, (double)row->size.total);
    table_add_bytes(table, (double)row->size.tape);
}

void throughput_print_details(const struct rows *rows, const struct machine *machine, FILE *stream)
{
    static const char *const headings[] = {"cell",    "engine", "batch", "units", "parameters", "steps",
                                           "us/step", "low",    "high",  "seq/s", "steps/s",    "GFLOP/s",
                                           "% peak",  "% BLAS", "plan",  "tape"};
    for (size_t first = 0; first < rows->count; first++) {
        if (!begins_table(rows, first))
            continue;
        struct table table = table_open(sizeof headings / sizeof headings[0]);
        add_headings(&table, headings);
        for (size_t i = first; i < rows->count; i++)
            if (rows->rows[i].measured && share_table(&rows->rows[first], &rows->rows[i]))
                add_detail_line(&table, &rows->rows[i], machine);
        print_title(&rows->rows[first], machine, stream);
        table_print(&table, stream);
        table_close(&table);
    }
}

static void add_cache_line(struct table *table, const struct row *row, const struct machine *machine)
{
    const double bytes = point_recurrent_bytes(&row->point);
    const enum memory_level level = memory_level_of(&machine->caches, bytes);
    table_add(table, "%s", row->point.stack.cell->name);
    table_add(table, "%s", point_mode_name(&row->point));
    table_add(table, "%s", point_precision_name(&row->point));
    table_add(table, "%" PRId64, row->point.stack.hidden);
    table_add(table, "%" PRId64, row->point.steps);
    table_add_bytes(table, bytes);
    table_add_number(table, row_microseconds(row));
    table_add(table, "%.1f", 1e-9 * row_weight_rate(row, row->seconds.median));
    table_add(table, "%s %.1f", memory_level_name(level), 1e-9 * machine->bandwidth.bytes_per_second[level]);
    table_add_number(table, 1e6 * row->evicted.median / (double)row->point.steps);
    table_add(table, "%.1f", 1e-9 * row_weight_rate(row, row->evicted.median));
}

void throughput_print_caches(const struct rows *rows, const struct machine *machine, int64_t steps, FILE *stream)
{
    static const char *const headings[] = {
        "cell",        "mode", "precision",       "units",           "steps",       "R",
        "hot us/step", "GB/s", "level, its GB/s", "evicted us/step", "evicted GB/s"};
    struct table table = table_open(sizeof headings / sizeof headings[0]);
    add_headings(&table, headings);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        if (row->measured && row->evicted.median > 0.0 && !row->matched && (steps == 0 || row->point.steps == steps))
            add_cache_line(&table, row, machine);
    }
    if (table.cells > table.columns) {
        fprintf(
            stream,
            "\nBatch 1, hot and evicted caches: recurrent weights R that are read (in training twice a step), against\n"
            "what the level of memory that R fits in can deliver (DRAM: %.1f GB/s). The time includes all that a step\n"
            "does.\n",
            1e-9 * machine->bandwidth.bytes_per_second[LEVEL_DRAM]);
        table_print(&table, stream);
    }
    table_close(&table);
}

void throughput_print_remarks(const struct rows *rows, FILE *stream)
{
    size_t flagged = 0;
    fputc('\n', stream);
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        flagged += row->measured && row_is_flagged(row);
        if (row->skipped.text[0] != '\0')
            fprintf(stream, "Not measured: %s, %" PRId64 " units, %" PRId64 " steps, batch %" PRId64 ", %s: %s\n",
                    row->point.stack.cell->name, row->point.stack.hidden, row->point.steps, row->point.batch,
                    point_mode_name(&row->point), row->skipped.text);
    }
    if (flagged > 0)
        fprintf(stream,
                "! The peak moved by more than 5 %% around %zu of these rows, or another process had more than 5 %% of "
                "their\n"
                "CPU: measure them again on a quiet machine.\n",
                flagged);
    fprintf(stream, "FLOPs: products only, a fused multiply-add is 2: %s.\n", STACK_FLOPS_FORMULA);
}
