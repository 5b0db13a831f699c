/*
 * work/pieces.h: pieces of music, as the keys that sound at each step.
 */
#ifndef BENCH_WORK_PIECES_H
#define BENCH_WORK_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/numbers.h"

enum { KEYS = 88 };

/* Some pieces, one after the other. */
struct pieces {
    size_t count;
    int64_t *first;          /* [count+1] where a piece begins; first[count] is the number of all steps */
    uint8_t (*sounds)[KEYS]; /* [first[count]] 1 for each key that sounds */
};

/* Reads a file in the format of bench/data/README.md; false, and why with file and line, if it is not one. */
bool pieces_read(struct pieces *pieces, const char *path, struct why *why);

/* Reads <folder>/<name>.<split>.txt; folder NULL is the source tree's, else where it was installed. */
bool pieces_read_split(struct pieces *pieces, const char *folder, const char *name, const char *split, struct why *why);

/* Frees what was read; all zero holds nothing. */
void pieces_close(struct pieces *pieces);

/* Steps of a piece, and of the longest; each is predicted from those before it, so a piece has one prediction less. */
int64_t piece_length(const struct pieces *pieces, size_t piece);
int64_t pieces_longest(const struct pieces *pieces);
int64_t pieces_predictions(const struct pieces *pieces);

/*
 * What it costs to predict `pieces` by nothing but how often each key sounds in `known`: the negative log-likelihood in
 * nats a step. Anything near it has learned nothing.
 */
double pieces_frequency_cost(const struct pieces *known, const struct pieces *pieces);

#endif
