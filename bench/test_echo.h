/*
 * test_echo.h: a task that is easily learned: say the first number again.
 */
#ifndef BENCH_TEST_ECHO_H
#define BENCH_TEST_ECHO_H

#include "learn/course.h"

enum { ECHO_STEPS = 6, ECHO_DATA = 21 };

extern const struct task echo;

/* Fresh sequences without end; a data set of ECHO_DATA to train on. */
bool echo_open(struct problem *problem, const char *folder, struct why *why);
bool echo_open_data(struct problem *problem, const char *folder, struct why *why);

/* A trial of it with an LSTM. */
struct bench {
    struct task task;
    struct problem problem;
    struct trial trial;
    char folder[64];
};

/* With the task that it has, and a folder of its own. */
void bench_open(struct bench *bench);
void bench_close(struct bench *bench);

/* The path of a file in its folder. */
void bench_path(const struct bench *bench, const char *name, char *path, size_t size);

/* Of a training: that it is never stopped by hand. */
bool never(const struct course *course);

#endif
