/*
 * engine/steps.c: sorting rows by length.
 */
#include "engine/steps.h"

#include <string.h>

void weir_steps_place(struct arena *arena, struct steps *steps, int64_t batch)
{
    steps->order = weir_arena_take(arena, batch, sizeof *steps->order);
    steps->length = weir_arena_take(arena, batch, sizeof *steps->length);
    steps->ahead = weir_arena_take(arena, batch + 1, sizeof *steps->ahead);
}

int64_t weir_rows_longer(const struct steps *steps, int64_t t)
{
    int64_t live = 0, ended = steps->rows; /* length[live - 1] > t >= length[ended] */
    while (live < ended) {
        const int64_t middle = live + (ended - live) / 2;
        if (steps->length[middle] > t)
            live = middle + 1;
        else
            ended = middle;
    }
    return live;
}

/* Merges two sorted runs of `from`, [first, middle) and [middle, end), the longer sequences first, equal ones in the
   order that they have. */
static void merge(const int64_t *lengths, const int64_t *from, int64_t *to, int64_t first, int64_t middle, int64_t end)
{
    int64_t left = first, right = middle;
    for (int64_t k = first; k < end; k++) {
        const bool take_left = right == end || (left < middle && lengths[from[left]] >= lengths[from[right]]);
        to[k] = from[take_left ? left++ : right++];
    }
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* Merge sort from the bottom up: stable, and without memory but `length`, which is written anew afterwards. */
static void sort_rows(struct steps *steps, const int64_t *lengths)
{
    const int64_t B = steps->rows;
    int64_t *from = steps->order, *to = steps->length;
    for (int64_t width = 1; width < B; width *= 2) {
        for (int64_t first = 0; first < B; first += 2 * width)
            merge(lengths, from, to, first, smaller(first + width, B), smaller(first + 2 * width, B));
        int64_t *const sorted = to;
        to = from;
        from = sorted;
    }
    if (from != steps->order)
        memcpy(steps->order, from, (size_t)B * sizeof *from);
}

void weir_steps_build(struct steps *steps, int64_t rows, int64_t step_count, const int64_t *lengths)
{
    steps->rows = rows;
    steps->asked = step_count;
    for (int64_t b = 0; b < rows; b++)
        steps->order[b] = b;
    if (lengths)
        sort_rows(steps, lengths);
    steps->ahead[rows] = 0;
    for (int64_t b = rows - 1; b >= 0; b--) {
        steps->length[b] = lengths ? lengths[steps->order[b]] : step_count;
        steps->ahead[b] = steps->ahead[b + 1] + steps->length[b];
    }
    steps->count = steps->length[0];
    steps->uniform = steps->length[rows - 1] == steps->count;
}

/* Length of a row of `length` steps within [first, end). */
static int64_t length_within(int64_t length, int64_t first, int64_t end)
{
    return length < first ? 0 : smaller(length, end) - first;
}

void weir_steps_cut(struct steps *part, const struct steps *whole, int64_t first, int64_t end)
{
    part->rows = whole->rows;
    part->asked = end - first;
    part->ahead[whole->rows] = 0;
    for (int64_t b = whole->rows - 1; b >= 0; b--) {
        part->order[b] = whole->order[b];
        part->length[b] = length_within(whole->length[b], first, end);
        part->ahead[b] = part->ahead[b + 1] + part->length[b];
    }
    part->count = part->length[0];
    part->uniform = part->length[whole->rows - 1] == part->count;
}

struct pieces weir_pieces_of(const struct steps *steps, int64_t low, int64_t high, int64_t rows, bool descending)
{
    const int64_t start = descending ? high : low;
    return (struct pieces){steps, low, high, rows, descending, start, start};
}

static bool fits(const struct pieces *pieces, int64_t first, int64_t end)
{
    return weir_rows_between(pieces->steps, first, end) <= pieces->rows;
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
    const int64_t tiles = step_count / steps;
    return tiles > 1 ? (step_count + tiles - 1) / tiles : step_count;
}
