/*
 * engine/steps.c: sorting rows by length.
 */
#include "engine/steps.h"

void weir_steps_place(struct arena *arena, struct steps *steps, int64_t batch, int64_t step_count)
{
    steps->order = weir_arena_take(arena, batch, sizeof *steps->order);
    steps->length = weir_arena_take(arena, batch, sizeof *steps->length);
    steps->live = weir_arena_take(arena, step_count + 1, sizeof *steps->live);
    steps->offset = weir_arena_take(arena, step_count + 1, sizeof *steps->offset);
}

/* live[t] = the number of rows longer than t, by counting rows of each length and adding up from the end. */
static void count_live(struct steps *steps, const int64_t *lengths)
{
    for (int64_t t = 0; t <= steps->asked; t++)
        steps->live[t] = 0;
    for (int64_t b = 0; b < steps->rows; b++)
        if (lengths[b] > 0)
            steps->live[lengths[b] - 1]++;
    for (int64_t t = steps->asked - 1; t >= 0; t--)
        steps->live[t] += steps->live[t + 1];
}

/* Rows of length n go to the places from live[n] on, in the caller's order; `offset` counts those placed. */
static void sort_rows(struct steps *steps, const int64_t *lengths)
{
    for (int64_t t = 0; t <= steps->asked; t++)
        steps->offset[t] = 0;
    for (int64_t b = 0; b < steps->rows; b++) {
        const int64_t n = lengths[b], place = steps->live[n] + steps->offset[n]++;
        steps->order[place] = b;
        steps->length[place] = n;
    }
}

static void add_offsets(struct steps *steps)
{
    steps->offset[0] = 0;
    for (int64_t t = 0; t < steps->count; t++)
        steps->offset[t + 1] = steps->offset[t] + steps->live[t];
}

static void build_ragged(struct steps *steps, const int64_t *lengths)
{
    count_live(steps, lengths);
    sort_rows(steps, lengths);
    steps->count = steps->length[0];
    steps->uniform = steps->length[steps->rows - 1] == steps->count;
}

static void build_full(struct steps *steps)
{
    for (int64_t b = 0; b < steps->rows; b++) {
        steps->order[b] = b;
        steps->length[b] = steps->asked;
    }
    for (int64_t t = 0; t < steps->asked; t++)
        steps->live[t] = steps->rows;
    steps->live[steps->asked] = 0;
    steps->count = steps->asked;
    steps->uniform = true;
}

void weir_steps_build(struct steps *steps, int64_t rows, int64_t step_count, const int64_t *lengths)
{
    steps->rows = rows;
    steps->asked = step_count;
    if (lengths)
        build_ragged(steps, lengths);
    else
        build_full(steps);
    add_offsets(steps);
}

struct pieces weir_pieces_of(const struct steps *steps, int64_t low, int64_t high, int64_t rows, bool descending)
{
    const int64_t start = descending ? high : low;
    return (struct pieces){steps, low, high, rows, descending, start, start};
}

static bool fits(const struct pieces *pieces, int64_t first, int64_t end)
{
    return pieces->steps->offset[end] - pieces->steps->offset[first] <= pieces->rows;
}

bool weir_pieces_next(struct pieces *pieces)
{
    if (pieces->descending) {
        pieces->end = pieces->first;
        while (pieces->first > pieces->low && fits(pieces, pieces->first - 1, pieces->end))
            pieces->first--;
    } else {
        pieces->first = pieces->end;
        while (pieces->end < pieces->high && fits(pieces, pieces->first, pieces->end + 1))
            pieces->end++;
    }
    return pieces->first < pieces->end;
}

int64_t weir_tile_steps(int64_t batch, int64_t step_count, int64_t row_bytes, int64_t bytes, int64_t least_rows)
{
    const int64_t fitting = bytes / row_bytes, rows = fitting < least_rows ? least_rows : fitting;
    const int64_t steps = (rows + batch - 1) / batch;
    return steps < step_count ? steps : step_count;
}
