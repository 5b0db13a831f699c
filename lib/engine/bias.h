/*
 * engine/bias.h: the biases of a walk, as every engine wants them.
 */
#ifndef WEIR_ENGINE_BIAS_H
#define WEIR_ENGINE_BIAS_H

#include "engine/engine.h"

#define add_biases_r REAL(add_biases)

/* Adds up the two biases into the walk's, except that of a candidate which a reset gate is to multiply. */
void add_biases_r(const struct walk_r *walk);

#endif
