/*
 * all/digest.c: one number of each cell for each thing that was measured.
 */
#include <math.h>
#include <string.h>

#include "all/learned.h"
#include "all/story.h"
#include "learn/report.h"

/* --- of one cell --- */

static double parameters_of(const struct story *story, weir_kind kind)
{
    for (size_t i = 0; i < story->adding.entrant_count; i++)
        if (story->adding.entrants[i].variety->kind == kind)
            return (double)stack_parameters(&story->adding.entrants[i].stack);
    return (double)NAN;
}

static bool is_timed(const struct row *row)
{
    const struct point *point = &row->point;
    return row->measured && !row->matched && point->batch == STORY_BATCH && point->stack.hidden == STORY_UNITS;
}

double story_time(const struct story *story, weir_kind kind, weir_mode mode)
{
    struct samples times = {0};
    for (size_t i = 0; i < story->rows.count; i++) {
        const struct row *row = &story->rows.rows[i];
        if (is_timed(row) && row->point.stack.cell->kind == kind && row->point.mode == mode)
            samples_add(&times, row_microseconds(row));
    }
    return times.count > 0 ? samples_median(&times) : (double)NAN;
}

bool story_times_are_flagged(const struct story *story)
{
    size_t timed = 0, flagged = 0;
    for (size_t i = 0; i < story->rows.count; i++) {
        timed += is_timed(&story->rows.rows[i]);
        flagged += is_timed(&story->rows.rows[i]) && row_is_flagged(&story->rows.rows[i]);
    }
    return 2 * flagged > timed;
}

static double running(const struct story *story, weir_kind kind) { return story_time(story, kind, WEIR_INFERENCE); }

static double learning(const struct story *story, weir_kind kind) { return story_time(story, kind, WEIR_TRAINING); }

/* Without a limit. */
static const struct memory_curve *curve_of(const struct story *story, weir_kind kind)
{
    const struct memory_curve *curve = story->memory.curves;
    while (curve->cell->kind != kind || curve->limit != 0)
        curve++;
    return curve;
}

static double memory_of(const struct story *story, weir_kind kind) { return memory_step(curve_of(story, kind)); }

static double tape_of(const struct story *story, weir_kind kind) { return memory_tape_step(curve_of(story, kind)); }

const struct gradient_row *story_net(const struct story *story, weir_kind kind, bool trained)
{
    for (size_t i = 0; i < story->gradient.count; i++) {
        const struct gradient_row *row = &story->gradient.rows[i];
        if (row->start.cell->kind == kind && row->trained == trained)
            return row;
    }
    return NULL;
}

double story_left(const struct gradient_row *row, int64_t lag)
{
    return row != NULL && row->steps >= lag ? row->norms[lag - 1] / row->norms[0] : (double)NAN;
}

static double left_at_first(const struct story *story, weir_kind kind)
{
    return story_left(story_net(story, kind, false), STORY_LAG);
}

static double left_trained(const struct story *story, weir_kind kind)
{
    return story_left(story_net(story, kind, true), STORY_LAG);
}

double story_longest_solved(const struct story *story, weir_kind kind)
{
    double longest = (double)NAN;
    for (size_t i = 0; i < story->adding.entrant_count; i++) {
        const struct entrant *entrant = &story->adding.entrants[i];
        const struct summary summary = learn_summary(&story->adding, entrant);
        if (entrant->variety->kind == kind && summary.courses > 0)
            longest = fmax(longest, summary.solved > 0 ? (double)entrant->problem->length : 0.0);
    }
    return longest;
}

/* Of a training that ran to its end. */
static double chorales_of(const struct story *story, weir_kind kind)
{
    for (size_t i = 0; i < story->chorales.entrant_count; i++)
        if (story->chorales.entrants[i].variety->kind == kind)
            return learn_summary(&story->chorales, &story->chorales.entrants[i]).score;
    return (double)NAN;
}

/* Of the committed nets: how much of the gradient is left at the beginning of their longest sequences. */
static double left_in_full_run(const struct story *story, weir_kind kind)
{
    const struct committed *full = &story->gradient_full;
    double first = (double)NAN, last = (double)NAN, longest = 0.0;
    for (size_t row = 0; row < full->rows; row++) {
        const double steps = committed_number(full, row, "steps"), lag = committed_number(full, row, "lag");
        if (strcmp(committed_text(full, row, "cell"), cell_of(kind)->name) != 0 || steps < longest ||
            strcmp(committed_text(full, row, "trained"), "true") != 0)
            continue;
        longest = steps;
        first = lag == 1.0 ? committed_number(full, row, "norm") : first;
        last = lag == steps ? committed_number(full, row, "norm") : last;
    }
    return last / first;
}

static double chorales_in_full_run(const struct story *story, weir_kind kind)
{
    return learned_score(&story->jsb_full, cell_of(kind)->name);
}

static double solved_in_full_run(const struct story *story, weir_kind kind)
{
    return learned_solved(&story->adding_full, cell_of(kind)->name);
}

/* --- of a GRU beside an LSTM, committed --- */

bool story_cost_is_of(const struct committed *full, size_t row, weir_mode mode)
{
    const struct point of = {.mode = mode};
    return strcmp(committed_text(full, row, "mode"), point_mode_name(&of)) == 0 &&
           strcmp(committed_text(full, row, "precision"), "f32") == 0;
}

bool story_cost_is_flagged(const struct committed *full, size_t row)
{
    return strcmp(committed_text(full, row, "flagged"), "true") == 0;
}

double story_full_cost(const struct story *story, weir_mode mode)
{
    const struct committed *full = &story->cost_full;
    double logarithms = 0.0, shapes = 0.0;
    for (size_t row = 0; row < full->rows; row++)
        if (story_cost_is_of(full, row, mode) && !story_cost_is_flagged(full, row)) {
            logarithms += log(committed_number(full, row, "time_ratio"));
            shapes += 1.0;
        }
    return exp(logarithms / shapes);
}

/* --- of all --- */

/* A line, and how its numbers are found. */
struct entry {
    struct line line;
    double (*number)(const struct story *story, weir_kind kind);
};

static const struct entry entries[] = {
    {{"parameters (32 units)", "", LINE_NUMBER, true, {0}}, parameters_of},
    {{"a step, running", "us", LINE_NUMBER, true, {0}}, running},
    {{"a step, learning", "us", LINE_NUMBER, true, {0}}, learning},
    {{"memory of a step, learning", "bytes", LINE_NUMBER, true, {0}}, memory_of},
    {{"of that, kept for backward", "bytes", LINE_NUMBER, true, {0}}, tape_of},
    {{"gradient left 100 steps back, at first", "of lag 1", LINE_POWER, false, {0}}, left_at_first},
    {{"gradient left 100 steps back, trained", "of lag 1", LINE_POWER, false, {0}}, left_trained},
    {{"longest adding problem solved", "steps", LINE_STEPS, false, {0}}, story_longest_solved},
    {{"unknown chorales (100,000 parameters)", "nats a step", LINE_NUMBER, false, {0}}, chorales_of},
};

static const struct entry full_entries[] = {
    {{"gradient left 200 steps back, trained", "of lag 1", LINE_POWER, false, {0}}, left_in_full_run},
    {{"adding over 600 steps (70,000 parameters)", "part solved", LINE_NUMBER, false, {0}}, solved_in_full_run},
    {{"unknown chorales (300,000 parameters)", "nats a step", LINE_NUMBER, false, {0}}, chorales_in_full_run},
};

static struct lines lines_of(const struct story *story, const struct entry *list, size_t count)
{
    struct lines lines = {0};
    for (size_t i = 0; i < count; i++) {
        struct line line = list[i].line;
        for (size_t cell = 0; cell < STORY_CELLS; cell++)
            line.values[cell] = list[i].number(story, story_kinds[cell]);
        lines_add(&lines, line);
    }
    return lines;
}

struct lines story_lines(const struct story *story)
{
    return lines_of(story, entries, sizeof entries / sizeof entries[0]);
}

struct lines story_full_lines(const struct story *story)
{
    return lines_of(story, full_entries, sizeof full_entries / sizeof full_entries[0]);
}
