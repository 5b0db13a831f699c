/*
 * net/net.h: the net, its layers, and where in the flat vectors everything lies.
 */
#ifndef WEIR_NET_NET_H
#define WEIR_NET_NET_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

#include "base/memory.h"
#include "cell/shape.h"

/* Where one direction of a layer keeps its numbers: offsets into the parameter vector and into a state row; -1 if none.
 */
struct direction_offsets {
    int64_t weight_ih, weight_hh, bias_ih, bias_hh, initial_h, initial_c;
    int64_t state_h, state_c;
};

struct snapshot; /* net/weights.h */

struct layer {
    weir_layer given;
    const struct shape *shape;
    int64_t inputs;      /* I */
    int64_t units;       /* H, one direction */
    int64_t outputs;     /* width of what the next layer reads: H or 2 H */
    int direction_count; /* 1 or 2 */
    struct direction_offsets directions[2];
};

struct weir_net {
    weir_allocator allocator;
    int64_t bytes; /* of the block that this struct begins */
    atomic_int holders;

    weir_precision precision;
    int64_t inputs, outputs;
    int64_t layer_count, parameter_count, state_size;
    int64_t view_count, state_view_count;
    struct layer *layers;
    weir_view *views, *state_views;

    void *parameters;                /* float or double, as precision says */
    atomic_uint_fast64_t generation; /* rises with each commit; odd while an edit is open */

    pthread_mutex_t lock; /* of the snapshots (net/weights.h); no run takes it */
    struct snapshot *snapshots;
};

/* The direction that slot d of a layer walks. */
static inline weir_direction weir_direction_of(const struct layer *layer, int d)
{
    return layer->given.direction == WEIR_BOTH ? (d == 0 ? WEIR_FORWARD : WEIR_REVERSE) : layer->given.direction;
}

/* The bytes of a number. */
static inline int64_t weir_real_size(weir_precision precision) { return precision == WEIR_F32 ? 4 : 8; }

/* Whether the parameters may not be read now. */
static inline bool weir_net_in_edit(const weir_net *net) { return atomic_load(&net->generation) % 2 == 1; }

/* net/layers.c: checks what a user gave; lays it out, into `layers` unless that is NULL. */
weir_status weir_layers_check(int64_t inputs, const weir_layer *given, int64_t n_layers, weir_error *error);
weir_status weir_layers_lay_out(struct layer *layers, int64_t inputs, const weir_layer *given, int64_t n_layers,
                                int64_t *parameter_count, int64_t *state_size, weir_error *error);

/* net/views.c: writes the views of the layers. */
void weir_views_write(const struct layer *layers, int64_t n_layers, weir_view *views, int64_t *view_count,
                      weir_view *state_views, int64_t *state_view_count);

/* net/net.c */
weir_status weir_net_measure(int64_t *bytes, weir_precision precision, int64_t inputs, const weir_layer *given,
                             int64_t n_layers, weir_error *error);
weir_status weir_net_make(weir_net **net, weir_precision precision, int64_t inputs, const weir_layer *given,
                          int64_t n_layers, const weir_allocator *allocator, weir_error *error);
weir_status weir_net_duplicate(weir_net **copy, const weir_net *net, weir_error *error);
void weir_net_hold(weir_net *net);
void weir_net_let_go(weir_net *net);

/* net/edit.c: an edit makes the generation odd, its commit even again. */
weir_status weir_edit_open(weir_net *net, weir_error *error);
weir_status weir_edit_close(weir_net *net, weir_error *error);

/* net/initialise.c, in both precisions: draws the parameters within an open edit. */
weir_status weir_init_check(const weir_net *net, const weir_init *init, weir_error *error);
void weir_f32_initialise(weir_net *net, const weir_init *init);
void weir_f64_initialise(weir_net *net, const weir_init *init);

#endif
