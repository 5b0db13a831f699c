/*
 * mathematics/witness.c: the equations of docs/math.md as a graph of numbers.
 */
#include "mathematics/witness.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* --- A net as a graph --------------------------------------------------------------------------------------------- */

/* One direction of a layer: the first nodes of its parameters, -1 where it has none. */
struct walk {
    const weir_layer *layer;
    int64_t inputs, units;
    bool reverse;
    int64_t weight_ih, weight_hh, bias_ih, bias_hh, learned_h, learned_c;
    int64_t state; /* where its h lies in a state row; its c follows */
};

enum { ONE = 0, MINUS_ONE = 1, PARAMETERS = 2 }; /* the first nodes */
enum { MOST_WALKS = 16, MOST_UNITS = 1024 };

struct net {
    const struct witness_case *in;
    struct graph graph;
    struct walk walks[MOST_WALKS + 1]; /* ends with layer NULL */
    int64_t parameter_count, state_size, outputs;
    int64_t *state; /* [rows][state_size] nodes, as they change */
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static int64_t gates_of(weir_kind kind)
{
    switch (kind) {
    case WEIR_LSTM:
        return 4;
    case WEIR_GRU:
    case WEIR_GRU_RESET_BEFORE:
        return 3;
    default:
        return 1;
    }
}

static bool recurs(const struct walk *walk) { return walk->layer->kind != WEIR_LINEAR; }

/* Begins a sum: row `row` of W times x, of R times h, and the biases; NULL: not that part. For a reset before the
   product h is r h'. */
static int64_t gate_sum(struct net *net, const struct walk *walk, int64_t row, const int64_t *x, const int64_t *h,
                        bool with_b_hh)
{
    struct graph *graph = &net->graph;
    const int64_t sum = graph_begin_sum(graph);
    for (int64_t i = 0; x && i < walk->inputs; i++)
        graph_add_pair(graph, walk->weight_ih + row * walk->inputs + i, x[i]);
    for (int64_t i = 0; h && i < walk->units; i++)
        graph_add_pair(graph, walk->weight_hh + row * walk->units + i, h[i]);
    if (x && walk->bias_ih >= 0)
        graph_add_pair(graph, walk->bias_ih + row, ONE);
    if (with_b_hh && walk->bias_hh >= 0)
        graph_add_pair(graph, walk->bias_hh + row, ONE);
    return sum;
}

/* Gate g, unit j: its pre-activation from x and h alone. */
static int64_t gate(struct net *net, const struct walk *walk, int64_t g, int64_t j, const int64_t *x, const int64_t *h)
{
    return graph_finish_sum(&net->graph, gate_sum(net, walk, g * walk->units + j, x, h, true));
}

static int64_t product(struct graph *graph, int64_t a, int64_t b)
{
    const int64_t sum = graph_begin_sum(graph);
    graph_add_pair(graph, a, b);
    return graph_finish_sum(graph, sum);
}

/* a b + c d */
static int64_t blend(struct graph *graph, int64_t a, int64_t b, int64_t c, int64_t d)
{
    const int64_t sum = graph_begin_sum(graph);
    graph_add_pair(graph, a, b);
    graph_add_pair(graph, c, d);
    return graph_finish_sum(graph, sum);
}

/* (1 - z) n + z h' */
static int64_t gru_blend(struct net *net, int64_t z, int64_t n, int64_t h)
{
    const int64_t rest = blend(&net->graph, ONE, ONE, MINUS_ONE, z);
    return blend(&net->graph, rest, n, z, h);
}

static int64_t lstm_unit(struct net *net, const struct walk *walk, int64_t j, const int64_t *x, const int64_t *h,
                         int64_t *c)
{
    struct graph *graph = &net->graph;
    const int64_t i = graph_apply(graph, SIGMOID, gate(net, walk, 0, j, x, h));
    const int64_t f = graph_apply(graph, SIGMOID, gate(net, walk, 1, j, x, h));
    const int64_t g = graph_apply(graph, TANH, gate(net, walk, 2, j, x, h));
    const int64_t o = graph_apply(graph, SIGMOID, gate(net, walk, 3, j, x, h));
    *c = blend(graph, f, *c, i, g);
    return product(graph, o, graph_apply(graph, TANH, *c));
}

static int64_t gru_unit(struct net *net, const struct walk *walk, int64_t j, const int64_t *x, const int64_t *h)
{
    struct graph *graph = &net->graph;
    const int64_t row = 2 * walk->units + j;
    const int64_t r = graph_apply(graph, SIGMOID, gate(net, walk, 0, j, x, h));
    const int64_t z = graph_apply(graph, SIGMOID, gate(net, walk, 1, j, x, h));
    const int64_t q = graph_finish_sum(graph, gate_sum(net, walk, row, NULL, h, true));
    const int64_t sum = gate_sum(net, walk, row, x, NULL, false);
    graph_add_pair(graph, r, q);
    return gru_blend(net, z, graph_apply(graph, TANH, graph_finish_sum(graph, sum)), h[j]);
}

/* `reset` are the nodes of r h' of all units. */
static int64_t gru_reset_before_unit(struct net *net, const struct walk *walk, int64_t j, const int64_t *x,
                                     const int64_t *h, const int64_t *reset)
{
    const int64_t z = graph_apply(&net->graph, SIGMOID, gate(net, walk, 1, j, x, h));
    return gru_blend(net, z, graph_apply(&net->graph, TANH, gate(net, walk, 2, j, x, reset)), h[j]);
}

static int64_t unit(struct net *net, const struct walk *walk, int64_t j, const int64_t *x, const int64_t *h, int64_t *c,
                    const int64_t *reset)
{
    switch (walk->layer->kind) {
    case WEIR_RNN:
        return graph_apply(&net->graph, TANH, gate(net, walk, 0, j, x, h));
    case WEIR_RNN_RELU:
        return graph_apply(&net->graph, RELU, gate(net, walk, 0, j, x, h));
    case WEIR_LSTM:
        return lstm_unit(net, walk, j, x, h, c);
    case WEIR_GRU:
        return gru_unit(net, walk, j, x, h);
    case WEIR_GRU_RESET_BEFORE:
        return gru_reset_before_unit(net, walk, j, x, h, reset);
    default:
        return gate(net, walk, 0, j, x, NULL);
    }
}

/* One step of one row: from x to y, both in the order of units; the row's state changes. */
static void run_step(struct net *net, const struct walk *walk, int64_t *state, const int64_t *x, int64_t *y)
{
    const int64_t H = walk->units;
    int64_t *h = state + walk->state, *c = h + H;
    int64_t reset[MOST_UNITS];
    must(H <= MOST_UNITS);
    for (int64_t j = 0; walk->layer->kind == WEIR_GRU_RESET_BEFORE && j < H; j++)
        reset[j] = product(&net->graph, graph_apply(&net->graph, SIGMOID, gate(net, walk, 0, j, x, h)), h[j]);
    for (int64_t j = 0; j < H; j++)
        y[j] = unit(net, walk, j, x, h, c + j, reset);
    for (int64_t j = 0; recurs(walk) && j < H; j++)
        h[j] = y[j];
}

static void run_walk(struct net *net, const struct walk *walk, const int64_t *x, int64_t *y, int64_t width)
{
    const struct witness_case *in = net->in;
    for (int64_t b = 0; b < in->rows; b++)
        for (int64_t k = 0; k < in->lengths[b]; k++) {
            const int64_t t = walk->reverse ? in->lengths[b] - 1 - k : k, item = t * in->rows + b;
            run_step(net, walk, net->state + b * net->state_size, x + item * walk->inputs, y + item * width);
        }
}

/* --- Where everything lies ---------------------------------------------------------------------------------------- */

static int64_t place(int64_t *used, bool wanted, int64_t count)
{
    const int64_t at = *used;
    *used += wanted ? count : 0;
    return wanted ? at : -1;
}

/* In the order of the parameter vector, from node *parameter on. */
static struct walk lay_out(const weir_layer *layer, int64_t inputs, bool reverse, int64_t *parameter, int64_t *state)
{
    struct walk walk = {.layer = layer, .inputs = inputs, .units = layer->units, .reverse = reverse, .state = *state};
    const int64_t block = gates_of(layer->kind) * walk.units;
    const bool has_state = recurs(&walk), has_c = layer->kind == WEIR_LSTM, learns = layer->learned_state != 0;
    walk.weight_ih = place(parameter, true, block * inputs);
    walk.weight_hh = place(parameter, has_state, block * walk.units);
    walk.bias_ih = place(parameter, layer->bias != WEIR_BIAS_NONE, block);
    walk.bias_hh = place(parameter, has_state && layer->bias == WEIR_BIAS_TWO, block);
    walk.learned_h = place(parameter, learns, walk.units);
    walk.learned_c = place(parameter, learns && has_c, walk.units);
    *state += (has_state + has_c) * walk.units;
    return walk;
}

static int direction_count(const weir_layer *layer) { return layer->direction == WEIR_BOTH ? 2 : 1; }

/* Finds all walks, and counts parameters and state. */
static void lay_out_net(struct net *net)
{
    int64_t inputs = net->in->inputs, parameter = PARAMETERS, count = 0;
    for (int64_t k = 0; k < net->in->layer_count; k++) {
        const weir_layer *layer = &net->in->layers[k];
        for (int d = 0; d < direction_count(layer); d++) {
            must(count < MOST_WALKS);
            const bool reverse = layer->direction == WEIR_REVERSE || d == 1;
            net->walks[count++] = lay_out(layer, inputs, reverse, &parameter, &net->state_size);
        }
        inputs = layer->units * direction_count(layer);
    }
    net->parameter_count = parameter - PARAMETERS;
    net->outputs = inputs;
}

static int64_t *indices(int64_t first, int64_t stride, int64_t count)
{
    int64_t *nodes = calloc((size_t)count + 1, sizeof *nodes);
    must(nodes != NULL);
    for (int64_t i = 0; i < count; i++)
        nodes[i] = first + stride * i;
    return nodes;
}

/* Rows start from what a walk has learned: that times one, so that each row has a node of its own. */
static void start(struct net *net, const struct walk *walk)
{
    const int64_t learned[] = {walk->learned_h, walk->learned_c};
    for (int64_t b = 0; b < net->in->rows; b++)
        for (int part = 0; part < 2; part++)
            for (int64_t j = 0; learned[part] >= 0 && j < walk->units; j++)
                net->state[b * net->state_size + walk->state + part * walk->units + j] =
                    product(&net->graph, learned[part] + j, ONE);
}

/* Runs all layers over the nodes x; returns the nodes of y, -1 past a row's end. */
static int64_t *run_layers(struct net *net, int64_t *x)
{
    const struct walk *walk = net->walks;
    const int64_t items = net->in->rows * net->in->steps;
    for (int64_t k = 0; k < net->in->layer_count; k++) {
        const weir_layer *layer = &net->in->layers[k];
        const int64_t width = layer->units * direction_count(layer);
        int64_t *y = indices(-1, 0, items * width);
        for (int d = 0; d < direction_count(layer); d++)
            run_walk(net, walk++, x, y + d * layer->units, width);
        free(x);
        x = y;
    }
    return x;
}

/* --- What comes out ----------------------------------------------------------------------------------------------- */

static struct bounded *numbers_of(const struct net *net, const int64_t *nodes, int64_t count)
{
    struct bounded *out = calloc((size_t)count + 1, sizeof *out);
    for (int64_t i = 0; i < count; i++)
        if (nodes[i] >= 0)
            out[i] = graph_number(&net->graph, nodes[i]);
    return out;
}

/* Frees `nodes`. */
static struct bounded *derivatives_of(const struct net *net, int64_t *nodes, int64_t count)
{
    struct bounded *out = calloc((size_t)count + 1, sizeof *out);
    for (int64_t i = 0; i < count; i++)
        out[i] = graph_derivative(&net->graph, nodes[i]);
    free(nodes);
    return out;
}

/* dL/d(nodes), from where going back begins. */
static void seed(struct net *net, const int64_t *nodes, const double *derivatives, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (nodes[i] >= 0)
            graph_seed(&net->graph, nodes[i], derivatives[i]);
}

struct witness witness_run(const struct witness_case *in, double unit_roundoff)
{
    struct net net = {.in = in, .graph = {.u = unit_roundoff}};
    const double constants[] = {1.0, -1.0};
    lay_out_net(&net);
    const int64_t items = in->rows * in->steps, state_count = in->rows * net.state_size;
    graph_leaves(&net.graph, constants, PARAMETERS);
    graph_leaves(&net.graph, in->parameters, net.parameter_count);
    const int64_t x = graph_leaves(&net.graph, in->x, items * in->inputs);
    net.state = indices(graph_leaves(&net.graph, in->state, state_count), 1, state_count);
    for (const struct walk *walk = net.walks; !in->state && walk->layer; walk++)
        start(&net, walk);
    int64_t *started = memcpy(indices(0, 0, state_count), net.state, (size_t)state_count * sizeof *started);

    int64_t *y = run_layers(&net, indices(x, 1, items * in->inputs));
    seed(&net, y, in->dy, items * net.outputs);
    seed(&net, net.state, in->dstate, state_count);
    graph_go_back(&net.graph);
    const struct witness out = {
        .y = numbers_of(&net, y, items * net.outputs),
        .state = numbers_of(&net, net.state, state_count),
        .gradient = derivatives_of(&net, indices(PARAMETERS, 1, net.parameter_count), net.parameter_count),
        .dx = derivatives_of(&net, indices(x, 1, items * in->inputs), items * in->inputs),
        .dstate = derivatives_of(&net, started, state_count),
    };
    free(net.state);
    free(y);
    graph_free(&net.graph);
    return out;
}

void witness_free(struct witness *witness)
{
    free(witness->y);
    free(witness->state);
    free(witness->gradient);
    free(witness->dx);
    free(witness->dstate);
}
