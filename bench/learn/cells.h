/*
 * learn/cells.h: what is compared: cells, and ways to begin with them; and how large they are.
 */
#ifndef BENCH_LEARN_CELLS_H
#define BENCH_LEARN_CELLS_H

#include "work/stack.h"

/* A cell, and how its weights are drawn where that is not as for all. */
struct variety {
    const char *name; /* as on the command line */
    weir_kind kind;
    bool identity; /* the recurrent matrix is the identity at first (Le et al. 2015) */
    bool chrono;   /* the gate that keeps is drawn for as many steps as a sequence has (Tallec & Ollivier 2018) */
};

/* The varieties in the order of variety_names, which NULL ends. */
extern const struct variety varieties[];
extern const char *const variety_names[];

/* By what cells are made equal. */
enum equal { EQUAL_PARAMETERS, EQUAL_UNITS };
extern const char *const equal_names[];

/* The stack of a variety, of equal parameters or units: parameters are those of an LSTM of `units`, or `parameters`
   where that is not 0. */
struct stack variety_stack(const struct variety *variety, enum equal equal, struct stack like, int64_t parameters);

#endif
