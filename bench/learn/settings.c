/*
 * learn/settings.c: what a task's trainings are like, at each scale of a job.
 */
#include "learn/settings.h"

#include <string.h>

#include "learn/cells.h"
#include "learn/task.h"

static void scale_numbers(struct numbers *numbers, const struct numbers *was, const struct numbers *scale)
{
    if (scale->count > 0 && memcmp(numbers, was, sizeof *numbers) == 0)
        *numbers = *scale;
}

static void scale_count(int64_t *count, int64_t was, int64_t scale)
{
    if (scale > 0 && *count == was)
        *count = scale;
}

/* Changes what is as it `was`, not what somebody has chosen. */
static void apply(struct learn_settings *settings, const struct learn_settings *was, const struct learn_scale *scale)
{
    scale_numbers(&settings->lengths, &was->lengths, &scale->lengths);
    scale_numbers(&settings->cells, &was->cells, &scale->cells);
    scale_numbers(&settings->seeds, &was->seeds, &scale->seeds);
    scale_numbers(&settings->equal, &was->equal, &scale->equal);
    scale_numbers(&settings->parts, &was->parts, &scale->parts);
    scale_count(&settings->draws, was->draws, scale->draws);
    scale_count(&settings->tune, was->tune, scale->tune);
    scale_count(&settings->training.budget, was->training.budget, scale->budget);
    scale_count(&settings->units, was->units, scale->units);
    scale_count(&settings->parameters, was->parameters, scale->parameters);
    scale_count(&settings->subsets, was->subsets, scale->subsets);
    scale_count(&settings->tune_parameters, was->tune_parameters, scale->tune_parameters);
}

static bool is_said(struct range range) { return range.low != 0.0 || range.high != 0.0; }

/* What a task's settings need not say. */
static void complete(struct learn_settings *settings)
{
    static const struct numbers usual_cells = {3, {0, 2, 3}}, parameters = {1, {EQUAL_PARAMETERS}}, one = {1, {1}};
    static const struct numbers none = {0};
    static const struct range rates = {1e-4, 3e-2}, clips = {0.1, 10.0}, biases = {0.0, 6.0};
    scale_numbers(&settings->cells, &none, &usual_cells);
    scale_numbers(&settings->equal, &none, &parameters);
    scale_numbers(&settings->seeds, &none, &one);
    scale_numbers(&settings->parts, &none, &one);
    scale_count(&settings->subsets, 0, 1);
    scale_count(&settings->training.subset, 0, 1);
    scale_count(&settings->layers, 0, 1);
    scale_count(&settings->jobs, 0, 1);
    scale_count(&settings->training.confirm, 0, 10000);
    settings->rates = is_said(settings->rates) ? settings->rates : rates;
    settings->clips = is_said(settings->clips) ? settings->clips : clips;
    settings->biases = is_said(settings->biases) ? settings->biases : biases;
    settings->training.decay = settings->training.decay > 0.0 ? settings->training.decay : 0.5;
}

struct learn_settings learn_settings_of(const struct task *task)
{
    struct learn_settings settings = task->settings;
    const struct learn_settings was = settings;
    apply(&settings, &was, &task->usual);
    complete(&settings);
    return settings;
}

void learn_settings_scale(struct learn_settings *settings, const struct task *task, const struct learn_scale *scale)
{
    const struct learn_settings was = learn_settings_of(task);
    apply(settings, &was, scale);
}
