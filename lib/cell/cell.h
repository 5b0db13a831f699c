/*
 * cell/cell.h: the arithmetic of one step of one cell, in the order in which an engine asks for it.
 *
 * A step is one or two stages. Forward, a stage is a product of a block of R's rows with an operand (h', or what the
 * stage before made of it), then a pass of gate arithmetic. Backward, the stages run the other way round: a pass, then
 * a product with the same block transposed. Cells do the passes; products are the engine's.
 *
 * Each cell file has the same pieces in the same order: equations, forward pass, backward pass, and the constant
 * struct cell at the bottom. A pass is a loop over rows around a function of one row, whose restrict parameters are
 * what lets compilers turn its loop over units into vector code. Names: x h c y, W R b, a prime for the step before, d
 * for a derivative of the loss; rows are those live at the step, units are H.
 */
#ifndef WEIR_CELL_CELL_H
#define WEIR_CELL_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

#include "base/real.h"

#define forward_step_r REAL(forward_step)
#define backward_step_r REAL(backward_step)
#define stage_r REAL(stage)
#define cell_r REAL(cell)
#define cell_of_r REAL(cell_of)
#define rnn_cell_r REAL(rnn_cell)
#define rnn_relu_cell_r REAL(rnn_relu_cell)
#define lstm_cell_r REAL(lstm_cell)
#define gru_cell_r REAL(gru_cell)
#define gru_reset_before_cell_r REAL(gru_reset_before_cell)

/* One step, forward: [rows][n] matrices without gaps. Written in place, so that what remains is what backward needs. */
struct forward_step_r {
    int64_t rows;
    int64_t units;
    const real *bias;           /* [G*H], both vectors added where they can be */
    const real *recurrent_bias; /* [H], b_hn of a GRU that resets after; else NULL */
    real *gates;                /* [rows][G*H] in: W x, and R h' if the product is added to it; out: the gates */
    real *recurrent;            /* [rows][G*H] in: R h' of a cell that wants it apart; out: q in the last block */
    real *reset;                /* [rows][H] out: r h' of a GRU that resets before */
    real *h;                    /* [rows][H] in: h'; out: h */
    real *c;                    /* [rows][H] in: c'; out: c */
};

/* One step, backward: [rows][n] matrices without gaps but for y. */
struct backward_step_r {
    int64_t rows;
    int64_t units;
    const real *gates; /* [rows][G*H], as forward left them */
    const real *y;     /* [rows] at y_stride: h */
    int64_t y_stride;
    const real *h_before; /* [rows][H] h' */
    const real *c_before; /* [rows][H] c' */
    const real *c;        /* [rows][H] */
    const real *q;        /* [rows][H] */
    real *dh;             /* [rows][H] in: dL/dh; out: the part of dL/dh' that needs no product, where the product is
                             added to it */
    real *dc;             /* [rows][H] in: dL/dc from the step after; out: dL/dc' */
    real *dgates;         /* [rows][G*H] out: dL/d(W x + b_ih) */
    real *drecurrent;     /* [rows][G*H] out: dL/d(R h' + b_hh) where that differs; else dgates itself */
    real *reset;          /* [rows][H] out: r h' */
    const real *dreset;   /* [rows][H] dL/d(r h') */
};

/* One product and one pass. */
struct stage_r {
    int first_gate, gate_count; /* the rows of R: [first_gate*H, (first_gate+gate_count)*H) */
    bool operand_is_reset;      /* the operand is r h', not h' */
    bool product_apart;         /* forward: the product goes to `recurrent`; else it is added to `gates` */
    bool product_added;         /* backward: the product is added to dh; else it overwrites dh (or dreset) */
    void (*forward)(const struct forward_step_r *step);
    void (*backward)(const struct backward_step_r *step);
};

struct cell_r {
    int stage_count;
    bool keeps_gates;        /* training keeps the gates: [rows][G*H] a step */
    bool keeps_c;            /* and c: [rows][H] */
    bool keeps_q;            /* and q: [rows][H] */
    bool splits_derivative;  /* dL/d(R h' + b_hh) is not dL/d(W x + b_ih) */
    bool has_recurrent_bias; /* b_hn stands apart from the other biases */
    struct stage_r stages[2];
};

/* NULL for a kind without recurrence. */
const struct cell_r *cell_of_r(weir_kind kind);

extern const struct cell_r rnn_cell_r, rnn_relu_cell_r, lstm_cell_r, gru_cell_r, gru_reset_before_cell_r;

#endif
