/*
 * plans/report.c: what was measured, for programs and for people.
 */
#include "plans/plans.h"

#include <inttypes.h>

#include "report/table.h"

static bool is_flagged(const struct plans_row *row)
{
    return times_are_flagged(row->peak_before, row->peak_after, row->busy);
}

/* Whether a choice is as near to the best as it is to be: yes, or no even at the lower end of the interval. */
static const char *verdict_on(const struct estimate *ratio)
{
    return ratio->median <= PLANS_AIM ? "yes" : ratio->low > PLANS_AIM ? "no" : "unsure";
}

/* --- For programs --- */

static json_t *shape_to_json(const struct plans_row *row)
{
    const struct point *point = &row->point;
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "cell", point->stack.cell->name, "mode",
                     point_mode_name(point), "precision", point_precision_name(point), "steps",
                     (json_int_t)point->steps, "batch", (json_int_t)point->batch, "layers",
                     (json_int_t)point->stack.layers, "inputs", (json_int_t)point->stack.inputs, "hidden",
                     (json_int_t)point->stack.hidden, "threads", (json_int_t)row->threads);
}

static void put_choice(json_t *object, const char *who, const struct candidate *candidate, const struct estimate *ratio)
{
    char key[64];
    snprintf(key, sizeof key, "%s_choice", who);
    json_object_set_new(object, key, json_string(candidate->label));
    snprintf(key, sizeof key, "%s_microseconds", who);
    json_object_set_new(object, key, json_real(1e6 * candidate->seconds.median));
    if (ratio == NULL)
        return;
    const double values[] = {ratio->median, ratio->low, ratio->high};
    static const char *const ends[] = {"", "_low", "_high"};
    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof key, "%s_over_best%s", who, ends[i]);
        json_object_set_new(object, key, json_real(values[i]));
    }
    snprintf(key, sizeof key, "%s_within_aim", who);
    json_object_set_new(object, key, json_string(verdict_on(ratio)));
}

static json_t *row_to_json(const struct plans_row *row)
{
    json_t *object = shape_to_json(row);
    json_object_set_new(object, "candidates", json_integer((json_int_t)row->count));
    put_choice(object, "best", &row->candidates[row->best], NULL);
    put_choice(object, "model", &row->candidates[row->model], &row->model_ratio);
    put_choice(object, "measured", &row->candidates[row->learned], &row->learned_ratio);
    json_object_set_new(object, "measuring_seconds", json_real(row->learning_seconds));
    json_object_set_new(object, "peak_gflops_before", json_real(1e-9 * row->peak_before));
    json_object_set_new(object, "peak_gflops_after", json_real(1e-9 * row->peak_after));
    json_object_set_new(object, "busy_part", json_real(row->busy));
    json_object_set_new(object, "flagged", json_boolean(is_flagged(row)));
    return object;
}

static void append_candidates(json_t *records, const struct plans_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct candidate *candidate = &row->candidates[i];
        json_t *object = shape_to_json(row);
        json_object_set_new(object, "choice", json_string(candidate->label));
        json_object_set_new(object, "microseconds", json_real(1e6 * candidate->seconds.median));
        json_object_set_new(object, "microseconds_low", json_real(1e6 * candidate->seconds.low));
        json_object_set_new(object, "microseconds_high", json_real(1e6 * candidate->seconds.high));
        json_object_set_new(object, "samples", json_integer((json_int_t)candidate->samples));
        json_array_append_new(records, object);
    }
}

static void save(const struct session *session, const struct plans_rows *rows)
{
    json_t *records = json_array(), *candidates = json_array();
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured) {
            json_array_append_new(records, row_to_json(&rows->rows[i]));
            append_candidates(candidates, &rows->rows[i]);
        }
    json_t *about = json_pack(
        "{s:s, s:s, s:s}", "microseconds", "a run of all steps", "over_best",
        "a choice's time over that of the fastest candidate; median of samples taken in turn, and its 95 % bootstrap "
        "interval",
        "within_aim", "yes: at most 1.10; no: above even at the lower end of the interval; unsure: between");
    results_write(&session->results, "plans", records, about);
    results_write(&session->results, "plans-candidates", candidates, about);
    json_decref(records);
    json_decref(candidates);
    json_decref(about);
}

/* --- For people --- */

static void add_ratio(struct table *table, const struct estimate *ratio)
{
    table_add(table, "%.2f", ratio->median);
    table_add(table, "%.2f..%.2f", ratio->low, ratio->high);
    table_add(table, "%s", verdict_on(ratio));
}

static void add_line(struct table *table, const struct plans_row *row)
{
    const struct point *point = &row->point;
    table_add(table, "%s", point->stack.cell->name);
    table_add(table, "%s", point_mode_name(point));
    table_add(table, "%s", point_precision_name(point));
    table_add(table, "%" PRId64, point->stack.hidden);
    table_add(table, "%" PRId64, point->batch);
    table_add(table, "%" PRId64, point->steps);
    table_add(table, "%" PRId64 "%s", row->threads, is_flagged(row) ? "!" : "");
    table_add(table, "%s", row->candidates[row->best].label);
    table_add_number(table, 1e6 * row->candidates[row->best].seconds.median);
    table_add(table, "%s", row->model == row->best ? "the same" : row->candidates[row->model].label);
    add_ratio(table, &row->model_ratio);
    table_add(table, "%s", row->learned == row->best ? "the same" : row->candidates[row->learned].label);
    add_ratio(table, &row->learned_ratio);
    table_add(table, "%.2f", row->learning_seconds);
}

static size_t count_flagged(const struct plans_rows *rows)
{
    size_t flagged = 0;
    for (size_t i = 0; i < rows->count; i++)
        flagged += rows->rows[i].measured && is_flagged(&rows->rows[i]);
    return flagged;
}

static void print_table(const struct plans_rows *rows, FILE *stream)
{
    static const char *const headings[] = {"cell",     "mode",        "precision",   "units",    "batch",
                                           "steps",    "threads",     "best of all", "us a run", "model",
                                           "to best",  "interval",    "within 10 %", "measured", "to best",
                                           "interval", "within 10 %", "s to measure"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].measured)
            add_line(&table, &rows->rows[i]);
    fprintf(stream, "\nWhat plans choose, beside everything that they could have chosen\n");
    table_print(&table, stream);
    table_close(&table);
    if (count_flagged(rows) > 0)
        fprintf(stream, "! The peak moved by more than 5 %%, or another process had more than 5 %% of the CPU.\n");
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].skipped.text[0] != '\0')
            fprintf(stream, "Not measured: %s, %" PRId64 " units, batch %" PRId64 ": %s\n",
                    rows->rows[i].point.stack.cell->name, rows->rows[i].point.stack.hidden, rows->rows[i].point.batch,
                    rows->rows[i].skipped.text);
}

static const struct estimate *ratio_in(const struct plans_row *row, bool learned)
{
    return learned ? &row->learned_ratio : &row->model_ratio;
}

/* How many choices of one kind are near enough to the best, and which is furthest from it; flagged rows left out. */
static void print_finding(const struct plans_rows *rows, bool learned, FILE *stream)
{
    size_t count = 0, within = 0, unsure = 0;
    const struct plans_row *worst = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        const struct plans_row *row = &rows->rows[i];
        if (!row->measured || is_flagged(row))
            continue;
        const struct estimate *ratio = ratio_in(row, learned);
        count++;
        within += ratio->median <= PLANS_AIM;
        unsure += ratio->median > PLANS_AIM && ratio->low <= PLANS_AIM;
        worst = worst == NULL || ratio->median > ratio_in(worst, learned)->median ? row : worst;
    }
    if (count == 0)
        return;
    fprintf(stream, "- %s: %zu of %zu choices are within 10 %% of the best candidate",
            learned ? "By measuring" : "By the model", within, count);
    if (unsure > 0)
        fprintf(stream, ", of %zu more the interval leaves it open", unsure);
    fprintf(stream,
            "; the furthest is %s of the %s with %" PRId64 " units, batch %" PRId64 ", %" PRId64 " thread%s: %.2f.\n",
            point_mode_name(&worst->point), worst->point.stack.cell->name, worst->point.stack.hidden,
            worst->point.batch, worst->threads, worst->threads == 1 ? "" : "s", ratio_in(worst, learned)->median);
}

void plans_report(struct session *session, const struct plans_rows *rows)
{
    size_t measured = 0;
    for (size_t i = 0; i < rows->count; i++)
        measured += rows->rows[i].measured;
    save(session, rows);
    print_table(rows, session->report);
    fputc('\n', session->report);
    print_finding(rows, false, session->report);
    print_finding(rows, true, session->report);
    if (count_flagged(rows) > 0)
        fprintf(session->report, "- %zu of %zu rows are flagged and left out: measure them again on a quiet machine.\n",
                count_flagged(rows), measured);
    session_expect(session, measured);
}
