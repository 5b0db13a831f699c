/*
 * learn/tasks.c: the list of tasks, each in a file of its own in learn/tasks/.
 */
#include <stddef.h>

#include "learn/task.h"

extern const struct task task_adding, task_adding_halves, task_adding_1997;

const struct task *const tasks[] = {&task_adding, &task_adding_halves, &task_adding_1997, NULL};
