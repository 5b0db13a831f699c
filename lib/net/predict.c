/*
 * net/predict.c: what a full run of a plan will cost, layer by layer, and how its products are cut.
 */
#include "net/run.h"

#define plan_predict_r REAL(plan_predict)
#define plan_blocking_r REAL(plan_blocking)

/* Numbers of a unit that a tape keeps of a row and step. */
static int64_t kept_of(const struct walk_r *walk)
{
    const struct cell_r *cell = walk->cell;
    if (!cell)
        return 1;
    return 1 + (cell->keeps_gates ? walk->gate_count : 0) + cell->keeps_c + cell->keeps_q;
}

/* Threads that a direction of a layer has. */
static int64_t threads_of(const struct path_r *path, int d)
{
    return path->beside ? weir_crew_size(path->threads, 2, d) : path->threads;
}

struct cost plan_predict_r(const weir_plan *shell, int64_t k)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    const struct layer *layer = &shell->net->layers[k];
    const struct path_r *path = &plan->paths[k];
    struct cost sum = {0};
    for (int d = 0; d < layer->direction_count; d++) {
        const struct walk_r *walk = &plan->layers[k].walks[d];
        const struct work work = {
            .inputs = walk->inputs,
            .units = walk->units,
            .gate_count = walk->gate_count,
            .recurs = walk->cell != NULL,
            .has_c = layer->shape->has_c,
            .kept = kept_of(walk),
            .real_bytes = sizeof(real),
            .batch = shell->batch,
            .steps = shell->steps,
            .tile_steps = shell->tile_steps,
            .training = shell->mode == WEIR_TRAINING,
            .again = shell->recomputes ? weir_plan_recomputed_steps(shell) / (double)shell->steps : 0.0,
        };
        struct cost cost = weir_cost_of(&work);
        if (plan->engine->predict)
            plan->engine->predict(walk, &work, threads_of(path, d), &cost);
        const double longer = cost.seconds > sum.seconds ? cost.seconds : sum.seconds;
        weir_cost_add(&sum, &cost);
        if (path->beside)
            sum.seconds = longer;
    }
    return sum;
}

/* Rows whose inputs are multiplied at once: those of a tile, or, without recurrence, of a segment. */
static int64_t input_rows(const weir_plan *shell, const struct walk_r *walk)
{
    const bool by_tile = walk->cell && shell->tile_steps < shell->segment_steps;
    return (by_tile ? shell->tile_steps : shell->segment_steps) * shell->batch;
}

/* Of so many rows, the most that a thread has of so many; all, where it is units that threads share. */
static int64_t part_of(const struct walk_r *walk, int64_t threads, int64_t rows)
{
    const bool by_rows = walk->sharing == WEIR_SHARE_ROWS || (!walk->cell && walk->sharing != WEIR_SHARE_NONE);
    return by_rows ? (rows + threads - 1) / threads : rows;
}

bool plan_blocking_r(const weir_plan *shell, int64_t k, struct blocking *blocking)
{
    const struct plan_r *plan = (const struct plan_r *)shell;
    const int last = shell->net->layers[k].direction_count - 1;
    const struct walk_r *walk = &plan->layers[k].walks[last];
    const int64_t threads = threads_of(&plan->paths[k], last);
    if (!plan->engine->blocking)
        return false;
    plan->engine->blocking(walk, part_of(walk, threads, input_rows(shell, walk)), part_of(walk, threads, shell->batch),
                           blocking);
    return true;
}
