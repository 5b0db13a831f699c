/*
 * learn/trial.c: what one training is called, and what decides how it ends.
 */
#include "learn/course.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void trial_name(const struct trial *trial, char *text, size_t size)
{
    char subset[64] = "";
    if (trial->problem->part > 1)
        snprintf(subset, sizeof subset, "-part%" PRId64 "-subset%" PRId64, trial->problem->part,
                 trial->settings.subset);
    snprintf(text, size, "%s-T%" PRId64 "%s-%s-H%" PRId64 "-draw%" PRId64 "-seed%" PRIu64, trial->problem->task->name,
             trial->problem->length, subset, trial->variety->name, trial->stack.hidden, trial->draw, trial->seed);
}

/* Which data, of a task that has any. */
static void add_data(const struct problem *problem, char *text, size_t size)
{
    const size_t used = strlen(text);
    if (problem->fingerprint != 0)
        snprintf(text + used, size - used, ", data %016" PRIx64, problem->fingerprint);
}

static void add_aim(double aim, char *text, size_t size)
{
    const size_t used = strlen(text);
    if (aim > 0.0)
        snprintf(text + used, size - used, ", aim %.17g", aim);
}

void trial_text(const struct trial *trial, char *text, size_t size)
{
    const struct course_settings *settings = &trial->settings;
    const struct stack *stack = &trial->stack;
    snprintf(text, size,
             "%s T=%" PRId64 ", part %" PRId64 ", subset %" PRId64 ", %s, %" PRId64 " layers of %" PRId64
             " units, %" PRId64 " inputs, %" PRId64 " outputs, seed %" PRIu64
             ", scheme %d, optimizer %d, rate %.17g, clip %.17g, bias %.17g, weight decay "
             "%.17g, dropout %.17g, noise %.17g, batch %" PRId64 ", every %" PRId64 ", budget %" PRId64
             ", patience %" PRId64 ", wait %" PRId64 ", decay %.17g, seconds %.17g, valid %" PRId64 ", confirm %" PRId64
             ", test %" PRId64 ", tested %d",
             trial->problem->task->name, trial->problem->length, trial->problem->part, settings->subset,
             trial->variety->name, stack->layers, stack->hidden, stack->inputs, stack->outputs, trial->seed,
             (int)settings->scheme, (int)settings->optimizer, settings->rate, settings->clip, settings->bias,
             settings->weight_decay, settings->dropout, settings->noise, settings->batch, settings->every,
             settings->budget, settings->patience, settings->wait, settings->decay, settings->seconds, settings->valid,
             settings->confirm, settings->test, (int)trial->tested);
    add_data(trial->problem, text, size);
    add_aim(settings->aim, text, size);
}
