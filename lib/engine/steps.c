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

int64_t weir_piece_end(const struct steps *steps, int64_t first, int64_t limit, int64_t rows)
{
    int64_t end = first;
    while (end < limit && steps->offset[end + 1] - steps->offset[first] <= rows)
        end++;
    return end;
}

int64_t weir_piece_first(const struct steps *steps, int64_t end, int64_t limit, int64_t rows)
{
    int64_t first = end;
    while (first > limit && steps->offset[end] - steps->offset[first - 1] <= rows)
        first--;
    return first;
}
