/*
 * gradient/starts.c: how nets begin.
 */
#include "gradient/starts.h"

#include "base/message.h"
#include "gradient/adding.h"

/* Places in `cells`. */
enum { RNN, RNN_RELU, GRU, GRU_RESET_BEFORE, LSTM };

#define ORTHOGONAL WEIR_INIT_GLOROT_ORTHOGONAL

/* Where a scheme draws no biases they are 0: that is also the gate bias of 0. */
#define GATED(place, learning)                                                                                         \
    {&cells[place], "PyTorch", WEIR_INIT_PYTORCH, WEIR_KEEP_BIAS_SCHEME, 0.0, false},                                  \
        {&cells[place], "orthogonal, bias 0", ORTHOGONAL, WEIR_KEEP_BIAS_CONSTANT, 0.0, false},                        \
        {&cells[place], "orthogonal, bias 1", ORTHOGONAL, WEIR_KEEP_BIAS_CONSTANT, 1.0, learning},                     \
        {&cells[place], "orthogonal, bias 5", ORTHOGONAL, WEIR_KEEP_BIAS_CONSTANT, 5.0, false},                        \
        {&cells[place], "orthogonal, chrono", ORTHOGONAL, WEIR_KEEP_BIAS_CHRONO, 0.0, false},

const struct start starts[] = {{&cells[RNN], "PyTorch", WEIR_INIT_PYTORCH, WEIR_KEEP_BIAS_SCHEME, 0.0, false},
                               {&cells[RNN], "orthogonal", ORTHOGONAL, WEIR_KEEP_BIAS_SCHEME, 0.0, true},
                               {&cells[RNN], "identity", WEIR_INIT_IDENTITY, WEIR_KEEP_BIAS_SCHEME, 0.0, false},
                               {&cells[RNN_RELU], "PyTorch", WEIR_INIT_PYTORCH, WEIR_KEEP_BIAS_SCHEME, 0.0, false},
                               {&cells[RNN_RELU], "orthogonal", ORTHOGONAL, WEIR_KEEP_BIAS_SCHEME, 0.0, false},
                               {&cells[RNN_RELU], "identity", WEIR_INIT_IDENTITY, WEIR_KEEP_BIAS_SCHEME, 0.0, true},
                               GATED(GRU, true) GATED(LSTM, true)};
const size_t starts_count = sizeof starts / sizeof *starts;

weir_net *start_net(const struct start *start, weir_precision precision, int64_t hidden, int64_t steps, uint64_t seed)
{
    const weir_layer layers[] = {{.kind = start->cell->kind, .units = hidden}, {.kind = WEIR_LINEAR, .units = 1}};
    const bool chrono = start->keep_bias == WEIR_KEEP_BIAS_CHRONO;
    const weir_init init = {.scheme = start->scheme,
                            .keep_bias = start->keep_bias,
                            .keep_value = chrono ? (double)steps : start->keep_value,
                            .seed = seed};
    weir_net *net = NULL;
    weir_error error;
    if (weir_net_create(&net, precision, ADDING_INPUTS, layers, 2, &error) != WEIR_OK ||
        weir_net_init(net, &init, &error) != WEIR_OK)
        message_fail("gradient: %s", error.message);
    return net;
}
