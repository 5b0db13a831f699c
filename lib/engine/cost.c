/*
 * engine/cost.c: counting what a walk does.
 */
#include "engine/cost.h"

/* Numbers of the walk in a row and step, forward: x, sums of the gates (written by the input product, then read and
   written as gates by the step), h' and c', h and c. */
static void count_forward(const struct work *work, double rows, struct cost *cost)
{
    const double gates = (double)(work->gate_count * work->units), units = (double)work->units;
    const double state = work->recurs ? units * (1 + work->has_c) : 0.0, sums = work->recurs ? gates : 0.0;
    rows *= 1.0 + work->again;
    cost->read_bytes += rows * ((double)work->inputs + sums + state);
    cost->written_bytes += rows * (2 * sums + units + (work->has_c ? units : 0.0));
}

/* And backward: all of the tape, dy, x and the derivatives of the gates (three times: for dh, for dW and dR, for dx);
   written are those derivatives, dh and dx. */
static void count_backward(const struct work *work, double rows, struct cost *cost)
{
    const double gates = (double)(work->gate_count * work->units), units = (double)work->units;
    cost->read_bytes += rows * ((double)(work->kept * work->units) + units + (double)work->inputs + 3 * gates);
    cost->written_bytes += rows * (gates + (work->recurs ? units : 0.0) + (double)work->inputs);
}

struct cost weir_cost_of(const struct work *work)
{
    const double gates = (double)(work->gate_count * work->units), rows = (double)work->batch * (double)work->steps;
    const double W = gates * (double)work->inputs, R = work->recurs ? gates * (double)work->units : 0.0;
    const double tiles = (double)((work->steps + work->tile_steps - 1) / work->tile_steps);
    const double passes = (work->training ? 2.0 : 1.0) + work->again, size = (double)work->real_bytes;
    struct cost cost = {
        .forward_flops = 2 * rows * (W + R),
        .backward_flops = work->training ? 4 * rows * (W + R) : 0.0,
        .again_flops = 2 * rows * work->again * (W + R),
        .step_weight_bytes = R * size,
        .weight_bytes = passes * ((double)work->steps * R + tiles * W) * size,
        .tape_bytes = work->training ? rows * (double)(work->kept * work->units) * size : 0.0,
    };
    count_forward(work, rows, &cost);
    if (work->training)
        count_backward(work, rows, &cost);
    cost.read_bytes *= size;
    cost.written_bytes *= size;
    return cost;
}

void weir_cost_add(struct cost *sum, const struct cost *cost)
{
    sum->forward_flops += cost->forward_flops;
    sum->backward_flops += cost->backward_flops;
    sum->again_flops += cost->again_flops;
    sum->step_weight_bytes += cost->step_weight_bytes;
    sum->weight_bytes += cost->weight_bytes;
    sum->read_bytes += cost->read_bytes;
    sum->written_bytes += cost->written_bytes;
    sum->tape_bytes += cost->tape_bytes;
    sum->seconds += cost->seconds;
    if (cost->step_seconds >= sum->step_seconds) {
        sum->step_seconds = cost->step_seconds;
        sum->bound = cost->bound;
    }
}

const char *weir_bound_name(enum bound bound)
{
    static const char *const names[] = {[BOUND_UNKNOWN] = "nothing known",
                                        [BOUND_ARITHMETIC] = "arithmetic",
                                        [BOUND_GATES] = "the gates' arithmetic",
                                        [BOUND_OWN_CACHE] = "a core's own cache",
                                        [BOUND_SHARED_CACHE] = "a shared cache"};
    return names[bound];
}
