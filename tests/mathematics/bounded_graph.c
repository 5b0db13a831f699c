/*
 * mathematics/bounded_graph.c: error bounds forward and backward through sums, products and three functions.
 */
#include "mathematics/bounded_graph.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "support/ulps.h"

/* --- Numbers with bounds ------------------------------------------------------------------------------------------ */

/* Below this a run flushes to zero (f32). */
static const double smallest_normal = 0x1p-126;

/* A sum of products: its value, the error that its factors bring, and the sum of its terms' magnitudes. */
struct total {
    struct bounded sum;
    double magnitudes;
    int64_t terms;
};

static void add_term(struct total *total, struct bounded a, struct bounded b)
{
    total->sum.value += a.value * b.value;
    total->sum.error += fabs(a.value) * b.error + fabs(b.value) * a.error + a.error * b.error;
    total->magnitudes += (fabs(a.value) + a.error) * (fabs(b.value) + b.error);
    total->terms++;
}

/* n products and the n-1 additions between them, in any order: n roundings on the longest way of a term. */
static struct bounded finish_total(const struct total *total, double u)
{
    const double n = (double)total->terms, growth = n * u / (1.0 - n * u);
    return (struct bounded){total->sum.value, total->sum.error + growth * total->magnitudes + n * smallest_normal};
}

/* --- The graph ---------------------------------------------------------------------------------------------------- */

struct node {
    enum node_kind kind;
    struct bounded number;
    struct total derivative; /* dL/d(number), as it adds up */
    int64_t first, count;    /* of a sum: its entries in `pairs`; of a function: its argument, and 0 */
};

/* Nodes a and b, a + a_step and b + b_step, and so on. A row of weights, and what it is multiplied with, stand at such
   steps, so that a sum needs a few entries, however long it is. */
struct pairs {
    int64_t a, b, a_step, b_step, count;
};

static void *grow(void *array, int64_t count, int64_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room > 0 ? *room * 2 : 1024;
    array = realloc(array, (size_t)*room * size);
    if (!array)
        abort();
    return array;
}

static int64_t add_node(struct graph *graph, enum node_kind kind)
{
    graph->nodes = grow(graph->nodes, graph->node_count, &graph->node_room, sizeof *graph->nodes);
    graph->nodes[graph->node_count] = (struct node){.kind = kind};
    return graph->node_count++;
}

int64_t graph_leaves(struct graph *graph, const double *values, int64_t count)
{
    const int64_t first = graph->node_count;
    for (int64_t i = 0; i < count; i++) {
        const int64_t node = add_node(graph, LEAF);
        graph->nodes[node].number.value = values ? values[i] : 0.0;
    }
    return first;
}

int64_t graph_begin_sum(struct graph *graph)
{
    const int64_t sum = add_node(graph, SUM);
    graph->nodes[sum].first = graph->pairs_count;
    return sum;
}

/* Whether a pair is the next of an entry, of which one pair may be followed by any. */
static bool goes_on(struct pairs *pairs, int64_t a, int64_t b)
{
    if (pairs->count == 1) {
        pairs->a_step = a - pairs->a;
        pairs->b_step = b - pairs->b;
    }
    return a == pairs->a + pairs->count * pairs->a_step && b == pairs->b + pairs->count * pairs->b_step;
}

void graph_add_pair(struct graph *graph, int64_t a, int64_t b)
{
    struct node *sum = &graph->nodes[graph->node_count - 1];
    if (sum->count == 0 || !goes_on(&graph->pairs[graph->pairs_count - 1], a, b)) {
        graph->pairs = grow(graph->pairs, graph->pairs_count, &graph->pairs_room, sizeof *graph->pairs);
        graph->pairs[graph->pairs_count++] = (struct pairs){.a = a, .b = b};
        sum->count++;
    }
    graph->pairs[graph->pairs_count - 1].count++;
}

static void add_products(struct total *total, const struct node *nodes, const struct pairs *pairs)
{
    for (int64_t k = 0; k < pairs->count; k++)
        add_term(total, nodes[pairs->a + k * pairs->a_step].number, nodes[pairs->b + k * pairs->b_step].number);
}

/* Computes the sum whose pairs have been added. */
int64_t graph_finish_sum(struct graph *graph, int64_t sum)
{
    struct node *node = &graph->nodes[sum];
    struct total total = {0};
    for (int64_t i = 0; i < node->count; i++)
        add_products(&total, graph->nodes, &graph->pairs[node->first + i]);
    node->number = finish_total(&total, graph->u);
    return sum;
}

/* A unit in the last place is at most 2 u of the number; |s''| < 0.1, |tanh''| < 0.8; no two values of s lie further
   apart than 1, of tanh than 2. */
static struct bounded function_of(enum node_kind kind, struct bounded a, double u)
{
    if (kind == SIGMOID) {
        const double s = 1.0 / (1.0 + exp(-a.value));
        return (struct bounded){s, fmin(1.0, (s * (1.0 - s) + 0.05 * a.error) * a.error + SIGMOID_ULPS * 2.0 * u * s)};
    }
    if (kind == TANH) {
        const double t = tanh(a.value);
        return (struct bounded){t, fmin(2.0, (1.0 - t * t + 0.4 * a.error) * a.error + TANH_ULPS * 2.0 * u * fabs(t))};
    }
    return (struct bounded){fmax(a.value, 0.0), a.value > -a.error ? a.error : 0.0};
}

int64_t graph_apply(struct graph *graph, enum node_kind kind, int64_t argument)
{
    const int64_t node = add_node(graph, kind);
    graph->nodes[node].first = argument;
    graph->nodes[node].number = function_of(kind, graph->nodes[argument].number, graph->u);
    return node;
}

struct bounded graph_number(const struct graph *graph, int64_t node) { return graph->nodes[node].number; }

/* --- Back through the graph --------------------------------------------------------------------------------------- */

/* The derivative of a function by its argument, from its own value, with the roundings of s(1-s) and 1-t^2. A ReLU
   whose argument may be on either side has any derivative. */
static struct bounded slope_of(const struct node *node, double u)
{
    const double v = node->number.value, e = node->number.error;
    if (node->kind == SIGMOID)
        return (struct bounded){v * (1.0 - v), (fabs(1.0 - 2.0 * v) + e) * e + 2.0 * u * v * (1.0 - v)};
    if (node->kind == TANH)
        return (struct bounded){1.0 - v * v, (2.0 * fabs(v) + e) * e + u * (1.0 + v * v)};
    return (struct bounded){v > 0.0 ? 1.0 : 0.0, e > 0.0 && v <= e ? 1.0 : 0.0};
}

struct bounded graph_derivative(const struct graph *graph, int64_t node)
{
    return finish_total(&graph->nodes[node].derivative, graph->u);
}

/* Each factor gets the derivative of the sum times the other one. */
static void go_back_to_factors(struct node *nodes, const struct pairs *pairs, struct bounded derivative)
{
    for (int64_t k = 0; k < pairs->count; k++) {
        struct node *a = &nodes[pairs->a + k * pairs->a_step], *b = &nodes[pairs->b + k * pairs->b_step];
        add_term(&a->derivative, derivative, b->number);
        add_term(&b->derivative, derivative, a->number);
    }
}

static void go_back(struct graph *graph, int64_t at)
{
    const struct node *node = &graph->nodes[at];
    const struct bounded derivative = graph_derivative(graph, at);
    if (node->kind == SUM)
        for (int64_t i = 0; i < node->count; i++)
            go_back_to_factors(graph->nodes, &graph->pairs[node->first + i], derivative);
    else if (node->kind != LEAF)
        add_term(&graph->nodes[node->first].derivative, derivative, slope_of(node, graph->u));
}

void graph_seed(struct graph *graph, int64_t node, double derivative)
{
    add_term(&graph->nodes[node].derivative, (struct bounded){derivative, 0.0}, (struct bounded){1.0, 0.0});
}

void graph_go_back(struct graph *graph)
{
    for (int64_t at = graph->node_count - 1; at >= 0; at--)
        go_back(graph, at);
}

void graph_free(struct graph *graph)
{
    free(graph->nodes);
    free(graph->pairs);
}
