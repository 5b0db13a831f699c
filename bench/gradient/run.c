/*
 * gradient/run.c: all nets, one after the other.
 */
#include "gradient/gradient.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/interrupt.h"
#include "base/progress.h"

/* How much of the whole a net is that is only looked at, where a training is 1. */
static const double look_part = 0.1;

static struct {
    double done, all;
} progress;

static void show(const struct start *start, int64_t steps, const struct outcome *outcome, double done)
{
    progress_show((progress.done + done) / progress.all,
                  "gradient, %s, %" PRId64 " steps, update %" PRId64 ", mean squared error %.3f", start->cell->name,
                  steps, outcome->updates, outcome->error);
}

/* The parameters that a net begins with. */
static double *draw_parameters(const struct start *start, int64_t hidden, int64_t steps, uint64_t seed)
{
    weir_net *net = start_net(start, WEIR_F64, hidden, steps, seed);
    const size_t count = (size_t)weir_net_parameter_count(net);
    double *parameters = buffer_allocate(count, sizeof *parameters);
    memcpy(parameters, weir_net_parameters_f64(net), count * sizeof *parameters);
    weir_net_destroy(&net);
    return parameters;
}

static struct gradient_row look(const struct gradient_settings *settings, const struct start *start, int64_t steps)
{
    struct gradient_row row = {.start = *start, .steps = steps, .hidden = settings->hidden};
    double *parameters = draw_parameters(start, row.hidden, steps, settings->seed);
    progress_show(progress.done / progress.all, "gradient, %s, %s", start->cell->name, start->name);
    gradient_measure(&row, parameters, settings->seed);
    free(parameters);
    progress.done += look_part;
    return row;
}

static void close_row(struct gradient_row *row)
{
    free(row->norms);
    free(row->least);
    free(row->most);
    free(row->before);
}

static struct gradient_row train(const struct gradient_settings *settings, const struct start *start, int64_t steps)
{
    struct gradient_row row = {.start = *start, .steps = steps, .hidden = settings->hidden, .trained = true};
    struct gradient_row before = look(settings, start, steps);
    double *parameters = draw_parameters(start, row.hidden, steps, settings->seed);
    row.outcome = gradient_train(start, row.hidden, steps, &settings->training, settings->seed, parameters, show);
    gradient_measure(&row, parameters, settings->seed);
    row.before = before.norms;
    before.norms = NULL;
    close_row(&before);
    free(parameters);
    progress.done += 1.0;
    return row;
}

/* Whether a net is to be looked at as it begins, or to be trained. */
static bool takes(const struct gradient_settings *settings, const struct start *start, bool trained)
{
    return (!trained || start->learns) && (settings->takes == NULL || settings->takes(start, trained));
}

static size_t count_taken(const struct gradient_settings *settings, bool trained)
{
    size_t count = 0;
    for (size_t i = 0; i < starts_count; i++)
        count += takes(settings, &starts[i], trained);
    return count;
}

struct gradient_rows gradient_run(const struct gradient_settings *settings)
{
    const size_t looks = count_taken(settings, false);
    const size_t trainings = count_taken(settings, true) * settings->steps.count;
    struct gradient_rows rows = {.rows = buffer_allocate(looks + trainings, sizeof *rows.rows)};
    progress.done = 0.0;
    progress.all = look_part * (double)(looks + trainings) + (double)trainings;
    for (size_t i = 0; i < starts_count && !interrupted(); i++)
        if (takes(settings, &starts[i], false))
            rows.rows[rows.count++] = look(settings, &starts[i], settings->untrained_steps);
    for (size_t k = 0; k < settings->steps.count; k++)
        for (size_t i = 0; i < starts_count && !interrupted(); i++)
            if (takes(settings, &starts[i], true))
                rows.rows[rows.count++] = train(settings, &starts[i], settings->steps.values[k]);
    return rows;
}

void gradient_close(struct gradient_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        close_row(&rows->rows[i]);
    free(rows->rows);
    *rows = (struct gradient_rows){0};
}
