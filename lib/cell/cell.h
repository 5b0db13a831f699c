/*
 * cell/cell.h: the arithmetic of one step of one cell, in the order in which an engine asks for it.
 *
 * A step is one or two stages. Forward, a stage is a product of a block of R's rows with an operand (h', or what the
 * stage before made of it), then a pass of gate arithmetic. Backward, the stages run the other way round: a pass, then
 * a product with the same block transposed. Cells do the passes; products are the engine's. A pass is over all units of
 * a layer, or over those of one panel: where the numbers lie is said by strides.
 *
 * A step can also be followed by a *tangent*: how its numbers change with a parameter e of which h', c' and x are
 * functions. A dot is d/de. The stages of a tangent run as forward's do, with the same blocks of R: it is J v where
 * backward is J^T u, for the derivative J of the step where forward left it.
 *
 * Each cell file has the same pieces in the same order: equations, forward pass, backward pass, tangent pass, and the
 * constant struct cell at the bottom; it is compiled for each instruction set. Names: x h c y, W R b, a prime for the
 * step before, d for a derivative of the loss; rows are those live at the step.
 */
#ifndef WEIR_CELL_CELL_H
#define WEIR_CELL_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/net.h>

#include "base/cpu.h"
#include "base/matrix.h"

#define forward_step_r REAL(forward_step)
#define backward_step_r REAL(backward_step)
#define tangent_step_r REAL(tangent_step)
#define stage_r REAL(stage)
#define cell_r REAL(cell)
#define cell_of_r REAL(cell_of)

/* One step, forward. A row of `gates` and `recurrent` has a block for each gate, gate_stride apart. */
struct forward_step_r {
    int64_t rows, units;
    int64_t gate_stride, bias_stride;
    int64_t bias_row_stride;    /* 0, unless other units stand in for rows */
    const real *bias;           /* G blocks, bias_stride apart: both vectors added where they can be */
    const real *recurrent_bias; /* [units], b_hn of a GRU that resets after; else NULL */
    struct target_r gates;      /* in: W x, and R h' if the product is added to it; out: the gates */
    struct matrix_r recurrent;  /* R h' of a cell that wants it apart */
    struct target_r reset;      /* out: r h' of a GRU that resets before */
    struct matrix_r h_before;   /* h' */
    struct target_r h;          /* out: h; may be h' */
    struct target_r c;          /* in: c'; out: c */
    struct target_r kept_c;     /* out: c once more, for backward; data NULL: not wanted */
    struct target_r kept_q;     /* out: q, likewise */
};

/* One step, backward. A row of `gates` and `dgates` has blocks as above. */
struct backward_step_r {
    int64_t rows, units;
    int64_t gate_stride;
    struct matrix_r gates; /* as forward left them */
    struct matrix_r y;     /* h */
    struct matrix_r h_before, c_before;
    struct matrix_r c, q;
    struct matrix_r dy;     /* dL/dy of this step */
    struct target_r dh;     /* in: dL/dh from the step after; out: the part of dL/dh' that needs no product, where the
                               product is added to it */
    struct target_r dc;     /* in: dL/dc from the step after; out: dL/dc' */
    struct target_r dgates; /* out: dL/d(W x + b_ih) */
    struct target_r dq;     /* out: dL/dq, where that differs from the last block of dgates */
    struct target_r reset;  /* out: r h' */
    struct matrix_r dreset; /* dL/d(r h') */
};

/* One step's tangent. What has no dot is as forward left it. A row of `gates`, `gates_dot` and `recurrent_dot` has
   blocks as above. */
struct tangent_step_r {
    int64_t rows, units;
    int64_t gate_stride;
    struct matrix_r gates;
    struct matrix_r h, h_before, c, c_before, q;
    struct target_r gates_dot; /* in: W x., and R h'. if the product is added to it; out: what a later stage reads */
    struct matrix_r recurrent_dot; /* R h'. of a cell that wants it apart */
    struct target_r reset_dot;     /* out: (r h'). of a GRU that resets before */
    struct matrix_r h_before_dot;  /* h'. */
    struct target_r h_dot;         /* out: h.; may be h'. */
    struct target_r c_dot;         /* in: c'.; out: c. */
};

/* One product and one pass. */
struct stage_r {
    int first_gate, gate_count; /* the blocks of R */
    bool operand_is_reset;      /* the operand is r h', not h' */
    bool product_apart;         /* forward, tangent: the product goes to `recurrent`; else it is added to `gates` */
    bool product_added;         /* backward: the product is added to dh; else it overwrites dh (or dreset) */
    void (*forward)(const struct forward_step_r *step);
    void (*backward)(const struct backward_step_r *step);
    void (*tangent)(const struct tangent_step_r *step);
};

struct cell_r {
    int stage_count;
    bool keeps_gates;        /* training keeps the gates */
    bool keeps_c;            /* and c */
    bool keeps_q;            /* and q */
    bool has_recurrent_bias; /* b_hn stands apart from the other biases */
    bool splits_derivative;  /* dL/d(R h' + b_hh) is not dL/d(W x + b_ih): its last block is dq, not dn */
    struct stage_r stages[2];
};

/* The cell of a kind at a level; NULL for a kind without recurrence. */
const struct cell_r *cell_of_r(enum level level, weir_kind kind);

#endif
