/*
 * learn/cells.c: what is compared: cells, and ways to begin with them; and how large they are.
 */
#include "learn/cells.h"

#include <stddef.h>

const struct variety varieties[] = {
    {"rnn", WEIR_RNN, false, false},         {"rnn-identity", WEIR_RNN_RELU, true, false},
    {"gru", WEIR_GRU, false, false},         {"lstm", WEIR_LSTM, false, false},
    {"lstm-chrono", WEIR_LSTM, false, true}, {"gru-chrono", WEIR_GRU, false, true},
};

const char *const variety_names[] = {"rnn", "rnn-identity", "gru", "lstm", "lstm-chrono", "gru-chrono", NULL};

const char *const equal_names[] = {"parameters", "units", NULL};

struct stack variety_stack(const struct variety *variety, enum equal equal, struct stack like, int64_t parameters)
{
    like.cell = cell_of(WEIR_LSTM);
    const int64_t wanted = parameters > 0 ? parameters : stack_parameters(&like);
    like.cell = cell_of(variety->kind);
    if (equal == EQUAL_PARAMETERS)
        like.hidden = stack_match(&like, wanted);
    return like;
}
