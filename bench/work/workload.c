/*
 * work/workload.c: a net with a plan and data, ready to run again and again.
 */
#include "work/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/message.h"
#include "machine/processor.h"
#include "work/arrays.h"

enum { LAYERS_MOST = 64, DESCRIPTION_SIZE = 4096 };

struct workload {
    struct point point;
    weir_net *net;
    weir_plan *plan;
    weir_plan_size size;
    struct arrays_f32 f32; /* one of the two is empty */
    struct arrays_f64 f64;
};

const char *point_precision_name(const struct point *point) { return point->precision == WEIR_F32 ? "f32" : "f64"; }

const char *point_mode_name(const struct point *point)
{
    return point->mode == WEIR_INFERENCE ? "inference" : "training";
}

const char *point_engine_name(const struct point *point)
{
    return point->engine == WEIR_ENGINE_BLAS ? "blas" : "native";
}

int point_bits(const struct point *point) { return point->precision == WEIR_F32 ? 32 : 64; }

double point_flops(const struct point *point)
{
    return point->mode == WEIR_INFERENCE ? stack_forward_flops(&point->stack, point->steps, point->batch)
                                         : stack_training_flops(&point->stack, point->steps, point->batch);
}

double point_recurrent_bytes(const struct point *point)
{
    return stack_recurrent_weights(&point->stack) * point_bits(point) / 8.0;
}

double point_recurrent_reads(const struct point *point) { return point->mode == WEIR_INFERENCE ? 1.0 : 2.0; }

static struct array_sizes sizes_of(const struct point *point, int64_t parameters)
{
    const size_t rows = (size_t)(point->steps * point->batch);
    struct array_sizes sizes = {
        .x = rows * (size_t)point->stack.inputs,
        .y = rows * (size_t)stack_width(&point->stack),
    };
    if (point->mode == WEIR_TRAINING) {
        sizes.dy = sizes.y;
        sizes.dx = sizes.x;
        sizes.gradient = (size_t)parameters;
    }
    return sizes;
}

/* In doubles: what does not fit any memory need not fit an integer either. */
double point_bytes(const struct point *point)
{
    const double rows = (double)point->steps * (double)point->batch;
    const double sequences = rows * ((double)point->stack.inputs + (double)stack_width(&point->stack));
    const double numbers = sequences + (double)stack_parameters(&point->stack);
    return (point->mode == WEIR_TRAINING ? 2.0 : 1.0) * numbers * point_bits(point) / 8.0;
}

/* Linux hands out memory that it does not have and kills whoever uses it, so what fits is asked for beforehand. */
static bool fits(double bytes, struct why *why)
{
    const double available = (double)memory_available();
    if (available == 0.0 || bytes <= available)
        return true;
    snprintf(why->text, sizeof why->text, "needs at least %.1f GiB of memory, %.1f are free", bytes / 0x1p30,
             available / 0x1p30);
    return false;
}

static bool make_net(struct workload *workload, struct why *why)
{
    const struct stack *stack = &workload->point.stack;
    weir_layer layers[LAYERS_MOST];
    for (int64_t k = 0; k < stack->layers; k++)
        layers[k] = (weir_layer){.kind = stack->cell->kind,
                                 .direction = stack->bidirectional ? WEIR_BOTH : WEIR_FORWARD,
                                 .units = stack->hidden};

    weir_error error;
    int64_t bytes;
    if (weir_net_bytes(&bytes, workload->point.precision, stack->inputs, layers, stack->layers, &error) ||
        (fits((double)bytes, why) &&
         weir_net_create(&workload->net, workload->point.precision, stack->inputs, layers, stack->layers, &error)))
        snprintf(why->text, sizeof why->text, "%s", error.message);
    return workload->net != NULL;
}

static bool make_plan(struct workload *workload, struct why *why)
{
    const struct point *point = &workload->point;
    const weir_plan_options options = {.batch = point->batch,
                                       .steps = point->steps,
                                       .mode = point->mode,
                                       .engine = point->engine,
                                       .pool = point->pool,
                                       .planning = point->planning,
                                       .choices = point->choices,
                                       .memory_limit = point->memory_limit};
    weir_error error;
    if (weir_plan_bytes(&workload->size, workload->net, &options, &error) ||
        (fits((double)workload->size.total, why) && weir_plan_create(&workload->plan, workload->net, &options, &error)))
        snprintf(why->text, sizeof why->text, "%s", error.message);
    return workload->plan != NULL;
}

static bool make_arrays(struct workload *workload, struct why *why)
{
    const struct array_sizes sizes = sizes_of(&workload->point, weir_net_parameter_count(workload->net));
    const bool made = workload->point.precision == WEIR_F32 ? arrays_open_f32(&workload->f32, &sizes, 1)
                                                            : arrays_open_f64(&workload->f64, &sizes, 1);
    if (!made)
        snprintf(why->text, sizeof why->text, "no memory for its sequences");
    return made;
}

struct workload *workload_open(const struct point *point, struct why *why)
{
    struct workload *workload = buffer_allocate(1, sizeof *workload);
    workload->point = *point;
    if (!fits(point_bytes(point), why) || !make_net(workload, why) || !make_plan(workload, why) ||
        !make_arrays(workload, why))
        workload_close(&workload);
    return workload;
}

void workload_close(struct workload **workload)
{
    if (*workload == NULL)
        return;
    arrays_close_f32(&(*workload)->f32);
    arrays_close_f64(&(*workload)->f64);
    weir_plan_destroy(&(*workload)->plan);
    weir_net_destroy(&(*workload)->net);
    free(*workload);
    *workload = NULL;
}

void workload_run(struct workload *workload)
{
    const weir_status status = workload->point.precision == WEIR_F32 ? arrays_run_f32(&workload->f32, workload->plan)
                                                                     : arrays_run_f64(&workload->f64, workload->plan);
    if (status != WEIR_OK)
        message_fail("a run failed with %s: %s", weir_status_name(status), weir_plan_error(workload->plan));
}

void workload_pack(struct workload *workload)
{
    const weir_status status = weir_plan_refresh(workload->plan);
    if (status != WEIR_OK)
        message_fail("packing failed with %s: %s", weir_status_name(status), weir_plan_error(workload->plan));
}

bool workload_is_normal(const struct workload *workload)
{
    return arrays_are_normal_f32(&workload->f32) && arrays_are_normal_f64(&workload->f64);
}

const struct point *workload_point(const struct workload *workload) { return &workload->point; }

const weir_net *workload_net(const struct workload *workload) { return workload->net; }

weir_plan_size workload_size(const struct workload *workload) { return workload->size; }

void workload_describe(const struct workload *workload, char *text, size_t size)
{
    weir_plan_describe(workload->plan, text, size);
}

/* What stands behind "key:" in a description; NULL if it is not there. */
static const char *value_of(const char *text, const char *key)
{
    const size_t length = strlen(key);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0 && line[length] == ':')
            return line + length + 1;
    }
    return NULL;
}

int64_t workload_described(const struct workload *workload, const char *key, int64_t otherwise)
{
    char text[DESCRIPTION_SIZE];
    weir_plan_describe(workload->plan, text, sizeof text);
    const char *value = value_of(text, key);
    return value != NULL ? strtoll(value, NULL, 10) : otherwise;
}

double workload_described_real(const struct workload *workload, const char *key, double otherwise)
{
    char text[DESCRIPTION_SIZE];
    weir_plan_describe(workload->plan, text, sizeof text);
    const char *value = value_of(text, key);
    return value != NULL ? strtod(value, NULL) : otherwise;
}
