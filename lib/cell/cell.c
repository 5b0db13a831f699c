/*
 * cell/cell.c: which cell computes which kind of layer, at which level.
 */
#include "cell/cell.h"

#include <stddef.h>

#define DECLARE(name, flag)                                                                                            \
    extern const struct cell_r REAL(name##_rnn_cell), REAL(name##_rnn_relu_cell), REAL(name##_lstm_cell),              \
        REAL(name##_gru_cell), REAL(name##_gru_reset_before_cell);
FOR_EACH_LEVEL(DECLARE)

#define ROW(name, flag)                                                                                                \
    [LEVEL_##name] = {                                                                                                 \
        [WEIR_RNN] = &REAL(name##_rnn_cell),                                                                           \
        [WEIR_RNN_RELU] = &REAL(name##_rnn_relu_cell),                                                                 \
        [WEIR_LSTM] = &REAL(name##_lstm_cell),                                                                         \
        [WEIR_GRU] = &REAL(name##_gru_cell),                                                                           \
        [WEIR_GRU_RESET_BEFORE] = &REAL(name##_gru_reset_before_cell),                                                 \
    },

const struct cell_r *cell_of_r(enum level level, weir_kind kind)
{
    static const struct cell_r *const cells[LEVEL_COUNT][WEIR_LINEAR + 1] = {FOR_EACH_LEVEL(ROW)};
    return cells[level][kind];
}
