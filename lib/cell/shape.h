/*
 * cell/shape.h: what a kind of layer is, apart from its arithmetic and its precision.
 */
#ifndef WEIR_CELL_SHAPE_H
#define WEIR_CELL_SHAPE_H

#include <stdbool.h>

#include <weir/net.h>

struct shape {
    weir_kind kind;
    const char *name;
    const char *gates; /* the order of the row blocks of W, R and the biases; "" if there is one */
    int gate_count;    /* G */
    bool recurs;       /* has R and a state h */
    bool has_c;        /* has a state c beside h */
    int keep_gate;     /* the gate that keeps the state, or -1 */
    int input_gate;    /* the gate that lets new content in, where it is one of its own, or -1 */
    int new_gate;      /* the gate that is new content: through tanh, where the others are sigmoids; or -1 */
};

/* NULL if there is no such kind. */
const struct shape *weir_shape_of(weir_kind kind);

#endif
