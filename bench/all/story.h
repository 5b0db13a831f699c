/*
 * all/story.h: the main job: vanilla RNN, GRU and LSTM side by side, what each costs and what each remembers.
 */
#ifndef BENCH_ALL_STORY_H
#define BENCH_ALL_STORY_H

#include "all/committed.h"
#include "all/lines.h"
#include "all/memory.h"
#include "command/session.h"
#include "gradient/gradient.h"
#include "learn/job.h"
#include "throughput/sweep.h"

/* Units and batch whose times are shown; units of what learns the adding problem; how far back gradients are compared.
 */
enum { STORY_UNITS = 256, STORY_BATCH = 16, STORY_LEARNERS = 32, STORY_LAG = 100, STORY_UNTRAINED_STEPS = 200 };

/* All that was measured, as far as Ctrl-C let it come. */
struct story {
    struct rows rows;
    struct gradient_rows gradient;
    struct job adding, chorales;
    struct memory memory;
    struct committed gradient_full; /* weir-bench gradient --full, as it came with Weir; empty if it did not */
    struct committed cost_full;     /* weir-bench cost, likewise */
    struct committed adding_full, jsb_full, jsb_subsets_full; /* weir-bench learn adding --full, jsb, jsb-subsets */
};

/* The kinds of the columns, STORY_RNN to STORY_LSTM. */
extern const weir_kind story_kinds[STORY_CELLS];

/* all/measure.c: measures all; shows progress; stops early on Ctrl-C. What does not work ends the program. */
void story_measure(struct story *story, const struct session *session);
void story_close(struct story *story);
struct gradient_settings story_gradient_settings(void);

/* all/digest.c: one number of each cell for each thing that was measured now; and for what the committed run has. */
struct lines story_lines(const struct story *story);
struct lines story_full_lines(const struct story *story);

/* Microseconds of a step, the median over lengths; NaN if it was not measured. */
double story_time(const struct story *story, weir_kind kind, weir_mode mode);

/* Whether most of these times are flagged: then they are shown, and nothing is concluded from them. */
bool story_times_are_flagged(const struct story *story);

/* Of the committed costs: whether a row is of a mode, in f32, and whether it is flagged; the geometric mean of a GRU's
   time over an LSTM's, flagged rows left out, NaN if there are no others. */
bool story_cost_is_of(const struct committed *full, size_t row, weir_mode mode);
bool story_cost_is_flagged(const struct committed *full, size_t row);
double story_full_cost(const struct story *story, weir_mode mode);

/* The longest adding problem that a cell has solved: 0 if none, NaN if it has tried none to its end. */
double story_longest_solved(const struct story *story, weir_kind kind);

/* How much of the gradient at lag 1 is left at lag `lag`; NaN if the row is not so long. */
double story_left(const struct gradient_row *row, int64_t lag);

/* The net of a cell that was looked at, trained or as it begins; NULL: none was. */
const struct gradient_row *story_net(const struct story *story, weir_kind kind, bool trained);

/* all/report.c: saves, draws and prints all, to the session's report; the story comes last. */
void story_report(struct session *session, const struct story *story);

/* all/page.c, all/panels.c: draws story.svg; its panels are those of other jobs, and these. */
void story_draw(const struct session *session, const struct story *story);
void story_draw_cost(const struct story *story, weir_mode mode, FILE *plot);
void story_draw_gradient(const struct story *story, FILE *plot);
void story_draw_adding(const struct story *story, FILE *plot);
void story_draw_memory(const struct story *story, FILE *plot);

#endif
