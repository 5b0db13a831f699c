/*
 * all/memory.c: how much a plan takes to learn from sequences of some length.
 */
#include "all/memory.h"

#include <math.h>

#include <weir/weir.h>

#include "base/message.h"

/* The shortest sequence; each further one is twice as long. */
enum { STEPS_LEAST = 64 };

static const int64_t limit_of_last = 16000000;

static void ask(struct memory_curve *curve, const weir_net *net)
{
    weir_error error;
    for (int64_t steps = STEPS_LEAST; curve->count < MEMORY_STEPS; steps *= 2) {
        const weir_plan_options options = {
            .steps = steps, .mode = WEIR_TRAINING, .engine = WEIR_ENGINE_NATIVE, .memory_limit = curve->limit};
        const weir_status status = weir_plan_bytes(&curve->sizes[curve->count], net, &options, &error);
        if (status != WEIR_OK && curve->limit == 0)
            message_fail("memory: %s", error.message);
        if (status != WEIR_OK)
            return;
        curve->steps[curve->count++] = steps;
    }
}

static struct memory_curve curve_of(weir_kind kind, int64_t limit)
{
    struct memory_curve curve = {.cell = cell_of(kind), .limit = limit};
    const weir_layer layer = {.kind = kind, .units = MEMORY_UNITS};
    weir_net *net = NULL;
    weir_error error;
    if (weir_net_create(&net, WEIR_F32, MEMORY_UNITS, &layer, 1, &error) != WEIR_OK)
        message_fail("memory: %s", error.message);
    ask(&curve, net);
    weir_net_destroy(&net);
    return curve;
}

struct memory memory_ask(void)
{
    return (struct memory){
        {curve_of(WEIR_RNN, 0), curve_of(WEIR_GRU, 0), curve_of(WEIR_LSTM, 0), curve_of(WEIR_LSTM, limit_of_last)}};
}

static double growth(const struct memory_curve *curve, int64_t (*bytes)(const weir_plan_size *size))
{
    if (curve->count < 2)
        return (double)NAN;
    const size_t last = curve->count - 1;
    return (double)(bytes(&curve->sizes[last]) - bytes(&curve->sizes[last - 1])) /
           (double)(curve->steps[last] - curve->steps[last - 1]);
}

static int64_t total_of(const weir_plan_size *size) { return size->total; }

static int64_t tape_of(const weir_plan_size *size) { return size->tape; }

double memory_step(const struct memory_curve *curve) { return growth(curve, total_of); }

double memory_tape_step(const struct memory_curve *curve) { return growth(curve, tape_of); }
