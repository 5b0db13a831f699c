/*
 * peers/c/subject.h: what a C library shows to the Python program that times it.
 *
 * There is one shared object a library (weir.c, onednn.c), and the loop around the runs is in it, so that a C library
 * is timed as a C program would call it. clibrary.py has these structs field by field.
 */
#ifndef BENCH_PEERS_C_SUBJECT_H
#define BENCH_PEERS_C_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

enum subject_cell { SUBJECT_RNN = 1, SUBJECT_GRU = 2, SUBJECT_LSTM = 3 };

/* What is run. One run is `calls` calls of `steps` steps; with more than one, the state goes from call to call. */
struct subject_work {
    int32_t cell; /* enum subject_cell; an RNN's activation is tanh, a GRU resets after its product */
    int32_t training;
    int32_t bits; /* 32 or 64 */
    int32_t threads;
    int32_t engine; /* a weir_engine; of no meaning to others */
    int32_t reserved;
    int64_t calls;
    int64_t steps;
    int64_t batch;
    int64_t inputs;
    int64_t hidden;
    int64_t layers;
    int64_t directions;
    const int64_t *lengths; /* [batch], or NULL: all `steps` */
};

/* The caller's memory, gapless, valid until subject_close. What is not needed is NULL. */
struct subject_arrays {
    const void *parameters; /* in the library's own plain layout */
    const void *x;          /* [calls * steps][batch][inputs] */
    const void *dy;         /* like y */
    void *y;                /* [calls * steps][batch][directions * hidden] */
    void *dx;               /* like x */
    void *gradient;         /* like parameters */
    void *dstate;           /* dL/d(initial state), in the library's own plain layout */
};

/* Bytes that the library keeps for this work, beyond the arrays above. */
struct subject_bytes {
    int64_t total;
    int64_t weights;   /* copies of the parameters */
    int64_t workspace; /* scratch of a run */
    int64_t tape;      /* what forward leaves for backward */
};

struct subject;

/* Makes everything ready; NULL, and a sentence in `why`, if it cannot be. */
struct subject *subject_open(const struct subject_work *work, const struct subject_arrays *arrays, char *why,
                             size_t why_size);

/* Runs it `count` times; NULL, or a sentence about what failed, valid until the next call. */
const char *subject_run(struct subject *subject, int64_t count);

/* Brings the outputs of the last run into the arrays; results as subject_run. */
const char *subject_fetch(struct subject *subject);

struct subject_bytes subject_bytes(const struct subject *subject);

/* How it will run, in the library's own words: at most `size` bytes with the final NUL. */
void subject_describe(const struct subject *subject, char *text, size_t size);

void subject_close(struct subject *subject);

/* The library's version, and how it was built: lines "key: value". Static memory. */
const char *subject_version(void);

#endif
