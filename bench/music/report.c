/*
 * music/report.c: what was learned, for programs and for people.
 */
#include "music/music.h"

#include <inttypes.h>
#include <math.h>

#include "music/verdict.h"
#include "report/table.h"

/* Test results in Bai, Kolter & Koltun 2018, table 1, at 300,000 parameters; 0 where they have none. */
static double published(weir_kind kind)
{
    switch (kind) {
    case WEIR_RNN:
        return 8.91;
    case WEIR_GRU:
        return 8.43;
    case WEIR_LSTM:
        return 8.45;
    default:
        return 0.0;
    }
}

static const struct epoch *best_of(const struct training *training) { return &training->curve[training->best]; }

static json_t *training_to_json(const struct training *training)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:s}", "cell", training->stack.cell->name,
                     "seed", (json_int_t)training->seed, "layers", (json_int_t)training->stack.layers, "hidden",
                     (json_int_t)training->stack.hidden, "parameters", (json_int_t)stack_parameters(&training->stack),
                     "epochs", (json_int_t)training->epochs, "best_epoch", (json_int_t)training->best + 1, "seconds",
                     training->seconds, "train_nll", best_of(training)->train, "valid_nll", best_of(training)->valid,
                     "test_nll", training->test, "end", training_end_name(training->end));
}

static json_t *epoch_to_json(const struct training *training, int64_t epoch)
{
    const struct epoch *at = &training->curve[epoch];
    return json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f}", "cell", training->stack.cell->name, "seed",
                     (json_int_t)training->seed, "epoch", (json_int_t)epoch + 1, "seconds", at->seconds, "train_nll",
                     at->train, "valid_nll", at->valid, "rate", at->rate);
}

static json_t *about_music(const struct training_settings *settings)
{
    char text[512];
    snprintf(text, sizeof text,
             "%" PRId64 " parameters, %" PRId64 " recurrent layers, dropout %g, minibatches of %" PRId64
             ", Adam %g (0: 0.01, or 0.002 without gates), weight decay %g, clip %g, rate times %g after %" PRId64
             " epochs without a better validation, at most %" PRId64 " epochs, %g seconds, patience %" PRId64,
             settings->network.parameters, settings->network.layers, settings->network.dropout, settings->network.batch,
             settings->network.rate, settings->network.weight_decay, settings->network.clip, settings->decay,
             settings->wait, settings->epochs, settings->seconds, settings->patience);
    return json_pack(
        "{s:s, s:s}", "settings", text, "nll",
        "negative log-likelihood in nats a predicted step, summed over 88 keys; train_nll with dropout, as "
        "it was met; test_nll at the best validation");
}

static void save(const struct session *session, const struct trainings *trainings,
                 const struct training_settings *settings)
{
    json_t *rows = json_array(), *curves = json_array(), *about = about_music(settings);
    for (size_t i = 0; i < trainings->count; i++) {
        const struct training *training = &trainings->trainings[i];
        json_array_append_new(rows, training_to_json(training));
        for (int64_t k = 0; k < training->epochs; k++)
            json_array_append_new(curves, epoch_to_json(training, k));
    }
    results_write(&session->results, "music", rows, about);
    results_write(&session->results, "music-curves", curves, about);
    json_decref(rows);
    json_decref(curves);
    json_decref(about);
}

static void add_line(struct table *table, const struct training *training)
{
    const double known = published(training->stack.cell->kind);
    table_add(table, "%s", training->stack.cell->name);
    table_add(table, "%" PRId64, training->stack.hidden);
    table_add(table, "%" PRId64, stack_parameters(&training->stack));
    table_add(table, "%" PRIu64, training->seed);
    table_add(table, "%" PRId64, training->epochs);
    table_add(table, "%" PRId64, training->best + 1);
    table_add(table, "%.1f", training->seconds);
    table_add(table, "%.3f", best_of(training)->train);
    table_add(table, "%.3f", best_of(training)->valid);
    table_add(table, "%.3f", training->test);
    if (known > 0.0)
        table_add(table, "%.2f", known);
    else
        table_add(table, "-");
    table_add(table, "%s", training_end_name(training->end));
}

static void print_table(const struct trainings *trainings, FILE *stream)
{
    static const char *const headings[] = {"cell",    "units", "parameters", "seed", "epochs",    "best",
                                           "seconds", "train", "valid",      "test", "published", "ended"};
    enum { COLUMNS = sizeof headings / sizeof headings[0] };
    struct table table = table_open(COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++)
        table_add(&table, "%s", headings[i]);
    for (size_t i = 0; i < trainings->count; i++)
        add_line(&table, &trainings->trainings[i]);
    table_print(&table, stream);
    table_close(&table);
}

/* The mean test result of a cell over its seeds; NaN if it has none. */
static double mean_test(const struct trainings *trainings, const struct cell *cell, double *seconds)
{
    double sum = 0.0, count = 0.0;
    *seconds = 0.0;
    for (size_t i = 0; i < trainings->count; i++) {
        if (trainings->trainings[i].stack.cell != cell)
            continue;
        sum += trainings->trainings[i].test;
        *seconds += trainings->trainings[i].seconds;
        count += 1.0;
    }
    *seconds /= count;
    return sum / count;
}

static void print_findings(const struct trainings *trainings, FILE *stream)
{
    double best = HUGE_VAL, seconds = 0.0;
    const struct cell *winner = NULL;
    for (const char *const *name = cell_names; *name != NULL; name++) {
        const struct cell *cell = &cells[name - cell_names];
        double spent;
        const double test = mean_test(trainings, cell, &spent);
        if (!(test < best))
            continue;
        best = test;
        seconds = spent;
        winner = cell;
    }
    if (winner == NULL)
        return;
    fprintf(stream,
            "- With as many parameters, the %s predicts unknown chorales best: %.2f nats a step after %.0f s of "
            "training; key frequencies alone give %.2f.\n",
            winner->name, best, seconds, trainings->frequency_cost);
    for (const char *const *name = cell_names; *name != NULL; name++) {
        const struct cell *cell = &cells[name - cell_names];
        double spent;
        const double test = mean_test(trainings, cell, &spent);
        if (cell != winner && isfinite(test))
            fprintf(stream, "- The %s comes to %.2f, %.2f behind, after %.0f s.\n", cell->name, test, test - best,
                    spent);
    }
}

void music_report(struct session *session, const struct trainings *trainings, const struct music_settings *settings)
{
    FILE *stream = session->report;
    save(session, trainings, &settings->training);
    if (session->plots && trainings->count > 0)
        music_plot(&session->results, trainings);
    fprintf(stream, "\nMUSIC (JSB Chorales; negative log-likelihood in nats a step, lower is better; test at the best "
                    "validation;\npublished: Bai et al. 2018 with 300,000 parameters)\n\n");
    print_table(trainings, stream);
    const struct asked asked = {&settings->cells, &settings->seeds, settings->training.epochs};
    fputc('\n', stream);
    if (verdict_print_missing(&asked, trainings->trainings, trainings->count, stream) == 0)
        print_findings(trainings, stream);
    else
        fprintf(stream, "- Which cell predicts best is not said: not all ran to their end.\n");
}
