/*
 * learn/tasks.c: the list of tasks, each in a file of its own in learn/tasks/.
 */
#include <stddef.h>
#include <string.h>

#include "learn/task.h"

extern const struct task task_adding, task_adding_halves, task_adding_1997, task_multiplication, task_temporal_order_4,
    task_temporal_order_8, task_reber, task_copy, task_parity, task_long_lag;
extern const struct task task_jsb, task_jsb_2014, task_jsb_subsets, task_nottingham, task_nottingham_2014, task_text,
    task_text_subsets, task_chaos;

const struct task *const tasks[] = {
    &task_adding,
    &task_adding_halves,
    &task_adding_1997,
    &task_multiplication,
    &task_temporal_order_4,
    &task_temporal_order_8,
    &task_reber,
    &task_copy,
    &task_parity,
    &task_long_lag,
    &task_jsb,
    &task_jsb_2014,
    &task_jsb_subsets,
    &task_nottingham,
    &task_nottingham_2014,
    &task_text,
    &task_text_subsets,
    &task_chaos,
    NULL,
};

const struct task *task_find(const char *name)
{
    for (size_t i = 0; tasks[i] != NULL; i++)
        if (strcmp(tasks[i]->name, name) == 0)
            return tasks[i];
    return NULL;
}
