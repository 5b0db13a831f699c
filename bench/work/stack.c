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

int64_t stack_parameters(const struct stack *stack)
{
    const int64_t G = stack->cell->gates, H = stack->hidden;
    const int64_t first = G * H * (stack->inputs + H + 2);
    const int64_t others = (stack->layers - 1) * G * H * (H + H + 2);
    return first + others + stack->outputs * (H + 1);
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
    const double H = (double)stack->hidden, per_width = 2.0 * (double)steps * (double)batch;
    const double G = stack->cell->gates;
    double flops = per_width * G * H * ((double)stack->inputs + H);
    flops += (double)(stack->layers - 1) * per_width * G * H * (H + H);
    return flops + per_width * H * (double)stack->outputs;
}

double stack_training_flops(const struct stack *stack, int64_t steps, int64_t batch)
{
    return 3.0 * stack_forward_flops(stack, steps, batch);
}

double stack_recurrent_weights(const struct stack *stack)
{
    const double H = (double)stack->hidden;
    return (double)stack->layers * stack->cell->gates * H * H;
}
