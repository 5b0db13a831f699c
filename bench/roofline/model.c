/*
 * roofline/model.c: what a run computes and reads, and what of it the machine allows at most.
 */
#include "roofline/model.h"

#include <math.h>

static double bytes_a_number(const struct point *point) { return point_bits(point) / 8.0; }

/* Numbers in the input matrices W of all layers and directions. */
static double input_weights(const struct stack *stack)
{
    double reads = 0.0;
    for (int64_t layer = 0; layer < stack->layers; layer++)
        reads += (double)stack_reads(stack, layer);
    return (double)stack_width(stack) * stack->cell->gates * reads;
}

struct work work_of(const struct point *point, int64_t tile_steps)
{
    const double R = stack_recurrent_weights(&point->stack), W = input_weights(&point->stack);
    const double tiles = ceil((double)point->steps / (double)tile_steps), size = bytes_a_number(point);
    const double rows = (double)point->steps * (double)point->batch; /* a weight is 2 FLOPs a row in each product */
    const bool training = point->mode == WEIR_TRAINING;
    const double passes = training ? 2.0 : 1.0;
    return (struct work){
        .step_flops = passes * 2.0 * rows * R,
        .step_bytes = passes * (double)point->steps * R * size,
        .tile_flops = training ? 2.0 * rows * (3.0 * W + R) : 2.0 * rows * W,
        .tile_bytes = passes * tiles * W * size,
    };
}

double work_recurrent_bytes(const struct point *point)
{
    const double H = (double)point->stack.hidden;
    return point->stack.cell->gates * H * H * bytes_a_number(point);
}

double work_intensity(const struct work *work)
{
    return (work->step_flops + work->tile_flops) / (work->step_bytes + work->tile_bytes);
}

/* The time of one kind of product under its roof. */
static double least_seconds(double flops, double bytes, double peak, double bandwidth)
{
    return fmax(flops / peak, bytes / bandwidth);
}

struct roof roof_of(const struct point *point, int64_t tile_steps, const struct limits *limits)
{
    struct roof roof = {.work = work_of(point, tile_steps)};
    const struct work *work = &roof.work;
    roof.intensity = work_intensity(work);
    roof.level = memory_level_of(&limits->caches, work_recurrent_bytes(point));
    roof.bandwidth = limits->bandwidth.bytes_per_second[roof.level];
    roof.is_peak = roof.intensity * roof.bandwidth >= limits->peak;
    roof.flops = roof.is_peak ? limits->peak : roof.intensity * roof.bandwidth;
    const double seconds = least_seconds(work->step_flops, work->step_bytes, limits->peak, roof.bandwidth) +
                           least_seconds(work->tile_flops, work->tile_bytes, limits->peak, roof.bandwidth);
    roof.phase_flops = (work->step_flops + work->tile_flops) / seconds;
    return roof;
}
