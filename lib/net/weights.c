/*
 * net/weights.c: taking a net's parameters into the memory of a plan, or of a snapshot that plans share.
 *
 *     snapshot  | struct | layers | for each walk: biases, packed weights |
 */
#include "net/weights.h"

#include <string.h>

#include "base/environment.h"
#include "base/fail.h"

/* --- Walks -------------------------------------------------------------------------------------------------------- */

static const real *parameter_at(const weir_net *net, int64_t offset)
{
    return offset < 0 ? NULL : (const real *)net->parameters + offset;
}

struct walk_r bare_walk_r(const struct weights_terms_r *terms, const struct layer *layer, int d)
{
    const weir_net *net = terms->net;
    const struct direction_offsets *at = &layer->directions[d];
    return (struct walk_r){
        .cell = cell_of_r(terms->kernels->level, layer->given.kind),
        .kernels = terms->kernels,
        .inputs = layer->inputs,
        .units = layer->units,
        .gate_count = layer->shape->gate_count,
        .reverse = weir_direction_of(layer, d) == WEIR_REVERSE,
        .weight_ih = parameter_at(net, at->weight_ih),
        .weight_hh = parameter_at(net, at->weight_hh),
        .bias_ih = parameter_at(net, at->bias_ih),
        .bias_hh = parameter_at(net, at->bias_hh),
    };
}

/* And with room for its biases and its packed weights. */
static struct walk_r make_walk(struct arena *arena, const struct weights_terms_r *terms, const struct layer *layer,
                               int d)
{
    struct walk_r walk = bare_walk_r(terms, layer, d);
    if (walk.cell)
        walk.bias = weir_arena_take_matrix(arena, walk.gate_count, walk.units, sizeof(real));
    if (walk.cell && walk.cell->has_recurrent_bias)
        walk.recurrent_bias = weir_arena_take(arena, walk.units, sizeof(real));
    terms->engine->place_walk(arena, &walk, terms->training, terms->fleeting);
    return walk;
}

void place_weights_r(struct arena *arena, const struct weights_terms_r *terms, struct layer_walks_r *layers)
{
    const weir_net *net = terms->net;
    for (int64_t k = 0; k < net->layer_count; k++)
        for (int d = 0; d < net->layers[k].direction_count; d++) {
            const struct walk_r walk = make_walk(arena, terms, &net->layers[k], d);
            if (layers)
                layers[k].walks[d] = walk;
        }
}

void prepare_weights_r(const struct weights_terms_r *terms, const struct layer_walks_r *layers, struct member member)
{
    const weir_net *net = terms->net;
    for (int64_t k = 0; k < net->layer_count; k++)
        for (int d = 0; d < net->layers[k].direction_count; d++)
            terms->engine->prepare(&layers[k].walks[d], member);
}

void prepare_weights_alone_r(const struct weights_terms_r *terms, const struct layer_walks_r *layers)
{
    struct team alone = {.size = 1};
    struct environment environment;
    weir_environment_enter(&environment);
    prepare_weights_r(terms, layers, (struct member){&alone, 0});
    weir_environment_leave(&environment);
}

/* --- Snapshots ---------------------------------------------------------------------------------------------------- */

static struct snapshot_r *place_snapshot(struct arena *arena, const struct weights_terms_r *terms)
{
    struct snapshot_r *snapshot = weir_arena_take(arena, 1, sizeof *snapshot);
    struct layer_walks_r *layers = weir_arena_take(arena, terms->net->layer_count, sizeof *layers);
    place_weights_r(arena, terms, layers);
    if (snapshot)
        *snapshot =
            (struct snapshot_r){.shell = {.holders = 1, .bytes = arena->used}, .terms = *terms, .layers = layers};
    return snapshot;
}

bool measure_snapshot_r(const struct weights_terms_r *terms, int64_t *bytes)
{
    struct arena arena = {0};
    place_snapshot(&arena, terms);
    *bytes = arena.used;
    return !arena.overflow;
}

/* What the rest of this file does, it does while it holds the net's lock. */

static void fill(struct snapshot_r *snapshot)
{
    snapshot->shell.generation = atomic_load(&snapshot->terms.net->generation);
    prepare_weights_alone_r(&snapshot->terms, snapshot->layers);
}

static weir_status make_snapshot(struct snapshot_r **snapshot, const struct weights_terms_r *terms,
                                 const weir_allocator *allocator, weir_error *error)
{
    struct arena arena = {0};
    place_snapshot(&arena, terms);
    const int64_t bytes = arena.used;
    arena = (struct arena){.base = weir_allocate(allocator, bytes)};
    FAIL_IF(!arena.base, error, WEIR_ERROR_MEMORY, "no memory for packed weights of %lld bytes", (long long)bytes);
    memset(arena.base, 0, (size_t)bytes);
    struct snapshot_r *made = place_snapshot(&arena, terms);
    made->shell.allocator = *allocator;
    made->shell.next = terms->net->snapshots;
    terms->net->snapshots = &made->shell;
    fill(made);
    *snapshot = made;
    return WEIR_OK;
}

static bool is_same_memory(const weir_allocator *a, const weir_allocator *b)
{
    return a->allocate == b->allocate && a->release == b->release && a->context == b->context;
}

/* The net's snapshot of its parameters as they are, if it has one on these terms; then held once more. */
static struct snapshot_r *find_snapshot(const struct weights_terms_r *terms, const weir_allocator *allocator)
{
    for (struct snapshot *shell = terms->net->snapshots; shell; shell = shell->next) {
        struct snapshot_r *snapshot = (struct snapshot_r *)shell;
        if (shell->generation == atomic_load(&terms->net->generation) && snapshot->terms.engine == terms->engine &&
            snapshot->terms.kernels == terms->kernels && is_same_memory(&shell->allocator, allocator)) {
            shell->holders++;
            return snapshot;
        }
    }
    return NULL;
}

static weir_status find_or_make(struct snapshot_r **snapshot, const struct weights_terms_r *terms,
                                const weir_allocator *allocator, weir_error *error)
{
    struct snapshot_r *found = find_snapshot(terms, allocator);
    if (!found)
        return make_snapshot(snapshot, terms, allocator, error);
    *snapshot = found;
    return WEIR_OK;
}

static void let_go(struct snapshot_r *snapshot)
{
    struct snapshot *shell = &snapshot->shell, **link = &snapshot->terms.net->snapshots;
    if (--shell->holders > 0)
        return;
    while (*link != shell)
        link = &(*link)->next;
    *link = shell->next;
    const weir_allocator allocator = shell->allocator;
    weir_release(&allocator, snapshot, shell->bytes);
}

/* --- And with the lock -------------------------------------------------------------------------------------------- */

weir_status take_snapshot_r(struct snapshot_r **snapshot, const struct weights_terms_r *terms,
                            const weir_allocator *allocator, weir_error *error)
{
    pthread_mutex_lock(&terms->net->lock);
    const weir_status status = find_or_make(snapshot, terms, allocator, error);
    pthread_mutex_unlock(&terms->net->lock);
    return status;
}

static weir_status renew(struct snapshot_r **snapshot, weir_error *error)
{
    struct snapshot_r *old = *snapshot;
    if (old->shell.generation == atomic_load(&old->terms.net->generation))
        return WEIR_OK;
    struct snapshot_r *found = find_snapshot(&old->terms, &old->shell.allocator);
    if (!found && old->shell.holders == 1) {
        fill(old);
        return WEIR_OK;
    }
    if (!found)
        FORWARD_FAILURE(make_snapshot(&found, &old->terms, &old->shell.allocator, error));
    let_go(old);
    *snapshot = found;
    return WEIR_OK;
}

weir_status renew_snapshot_r(struct snapshot_r **snapshot, weir_error *error)
{
    pthread_mutex_t *lock = &(*snapshot)->terms.net->lock;
    pthread_mutex_lock(lock);
    const weir_status status = renew(snapshot, error);
    pthread_mutex_unlock(lock);
    return status;
}

void let_go_snapshot_r(struct snapshot_r *snapshot)
{
    pthread_mutex_t *lock = &snapshot->terms.net->lock;
    pthread_mutex_lock(lock);
    let_go(snapshot);
    pthread_mutex_unlock(lock);
}
