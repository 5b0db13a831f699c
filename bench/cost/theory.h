/*
 * cost/theory.h: what a GRU and an LSTM of H units and I = H inputs consist of, on paper.
 */
#ifndef BENCH_COST_THEORY_H
#define BENCH_COST_THEORY_H

#include "work/workload.h"

/* The GRU is the one that resets after its product, as PyTorch and cuDNN have it. */
enum cost_cell { COST_GRU, COST_LSTM, COST_CELLS };
extern const weir_kind cost_kinds[COST_CELLS];

/* Of a net or plan, or of a step of all rows of a batch. */
enum quantity {
    QUANTITY_PARAMETERS,
    QUANTITY_FLOPS,       /* of a step's products */
    QUANTITY_FUNCTIONS,   /* sigmoids and tanhs of a step; plans do not tell them */
    QUANTITY_STATE,       /* numbers that a step hands on */
    QUANTITY_ACTIVATIONS, /* bytes of activations and their derivatives that a step reads and writes */
    QUANTITY_TAPE,        /* bytes that a step leaves for backward */
    QUANTITY_WEIGHTS,     /* bytes of the plan: these and what follows depend on tiles and padding, not on paper */
    QUANTITY_WORKSPACE,
    QUANTITY_PLAN,
    QUANTITIES
};

/* "parameters" */
const char *quantity_name(enum quantity quantity);

/* How many of it there are for each unit and row, in multiples of what both cells share; 0 if there is none, NaN if
   paper does not say. */
double theory_count(enum quantity quantity, weir_mode mode, enum cost_cell cell);

/* All of it in a point with I = H and one layer, whose own cell does not matter. */
double theory_amount(enum quantity quantity, const struct point *point, enum cost_cell cell);

/* The GRU's over the LSTM's; NaN if there is none. */
double theory_ratio(enum quantity quantity, weir_mode mode);

#endif
