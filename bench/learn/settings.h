/*
 * learn/settings.h: what a task's trainings are like, and what a person can choose about them.
 */
#ifndef BENCH_LEARN_SETTINGS_H
#define BENCH_LEARN_SETTINGS_H

#include <argp.h>

#include <weir/net.h>
#include <weir/train.h>

#include "base/numbers.h"

/* From where a search draws: uniform between both, or uniform in the logarithm. Where `high` is below `low`, nothing is
   drawn. */
struct range {
    double low, high;
};

/* One training. All numbers can be zero where zero has a meaning of its own. */
struct course_settings {
    weir_init_scheme scheme;       /* how weights are drawn, but for varieties that say it themselves */
    weir_optimizer_kind optimizer; /* with the library's defaults */
    double rate;
    double clip;         /* the most that the norm of a gradient may be; 0: any */
    double bias;         /* at first of the gate that keeps, f of an LSTM, z of a GRU; 0: as the scheme draws it */
    double weight_decay; /* AdamW's */
    double dropout;      /* of each recurrent layer's outputs */
    double noise;        /* standard deviation of what is added to all parameters while a gradient is found */
    int64_t subset;      /* which of those of a part of the data; see struct problem */
    int64_t batch;       /* sequences of a minibatch */
    int64_t every;       /* updates between evaluations; 0: one walk through the training data */
    int64_t budget;      /* updates at most; 0: the paper's (task->bound) */
    int64_t patience;    /* evaluations without a better validation before it stops; 0: never */
    int64_t wait;        /* evaluations without a better validation before the rate is lowered; 0: never */
    double decay;        /* by which it is then multiplied */
    double seconds;      /* of training at most; 0: any */
    double aim;          /* below which a score has to be, beside the task's own test of success; 0: any */
    /* Sequences of each split that are looked at; 0, or more than a data set has: all of it. */
    int64_t valid;   /* after `every` updates */
    int64_t confirm; /* fresh ones, where those pass the test of success */
    int64_t test;    /* once, at the end */
};

/* All trainings of a task. */
struct learn_settings {
    struct course_settings training;
    int64_t units;      /* of the LSTM with whose parameters all cells are equal; of all, at equal units */
    int64_t parameters; /* that all cells have, where it is not 0 */
    int64_t layers;
    struct numbers cells;   /* places in `varieties` */
    struct numbers equal;   /* places in `equal_names` */
    struct numbers lengths; /* of a task that has them */
    struct numbers parts;   /* of the training data: one of so many */
    int64_t subsets;        /* of each part, each trained on with each seed; of the whole so many times as many seeds */
    struct numbers seeds;
    struct range rates, clips, biases; /* of a search; rates and clips are uniform in the logarithm */
    int64_t draws;                     /* settings that are tried for each cell; 0: none, those above are taken */
    int64_t tune;                      /* the length at which they are; 0: that at which they are then used */
    int64_t tune_parameters;           /* of the nets with which they are; 0: those with which they are then used */
    int64_t jobs;                      /* trainings side by side */
    const char *data;                  /* a folder */
    const char *resume;                /* the folder of results of a job that goes on */
    bool full;
};

/* What changes with the scale of a job; 0 (or no numbers) leaves it as it is. */
struct learn_scale {
    struct numbers lengths, cells, seeds, equal, parts;
    int64_t draws, tune, budget, units, parameters, subsets, tune_parameters;
};

/* The task's settings at its usual scale; and at another one of its own, which changes what it names (NULL: none). */
struct task;
struct learn_settings learn_settings_of(const struct task *task);
struct learn_settings learn_settings_at(const struct task *task, const struct learn_scale *scale);

/* To be a child of a subcommand's parser, which sets its input to a struct learn_options, its task filled in. */
struct learn_options {
    const struct task *task;
    const struct learn_scale *scale; /* that was asked for; NULL: the usual one */
    struct learn_settings settings;
};
extern const struct argp learn_argp;

/* Parses a command line with a parser that has this child; `input` is that parser's own, and `learn` lies in it. A
   scale changes the defaults, and not what is chosen before or behind it: where one is asked for, all is parsed again
   from there. */
void learn_options_parse(struct learn_options *learn, const struct argp *argp, int argc, char **argv, void *input);

#endif
