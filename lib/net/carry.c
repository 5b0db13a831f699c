/*
 * net/carry.c: between state rows, one a stream, and a carry, one block a walk (net/run.h).
 */
#include "net/run.h"

#include "kern/vector.h"

void carry_from_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *state, real *carry)
{
    for (int64_t v = 0; v < net->state_view_count; v++) {
        const int64_t offset = net->state_views[v].offset, H = net->state_views[v].rows;
        for (int64_t b = 0; b < steps->rows; b++)
            copy_rows_r(1, H, state + steps->order[b] * net->state_size + offset, H, carry + offset * batch + b * H, H);
    }
}

void carry_to_state_r(const weir_net *net, int64_t batch, const struct steps *steps, const real *carry, real *state)
{
    for (int64_t v = 0; v < net->state_view_count; v++) {
        const int64_t offset = net->state_views[v].offset, H = net->state_views[v].rows;
        for (int64_t b = 0; b < steps->rows; b++)
            copy_rows_r(1, H, carry + offset * batch + b * H, H, state + steps->order[b] * net->state_size + offset, H);
    }
}

/* Where the parameter vector holds the learned initial value of a state view; -1 if it is zero. */
static int64_t learned_offset(const weir_net *net, const weir_view *view)
{
    const struct layer *layer = &net->layers[view->layer];
    const struct direction_offsets *at =
        &layer->directions[layer->direction_count == 2 && view->direction == WEIR_REVERSE];
    return view->role == WEIR_STATE_H ? at->initial_h : at->initial_c;
}

/* One row's initial value of a state view. */
static void start_view(const weir_net *net, const weir_view *view, real *to)
{
    const int64_t learned = learned_offset(net, view);
    if (learned >= 0)
        copy_rows_r(1, view->rows, (const real *)net->parameters + learned, view->rows, to, view->rows);
    else
        zero_rows_r(1, view->rows, to, view->rows);
}

void carry_start_r(const weir_net *net, int64_t batch, const struct steps *steps, real *carry)
{
    for (int64_t v = 0; v < net->state_view_count; v++) {
        const weir_view *view = &net->state_views[v];
        for (int64_t b = 0; b < steps->rows; b++)
            start_view(net, view, carry + view->offset * batch + b * view->rows);
    }
}

void state_start_r(const weir_net *net, int64_t rows, real *state)
{
    for (int64_t b = 0; b < rows; b++)
        for (int64_t v = 0; v < net->state_view_count; v++)
            start_view(net, &net->state_views[v], state + b * net->state_size + net->state_views[v].offset);
}

/* Every row began with the learned state, so its derivative is the sum over rows. */
void carry_add_to_gradient_r(const struct plan_r *plan, const struct steps *steps, real *gradient)
{
    const weir_net *net = plan->shell.net;
    for (int64_t v = 0; v < net->state_view_count; v++) {
        const weir_view *view = &net->state_views[v];
        const int64_t learned = learned_offset(net, view);
        if (learned >= 0)
            plan->kernels->add_column_sums(steps->rows, view->rows, plan->dcarry + view->offset * plan->shell.batch,
                                           view->rows, gradient + learned);
    }
}
