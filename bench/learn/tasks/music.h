/*
 * learn/tasks/music.h: what others train on.
 */
#ifndef BENCH_LEARN_TASKS_MUSIC_H
#define BENCH_LEARN_TASKS_MUSIC_H

#include "learn/task.h"

extern const struct task task_jsb;

#endif
