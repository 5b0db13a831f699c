/*
 * work/stack.h: the nets that are measured, and how much they compute.
 *
 * Letters as in the library: T steps, B batch (rows), I inputs, H units, G gates.
 */
#ifndef BENCH_WORK_STACK_H
#define BENCH_WORK_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

struct cell {
    const char *name; /* as on the command line */
    weir_kind kind;
    int gates; /* G */
};

/* The cells in the order of cell_names, which NULL ends. */
extern const struct cell cells[];
extern const char *const cell_names[];

/* The cell of that kind. */
const struct cell *cell_of(weir_kind kind);

/* `layers` recurrent layers of the same cell and size; above them a linear layer, unless outputs is 0. */
struct stack {
    const struct cell *cell;
    int64_t inputs;
    int64_t hidden; /* of one direction */
    int64_t layers;
    int64_t outputs;
    bool bidirectional; /* each layer walks both ways, and the next reads both outputs */
};

/* In how many directions each layer walks, and how many numbers it writes a step. */
int64_t stack_directions(const struct stack *stack);
int64_t stack_width(const struct stack *stack);

/* How many numbers layer `layer` (0 is the lowest) reads a step. */
int64_t stack_reads(const struct stack *stack, int64_t layer);

/* Numbers in its parameter vector, with two biases a recurrent layer. */
int64_t stack_parameters(const struct stack *stack);

/* The hidden size that brings the parameters nearest to so many, everything else staying as it is. */
int64_t stack_match(const struct stack *stack, int64_t parameters);

/* The formula of stack_forward_flops, for people. */
#define STACK_FLOPS_FORMULA "forward 2*T*B*G*H*(I+H) a layer and direction, training three times that"

/* FLOPs of a forward pass: products only, a multiplication and an addition counting 2. */
double stack_forward_flops(const struct stack *stack, int64_t steps, int64_t batch);

/* The same with the backward pass, which has two products where forward has one: three times as many. */
double stack_training_flops(const struct stack *stack, int64_t steps, int64_t batch);

/* Numbers in the recurrent matrices R of all layers and directions. */
double stack_recurrent_weights(const struct stack *stack);

#endif
