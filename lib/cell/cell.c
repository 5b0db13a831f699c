/*
 * cell/cell.c: from a kind to its arithmetic.
 */
#include "cell/cell.h"

#include <stddef.h>

const struct X(cell) *X(cell_of)(weir_kind kind)
{
    switch (kind) {
    case WEIR_RNN:
        return &X(rnn_cell);
    case WEIR_RNN_RELU:
        return &X(rnn_relu_cell);
    case WEIR_LSTM:
        return &X(lstm_cell);
    case WEIR_GRU:
        return &X(gru_cell);
    case WEIR_GRU_RESET_BEFORE:
        return &X(gru_reset_before_cell);
    case WEIR_LINEAR:
        break;
    }
    return NULL;
}
