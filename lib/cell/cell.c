/*
 * cell/cell.c: from a kind to its arithmetic.
 */
#include "cell/cell.h"

#include <stddef.h>

const struct cell_r *cell_of_r(weir_kind kind)
{
    switch (kind) {
    case WEIR_RNN:
        return &rnn_cell_r;
    case WEIR_RNN_RELU:
        return &rnn_relu_cell_r;
    case WEIR_LSTM:
        return &lstm_cell_r;
    case WEIR_GRU:
        return &gru_cell_r;
    case WEIR_GRU_RESET_BEFORE:
        return &gru_reset_before_cell_r;
    case WEIR_LINEAR:
        break;
    }
    return NULL;
}
