/*
 * learn/settings.c: what a task's trainings are like, at each scale of a job.
 */
#include "learn/settings.h"

#include "learn/cells.h"
#include "learn/task.h"

static void set_numbers(struct numbers *numbers, const struct numbers *said)
{
    if (said->count > 0)
        *numbers = *said;
}

static void set_count(int64_t *count, int64_t said)
{
    if (said > 0)
        *count = said;
}

static void apply(struct learn_settings *settings, const struct learn_scale *scale)
{
    set_numbers(&settings->lengths, &scale->lengths);
    set_numbers(&settings->cells, &scale->cells);
    set_numbers(&settings->seeds, &scale->seeds);
    set_numbers(&settings->equal, &scale->equal);
    set_numbers(&settings->parts, &scale->parts);
    set_count(&settings->draws, scale->draws);
    set_count(&settings->tune, scale->tune);
    set_count(&settings->training.budget, scale->budget);
    set_count(&settings->units, scale->units);
    set_count(&settings->parameters, scale->parameters);
    set_count(&settings->subsets, scale->subsets);
    set_count(&settings->tune_parameters, scale->tune_parameters);
}

static void complete_numbers(struct numbers *numbers, const struct numbers *usual)
{
    if (numbers->count == 0)
        *numbers = *usual;
}

static void complete_count(int64_t *count, int64_t usual)
{
    if (*count == 0)
        *count = usual;
}

static bool is_said(struct range range) { return range.low != 0.0 || range.high != 0.0; }

/* What a task's settings need not say. */
static void complete(struct learn_settings *settings)
{
    static const struct numbers usual_cells = {3, {0, 2, 3}}, parameters = {1, {EQUAL_PARAMETERS}}, one = {1, {1}};
    static const struct range rates = {1e-4, 3e-2}, clips = {0.1, 10.0}, biases = {0.0, 6.0};
    complete_numbers(&settings->cells, &usual_cells);
    complete_numbers(&settings->equal, &parameters);
    complete_numbers(&settings->seeds, &one);
    complete_numbers(&settings->parts, &one);
    complete_count(&settings->subsets, 1);
    complete_count(&settings->training.subset, 1);
    complete_count(&settings->layers, 1);
    complete_count(&settings->jobs, settings->full ? 2 : 1);
    complete_count(&settings->training.confirm, 10000);
    settings->rates = is_said(settings->rates) ? settings->rates : rates;
    settings->clips = is_said(settings->clips) ? settings->clips : clips;
    settings->biases = is_said(settings->biases) ? settings->biases : biases;
    settings->training.decay = settings->training.decay > 0.0 ? settings->training.decay : 0.5;
}

struct learn_settings learn_settings_at(const struct task *task, const struct learn_scale *scale)
{
    struct learn_settings settings = task->settings;
    apply(&settings, &task->usual);
    if (scale != NULL)
        apply(&settings, scale);
    settings.full = scale == &task->full;
    complete(&settings);
    return settings;
}

struct learn_settings learn_settings_of(const struct task *task) { return learn_settings_at(task, NULL); }
