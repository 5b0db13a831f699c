/*
 * net/rows.c: between the caller's sequences, at any strides and in any order of rows, and packed rows.
 */
#include "net/run.h"

#include "base/size.h"
#include "kern/vector.h"

int64_t packed_stride_r(const struct steps *steps, int64_t step_stride, int64_t row_stride)
{
    const int64_t stride = steps->rows == 1 ? step_stride : row_stride;
    const bool follow = steps->rows == 1 || steps->count == 1 || step_stride == steps->rows * row_stride;
    return steps->uniform && follow && stride <= LARGEST_SIZE ? stride : 0;
}

bool sequence_is_packed_r(const struct steps *steps, const struct sequence_r *sequence)
{
    return packed_stride_r(steps, sequence->step_stride, sequence->row_stride) != 0;
}

/* Row 0 is the first live row of step `first`: the caller's memory if that is packed, else a copy in `memory`. */
struct matrix_r sequence_rows_r(const struct steps *steps, const struct sequence_r *sequence, int64_t first,
                                int64_t end, real *memory)
{
    const int64_t stride = packed_stride_r(steps, sequence->step_stride, sequence->row_stride);
    if (stride)
        return (struct matrix_r){sequence->data + first * sequence->step_stride, stride};
    const int64_t width = sequence->width;
    real *to = memory;
    for (int64_t t = first; t < end; t++)
        for (int64_t b = 0, live = weir_live_rows(steps, t); b < live; b++, to += width)
            copy_rows_r(1, width, sequence->data + t * sequence->step_stride + steps->order[b] * sequence->row_stride,
                        width, to, width);
    return (struct matrix_r){memory, width};
}

void rows_to_sequence_r(const struct steps *steps, struct matrix_r rows, int64_t first, int64_t end,
                        const struct sequence_target_r *sequence)
{
    const real *from = rows.data;
    for (int64_t t = first; t < end; t++)
        for (int64_t b = 0, live = weir_live_rows(steps, t); b < live; b++, from += rows.stride)
            copy_rows_r(1, sequence->width, from, sequence->width,
                        sequence->data + t * sequence->step_stride + steps->order[b] * sequence->row_stride,
                        sequence->width);
}

void zero_past_ends_r(const struct steps *steps, const struct sequence_target_r *sequence)
{
    for (int64_t b = 0; b < steps->rows; b++)
        for (int64_t t = steps->length[b]; t < steps->asked; t++)
            zero_rows_r(1, sequence->width,
                        sequence->data + t * sequence->step_stride + steps->order[b] * sequence->row_stride,
                        sequence->width);
}

/* Rows whose last live step is among these, to last [B][...] in the caller's order. */
void rows_to_last_r(const struct steps *steps, struct matrix_r rows, int64_t first, int64_t end, int64_t width,
                    struct target_r last)
{
    for (int64_t b = 0; b < steps->rows; b++) {
        const int64_t t = steps->length[b] - 1;
        if (t >= first && t < end)
            copy_rows_r(1, width, rows.data + (weir_rows_between(steps, first, t) + b) * rows.stride, width,
                        last.data + steps->order[b] * last.stride, width);
    }
}

void zero_last_of_empty_r(const struct steps *steps, int64_t width, real *last)
{
    for (int64_t b = steps->rows - 1; b >= 0 && steps->length[b] == 0; b--)
        zero_rows_r(1, width, last + steps->order[b] * width, width);
}

/* The packed rows of some steps: zero, except each row's last live step. */
void last_to_rows_r(const struct steps *steps, const real *last, int64_t first, int64_t end, int64_t width, real *rows)
{
    zero_rows_r(1, weir_rows_between(steps, first, end) * width, rows, 0);
    for (int64_t b = 0; b < steps->rows; b++) {
        const int64_t t = steps->length[b] - 1;
        if (t >= first && t < end)
            copy_rows_r(1, width, last + steps->order[b] * width, width,
                        rows + (weir_rows_between(steps, first, t) + b) * width, width);
    }
}
