/*
 * train/window.c: running the window of truncated backpropagation (Williams & Peng 1990).
 *
 *     steps   w ........... w + head ........... end - k1 ........... end
 *             |  the head   |        the tail                         |
 *           start          next                                     final       dL/dy: zero | the caller's
 *
 * The next window begins at w + head, or at 0 as long as fewer than k2 steps have come. Where the head is shorter than
 * the window, `end - k1` may lie in either part.
 */
#include "train/truncated.h"

#include <string.h>

#include "net/run.h"

#define window_start_r REAL(window_start)
#define window_forward_r REAL(window_forward)
#define window_backward_r REAL(window_backward)
#define window_state_r REAL(window_state)

/* Numbers of a step, `width` a row. */
static int64_t numbers_of(const weir_truncated *truncated, int64_t width) { return truncated->plan->batch * width; }

static size_t state_bytes(const weir_truncated *truncated)
{
    return (size_t)numbers_of(truncated, truncated->plan->net->state_size) * sizeof(real);
}

/* From a step of a sequence on. */
static real *step_at(const weir_truncated *truncated, void *sequence, int64_t step, int64_t width)
{
    return (real *)sequence + step * numbers_of(truncated, width);
}

/* --- Parts of the window -------------------------------------------------------------------------------------------
 */

struct part {
    int64_t first, end; /* steps of the window */
    weir_tape *tape;
    const real *state_in;
    real *state_out;
};

static struct part head_of(const weir_truncated *truncated)
{
    return (struct part){0, truncated->head, truncated->plan->tape, truncated->anew ? NULL : truncated->start,
                         truncated->next};
}

static struct part tail_of(const weir_truncated *truncated)
{
    return (struct part){truncated->head, truncated->steps, truncated->tail,
                         truncated->head > 0 ? truncated->next : head_of(truncated).state_in, truncated->final};
}

static bool has_steps(const struct part *part) { return part->end > part->first; }

static void run_forward(const weir_truncated *truncated, const struct part *part, real *y)
{
    const weir_net *net = truncated->plan->net;
    const int64_t B = truncated->plan->batch, I = net->inputs, O = net->outputs;
    if (has_steps(part))
        run_forward_r((struct plan_r *)truncated->plan,
                      &(struct weir_forward_args_r){
                          .rows = B,
                          .steps = part->end - part->first,
                          .x = step_at(truncated, truncated->x, part->first, I),
                          .x_step_stride = B * I,
                          .x_row_stride = I,
                          .state_in = part->state_in,
                          .y = step_at(truncated, y, part->first, O),
                          .y_step_stride = B * O,
                          .y_row_stride = O,
                          .state_out = part->state_out,
                          .span = WEIR_ALL_STEPS,
                          .tape = part->tape,
                          .draw = truncated->draw,
                          .first_step = truncated->end - truncated->steps + part->first,
                      });
}

/* The last part that has steps overwrites the gradient, one before it adds. */
static void run_backward(const weir_truncated *truncated, const struct part *part, const real *dy, real *gradient)
{
    const weir_net *net = truncated->plan->net;
    const int64_t B = truncated->plan->batch, I = net->inputs, O = net->outputs;
    const bool is_last = part->end == truncated->steps;
    if (has_steps(part))
        run_backward_r((struct plan_r *)truncated->plan, &(struct weir_backward_args_r){
                                                             .tape = part->tape,
                                                             .x = step_at(truncated, truncated->x, part->first, I),
                                                             .x_step_stride = B * I,
                                                             .x_row_stride = I,
                                                             .dy = dy + part->first * B * O,
                                                             .dy_step_stride = B * O,
                                                             .dy_row_stride = O,
                                                             .dstate_out = is_last ? NULL : truncated->dstate,
                                                             .gradient = gradient,
                                                             .dstate_in = part->first > 0 ? truncated->dstate : NULL,
                                                             .span = WEIR_ALL_STEPS,
                                                             .add = !is_last,
                                                         });
}

/* --- The window ----------------------------------------------------------------------------------------------------
 */

void window_start_r(weir_truncated *truncated, const real *state)
{
    truncated->draw += truncated->end > 0;
    truncated->end = truncated->steps = truncated->head = 0;
    truncated->anew = state == NULL;
    if (state)
        memcpy(truncated->start, state, state_bytes(truncated));
}

/* Leaves the head behind, and takes in k1 steps. */
static void slide(weir_truncated *truncated, const real *x)
{
    const int64_t I = truncated->plan->net->inputs, head = truncated->head, left = truncated->steps - head;
    const int64_t step = numbers_of(truncated, I), k1 = truncated->every;
    memmove(truncated->x, step_at(truncated, truncated->x, head, I), (size_t)(left * step) * sizeof(real));
    memcpy(step_at(truncated, truncated->x, left, I), x, (size_t)(k1 * step) * sizeof(real));
    if (head > 0) {
        memcpy(truncated->start, truncated->next, state_bytes(truncated));
        truncated->anew = false;
    }
    truncated->steps = left + k1;
    truncated->end += k1;
    const int64_t next_first = truncated->end + k1 - truncated->through;
    truncated->head = (next_first > 0 ? next_first : 0) - (truncated->end - truncated->steps);
}

void window_forward_r(weir_truncated *truncated, const real *x, real *y)
{
    const int64_t O = truncated->plan->net->outputs, k1 = truncated->every;
    real *all = truncated->y ? truncated->y : y;
    slide(truncated, x);
    const struct part head = head_of(truncated), tail = tail_of(truncated);
    run_forward(truncated, &head, all);
    run_forward(truncated, &tail, all);
    truncated->generation = truncated->plan->generation;
    if (truncated->y)
        memcpy(y, step_at(truncated, truncated->y, truncated->steps - k1, O),
               (size_t)(k1 * numbers_of(truncated, O)) * sizeof(real));
}

/* dL/dy of the whole window. */
static const real *fill_dy(const weir_truncated *truncated, const real *dy)
{
    const int64_t O = truncated->plan->net->outputs, step = numbers_of(truncated, O), k1 = truncated->every;
    const int64_t before = truncated->steps - k1;
    if (!truncated->dy)
        return dy;
    memset(truncated->dy, 0, (size_t)(before * step) * sizeof(real));
    memcpy(step_at(truncated, truncated->dy, before, O), dy, (size_t)(k1 * step) * sizeof(real));
    return truncated->dy;
}

void window_backward_r(weir_truncated *truncated, const real *dy, real *gradient)
{
    const real *all = fill_dy(truncated, dy);
    const struct part head = head_of(truncated), tail = tail_of(truncated);
    run_backward(truncated, &tail, all, gradient);
    run_backward(truncated, &head, all, gradient);
}

void window_state_r(const weir_truncated *truncated, real *state)
{
    const bool has_tail = truncated->steps > truncated->head;
    memcpy(state, has_tail ? truncated->final : truncated->next, state_bytes(truncated));
}
