/*
 * net/prepare.c: making plans, each one block of memory.
 *
 *     plan  | struct | layers || (biases, packed) || workspace (net/workspace.c) || (tape: net/tape.c) |
 *                               \___ weights ____/
 */
#include "net/run.h"

#include <string.h>

#include "base/fail.h"

/* Whether each run takes the weights anew and multiplies inputs once. */
static bool is_fleeting(const weir_plan *plan)
{
    return plan->mode == WEIR_TRAINING && plan->steps <= plan->tile_steps && plan->crew_count == 1;
}

struct weights_terms_r plan_weights_terms_r(const struct plan_r *plan)
{
    return (struct weights_terms_r){
        .net = plan->shell.net,
        .engine = plan->engine,
        .kernels = plan->kernels,
        .training = plan->shell.mode == WEIR_TRAINING,
        .fleeting = is_fleeting(&plan->shell),
    };
}

/* Once the walks are there. */
static void share_walks(const struct plan_r *plan)
{
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++)
        for (int d = 0; d < plan->shell.net->layers[k].direction_count; d++) {
            const struct path_r *path = &plan->paths[k];
            const int64_t threads = path->beside ? weir_crew_size(path->threads, 2, d) : path->threads;
            struct walk_r *walk = &plan->layers[k].walks[d];
            walk->sharing = ways_sharing_r(plan, walk, threads);
        }
}

/* Fills in *plan, whose memory begins at arena->base or is only counted. An inference plan's weights are a snapshot's.
 */
static weir_tape *place_plan(struct arena *arena, struct plan_r *plan)
{
    const bool training = plan->shell.mode == WEIR_TRAINING;
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    weir_arena_take(arena, 1, sizeof *plan);
    plan->layers = weir_arena_take(arena, plan->shell.net->layer_count, sizeof *plan->layers);
    const int64_t before_weights = arena->used;
    if (training)
        place_weights_r(arena, &terms, plan->layers);
    const int64_t before_workspace = arena->used;
    place_workspace_r(arena, plan);
    const int64_t before_tape = arena->used;
    struct tape_r *tape = training ? place_tape_r(arena, plan) : NULL;
    plan->shell.bytes = arena->used;
    plan->shell.size = (weir_plan_size){
        .weights = before_workspace - before_weights,
        .workspace = before_tape - before_workspace,
        .tape = arena->used - before_tape,
    };
    return tape ? &tape->shell : NULL;
}

/* All that a plan holds, a snapshot included. */
bool plan_count_r(struct plan_r *plan)
{
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    struct arena arena = {0};
    int64_t snapshot = 0, total;
    place_plan(&arena, plan);
    const bool counted = plan->shell.mode == WEIR_TRAINING || measure_snapshot_r(&terms, &snapshot);
    if (!counted || arena.overflow || __builtin_add_overflow(plan->shell.bytes, snapshot, &total))
        return false;
    plan->shell.size.total = total;
    plan->shell.size.weights += snapshot;
    return true;
}

void plan_lay_out_r(struct plan_r *plan, const struct choice *choice, int64_t steps)
{
    weir_plan *shell = &plan->shell;
    const int64_t tile = choice->tile_steps > 0
                             ? choice->tile_steps
                             : plan->engine->tile_steps(shell->batch, steps, widest_row_r(plan, shell->net));
    /* Training keeps it all anyway. */
    const bool whole = shell->mode == WEIR_TRAINING || weir_needs_sequences(shell->net);
    shell->threads = plan->engine->uses_blas ? 1 : choice->threads;
    shell->tile_steps = tile < steps ? tile : steps;
    shell->segment_steps = whole ? steps : shell->tile_steps;
    ways_choose_r(plan, choice->or_fewer);
}

/* All of a plan that can be said before it has memory. */
static weir_status size_plan(struct plan_r *plan, weir_net *net, const weir_plan_options *options,
                             const struct choice *choice, weir_error *error)
{
    enum level level;
    FORWARD_FAILURE(weir_level_choose(&level, error));
    memset(plan, 0, sizeof *plan);
    plan->engine = choice->engine == WEIR_ENGINE_BLAS ? &blas_engine_r : &native_engine_r;
    plan->kernels = kernels_at_r(level);
    plan->shell.engine_name = plan->engine->name;
    plan->shell.level_name = weir_level_name(level);
    plan->shell.uses_blas = plan->engine->uses_blas;
    plan->shell.sharing = choice->sharing;
    weir_plan_prepare_shell(&plan->shell, net, options);
    plan_lay_out_r(plan, choice, options->steps);
    const bool counted = plan_count_r(plan);
    if (options->memory_limit > 0 && (!counted || plan->shell.size.total > options->memory_limit))
        return plan_limit_r(plan, choice, options->memory_limit, error);
    FAIL_IF(!counted, error, WEIR_ERROR_SIZE, "the plan has more bytes than this machine can count");
    return WEIR_OK;
}

weir_status plan_measure_r(weir_plan_size *size, const weir_net *net, const weir_plan_options *options,
                           const struct choice *choice, weir_error *error)
{
    struct plan_r plan;
    FORWARD_FAILURE(size_plan(&plan, (weir_net *)net, options, choice, error)); /* only looked at */
    *size = plan.shell.size;
    return WEIR_OK;
}

/* Memory for all but a snapshot. */
static weir_status place_made(struct plan_r **made, struct plan_r *parts, weir_error *error)
{
    const weir_plan_size size = parts->shell.size;
    const int64_t bytes = parts->shell.bytes;
    struct arena arena = {.base = weir_allocate(&parts->shell.allocator, bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for a plan of %lld bytes", (long long)bytes);
    memset(arena.base, 0, (size_t)bytes); /* touches every page here, not in the first run */
    parts->shell.identity = weir_plan_next_identity();
    parts->shell.tape = place_plan(&arena, parts);
    parts->shell.size = size;
    if (parts->shell.tape)
        claim_tape_r(&parts->shell, parts->shell.tape);
    *made = (struct plan_r *)(void *)arena.base;
    **made = *parts;
    return WEIR_OK;
}

/* The walks of a snapshot, each shared among threads as the plan likes. */
static void adopt_snapshot(const struct plan_r *plan)
{
    memcpy(plan->layers, plan->snapshot->layers, (size_t)plan->shell.net->layer_count * sizeof *plan->layers);
    share_walks(plan);
}

static void repack(struct plan_r *plan)
{
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    plan->shell.generation = atomic_load(&plan->shell.net->generation);
    prepare_weights_alone_r(&terms, plan->layers);
}

weir_status plan_make_r(weir_plan **plan, weir_net *net, const weir_plan_options *options, const struct choice *choice,
                        weir_error *error)
{
    struct plan_r parts, *made = NULL;
    FORWARD_FAILURE(size_plan(&parts, net, options, choice, error));
    const struct weights_terms_r terms = plan_weights_terms_r(&parts);
    if (!terms.training)
        FORWARD_FAILURE(take_snapshot_r(&parts.snapshot, &terms, &parts.shell.allocator, error));
    const weir_status status = place_made(&made, &parts, error);
    if (status != WEIR_OK) {
        plan_let_go_weights_r(&parts.shell);
        return status;
    }
    weir_net_hold(net);
    weir_pool_hold(made->shell.pool);
    if (terms.training) {
        share_walks(made);
        repack(made);
    } else {
        made->shell.generation = made->snapshot->shell.generation;
        adopt_snapshot(made);
    }
    *plan = &made->shell;
    return WEIR_OK;
}

weir_status plan_refresh_r(weir_plan *shell)
{
    struct plan_r *plan = (struct plan_r *)shell;
    if (shell->mode == WEIR_TRAINING) {
        repack(plan);
        return WEIR_OK;
    }
    FORWARD_FAILURE(renew_snapshot_r(&plan->snapshot, &shell->last_error));
    shell->generation = plan->snapshot->shell.generation;
    adopt_snapshot(plan);
    return WEIR_OK;
}

void plan_let_go_weights_r(weir_plan *shell)
{
    struct plan_r *plan = (struct plan_r *)shell;
    if (plan->snapshot)
        let_go_snapshot_r(plan->snapshot);
}

struct layer_way plan_way_r(const weir_plan *shell, int64_t layer)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    const int last = shell->net->layers[layer].direction_count - 1;
    return (struct layer_way){
        .beside = plan->paths[layer].beside,
        .crew = plan->paths[layer].crew,
        .sharing = plan->layers[layer].walks[last].sharing,
    };
}
