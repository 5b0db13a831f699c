/*
 * gradient/report.c: what was found, for programs and for people.
 */
#include "gradient/gradient.h"

#include <inttypes.h>
#include <math.h>

#include "gradient/adding.h"
#include "report/table.h"

/* --- For programs --- */

static json_t *number_or_null(double number) { return isfinite(number) ? json_real(number) : json_null(); }

static json_t *head_of(const struct gradient_row *row)
{
    return json_pack("{s:s, s:s, s:b, s:I, s:I}", "cell", row->start.cell->name, "begins", row->start.name, "trained",
                     (int)row->trained, "steps", (json_int_t)row->steps, "hidden", (json_int_t)row->hidden);
}

static const char *decay_word(const struct gradient_row *row)
{
    static const char *const words[] = {[DECAY_NONE] = "no decay",
                                        [DECAY_EXPONENTIAL] = "exponential",
                                        [DECAY_GROWS] = "grows",
                                        [DECAY_NOT_EXPONENTIAL] = "not exponential",
                                        [DECAY_UNKNOWN] = "unknown"};
    return words[row->decay.kind];
}

static json_t *row_to_json(const struct gradient_row *row)
{
    json_t *object = head_of(row);
    json_object_set_new(object, "decay", json_string(decay_word(row)));
    json_object_set_new(object, "half_life",
                        row->decay.kind == DECAY_EXPONENTIAL ? json_real(row->decay.half_life) : json_null());
    json_object_set_new(object, "slope", json_real(row->decay.slope));
    json_object_set_new(object, "r_squared", json_real(row->decay.r_squared));
    json_object_set_new(object, "lags_fitted", json_integer((json_int_t)row->decay.lags));
    json_object_set_new(object, "gates_below", number_or_null(row->below));
    json_object_set_new(object, "gates_above", number_or_null(row->above));
    json_object_set_new(object, "time_constant", number_or_null(row->time_constant));
    json_object_set_new(object, "updates", row->trained ? json_integer((json_int_t)row->outcome.updates) : json_null());
    json_object_set_new(object, "mse", row->trained ? number_or_null(row->outcome.error) : json_null());
    json_object_set_new(object, "solved", row->trained ? json_boolean(row->outcome.solved) : json_null());
    return object;
}

static void append_curve(json_t *records, const struct gradient_row *row)
{
    for (int64_t k = 0; k < row->steps; k++) {
        json_t *object = head_of(row);
        json_object_set_new(object, "lag", json_integer((json_int_t)k + 1));
        json_object_set_new(object, "norm", number_or_null(row->norms[k]));
        json_object_set_new(object, "norm_least", number_or_null(row->least[k]));
        json_object_set_new(object, "norm_most", number_or_null(row->most[k]));
        json_object_set_new(object, "norm_before", row->before ? number_or_null(row->before[k]) : json_null());
        json_array_append_new(records, object);
    }
}

static void append_spans(json_t *records, const struct gradient_row *row)
{
    for (size_t i = 0; i < row->spans.count; i++) {
        const weir_singular_value *value = &row->jacobian[i];
        json_t *object = head_of(row);
        json_object_set_new(object, "span", json_integer((json_int_t)row->spans.steps[i]));
        json_object_set_new(object, "jacobian_norm", number_or_null(value->value));
        json_object_set_new(object, "residual", number_or_null(value->residual));
        json_object_set_new(object, "products", json_integer((json_int_t)value->products));
        json_object_set_new(object, "converged", json_boolean(value->converged));
        json_object_set_new(object, "direct_path_most", number_or_null(row->direct_most[i]));
        json_object_set_new(object, "direct_path_mean", number_or_null(row->direct_mean[i]));
        json_array_append_new(records, object);
    }
}

static json_t *about_gradient(const struct gradient_settings *settings)
{
    char training[256];
    snprintf(training, sizeof training,
             "adding problem, one mark in each half; Adam, at most %" PRId64 " updates of %" PRId64
             " fresh sequences, clip %g; solved: mse below %g on others; nothing learned: %.3f; seed %" PRIu64,
             settings->training.updates, settings->training.batch, settings->training.clip, ADDING_SOLVED,
             ADDING_NOTHING, settings->seed);
    return json_pack(
        "{s:s, s:s, s:s, s:s}", "training", training, "norm",
        "of d(output at the last step)/d(state), the state `lag` steps before the end; geometric mean over "
        "16 sequences, in f64",
        "jacobian_norm",
        "largest singular value of d(final state)/d(state `span` steps before), of the first sequence; a "
        "singular value lies within `residual` of it",
        "direct_path",
        "product of f or z over `span` steps, geometric mean over sequences: of the unit where that is "
        "largest, and the geometric mean over units");
}

static void save(const struct session *session, const struct gradient_rows *rows,
                 const struct gradient_settings *settings)
{
    json_t *records = json_array(), *curves = json_array(), *spans = json_array(), *about = about_gradient(settings);
    for (size_t i = 0; i < rows->count; i++) {
        json_array_append_new(records, row_to_json(&rows->rows[i]));
        append_curve(curves, &rows->rows[i]);
        append_spans(spans, &rows->rows[i]);
    }
    results_write(&session->results, "gradient", records, about);
    results_write(&session->results, "gradient-curves", curves, about);
    results_write(&session->results, "gradient-spans", spans, about);
    json_decref(records);
    json_decref(curves);
    json_decref(spans);
    json_decref(about);
}

/* --- For people --- */

enum { SHORT_LAG = 10 };

static void add_measured(struct table *table, const struct gradient_row *row)
{
    const size_t last = row->spans.count - 1;
    char decay[TABLE_TEXT];
    decay_print(&row->decay, decay, sizeof decay);
    table_add(table, "%.2g", row->norms[0]);
    table_add(table, "%.2g", row->norms[row->steps < SHORT_LAG ? row->steps - 1 : SHORT_LAG - 1]);
    table_add(table, "%.2g", row->norms[row->steps - 1]);
    table_add(table, "%s", decay);
    table_add(table, "%.3f", row->decay.r_squared);
    table_add(table, "%.2g%s", row->jacobian[last].value, row->jacobian[last].converged ? "" : "?");
    if (isnan(row->direct_most[last])) {
        for (int i = 0; i < 3; i++)
            table_add(table, "-");
        return;
    }
    table_add(table, "%.2g", row->direct_most[last]);
    table_add(table, "%.0f %%", 100.0 * (row->below + row->above));
    table_add(table, "%.3g", row->time_constant);
}

static void add_line(struct table *table, const struct gradient_row *row)
{
    table_add(table, "%s", row->start.cell->name);
    table_add(table, "%s", row->start.name);
    if (row->trained) {
        table_add(table, "%" PRId64, row->steps);
        table_add(table, "%" PRId64, row->outcome.updates);
        table_add(table, "%.4f%s", row->outcome.error, row->outcome.solved ? "" : " unsolved");
    }
    add_measured(table, row);
}

static void print_table(const struct gradient_rows *rows, bool trained, FILE *stream)
{
    static const char *const headings[] = {"cell",  "begins", "steps", "updates", "error",  "lag 1",     "lag 10",
                                           "lag T", "decay",  "R^2",   "J(T)",    "direct", "saturated", "time const."};
    enum { COLUMNS = sizeof headings / sizeof headings[0], FIRST_TRAINED = 2, TRAINED = 3 };
    struct table table = table_open(trained ? COLUMNS : COLUMNS - TRAINED);
    for (size_t i = 0; i < COLUMNS; i++)
        if (trained || i < FIRST_TRAINED || i >= FIRST_TRAINED + TRAINED)
            table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].trained == trained)
            add_line(&table, &rows->rows[i]);
    table_print(&table, stream);
    table_close(&table);
}

static size_t count_rows(const struct gradient_rows *rows, bool trained)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += rows->rows[i].trained == trained;
    return count;
}

/* The first lag at which f32 has zeros; 0 if there is none. */
static int64_t lost_in_f32(const struct gradient_row *row)
{
    for (int64_t k = 0; k < row->steps; k++)
        if (row->norms[k] < GRADIENT_F32_FLOOR)
            return k + 1;
    return 0;
}

static void print_floor(const struct gradient_rows *rows, FILE *stream)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct gradient_row *row = &rows->rows[i];
        const int64_t lag = lost_in_f32(row);
        if (lag > 0)
            fprintf(stream,
                    "- %s, %s, %s: from lag %" PRId64 " on the norm is below 1.2e-38, where a training in f32 has "
                    "zeros.\n",
                    row->start.cell->name, row->start.name, row->trained ? "trained" : "untrained", lag);
    }
}

void gradient_report(struct session *session, const struct gradient_rows *rows,
                     const struct gradient_settings *settings)
{
    FILE *stream = session->report;
    save(session, rows, settings);
    if (session->plots && rows->count > 0)
        gradient_plot(session, rows);
    fprintf(
        stream,
        "\nGRADIENT (%" PRId64 " units, f64; |dL/d(state)| for L the output at the last step, geometric mean over "
        "16 sequences;\nJ(T): largest singular value of the state's Jacobian over T steps; direct: product of f or z "
        "over T steps, of the unit where it is largest;\nsaturated: gates below 0.1 or above 0.9; time constant: -1/ln "
        "of the mean f "
        "or z, median over units)\n",
        settings->hidden);
    if (count_rows(rows, false) > 0) {
        fprintf(stream, "\nAs they begin, T = %" PRId64 "\n", settings->untrained_steps);
        print_table(rows, false, stream);
    }
    if (count_rows(rows, true) > 0) {
        fprintf(stream,
                "\nTrained on the adding problem (solved: a mean squared error below %g; %.3f: nothing "
                "learned)\n",
                ADDING_SOLVED, ADDING_NOTHING);
        print_table(rows, true, stream);
    }
    fputc('\n', stream);
    print_floor(rows, stream);
    session_expect(session, rows->count);
}
