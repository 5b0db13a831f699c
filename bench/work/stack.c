/*
 * work/stack.c: the nets that are measured, and how much they compute.
 */
#include "work/stack.h"

#include <stddef.h>

enum { HIDDEN_MOST = 1 << 20 };

const struct cell cells[] = {
    {"rnn", WEIR_RNN, 1},   {"rnn-relu", WEIR_RNN_RELU, 1},
    {"gru", WEIR_GRU, 3},   {"gru-reset-before", WEIR_GRU_RESET_BEFORE, 3},
    {"lstm", WEIR_LSTM, 4},
};

const char *const cell_names[] = {"rnn", "rnn-relu", "gru", "gru-reset-before", "lstm", NULL};

const struct cell *cell_of(weir_kind kind)
{
    size_t place = 0;
    while (cells[place].kind != kind)
        place++;
    return &cells[place];
}

int64_t stack_directions(const struct stack *stack) { return stack->bidirectional ? 2 : 1; }

int64_t stack_width(const struct stack *stack) { return stack_directions(stack) * stack->hidden; }

int64_t stack_reads(const struct stack *stack, int64_t layer)
{
    return layer == 0 ? stack->inputs : stack_width(stack);
}

int64_t stack_parameters(const struct stack *stack)
{
    const int64_t H = stack->hidden, rows = stack_width(stack) * stack->cell->gates;
    const int64_t first = rows * (stack->inputs + H + 2);
    const int64_t others = (stack->layers - 1) * rows * (stack_width(stack) + H + 2);
    return first + others + stack->outputs * (stack_width(stack) + 1);
}

static int64_t parameters_at(struct stack stack, int64_t hidden)
{
    stack.hidden = hidden;
    return stack_parameters(&stack);
}

int64_t stack_match(const struct stack *stack, int64_t parameters)
{
    /* The count grows with the size: halve the range until `low` is the largest size that does not exceed it. */
    int64_t low = 1, high = HIDDEN_MOST;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (parameters_at(*stack, middle) <= parameters)
            low = middle;
        else
            high = middle;
    }
    const int64_t missing = parameters - parameters_at(*stack, low);
    const int64_t excess = parameters_at(*stack, high) - parameters;
    return missing <= excess ? low : high;
}

double stack_forward_flops(const struct stack *stack, int64_t steps, int64_t batch)
{
    const double H = (double)stack->hidden, width = (double)stack_width(stack), rows = width * stack->cell->gates;
    const double first = rows * ((double)stack->inputs + H);
    const double others = (double)(stack->layers - 1) * rows * (width + H);
    return 2.0 * (double)steps * (double)batch * (first + others + width * (double)stack->outputs);
}

double stack_training_flops(const struct stack *stack, int64_t steps, int64_t batch)
{
    return 3.0 * stack_forward_flops(stack, steps, batch);
}

double stack_recurrent_weights(const struct stack *stack)
{
    return (double)stack->layers * stack->cell->gates * (double)stack_width(stack) * (double)stack->hidden;
}
