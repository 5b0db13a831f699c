/*
 * learn/task.h: what a net can be asked to learn. One file a task in learn/tasks/, whose constant stands in
 * learn/tasks.c.
 *
 * To add a task: a file learn/tasks/<name>.c like adding.c, with the same pieces in the same order: open (sizes, data),
 * measure (how long a sequence is), write (one sequence into a row of a minibatch), nothing (what a net that has
 * learned nothing scores), solved (the test of success, if it has one), the constant at the bottom; its line in
 * learn/tasks.c and in bench/meson.build; a test of its generator in bench/test_tasks.c. Losses, scores, minibatches,
 * splits, searches, checkpoints, statistics and plots are the framework's.
 *
 * A sequence is a function of (split, seed, index) and nothing else: a training that goes on after an interruption
 * reads what it would have read, and evaluation does not depend on the batch. Letters as in the library: T steps, B
 * rows.
 */
#ifndef BENCH_LEARN_TASK_H
#define BENCH_LEARN_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include <weir/train.h>

#include "base/random.h"
#include "learn/batch.h"
#include "learn/rule.h"
#include "learn/score.h"
#include "learn/settings.h"

struct learner; /* learn/learner.h */

/* Rows of a minibatch that is only looked at, where `open` does not say it. */
enum { EVALUATION_ROWS = 100 };

/* Training data; what chooses settings and says when to stop; what is scored once, at the end, and decides nothing. */
enum split { SPLIT_TRAIN, SPLIT_VALID, SPLIT_TEST };

/* One sequence of a split's stream, before and while it is written. */
struct sequence {
    enum split split;
    uint64_t seed;              /* of the training; the splits of a data set are the same for all */
    int64_t index;              /* from 0: a minibatch holds those that follow each other */
    int64_t length;             /* what `measure` answered */
    struct generator generator; /* its own; `measure` may draw from it, and `write` goes on */
};

/* A task of one size, opened. */
struct problem {
    const struct task *task;
    int64_t length;          /* T, of the tasks that have one */
    int64_t rows[3];         /* of a minibatch, by split: where state is carried, sequence i is of stream i % rows */
    int64_t part;            /* of the training data one of so many is taken, as if there were no more; 1: all */
    int64_t subset;          /* which of the possible ones, drawn by this number; the larger of one number have the
                                smaller within them */
    int64_t inputs, outputs; /* set by `open`, as are the following */
    int64_t steps;           /* of the longest sequence */
    int64_t count[3];        /* sequences of each split, read again and again; 0: fresh ones without end. Where state is
                                carried, a multiple of rows */
    uint64_t fingerprint;    /* of the data, so that a job goes on with the same; 0: it has none */
    void *data;              /* the task's own */
};

/* Which steps of a sequence have a target. */
enum scored {
    SCORED_LAST,  /* its last */
    SCORED_ALL,   /* all */
    SCORED_MARKED /* those that `write` marked */
};

/* A published result, for the row below ours. */
struct published {
    int64_t length;     /* 0: whatever it is */
    const char *cell;   /* as on the command line */
    const char *text;   /* "5.3e-5" */
    int64_t parameters; /* of the paper's net; 0: unknown */
};

/* Something else that a task finds out about a trained net. */
enum { FINDINGS_MOST = 8, FINDINGS_TEXT = 2048 };
struct findings {
    int64_t count;
    struct {
        char name[48];
        double value;
    } values[FINDINGS_MOST];
    char text[FINDINGS_TEXT]; /* a sample of what it writes, say */
};

struct task {
    const char *name;    /* as on the command line */
    const char *summary; /* one line for the list */
    const char *paper;   /* whose setting it is */
    const char *success; /* what `solved` asks for, as a sentence; NULL: nothing can be solved */
    const char *unit;    /* of the score: "mean squared error" */
    bool has_length;     /* --length chooses among sizes, of at least `least_length` */
    int64_t least_length;

    struct learn_settings settings; /* the published one; --quick and --full change what `quick` and `full` set */
    struct learn_scale quick, usual, full;

    weir_loss loss;
    enum scored scored;
    double tolerance; /* a sequence is right if no output at a scored step is off by as much; see score.h */
    double scale;     /* the score is the mean loss a scored step, times this; 0: 1 */
    double margin; /* by which GRU and LSTM must differ for it to matter, in the score's unit; 0: no such comparison */
    bool carries;  /* minibatches go on where the last one ended: a row's state is carried over */
    struct stop_rule stop;             /* which decides, where there is one; else the validation split does */
    const char *group;                 /* what `group_of` sorts sequences by, "lag"; NULL: by nothing */
    bool group_table;                  /* few enough groups for a table; else they are in the files alone */
    const struct published *published; /* ends with text NULL; NULL: none */

    /* Sizes, and data from `folder` (NULL: where it was installed or lies in the source tree). */
    bool (*open)(struct problem *problem, const char *folder, struct why *why);
    void (*close)(struct problem *problem); /* NULL: nothing to free */

    /* The length of a sequence, 1 to problem->steps. */
    int64_t (*measure)(const struct problem *problem, struct sequence *sequence);

    /* Writes inputs, targets or classes, and marks, into a row that is zero (classes 0, nothing marked). */
    void (*write)(const struct problem *problem, struct sequence *sequence, struct batch *batch, int64_t row);

    /* Updates that the paper needed, which are the budget where that is 0; NULL: a budget is never 0. */
    int64_t (*bound)(const struct problem *problem);

    /* The score of a net that has learned nothing (but how often each answer is right). */
    double (*nothing)(const struct problem *problem);

    /* The test of success; NULL: there is none, and trainings end by patience. */
    bool (*solved)(const struct problem *problem, const struct score *score);

    /* A label for the group of a sequence, below SCORE_GROUPS; NULL with `group`. */
    int64_t (*group_of)(const struct problem *problem, const struct batch *batch, int64_t row);
    void (*group_name)(const struct problem *problem, int64_t group, char *text, size_t size);

    /* Whether a row is right, where that is not a matter of `tolerance`; NULL: it is. */
    bool (*right)(const struct problem *problem, const struct answers *answers, int64_t row);

    /* Looks at a trained net, at its best; NULL: there is nothing more to see. */
    void (*examine)(const struct problem *problem, struct learner *learner, struct findings *findings);
};

/* All tasks; NULL ends the list. */
extern const struct task *const tasks[];

/* The task of that name; NULL: there is none. */
const struct task *task_find(const char *name);

/* Opens a task at a length (0: its usual one) for minibatches of `batch` rows; data comes from `folder`. False, and
   why, if it cannot be read. */
bool problem_open(struct problem *problem, const struct task *task, int64_t length, int64_t batch, const char *folder,
                  struct why *why);
void problem_close(struct problem *problem);

/* Takes one of so many of the training data of a problem that was opened; `write` sees to it which. False, and why, if
   the task has none that could be divided, or too few. */
bool problem_divide(struct problem *problem, int64_t part, struct why *why);

/* The task's name, and its length where it has one, and part: "adding T=100", "jsb, 1/4 of the data". */
void problem_name(const struct problem *problem, char *text, size_t size);

/* Where the generator of a sequence begins: nothing that another one draws is like it. */
struct generator sequence_start(enum split split, uint64_t seed, int64_t index);

/* Writes `rows` sequences of a split from `first` on into a batch; fewer at the end of a data set. How many. */
int64_t problem_fill(const struct problem *problem, enum split split, uint64_t seed, int64_t first, int64_t rows,
                     struct batch *batch);

/* Whether a score passes the test of success, and is below `aim` (0: any). False where a task has no such test of a
   score. */
bool problem_solved(const struct problem *problem, const struct score *score, double aim);

/* What success is, as part of a sentence; "" where nothing can be solved. */
void task_success(const struct task *task, double aim, char *text, size_t size);

/* The score: the mean loss of a tally a scored step, in the task's unit. */
double problem_score(const struct problem *problem, const struct tally *tally);

#endif
