/*
 * mathematics/bounded_graph.h: sums and products of numbers that carry error bounds, and the way back through them.
 *
 * A node is a number with a bound on how far it may be off when computed in floating point with unit roundoff u. Nodes
 * are named by their place in the order in which they were made; going back gives each the derivative of a loss by it,
 * with a bound likewise (docs/math.md, "Error of a pass").
 */
#ifndef TEST_MATHEMATICS_BOUNDED_GRAPH_H
#define TEST_MATHEMATICS_BOUNDED_GRAPH_H

#include <stdint.h>

/* A number, and how far a computed one may be from it. */
struct bounded {
    double value, error;
};

enum node_kind { LEAF, SUM, SIGMOID, TANH, RELU };

/* All zero bytes but u is an empty graph. */
struct graph {
    double u;
    struct node *nodes;
    struct pairs *pairs; /* of all sums, one after the other */
    int64_t node_count, node_room, pairs_count, pairs_room;
};

/* Nodes of numbers that are given, exact; NULL: zeros. Returns the first. */
int64_t graph_leaves(struct graph *graph, const double *values, int64_t count);

/* A sum of products: begin, add its pairs before any other node is made, finish. */
int64_t graph_begin_sum(struct graph *graph);
void graph_add_pair(struct graph *graph, int64_t a, int64_t b);
int64_t graph_finish_sum(struct graph *graph, int64_t sum);

int64_t graph_apply(struct graph *graph, enum node_kind kind, int64_t argument);

struct bounded graph_number(const struct graph *graph, int64_t node);

/* Adds to dL/d(node), then carries all derivatives back; then they can be asked for. */
void graph_seed(struct graph *graph, int64_t node, double derivative);
void graph_go_back(struct graph *graph);
struct bounded graph_derivative(const struct graph *graph, int64_t node);

void graph_free(struct graph *graph);

#endif
