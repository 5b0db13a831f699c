/*
 * learn/job.h: all trainings of a task: who takes part, which settings are tried, which are chosen.
 */
#ifndef BENCH_LEARN_JOB_H
#define BENCH_LEARN_JOB_H

#include "learn/course.h"

enum { ENTRANTS_MOST = NUMBERS_MOST * 16, PROBLEMS_MOST = 2 * NUMBERS_MOST };

/* A cell of some size at one length: what is compared with others. */
struct entrant {
    const struct problem *problem; /* it is trained on */
    const struct problem *tuned;   /* its settings are tried on, with `tuned_stack` */
    const struct variety *variety;
    struct stack stack, tuned_stack;
    bool equal[2];                   /* enum equal: in which comparisons it takes part */
    struct course_settings settings; /* that were chosen */
    int64_t draw;                    /* by this draw of the search, from 1; 0: there was none */
};

/* Trainings that are of no other's name; their trials lie still. */
struct courses {
    size_t count;
    struct trial *trials;
    struct course *courses;
};

struct job {
    const struct task *task;
    struct learn_settings settings;
    struct problem
        problems[PROBLEMS_MOST]; /* one for each length and part of the data; then those of the search alone */
    size_t problem_count;        /* of all */
    size_t final_count;          /* of those that are not of the search alone */
    struct entrant entrants[ENTRANTS_MOST];
    size_t entrant_count;
    struct courses search; /* one for each entrant and draw */
    struct courses final;  /* one for each entrant, seed and subset, with what the search has chosen */
};

/* Opens the problems and lists who takes part; what does not work ends the program. */
void job_open(struct job *job, const struct task *task, const struct learn_settings *settings);
void job_close(struct job *job);

/* Lists the trainings of the search; and, when those are done, chooses for each entrant, and lists the final ones. */
void job_list_search(struct job *job);
void job_list_final(struct job *job);
void job_close_final(struct job *job);

/* The settings of draw `draw`, from 1 to settings->draws: the same for every cell. */
struct course_settings job_draw(const struct learn_settings *settings, int64_t draw);

/* Which of two ended trainings found better settings, by validation alone: solved in fewer updates, or, unsolved, the
   better score. */
bool course_is_better(const struct course *one, const struct course *other);

/*
 * The seed of a final training and the subset that it is trained on, by their places from 0. The whole of the data has
 * no subsets: there each is another seed, the next numbers after those that were asked for, so that the whole is
 * trained on as often as the parts.
 */
uint64_t job_seed(const struct job *job, const struct problem *problem, size_t seed, size_t subset);
int64_t job_subset(const struct problem *problem, size_t subset);

/* The trainings of an entrant, for k = 0, 1, ...; NULL at the end. */
const struct course *job_training(const struct job *job, const struct courses *courses, const struct entrant *entrant,
                                  size_t k);

#endif
