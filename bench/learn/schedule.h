/*
 * learn/schedule.h: trainings side by side, each in a process of its own that can be stopped and gone on with.
 */
#ifndef BENCH_LEARN_SCHEDULE_H
#define BENCH_LEARN_SCHEDULE_H

#include "learn/job.h"
#include "machine/pin.h"

struct schedule {
    int64_t jobs;            /* processes at a time */
    const struct cpus *cpus; /* one for each, if there are as many */
    char folder[1024];       /* of checkpoints */
};

/* Checkpoints lie in a folder of their own beside the results, which is made: a job that goes on writes both where it
   left them. What does not work ends the program. */
struct schedule schedule_open(const char *results, int64_t jobs, const struct cpus *cpus);

/* The file of a training's checkpoint. */
void schedule_path(const struct schedule *schedule, const struct trial *trial, char *path, size_t size);

/*
 * Runs all trainings, those that have a checkpoint from there on, and leaves in each how it went; shows progress.
 * Ctrl-C or a SIGTERM stops it with checkpoints of all that were running; so does its end by other means. False if some
 * have not ended. What does not work ends the program.
 */
bool schedule_run(const struct schedule *schedule, struct courses *courses);

/* Removes the checkpoints that an earlier job has left there under the same names. */
void schedule_forget(const struct schedule *schedule, const struct courses *courses);

/* Reads how far each is from its checkpoint, if it has one. */
void schedule_look(const struct schedule *schedule, struct courses *courses);

#endif
