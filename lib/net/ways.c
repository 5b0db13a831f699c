/*
 * net/ways.c: how many threads go through which layers, by the engine's model (docs/engine.md, "Threads").
 *
 * All threads of a run go through the layers together and share each walk; or share a layer that has both directions
 * by halves, each half going one of them; or crews of them own consecutive layers each, and pieces of time go from crew
 * to crew.
 */
#include "net/run.h"

/* Pieces of a run for each crew, the more the sooner the last crew begins; but a piece has so many rows at least, or
   reading W for its input product would take too long. */
enum { PIECES_FOR_EACH_CREW = 8, PIECE_LEAST_ROWS = 8 };

/* What another way must save to be worth its threads. */
static const double worth = 0.9;

static bool has_both(const weir_net *net)
{
    for (int64_t k = 0; k < net->layer_count; k++)
        if (net->layers[k].direction_count == 2)
            return true;
    return false;
}

/* Whether one layer can follow another through time. */
static bool is_stack(const weir_net *net) { return net->layer_count > 1 && !weir_has_reverse_layer(net); }

/* What was asked for, as far as the net can do it. */
static weir_sharing asked_of(const struct plan_r *plan)
{
    const weir_sharing asked = plan->shell.sharing;
    const bool cannot = (asked == WEIR_SHARE_DIRECTIONS && !has_both(plan->shell.net)) ||
                        (asked == WEIR_SHARE_LAYERS && !is_stack(plan->shell.net));
    const bool may_not = plan->shell.together && (asked == WEIR_SHARE_DIRECTIONS || asked == WEIR_SHARE_LAYERS);
    return cannot || may_not ? WEIR_SHARE_AUTO : asked;
}

static struct sharing_terms terms_of(const struct plan_r *plan, int64_t threads, int64_t tile_steps)
{
    return (struct sharing_terms){
        .threads = threads,
        .batch = plan->shell.batch,
        .steps = plan->shell.steps,
        .passes = plan->shell.mode == WEIR_TRAINING ? 3 : 1,
        .tile_steps = tile_steps,
    };
}

weir_sharing ways_sharing_r(const struct plan_r *plan, const struct walk_r *walk, int64_t threads)
{
    const weir_sharing asked = plan->shell.sharing;
    const struct sharing_terms terms = terms_of(plan, threads, plan->shell.tile_steps);
    if (threads == 1 || asked == WEIR_SHARE_NONE)
        return WEIR_SHARE_NONE;
    return asked == WEIR_SHARE_UNITS || asked == WEIR_SHARE_ROWS ? asked : plan->engine->sharing(walk, &terms);
}

static struct walk_r walk_of(const struct plan_r *plan, int64_t k, int d)
{
    const struct weights_terms_r terms = plan_weights_terms_r(plan);
    return bare_walk_r(&terms, &plan->shell.net->layers[k], d);
}

/* --- How long ------------------------------------------------------------------------------------------------------
 */

/* A walk of layer k among so many threads. */
static double walk_seconds(const struct plan_r *plan, int64_t k, int d, int64_t threads, int64_t tile_steps)
{
    const struct walk_r walk = walk_of(plan, k, d);
    const struct sharing_terms terms = terms_of(plan, threads, tile_steps);
    return plan->engine->seconds(&walk, &terms, ways_sharing_r(plan, &walk, threads));
}

/* Its directions one after the other. */
static double layer_seconds(const struct plan_r *plan, int64_t k, int64_t threads, int64_t tile_steps)
{
    double seconds = 0;
    for (int d = 0; d < plan->shell.net->layers[k].direction_count; d++)
        seconds += walk_seconds(plan, k, d, threads, tile_steps);
    return seconds;
}

static double alone_seconds(const struct plan_r *plan, int64_t k)
{
    return layer_seconds(plan, k, 1, plan->shell.tile_steps);
}

/* Both directions at the same time, each by half of the threads. */
static double beside_seconds(const struct plan_r *plan, int64_t k)
{
    double longest = 0;
    for (int d = 0; d < 2; d++) {
        const int64_t threads = weir_crew_size(plan->shell.threads, 2, d);
        const double seconds = walk_seconds(plan, k, d, threads, plan->shell.tile_steps);
        longest = seconds > longest ? seconds : longest;
    }
    return longest + plan->engine->start_seconds(plan->shell.threads);
}

bool ways_beside_r(const struct plan_r *plan, int64_t k)
{
    const weir_sharing asked = asked_of(plan);
    const int64_t threads = plan->shell.threads;
    if (threads == 1 || plan->shell.together || plan->shell.net->layers[k].direction_count != 2)
        return false;
    if (asked != WEIR_SHARE_AUTO)
        return asked == WEIR_SHARE_DIRECTIONS;
    const double beside = beside_seconds(plan, k);
    return beside <= worth * alone_seconds(plan, k) && beside < layer_seconds(plan, k, threads, plan->shell.tile_steps);
}

static double together_seconds(const struct plan_r *plan)
{
    double seconds = 0;
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++)
        seconds += ways_beside_r(plan, k) ? beside_seconds(plan, k)
                                          : layer_seconds(plan, k, plan->shell.threads, plan->shell.tile_steps);
    return seconds;
}

/* --- Crews ---------------------------------------------------------------------------------------------------------
 */

struct crews_r ways_crews_r(const struct plan_r *plan, int64_t count)
{
    struct crews_r crews = {.plan = plan, .count = count, .index = -1};
    for (int64_t k = 0; count > 1 && k < plan->shell.net->layer_count; k++)
        crews.all += alone_seconds(plan, k);
    return crews;
}

/* Whether layer k is still this crew's: until its middle is past the crew's part of the work, or as many layers are
   left as crews. */
static bool takes(const struct crews_r *crews, int64_t k, double seconds)
{
    const int64_t crews_left = crews->count - crews->index - 1, layers_left = crews->plan->shell.net->layer_count - k;
    const double part = crews->all * (double)(crews->index + 1) / (double)crews->count;
    return crews_left == 0 || (layers_left > crews_left && crews->before + seconds / 2 < part);
}

bool ways_next_crew_r(struct crews_r *crews)
{
    if (++crews->index >= crews->count)
        return false;
    crews->threads = weir_crew_size(crews->plan->shell.threads, crews->count, crews->index);
    crews->layers.first = crews->layers.end;
    while (crews->layers.end < crews->plan->shell.net->layer_count) {
        const int64_t k = crews->layers.end;
        const double seconds = crews->count > 1 ? alone_seconds(crews->plan, k) : 0;
        if (k > crews->layers.first && !takes(crews, k, seconds))
            break;
        crews->before += seconds;
        crews->layers.end++;
    }
    return true;
}

/* Steps that one crew hands to the next at once. */
static int64_t piece_steps(const weir_plan *shell, int64_t crews)
{
    const int64_t pieces = PIECES_FOR_EACH_CREW * crews, even = (shell->steps + pieces - 1) / pieces;
    const int64_t least = (PIECE_LEAST_ROWS + shell->batch - 1) / shell->batch, steps = even > least ? even : least;
    return steps < shell->tile_steps ? steps : shell->tile_steps;
}

/* The slowest crew's time, and what passes until the first piece has come to the last crew. */
static double crews_seconds(const struct plan_r *plan, int64_t count)
{
    const int64_t steps = piece_steps(&plan->shell, count), pieces = (plan->shell.steps + steps - 1) / steps;
    struct crews_r crews = ways_crews_r(plan, count);
    double slowest = 0;
    while (ways_next_crew_r(&crews)) {
        double seconds = 0;
        for (int64_t k = crews.layers.first; k < crews.layers.end; k++)
            seconds += layer_seconds(plan, k, crews.threads, steps);
        slowest = seconds > slowest ? seconds : slowest;
    }
    return slowest * (double)(pieces + count - 1) / (double)pieces + plan->engine->start_seconds(plan->shell.threads);
}

static bool is_wave(const struct plan_r *plan, int64_t count)
{
    const weir_sharing asked = asked_of(plan);
    if (plan->shell.threads == 1 || plan->shell.together || !is_stack(plan->shell.net))
        return false;
    if (asked != WEIR_SHARE_AUTO)
        return asked == WEIR_SHARE_LAYERS;
    double alone = 0;
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++)
        alone += alone_seconds(plan, k);
    const double seconds = crews_seconds(plan, count);
    return seconds <= worth * alone && seconds < together_seconds(plan);
}

/* Whether there is anything for a second thread to do where all go together. */
static bool shares(const struct plan_r *plan)
{
    for (int64_t k = 0; k < plan->shell.net->layer_count; k++) {
        const struct walk_r walk = walk_of(plan, k, 0);
        if (ways_beside_r(plan, k) || ways_sharing_r(plan, &walk, plan->shell.threads) != WEIR_SHARE_NONE)
            return true;
    }
    return false;
}

/* As many crews as threads, or as layers. */
static int64_t most_crews(const weir_plan *shell)
{
    return shell->threads < shell->net->layer_count ? shell->threads : shell->net->layer_count;
}

/* --- How many threads ----------------------------------------------------------------------------------------------
 */

/* Of all layers, in the best way of so many threads as the plan has. */
static double run_seconds(const struct plan_r *plan)
{
    const int64_t crews = most_crews(&plan->shell);
    return is_wave(plan, crews) ? crews_seconds(plan, crews) : together_seconds(plan);
}

/* Of the numbers that a measurement tries, the one with which a run takes least time, each in its best way. */
static int64_t best_number(struct plan_r *plan)
{
    const int64_t all = plan->shell.threads;
    int64_t best = 1;
    double least = 0;
    for (int64_t threads = 1; threads <= all; threads = weir_threads_after(threads, all)) {
        plan->shell.threads = threads;
        const double seconds = run_seconds(plan);
        if (threads == 1 || seconds < least) {
            best = threads;
            least = seconds;
        }
    }
    return best;
}

void ways_choose_r(struct plan_r *plan, bool or_fewer)
{
    weir_plan *shell = &plan->shell;
    if (or_fewer && shell->threads > 1 && asked_of(plan) == WEIR_SHARE_AUTO)
        shell->threads = best_number(plan);
    const int64_t crews = most_crews(shell);
    shell->crew_count = is_wave(plan, crews) ? crews : 1;
    if (shell->crew_count > 1) {
        shell->segment_steps = piece_steps(shell, crews);
        if (shell->mode == WEIR_INFERENCE)
            shell->tile_steps = shell->segment_steps;
    } else if (!shares(plan)) {
        shell->threads = 1;
    }
}
