/*
 * learn/course.h: training one net until it has solved its task, learns no more, or has used up its budget.
 */
#ifndef BENCH_LEARN_TRAINING_H
#define BENCH_LEARN_TRAINING_H

#include "learn/learner.h"

/* One training, before it has begun. */
struct trial {
    const struct problem *problem;
    const struct variety *variety;
    struct stack stack;
    struct course_settings settings;
    uint64_t seed;
    int64_t draw; /* which of a search's settings these are, from 1; 0: it belongs to no search */
    bool tested;  /* at its end: not one of a search */
};

enum { TRIAL_NAME = 128, TRIAL_TEXT = 768 };

/* A name that no other trial of a job has, fit for a file; and everything that decides how it ends, for people and to
   see whether a checkpoint is of this trial. */
void trial_name(const struct trial *trial, char *text, size_t size);
void trial_text(const struct trial *trial, char *text, size_t size);

/* At an evaluation. */
struct moment {
    int64_t updates;
    double seconds; /* of the CPU, in updates: evaluations are not counted */
    double train;   /* score as it was met since the evaluation before */
    double valid;
    double right; /* share of the validation sequences */
    double rate;
};

/* Why a training ended. */
enum ending {
    ENDING_OPEN,     /* it has not: it was interrupted */
    ENDING_SOLVED,   /* passed the test of success */
    ENDING_PATIENCE, /* no longer better */
    ENDING_BUDGET,   /* all updates made */
    ENDING_SECONDS,
    ENDING_DIVERGED /* one gradient after the other was not finite */
};

/* How far a training is: what a checkpoint keeps beside vectors and curve. */
struct progress {
    int64_t updates;
    int64_t next;   /* sequence of the training split: as many were read */
    double seconds; /* see struct moment */
    double loss;    /* summed since the last evaluation, over `losses` updates */
    int64_t losses;
    int64_t skipped, skipped_in_a_row; /* updates, for a gradient that was not finite */
    double rate;
    int64_t moments;
    int64_t best;         /* the moment with the best validation */
    int64_t lowered;      /* the moment at which the rate was last lowered */
    struct recent recent; /* sequences, for a rule that stops */
    int64_t ending;       /* enum ending */
};

struct course {
    const struct trial *trial;
    struct progress progress;
    struct moment *curve; /* [progress.moments], room for all that there can be */
    int64_t room;
    double since;   /* when the clock was started that goes on in progress.seconds */
    double *errors; /* [window] of the rule that stops */
    struct score test;
    struct findings findings;
};

struct course course_open(const struct trial *trial);
void course_close(struct course *course);

/*
 * Trains, from where the checkpoint in file `path` left it, if there is one; keeps checkpoints there, at the end too.
 * After each update it asks `stop` whether to stop for now. What does not work ends the program.
 */
void course_run(struct course *course, const char *path, bool (*stop)(const struct course *course));

/* "solved", "no longer better", ... */
const char *ending_name(int64_t ending);

#endif
