/*
 * net/weights.h: a net's parameters as an engine wants them: biases added up, matrices packed.
 *
 * A training plan has its own, which it takes anew in each forward. Inference plans of one net share theirs: a
 * *snapshot* belongs to all who hold it, and does not change while there is more than one of them. The net knows its
 * snapshots, and its lock guards them; runs take no lock, as they only read.
 */
#ifndef WEIR_NET_WEIGHTS_H
#define WEIR_NET_WEIGHTS_H

#include "engine/engine.h"
#include "net/net.h"

#define layer_walks_r REAL(layer_walks)
#define weights_terms_r REAL(weights_terms)
#define snapshot_r REAL(snapshot)
#define bare_walk_r REAL(bare_walk)
#define place_weights_r REAL(place_weights)
#define prepare_weights_r REAL(prepare_weights)
#define prepare_weights_alone_r REAL(prepare_weights_alone)
#define measure_snapshot_r REAL(measure_snapshot)
#define take_snapshot_r REAL(take_snapshot)
#define renew_snapshot_r REAL(renew_snapshot)
#define let_go_snapshot_r REAL(let_go_snapshot)

/* The walks of one layer, a direction each. */
struct layer_walks_r {
    struct walk_r walks[2];
};

/* Whose weights, and for what. */
struct weights_terms_r {
    weir_net *net;
    const struct engine_r *engine;
    const struct kernels_r *kernels;
    bool training, fleeting; /* as engine.h says of place_walk */
};

/* What every snapshot begins with. */
struct snapshot {
    struct snapshot *next; /* of the net's */
    int64_t holders;
    weir_allocator allocator;
    int64_t bytes;
    uint64_t generation; /* of the parameters */
};

struct snapshot_r {
    struct snapshot shell;
    struct weights_terms_r terms;
    struct layer_walks_r *layers; /* shared by nobody in particular: how threads share a walk is a plan's */
};

/* A walk of a layer, without memory of its own and without a way of sharing it. */
struct walk_r bare_walk_r(const struct weights_terms_r *terms, const struct layer *layer, int d);

/* Cuts the memory of all walks, into `layers` unless that is NULL; takes the parameters into it, a member's part of
   them or, alone, all, in the environment of a run, as biases are added up. */
void place_weights_r(struct arena *arena, const struct weights_terms_r *terms, struct layer_walks_r *layers);
void prepare_weights_r(const struct weights_terms_r *terms, const struct layer_walks_r *layers, struct member member);
void prepare_weights_alone_r(const struct weights_terms_r *terms, const struct layer_walks_r *layers);

/* Bytes of a snapshot; false if they cannot be counted. */
bool measure_snapshot_r(const struct weights_terms_r *terms, int64_t *bytes);

/* A snapshot of the parameters as they are: one that the net has already, in such memory, or a new one. */
weir_status take_snapshot_r(struct snapshot_r **snapshot, const struct weights_terms_r *terms,
                            const weir_allocator *allocator, weir_error *error);

/* Likewise, instead of one that was held: where nobody else holds that, it is written anew. On failure it is kept. */
weir_status renew_snapshot_r(struct snapshot_r **snapshot, weir_error *error);

void let_go_snapshot_r(struct snapshot_r *snapshot);

#endif
