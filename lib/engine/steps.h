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
    bool uniform;    /* all rows are as long (and so, in a whole run, in the caller's order) */
    int64_t *order;  /* [B] the caller's row at each sorted place */
    int64_t *length; /* [B] its length */
    int64_t *ahead;  /* [B+1] lengths added up from a place to the last */
};

/* Room for runs of up to batch rows: it does not grow with T. */
void weir_steps_place(struct arena *arena, struct steps *steps, int64_t batch);

/* Rows longer than t. O(log B). */
int64_t weir_rows_longer(const struct steps *steps, int64_t t);

/* Rows live at step t >= 0; none from `count` on. */
static inline int64_t weir_live_rows(const struct steps *steps, int64_t t)
{
    if (steps->uniform)
        return t < steps->count ? steps->rows : 0;
    return weir_rows_longer(steps, t);
}

/* Packed rows before step t, 0 <= t <= count: of rows still live t each, of the others all. */
static inline int64_t weir_rows_before_step(const struct steps *steps, int64_t t)
{
    if (steps->uniform)
        return t * steps->rows;
    const int64_t live = weir_rows_longer(steps, t);
    return live * t + steps->ahead[live];
}

/* Packed rows of the steps [first, end). */
static inline int64_t weir_rows_between(const struct steps *steps, int64_t first, int64_t end)
{
    return weir_rows_before_step(steps, end) - weir_rows_before_step(steps, first);
}

/* All packed rows. */
static inline int64_t weir_all_rows(const struct steps *steps) { return steps->ahead[0]; }

/* The steps [low, high) in pieces of at most `rows` packed rows, one after the other from either end. `rows` is at
   least B, so a piece has at least one step. */
struct pieces {
    const struct steps *steps;
    int64_t low, high, rows;
    bool descending;
    int64_t first, end; /* the piece */
};

struct pieces weir_pieces_of(const struct steps *steps, int64_t low, int64_t high, int64_t rows, bool descending);

/* Goes on to the next piece; false if there is none. O(steps of the piece). */
bool weir_pieces_next(struct pieces *pieces);

/* The k-th step of the piece, in its order. */
static inline int64_t weir_pieces_step(const struct pieces *pieces, int64_t k)
{
    return pieces->descending ? pieces->end - 1 - k : pieces->first + k;
}

/* Steps in a tile of a full batch whose rows have so many bytes: as many as `bytes` hold, but at least `least_rows`;
   then as many more as leave no small tile over. */
int64_t weir_tile_steps(int64_t batch, int64_t step_count, int64_t row_bytes, int64_t bytes, int64_t least_rows);

/* The steps [first, end) of a run as a run of their own, of the same rows at the same places: those that have ended
   before have length 0. O(B). */
void weir_steps_cut(struct steps *part, const struct steps *whole, int64_t first, int64_t end);

/* Sorts the rows of a run; lengths NULL: all are as long as the run. O(B log B). */
void weir_steps_build(struct steps *steps, int64_t rows, int64_t step_count, const int64_t *lengths);

#endif
