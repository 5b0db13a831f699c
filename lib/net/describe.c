/*
 * net/describe.c: a plan in words.
 */
#include "net/plan.h"

#include "base/text.h"

static const char *direction_name(weir_direction direction)
{
    return direction == WEIR_BOTH ? "both" : direction == WEIR_REVERSE ? "reverse" : "forward";
}

struct layer_way weir_plan_way_of(const weir_plan *plan, int64_t layer)
{
    return plan->net->precision == WEIR_F32 ? weir_f32_plan_way(plan, layer) : weir_f64_plan_way(plan, layer);
}

/* "by one thread", "in a wave, crew 2 of 3, shared by units", "directions side by side, each by one thread", ... */
static void way_words(struct text *out, const weir_plan *plan, int64_t k)
{
    static const char *const sharings[] = {[WEIR_SHARE_NONE] = "by one thread",
                                           [WEIR_SHARE_UNITS] = "shared by units",
                                           [WEIR_SHARE_ROWS] = "shared by rows"};
    const struct layer_way way = weir_plan_way_of(plan, k);
    if (plan->crew_count > 1)
        weir_text_add(out, "in a wave, crew %lld of %lld, ", (long long)way.crew + 1, (long long)plan->crew_count);
    if (way.beside)
        weir_text_add(out, "directions side by side, each ");
    weir_text_add(out, "%s\n", sharings[way.sharing]);
}

static void blocks_words(struct text *out, const struct product_blocks *blocks, int64_t depth)
{
    weir_text_add(out, "%lld x %lld vectors, depth %lld of %lld", (long long)blocks->rows, (long long)blocks->vectors,
                  (long long)blocks->depth, (long long)depth);
}

static bool blocking_of(const weir_plan *plan, int64_t k, struct blocking *blocking)
{
    return plan->net->precision == WEIR_F32 ? weir_f32_plan_blocking(plan, k, blocking)
                                            : weir_f64_plan_blocking(plan, k, blocking);
}

/* How layer k's products are cut: that of W with x, and those of a step with R. */
static const char *place_of_r(const struct blocking *blocking)
{
    return blocking->is_asked_for ? "from afar, asked for" : blocking->is_afar ? "from afar" : "near";
}

static void blocking_line(struct text *out, const weir_plan *plan, int64_t k)
{
    const struct layer *layer = &plan->net->layers[k];
    struct blocking blocking;
    weir_text_add(out, "layer %lld blocking: ", (long long)k);
    if (!blocking_of(plan, k, &blocking)) {
        weir_text_add(out, "the BLAS's; weights as given\n");
        return;
    }
    weir_text_add(out, "panels of %lld units; W %s, ", (long long)blocking.panel_units,
                  blocking.keeps_input ? "kept packed" : "packed as it is used");
    blocks_words(out, &blocking.input, layer->inputs);
    if (blocking.stage_count > 0)
        weir_text_add(out, "; R %s", place_of_r(&blocking));
    for (int s = 0; s < blocking.stage_count; s++) {
        weir_text_add(out, s > 0 ? ", then " : ", ");
        blocks_words(out, &blocking.stages[s], layer->units);
    }
    weir_text_add(out, "\n");
}

static void threads_line(struct text *out, const weir_plan *plan)
{
    if (plan->threads > 1)
        weir_text_add(out, "threads: %lld, of a pool\n", (long long)plan->threads);
    else
        weir_text_add(out, "threads: the caller's%s\n", plan->uses_blas ? ", and whatever the BLAS starts" : "");
}

/* Products only, a multiplication and an addition counted as two. */
static double flops_per_row_and_step(const weir_net *net)
{
    double flops = 0.0;
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct layer *layer = &net->layers[k];
        const double width = (double)layer->shape->gate_count * (double)layer->units;
        const double read = (double)layer->inputs + (layer->shape->recurs ? (double)layer->units : 0.0);
        flops += 2.0 * width * read * layer->direction_count;
    }
    return flops;
}

static struct cost cost_of(const weir_plan *plan, int64_t k)
{
    return plan->net->precision == WEIR_F32 ? weir_f32_plan_predict(plan, k) : weir_f64_plan_predict(plan, k);
}

/* By the engine's model, if it has one: of layer k. */
static void layer_seconds_line(struct text *out, int64_t k, const struct cost *cost)
{
    if (cost->seconds > 0.0)
        weir_text_add(out, "layer %lld predicted: %.3g us a run, %.3g us a step, bound by %s\n", (long long)k,
                      1e6 * cost->seconds, 1e6 * cost->step_seconds, weir_bound_name(cost->bound));
}

/* A run's: that of its slowest crew, and what passes until the first piece has come to the last one. */
static double run_seconds(const weir_plan *plan)
{
    double slowest = 0.0, seconds = 0.0;
    int64_t crew = 0;
    for (int64_t k = 0; k < plan->net->layer_count; k++) {
        const struct layer_way way = weir_plan_way_of(plan, k);
        seconds = (way.crew == crew ? seconds : 0.0) + cost_of(plan, k).seconds;
        slowest = seconds > slowest ? seconds : slowest;
        crew = way.crew;
    }
    const double pieces = (double)((plan->steps + plan->segment_steps - 1) / plan->segment_steps);
    return plan->crew_count == 1 ? slowest : slowest * (pieces + (double)plan->crew_count - 1.0) / pieces;
}

/* Of a run of all rows and steps. */
static void prediction_lines(struct text *out, const weir_plan *plan)
{
    struct cost sum = {0};
    for (int64_t k = 0; k < plan->net->layer_count; k++) {
        const struct cost cost = cost_of(plan, k);
        weir_cost_add(&sum, &cost);
        layer_seconds_line(out, k, &cost);
    }
    if (sum.seconds > 0.0)
        weir_text_add(out, "run_microseconds_predicted: %.3g\n", 1e6 * run_seconds(plan));
    weir_text_add(out, "run_forward_flops: %.0f\n", sum.forward_flops);
    weir_text_add(out, "run_backward_flops: %.0f\n", sum.backward_flops);
    weir_text_add(out, "run_recomputed_flops: %.0f\n", sum.again_flops);
    weir_text_add(out, "step_weight_bytes_read: %.0f\n", sum.step_weight_bytes);
    weir_text_add(out, "run_weight_bytes_read: %.0f\n", sum.weight_bytes);
    weir_text_add(out, "run_activation_bytes_read: %.0f\n", sum.read_bytes);
    weir_text_add(out, "run_activation_bytes_written: %.0f\n", sum.written_bytes);
    weir_text_add(out, "run_tape_bytes_written: %.0f\n", sum.tape_bytes);
}

/* What a training plan keeps for backward. */
static void memory_lines(struct text *out, const weir_plan *plan)
{
    const double again = plan->recomputes ? weir_plan_recomputed_steps(plan) / (double)plan->steps : 0.0;
    if (plan->memory_limit > 0)
        weir_text_add(out, "memory_limit: %lld\n", (long long)plan->memory_limit);
    else
        weir_text_add(out, "memory_limit: none\n");
    weir_text_add(out, "tape_keeps: %s\n", plan->recomputes ? "states" : "every step");
    weir_text_add(out, "kept_states: %lld\n", (long long)(plan->recomputes ? plan->slots + 1 : 0));
    weir_text_add(out, "recomputed_steps_per_step: %.4g\n", again);
}

static const char *planned_name(enum planned planned)
{
    return planned == PLAN_MEASURED ? "measured" : planned == PLAN_REMEMBERED ? "remembered" : "estimated";
}

int64_t weir_plan_write_description(const weir_plan *plan, char *text, size_t size)
{
    const weir_net *net = plan->net;
    struct text out = {.at = text, .size = size};
    weir_text_add(&out, "engine: %s\n", plan->engine_name);
    weir_text_add(&out, "level: %s\n", plan->level_name);
    weir_text_add(&out, "mode: %s\n", plan->mode == WEIR_TRAINING ? "training" : "inference");
    weir_text_add(&out, "precision: %s\n", net->precision == WEIR_F32 ? "f32" : "f64");
    weir_text_add(&out, "batch: %lld\n", (long long)plan->batch);
    weir_text_add(&out, "steps: %lld\n", (long long)plan->steps);
    for (int64_t k = 0; k < net->layer_count; k++) {
        const struct layer *layer = &net->layers[k];
        weir_text_add(&out, "layer %lld: %s, %lld inputs, %lld units, %s, ", (long long)k, layer->shape->name,
                      (long long)layer->inputs, (long long)layer->units, direction_name(layer->given.direction));
        way_words(&out, plan, k);
        blocking_line(&out, plan, k);
    }
    weir_text_add(&out, "tile_steps: %lld\n", (long long)plan->tile_steps);
    weir_text_add(&out, "tile_rows: %lld\n", (long long)(plan->tile_steps * plan->batch));
    weir_text_add(&out, "segment_steps: %lld\n", (long long)plan->segment_steps);
    if (plan->mode == WEIR_TRAINING)
        memory_lines(&out, plan);
    threads_line(&out, plan);
    weir_text_add(&out, "reproducible: %s\n", plan->uses_blas ? "no (products are the BLAS's)" : "yes");
    weir_text_add(&out, "denormals: flushed%s\n", plan->uses_blas ? ", but not in threads of the BLAS's own" : "");
    weir_text_add(&out, "real_time: %s\n",
                  plan->uses_blas     ? "no (a BLAS may lock or allocate)"
                  : plan->threads > 1 ? "no (threads may have to be woken)"
                                      : "yes");
    weir_text_add(&out, "bytes_total: %lld\n", (long long)plan->size.total);
    weir_text_add(&out, "bytes_weights: %lld\n", (long long)plan->size.weights);
    weir_text_add(&out, "bytes_workspace: %lld\n", (long long)plan->size.workspace);
    weir_text_add(&out, "bytes_tape: %lld\n", (long long)plan->size.tape);
    weir_text_add(&out, "forward_flops_per_row_and_step: %.0f\n", flops_per_row_and_step(net));
    weir_text_add(&out, "planning: %s\n", planned_name(plan->planned));
    prediction_lines(&out, plan);
    return out.length;
}
