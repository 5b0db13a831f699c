/*
 * machine/pin.c: on which CPUs everything runs.
 */
#include "machine/pin.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

static void allowed_cpus(struct cpus *cpus)
{
    cpu_set_t set;
    cpus->count = 0;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return;
    for (size_t id = 0; id < CPU_SETSIZE && cpus->count < CPUS_MOST; id++)
        if (CPU_ISSET(id, &set))
            cpus->ids[cpus->count++] = (int)id;
}

static bool contains(const struct cpus *cpus, int64_t id)
{
    for (size_t i = 0; i < cpus->count; i++)
        if (cpus->ids[i] == id)
            return true;
    return false;
}

static bool choose_wanted(struct cpus *cpus, const struct cpus *allowed, const struct numbers *wanted, struct why *why)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (!contains(allowed, wanted->values[i])) {
            snprintf(why->text, sizeof why->text, "--cpus: this process may not run on CPU %lld",
                     (long long)wanted->values[i]);
            return false;
        }
        cpus->ids[cpus->count++] = (int)wanted->values[i];
    }
    return true;
}

static void choose_current(struct cpus *cpus, const struct cpus *allowed, size_t count)
{
    const int current = sched_getcpu();
    size_t first = 0;
    while (first < allowed->count && allowed->ids[first] != current)
        first++;
    for (size_t i = 0; i < count; i++)
        cpus->ids[cpus->count++] = allowed->ids[(first + i) % allowed->count];
}

bool pin_choose(struct cpus *cpus, const struct numbers *wanted, size_t count, struct why *why)
{
    struct cpus allowed;
    allowed_cpus(&allowed);
    cpus->count = 0;
    if (wanted->count != 0 && wanted->count != count) {
        snprintf(why->text, sizeof why->text, "--cpus: %zu CPUs named for %zu threads; name one for each",
                 wanted->count, count);
        return false;
    }
    if (count > allowed.count) {
        snprintf(why->text, sizeof why->text, "%zu threads are to run at once, but this process may use %zu CPUs only",
                 count, allowed.count);
        return false;
    }
    if (wanted->count != 0)
        return choose_wanted(cpus, &allowed, wanted, why);
    choose_current(cpus, &allowed, count);
    return true;
}

static cpu_set_t set_of(const struct cpus *cpus)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t i = 0; i < cpus->count; i++)
        CPU_SET((size_t)cpus->ids[i], &set);
    return set;
}

bool pin_process(const struct cpus *cpus)
{
    const cpu_set_t set = set_of(cpus);
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL)
        return sched_setaffinity(0, sizeof set, &set) == 0;

    bool pinned = true;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;)
        if (task->d_name[0] != '.')
            pinned &= sched_setaffinity((pid_t)atoi(task->d_name), sizeof set, &set) == 0;
    closedir(tasks);
    return pinned;
}

bool pin_thread(int cpu)
{
    const struct cpus one = {.count = 1, .ids = {cpu}};
    const cpu_set_t set = set_of(&one);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}
