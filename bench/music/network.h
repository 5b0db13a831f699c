/*
 * music/network.h: a net that predicts the next step of a piece, and its training.
 */
#ifndef BENCH_MUSIC_NETWORK_H
#define BENCH_MUSIC_NETWORK_H

#include "work/pieces.h"
#include "work/stack.h"

/* What a person can choose about a net and its training. */
struct network_settings {
    int64_t parameters; /* of every cell: the hidden size is what comes nearest */
    int64_t layers;
    int64_t batch;       /* pieces of a minibatch */
    double dropout;      /* of each recurrent layer's outputs */
    double rate;         /* Adam's */
    double weight_decay; /* AdamW's; 0: Adam */
    double clip;         /* the most that the norm of a gradient may be */
};

/* The stack that has so many parameters with this cell. */
struct stack network_stack(const struct cell *cell, const struct network_settings *settings);

struct network;

/* Makes one for pieces of at most `longest` steps; what does not work ends the program. */
struct network *network_open(const struct stack *stack, const struct network_settings *settings, int64_t longest,
                             uint64_t seed);
void network_close(struct network **network);

/* One update on the pieces `chosen`, as many as a minibatch has or fewer. The negative log-likelihood before it, summed
   over all predicted steps, or NaN if the update was skipped because its gradient was not finite. */
double network_update(struct network *network, const struct pieces *pieces, const size_t *chosen, size_t count);

/* Negative log-likelihood in nats a predicted step, without dropout. */
double network_evaluate(struct network *network, const struct pieces *pieces);

/* Sets Adam's rate from here on. */
void network_set_rate(struct network *network, double rate);

/* Keeps the parameters as they are now, and goes back to those that were kept. */
void network_keep(struct network *network);
void network_return(struct network *network);

#endif
