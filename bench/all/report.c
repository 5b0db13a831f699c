/*
 * all/report.c: everything that was measured, and the story last, where a reader sees it first.
 */
#include <inttypes.h>
#include <math.h>

#include "all/story.h"
#include "learn/report.h"
#include "throughput/throughput.h"

/* Cold caches are told of at sequences of so many steps. */
enum { CACHE_STEPS = 64 };

/* --- for programs --- */

static void append_lines(json_t *records, const struct lines *lines, const char *run)
{
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->lines[i];
        json_t *record = json_pack("{s:s, s:s, s:s}", "run", run, "what", line->what, "unit", line->unit);
        for (size_t cell = 0; cell < STORY_CELLS; cell++)
            json_object_set_new(record, cell_of(story_kinds[cell])->name,
                                isnan(line->values[cell]) ? json_null() : json_real(line->values[cell]));
        json_array_append_new(records, record);
    }
}

static void save(const struct session *session, const struct story *story)
{
    const struct lines live = story_lines(story), full = story_full_lines(story);
    json_t *records = json_array();
    append_lines(records, &live, "this one");
    append_lines(records, &full, "full");
    results_write(&session->results, "story", records, NULL);
    json_decref(records);
}

/* --- for people --- */

static void tell_cost(const struct story *story, FILE *stream)
{
    const double lstm = story_time(story, WEIR_LSTM, WEIR_TRAINING);
    const double gru = story_time(story, WEIR_GRU, WEIR_TRAINING) / lstm;
    const double rnn = story_time(story, WEIR_RNN, WEIR_TRAINING) / lstm;
    if (story_times_are_flagged(story))
        fprintf(stream, "- Most times are flagged: do not believe them, measure again on a quiet machine.\n");
    else if (!isnan(rnn + gru))
        fprintf(stream,
                "- Learning, a step of a GRU takes %.2f and one of a vanilla RNN %.2f of an LSTM's time (%d units, "
                "batch %d).\n",
                gru, rnn, (int)STORY_UNITS, (int)STORY_BATCH);
}

static void tell_full_cost(const struct story *story, FILE *stream)
{
    const double running = story_full_cost(story, WEIR_INFERENCE), learning = story_full_cost(story, WEIR_TRAINING);
    char origin[128];
    committed_origin(&story->cost_full, origin, sizeof origin);
    if (!isnan(running + learning))
        fprintf(stream,
                "- Over many sizes and batches a GRU's step takes %.2f of an LSTM's time running and %.2f learning "
                "(geometric means; full run, %s: %s).\n",
                running, learning, origin, committed_head(&story->cost_full, "command"));
}

static void tell_gradient(const struct story *story, FILE *stream)
{
    for (size_t cell = 0; cell < STORY_CELLS; cell++) {
        const struct gradient_row *row = story_net(story, story_kinds[cell], true);
        const double left = story_left(row, STORY_LAG);
        if (!isnan(left))
            fprintf(stream,
                    "- The %s, trained on adding over %d steps %s, has %.2g of its gradient left %d steps back.\n",
                    row->start.cell->name, (int)STORY_LAG, row->outcome.solved ? "until it could" : "in vain", left,
                    (int)STORY_LAG);
    }
}

static void tell_adding(const struct story *story, FILE *stream)
{
    for (size_t cell = 0; cell < STORY_CELLS; cell++) {
        const double longest = story_longest_solved(story, story_kinds[cell]);
        const char *name = cell_of(story_kinds[cell])->name;
        if (longest > 0.0)
            fprintf(stream, "- The %s solves adding up to %.0f of at most %d steps.\n", name, longest, (int)STORY_LAG);
        else if (longest == 0.0)
            fprintf(stream, "- The %s solves none of the adding problems.\n", name);
    }
}

/* The last length that a plan under a limit holds, and what keeping all would take there. */
static void tell_memory(const struct memory *memory, FILE *stream)
{
    const struct memory_curve *limited = &memory->curves[MEMORY_CURVES - 1], *all = limited - 1;
    if (limited->count == 0)
        return;
    const size_t last = limited->count - 1;
    fprintf(stream, "- An LSTM learns from %" PRId64 " steps in %.1f MB, recomputing; keeping all takes %.0f MB.\n",
            limited->steps[last], 1e-6 * (double)limited->sizes[last].total, 1e-6 * (double)all->sizes[last].total);
}

static void print_origin(const struct committed *full, FILE *stream)
{
    char origin[128];
    committed_origin(full, origin, sizeof origin);
    if (full->rows > 0)
        fprintf(stream, "  %s: %s\n", origin, committed_head(full, "command"));
}

static void print_full_runs(const struct story *story, FILE *stream)
{
    const struct lines lines = story_full_lines(story);
    if (lines.count == 0)
        return;
    fputs("\nFull runs, made once and kept (gradient: 64 units, one seed; adding: three seeds; chorales: the median "
          "of ten)\n\n",
          stream);
    lines_print(&lines, stream);
    print_origin(&story->gradient_full, stream);
    print_origin(&story->adding_full, stream);
    print_origin(&story->jsb_full, stream);
}

static void print_story(const struct story *story, FILE *stream)
{
    const struct lines lines = story_lines(story);
    fprintf(
        stream,
        "\nRNN, GRU, LSTM SIDE BY SIDE (in brackets: of the LSTM's; times: %d units, batch %d, median over lengths; "
        "memory: %d units, one row;\ngradient and adding: %d units; what is learned, by one seed: another one can "
        "end otherwise)\n\n",
        (int)STORY_UNITS, (int)STORY_BATCH, (int)MEMORY_UNITS, (int)STORY_LEARNERS);
    lines_print(&lines, stream);
    print_full_runs(story, stream);
    fputc('\n', stream);
    tell_cost(story, stream);
    tell_full_cost(story, stream);
    tell_gradient(story, stream);
    tell_adding(story, stream);
    tell_memory(&story->memory, stream);
}

/* What each job says of its own part; of those that were not begun, nothing. */
static void report_parts(struct session *session, const struct story *story)
{
    const struct gradient_settings gradient = story_gradient_settings();
    throughput_report(session, &story->rows, (struct throughput_style){.cache_steps = CACHE_STEPS});
    if (story->gradient.count > 0)
        gradient_report(session, &story->gradient, &gradient);
    if (story->adding.final.count > 0)
        learn_report(session, &story->adding, "learn-adding", false);
    if (story->chorales.final.count > 0)
        learn_report(session, &story->chorales, "learn-chorales", false);
}

void story_report(struct session *session, const struct story *story)
{
    report_parts(session, story);
    save(session, story);
    if (session->plots)
        story_draw(session, story);
    print_story(story, session->report);
}
