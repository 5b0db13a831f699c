/*
 * test_problem.h: an open problem, music that it may read, and a net whose outputs are known.
 */
#ifndef BENCH_TEST_PROBLEM_H
#define BENCH_TEST_PROBLEM_H

#include "learn/learner.h"

/* A task of that name, opened; see problem_open. */
struct problem problem_of(const char *task, int64_t length, int64_t batch, const char *folder);

/* Writes the three splits of the chorales into a folder. */
void write_chorales(const char *folder, const char *train, const char *valid, const char *test);

/* Each of them as so many pieces: piece k is key k and then key k + 1. */
enum { PIECES = 50 };
void write_numbered(const char *folder);

/* All weights of its net are 0, and `bias` is what it says at every step. */
struct learner *known_learner(const struct problem *problem, const float *bias);

#endif
