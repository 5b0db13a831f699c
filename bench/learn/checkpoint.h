/*
 * learn/checkpoint.h: a training in a file, so that it can go on after an interruption with the same bits.
 */
#ifndef BENCH_LEARN_CHECKPOINT_H
#define BENCH_LEARN_CHECKPOINT_H

#include "learn/course.h"

/* Writes it beside `path` and then renames it: there is always a whole one. What does not work ends the program. */
void checkpoint_save(const char *path, const struct course *course, struct learner *learner);

/* Reads it back, the net's part only if there is a learner. False, and why, if the file is not one of this trial by
   this program; then `course` is of no use any more. */
bool checkpoint_load(const char *path, struct course *course, struct learner *learner, struct why *why);

#endif
