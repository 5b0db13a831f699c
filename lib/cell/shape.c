/*
 * cell/shape.c: the kinds of layers.
 */
#include "cell/shape.h"

#include <stddef.h>

static const struct shape shapes[] = {
    {WEIR_RNN, "rnn", "", 1, true, false, -1, -1, -1},
    {WEIR_RNN_RELU, "rnn_relu", "", 1, true, false, -1, -1, -1},
    {WEIR_LSTM, "lstm", "ifgo", 4, true, true, 1, 0, 2},
    {WEIR_GRU, "gru", "rzn", 3, true, false, 1, -1, 2},
    {WEIR_GRU_RESET_BEFORE, "gru_reset_before", "rzn", 3, true, false, 1, -1, 2},
    {WEIR_LINEAR, "linear", "", 1, false, false, -1, -1, -1},
};

const struct shape *weir_shape_of(weir_kind kind)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (shapes[i].kind == kind)
            return &shapes[i];
    return NULL;
}
