/*
 * learn/claim.h: whether a GRU and an LSTM differ.
 */
#ifndef BENCH_LEARN_CLAIM_H
#define BENCH_LEARN_CLAIM_H

#include "learn/report.h"

/* For each length, part of the data and comparison with both: GRU - LSTM, its interval over seeds, subsets and groups
   of the test split, and whether the claim that they differ by less than the task's margin is held; and where there are
   several parts, how it grows with each doubling of the data. */
void learn_print_claims(const struct job *job, FILE *stream);

#endif
