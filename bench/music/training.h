/*
 * music/training.h: training one net until it learns no more.
 */
#ifndef BENCH_MUSIC_TRAINING_H
#define BENCH_MUSIC_TRAINING_H

#include "music/network.h"

struct music {
    struct pieces train, valid, test;
};

struct training_settings {
    struct network_settings network; /* a rate of 0 is what suits the cell */
    int64_t epochs;                  /* at most */
    int64_t patience;                /* epochs without a better validation before it stops */
    int64_t wait;                    /* epochs without a better validation before the rate is multiplied by decay */
    double decay;
    double seconds; /* at most, of each net */
};

/* After each epoch, in nats a predicted step. */
struct epoch {
    double seconds; /* since the beginning */
    double train;   /* as it was met, with dropout */
    double valid;
    double rate;
};

/* Why a training ended. */
enum training_end { END_PATIENCE, END_EPOCHS, END_SECONDS, END_INTERRUPTED };

struct training {
    struct stack stack;
    uint64_t seed;
    int64_t epochs;
    struct epoch *curve; /* [epochs] */
    int64_t best;        /* the epoch, from 0, with the best validation */
    double seconds;      /* of everything */
    double test;         /* at the best validation */
    enum training_end end;
};

/* Trains one; calls `show` after each epoch with how much is done, 0 to 1. Close it afterwards. */
struct training training_run(const struct music *music, const struct cell *cell,
                             const struct training_settings *settings, uint64_t seed,
                             void (*show)(const struct training *training, double done));
void training_close(struct training *training);

/* "stopped improving", "epochs used up", ... */
const char *training_end_name(enum training_end end);

#endif
