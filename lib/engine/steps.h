/*
 * engine/steps.h: which rows are live at which step of a run.
 *
 * Rows are sorted, longest first, so that those live at a step are a prefix; and a sequence is stored packed, the live
 * rows of step 0, then those of step 1, and so on. Products over all steps then touch live rows only, and no step needs
 * a mask.
 */
#ifndef WEIR_ENGINE_STEPS_H
#define WEIR_ENGINE_STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

struct steps {
    int64_t rows;    /* B of this run */
    int64_t asked;   /* T of this run */
    int64_t count;   /* steps at which any row is live: the longest length */
    bool uniform;    /* all rows are as long, and in the caller's order */
    int64_t *order;  /* [B] the caller's row at each sorted place */
    int64_t *length; /* [B] its length */
    int64_t *live;   /* [T+1] rows live at a step; live[count] = 0 */
    int64_t *offset; /* [T+1] packed rows before a step; offset[count] = all */
};

/* Room for runs of up to batch rows and step_count steps. */
void weir_steps_place(struct arena *arena, struct steps *steps, int64_t batch, int64_t step_count);

/* The step that ends a piece of at most `rows` packed rows beginning with step `first`, not past step `limit`; and
   the step that begins one ending before step `end`, likewise. `rows` is at least B, so a piece has at least one step.
   O(steps of the piece). */
int64_t weir_piece_end(const struct steps *steps, int64_t first, int64_t limit, int64_t rows);
int64_t weir_piece_first(const struct steps *steps, int64_t end, int64_t limit, int64_t rows);

/* Sorts the rows of a run; lengths NULL: all are as long as the run. O(B + T). */
void weir_steps_build(struct steps *steps, int64_t rows, int64_t step_count, const int64_t *lengths);

#endif
